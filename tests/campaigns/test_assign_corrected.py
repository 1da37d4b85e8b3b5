"""Corrections of the past and decisions by hand: the daily run follows the one and leaves the other alone."""

from __future__ import annotations

from datetime import date

import pytest

from tests import building
from tests.building import NOW, assignment_of, campaign, on_leave, person
from tests.campaigns.following import A_DAY, TODAY, counts, events, leaves, on, opened, run
from tests.campaigns.staffing import corrected, listed, withdrawn
from training.campaigns.audience import AudienceRule
from training.campaigns.candidates import candidates_on
from training.campaigns.models import Assignment, AssignmentEvent
from training.campaigns.prolong import prolong
from training.campaigns.standing_by_hand import add, remove
from training.people.models import Employment
from training.people.undo_import import undo_import

pytestmark = pytest.mark.django_db


def test_who_should_have_been_here_is_assigned_when_it_is_known():
    person("1")
    made = campaign()
    listed("2,𠮷田 二,営業本部,正社員,2026/10/1,,", day=date(2026, 10, 1), now=on(date(2026, 12, 10)))
    found = run(made, date(2026, 12, 10))
    assert found.people["added"] == ("2",)
    assert Assignment.objects.get(cause="followed").facts["employed_on"] == "2026-12-10"


def test_who_never_was_here_is_closed_and_here_after_all_opened_again():
    person("1")
    made_by = listed("2,𠮷田 二,営業本部,正社員,2026/10/1,,", day=date(2026, 10, 1))
    made = campaign()
    undo_import(roster_import=made_by, depends={}, by=None, now=on(date(2026, 12, 1)))
    assert run(made, date(2026, 12, 1)).people["closed"] == ("2",)
    assignment = Assignment.objects.get(employment__number="2")
    assert events(assignment) == [("closed", "never_here", TODAY)]
    assert counts(run(made, date(2026, 12, 2))) == (0, 0, 0, 0, 2)
    old = assignment.employment
    corrected(old, now=on(date(2026, 12, 3)))
    assert counts(run(made, date(2026, 12, 3))) == (0, 0, 1, 0, 1)
    assert events(assignment)[-1] == ("reopened", "here_after_all", date(2026, 12, 3))


def test_a_joining_that_was_put_off_closes_until_the_day_comes():
    employment = person()
    made = campaign()
    corrected(employment, valid_from=date(2026, 12, 7))
    assert counts(run(made, date(2026, 12, 6))) == (0, 1, 0, 0, 0)
    assert counts(run(made, date(2026, 12, 7))) == (0, 0, 1, 0, 0)
    assert [cause for _kind, cause, _day in events(Assignment.objects.get())] == ["never_here", "here_after_all"]


def test_a_gap_found_out_later_makes_two_spells_and_mending_it_one_assignment():
    employment = person()
    made = campaign()
    first = corrected(employment, valid_to=date(2026, 11, 30))
    second = corrected(employment, valid_from=date(2026, 12, 14))
    assert counts(run(made, date(2026, 12, 14))) == (1, 1, 0, 0, 0)
    withdrawn(first), withdrawn(second)
    corrected(employment)
    assert counts(run(made, date(2026, 12, 15))) == (0, 0, 0, 0, 2)
    assert AssignmentEvent.objects.count() == 1


def test_who_was_taken_out_by_hand_stays_out():
    employment = person()
    made = campaign()
    remove(assignment=assignment_of(employment), reason="対象外", by=building.officer(), now=NOW)
    assert counts(run(made, TODAY + A_DAY)) == (0, 0, 0, 0, 1)
    leaves(employment, TODAY)
    run(made, TODAY + 2 * A_DAY)
    Employment.objects.filter(pk=employment.pk).update(valid_to=None)
    run(made, TODAY + 3 * A_DAY)
    assert [cause for _kind, cause, _day in events(assignment_of(employment))] == ["removed"]


def test_who_was_added_by_hand_stays_in_and_leaves_as_others_do():
    person("1")
    outside = person("2", "対象 外", department="法務部")
    sales = candidates_on(TODAY)[0].candidate.departments
    made = opened(audience=AudienceRule(departments=frozenset(sorted(sales)[:1])))
    if not Assignment.objects.filter(employment=outside).exists():
        add(campaign=made, employment=outside, reason="本人の希望", by=building.officer(), now=NOW)
    assert run(made, TODAY + A_DAY).changes == 0
    leaves(outside, TODAY + A_DAY)
    assert run(made, TODAY + 2 * A_DAY).people["closed"] == ("2",)


def test_a_due_day_set_by_hand_is_not_touched():
    employment = person()
    made = campaign()
    prolong(
        assignment=assignment_of(employment), due_on=date(2027, 1, 15), reason="出張", by=building.officer(), now=NOW
    )
    on_leave(employment, TODAY + A_DAY, TODAY + 10 * A_DAY)
    assert counts(run(made, TODAY + A_DAY)) == (0, 0, 0, 0, 1)
