"""When those who decide about a plan hear of it: the rule alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from training.campaigns.working_days import working_days
from training.reminders.nudge import (
    Cause,
    PlanCover,
    cause_of_approved,
    cause_of_draft,
    rung_of_approved,
    rung_of_draft,
)

WORKING = working_days(frozenset({date(2027, 3, 29)}))
FIRST = date(2027, 4, 1)  # a Thursday


def cover(plan: str = "a", approvals: int = 0, rung: int | None = None) -> PlanCover:
    return PlanCover(1, plan, approvals, rung)


@pytest.mark.parametrize(
    ("today", "rung"),
    [
        ("2027-03-17", None),
        ("2027-03-18", -14),
        ("2027-03-20", None),  # a Saturday
        ("2027-03-26", -14),
        ("2027-03-29", None),  # the company is closed
        ("2027-03-30", -3),
        ("2027-04-01", 0),
        ("2027-04-07", 0),
        ("2027-04-08", 7),
        ("2028-04-03", 364),
    ],
)
def test_a_draft_climbs_fourteen_and_three_days_before_its_first_day_then_on_it_then_weekly(today: str, rung: int):
    day = date.fromisoformat(today)
    assert rung_of_draft(first_day=FIRST, today=day, is_working=WORKING) == rung


def test_a_draft_whose_first_day_is_a_day_of_rest_is_told_of_on_the_working_day_before():
    friday = date(2027, 4, 2)
    assert rung_of_draft(first_day=date(2027, 4, 4), today=friday, is_working=WORKING) == 0
    assert rung_of_draft(first_day=date(2027, 4, 4), today=friday - timedelta(days=1), is_working=WORKING) == -3


@pytest.mark.parametrize(
    ("approved", "today", "rung"),
    [
        ("2027-03-01", "2027-03-31", None),
        ("2027-03-01", "2027-04-01", 0),
        ("2027-03-01", "2027-04-07", 0),
        ("2027-03-01", "2027-04-08", 7),
        ("2027-03-01", "2029-04-08", 735),
        ("2027-04-01", "2027-04-01", None),  # there is a day's time to open it
        ("2027-04-01", "2027-04-02", 0),
        ("2027-04-20", "2027-04-20", None),
        ("2027-04-20", "2027-04-28", 7),
        (None, "2027-04-01", 0),
    ],
)
def test_an_approved_plan_waits_from_its_first_day_or_from_the_day_after_its_approval(
    approved: str | None, today: str, rung: int | None
):
    approved_on = date.fromisoformat(approved) if approved else None
    assert rung_of_approved(first_day=FIRST, approved_on=approved_on, today=date.fromisoformat(today)) == rung


@pytest.mark.parametrize(
    ("now", "last", "at_rest", "cause"),
    [
        (cover(), None, True, Cause.NEW),
        (cover(rung=-3), None, False, Cause.NEW),
        (cover(), cover(), True, None),
        (cover("b"), cover("a"), True, Cause.CHANGED),
        (cover("b"), cover("a"), False, None),
        (cover("b", rung=-14), cover("a"), False, Cause.CHANGED),
        (cover(rung=-14), cover(), True, Cause.NEAR),
        (cover(rung=-14), cover(rung=-14), True, None),
        (cover(rung=-3), cover(rung=-14), True, Cause.NEAR),
        (cover(rung=0), cover(rung=-3), True, Cause.LATE),
        (cover(rung=7), cover(rung=0), True, Cause.LATE),
        (cover(rung=None), cover(rung=-14), True, None),  # put off: it says something else then, and is told as changed
        (cover(approvals=1), None, True, Cause.AGAIN),
        (cover("a", approvals=1), cover("a"), False, Cause.AGAIN),  # the same words, and yet to be approved anew
        (cover("b", approvals=1), cover("a", approvals=1), False, None),
        (cover("b", approvals=1), cover("a", approvals=1), True, Cause.AGAIN),
    ],
)
def test_a_draft_is_told_of_when_it_is_new_changed_and_at_rest_or_nearer(
    now: PlanCover, last: PlanCover | None, at_rest: bool, cause: Cause | None
):
    assert cause_of_draft(now, last, at_rest=at_rest) == cause


@pytest.mark.parametrize(
    ("now", "last", "told"),
    [
        (cover(approvals=1, rung=0), None, True),
        (cover(approvals=1, rung=0), cover(approvals=1, rung=0), False),
        (cover(approvals=1, rung=7), cover(approvals=1, rung=0), True),
        (cover(approvals=2, rung=0), cover(approvals=1, rung=7), True),
        (cover(approvals=1), None, False),
    ],
)
def test_an_approved_plan_is_told_of_once_a_week_and_anew_after_another_approval(
    now: PlanCover, last: PlanCover | None, told: bool
):
    assert cause_of_approved(now, last) == (Cause.UNOPENED if told else None)
