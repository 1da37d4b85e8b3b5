"""Deciding on campaigns and people while they sign: either the one or the other came first, and the counters know."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests import building
from tests.building import (
    NOW,
    approve_and_open,
    assignment_of,
    campaign,
    draft,
    officer,
    person,
    read,
    repeating,
    sign,
    sit,
    train,
)
from tests.test_at_once import CROWD, at_once, counters_hold, crowd, two_modules
from training.attestation.annul import annul
from training.attestation.credit import credit
from training.attestation.models import Attestation, Credit, PaperRecord
from training.attestation.paper import enter_paper, enter_session
from training.campaigns.cancel import cancel
from training.campaigns.close import close
from training.campaigns.credits import CreditRule
from training.campaigns.exempt import exempt
from training.campaigns.extend import extend_campaign
from training.campaigns.models import (
    Assignment,
    AssignmentEvent,
    Campaign,
    CampaignEvent,
    Completion,
    DueSet,
    Exemption,
    RepeatingPlan,
    Task,
)
from training.campaigns.prolong import prolong
from training.campaigns.repeat import save_plan
from training.campaigns.standing_by_hand import add, remove
from training.errors import Conflict, TrainingError

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def deciding(verb: Any, made: Campaign) -> Any:
    by = officer()
    return lambda: verb(campaign=Campaign.objects.get(pk=made.pk), reason="x", by=by, now=NOW)


def kinds(results: list[Any], kind: type) -> int:
    return sum(isinstance(one, kind) for one in results)


def test_who_signs_while_the_campaign_is_closed_is_in_its_figures_or_refused():
    made, assignment, _ = two_modules()
    train(assignment)
    signing, closing = at_once(lambda: sign(assignment, "髙橋 一郎"), deciding(close, made))
    assert isinstance(closing, CampaignEvent)
    signed = isinstance(signing, Attestation)
    assert signed or isinstance(signing, TrainingError)
    assert closing.facts["figures"]["signed"] == int(signed)
    assert counters_hold(made).signed == int(signed)


def test_who_passes_while_the_campaign_is_closed_is_in_its_figures_or_refused():
    made, _assignment, tasks = two_modules()
    sit(read(tasks[0]))
    last = read(tasks[1])
    passing, closing = at_once(lambda: sit(last), deciding(close, made))
    assert isinstance(closing, CampaignEvent)
    passed = not isinstance(passing, TrainingError)
    assert closing.facts["figures"]["trained"] == int(passed) == counters_hold(made).trained


def test_who_signs_while_the_campaign_is_cancelled_has_signed_or_is_closed():
    made, assignment, _ = two_modules()
    train(assignment)
    signing, _cancelling = at_once(lambda: sign(assignment, "髙橋 一郎"), deciding(cancel, made))
    assert AssignmentEvent.objects.count() == int(not isinstance(signing, Attestation))
    tally = counters_hold(made)
    assert tally.signed + tally.closed == 1


@pytest.mark.parametrize("verb", [close, cancel])
def test_a_campaign_ended_by_several_is_ended_once(verb: Any):
    person()
    made = campaign()
    results = crowd(deciding(verb, made))
    assert (kinds(results, CampaignEvent), kinds(results, Conflict)) == (1, CROWD - 1)
    counters_hold(made)


def test_a_due_day_moved_by_extending_and_for_one_person_at_once_is_the_later_one():
    employment = person()
    made = campaign()
    by = officer()
    at_once(
        lambda: extend_campaign(
            campaign=made, due_on=date(2027, 1, 29), last_day=made.last_day, valid_until=made.valid_until, reason="x",
            by=by, now=NOW,
        ),
        lambda: prolong(
            assignment=assignment_of(employment), due_on=date(2027, 2, 26), reason="x", by=by, now=NOW
        ),
    )  # fmt: skip
    assert DueSet.objects.latest("number").due_on == date(2027, 2, 26)
    numbers = list(DueSet.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def credited_campaign() -> tuple[Campaign, Attestation]:
    employment = person()
    campaign()
    train(assignment_of(employment))
    earlier = sign(assignment_of(employment), "髙橋 一郎")
    rule = CreditRule(frozenset({"yearly"}), date(2026, 4, 1))
    return approve_and_open(draft(["article-5"], code="FY2027", credit_rule=rule)), earlier


def test_crediting_several_times_at_once_credits_once():
    made, _earlier = credited_campaign()
    results = crowd(lambda: credit(campaign=made, now=NOW))
    assert sorted(len(one) for one in results) == [0] * (CROWD - 1) + [1]
    assert Credit.objects.count() == counters_hold(made).credited == 1


def test_what_is_annulled_while_it_is_credited_counts_no_more():
    made, earlier = credited_campaign()
    by = officer()
    at_once(
        lambda: credit(campaign=made, now=NOW),
        lambda: annul(attestation=earlier, cause="other", reason="x", by=by, now=NOW),
    )
    assert counters_hold(made).credited == 0


def test_who_signs_while_being_credited_is_counted_once():
    made, _earlier = credited_campaign()
    mine = Assignment.objects.get(campaign=made)
    train(mine)
    at_once(lambda: credit(campaign=made, now=NOW), lambda: sign(mine, "髙橋 一郎"))
    tally = counters_hold(made)
    assert (tally.signed, tally.credited) == (1, 0)


def test_a_sheet_entered_by_several_is_entered_once_even_while_the_person_sits_a_paper():
    made, assignment, tasks = two_modules()
    ready = read(tasks[0])
    by = officer()

    def enter() -> PaperRecord:
        return enter_paper(
            assignment=assignment, kind="paper", held_on=date(2026, 11, 20), scan=PDF, note="", by=by, now=NOW
        )

    results = at_once(enter, enter, lambda: sit(ready))
    assert kinds(results, PaperRecord) == PaperRecord.objects.count() == Attestation.objects.count() == 1
    assert Completion.objects.count() == Task.objects.count() == 2
    tally = counters_hold(made)
    assert (tally.started, tally.trained, tally.signed) == (1, 1, 1)


def test_two_sessions_with_the_same_people_in_another_order_wait_for_each_other():
    people = [person(f"{n}", f"氏 名{n}") for n in range(6)]
    made = campaign(["article-1", "article-3"])
    rows, by = [assignment_of(one) for one in people], officer()

    def enter(some: list[Assignment]) -> list[PaperRecord]:
        return enter_session(
            assignments=some, kind="group", held_on=date(2026, 11, 20), scan=PDF, note="", by=by, now=NOW
        )

    results = at_once(lambda: enter(rows), lambda: enter(rows[::-1]))
    assert sum(isinstance(one, list) for one in results) == 1
    assert PaperRecord.objects.count() == counters_hold(made).signed == 6


def test_a_person_exempted_taken_out_and_added_by_several_is_so_once():
    employment = person()
    made = campaign()
    mine, by = assignment_of(employment), officer()
    crowd(lambda: exempt(assignment=mine, cause="other", reason="x", until=None, by=by, now=NOW))
    assert Exemption.objects.count() == 1
    crowd(lambda: remove(assignment=mine, reason="x", by=by, now=NOW))
    assert AssignmentEvent.objects.count() == 1
    crowd(lambda: add(campaign=made, employment=employment, reason="x", by=by, now=NOW))
    assert AssignmentEvent.objects.count() == 2
    newcomer = building.person("2", "新 人")
    crowd(lambda: add(campaign=made, employment=newcomer, reason="x", by=by, now=NOW))
    assert Assignment.objects.count() == 2
    tally = counters_hold(made)
    assert (tally.assigned, tally.closed) == (2, 0)


def test_a_repeating_plan_saved_by_several_is_one():
    known = repeating(code="A{year}")
    values = {
        "kind": known.kind,
        "first_day": "04-01",
        "last_day": "03-31",
        "due_on": "12-25",
        "statement": known.statement,
    }

    def save() -> RepeatingPlan:
        return save_plan(title="年次研修", code="B{year}", modules=list(known.modules.all()), **values)

    results = at_once(*[save] * CROWD)
    assert (kinds(results, RepeatingPlan), kinds(results, Conflict)) == (1, CROWD - 1)
    assert sorted(RepeatingPlan.objects.values_list("code", flat=True)) == ["A{year}", "B{year}"]
