"""Fiscal years and due days, in the company's own time zone."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FISCAL_YEAR_BEGINS = 4  # April, 年度


def fiscal_year(day: date) -> int:
    """The 年度 of a day: 2026-03-31 lies in 2025, 2026-04-01 in 2026."""
    return day.year if day.month >= FISCAL_YEAR_BEGINS else day.year - 1


def fiscal_year_days(year: int) -> tuple[date, date]:
    """First and last day of a 年度."""
    return date(year, FISCAL_YEAR_BEGINS, 1), date(year + 1, FISCAL_YEAR_BEGINS, 1) - timedelta(days=1)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a day in a zone: what is done before it is done on that day."""
    return datetime.combine(day + timedelta(days=1), time(0), tzinfo=zone)


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The day on which an instant falls in a zone."""
    return moment.astimezone(zone).date()


def is_overdue(*, due_on: date, now: datetime, zone: ZoneInfo) -> bool:
    """Whether the due day has ended."""
    return now >= end_of(due_on, zone)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month where it is shorter. Negative months go back."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def day_in_fiscal_year(words: str, year: int) -> date:
    """The day ``MM-DD`` of a 年度: 01-31 of 2026 is 2027-01-31, 02-29 the 28th where there is no leap year.

    Raises ``ValueError`` for what is no such day.
    """
    if len(words) != len("04-01"):
        raise ValueError(f"no month and day: {words!r}")
    day = date.fromisoformat(f"2024-{words}")  # a leap year
    later = year if day.month >= FISCAL_YEAR_BEGINS else year + 1
    return months_after(day, 12 * (later - day.year))


def last_anniversary(day: date, by: date) -> date:
    """The last day of the same month and day that is no later than another."""
    found = months_after(day, 12 * (by.year - day.year))
    return found if found <= by else months_after(day, 12 * (by.year - day.year - 1))
