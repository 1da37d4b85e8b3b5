"""When somebody's training is due: a rule, and one person's days.

Pure. The clock stops while a person is away (休職, 産休・育休) and goes on at
the return: a day on leave is not counted, whatever the rule counts from. The
day found lasts to its end in the company's time zone (``calendar.end_of``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from training.campaigns.working_days import LONGEST_CLOSED, IsWorking, nearest

MOST_DAYS = 3660
MOST_PARTS = 4


class Anchor(StrEnum):
    """What days are counted from. Somebody never away has returned on the day of assignment."""

    JOINING = "joining"
    RETURN = "return"
    ASSIGNMENT = "assignment"


class Roll(StrEnum):
    """Where a due day that is no working day goes."""

    STAY = "stay"
    NEXT = "next"
    PREVIOUS = "previous"


class Unreadable(ValueError):
    """Something is no due rule; the message names the member."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """On this day."""

    day: date


@dataclass(frozen=True, slots=True)
class After:
    """So many days after: the anchor's own day is none of them. ``working`` counts working days only."""

    anchor: Anchor
    days: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class DueRule:
    """The latest of its parts."""

    parts: tuple[Fixed | After, ...]
    roll: Roll = Roll.STAY


@dataclass(frozen=True, slots=True)
class Away:
    """From the first to the last day of a leave, both included; ``last`` is None while no return is known."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Days:
    """What a rule needs to know of one person."""

    assigned_on: date
    joined_on: date
    leaves: tuple[Away, ...] = ()


def due_day(rule: DueRule, days: Days, *, is_working: IsWorking) -> date | None:
    """Return the due day, never before the assignment; None while the clock stands still without a known return."""
    away = _Absence(days.leaves)
    found = [_part(part, days, away, is_working) for part in rule.parts]
    known = [day for day in found if day is not None]
    if len(known) < len(found):
        return None
    day = _rolled(max(known), rule.roll, away, is_working)
    return None if day is None else max(day, days.assigned_on)


def _rolled(day: date, roll: Roll, away: _Absence, is_working: IsWorking) -> date | None:
    """The working day to which a due day goes; forwards where a long leave lies before it. None as in ``due_day``."""
    if roll is Roll.PREVIOUS:
        with suppress(ValueError):
            return nearest(day, lambda one: is_working(one) and not away.on(one), step=-1)
    found: date | None = day
    for _away in range(LONGEST_CLOSED):
        if found is None or roll is Roll.STAY or is_working(found):
            return found
        found = away.back(found + timedelta(days=1))
    raise ValueError(f"no working day within {LONGEST_CLOSED} days at work after {day}")


def _part(part: Fixed | After, days: Days, away: _Absence, is_working: IsWorking) -> date | None:
    if isinstance(part, Fixed):
        if not days.leaves:
            return max(part.day, days.assigned_on)
        # What was left when somebody went is left when they are back.
        return away.forward(days.assigned_on, (part.day - days.assigned_on).days, lambda _day: True)
    counts: IsWorking = is_working if part.working else lambda _day: True
    if part.anchor is Anchor.RETURN:
        return away.after_return(days.assigned_on, part.days, counts)
    start = days.joined_on if part.anchor is Anchor.JOINING else days.assigned_on
    return away.forward(start, part.days, counts)


class _Absence:
    """Leaves, which may touch or overlap."""

    def __init__(self, leaves: Iterable[Away]) -> None:
        self._leaves = tuple(leaves)

    def on(self, day: date) -> bool:
        return any(one.first <= day and (one.last is None or day <= one.last) for one in self._leaves)

    def back(self, day: date) -> date | None:
        """The first day at work from this day on; None while no return is known."""
        while over := [one.last for one in self._leaves if one.first <= day and (one.last is None or day <= one.last)]:
            lasts = [last for last in over if last is not None]
            if len(lasts) < len(over):
                return None
            day = max(lasts) + timedelta(days=1)
        return day

    def after_return(self, since: date, count: int, counts: IsWorking) -> date | None:
        """So many days after the last return, or after ``since``: a leave restarts them that begins before they end."""
        start: date | None = since
        while start is not None:
            day = self.forward(start, count, counts)
            if day is None:
                return None
            ends = [one.last for one in self._leaves if one.first <= day and one.last is not None and one.last >= since]
            last = self.back(max(ends) + timedelta(days=1)) if ends else since
            if last == start:
                return day
            start = last
        return None

    def forward(self, start: date, count: int, counts: IsWorking) -> date | None:
        """The day on which so many days at work have passed since ``start``, itself not one of them."""
        if count <= 0:
            # A clock that has run out before it began: due at once, or on the first day back.
            return self.back(start)
        day: date | None = start
        idle = 0
        while count and day is not None:
            day = self.back(day + timedelta(days=1))
            if day is not None and counts(day):
                count, idle = count - 1, 0
            elif idle > LONGEST_CLOSED:
                raise ValueError(f"no working day within {LONGEST_CLOSED} days at work before {day}")
            else:
                idle += 1
        return day


def as_json(rule: DueRule) -> dict[str, Any]:
    """The rule as it is stored and recorded."""
    parts: list[dict[str, Any]] = [
        {"on": part.day.isoformat()}
        if isinstance(part, Fixed)
        else {"after": part.anchor.value, "days": part.days, "working": part.working}
        for part in rule.parts
    ]
    return {"latest_of": parts, "roll": rule.roll.value}


def from_json(data: Any) -> DueRule:
    """The rule out of ``as_json``'s form. Raises ``Unreadable``."""
    if not isinstance(data, Mapping) or set(data) != {"latest_of", "roll"}:
        raise Unreadable("a due rule has latest_of and roll")
    parts = data["latest_of"]
    if not isinstance(parts, list) or not 1 <= len(parts) <= MOST_PARTS:
        raise Unreadable(f"latest_of: from 1 to {MOST_PARTS} parts")
    if data["roll"] not in list(Roll):
        raise Unreadable(f"roll: one of {', '.join(Roll)}")
    return DueRule(tuple(_read(part, f"latest_of[{place}]") for place, part in enumerate(parts)), Roll(data["roll"]))


def _read(part: Any, where: str) -> Fixed | After:
    match part:
        case {"on": str(day), **rest} if not rest:
            try:
                return Fixed(date.fromisoformat(day))
            except ValueError:
                raise Unreadable(f"{where}.on: a day such as 2026-11-30") from None
        case {"after": str(anchor), "days": int(count), "working": bool(working), **rest} if not rest:
            if anchor not in set(Anchor):
                raise Unreadable(f"{where}.after: one of {', '.join(Anchor)}")
            if isinstance(count, bool) or not 0 <= count <= MOST_DAYS:
                raise Unreadable(f"{where}.days: from 0 to {MOST_DAYS}")
            return After(Anchor(anchor), count, working)
    raise Unreadable(f"{where}: either on, or after with days and working")
