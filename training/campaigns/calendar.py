"""Fiscal years and due days, in the company's own time zone."""

from __future__ import annotations

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
