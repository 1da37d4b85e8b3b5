"""Questions: what is drafted, what is asked, and how a module tells that they have moved on."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from wagtail.models import TaskState

from cms.freshness import freshness_of
from cms.pages import ModulePage
from cms.questions import Question
from cms.snapshot import snapshot_of
from tests.cms.conftest import signed_in
from tests.cms.posting import form_of
from training.catalogue.freeze import sanitise
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.errors import Invalid

STEM = "<p>設問lesson-1の場面です。どうしますか。</p>"


def words(response: HttpResponse) -> str:
    return response.content.decode()


@pytest.fixture
def question(module: ModulePage) -> Question:
    return Question.objects.get(label="lesson-1")


def post(question: Question, user: Any, **changes: Any) -> HttpResponse:
    data = form_of(question.get_latest_revision_as_object(), user=user, **changes)
    address = reverse(Question.snippet_viewset.get_url_name("edit"), args=[question.pk])
    return signed_in(user).post(address, data, follow=True)


def test_publishing_a_question_changes_no_module_and_the_module_says_so(
    module: ModulePage, question: Question, officer: Any
) -> None:
    post(question, officer, **{"options-0-value-text": "改めた対応", "action-publish": "yes"})

    question.refresh_from_db()
    assert question.options[0].value["text"] == "改めた対応"
    assert ModuleVersion.objects.count() == 1
    assert QuestionVersion.objects.count() == 3
    assert freshness_of([module])[module.pk].newer == 1
    listing = signed_in(officer).get(reverse("wagtailadmin_explore", args=[module.get_parent().pk]))
    assert gettext("%(n)d questions newer than the frozen version") % {"n": 1} in words(listing)


def test_a_module_takes_a_question_in_when_it_is_published(
    module: ModulePage, question: Question, officer: Any
) -> None:
    post(question, officer, **{"options-0-value-text": "改めた対応", "action-publish": "yes"})

    module.save_revision().publish()

    version = module.latest_version()
    assert version.number == 2
    frozen = [row.question_version for row in version.pool.select_related("question_version")]
    assert [q.number for q in frozen] == [2, 1, 1]
    assert frozen[0].content["options"][0]["text"] == "改めた対応"
    assert freshness_of([module])[module.pk].newer == 0


def test_an_option_keeps_its_id_when_it_is_reworded_and_moved(
    module: ModulePage, question: Question, officer: Any
) -> None:
    ids = [option.id for option in question.options]
    post(
        question,
        officer,
        **{"options-0-order": "2", "options-2-order": "0", "options-0-value-text": "改めた対応"},
        **{"action-publish": "yes"},
    )

    question.refresh_from_db()
    assert [option.id for option in question.options] == [ids[2], ids[1], ids[0]]
    assert question.options[2].value["text"] == "改めた対応"
    assert question.options[2].value["correct"] is True


def test_a_drafted_change_is_not_asked(module: ModulePage, question: Question, editor: Any) -> None:
    post(question, editor, **{"options-0-value-text": "下書きの対応"})

    module.save_revision().publish()

    question.refresh_from_db()
    assert question.get_latest_revision_as_object().options[0].value["text"] == "下書きの対応"
    assert module.latest_version().number == 1


def test_a_question_that_is_no_longer_published_is_not_in_the_pool(module: ModulePage, question: Question) -> None:
    question.unpublish()

    module.save_revision().publish()

    version = module.latest_version()
    assert len(version.content["questions"]) == 2
    assert str(question.key) not in {str(row.question_version.question) for row in version.pool.all()}
    assert freshness_of([module])[module.pk].drafts == 1


def test_a_question_that_cannot_be_asked_is_refused_by_hand_with_the_reason(question: Question, officer: Any) -> None:
    response = post(question, officer, **{"options-1-value-correct": "on", "action-publish": "yes"})

    assert "は単一選択ですが、正解が2個あります。" in words(response)
    question.refresh_from_db()
    assert not question.options[1].value["correct"]
    assert question.revisions.count() == 1


def test_an_unfinished_question_can_be_drafted_but_not_submitted(question: Question, editor: Any) -> None:
    post(question, editor, **{"options-0-value-correct": None})
    question.refresh_from_db()
    assert not question.get_latest_revision_as_object().options[0].value["correct"]

    response = post(question, editor, **{"action-submit": "yes"})

    assert "正解が0個あります" in words(response)
    assert not TaskState.objects.exists()


def test_the_second_clause_must_be_another(question: Question, editor: Any) -> None:
    post(question, editor, second_clause="3.3")

    assert question.revisions.count() == 1


def test_a_question_goes_through_the_officers_approval(question: Question, editor: Any, officer: Any) -> None:
    post(question, editor, **{"options-0-value-text": "改めた対応", "action-submit": "yes"})
    task = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    name = Question.snippet_viewset.get_url_name("workflow_action")

    signed_in(officer).post(reverse(name, args=[question.pk, "approve", task.pk]), {"comment": ""})

    question.refresh_from_db()
    assert question.options[0].value["text"] == "改めた対応"


def test_an_approval_of_what_cannot_be_asked_is_refused_with_the_reason(
    question: Question, editor: Any, officer: Any
) -> None:
    post(question, editor, **{"options-0-value-text": "改めた対応", "action-submit": "yes"})
    task = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    draft = question.get_latest_revision_as_object()
    draft.options[0].value["correct"] = False
    draft.save_revision()
    name = Question.snippet_viewset.get_url_name("workflow_action")

    response = signed_in(officer).post(
        reverse(name, args=[question.pk, "approve", task.pk]), {"comment": ""}, follow=True
    )

    assert "正解が0個あります" in words(response)
    question.refresh_from_db()
    assert question.options[0].value["text"] == "正しい対応"
    task.refresh_from_db()
    assert task.status == TaskState.STATUS_IN_PROGRESS


def test_an_approval_in_the_form_of_what_cannot_be_asked_is_refused(
    question: Question, editor: Any, officer: Any
) -> None:
    post(question, editor, **{"options-0-value-text": "改めた対応", "action-submit": "yes"})

    changes = {"options-0-value-correct": None, "action-workflow-action": "yes", "workflow-action-name": "approve"}
    response = post(question, officer, **changes)

    assert "正解が0個あります" in words(response)
    question.refresh_from_db()
    assert question.options[0].value["text"] == "正しい対応"


def test_an_editor_cannot_publish_a_question(question: Question, editor: Any) -> None:
    post(question, editor, **{"options-0-value-text": "改めた対応", "action-publish": "yes"})

    question.refresh_from_db()
    assert question.options[0].value["text"] == "正しい対応"


def test_code_cannot_publish_what_cannot_be_asked(question: Question) -> None:
    question.options[0].value["correct"] = False

    with pytest.raises(Invalid, match="正解が0個"):
        question.save_revision().publish()


def test_a_copy_is_another_question(question: Question, editor: Any) -> None:
    browser = signed_in(editor)
    form = browser.get(reverse(Question.snippet_viewset.get_url_name("copy"), args=[question.pk]))

    browser.post(form.context["action_url"], form_of(question, user=editor, label="写し"))

    copy = Question.objects.get(label="写し")
    assert copy.key != question.key
    assert not copy.live
    assert sanitise(copy.stem) == question.stem


def test_the_same_question_chosen_twice_is_asked_once(module: ModulePage, question: Question) -> None:
    module.pool.add(type(module.pool.first())(question=question, sort_order=9))

    assert [q.question for q in snapshot_of(module, {}).questions].count(str(question.key)) == 1


def test_the_preview_shows_the_question_and_what_comes_after_the_answer(question: Question, editor: Any) -> None:
    question.options[1].value["text"] = "<script>alert(1)</script>"
    response = question.make_preview_request()

    shown = response.content.decode()
    assert STEM in shown
    assert shown.count('type="radio"') == 3
    assert "<script>" not in shown
    assert "なぜ惜しいか。" in shown
    assert "定期的な教育・研修の実施" in shown


def test_questions_are_listed_filtered_and_found_by_part_of_a_word(module: ModulePage, editor: Any) -> None:
    browser = signed_in(editor)
    address = reverse(Question.snippet_viewset.get_url_name("list"))

    def listed(**query: Any) -> set[str]:
        shown = browser.get(address, query).content.decode()
        return {label for label in ("lesson-1", "lesson-2", "lesson-3") if f"設問{label}" in shown}

    link = reverse(Question.snippet_viewset.get_url_name("edit"), args=[Question.objects.get(label="lesson-2").pk])
    assert f'href="{link}"' in browser.get(address).content.decode()
    everything = {"lesson-1", "lesson-2", "lesson-3"}
    assert listed() == everything
    assert listed(q="lesson-2の場面") == {"lesson-2"}
    assert listed(clause="3.3") == everything
    assert listed(clause="3.4") == set()
    assert listed(topics="c") == everything
    assert listed(topics="d") == set()
    assert listed(type="multiple") == set()
    assert listed(modules__page=module.pk) == everything
    assert listed(live="true") == everything


def test_the_chooser_finds_questions_by_part_of_a_word(module: ModulePage, editor: Any) -> None:
    chooser = Question.snippet_viewset.chooser_viewset
    found = signed_in(editor).get(reverse(chooser.get_url_name("choose_results")), {"q": "lesson-2の場面"})

    assert "lesson-2" in found.content.decode()
    assert "lesson-1" not in found.content.decode()
