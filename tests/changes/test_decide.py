"""The privacy officer decides of each changed clause whether it is material; every decision stays."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests import building, cutting
from tests.changes import company
from training.changes.compare import Comparison, comparison_of
from training.changes.decide import decide
from training.changes.models import ClauseDecision
from training.errors import Invalid, NotAllowed
from training.ledger.keys import load_key
from training.ledger.models import Disclosure
from training.ledger.seal import seal
from training.policy.models import Revision
from training.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def revision() -> Revision:
    building.revision()
    return company.second()


def compared(revision: Revision) -> Comparison:
    found = comparison_of(revision)
    assert found is not None
    return found


def decided(revision: Revision, before: str = "3.3", after: str = "3.3", **changes: Any) -> ClauseDecision:
    values = {"material": True, "reason": "義務が重くなる", "by": building.officer(), "now": company.AFTER}
    return decide(revision=revision, ref_before=before, ref_after=after, **(values | changes))


def test_every_clause_that_is_not_the_same_waits_and_numbers_and_signs_are_preset_editorial(revision: Revision) -> None:
    found = compared(revision)
    assert [(one.difference.change.value, *one.pair, one.preset) for one in found.judged] == [
        ("removed", "2.14", "", None),
        ("renumbered", "2.15", "2.14", False),
        ("renumbered", "2.16", "2.15", False),
        ("renumbered", "2.17", "2.16", False),
        ("changed", "3.3", "3.3", None),
        ("changed", "3.5", "3.5", None),
        ("added", "", "3.7", None),
        ("changed", "9", "9", False),
    ]
    assert found.undecided == found.judged
    assert found.material == ()
    assert found.same == revision.clauses.count() - 7  # all that is there but three renumbered, three changed, one new


def test_a_preset_is_no_decision(revision: Revision) -> None:
    assert ClauseDecision.objects.count() == 0
    decided(revision, "2.15", "2.14", material=False, reason="番号だけ")
    assert len(compared(revision).undecided) == 7


def test_the_latest_decision_counts_and_the_earlier_one_stays(revision: Revision) -> None:
    decided(revision)
    decided(revision, material=False, reason="言い換えにすぎない", now=building.later(days=8))
    rows = ClauseDecision.objects.order_by("number")
    assert [(row.number, row.material) for row in rows] == [(1, True), (2, False)]
    [judged] = [one for one in compared(revision).judged if one.pair == ("3.3", "3.3")]
    assert (judged.material, judged.reason) == (False, "言い換えにすぎない")


def test_the_same_again_is_the_same_and_another_reason_is_another(revision: Revision) -> None:
    first = decided(revision)
    assert decided(revision, reason="  義務が重くなる ", now=building.later(days=8)) == first
    assert decided(revision, reason="別の理由").number == 2


def test_the_reason_is_in_no_row_and_can_be_erased(revision: Revision) -> None:
    decision = decided(revision, reason="𠮷田さんの指摘による")
    assert "𠮷田" not in decision.entry.body
    assert Disclosure.objects.get(entry=decision.entry).value == "𠮷田さんの指摘による"


@pytest.mark.parametrize("reason", ["", " \n　", "あ" * 1001])
def test_without_a_reason_or_with_too_long_a_one_nothing_is_decided(revision: Revision, reason: str) -> None:
    with pytest.raises(Invalid):
        decided(revision, reason=reason)
    assert not ClauseDecision.objects.exists()


@pytest.mark.parametrize(
    ("before", "after"), [("3.4", "3.4"), ("3.3", ""), ("", "3.3"), ("3.3", "3.5"), ("", ""), ("x", "y")]
)
def test_what_did_not_change_cannot_be_decided(revision: Revision, before: str, after: str) -> None:
    with pytest.raises(Invalid):
        decided(revision, before, after)


def test_the_first_text_has_nothing_to_decide(revision: Revision) -> None:
    first = Revision.objects.get(number=1)
    assert comparison_of(first) is None
    with pytest.raises(Invalid):
        decided(first)


@pytest.mark.parametrize("role", [Role.HR, Role.EDITOR, Role.AUDITOR, None])
def test_nobody_but_the_privacy_officer_decides(revision: Revision, role: Role | None) -> None:
    somebody = building.account("somebody", *([role] if role else []))
    with pytest.raises(NotAllowed):
        decided(revision, by=somebody)
    assert not ClauseDecision.objects.exists()


def test_a_decision_is_written_whole_or_not_at_all(revision: Revision) -> None:
    building.officer()
    cutting.writes_whole_or_not_at_all(lambda: decided(revision))


def test_the_ledger_vouches_for_decisions_and_confirmations(revision: Revision) -> None:
    building.module_version("article-3", **company.taught())
    company.decide_all(revision)
    company.confirm_all(revision)
    seal(now=company.AFTER, key=load_key())
    call_command("verify_ledger", stdout=StringIO())  # exits 1 otherwise
