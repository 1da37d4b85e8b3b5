"""What a module and its questions are at the moment of publishing, as canonical content with a digest.

Pure: the HTML comes in rendered and goes out sanitised; clause texts come in
as a mapping, so that a quotation is the policy's own words at this revision.
What ``schema`` 1 can say is frozen as ``schema`` 1, so that what has not
changed keeps its digest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from html import escape
from typing import Any

from training.catalogue.blueprint import MAIN, Blueprint, Place, PoolDraw, faults_of_blueprint
from training.catalogue.faults import TOPICS, faults_of_question, members_of, number_of, weight_of, weights_of
from training.catalogue.html import pictures_in, plain_of, sanitise, undescribed, words_of
from training.catalogue.snapshots import (
    FOLDS,
    TYPES,
    Choice,
    ClauseWords,
    ImageSnapshot,
    Matching,
    Members,
    ModuleSnapshot,
    Numeric,
    OptionSnapshot,
    Ordering,
    QuestionSnapshot,
    Scenario,
    SectionSnapshot,
    ShortText,
    TrueFalse,
)

SCHEMA = 2
FIRST_SCHEMA = 1
CHARACTERS_PER_MINUTE = 500


class Unpublishable(ValueError):
    """The snapshot cannot be taught as it is. ``reasons`` are sentences for its editor."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


def minutes_of(sections: Sequence[SectionSnapshot]) -> int:
    """Minutes of reading, at least one, at 500 characters a minute."""
    return max(1, math.ceil(sum(len(words_of(section.html)) for section in sections) / CHARACTERS_PER_MINUTE))


def faults_of_module(module: ModuleSnapshot, clauses: Mapping[str, ClauseWords]) -> list[str]:
    """Why this module cannot be published, one sentence each, its questions' faults included; empty when it can."""
    faults = []
    if not module.sections:
        faults.append("節が一つもありません。")
    for section in module.sections:
        if not words_of(section.html):
            faults.append(f"節「{section.title}」が空です。")
        faults.extend(
            f"節「{section.title}」が引く条項「{ref}」は方針の現行版にありません。"
            for ref in section.clauses
            if ref not in clauses
        )
        faults.extend(
            f"節「{section.title}」の認識事項「{topic}」はありません（a–d）。"
            for topic in sorted({*section.topics} - {*TOPICS})
        )
    faults.extend(f"対象の条項「{ref}」は方針の現行版にありません。" for ref in module.covers if ref not in clauses)
    if not module.questions:
        faults.append("設問が一つもありません。")
    faults.extend(
        faults_of_blueprint(module.blueprint, [Place(module.pool_of(q), q.clauses) for q in module.questions])
    )
    if len({question.question for question in module.questions}) != len(module.questions):
        faults.append("同じ設問が二度入っています。")
    for question in module.questions:
        if question.language != module.language:
            faults.append(
                f"設問 {question.question} の言語「{question.language}」が研修の言語「{module.language}」と異なります。"
            )
        faults.extend(faults_of_question(question, clauses))
    faults.extend(_faults_of_pictures(module))
    return faults


def _faults_of_pictures(module: ModuleSnapshot) -> list[str]:
    pages = [sanitise(html) for html in _html_of(module)]
    given = {image.sha256 for image in module.images}
    missing = sorted({sha256 for html in pages for sha256 in pictures_in(html)} - given)
    faults = [f"画像 {sha256[:12]}… の中身がありません。入れ直してください。" for sha256 in missing]
    if any(undescribed(html) for html in pages):
        faults.append("代替テキストのない画像があります。見えない人にも伝わる説明を書いてください。")
    return faults


def _html_of(module: ModuleSnapshot) -> Iterator[str]:
    yield from (section.html for section in module.sections)
    for question in module.questions:
        yield from (question.stem, question.explanation)
        yield from _html_in(members_of(question))


def _html_in(members: Members) -> Iterator[str]:
    """Every piece of HTML that a question's members hold."""
    match members:
        case Choice():
            for option in members.options:
                yield option.explanation
                if members.rich:
                    yield option.text
        case TrueFalse():
            yield from (members.if_true, members.if_false)
        case Matching():
            yield from (prompt.text for prompt in members.prompts)
            yield from (choice.text for choice in members.choices)
        case Ordering():
            yield from (item.text for item in members.items)
        case ShortText() | Numeric():
            yield from (answer.explanation for answer in members.answers)
        case Scenario():
            for part in members.parts:
                yield from (part.stem, part.explanation, *_html_in(part.members))


def plainly(question: QuestionSnapshot) -> QuestionSnapshot:
    """The question as ``schema`` 1 says it where that can be, else as it is."""
    members = question.members
    if not isinstance(members, Choice) or members.grading != "all" or any(o.weight for o in members.options):
        return question
    texts = [plain_of(o.text) if members.rich else o.text for o in members.options]
    options = tuple(replace(o, text=text) for o, text in zip(members.options, texts, strict=True) if text is not None)
    return question if len(options) < len(texts) else replace(question, options=options, members=None)


