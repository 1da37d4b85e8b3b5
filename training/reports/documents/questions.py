"""The question sheet of a module version: every question of its pool with key, explanations and digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.reports.documents.lesson import Lesson, foot_of, opening
from training.reports.documents.markup import blocks_of, words_of
from training.reports.documents.paper import drawn
from training.typesetting.blocks import Block, Frame, Ground, Heading, Item, Items, Look, Paragraph, Run, plain
from training.typesetting.fonts import Fonts


@dataclass(frozen=True, kw_only=True)
class FrozenQuestion:
    """A question version: its frozen content and what identifies it."""

    content: Mapping[str, Any]
    number: int
    digest: str


def draw_questions(lesson: Lesson, questions: Sequence[FrozenQuestion], *, fonts: Fonts) -> bytes:
    """Return the sheet as a PDF, in the pool's order: the same bytes for the same facts, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack, and
    ``Unreadable`` for HTML that nothing here knows how to set.
    """
    blocks = [
        block for number, question in enumerate(questions, start=1) for block in _question(lesson, number, question)
    ]
    return drawn(
        [*opening(lesson, note=lesson.wording.sheet_note), *blocks],
        title=lesson.content["title"],
        subject=lesson.said(lesson.wording.subject),
        company=lesson.company,
        language=lesson.content["language"],
        dated=lesson.published_at,
        kind=lesson.wording.sheet,
        foot=foot_of(lesson),
        specimen=lesson.specimen,
        fonts=fonts,
    )


def _question(lesson: Lesson, number: int, question: FrozenQuestion) -> Iterator[Block]:
    content, words = question.content, lesson.wording
    yield Heading(plain(words.question.format(number=number)), 2)
    about = lesson.said(
        words.about,
        type=words.multiple if content["type"] == "multiple" else words.single,
        clauses=lesson.clauses(content["clauses"]),
        topics=lesson.topics(content["topics"]),
    )
    yield Paragraph(plain(about), look=Look.NOTE, keep=True)
    identity = words.identity.format(question=content["question"], number=question.number, digest=question.digest)
    yield Paragraph(plain(identity), look=Look.CODE, keep=True)
    yield from blocks_of(content["stem"])
    yield Items(tuple(_option(option) for option in content["options"]), hang=1.8)
    explanation = tuple(blocks_of(content["explanation"]))
    if explanation:
        head = Paragraph(plain(words.explanation), look=Look.LEAD, keep=True)
        yield Frame((head, *explanation), Ground.CASE)
    for quote in content["quotes"]:
        source = lesson.said(words.quoted, label=quote["label"])
        yield Frame((Paragraph(plain(quote["text"])), Paragraph(plain(source), look=Look.NOTE)), Ground.QUOTE)


def _option(option: Mapping[str, Any]) -> Item:
    """Return an option marked right or wrong, with what choosing it teaches below."""
    right = bool(option["correct"])
    text = Paragraph(plain(option["text"], strong=right), keep=True)
    explained = words_of(option["explanation"])
    return Item(
        (Run("○" if right else "×", strong=True),),
        (text, Paragraph(explained, look=Look.SMALL)) if explained else (Paragraph(text.words),),
    )
