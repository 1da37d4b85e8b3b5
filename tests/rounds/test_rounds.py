"""Opening by kind with its credits, and the daily round over all campaigns: each by itself, and once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from tests import asking, building, cutting
from tests.building import NOW, POLICY, assignment_of, campaign, draft, person, repeating, sign, train
from tests.campaigns.following import TODAY, leaves, on
from tests.cutting import everything
from training.attestation.models import Credit
from training.campaigns.approve import approve
from training.campaigns.assign import assign
from training.campaigns.audience import AudienceRule, as_json
from training.campaigns.credits import CreditRule
from training.campaigns.models import Assignment, Campaign, CampaignEvent, RepeatingPlan, Tally
from training.campaigns.open import open_campaign
from training.campaigns.tally import rebuild
from training.catalogue.publish import publish_module
from training.errors import Conflict, NotReady
from training.ledger.records import verify_records
from training.people.models import Employment
from training.policy.publish import publish_revision
from training.rounds.begin import begin
from training.rounds.daily import daily_round
from training.rounds.named import named_for

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)


def credited_year(**changes: Any) -> Campaign:
    rule = CreditRule(kinds=frozenset({"yearly"}), signed_from=date(2026, 4, 1))
    made = draft(code="FY2027", credit_rule=rule, **changes)
    approve(campaign=made, by=building.officer(), now=NOW)
    return made


def test_beginning_opens_and_credits_what_was_signed_before():
    signed, other = person("1", "署 名"), person("2", "未 署名")
    campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "署 名")
    made = credited_year()
    event = begin(campaign=made, by=building.officer(), now=NOW)
    assert event.kind == CampaignEvent.Kind.OPENED
    assert Assignment.objects.filter(campaign=made).count() == 2
    assert Credit.objects.get().assignment == assignment_of(signed, "FY2027")
    assert assignment_of(other, "FY2027").credits.count() == 0
    assert Tally.objects.get(campaign=made).credited == 1
    assert verify_records().intact


def test_beginning_is_done_once():
    person()
    made = credited_year()
    begin(campaign=made, by=None, now=NOW)
    before = everything()
    with pytest.raises(Conflict):
        begin(campaign=made, by=None, now=NOW)
    assert everything() == before


def test_beginning_is_done_whole_or_not_at_all():
    signed = person("1", "署 名")
    campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "署 名")
    made = credited_year()
    assert cutting.writes_whole_or_not_at_all(lambda: begin(campaign=made, by=None, now=NOW)) > 6


def changed() -> Campaign:
    """A change campaign on a new text of the policy, approved."""
    newer = publish_revision(source=POLICY.replace("5F", "6F"), now=NOW)
    publish_module(snapshot=asking.snapshot("article-5"), revision=newer, now=NOW)
    module = building.Module.objects.get(slug="article-5")
    made = draft(code="CHANGE", kind=Campaign.Kind.CHANGE, revision=newer, modules=[module])
    approve(campaign=made, by=building.officer(), now=NOW)
    return made


def test_a_change_of_the_policy_asks_exactly_those_who_signed_the_old_text():
    signed, other = person("1", "署 名"), person("2", "未 署名")
    campaign()
    train(assignment_of(signed))
    attestation = sign(assignment_of(signed), "署 名")
    made = changed()
    begin(campaign=made, by=None, now=NOW)
    assignment = Assignment.objects.get(campaign=made)
    assert (assignment.employment_id, assignment.cause) == (signed.pk, "change")
    assert assignment.facts["attestation"] == str(attestation.pk)
    train(assignment_of(other))
    sign(assignment_of(other), "未 署名")
    (outcome,) = [one for one in daily_round(now=on(TODAY + A_DAY)).campaigns if one.code == "CHANGE"]
    assert outcome.assigned is not None
    assert outcome.assigned.people["added"] == ("2",)


def test_a_change_that_nobody_signed_before_is_not_begun():
    person()
    made = changed()
    with pytest.raises(NotReady):
        begin(campaign=made, by=None, now=NOW)
    assert named_for(made) == {}


def test_other_kinds_name_nobody():
    assert named_for(Campaign(kind=Campaign.Kind.YEARLY)) is None


def test_the_round_follows_every_open_campaign_and_drafts_and_credits_once():
    leaver, signed = person("1", "退 職"), person("2", "署 名")
    campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "署 名")
    made = credited_year()
    begin(campaign=made, by=None, now=NOW)
    person("3", "新 入")
    leaves(leaver, TODAY)
    repeating(code="NEXT{year}", draft_days_before=366)
    done: list[tuple[int, int]] = []
    found = daily_round(now=on(TODAY + A_DAY), progress=lambda *step: done.append(step))
    assert done == [(1, 2), (2, 2)]
    assert (found.failed, found.drafted) == (False, ("NEXT2027",))
    assert [(one.code, one.assigned.added, one.assigned.closed) for one in found.campaigns if one.assigned] == [
        ("FY2026", 1, 1),
        ("FY2027", 1, 1),
    ]
    for one in Campaign.objects.filter(state="open"):
        kept = Tally.objects.values().get(campaign=one)
        rebuild(campaign=one)
        assert Tally.objects.values().get(campaign=one) == kept
    before = everything()
    again = daily_round(now=on(TODAY + A_DAY))
    assert [one.assigned.changes for one in again.campaigns if one.assigned] == [0, 0]
    assert (again.drafted, everything()) == ((), before)


def test_what_is_in_the_way_of_one_campaign_leaves_the_others_alone(caplog: pytest.LogCaptureFixture):
    person("1")
    first = campaign()
    campaign(["article-5"], code="OTHER")
    Campaign.objects.filter(pk=first.pk).update(audience={"departments": "all"})
    person("2", "新 入")
    found = daily_round(now=on(TODAY + A_DAY))
    assert found.failed
    assert {one.code: bool(one.failed) for one in found.campaigns} == {"FY2026": True, "OTHER": False}
    assert Assignment.objects.filter(campaign__code="OTHER").count() == 2
    assert Assignment.objects.filter(campaign__code="FY2026").count() == 1


def test_a_campaign_that_breaks_half_way_is_as_it_was_and_the_log_tells(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
):
    person("1")
    campaign()
    person("2", "新 入")
    before = everything()

    def half_way(**given: Any) -> Any:
        assign(**given)
        raise LookupError("a row of a broken shape")

    monkeypatch.setattr("training.rounds.daily.assign", half_way)
    (outcome,) = daily_round(now=on(TODAY + A_DAY)).campaigns
    assert "LookupError" in outcome.failed
    assert outcome.assigned is None
    assert "a row of a broken shape" in caplog.text
    assert everything() == before


@pytest.mark.parametrize("reason", [LookupError("a row of a broken shape"), NotReady("later"), Conflict("closed")])
def test_crediting_that_fails_undoes_no_assignment_and_is_done_the_next_time(
    monkeypatch: pytest.MonkeyPatch, reason: Exception
):
    signed = person("1", "署 名")
    campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "署 名")
    made = credited_year()
    open_campaign(campaign=made, by=None, now=NOW)
    person("2", "新 入")

    def broken(**given: Any) -> list[Credit]:
        raise reason

    with monkeypatch.context() as patched:
        patched.setattr("training.rounds.daily.credit", broken)
        (outcome,) = daily_round(now=on(TODAY + A_DAY), codes=["FY2027"]).campaigns
    assert outcome.assigned is not None
    assert (outcome.assigned.added, outcome.credited) == (1, 0)
    assert bool(outcome.failed) != isinstance(reason, Conflict)
    assert Assignment.objects.filter(campaign=made).count() == 2
    (outcome,) = daily_round(now=on(TODAY + A_DAY), codes=["FY2027"]).campaigns
    assert (outcome.credited, outcome.failed) == (1, "")


def test_the_counters_are_let_go_before_crediting_holds_anything(monkeypatch: pytest.MonkeyPatch):
    person()
    campaign()
    deep: list[int] = []

    def nested(**given: Any) -> list[Credit]:
        deep.append(len(connection.savepoint_ids))
        return []

    monkeypatch.setattr("training.rounds.daily.credit", nested)
    before = len(connection.savepoint_ids)
    daily_round(now=on(TODAY + A_DAY))
    assert deep == [before]


def test_a_repeating_plan_that_breaks_keeps_no_campaign_from_being_followed(monkeypatch: pytest.MonkeyPatch):
    person("1")
    campaign()
    person("2", "新 入")

    def broken(**given: Any) -> list[Campaign]:
        raise KeyError("a plan of a broken shape")

    monkeypatch.setattr("training.rounds.daily.draft_due", broken)
    found = daily_round(now=on(TODAY + A_DAY))
    assert [(one.code == "FY2026", bool(one.failed)) for one in found.campaigns] == [(False, True), (True, False)]
    assert Assignment.objects.count() == 2


def test_a_draft_that_is_in_the_way_of_another_is_a_failure_of_the_round_and_stops_nothing():
    person("1")
    campaign()
    person("2", "新 入")
    draft(code="A2027")
    repeating(code="A{year}", draft_days_before=366)
    found = daily_round(now=on(TODAY + A_DAY))
    assert found.failed
    assert [(one.code, bool(one.failed)) for one in found.campaigns] == [("A2027", True), ("FY2026", False)]
    assert "A2027" in found.campaigns[0].failed
    assert Assignment.objects.count() == 2


def test_a_dry_round_writes_nothing_and_a_named_one_does_one_campaign():
    person("1")
    campaign()
    campaign(["article-5"], code="OTHER")
    person("2", "新 入")
    repeating(draft_days_before=366)
    before = everything()
    dry = daily_round(now=on(TODAY + A_DAY), dry_run=True)
    assert everything() == before
    assert [one.assigned.added for one in dry.campaigns if one.assigned] == [1, 1]
    named = daily_round(now=on(TODAY + A_DAY), codes=["OTHER"])
    assert [one.code for one in named.campaigns] == ["OTHER"]
    assert Assignment.objects.filter(campaign__code="FY2026").count() == 1


@pytest.mark.parametrize("size", [2, 12])
def test_the_number_of_queries_does_not_depend_on_the_company(size: int, django_assert_max_num_queries: Any):
    for n in range(size):
        person(f"{n:03}", f"氏名{n}")
    campaign()
    for n in range(size):
        person(f"n{n:03}", f"新入{n}")
    with django_assert_max_num_queries(45):
        daily_round(now=on(TODAY + A_DAY))
    assert Assignment.objects.count() == 2 * size


def signed_before(*numbers: str) -> None:
    """These people have signed FY2026, and do not have the campaign FY2027 to come yet."""
    for number in numbers:
        train(assignment_of(person_of(number)))
        sign(assignment_of(person_of(number)), f"氏名{number}")


def person_of(number: str) -> Employment:
    return Employment.objects.get(number=number)


def crediting(*numbers: str) -> Campaign:
    """An open campaign that credits what was signed, with these people in it."""
    included = frozenset(person_of(number).pk for number in numbers)
    made = credited_year(audience=AudienceRule(include=included, named_only=True))
    open_campaign(campaign=made, by=None, now=NOW)
    return made


def test_a_dry_round_names_the_drafts_and_whom_it_would_credit_and_the_real_one_does_just_that():
    for number in ("1", "2", "3", "4"):
        person(number, f"氏名{number}")
    campaign()
    signed_before("1", "2", "3")
    made = crediting("1", "4")
    # 2 comes into the audience, 3 does not; 4 has signed nothing.
    included = frozenset(person_of(number).pk for number in ("1", "2", "4"))
    Campaign.objects.filter(pk=made.pk).update(audience=as_json(AudienceRule(include=included, named_only=True)))
    repeating(code="Y{year}", draft_days_before=366)
    before = everything()

    dry = daily_round(now=on(TODAY + A_DAY), dry_run=True)

    assert everything() == before
    assert dry.drafted == ("Y2027",)
    assert {one.code: one.credits for one in dry.campaigns} == {"FY2026": (), "FY2027": ("1", "2")}
    real = daily_round(now=on(TODAY + A_DAY))
    assert real.drafted == dry.drafted
    assert [(one.code, one.credited, one.assigned) for one in real.campaigns] == [
        (one.code, one.credited, one.assigned) for one in dry.campaigns
    ]
    assert sorted(Credit.objects.values_list("assignment__employment__number", flat=True)) == ["1", "2"]
    again = daily_round(now=on(TODAY + A_DAY), dry_run=True)
    assert (again.drafted, [one.credited for one in again.campaigns]) == ((), [0, 0])


def test_who_is_to_be_closed_would_not_be_credited_and_who_is_opened_again_would():
    for number in ("1", "2"):
        person(number, f"氏名{number}")
    campaign()
    signed_before("1", "2")
    made = crediting("1", "2")
    leaves(person_of("2"), TODAY - A_DAY)
    assign(campaign=made, now=on(TODAY))  # 2 is closed, and is here after all
    Employment.objects.filter(number="2").update(valid_to=None)
    leaves(person_of("1"), TODAY)

    dry = daily_round(now=on(TODAY + A_DAY), dry_run=True, codes=["FY2027"])
    real = daily_round(now=on(TODAY + A_DAY), codes=["FY2027"])

    (found,), (done,) = dry.campaigns, real.campaigns
    assert found.assigned == done.assigned
    assert found.credits == ("2",)
    assert (found.credited, done.credited) == (1, 1)
    assert Credit.objects.get().assignment.employment.number == "2"


def test_two_plans_of_one_code_from_before_it_was_refused_are_one_draft_in_a_dry_round_as_in_the_real_one():
    repeating(draft_days_before=366)
    repeating(code="OLD{year}", draft_days_before=366)
    RepeatingPlan.objects.update(code="FY{year}")
    dry = daily_round(now=on(TODAY), dry_run=True)
    assert dry.drafted == daily_round(now=on(TODAY)).drafted == ("FY2027",)


@pytest.mark.parametrize("size", [2, 12])
def test_the_queries_of_a_dry_round_do_not_depend_on_the_company(size: int, django_assert_max_num_queries: Any):
    for n in range(size):
        person(f"{n:03}", f"氏名{n:03}")
    campaign()
    signed_before(*(f"{n:03}" for n in range(size)))
    crediting("000")
    Campaign.objects.filter(code="FY2027").update(audience=as_json(AudienceRule()))
    with django_assert_max_num_queries(50):
        dry = daily_round(now=on(TODAY + A_DAY), dry_run=True)
    assert [one.credited for one in dry.campaigns] == [0, size]