def freeze_question(question: QuestionSnapshot, clauses: Mapping[str, ClauseWords]) -> dict[str, Any]:
    """The question's content for ever: sanitised, quotations filled in. Raises ``Unpublishable``."""
    question = plainly(question)
    if faults := faults_of_question(question, clauses):
        raise Unpublishable(faults)
    content: dict[str, Any] = {
        "schema": FIRST_SCHEMA,
        "question": question.question,
        "language": question.language,
        "type": question.type,
        "stem": sanitise(question.stem),
        "options": [
            {"id": o.id, "text": o.text.strip(), "correct": o.correct, "explanation": sanitise(o.explanation)}
            for o in question.options
        ],
        "explanation": sanitise(question.explanation),
        "clauses": list(question.clauses),
        "topics": sorted(set(question.topics)),
        "quotes": [{"ref": ref, "label": clauses[ref].label, "text": clauses[ref].text} for ref in question.quotes],
    }
    members = members_of(question)
    # Options may bear weights without ``members``: schema 1 cannot say that, nor a difficulty.
    if question.members is None and question.difficulty == 2 and not any(o.weight for o in question.options):
        return content
    del content["options"]
    return content | {"schema": SCHEMA, "difficulty": question.difficulty} | _frozen(question.type, members)


def _frozen(type: str, members: Members) -> dict[str, Any]:
    """What a question of ``schema`` 2 holds besides the common members."""
    found = _FREEZERS[type](type, members)
    return dict(found)


def _choice(type: str, members: Choice) -> dict[str, Any]:
    weights = weights_of(type, members)
    found: dict[str, Any] = {
        "options": [
            {
                "id": option.id,
                "text": sanitise(option.text) if members.rich else escape(option.text.strip()),
                "correct": option.correct,
                "weight": str(weight),
                "explanation": sanitise(option.explanation),
            }
            for option, weight in zip(members.options, weights, strict=True)
        ]
    }
    return found if type == "single" else found | {"grading": members.grading}


def _true_false(type: str, members: TrueFalse) -> dict[str, Any]:
    feedback = {"true": sanitise(members.if_true), "false": sanitise(members.if_false)}
    return {"answer": members.answer, "feedback": feedback}


def _matching(type: str, members: Matching) -> dict[str, Any]:
    return {
        "prompts": [{"id": one.id, "text": sanitise(one.text), "choice": one.choice} for one in members.prompts],
        "choices": [{"id": one.id, "text": sanitise(one.text)} for one in members.choices],
    }


def _ordering(type: str, members: Ordering) -> dict[str, Any]:
    items = [{"id": one.id, "text": sanitise(one.text)} for one in members.items]
    return {"items": items, "grading": members.grading}


def _short_text(type: str, members: ShortText) -> dict[str, Any]:
    return {
        "answers": [
            {"text": one.text.strip(), "weight": _weight(one.weight), "explanation": sanitise(one.explanation)}
            for one in members.answers
        ],
        "fold": {fold: fold in members.fold for fold in FOLDS},
    }


def _numeric(type: str, members: Numeric) -> dict[str, Any]:
    unit = members.unit
    return {
        "answers": [
            {
                "value": _decimal(one.value),
                "tolerance": _decimal(one.tolerance),
                "weight": _weight(one.weight),
                "explanation": sanitise(one.explanation),
            }
            for one in members.answers
        ],
        "unit": unit and {"texts": [text.strip() for text in unit.texts], "required": unit.required},
    }


def _scenario(type: str, members: Scenario) -> dict[str, Any]:
    return {
        "parts": [
            {"id": part.id, "type": part.type, "stem": sanitise(part.stem), "explanation": sanitise(part.explanation)}
            | _frozen(part.type, part.members)
            for part in members.parts
        ]
    }


def _weight(text: str) -> str:
    return str(weight_of(text))


def _decimal(text: str) -> str:
    return format(number_of(text) or Decimal(0), "f")


_FREEZERS: Mapping[str, Callable[[str, Any], dict[str, Any]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}


def freeze_module(
    module: ModuleSnapshot,
    clauses: Mapping[str, ClauseWords],
    *,
    revision_number: int,
    revision_digest: str,
    question_digests: Sequence[str],
) -> dict[str, Any]:
    """The module's content for ever. ``question_digests`` are those of the pool's versions, in the pool's order."""
    if faults := faults_of_module(module, clauses):
        raise Unpublishable(faults)
    content: dict[str, Any] = {
        "schema": FIRST_SCHEMA,
        "module": module.module,
        "slug": module.slug,
        "language": module.language,
        "title": module.title,
        "summary": module.summary,
        "minutes": minutes_of(module.sections),
        "policy": {"revision": revision_number, "digest": revision_digest},
        "covers": list(module.covers),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "html": sanitise(section.html),
                "clauses": list(section.clauses),
                "topics": sorted(set(section.topics)),
            }
            for section in module.sections
        ],
        "blueprint": {"draw": module.blueprint.draw, "pass_mark": module.blueprint.pass_mark},
        "questions": list(question_digests),
    }
    shown = pictures_of(module)
    if module.blueprint.plain and not shown:
        return content
    return content | {
        "schema": SCHEMA,
        "blueprint": module.blueprint.frozen(),
        "pools": [module.pool_of(question) for question in module.questions],
        "images": sorted(shown),
    }


def pictures_of(module: ModuleSnapshot) -> dict[str, ImageSnapshot]:
    """The pictures that the module or one of its questions shows, by SHA-256; what is shown nowhere is left out."""
    shown = {sha256 for html in _html_of(module) for sha256 in pictures_in(sanitise(html))}
    return {image.sha256: image for image in module.images if image.sha256 in shown}


__all__ = [
    "MAIN",
    "TOPICS",
    "TYPES",
    "Blueprint",
    "ClauseWords",
    "ImageSnapshot",
    "ModuleSnapshot",
    "OptionSnapshot",
    "PoolDraw",
    "QuestionSnapshot",
    "SectionSnapshot",
    "Unpublishable",
    "faults_of_module",
    "faults_of_question",
    "freeze_module",
    "freeze_question",
    "minutes_of",
    "pictures_of",
    "sanitise",
    "words_of",
]
