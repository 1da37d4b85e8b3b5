"""Each kind of campaign asks its own: who joins, who leaves, who is named."""

from __future__ import annotations

from datetime import date

import pytest

from tests import building
from tests.building import NOW, assignment_of, draft, person
from tests.campaigns.following import A_DAY, TODAY, counts, due_days, events, leaves, opened, run
from tests.campaigns.staffing import corrected, listed
from training.campaigns.approve import approve
from training.campaigns.audience import AudienceRule
from training.campaigns.due import After, Anchor, DueRule
from training.campaigns.models import Assignment, Campaign
from training.campaigns.open import open_campaign
from training.errors import NotReady
from training.people.models import Employment

pytestmark = pytest.mark.django_db


def test_a_campaign_on_joining_waits_for_people_and_asks_those_who_join_within_it():
    person("1")
    made = opened(kind=Campaign.Kind.JOINING, due_rule=DueRule((After(Anchor.JOINING, 30),)))
    assert (made.state, Assignment.objects.count()) == ("open", 0)
    new = person("2", "新 入", joined=date(2026, 12, 1))
    assert counts(run(made, date(2026, 12, 1))) == (1, 0, 0, 0, 0)
    assert due_days(assignment_of(new)) == [(date(2026, 12, 31), "rule")]


def test_a_pledge_on_leaving_is_asked_of_who_leaves_by_the_last_day_of_work():
    going, stays = person("1", "退 職"), person("2", "在 籍")
    made = opened(kind=Campaign.Kind.LEAVING)
    leaves(going, date(2026, 12, 15))
    leaves(stays, date(2028, 3, 31))  # beyond the campaign
    assert run(made, date(2026, 12, 1)).people["added"] == ("1",)
    assignment = assignment_of(going)
    assert (assignment.cause, due_days(assignment)) == ("leaving", [(date(2026, 12, 15), "rule")])
    leaves(going, date(2026, 12, 28))
    assert counts(run(made, date(2026, 12, 2))) == (0, 0, 0, 1, 0)
    assert due_days(assignment)[-1] == (date(2026, 12, 28), "rule")
    assert run(made, date(2026, 12, 29)).closed == 1


def test_who_does_not_leave_after_all_is_asked_for_no_pledge_until_leaving_again():
    going = person()
    made = opened(kind=Campaign.Kind.LEAVING)
    leaves(going, date(2026, 12, 15))
    run(made, date(2026, 12, 1))
    Employment.objects.filter(pk=going.pk).update(valid_to=None)
    assert counts(run(made, date(2026, 12, 2))) == (0, 1, 0, 0, 0)
    leaves(going, date(2026, 12, 20))
    assert counts(run(made, date(2026, 12, 3))) == (0, 0, 1, 0, 0)
    assert [cause for _kind, cause, _day in events(assignment_of(going))] == ["stays", "leaves"]
    assert due_days(assignment_of(going))[-1] == (date(2026, 12, 20), "rule")


def test_named_people_alone_are_asked_with_their_facts():
    named, other = person("1", "署名 者"), person("2", "他 人")
    made = draft(kind=Campaign.Kind.CHANGE)
    approve(campaign=made, by=building.officer(), now=NOW)
    facts = {named.employee_id: {"attestation": "x"}}
    open_campaign(campaign=made, by=None, now=NOW, named=facts)
    assignment = Assignment.objects.get()
    assert (assignment.employment_id, assignment.cause) == (named.pk, "change")
    assert assignment.facts == {"employed_on": TODAY.isoformat(), "type": "regular", "attestation": "x"}
    assert run(made, TODAY + A_DAY, named=facts).changes == 0
    assert run(made, TODAY + A_DAY, named=facts | {other.employee_id: {"attestation": "y"}}).added == 1


def test_a_change_that_concerns_nobody_is_not_opened():
    person()
    made = draft(kind=Campaign.Kind.CHANGE)
    approve(campaign=made, by=building.officer(), now=NOW)
    with pytest.raises(NotReady):
        open_campaign(campaign=made, by=None, now=NOW, named={})


def test_who_is_named_by_the_rule_is_found_after_a_correction_of_the_roster():
    listed("1,髙橋 一郎,営業本部,契約,2020/4/1,,", "2,𠮷田 二,営業本部,正社員,2020/4/1,,", day=date(2020, 4, 1))
    included, excluded = Employment.objects.order_by("number")
    rule = AudienceRule(
        types=frozenset({"regular"}), include=frozenset({included.pk}), exclude=frozenset({excluded.pk})
    )
    made = draft(audience=rule)
    approve(campaign=made, by=building.officer(), now=NOW)
    for employment in (included, excluded):
        corrected(employment, type="regular" if employment is excluded else "contract")
    open_campaign(campaign=made, by=None, now=NOW)
    assert Assignment.objects.get().employment.number == "1"
    assert Assignment.objects.get().facts["included"] is True
