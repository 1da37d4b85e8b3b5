"""Leaves and days of joining move the due day of who is still asked, and of nobody else."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests import building
from tests.building import NOW, assignment_of, campaign, on_leave, person, sign, train
from tests.campaigns.following import A_DAY, DUE, TODAY, counts, due_days, on, opened, run
from tests.campaigns.staffing import corrected
from training.campaigns.due import After, Anchor, DueRule, Roll
from training.campaigns.models import Assignment
from training.campaigns.standing_by_hand import remove
from training.people.leave import take_back_leave
from training.people.models import Leave

pytestmark = pytest.mark.django_db


def test_a_leave_moves_the_due_day_and_taking_it_back_moves_it_back():
    employment = person()
    made = campaign()
    leave = on_leave(employment, date(2026, 12, 1), date(2026, 12, 31))
    assert counts(run(made, date(2026, 12, 1))) == (0, 0, 0, 1, 0)
    # 31 days were left on 24 November, 24 of them from 2 December on.
    moved = date(2026, 12, 31) + timedelta(days=(DUE - date(2026, 11, 30)).days)
    assert due_days(assignment_of(employment)) == [(DUE, "campaign"), (moved, "leave")]
    assert counts(run(made, date(2026, 12, 2))) == (0, 0, 0, 0, 1)
    take_back_leave(leave=leave, by=None, now=on(date(2026, 12, 3)))
    assert run(made, date(2026, 12, 3)).due_moved == 1
    assert due_days(assignment_of(employment))[-1] == (DUE, "leave")


def test_while_no_return_is_known_the_last_due_day_stands():
    away, there = person("1", "休 職"), person("2", "在 席")
    on_leave(away, date(2026, 11, 1), None)
    made = campaign()
    assert due_days(assignment_of(away)) == [(DUE, "campaign")]
    on_leave(there, date(2026, 12, 1), None)
    assert counts(run(made, date(2026, 12, 1))) == (0, 0, 0, 0, 2)


def test_one_persons_leave_that_leads_to_no_day_stops_nobody_elses_round():
    away, there = person("1", "休 職"), person("2", "在 席")
    Leave.objects.filter(pk=on_leave(away, date(2026, 11, 1), None).pk).update(valid_to=date.max)
    made = campaign()
    assert due_days(assignment_of(away)) == [(DUE, "campaign")]
    on_leave(there, date(2026, 12, 1), date(2026, 12, 31))
    person("3", "新 入")
    assert counts(run(made, date(2026, 12, 1))) == (1, 0, 0, 1, 1)
    assert due_days(assignment_of(away)) == [(DUE, "campaign")]


def test_another_day_of_joining_moves_a_due_day_that_counts_from_it():
    employment = person(joined=date(2026, 11, 20))
    rule = DueRule((After(Anchor.JOINING, 30),), roll=Roll.NEXT)
    made = opened(due_rule=rule)
    assert due_days(assignment_of(employment)) == [(date(2026, 12, 21), "rule")]  # the 20th is a Sunday
    corrected(employment, valid_from=date(2026, 11, 10))
    run(made, TODAY + A_DAY)
    assert due_days(Assignment.objects.get())[-1] == (date(2026, 12, 10), "rule")


def test_a_signed_or_closed_assignment_keeps_its_due_day():
    signed, removed = person("1", "署 名"), person("2", "除 外")
    made = campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "署 名")
    remove(assignment=assignment_of(removed), reason="対象外", by=building.officer(), now=NOW)
    for employment in (signed, removed):
        on_leave(employment, date(2026, 12, 1), date(2026, 12, 20))
    assert run(made, date(2026, 12, 1)).changes == 0


def test_the_companys_own_closed_days_are_no_working_days(settings: Any):
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "CLOSED_DAYS": ["12-21", "12-22"]}
    employment = person(joined=date(2026, 11, 20))
    opened(due_rule=DueRule((After(Anchor.JOINING, 30),), roll=Roll.NEXT))
    assert due_days(assignment_of(employment)) == [(date(2026, 12, 23), "rule")]


def test_a_due_day_before_a_long_leave_goes_forwards():
    """The working day before lies behind a leave of a year: the first one after the return it is."""
    employment = person(joined=date(2026, 11, 20))
    on_leave(employment, date(2026, 11, 25), date(2027, 11, 26))  # back on a Saturday
    opened(due_rule=DueRule((After(Anchor.JOINING, 5),), roll=Roll.PREVIOUS))
    assert due_days(assignment_of(employment)) == [(date(2027, 11, 29), "leave")]
