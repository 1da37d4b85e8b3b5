"""A list says of whom HR entered anything from a sheet: as long as it counts, in the record's own words, and of nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import asking, building
from tests.building import NOW, assignment_of, later
from tests.campaigns.staffing import listed as on_the_roster
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.credit import credit
from training.attestation.models import Annulment, Attestation
from training.attestation.paper import enter_paper
from training.campaigns.approve import approve
from training.campaigns.credits import CreditRule
from training.campaigns.models import Assignment, Campaign, Completion
from training.campaigns.standing_by_hand import remove
from training.people.models import Employment
from training.reports.basis import KINDS, Basis, resting_on
from training.reports.dossier import dossier_of
from training.reports.queries import State, listed, standings
from training.rounds.begin import begin

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
SCAN = asking.picture().data


def on_paper(assignment: Assignment, *, kind: str = "paper", hours: int = 0) -> Attestation:
    """What HR enters from a sheet of today; the signature that came of it."""
    enter_paper(
        assignment=assignment, kind=kind, held_on=TODAY, scan=SCAN, note="",
        by=building.officer(), now=later(hours=hours),
    )  # fmt: skip
    return assignment.attestations.latest("number")


def online(assignment: Assignment, name: str, *, hours: int = 0) -> Attestation:
    """Every module passed and the pledge signed on this site."""
    building.train(assignment, now=later(hours=hours))
    return building.sign(assignment, name, now=later(hours=hours))


def taken_back(attestation: Attestation, *, hours: int = 1) -> None:
    annul(
        attestation=attestation, cause=Annulment.Cause.OTHER, reason="別の人の署名簿",
        by=building.officer(), now=later(hours=hours),
    )  # fmt: skip


def of(code: str = "FY2026") -> dict[str, tuple[State, Basis | None]]:
    """Each person of a campaign by number: the state, and what it rests on."""
    campaign = Campaign.objects.get(code=code)
    return {line.number: (line.state, line.basis) for line in listed(standings(campaign, today=TODAY), {})}


def people(*numbers: str) -> dict[str, Employment]:
    return {number: building.person(number, f"架空 {number}") for number in numbers}


def test_each_person_is_told_apart_by_what_was_done_on_paper_and_what_online() -> None:
    who = people("new", "half", "online", "paper", "group", "signed", "cannot", "out")
    building.campaign(["article-1", "article-2"])
    mine = {number: assignment_of(one) for number, one in who.items()}
    building.sit(building.read(mine["half"].tasks.order_by("campaign_module__order")[0]))
    online(mine["online"], "架空 online")
    on_paper(mine["paper"])
    on_paper(mine["group"], kind="group")
    building.train(mine["signed"])
    on_paper(mine["signed"])
    building.train(mine["cannot"])
    decline(assignment=mine["cannot"], reason="説明を受けていません。", now=NOW)
    remove(assignment=mine["out"], reason="対象外", by=building.officer(), now=NOW)

    assert of() == {
        "new": (State.NOT_STARTED, None),
        "half": (State.IN_PROGRESS, Basis.ONLINE),
        "online": (State.SIGNED, Basis.ONLINE),
        "paper": (State.SIGNED, Basis.PAPER),
        "group": (State.SIGNED, Basis.PAPER),
        "signed": (State.SIGNED, Basis.SIGNED_ON_PAPER),
        "cannot": (State.DECLINED, Basis.ONLINE),
        "out": (State.CLOSED, None),
    }


def test_who_began_online_and_is_entered_from_a_sheet_is_marked_for_the_modules_that_were_left() -> None:
    (one,) = people("000101").values()
    building.campaign(["article-1", "article-2"])
    mine = assignment_of(one)
    building.sit(building.read(mine.tasks.order_by("campaign_module__order")[0]))
    on_paper(mine)

    assert sorted(Completion.objects.values_list("how", flat=True)) == ["paper", "passed"]
    assert of() == {"000101": (State.SIGNED, Basis.PAPER)}


def test_a_pledge_without_modules_is_marked_by_its_signature_alone() -> None:
    on_the_roster("000101,髙橋 一郎,営業本部,正社員,2020/4/1,2026/12/15,", day=date(2020, 4, 1))
    building.approve_and_open(building.draft([], code="LEAVE", kind=Campaign.Kind.LEAVING))
    assert of("LEAVE") == {"000101": (State.TRAINED, None)}

    signed = on_paper(Assignment.objects.get())
    assert of("LEAVE") == {"000101": (State.SIGNED, Basis.SIGNED_ON_PAPER)}

    taken_back(signed)
    assert of("LEAVE") == {"000101": (State.TRAINED, None)}


def test_after_an_annulment_the_modules_stay_entered_from_paper_and_so_does_the_mark_whoever_signs_and_how() -> None:
    (one,) = people("000101").values()
    building.campaign()
    mine = assignment_of(one)
    taken_back(on_paper(mine))
    assert of() == {"000101": (State.TRAINED, Basis.PAPER)}

    building.sign(mine, "架空 000101", now=later(hours=2))
    assert of() == {"000101": (State.SIGNED, Basis.PAPER)}


def test_a_signature_on_paper_that_is_annulled_marks_nobody_who_passed_online() -> None:
    (one,) = people("000101").values()
    building.campaign()
    mine = assignment_of(one)
    building.train(mine)
    taken_back(on_paper(mine))
    assert of() == {"000101": (State.TRAINED, Basis.ONLINE)}

    building.sign(mine, "架空 000101", now=later(hours=2))
    assert of() == {"000101": (State.SIGNED, Basis.ONLINE)}


@pytest.fixture
def credited() -> dict[str, Attestation]:
    """Three people credited with what they signed before: online, wholly on paper, and on paper after passing online."""
    who = people("online", "paper", "signed")
    before = building.campaign(code="FY2025")
    earlier = {number: assignment_of(one, "FY2025") for number, one in who.items()}
    building.train(earlier["signed"])
    signed = {
        "online": online(earlier["online"], "架空 online"),
        "paper": on_paper(earlier["paper"], kind="group"),
        "signed": on_paper(earlier["signed"]),
    }
    made = building.draft(credit_rule=CreditRule(kinds=frozenset({before.kind}), signed_from=date(2026, 4, 1)))
    approve(campaign=made, by=building.officer(), now=NOW)
    begin(campaign=made, by=building.officer(), now=NOW)
    return signed


def test_a_credit_rests_on_what_the_earlier_signature_rests_on(credited: dict[str, Attestation]) -> None:
    assert of() == {
        "online": (State.CREDITED, Basis.ONLINE),
        "paper": (State.CREDITED, Basis.PAPER),
        "signed": (State.CREDITED, Basis.SIGNED_ON_PAPER),
    }


def test_a_credit_whose_signature_is_annulled_leaves_no_mark(credited: dict[str, Attestation]) -> None:
    taken_back(credited["paper"])

    assert of()["paper"] == (State.NOT_STARTED, None)
    assert of("FY2025")["paper"] == (State.TRAINED, Basis.PAPER)


def test_who_signs_online_after_being_credited_from_paper_is_not_marked(credited: dict[str, Attestation]) -> None:
    online(Assignment.objects.get(campaign__code="FY2026", employment__number="paper"), "架空 paper", hours=1)

    assert of()["paper"] == (State.SIGNED, Basis.ONLINE)


def test_who_is_taken_out_after_being_credited_has_completed_nothing(credited: dict[str, Attestation]) -> None:
    mine = Assignment.objects.get(campaign__code="FY2026", employment__number="paper")
    remove(assignment=mine, reason="対象外", by=building.officer(), now=later(hours=1))

    assert of()["paper"] == (State.CLOSED, None)


def test_who_was_annulled_on_paper_and_is_credited_with_a_signature_online_rests_on_that(
    credited: dict[str, Attestation],
) -> None:
    mine = Assignment.objects.get(campaign__code="FY2026", employment__number="online")
    taken_back(on_paper(mine, hours=1), hours=2)
    assert credit(campaign=mine.campaign, now=later(hours=3)) == []

    assert of()["online"] == (State.CREDITED, Basis.ONLINE)


def test_a_list_is_narrowed_to_one_of_the_two_and_who_has_completed_nothing_is_in_neither() -> None:
    who = people("new", "online", "paper", "signed")
    campaign = building.campaign()
    mine = {number: assignment_of(one) for number, one in who.items()}
    online(mine["online"], "架空 online")
    on_paper(mine["paper"])
    building.train(mine["signed"])
    on_paper(mine["signed"])

    found = {kind: {row.number for row in resting_on(standings(campaign, today=TODAY), kind)} for kind, _label in KINDS}

    assert found == {"online": {"online"}, "paper": {"paper", "signed"}}


def test_the_mark_says_what_the_records_themselves_say() -> None:
    assert Basis.PAPER.label == Completion.How.PAPER.label
    assert Basis.SIGNED_ON_PAPER.label == Attestation.Method.PAPER.label
    assert [one for one in Basis if one.on_paper] == [Basis.PAPER, Basis.SIGNED_ON_PAPER]


def test_the_persons_record_tells_it_too(credited: dict[str, Attestation]) -> None:
    mine = Assignment.objects.get(campaign__code="FY2026", employment__number="paper")
    dossier: Any = dossier_of(mine, today=TODAY, paths={})

    assert dossier.standing.basis == Basis.PAPER


def test_lines_with_marks_cost_one_query(
    credited: dict[str, Attestation], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    campaign = Campaign.objects.get(code="FY2026")
    with django_assert_num_queries(1):
        assert len(listed(standings(campaign, today=TODAY), {})) == 3
    with django_assert_num_queries(1):
        assert len(listed(resting_on(standings(campaign, today=TODAY), "paper"), {})) == 2
