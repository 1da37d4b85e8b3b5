"""Questions of every type in the admin: their form, what is refused, and the preview that a learner would see."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from cms.load_content import Loaded
from cms.members import FIELDS
from cms.questions import Question
from cms.snapshot import snapshot_of_question
from tests.cms.conftest import signed_in
from tests.cms.posting import form_of
from tests.cms.types import KINDS, every_type
from training.catalogue.snapshots import MEMBERS, Choice, Matching, Numeric, ShortText


@pytest.fixture
def questions(load: Callable[..., Loaded]) -> dict[str, Question]:
    """One question of every type, by label."""
    load({"types.yaml": every_type()})
    return {question.label: question for question in Question.objects.all()}


def address(question: Question) -> str:
    return reverse(Question.snippet_viewset.get_url_name("edit"), args=[question.pk])


def post(question: Question, user: Any, **changes: Any) -> HttpResponse:
    data = form_of(question.get_latest_revision_as_object(), user=user, **changes)
    response = signed_in(user).post(address(question), data, follow=True)
    question.refresh_from_db()
    return response


def preview(question: Question) -> str:
    return question.make_preview_request().content.decode()


def test_saving_a_form_as_it_was_opened_changes_no_type(questions: dict[str, Question], officer: Any) -> None:
    for label, question in questions.items():
        before = snapshot_of_question(question)
        post(question, officer, **{"action-publish": "yes"})

        after = snapshot_of_question(question)
        marks = re.compile(r' data-block-key=\\?"[^"]*"')
        assert marks.sub("", repr(after)) == marks.sub("", repr(before)), label
        assert question.revisions.count() == 2, label


def test_every_type_has_its_fields_and_every_field_a_type(questions: dict[str, Question], editor: Any) -> None:
    assert set(FIELDS) == set(MEMBERS) == {kind for kind, _label in Question.TYPES}
    form = signed_in(editor).get(address(questions["of-tf"])).content.decode()
    ruled = dict(re.findall(r'id="panel-(?:child-)*([\w-]+?)-section"[^>]*?data-w-rules="([^"]*)"', form))
    shown = {name.rpartition("-")[2]: rule for name, rule in ruled.items()}
    assert set(shown) == {name for fields in FIELDS.values() for name in fields}
    assert shown["grading"] == "{&quot;type&quot;: [&quot;multiple&quot;, &quot;ordering&quot;]}"
    assert 'data-controller="w-rules"' in form
    # Without a script nothing is hidden.
    assert not re.search(r'data-w-rules-target="show"[^>]*hidden', form)


def test_what_the_type_has_no_use_for_keeps_nobody_from_saving(questions: dict[str, Question], editor: Any) -> None:
    question = questions["of-tf"]
    wrong = {
        "options-count": "1",
        "options-0-type": "option",
        "options-0-id": "",
        "options-0-order": "0",
        "options-0-deleted": "",
        "options-0-value-text": "",
        "options-0-value-explanation": "null",
        "options-0-value-weight": "x" * 99,
    }
    post(question, editor, **wrong, stem=form_of(questions["of-num"], user=editor)["stem"])

    draft = question.get_latest_revision_as_object()
    assert "何時間ですか" in draft.stem
    assert len(draft.options) == 0


@pytest.mark.parametrize(
    ("label", "changes", "fault"),
    [
        ("of-match", {"pairs-1-deleted": "1", "pairs-2-deleted": "1"}, "の組合せは2組以上にしてください"),
        ("of-order", {"sequence-1-deleted": "1", "sequence-2-deleted": "1"}, "の並べるものが1個です"),
        ("of-text", {"accepted-0-value-weight": "1/2"}, "満点になる答えがありません"),
        ("of-num", {"numbers-0-value-value": "1,000"}, "桁区切りのカンマは使えません"),
        ("of-num", {"numbers-0-value-tolerance": "-1"}, "許容誤差は0以上の数字"),
        ("of-part", {"options-2-value-weight": "1/2"}, "誤りの配点を0以下に"),
        ("of-case", {"parts-0-value-options-1-value-correct": "on"}, "の小問1は単一選択ですが、正解が2個あります"),
        ("of-single", {"type": "ordering"}, "の並べるものが0個です"),
    ],
)
def test_what_cannot_be_asked_is_drafted_but_not_published(
    questions: dict[str, Question], officer: Any, label: str, changes: dict[str, str], fault: str
) -> None:
    question = questions[label]
    post(question, officer, **changes)
    assert question.revisions.count() == 2

    response = post(question, officer, **{"action-publish": "yes"})

    assert fault in response.content.decode()
    assert question.has_unpublished_changes


def test_the_preview_shows_each_type_as_the_learner_meets_it(questions: dict[str, Question]) -> None:
    pages = {label: preview(question) for label, question in questions.items()}

    for label, page in pages.items():
        assert 'class="pt-question"' in page, label
        assert 'class="pt-review' in page, label
        assert gettext("This cannot be published yet:") not in page, label
    assert pages["of-tf"].count('type="radio"') == 2
    assert pages["of-match"].count("<select") == 3
    assert pages["of-order"].count("<select") == 3
    assert pages["of-part"].count('type="checkbox"') == 3
    assert "紛失は別です。" not in pages["of-text"].partition('class="pt-review')[0]
    assert "72 ± 0.5 時間" in pages["of-num"].partition('class="pt-review')[2]
    assert pages["of-case"].count('class="pt-part') == 4
    assert set(pages) == {"of-single", *KINDS}


def test_the_preview_of_what_is_unfinished_says_what_it_lacks(questions: dict[str, Question]) -> None:
    question = questions["of-order"]
    question.sequence = []
    question.clause = ""

    page = preview(question)

    assert "の並べるものが0個です" in page
    assert "順に並べてください。" in page
    assert 'class="pt-review' not in page


def test_a_question_without_tags_is_shown_all_the_same(questions: dict[str, Question]) -> None:
    question = questions["of-order"]
    question.clause, question.topics = "", ""

    page = preview(question)

    assert "の条項は1つか2つにしてください" in page
    assert 'class="pt-review' in page


def test_one_option_with_markup_makes_all_of_them_html(questions: dict[str, Question]) -> None:
    question = questions["of-single"]
    value = {"text": "<p><b>太い</b></p>", "correct": False, "explanation": "<p>…</p>"}
    question.options = question.options.stream_block.to_python(
        [*question.options.get_prep_value(), {"type": "rich_option", "id": "x", "value": value}]
    )
    question.options[0].value["text"] = "1 < 2 & 3"

    members = snapshot_of_question(question).members

    assert isinstance(members, Choice)
    assert members.rich
    assert [o.text for o in members.options][::3] == ["<p>1 &lt; 2 &amp; 3</p>", "<p><b>太い</b></p>"]


def test_right_sides_that_say_the_same_are_one_choice(questions: dict[str, Question]) -> None:
    members = snapshot_of_question(questions["of-match"]).members

    assert isinstance(members, Matching)
    assert [prompt.choice for prompt in members.prompts[:2]] == [members.choices[0].id] * 2
    assert len(members.choices) == 3


def test_units_and_folds_are_read_from_their_fields(questions: dict[str, Question]) -> None:
    number, text = questions["of-num"], questions["of-text"]
    number.unit, text.fold = " 時間、、h、時間 ", ""

    numeric, short = snapshot_of_question(number).members, snapshot_of_question(text).members

    assert isinstance(numeric, Numeric)
    assert isinstance(short, ShortText)
    assert numeric.unit is not None
    assert numeric.unit.texts == ("時間", "h")
    assert short.fold == ()
    number.unit = "、"
    bare = snapshot_of_question(number).members
    assert isinstance(bare, Numeric)
    assert bare.unit is None


def test_boxes_ticked_for_folds_are_kept_in_one_field(questions: dict[str, Question], editor: Any) -> None:
    post(questions["of-text"], editor, fold=["case", "width"])

    assert questions["of-text"].get_latest_revision_as_object().fold == "width,case"
