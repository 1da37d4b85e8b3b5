"""The fields of a question from a lesson file, with ids that are the same at every load."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from cms.members import FIELDS
from cms.source_questions import OptionSource, QuestionSource

# Gives the permanent id of a piece of a question by its place in the file.
Name = Callable[..., str]


def stable_name(stable_id: Callable[..., uuid.UUID], *where: str) -> Name:
    """Names what stands somewhere in a question."""
    return lambda *parts: str(stable_id(*where, *parts))


def members_from(source: QuestionSource, name: Name) -> dict[str, Any]:
    """Every field of ``cms.members.FIELDS``, those of other types as they are in a new question."""
    parts = [_part(part, place, name) for place, part in enumerate(source.parts, 1)]
    return _fields(source, name) | {"parts": parts, "fold": ",".join(source.fold)}


def _part(source: QuestionSource, place: int, name: Name) -> dict[str, Any]:
    key = source.key or str(place)
    fields = _fields(source, lambda *parts: name("part", key, *parts))
    value = {field: fields[field] for field in FIELDS[source.type] if field != "fold"}
    if source.type == "short_text":
        value["fold"] = list(source.fold)
    return {
        "type": source.type,
        "id": name("part", key),
        "value": {"stem": source.stem, **value, "explanation": source.explanation},
    }


def _fields(source: QuestionSource, name: Name) -> dict[str, Any]:
    texts = source.type == "short_text"
    unit = source.unit
    return {
        "options": [_option(option, name) for option in source.options],
        "grading": source.grading,
        "truth": "true" if source.answer else "false",
        "if_true": source.if_true,
        "if_false": source.if_false,
        "pairs": [
            {"type": "pair", "id": name("pair", str(place)), "value": {"prompt": pair.prompt, "choice": pair.choice}}
            for place, pair in enumerate(source.pairs, 1)
        ]
        + [
            {"type": "other", "id": name("other", str(place)), "value": other}
            for place, other in enumerate(source.others, 1)
        ],
        "sequence": [
            {"type": "item", "id": name("item", str(place)), "value": item}
            for place, item in enumerate(source.items, 1)
        ],
        "accepted": [_answer(answer, place, name, "text") for place, answer in enumerate(source.answers, 1) if texts],
        "numbers": [
            _answer(answer, place, name, "value") for place, answer in enumerate(source.answers, 1) if not texts
        ],
        "unit": "、".join(unit.texts) if unit else "",
        "unit_required": bool(unit and unit.required),
    }


def _option(source: OptionSource, name: Name) -> dict[str, Any]:
    value = {"text": source.text, "correct": source.correct, "explanation": source.explanation}
    if source.weight:
        value["weight"] = source.weight
    return {"type": "option", "id": name("option", source.id), "value": value}


def _answer(source: Any, place: int, name: Name, member: str) -> dict[str, Any]:
    value = {member: source.text, "weight": source.weight, "explanation": source.explanation}
    if member == "value":
        value["tolerance"] = source.tolerance
    return {"type": "answer", "id": name("answer", str(place)), "value": value}
