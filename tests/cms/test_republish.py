"""Modules that a new text left alone follow it at once, and what must be looked at is named and stays."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from cms.pages import ModulePage
from cms.policy_page import PolicyPage
from cms.questions import Question
from cms.republish import Behind, behind, republish
from tests import building
from tests.changes import company
from tests.changes.texts import SECOND
from tests.cms.conftest import module_text
from training.catalogue.models import Module, ModuleVersion
from training.changes.confirm import confirm
from training.errors import Invalid
from training.policy.models import Revision


@pytest.fixture
def revision(load: Any) -> Revision:
    """A module on 3.3, which changes, and one on 4, which does not; then the new text."""
    other = module_text("other").replace('article: "3"', 'article: "4"').replace('"3.3"', '"4"')
    load({"lesson.yaml": module_text(), "other.yaml": other})
    page = PolicyPage.objects.get()
    page.text = SECOND
    page.save_revision().publish()
    return Revision.objects.get(number=2)


def found(revision: Revision) -> dict[str, Behind]:
    return {one.version.module.slug: one for one in behind(revision, language="ja", day=timezone.localdate())}


def newest(slug: str) -> ModuleVersion:
    return ModuleVersion.objects.filter(module__slug=slug).latest("number")


def test_who_is_behind_and_why(revision: Revision) -> None:
    rows = found(revision)
    assert sorted(rows) == ["lesson", "other"]
    assert rows["other"].reasons == ()
    [reason] = rows["lesson"].reasons
    assert "第3条 第3号" in reason
    assert "第3条 第7号" in reason  # the module covers the article


def test_those_that_nothing_keeps_are_frozen_for_the_new_text(revision: Revision, officer: Any) -> None:
    result = republish(list(found(revision).values()), user=officer)

    assert [page.slug for page in result.done] == ["other"]
    assert (newest("other").number, newest("other").revision) == (2, revision)
    assert (newest("lesson").number, newest("lesson").revision.number) == (1, 1)
    first = ModuleVersion.objects.get(module__slug="other", number=1)
    assert newest("other").content["sections"] == first.content["sections"]
    assert sorted(found(revision)) == ["lesson"]


def test_a_module_confirmed_for_every_changed_clause_follows_too(revision: Revision, officer: Any) -> None:
    for ref in ("3.3", "3.7"):
        confirm(revision=revision, module=Module.objects.get(slug="lesson"), ref=ref, by=officer, now=timezone.now())
    assert "第3条 第5号" in found(revision)["lesson"].reasons[0]  # it covers the article of 3.5 as well
    confirm(revision=revision, module=Module.objects.get(slug="lesson"), ref="3.5", by=officer, now=timezone.now())
    assert found(revision)["lesson"].reasons == ()

    republish(list(found(revision).values()), user=officer)
    assert newest("lesson").revision == revision
    assert "年一回以上" in newest("lesson").content["sections"][0]["html"]
    assert found(revision) == {}


def test_editorial_changes_keep_nothing(revision: Revision) -> None:
    building.officer()
    company.decide_all(revision, material=())
    assert found(revision)["lesson"].reasons == ()


def test_what_is_live_is_published_and_a_draft_stays_a_draft(revision: Revision, officer: Any) -> None:
    page = ModulePage.objects.get(slug="other")
    page.title = "下書きの題"
    page.save_revision()

    republish(list(found(revision).values()), user=officer)

    page.refresh_from_db()
    assert (page.title, newest("other").title) == ("情報を守る other", "情報を守る other")
    assert page.has_unpublished_changes
    assert page.get_latest_revision_as_object().title == "下書きの題"


def test_a_draft_that_waits_for_approval_keeps_its_page(revision: Revision, editor: Any, officer: Any) -> None:
    page = ModulePage.objects.get(slug="other")
    page.save_revision()
    page.get_workflow().start(page, editor)
    assert len(found(revision)["other"].reasons) == 1


def test_nobody_publishes_again_what_they_may_not_publish(revision: Revision, editor: Any) -> None:
    result = republish(list(found(revision).values()), user=editor)
    assert result.done == ()
    assert [page.slug for page, _reasons in result.refused] == ["other"]
    assert newest("other").number == 1


def test_twice_is_once(revision: Revision, officer: Any) -> None:
    rows = list(found(revision).values())
    republish(rows, user=officer)
    republish(rows, user=officer)
    assert ModuleVersion.objects.filter(module__slug="other").count() == 2


# --- references that must be moved ---


@pytest.fixture
def moved(load: Any) -> ModulePage:
    """A module on 2.15, which the second text calls 2.14."""
    load({"moved.yaml": module_text("moved").replace('article: "3"', 'article: "2"').replace('"3.3"', '"2.15"')})
    page = PolicyPage.objects.get()
    page.text = SECOND
    page.save_revision().publish()
    return ModulePage.objects.get(slug="moved")


def test_a_number_that_means_another_clause_now_is_not_taken_along(moved: ModulePage) -> None:
    faults = moved.faults()
    assert len(faults) == 4  # a section and three questions
    assert all("第2条 第15号" in fault and "第2条 第14号" in fault for fault in faults)
    with pytest.raises(Invalid):
        moved.save_revision().publish()
    assert newest("moved").number == 1

    [row] = behind(Revision.objects.get(number=2), language="ja", day=timezone.localdate())
    assert "第2条 第15号 → 第2条 第14号" in row.reasons[0]


def test_moved_references_can_be_published(moved: ModulePage, officer: Any) -> None:
    for question in Question.objects.all():
        question.clause = "2.14"
        question.quotes = [("clause", "2.14")]
        question.save_revision().publish()
    section = moved.body[0]
    section.value["content"][1].value["ref"] = "2.14"
    assert moved.faults() == []
    moved.save_revision().publish()
    assert newest("moved").content["sections"][0]["clauses"] == ["2.14"]
    assert "サービス等の不正利用" in newest("moved").content["sections"][0]["html"]
