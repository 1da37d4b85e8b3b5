"""When those who decide about a plan are told that it waits for them.

Pure. A draft is told of when it is new, the day after it was made to say something else, and, while nobody approves
it, on the rungs of the ladder below; an approved plan on its first day and weekly from then on until it is opened.
"""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from training.campaigns.ladder import A_DAY, WEEK, Ladder, rung_today
from training.campaigns.working_days import IsWorking

# The days before the first day of a draft, that day itself, and every week after it.
DRAFT = Ladder(on_assignment=False, before=(14, 3), manager_after=None, hr_after=None)


class Cause(StrEnum):
    """Why somebody is told of a plan today."""

    NEW = "new"
    CHANGED = "changed"
    AGAIN = "again"
    NEAR = "near"
    LATE = "late"
    UNOPENED = "unopened"


class PlanCover(NamedTuple):
    """What was told of a plan: its digest (ADR 56, without the versions), how often it had been approved, the rung."""

    campaign: int
    plan: str
    approvals: int
    rung: int | None


def rung_of_draft(*, first_day: date, today: date, is_working: IsWorking) -> int | None:
    """The newest rung that a draft has reached, as days from its first day; None before the first of them."""
    rung = rung_today(DRAFT, due_on=first_day, assigned_on=date.min, today=today, leaves=(), is_working=is_working)
    return rung.days if rung else None


def rung_of_approved(*, first_day: date, approved_on: date | None, today: date) -> int | None:
    """How many whole weeks, in days, an approved plan has waited to be opened; None before its first day.

    One approved on its first day or later waits from the day after its approval, so that there is time to open it.
    """
    start = first_day if approved_on is None else max(first_day, approved_on + A_DAY)
    return None if today < start else (today - start) // timedelta(days=WEEK) * WEEK


def cause_of_draft(now: PlanCover, last: PlanCover | None, *, at_rest: bool = True) -> Cause | None:
    """Why a draft is told of to somebody who was told ``last`` of it; None where there is nothing new.

    ``at_rest``: nobody has changed it today. What changes is told once it is, unless a rung is reached.
    """
    if last is None:
        return Cause.AGAIN if now.approvals else Cause.NEW
    if now.approvals != last.approvals:
        return Cause.AGAIN
    further = _is_further(now, last)
    if now.plan != last.plan and (at_rest or further):
        return Cause.AGAIN if now.approvals else Cause.CHANGED
    if not further:
        return None
    return Cause.NEAR if now.rung is not None and now.rung < 0 else Cause.LATE


def cause_of_approved(now: PlanCover, last: PlanCover | None) -> Cause | None:
    """Why a plan that is not opened is told of to somebody who was told ``last`` of it; None where nothing is new."""
    news = last is None or last.approvals != now.approvals or _is_further(now, last)
    return Cause.UNOPENED if news and now.rung is not None else None


def _is_further(now: PlanCover, last: PlanCover) -> bool:
    return now.rung is not None and (last.rung is None or last.rung < now.rung)
