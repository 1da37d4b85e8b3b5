"""The coverage matrix goes stale where a clause has changed, until somebody confirms or rewrites."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import asking, building, cutting
from tests.changes import company
from tests.changes.texts import THIRD
from training.catalogue.models import Module
from training.changes.confirm import confirm
from training.changes.matrix import matrix_of
from training.changes.models import ClauseConfirmation
from training.errors import Conflict, Invalid, NotAllowed
from training.policy.models import Revision
from training.roles import Role

pytestmark = pytest.mark.django_db


def stale(revision: Revision) -> dict[str, list[str]]:
    """Which sections are stale, and how many questions are, by clause."""
    covers = matrix_of(revision, language="ja").clauses
    return {
        ref: [place if "#" in place else place.split(":")[0] for place in cover.stale]
        for ref, cover in covers.items()
        if cover.stale
    }


def confirmed(revision: Revision, ref: str, slug: str = "article-3", **changes: Any) -> ClauseConfirmation:
    by = changes.pop("by", None) or building.account(f"e{ClauseConfirmation.objects.count()}", Role.EDITOR)
    values = {"by": by, "now": company.AFTER}
    return confirm(revision=revision, module=Module.objects.get(slug=slug), ref=ref, **(values | changes))


@pytest.fixture
def revision() -> Revision:
    building.module_version("article-3", **company.taught())
    return company.second()


OLD = {"3.3": ["article-3#1", "article-3", "article-3"], "3.5": ["article-3#2", "article-3", "article-3"]}


def test_a_changed_clause_is_stale_where_it_is_taught_and_tested(revision: Revision) -> None:
    assert stale(revision) == OLD
    matrix = matrix_of(revision, language="ja")
    assert matrix.clauses["3.5"].taught == ["article-3#2"]
    assert not matrix.clauses["3.5"].whole
    assert matrix.stale[0] == "3.3: article-3#1"


def test_before_the_change_nothing_was_stale(revision: Revision) -> None:
    assert stale(Revision.objects.get(number=1)) == {}


def test_what_is_editorial_is_not_and_what_is_material_stays(revision: Revision) -> None:
    company.decide_all(revision, material=("3.5",))
    assert stale(revision) == {"3.5": OLD["3.5"]}


def test_an_editor_s_confirmation_ends_it_for_that_clause(revision: Revision) -> None:
    confirmed(revision, "3.5")
    assert stale(revision) == {"3.3": OLD["3.3"]}


def test_the_same_words_published_anew_do_not_and_rewritten_ones_do(revision: Revision) -> None:
    company.publish("article-3", revision, **company.taught())
    assert stale(revision) == OLD

    fresh = company.taught()
    fresh["sections"] = (fresh["sections"][0], company.section("3.5", "監視のことを書き足した。"))
    company.publish("article-3", revision, **fresh)
    assert stale(revision) == {"3.3": OLD["3.3"], "3.5": ["article-3", "article-3"]}  # its questions are as they were


def test_a_confirmation_for_one_text_is_none_for_the_next(revision: Revision) -> None:
    confirmed(revision, "3.3")
    confirmed(revision, "3.5")
    assert stale(revision) == {}
    third = company.second(source=THIRD, now=building.later(days=300))
    assert stale(third) == {"3.3": OLD["3.3"]}


def test_what_nobody_looked_at_for_the_second_text_stays_stale_under_the_third(revision: Revision) -> None:
    confirmed(revision, "3.3")
    third = company.second(source=THIRD, now=building.later(days=300))
    confirmed(third, "3.3")
    assert stale(third) == {"3.5": OLD["3.5"]}


def test_a_module_of_the_earlier_text_counts_for_its_clauses_as_they_are_called_now(revision: Revision) -> None:
    building.module_version("article-2", **company.taught(("2.14", "2.15"), slug="article-2"), covers=("2",))
    covers = matrix_of(revision, language="ja").clauses
    assert covers["2.14"].taught == ["article-2#2"]
    assert covers["2.15"].taught == []


def test_what_was_composed_for_the_change_is_no_cover(revision: Revision) -> None:
    company.decide_all(revision)
    company.confirm_all(revision)
    company.compose(revision)
    assert matrix_of(revision, language="ja").clauses["3.3"].taught == ["article-3#1"]


def test_the_command_names_what_is_stale_and_exits_1(revision: Revision) -> None:
    out = StringIO()
    with pytest.raises(CommandError, match=r"3\.5: article-3#2") as refusal:
        call_command("coverage", "--json", stdout=out)
    assert refusal.value.returncode == 1
    said = json.loads(out.getvalue())
    assert said["whole"] is False
    assert "3.5: article-3#2" in said["stale"]

    confirmed(revision, "3.3")
    confirmed(revision, "3.5")
    with pytest.raises(CommandError) as refusal:  # the rest of the policy is a hole still
        call_command("coverage", stdout=StringIO())
    assert "article-3#2" not in str(refusal.value)


# --- confirming ---


def test_confirming_twice_is_confirming_once(revision: Revision) -> None:
    first = confirmed(revision, "3.5")
    assert confirmed(revision, "3.5", by=building.officer(), now=building.later(days=9)) == first


@pytest.mark.parametrize("ref", ["3.4", "2.14", "2.16", "9", "", "x"])
def test_what_gives_the_module_nothing_to_confirm_is_refused(revision: Revision, ref: str) -> None:
    with pytest.raises(Invalid):
        confirmed(revision, ref)
    assert not ClauseConfirmation.objects.exists()


def test_what_was_rewritten_needs_no_confirmation(revision: Revision) -> None:
    company.publish(
        "article-3",
        revision,
        sections=(company.section("3.5", "書き直した。"),),
        questions=(asking.question("fresh", 1, clause="3.5"),),
        blueprint=company.Blueprint(1, 50),
    )
    with pytest.raises(Conflict):
        confirmed(revision, "3.5")


@pytest.mark.parametrize("role", [Role.HR, Role.AUDITOR])
def test_neither_hr_nor_auditors_confirm(revision: Revision, role: Role) -> None:
    with pytest.raises(NotAllowed):
        confirmed(revision, "3.5", by=building.account("other", role))


def test_a_confirmation_is_written_whole_or_not_at_all(revision: Revision) -> None:
    somebody = building.account("editor", Role.EDITOR)
    cutting.writes_whole_or_not_at_all(lambda: confirmed(revision, "3.5", by=somebody))
