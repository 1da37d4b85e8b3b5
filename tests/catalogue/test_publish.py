"""What was published stays as it was; what changed is a new version; what cannot be taught leaves nothing behind."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from tests.asking import question, snapshot
from tests.building import NOW, POLICY, later, module_version, officer, revision
from tests.cutting import everything, writes_whole_or_not_at_all
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import Module, ModuleVersion, ModuleVersionQuestion, QuestionVersion
from training.catalogue.publish import publish_module, why_not
from training.catalogue.queries import latest_versions
from training.errors import Invalid
from training.ledger.canonical import canonical, sha256_hex
from training.ledger.models import Immutable
from training.policy.publish import publish_revision
from training.quiz.remark import withdraw

pytestmark = pytest.mark.django_db


def changed_first_question(**changes: Any) -> dict[str, Any]:
    first, *rest = snapshot().questions
    return {"questions": (replace(first, **changes), *rest)}


def test_a_module_is_frozen_with_its_pool_under_digests_that_can_be_taken_again():
    version = module_version()
    assert (version.number, version.module.slug, version.title) == (1, "article-3", "研修 article-3")
    assert version.digest == sha256_hex(canonical(version.content))
    pool = list(version.pool.select_related("question_version"))
    assert [row.position for row in pool] == [0, 1, 2, 3]
    assert [row.question_version.digest for row in pool] == version.content["questions"]
    assert all(sha256_hex(canonical(row.question_version.content)) == row.question_version.digest for row in pool)
    assert all(row.question_version.number == 1 for row in pool)


def test_the_same_module_published_again_is_the_same_version_and_writes_nothing():
    first = module_version()
    before = everything()
    assert module_version(now=later(days=30)) == first
    assert everything() == before


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "別の題"},
        {"summary": "別の説明"},
        {"covers": ("3", "4")},
        {"blueprint": Blueprint(draw=3, pass_mark=80)},
        {"blueprint": Blueprint(draw=4, pass_mark=66)},
        {"slug": "article-3-new"},
        {"questions": snapshot().questions[::-1]},
        {"questions": snapshot().questions[:3]},
        changed_first_question(explanation="<p>別の説明</p>"),
        changed_first_question(topics=("b",)),
    ],
)
def test_whatever_is_changed_makes_a_new_version_and_leaves_the_old_one(changes: dict[str, Any]):
    first = module_version()
    kept = ModuleVersion.objects.values().get(pk=first.pk)
    second = publish_module(snapshot=replace(snapshot(), **changes), revision=revision(), now=later(days=1))
    assert second.number == 2
    assert second.digest != first.digest
    assert ModuleVersion.objects.values().get(pk=first.pk) == kept
    assert Module.objects.get().slug == changes.get("slug", "article-3")


def test_a_question_that_did_not_change_is_not_stored_twice():
    module_version()
    module_version(**changed_first_question(explanation="<p>別の説明</p>"))
    numbers = QuestionVersion.objects.order_by("number").values_list("question", "number")
    assert QuestionVersion.objects.count() == 5
    first = uuid.UUID(snapshot().questions[0].question)
    assert [number for key, number in numbers if key == first] == [1, 2]


def test_a_question_changed_back_is_the_version_that_it_was():
    module_version()
    module_version(**changed_first_question(explanation="<p>別の説明</p>"))
    third = module_version()
    assert third.number == 3
    assert QuestionVersion.objects.count() == 5


def test_another_revision_of_the_policy_makes_another_version_of_the_same_words():
    first = module_version()
    newer = publish_revision(source=POLICY.replace("5F", "6F"), now=later(days=1))
    second = publish_module(snapshot=snapshot(), revision=newer, now=later(days=1))
    assert (second.number, second.revision) == (2, newer)
    assert second.digest != first.digest


def test_the_newest_version_of_each_module_is_listed_by_slug():
    module_version("article-5")
    module_version("article-3")
    newest = module_version("article-3", title="新しい題")
    versions = latest_versions(language="ja")
    assert [v.module.slug for v in versions] == ["article-3", "article-5"]
    assert versions[0] == newest
    assert latest_versions(language="en") == []


@pytest.mark.parametrize(
    "changes",
    [
        {"sections": ()},
        {"questions": ()},
        {"blueprint": Blueprint(draw=9, pass_mark=80)},
        {"covers": ("77",)},
        changed_first_question(clauses=("77",)),
        changed_first_question(topics=()),
        {"questions": (question("article-3", 1),) * 4},
    ],
)
def test_what_cannot_be_taught_is_refused_with_every_reason_and_nothing_is_written(changes: dict[str, Any]):
    made = revision()
    before = everything()
    broken = replace(snapshot(), **changes)
    with pytest.raises(Invalid) as caught:
        publish_module(snapshot=broken, revision=made, now=NOW)
    assert str(caught.value.message).split("\n") == why_not(snapshot=broken, revision=made)
    assert everything() == before


def test_nothing_is_published_before_there_is_a_policy():
    with pytest.raises(Invalid):
        publish_module(snapshot=snapshot(), revision=None, now=NOW)
    assert len(why_not(snapshot=snapshot(), revision=None)) == 1
    assert not Module.objects.exists()


def test_withdrawn_questions_are_not_counted_on_when_a_module_is_published_anew():
    version, made = module_version(), revision()
    faulty = [row.question_version for row in version.pool.select_related("question_version")[:2]]
    withdraw(questions=faulty[:1], reason="誤り", by=officer(), now=NOW)
    enough = snapshot(title="研修 一問を除いても足りる")
    assert why_not(snapshot=enough, revision=made) == []
    assert publish_module(snapshot=enough, revision=made, now=NOW).number == 2

    withdraw(questions=faulty[1:], reason="誤り", by=officer(), now=NOW)
    before, short = everything(), snapshot(title="研修 二問を除くと足りない")
    with pytest.raises(Invalid, match="撤回") as caught:
        publish_module(snapshot=short, revision=made, now=NOW)
    assert str(caught.value.message).split("\n") == why_not(snapshot=short, revision=made)
    assert everything() == before

    mended = replace(short.questions[0], stem="<p>言い直した問い。</p>")
    assert why_not(snapshot=replace(short, questions=(mended, *short.questions[1:])), revision=made) == []


def test_the_label_of_another_module_is_refused_with_a_reason():
    made = revision()
    module_version("article-3")
    before = everything()
    twin = replace(snapshot("article-4"), slug="article-3")
    assert any("article-3" in reason for reason in why_not(snapshot=twin, revision=made))
    with pytest.raises(Invalid):
        publish_module(snapshot=twin, revision=made, now=NOW)
    assert everything() == before


def test_what_can_be_taught_has_no_reason_against_it():
    assert why_not(snapshot=snapshot(), revision=revision()) == []
    module_version()
    assert why_not(snapshot=snapshot(), revision=revision()) == []


def test_publishing_is_done_whole_or_not_at_all():
    made = revision()
    assert writes_whole_or_not_at_all(lambda: publish_module(snapshot=snapshot(), revision=made, now=NOW)) > 3


def test_versions_cannot_be_changed_or_deleted_by_code():
    version = module_version()
    version.title = "別の題"
    with pytest.raises(Immutable):
        version.save()
    with pytest.raises(Immutable):
        version.delete()
    with pytest.raises(Immutable):
        QuestionVersion.objects.update(number=9)
    with pytest.raises(Immutable):
        ModuleVersionQuestion.objects.all().delete()


@pytest.mark.parametrize("model", [ModuleVersion, QuestionVersion, ModuleVersionQuestion])
@pytest.mark.parametrize("change", ["UPDATE {table} SET entry_id = entry_id", "DELETE FROM {table}"])
def test_the_database_itself_refuses_what_sql_might_try(model: Any, change: str):
    module_version()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format(table=model._meta.db_table))


def test_publishing_a_large_module_takes_few_queries(django_assert_max_num_queries: Any):
    made = revision()
    large = snapshot(questions=tuple(question("article-3", n) for n in range(30)))
    with django_assert_max_num_queries(25):
        publish_module(snapshot=large, revision=made, now=NOW)


def test_a_paper_of_all_questions_can_be_made_where_everything_may_be_met_again():
    version = module_version(blueprint=Blueprint(draw=4, pass_mark=50, each_clause=("3.3",)))
    assert version.content["blueprint"]["rotation"] == 100
