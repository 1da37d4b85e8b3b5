"""What a module and its questions are at the moment of publishing, as canonical content with a digest.

Pure: the HTML comes in rendered and goes out sanitised; clause texts come in
as a mapping, so that a quotation is the policy's own words at this revision.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import nh3

SCHEMA = 1
CHARACTERS_PER_MINUTE = 500
TOPICS = ("a", "b", "c", "d")  # JIS Q 15001:2023, 7.3
TYPES = ("single", "multiple")

_TAGS = {
    "a", "article", "aside", "b", "blockquote", "br", "cite", "dd", "details", "div", "dl", "dt", "em", "figcaption",
    "figure", "h2", "h3", "h4", "h5", "i", "li", "ol", "p", "section", "small", "span", "strong", "summary", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"*": {"class", "id", "lang", "role", "aria-label", "aria-labelledby"}, "th": {"scope"}, "a": {"href"}}


class Unpublishable(ValueError):
    """The snapshot cannot be taught as it is. ``reasons`` are sentences for its editor."""

    def __init__(self, reasons: Sequence[str]) -> None:
        self.reasons = list(reasons)
        super().__init__(" ".join(self.reasons))


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """A clause as quoted: its reference in words and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class OptionSnapshot:
    """One option: its permanent id (UUID text), words, whether it is right, and what choosing it teaches."""

    id: str
    text: str
    correct: bool
    explanation: str


@dataclass(frozen=True, slots=True)
class QuestionSnapshot:
    """A question as its editor left it. ``question`` is its permanent UUID; ``stem`` and ``explanation`` are HTML."""

    question: str
    language: str
    type: str
    stem: str
    options: tuple[OptionSnapshot, ...]
    explanation: str
    clauses: tuple[str, ...]
    topics: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SectionSnapshot:
    """A section rendered to HTML, with the clauses that it explains and the awareness topics that it teaches."""

    key: str
    title: str
    html: str
    clauses: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Blueprint:
    """How a paper is drawn: how many questions, and the per cent of points that passes (1 to 100)."""

    draw: int
    pass_mark: int


@dataclass(frozen=True, slots=True)
class ModuleSnapshot:
    """A module page and its pool as they stand. ``module`` is the page's translation key (UUID text)."""

    module: str
    slug: str
    language: str
    title: str
    summary: str
    covers: tuple[str, ...]
    sections: tuple[SectionSnapshot, ...]
    blueprint: Blueprint
    questions: tuple[QuestionSnapshot, ...]


def sanitise(html: str) -> str:
    """Keep structure and emphasis, drop whatever could act: scripts, styles, handlers, forms, foreign frames."""
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"https", "mailto"}, link_rel="noopener noreferrer"
    )


def words_of(html: str) -> str:
    """The text of a piece of HTML that is left to see once it is sanitised, white space removed."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", " ", sanitise(html))))


def minutes_of(sections: Sequence[SectionSnapshot]) -> int:
    """Minutes of reading, at least one, at 500 characters a minute."""
    return max(1, math.ceil(sum(len(words_of(section.html)) for section in sections) / CHARACTERS_PER_MINUTE))


def faults_of_question(question: QuestionSnapshot, clauses: Mapping[str, ClauseWords]) -> list[str]:
    """Why this question cannot be asked, one sentence each; empty when it can."""
    name = f"設問「{words_of(question.stem)[:24]}…」"
    faults = []
    correct = sum(option.correct for option in question.options)
    if question.type not in TYPES:
        faults.append(f"{name}の形式「{question.type}」には対応していません。")
    if not words_of(question.stem):
        faults.append(f"設問 {question.question} に問題文がありません。")
    if len(question.options) < 2:
        faults.append(f"{name}の選択肢が{len(question.options)}個です。2個以上にしてください。")
    if len({option.id for option in question.options}) != len(question.options):
        faults.append(f"{name}の選択肢に同じ識別子のものがあります。")
    if any(not option.text.strip() for option in question.options):
        faults.append(f"{name}に空の選択肢があります。")
    if question.type == "single" and correct != 1:
        faults.append(f"{name}は単一選択ですが、正解が{correct}個あります。")
    if question.type == "multiple" and not 1 <= correct < len(question.options):
        faults.append(f"{name}は複数選択ですが、正解が{len(question.options)}個中{correct}個です。")
    if any(not words_of(option.explanation) for option in question.options if not option.correct):
        faults.append(f"{name}に、解説のない誤りの選択肢があります。")
    if not 1 <= len(question.clauses) <= 2:
        faults.append(f"{name}の条項は1つか2つにしてください（今は{len(question.clauses)}）。")
    if not question.topics:
        faults.append(f"{name}に認識事項（a–d）がありません。")
    faults.extend(
        f"{name}の認識事項「{topic}」はありません（a–d）。" for topic in sorted({*question.topics} - {*TOPICS})
    )
    faults.extend(
        f"{name}の条項「{ref}」は方針の現行版にありません。"
        for ref in sorted({*question.clauses, *question.quotes} - set(clauses))
    )
    return faults


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
    if module.blueprint.draw < 1:
        faults.append("出題数を1以上にしてください。")
    elif module.blueprint.draw > len(module.questions):
        faults.append(f"出題数は{module.blueprint.draw}問ですが、公開済みの設問は{len(module.questions)}問です。")
    if not 1 <= module.blueprint.pass_mark <= 100:
        faults.append(f"合格基準は1〜100%です（今は{module.blueprint.pass_mark}）。")
    if len({question.question for question in module.questions}) != len(module.questions):
        faults.append("同じ設問が二度入っています。")
    for question in module.questions:
        if question.language != module.language:
            faults.append(
                f"設問 {question.question} の言語「{question.language}」が研修の言語「{module.language}」と異なります。"
            )
        faults.extend(faults_of_question(question, clauses))
    return faults


def freeze_question(question: QuestionSnapshot, clauses: Mapping[str, ClauseWords]) -> dict[str, Any]:
    """The question's content for ever: sanitised, quotations filled in. Raises ``Unpublishable``."""
    if faults := faults_of_question(question, clauses):
        raise Unpublishable(faults)
    return {
        "schema": SCHEMA,
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
    return {
        "schema": SCHEMA,
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
