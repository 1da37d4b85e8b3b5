"""A question out of a file as the fields that its editor will see. What the fields cannot hold is refused by name."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.html import strip_tags

from cms.question_blocks import MOST_OPTIONS, MOST_PAIRS, MOST_PARTS, MOST_STEPS
from training.catalogue.faults import LONGEST_ANSWER, number_of, weight_of
from training.catalogue.html import plain_of
from training.quiz.formats.clean import plain
from training.quiz.formats.model import NOTHING, ONE, Question, Refusal

LONGEST_UNIT = 100


def paragraphs(html: str) -> str:
    """Clean HTML in a paragraph, if it has none of its own."""
    return html if not strip_tags(html) or html.startswith(("<p>", "<ul>", "<ol>", "<div>")) else f"<p>{html}</p>"


def fields_of(question: Question) -> dict[str, Any]:
    """The fields of the question's type, streams as lists of raw blocks. Raises ``Refusal``."""
    fields = _FIELDS[question.type](question)
    if question.type == "short_text":
        fields["fold"] = ",".join(question.fold)
    return fields


def _block(kind: str, value: Any) -> dict[str, Any]:
    return {"type": kind, "id": str(uuid.uuid4()), "value": value}


def _few(what: str, items: Iterable[Any], most: int) -> None:
    if (found := len(tuple(items))) > most:
        raise Refusal("size", f"{what}が{found}個あります。編集画面では{most}個までです。")


def _weight(value: Fraction) -> str:
    text = str(value)
    if weight_of(text) is None:
        raise Refusal("weight", f"配点 {text} は編集画面で書けません。")
    return text


def _usual(question: Question) -> list[Fraction] | None:
    """The weights that need not be written, because the type gives them; None where every weight must be."""
    weights = [option.weight for option in question.options]
    right = sum(weight > 0 for weight in weights)
    wrong = len(weights) - right
    if question.type == "single":
        usual = [ONE if weight > 0 else NOTHING for weight in weights]
    elif question.grading == "all":
        return weights
    elif right and wrong:
        penalty = -max(Fraction(1, right), Fraction(1, wrong))
        usual = [Fraction(1, right) if weight > 0 else penalty for weight in weights]
    else:
        usual = []
    return usual if usual == weights else None


def _options(question: Question) -> dict[str, Any]:
    _few("選択肢", question.options, MOST_OPTIONS)
    usual = _usual(question)
    # A single question's option that is worth a part is no right one; several right ones are told by what they bring.
    best = max((option.weight for option in question.options), default=ONE)
    blocks = []
    for option in question.options:
        words = plain_of(option.text)
        rich = words is None or "\n" in words
        correct = option.weight == best if question.type == "single" else option.weight > 0
        value = {
            "text": paragraphs(option.text) if rich else plain(option.text),
            "correct": correct,
            "explanation": paragraphs(option.feedback),
            "weight": "" if usual is not None else _weight(option.weight),
        }
        blocks.append(_block("rich_option" if rich else "option", value))
    fields: dict[str, Any] = {"options": blocks}
    return fields if question.type == "single" else fields | {"grading": question.grading}


def _true_false(question: Question) -> dict[str, Any]:
    return {
        "truth": "true" if question.truth else "false",
        "if_true": paragraphs(question.if_true),
        "if_false": paragraphs(question.if_false),
    }


def _matching(question: Question) -> dict[str, Any]:
    _few("組合せ", [*question.pairs, *question.distractors], MOST_PAIRS)
    pairs = [
        _block("pair", {"prompt": paragraphs(one.prompt), "choice": paragraphs(one.choice)}) for one in question.pairs
    ]
    return {"pairs": pairs + [_block("other", paragraphs(one)) for one in question.distractors]}


def _ordering(question: Question) -> dict[str, Any]:
    _few("並べるもの", question.items, MOST_STEPS)
    return {
        "sequence": [_block("item", paragraphs(item)) for item in question.items],
        "grading": question.grading,
    }


def _short_text(question: Question) -> dict[str, Any]:
    if any(len(answer.text) > LONGEST_ANSWER for answer in question.accepted):
        raise Refusal("size", f"答えが{LONGEST_ANSWER}文字を超えています。")
    accepted = [
        _block(
            "answer",
            {"text": one.text, "weight": _weight(one.weight), "explanation": paragraphs(one.feedback)},
        )
        for one in question.accepted
    ]
    return {"accepted": accepted, "fold": list(question.fold)}


def _numeric(question: Question) -> dict[str, Any]:
    unit = "、".join(question.unit.texts) if question.unit else ""
    if len(unit) > LONGEST_UNIT or (question.unit and any("、" in text for text in question.unit.texts)):
        raise Refusal("text", "単位が編集画面に入りません。")
    numbers = [
        _block(
            "answer",
            {
                "value": _decimal(one.value),
                "tolerance": _decimal(one.tolerance),
                "weight": _weight(one.weight),
                "explanation": paragraphs(one.feedback),
            },
        )
        for one in question.values
    ]
    return {"numbers": numbers, "unit": unit, "unit_required": bool(question.unit and question.unit.required)}


def _decimal(value: Decimal) -> str:
    text = format(value, "f")
    if number_of(text) is None:
        raise Refusal("size", f"数値 {text[:40]} は桁が多すぎます。")
    return text


def _scenario(question: Question) -> dict[str, Any]:
    _few("小問", question.parts, MOST_PARTS)
    return {"parts": [_part(part) for part in question.parts]}


def _part(part: Question) -> dict[str, Any]:
    if part.type == "scenario":
        raise Refusal("type", "事例の中に事例を入れることはできません。")
    words = {"stem": paragraphs(part.stem), "explanation": paragraphs(part.feedback)}
    return _block(part.type, words | _FIELDS[part.type](part))


_FIELDS: dict[str, Callable[[Question], dict[str, Any]]] = {
    "single": _options,
    "multiple": _options,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
