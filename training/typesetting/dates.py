"""Dates and times as Japanese documents write them."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
# The first day of each era, the newest first. On the day of a change the new one counts.
ERAS = (
    (date(2019, 5, 1), "令和"),
    (date(1989, 1, 8), "平成"),
    (date(1926, 12, 25), "昭和"),
    (date(1912, 7, 30), "大正"),
    (date(1868, 1, 25), "明治"),
)


def japanese_day(day: date) -> str:
    """Return a date as 2026年11月24日."""
    return f"{day.year}年{day.month}月{day.day}日"


def era_day(day: date) -> str:
    """Return a date in the Japanese calendar (和暦), as 令和8年11月24日; an era's first year is 元年.

    Days before 明治 are returned as ``japanese_day`` does. Month and day are
    always the Gregorian calendar's, which Japan follows since 明治6年.
    """
    for first, era in ERAS:
        if day >= first:
            year = day.year - first.year + 1
            return f"{era}{'元' if year == 1 else year}年{day.month}月{day.day}日"
    return japanese_day(day)


def english_day(day: date) -> str:
    """Return a date as November 24, 2026, whatever language the machine speaks."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def japanese_moment(moment: datetime) -> str:
    """Return an instant to the second with its time zone, as 2026年11月24日 15時04分05秒(JST、UTC+09:00).

    Raises ``ValueError`` for one without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no evidence")
    offset = f"{moment:%z}"  # +0900: %:z is newer than Python 3.11
    return f"{japanese_day(moment)} {moment:%H時%M分%S秒}({moment.tzname()}、UTC{offset[:3]}:{offset[3:5]})"


def pdf_date(moment: datetime) -> str:
    """Return an instant as PDF writes it (ISO 32000-1, 7.9.4), as D:20261124150405+09'00'.

    Raises ``ValueError`` for one without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no evidence")
    offset = f"{moment:%z}"
    return f"D:{moment:%Y%m%d%H%M%S}{offset[:3]}'{offset[3:5]}'"
