"""Dates and times as Japanese documents write them."""

from __future__ import annotations

from datetime import date, datetime


def japanese_day(day: date) -> str:
    """Return a date as 2026年11月24日."""
    return f"{day.year}年{day.month}月{day.day}日"


def japanese_moment(moment: datetime) -> str:
    """Return an instant to the second with its time zone, as 2026年11月24日 15時04分05秒(JST、UTC+09:00).

    Raises ``ValueError`` for one without a time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone is no evidence")
    offset = f"{moment:%z}"  # +0900: %:z is newer than Python 3.11
    return f"{japanese_day(moment)} {moment:%H時%M分%S秒}({moment.tzname()}、UTC{offset[:3]}:{offset[3:5]})"
