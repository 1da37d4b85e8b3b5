"""A wrong signature is annulled with a reason; it stays, counts no more, and the person signs again."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from tests import building, cutting
from tests.building import NOW, later
from training.attestation.annul import LONGEST_REASON, annul
from training.attestation.attest import decline
from training.attestation.models import Annulment, Attestation
from training.attestation.queries import annulment_of, attestation_of, attestations_of, counting
from training.campaigns.models import Campaign, Tally
from training.campaigns.queries import all_completed
from training.campaigns.tally import rebuild
from training.certificates.issue import issue, issue_waiting, waiting
from training.certificates.queries import certificate_of
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.records import verify_records
from training.ledger.verify import verify
from training.reports.queries import State, figures_of, listed, standings, with_figures
from training.roles import Role

pytestmark = pytest.mark.django_db
REASON = "本人の席で、別の社員（𠮷田）が署名していたため。"
DAY = NOW.date()


def annulled(attestation: Attestation, *, by: Any = None, **changes: Any) -> Annulment:
    values: dict[str, Any] = {"cause": Annulment.Cause.WRONG_PERSON, "reason": REASON, "now": later(hours=1)}
    return annul(attestation=attestation, by=by or building.officer(), **(values | changes))


@pytest.fixture
def year() -> building.Year:
    return building.year()


def test_an_annulled_signature_stays_and_counts_no_more(year: building.Year):
    row = annulled(year.attestation)
    assert Attestation.objects.get() == year.attestation
    assert attestation_of(year.assignment) is None
    assert attestations_of([year.assignment]) == {}
    assert not counting().exists()
    assert annulment_of(year.assignment) == row
    assert (row.cause, row.at, row.entry.kind) == ("wrong_person", later(hours=1), "attestation.annulled")


def test_the_assignment_is_open_again_with_every_module_completed(year: building.Year):
    annulled(year.attestation)
    assert all_completed(year.assignment.pk)
    (line,) = listed(standings(year.assignment.campaign, today=DAY), {})
    assert (line.state, line.signed_at, line.serial) == (State.TRAINED, None, "")
    campaign = with_figures(Campaign.objects.all(), today=DAY + timedelta(days=60)).get()
    figures = figures_of(campaign)
    assert (figures.trained, figures.signed, figures.overdue, figures.uncertified) == (1, 0, 1, 0)


def test_the_counter_goes_down_and_counting_afresh_agrees(year: building.Year):
    other = building.person("000102", "ほか 花子")
    assert other
    annulled(year.attestation)
    assert Tally.objects.get().signed == 0
    assert rebuild(campaign=year.assignment.campaign).signed == 0
    building.sign(year.assignment, "髙橋 一郎", now=later(hours=2))
    assert Tally.objects.get().signed == 1
    assert rebuild(campaign=year.assignment.campaign).signed == 1


def test_after_any_walk_of_signing_and_annulling_the_counters_are_those_of_a_count_afresh():
    people = [building.person(f"{n}", "髙橋 一郎") for n in range(3)]
    made = building.campaign()
    assignments = [building.assignment_of(employment) for employment in people]
    for assignment in assignments:
        building.train(assignment)
    chance = random.Random(7)
    for step in range(40):
        assignment = chance.choice(assignments)
        signed = attestation_of(assignment)
        if signed is None:
            building.sign(assignment, "髙橋 一郎", now=later(minutes=step))
        elif chance.random() < 0.7:
            annulled(signed, now=later(minutes=step))
        kept = Tally.objects.get(campaign=made).signed
        assert kept == counting().values("assignment").distinct().count() == rebuild(campaign=made).signed
    assert Attestation.objects.count() > 5


def test_the_next_signature_is_number_two_and_gets_a_certificate_of_its_own(year: building.Year):
    annulled(year.attestation)
    assert certificate_of(year.assignment) is None
    assert waiting() == []
    second = building.sign(year.assignment, "髙橋 一郎", now=later(hours=2))
    assert (second.number, second.entry.kind) == (2, "attestation.signed")
    assert attestation_of(year.assignment) == second
    assert building.sign(year.assignment, "髙橋 一郎", now=later(hours=3)) == second
    assert waiting() == [second]
    certificate = building.certify(second, now=later(hours=3))
    assert certificate.serial == "FY2026-000002"
    assert certificate_of(year.assignment) == certificate


def test_a_second_signature_can_be_annulled_like_the_first(year: building.Year):
    annulled(year.attestation)
    second = building.sign(year.assignment, "髙橋 一郎", now=later(hours=2))
    latest = annulled(second, now=later(hours=3))
    assert annulment_of(year.assignment) == latest
    assert building.sign(year.assignment, "髙橋 一郎", now=later(hours=4)).number == 3


def test_no_certificate_is_issued_for_a_signature_that_was_annulled_first():
    employment = building.person()
    building.campaign()
    assignment = building.assignment_of(employment)
    building.train(assignment)
    attestation = building.sign(assignment, "髙橋 一郎")
    annulled(attestation)
    assert issue_waiting(now=NOW).issued == []
    with pytest.raises(Conflict, match=r"annulled|無効"):
        issue(attestation=attestation, now=NOW)


@pytest.mark.parametrize("role", [None, Role.HR, Role.EDITOR, Role.AUDITOR])
def test_nobody_but_the_privacy_officer_annuls(year: building.Year, role: Role | None):
    other = building.account("somebody", *([role] if role else []))
    before = cutting.everything()
    with pytest.raises(NotAllowed):
        annulled(year.attestation, by=other)
    with pytest.raises(NotAllowed):
        annulled(year.attestation, by=year.user)
    assert cutting.everything() == before


@pytest.mark.parametrize("reason", ["", " ", "　\n\t", "x" * (LONGEST_REASON + 1)])
def test_no_reason_no_annulment(year: building.Year, reason: str):
    before = cutting.everything()
    with pytest.raises(Invalid):
        annulled(year.attestation, reason=reason)
    assert cutting.everything() == before


@pytest.mark.parametrize("cause", ["", "whim", "WRONG_PERSON"])
def test_no_cause_that_there_is_not(year: building.Year, cause: str):
    before = cutting.everything()
    with pytest.raises(Invalid):
        annulled(year.attestation, cause=cause)
    assert cutting.everything() == before


def test_a_signature_is_not_annulled_twice(year: building.Year):
    annulled(year.attestation)
    before = cutting.everything()
    with pytest.raises(Conflict):
        annulled(year.attestation, reason="もう一度")
    assert cutting.everything() == before


def test_an_annulment_is_done_whole_or_not_at_all(year: building.Year):
    officer = building.officer()
    cutting.writes_whole_or_not_at_all(lambda: annulled(year.attestation, by=officer))
    assert Tally.objects.get().signed == 0


def test_the_reason_is_a_disclosure_and_stands_nowhere_else(year: building.Year):
    row = annulled(year.attestation)
    assert Disclosure.objects.get(entry=row.entry).value == REASON
    assert not any("𠮷田" in body for body in Entry.objects.values_list("body", flat=True))
    assert "𠮷田" not in str(list(Annulment.objects.values()))


def test_what_the_person_declined_before_still_stands_after_the_annulment(year: building.Year):
    assert year
    employment = building.person("000102", "﨑山 花子")
    building.campaign(["article-5"], code="FY2027")
    assignment = building.assignment_of(employment, "FY2027")
    building.train(assignment)
    decline(assignment=assignment, reason="確認したい", now=NOW)
    annulled(building.sign(assignment, "﨑山 花子", now=later(minutes=1)))
    found = standings(assignment.campaign, today=DAY).filter(pk=assignment.pk)
    assert listed(found, {})[0].state == State.DECLINED
    decline(assignment=assignment, reason="やはり署名できない", now=later(hours=2))


def test_the_ledger_agrees_with_every_row_afterwards(year: building.Year):
    annulled(year.attestation)
    building.certify(building.sign(year.assignment, "髙橋 一郎", now=later(hours=2)), now=later(hours=3))
    assert verify_records().problem_count == 0
    assert verify(keys=[verifier(load_key())]).problem_count == 0
