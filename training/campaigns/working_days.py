"""Working days in Japan: no weekend, no national holiday, none of the company's own closed days.

Pure. The ``holidays`` library knows the holidays of 国民の祝日に関する法律, substitute days
(振替休日) and days between two (国民の休日). The equinoxes of a year are announced in the
February before; until then they are the astronomers' forecast.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import date, timedelta
from functools import cache

from holidays import country_holidays
from holidays.holiday_base import HolidayBase

SATURDAY = 5
# A company closed for longer than this is none: whoever asks for a working day then gets an error, not an endless loop.
LONGEST_CLOSED = 60
IsWorking = Callable[[date], bool]


@cache
def _japan() -> HolidayBase:
    return country_holidays("JP")


def working_days(closed: Container[date] = ()) -> IsWorking:
    """Return what tells a working day. ``closed`` are the company's own days of rest."""

    def is_working(day: date) -> bool:
        return day.weekday() < SATURDAY and day not in closed and day not in _japan()

    return is_working


def nearest(day: date, is_working: IsWorking, *, step: int) -> date:
    """Return the day itself or the nearest working day forwards (``step`` 1) or back (-1).

    Raises ``ValueError`` where none is within two months.
    """
    for away in range(LONGEST_CLOSED):
        found = day + timedelta(days=step * away)
        if is_working(found):
            return found
    raise ValueError(f"no working day within {LONGEST_CLOSED} days of {day}")
