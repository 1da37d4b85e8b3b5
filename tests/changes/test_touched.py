"""Whom and what a change touches: the line that HR reads, and the lists behind it."""

from __future__ import annotations

from typing import Any

import pytest

from tests import asking, building
from tests.changes import company
from training.catalogue.models import ModuleVersion
from training.changes.confirm import confirm
from training.changes.touched import Touched, TouchedClause, TouchedModule, touched_by
from training.policy.models import Revision

pytestmark = pytest.mark.django_db
DAY = company.AFTER.date()


def touched(revision: Revision) -> Touched:
    found = touched_by(revision, day=DAY)
    assert found is not None
    return found


def clause(revision: Revision, ref: str, change: str = "") -> TouchedClause:
    [found] = [
        one
        for one in touched(revision).clauses
        if one.judged.difference.ref == ref and one.judged.difference.change.startswith(change)
    ]
    return found


def module(revision: Revision, ref: str, slug: str = "article-3", change: str = "") -> TouchedModule:
    [found] = [one for one in clause(revision, ref, change).modules if one.held.module.slug == slug]
    return found


@pytest.fixture
def revision() -> Revision:
    """Three people signed the first text; article-3 explains and tests 3.3 and 3.5, article-9 another."""
    company.signed_first("000101", "000102", "000103")
    building.module_version("article-9", **company.taught(("9",), slug="article-9"), covers=("9",))
    return company.second()


def test_the_line_of_a_changed_clause(revision: Revision) -> None:
    found = clause(revision, "3.5")
    assert len(found.modules) == 1
    assert len(found.questions) == len(found.to_review) == 2
    assert touched(revision).audience == 3
    assert touched(revision).people == {1: 3}


def test_a_new_clause_touches_the_module_on_its_article_and_no_question(revision: Revision) -> None:
    found = module(revision, "3.7")
    assert (found.sections, found.questions, found.open, found.confirmable) == ((), (), True, True)


def test_a_clause_that_is_gone_or_moved_asks_for_a_rewriting_where_something_names_it(revision: Revision) -> None:
    building.module_version("article-2", **company.taught(("2.14", "2.16"), slug="article-2"), covers=("2",))
    gone = module(revision, "2.14", "article-2", "removed")
    moved = module(revision, "2.15", "article-2")
    assert (gone.sections, gone.open, gone.confirmable) == ((1,), True, False)
    assert (moved.sections, moved.open, moved.confirmable) == ((2,), True, False)
    assert [one.open for one in clause(revision, "2.16").modules] == [False]  # it only covers the article


def test_nothing_is_asked_of_an_editor_for_an_editorial_change(revision: Revision) -> None:
    assert module(revision, "9", "article-9").open
    company.decide_all(revision)
    assert not module(revision, "9", "article-9").open
    assert not module(revision, "3.5").open
    assert clause(revision, "3.5").to_review == ()
    assert module(revision, "3.3").open


def test_publishing_the_same_words_for_the_new_text_reviews_nothing(revision: Revision) -> None:
    version = company.publish("article-3", revision, **company.taught())
    assert version.number == 2
    found = module(revision, "3.5")
    assert (found.behind, found.stale.sections, len(found.stale.questions)) == (False, (2,), 2)


def test_rewriting_section_and_questions_does(revision: Revision) -> None:
    fresh = company.taught(("3.3",))
    new = tuple(asking.question("article-3/rewritten", number, clause="3.5") for number in (1, 2))
    fresh["sections"] = (*fresh["sections"], company.section("3.5", "監視について新しく説明します。"))
    fresh["questions"] = (*fresh["questions"], *new)
    company.publish("article-3", revision, **fresh)
    found = module(revision, "3.5")
    assert (bool(found.stale), found.open, len(found.questions)) == (False, False, 2)
    assert module(revision, "3.3").open


def test_a_confirmation_reviews_section_and_questions_of_that_clause_alone(revision: Revision) -> None:
    held = module(revision, "3.5").held.module
    confirm(revision=revision, module=held, ref="3.5", by=building.officer(), now=company.AFTER)
    assert clause(revision, "3.5").to_review == ()
    assert not module(revision, "3.5").open
    assert len(clause(revision, "3.3").to_review) == 2


def test_a_question_in_two_modules_is_one_and_reviewed_in_either(revision: Revision) -> None:
    building.module_version("other", **company.taught(), covers=())
    found = clause(revision, "3.5")
    assert len(found.modules) == 2
    assert len(found.questions) == len(found.to_review) == 2
    other = module(revision, "3.5", "other").held.module
    confirm(revision=revision, module=other, ref="3.5", by=building.officer(), now=company.AFTER)
    assert clause(revision, "3.5").to_review == ()


def test_the_composed_module_is_no_lesson_that_is_touched(revision: Revision) -> None:
    company.decide_all(revision)
    company.confirm_all(revision)
    company.compose(revision)
    assert ModuleVersion.objects.filter(module__slug="change-2").exists()
    slugs = {one.held.module.slug for found in touched(revision).clauses for one in found.modules}
    assert "change-2" not in slugs


def test_the_first_text_touches_nobody(revision: Revision) -> None:
    assert touched_by(Revision.objects.get(number=1), day=DAY) is None


@pytest.mark.parametrize("modules", [0, 6])
def test_the_queries_do_not_grow(revision: Revision, modules: int, django_assert_num_queries: Any) -> None:
    for number in range(modules):
        building.module_version(f"more-{number}", **company.taught(slug=f"more-{number}"))
    with django_assert_num_queries(11):
        touched_by(revision, day=DAY)
