"""Questions of every type go out of the admin and come back into it saying the same; what does not fit is named."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from cms.import_questions import export_questions, import_questions, look
from cms.imported_fields import fields_of, paragraphs
from cms.load_content import Loaded, as_stored
from cms.pages import ModulePage
from cms.questions import Question
from cms.snapshot import snapshot_of_question
from tests.cms.conftest import module_text
from tests.cms.types import KINDS, every_type
from tests.quiz.formats.strategies import questions
from training.quiz.formats import model
from training.quiz.formats.clean import plain
from training.quiz.formats.model import Option, Refusal, Unit, Value
from training.quiz.formats.reading import read
from training.quiz.formats.snapshots import question_of

NAMES = {"gift": "q.gift", "moodle_xml": "q.xml", "qti3": "q.zip", "xlsx": "q.xlsx"}


@pytest.fixture
def page(load: Callable[..., Loaded]) -> ModulePage:
    """A module with one question of every type."""
    load({"types.yaml": every_type(), "other.yaml": module_text("other", 2)})
    return ModulePage.objects.get(slug="types")


@pytest.mark.parametrize("to", NAMES)
def test_what_is_written_comes_back_the_same_through_the_editors_fields(page: ModulePage, to: str) -> None:
    other = ModulePage.objects.get(slug="other")
    written = export_questions(page=page, to=to)

    outcome = import_questions(data=written.data, name=NAMES[to], page=other)

    assert outcome == read(written.data, NAMES[to])
    assert outcome.refused == ()
    left_out = {refused.name for refused in written.refused}
    assert {q.name for q in outcome.imported} == {"of-single", *KINDS} - left_out
    again = export_questions(page=ModulePage.objects.get(slug="other"), to=to)
    first = [q for q in read(again.data, NAMES[to]).imported if not q.name.startswith("other")]
    assert first == list(outcome.imported)
    kinds = {q.label: (q.type, q.difficulty, q.clause) for q in Question.objects.filter(live=False)}
    assert kinds["of-single"] == ("single", 2, "3.3")
    if "of-match" in kinds:
        assert kinds["of-match"] == ("matching", 3, "3.3")


@pytest.mark.parametrize("to", NAMES)
def test_what_a_format_cannot_carry_is_named_with_its_type(page: ModulePage, to: str) -> None:
    refused = export_questions(page=page, to=to).refused

    assert {r.type for r in refused} <= {"scenario", "ordering", "multiple", "numeric", "short_text", "true_false"}
    assert all(r.reason.partition(":")[0] in model.CODES for r in refused)


def kept(question: model.Question) -> model.Question:
    """The question after it was in the editor's fields; nothing is stored for that."""
    stored = Question(
        type=question.type,
        stem=question.stem,
        explanation=paragraphs(question.feedback),
        difficulty=question.difficulty,
        **as_stored(Question, fields_of(question)),
    )
    return question_of(snapshot_of_question(stored), name=question.name)


def essence(question: model.Question) -> Any:
    """What must come back: type, texts, key and weights. A paragraph around a line is the editor's."""
    answers = [(one.text, one.weight, plain(one.feedback)) for one in question.accepted]
    return (
        question.type,
        question.grading,
        plain(question.stem),
        plain(question.feedback),
        question.difficulty,
        [(plain(one.text), one.weight, plain(one.feedback)) for one in question.options],
        (question.truth, plain(question.if_true), plain(question.if_false)),
        [(plain(one.prompt), plain(one.choice)) for one in question.pairs],
        {plain(one) for one in question.distractors},
        [plain(one) for one in question.items],
        answers,
        question.fold if answers else (),
        [(one.value, one.tolerance, one.weight, plain(one.feedback)) for one in question.values],
        question.unit,
        [essence(part) for part in question.parts],
    )


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(questions())
def test_the_editors_fields_change_nothing_of_a_question_or_refuse_it(db: None, question: model.Question) -> None:
    try:
        fields_of(question)
    except Refusal as refusal:
        assert refusal.code in model.CODES
        return
    assert essence(kept(question)) == essence(question)


def test_fields_hold_fractions_decimals_and_units(db: None) -> None:
    single = model.Question(
        name="q",
        type="single",
        stem="?",
        options=(
            Option("A", Fraction(1)),
            Option("B", Fraction(1, 3)),
            Option("<b>C</b>", Fraction(-1, 2), "<p>no</p>"),
        ),
    )
    number = model.Question(
        name="n",
        type="numeric",
        stem="?",
        values=(Value(Decimal("0.1"), Decimal("0.05")), Value(Decimal("-3"), weight=Fraction(1, 2))),
        unit=Unit(("km", "キロ"), required=True),
    )

    assert essence(kept(single)) == essence(single)
    assert (kept(number).values, kept(number).unit) == (number.values, number.unit)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (
            model.Question(
                name="q", type="single", stem="?", options=tuple(Option(str(n), Fraction(n == 0)) for n in range(11))
            ),
            "size",
        ),
        (model.Question(name="q", type="ordering", stem="?", items=tuple(map(str, range(9)))), "size"),
        (model.Question(name="q", type="numeric", stem="?", values=(Value(Decimal("1e30")),)), "size"),
        (
            model.Question(name="q", type="numeric", stem="?", values=(Value(Decimal(1)),), unit=Unit(("a、b",))),
            "text",
        ),
        (
            model.Question(
                name="q",
                type="single",
                stem="?",
                options=(Option("A", Fraction(1)), Option("B", Fraction(1, 99999))),
            ),
            "weight",
        ),
    ],
)
def test_what_the_fields_cannot_hold_is_refused_by_a_code(question: model.Question, code: str) -> None:
    with pytest.raises(Refusal) as refusal:
        fields_of(question)

    assert refusal.value.code == code
    assert code in model.CODES


def test_looking_says_what_an_import_would_come_to(page: ModulePage) -> None:
    data = b"::big::?{=a " + b" ".join(b"~%d" % n for n in range(11)) + b"}\n\n::small::?{=a ~b}\n"
    before = Question.objects.count()

    seen = look(data=data, name="q.gift")

    assert [q.name for q in seen.imported] == ["small"]
    assert [(r.name, r.reason.partition(":")[0]) for r in seen.refused] == [("big", "size")]
    assert Question.objects.count() == before
    assert import_questions(data=data, name="q.gift", page=page) == seen
