"""The ladder of reminders: which rung somebody stands on today, and who hears of it.

Pure. A rung is a day before or after the due day. On a day of rest, and while
the person is away, nothing is sent; the next working day sends the newest rung
reached, and no older one with it. A last warning that would come too late so,
on the due day or after it, goes out on the working day before. A due day set anew starts the ladder afresh,
because a rung belongs to one due date. The first rung, the notice, is the day of assignment: it belongs to the
assignment, and no due day set anew says it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from training.campaigns.due import Away
from training.campaigns.working_days import IsWorking, nearest

A_DAY = timedelta(days=1)
WEEK = 7
MOST_WEEKS = 520

# For so many days, those on leave not counted, the notice of an assignment is still worth sending, and on the first
# working day since in any case; who was assigned before that knows of it, or hears of it by the rungs. So a release
# that brings the notice, or a site that switches it on, does not write to everybody who was ever assigned.
NOTICE_DAYS = 14


class Reader(StrEnum):
    """Who is told."""

    LEARNER = "learner"
    MANAGER = "manager"
    HR = "hr"


@dataclass(frozen=True, slots=True)
class Ladder:
    """The day of assignment, days before the due day, the day itself, and from then on every week while ``weekly``.

    The manager hears of it once it is ``manager_after`` days overdue, HR after
    ``hr_after``; None is never. ``plans``: whether those who approve and open plans hear of what waits for them.
    """

    on_assignment: bool = True
    before: tuple[int, ...] = (14, 7, 1)
    on_the_day: bool = True
    weekly: bool = True
    manager_after: int | None = 7
    hr_after: int | None = 14
    plans: bool = True

    def __post_init__(self) -> None:
        if any(days < 1 for days in self.before):
            raise ValueError("before: whole days, from 1")
        if not isinstance(self.on_assignment, bool):
            raise ValueError("on_assignment: True or False")
        if not isinstance(self.plans, bool):
            raise ValueError("plans: True or False")
        if any(days is not None and days < 0 for days in (self.manager_after, self.hr_after)):
            raise ValueError("manager_after, hr_after: whole days, or None")

    def rungs(self, until: int) -> tuple[int, ...]:
        """The rungs up to so many days after the due day, as days from it: (-14, -7, -1, 0, 7, 14), not the notice."""
        weeks = range(WEEK, min(until, WEEK * MOST_WEEKS) + 1, WEEK) if self.weekly else ()
        days = sorted({*(-days for days in self.before), *((0,) if self.on_the_day else ()), *weeks})
        return tuple(day for day in days if day <= until)


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung by its days from the due day (negative before it), and who hears of it.

    ``notice``: the rung of the assignment itself, on whose days no other can lie.
    """

    days: int
    readers: tuple[Reader, ...]
    notice: bool = False


def rung_today(
    ladder: Ladder,
    *,
    due_on: date,
    assigned_on: date,
    today: date,
    leaves: Sequence[Away],
    is_working: IsWorking,
    asked_from: date | None = None,
    told: bool = False,
) -> Rung | None:
    """Return the newest rung reached today, sent or not; None where nothing is to be sent today.

    A rung that lay on or before the day of assignment is none: whoever was
    assigned three days before the due day was told so then, by the notice. The
    rung of the due day on a Saturday is reached on the Friday before.

    The notice is the oldest rung, so any other goes before it, and it is let
    go with ``told`` (the person knows of this training, in whatever way) and
    ``NOTICE_DAYS`` after the day from which it is asked, that of the assignment
    or a later one on which it was opened again (``asked_from``). Days on leave
    make it no older, and on the first working day since it is always news.
    """
    if not is_working(today) or _is_away(today, leaves):
        return None
    last = last_day_of_rest(today, is_working)
    reached = [
        days
        for days in ladder.rungs((last - due_on).days)
        if due_on + timedelta(days=days) > assigned_on
        and (due_on + timedelta(days=days) <= today or _too_late(days, due_on, last + A_DAY))
    ]
    if not reached:
        news = assigned_on <= today and _is_news(asked_from or assigned_on, today, leaves, is_working)
        if ladder.on_assignment and not told and news:
            return Rung(notice_rung(due_on=due_on, assigned_on=assigned_on), (Reader.LEARNER,), notice=True)
        return None
    readers = [Reader.LEARNER]
    for reader, after in ((Reader.MANAGER, ladder.manager_after), (Reader.HR, ladder.hr_after)):
        if after is not None and reached[-1] > 0 and reached[-1] >= after:
            readers.append(reader)
    return Rung(reached[-1], tuple(readers))


def notice_rung(*, due_on: date, assigned_on: date) -> int:
    """The rung of the notice, by its days from the due day: no other rung of this due date has them."""
    return (assigned_on - due_on).days


def last_day_of_rest(today: date, is_working: IsWorking) -> date:
    """The last of the days of rest that follow a day, or the day itself: what is due until then is told by it."""
    tomorrow = today + A_DAY
    return today if is_working(tomorrow) else nearest(tomorrow, is_working, step=1) - A_DAY


def _is_away(day: date, leaves: Sequence[Away]) -> bool:
    return any(one.first <= day and (one.last is None or day <= one.last) for one in leaves)


def _is_news(asked_from: date, today: date, leaves: Sequence[Away], is_working: IsWorking) -> bool:
    """Whether few enough days have passed since, those on leave not counted, or none at work before today."""
    day, passed, worked = today, 0, False
    while day > asked_from:
        if not _is_away(day, leaves):
            passed += 1
            worked = worked or (day < today and is_working(day))
        if passed > NOTICE_DAYS and worked:
            return False
        day -= A_DAY
    return True


def _too_late(days: int, due_on: date, sent_on: date) -> bool:
    """Whether a rung that warns, sent on a day, would come when the due day's own does, or after it."""
    return days <= 0 and (due_on < sent_on or (days < 0 and due_on == sent_on))
