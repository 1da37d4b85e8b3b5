"""A question as its editor keeps it, in the form that the formats share: what an export begins with.

Pure.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

from training.catalogue.faults import members_of, number_of, weight_of, weights_of
from training.catalogue.snapshots import (
    Choice,
    Matching,
    Members,
    Numeric,
    Ordering,
    QuestionSnapshot,
    Scenario,
    ShortText,
    TrueFalse,
)
from training.quiz.formats.clean import clean, html_of, name_of, plain
from training.quiz.formats.model import NOTHING, Accepted, Option, Pair, Question, Refusal, Unit, Value


def question_of(snapshot: QuestionSnapshot, *, name: str = "") -> Question:
    """The question. Raises ``Refusal`` for one that shows pictures, which no format here carries."""
    if "<img" in snapshot.stem or "<img" in snapshot.explanation:
        raise Refusal("image", "画像のある設問は書き出せません。")
    stem = _said(snapshot.stem)
    return Question(
        name=name_of(name, stem),
        type=snapshot.type,
        stem=stem,
        feedback=_said(snapshot.explanation),
        clauses=snapshot.clauses,
        topics=tuple(sorted(set(snapshot.topics))),
        difficulty=snapshot.difficulty,
        language=snapshot.language,
        **_members(snapshot.type, members_of(snapshot)),
    )


def _members(type: str, members: Members) -> dict[str, Any]:
    match members:
        case Choice():
            return _choice(type, members)
        case TrueFalse():
            return {"truth": members.answer, "if_true": _said(members.if_true), "if_false": _said(members.if_false)}
        case Matching():
            texts = {one.id: _said(one.text) for one in members.choices}
            used = {one.choice for one in members.prompts}
            return {
                "pairs": tuple(Pair(_said(one.text), texts[one.choice]) for one in members.prompts),
                "distractors": tuple(text for key, text in texts.items() if key not in used),
            }
        case Ordering():
            return {"items": tuple(_said(one.text) for one in members.items), "grading": members.grading}
        case ShortText():
            accepted = (Accepted(a.text.strip(), _weight(a.weight), _said(a.explanation)) for a in members.answers)
            return {"accepted": tuple(accepted), "fold": members.fold}
        case Numeric():
            values = (
                Value(_number(a.value), _number(a.tolerance), _weight(a.weight), _said(a.explanation))
                for a in members.answers
            )
            unit = members.unit
            return {"values": tuple(values), "unit": Unit(unit.texts, unit.required) if unit else None}
        case Scenario():
            parts = (
                Question(
                    name="",
                    type=part.type,
                    stem=_said(part.stem),
                    feedback=_said(part.explanation),
                    **_members(part.type, part.members),
                )
                for part in members.parts
            )
            return {"parts": tuple(parts)}


def _choice(type: str, members: Choice) -> dict[str, Any]:
    weights = weights_of(type, members)
    if type == "multiple" and members.grading == "all":
        right = sum(option.correct for option in members.options) or 1
        weights = [Fraction(1, right) if option.correct else NOTHING for option in members.options]
    options = (
        Option(_said(one.text) if members.rich else html_of(one.text), weight, _said(one.explanation))
        for one, weight in zip(members.options, weights, strict=True)
    )
    return {"options": tuple(options), "grading": members.grading if type == "multiple" else "all"}


def _said(html: str) -> str:
    """Clean HTML; paragraphs without any other markup, as editors leave them, are no more than lines."""
    found = clean(html)
    return html_of(plain(found)) if set(re.findall(r"</?(\w+)", found)) <= {"p", "br"} else found


def _weight(text: str) -> Fraction:
    return weight_of(text) or NOTHING


def _number(text: str) -> Decimal:
    return number_of(text) or Decimal(0)
