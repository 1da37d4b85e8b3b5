"""Who signs the new text in another training need not do so twice; a campaign on a change stands for no other."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests import building, cutting
from tests.changes import company
from tests.reports.packs import checked, packed
from training.attestation.annul import annul
from training.attestation.models import Attestation, Credit
from training.attestation.standing import Standing, outstanding, with_standing
from training.campaigns.approve import approve
from training.campaigns.credits import CreditRule
from training.campaigns.models import Assignment, Campaign
from training.changes.compose import credit_rule_of
from training.errors import Invalid
from training.people.models import Employment
from training.policy.models import Revision
from training.reports.rules import in_words
from training.rounds.begin import begin
from training.rounds.daily import daily_round

pytestmark = pytest.mark.django_db

LATER = building.later(days=10)


@pytest.fixture
def people() -> list[Employment]:
    """Three who signed the first text."""
    return company.signed_first("000101", "000102", "000103")


@pytest.fixture
def change(people: list[Employment]) -> Campaign:
    """The open campaign about the second text; the yearly training on that text is open too."""
    revision = company.second()
    company.decide_all(revision)
    company.confirm_all(revision)
    campaign = company.compose(revision)
    approve(campaign=campaign, by=building.officer(), now=company.AFTER)
    begin(campaign=campaign, by=building.officer(), now=company.AFTER)
    company.opened(revision, code="NEW")
    return campaign


def standing(one: Employment, code: str = "change-2") -> str:
    rows = Assignment.objects.filter(pk=building.assignment_of(one, code).pk)
    return str(with_standing(rows, day=LATER.date()).get().standing)


def signed_elsewhere(one: Employment, code: str = "NEW") -> Attestation:
    """Trained and signed in another campaign."""
    return company.do(building.assignment_of(one, code), now=building.later(days=9))


def test_who_signs_the_new_text_in_the_yearly_training_is_credited_on_the_next_round(
    people: list[Employment], change: Campaign
) -> None:
    signature = signed_elsewhere(people[0])
    assert standing(people[0]) == Standing.NEW
    daily_round(now=LATER)
    assert [standing(one) for one in people] == [Standing.CREDITED, Standing.NEW, Standing.NEW]
    credit = Credit.objects.get()
    assert (credit.attestation, credit.rule) == (signature, change.credit_rule)
    left = outstanding(Assignment.objects.filter(campaign=change), day=LATER.date())
    assert {one.employment for one in left} == set(people[1:])

    before = cutting.everything()
    daily_round(now=building.later(days=11))
    assert cutting.everything() == before


def test_the_yearly_training_stays_due_for_who_signed_on_the_change(people: list[Employment], change: Campaign) -> None:
    company.do(building.assignment_of(people[0], "change-2"), now=company.AFTER)
    daily_round(now=LATER)
    assert standing(people[0]) == Standing.SIGNED
    assert standing(people[0], "NEW") == Standing.NEW
    assert not Credit.objects.exists()


def test_no_training_on_the_whole_policy_can_be_told_to_count_a_change(
    people: list[Employment], change: Campaign
) -> None:
    rule = CreditRule(frozenset({"change"}), date(2026, 4, 1))
    with pytest.raises(Invalid):
        building.draft(code="YEARLY", credit_rule=rule)


def test_the_old_text_signed_late_counts_for_nothing(people: list[Employment], change: Campaign) -> None:
    first = Attestation.objects.get(assignment=building.assignment_of(people[0]))
    annul(attestation=first, cause="other", reason="誤り", by=building.officer(), now=building.later(days=8))
    building.sign(building.assignment_of(people[0]), "髙橋 一郎", now=building.later(days=9))
    daily_round(now=LATER)
    assert standing(people[0]) == Standing.NEW


def test_if_the_signature_elsewhere_is_annulled_the_change_is_asked_again(
    people: list[Employment], change: Campaign
) -> None:
    signature = signed_elsewhere(people[0])
    daily_round(now=LATER)
    annul(attestation=signature, cause="other", reason="誤り", by=building.officer(), now=building.later(days=11))
    assert standing(people[0]) == Standing.NEW


def test_hr_reads_the_rule_in_the_plan(change: Campaign) -> None:
    assert in_words(change, paths={}, language="ja")["credit"] == (
        "2026年12月1日以後に年次研修か入社時研修か補講で誓約書に署名した人は、受講済みとして扱います。"
        "方針の同じ版への署名に限ります。"
    )


def test_the_pack_tells_of_the_credit_and_its_checker_agrees(
    people: list[Employment], change: Campaign, tmp_path: Path
) -> None:
    signed_elsewhere(people[0])
    daily_round(now=LATER)
    pack = packed(Campaign.objects.select_related("revision", "statement").get(code="change-2"), now=LATER)
    [row] = pack.rows("credits")
    assert row["社員番号"] == "000101"
    assert "年度研修、2026-12-01以降の署名、同じ版の規程" in " ".join(row.values())
    result = checked(pack, tmp_path)
    assert result.returncode == 3, result.stdout + result.stderr  # nothing disagrees; no key came from outside


@pytest.mark.parametrize(("days", "since"), [(-3, date(2026, 11, 28)), (0, date(2026, 12, 1)), (5, date(2026, 12, 1))])
def test_a_text_counts_from_the_day_on_which_it_could_first_be_signed(days: int, since: date) -> None:
    revision: Revision = company.second(now=company.AFTER + timedelta(days=days))
    assert credit_rule_of(revision).signed_from == since
