"""Type a day into the admin's calendar fields as people do."""

from __future__ import annotations

from datetime import date

from playwright.sync_api import Page, expect


def type_day(page: Page, name: str, day: date) -> None:
    """Fill in a day and leave the field with Enter: the calendar that it opened is gone, nothing is covered.

    Wagtail's calendar opens a tenth of a second after its field is entered and lies over what stands below, often the
    button. Whoever presses it at once presses the button or the calendar, as the machine is quick.
    """
    field = page.locator(f"[name={name}]")
    calendar = page.locator(".xdsoft_datetimepicker").filter(visible=True)
    field.fill(day.isoformat())
    expect(calendar).to_have_count(1)
    field.press("Enter")
    expect(calendar).to_have_count(0)
