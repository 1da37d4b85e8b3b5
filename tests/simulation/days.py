"""Days in Japan, walked one by one: holidays, what passes while somebody is away, and what holds from when to when.

A part of the model: imports nothing of the product.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from tests.simulation import events as e

A_DAY = timedelta(days=1)
# Days of rest that are no weekend, by 国民の祝日に関する法律 with substitute days and days between, as Cabinet Office
# lists or forecasts them.
_HOLIDAYS = """
    2026-01-01 2026-01-12 2026-02-11 2026-02-23 2026-03-20 2026-04-29 2026-05-03 2026-05-04 2026-05-05 2026-05-06
    2026-07-20 2026-08-11 2026-09-21 2026-09-22 2026-09-23 2026-10-12 2026-11-03 2026-11-23
    2027-01-01 2027-01-11 2027-02-11 2027-02-23 2027-03-21 2027-03-22 2027-04-29 2027-05-03 2027-05-04 2027-05-05
    2027-07-19 2027-08-11 2027-09-20 2027-09-23 2027-10-11 2027-11-03 2027-11-23
    2028-01-01 2028-01-10 2028-02-11 2028-02-23 2028-03-20 2028-04-29 2028-05-03 2028-05-04 2028-05-05
    2028-07-17 2028-08-11 2028-09-18 2028-09-22 2028-10-09 2028-11-03 2028-11-23
    2029-01-01 2029-01-08 2029-02-11 2029-02-12 2029-02-23 2029-03-20 2029-04-29 2029-04-30 2029-05-03 2029-05-04 2029-05-05
    2029-07-16 2029-08-11 2029-09-17 2029-09-23 2029-09-24 2029-10-08 2029-11-03 2029-11-23
"""
HOLIDAYS = frozenset(map(date.fromisoformat, _HOLIDAYS.split()))
# The company's own: from 29 December to 3 January.
CLOSED = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


def day_of(moment: datetime) -> date:
    """The day in Japan."""
    return moment.astimezone(e.JAPAN).date()


def is_working(day: date) -> bool:
    """Neither a weekend nor a holiday, nor a day on which the company is closed."""
    return day.weekday() < 5 and day not in HOLIDAYS and (day.month, day.day) not in CLOSED


def walk(start: date, count: int, counts: Callable[[date], bool], away: Callable[[date], bool]) -> date | None:
    """The day on which so many days have passed since another, those away not counted. None where it never comes."""
    day = start
    if count <= 0:
        while away(day):
            day += A_DAY
            if (day - start).days > 4000:
                return None
        return day
    while count:
        day += A_DAY
        if (day - start).days > 4000:
            return None
        if not away(day) and counts(day):
            count -= 1
    return day


class Timeline:
    """What holds from when to when."""

    def __init__(self, first: date, value: Any) -> None:
        self.spans: list[list[Any]] = [[first, None, value]]

    def set(self, day: date, value: Any) -> None:
        """From a day on something else holds, to where that ended which held."""
        for span in self.spans:
            if span[0] <= day and (span[1] is None or day <= span[1]):
                if span[0] == day:
                    span[2] = value
                else:
                    self.spans.append([day, span[1], value])
                    span[1] = day - A_DAY
                return
        self.spans.append([day, None, value])

    def at(self, day: date) -> Any:
        """What holds on a day."""
        return next((v for first, last, v in self.spans if first <= day and (last is None or day <= last)), None)

    def last(self, day: date) -> Any:
        """What began last by a day; where nothing had, what begins first."""
        begun = [span for span in self.spans if span[0] <= day]
        return max(begun, key=lambda span: span[0])[2] if begun else None

    def begin(self, old: date, new: date) -> None:
        """The first day was another."""
        for span in self.spans:
            if span[0] == old:
                span[0] = new
        self.spans = [span for span in self.spans if span[1] is None or span[1] >= new]
        for span in self.spans:
            span[0] = max(span[0], new)
