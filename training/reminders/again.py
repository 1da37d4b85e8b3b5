"""How soon somebody can be reminded by hand again.

Pure.
"""

from __future__ import annotations

from datetime import date, timedelta

from training.campaigns.working_days import IsWorking, nearest


def again_from(*, last: date, days: int, is_working: IsWorking) -> date:
    """Return the first day on which so many working days have passed since the last reminder, its own day not one."""
    day = last
    for _count in range(max(days, 0)):
        day = nearest(day + timedelta(days=1), is_working, step=1)
    return day
