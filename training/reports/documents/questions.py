"""The question sheet of a module version: every question of its pool with key, explanations and digest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from training.reports.documents.keys import key_of
from training.reports.documents.lesson import Lesson, foot_of, opening
from training.reports.documents.markup import blocks_of
from training.reports.documents.paper import drawn
from training.typesetting.blocks import Block, Frame, Ground, Heading, Look, Paragraph, plain
from training.typesetting.fonts import Fonts


@dataclass(frozen=True, kw_only=True)
class FrozenQuestion:
    """A question version: its frozen content, what identifies it, and the pool that it is drawn from."""

    content: Mapping[str, Any]
    number: int
    digest: str
    pool: str = ""


def draw_questions(lesson: Lesson, questions: Sequence[FrozenQuestion], *, fonts: Fonts) -> bytes:
    """Return the sheet as a PDF, in the pool's order: the same bytes for the same facts, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack, and
    ``Unreadable`` for HTML that nothing here knows how to set.
    """
    pools = {question.pool for question in questions}
    blocks = [
        block
        for number, question in enumerate(questions, start=1)
        for block in _question(lesson, number, question, pooled=len(pools) > 1)
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
        pictures=lesson.pictures,
    )


def _question(lesson: Lesson, number: int, question: FrozenQuestion, *, pooled: bool) -> Iterator[Block]:
    content, words = question.content, lesson.wording
    yield Heading(plain(words.question.format(number=number)), 2)
    about = [
        lesson.said(
            words.about,
            type=_kind(lesson, content),
            clauses=lesson.clauses(content["clauses"]),
            topics=lesson.topics(content["topics"]),
        ),
        words.difficulty.get(content.get("difficulty", 0), ""),
        words.pool.format(pool=question.pool) if pooled else "",
    ]
    yield Paragraph(plain("　／　".join(filter(None, about))), look=Look.NOTE, keep=True)
    identity = words.identity.format(question=content["question"], number=question.number, digest=question.digest)
    yield Paragraph(plain(identity), look=Look.CODE, keep=True)
    yield from _asked(lesson, number, content)
    for quote in content["quotes"]:
        source = lesson.said(words.quoted, label=quote["label"])
        yield Frame((Paragraph(plain(quote["text"])), Paragraph(plain(source), look=Look.NOTE)), Ground.QUOTE)


def _kind(lesson: Lesson, content: Mapping[str, Any]) -> str:
    kind, words = content["type"], lesson.wording
    return f"{words.types[kind]}（{words.partial}）" if content.get("grading") == "partial" else words.types[kind]


def _asked(lesson: Lesson, number: int, content: Mapping[str, Any]) -> Iterator[Block]:
    """Yield what is asked, the key, and the explanation; of a case, each of its parts so."""
    words = lesson.wording
    yield from blocks_of(content["stem"])
    for place, part in enumerate(content.get("parts", ()), start=1):
        yield Heading(plain(words.part.format(number=number, part=place)), 3)
        yield Paragraph(plain(_kind(lesson, part)), look=Look.NOTE, keep=True)
        yield from _asked(lesson, number, part)
    yield from key_of(content, words)
    explanation = tuple(blocks_of(content["explanation"]))
    if explanation:
        head = Paragraph(plain(words.explanation), look=Look.LEAD, keep=True)
        yield Frame((head, *explanation), Ground.CASE)
