"""A module version on paper: everything that was taught, in the words in which it was frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from training.catalogue.blueprint import thawed
from training.policy.clauses import label
from training.reports.documents.markup import blocks_of
from training.reports.documents.paper import drawn, grouped
from training.reports.documents.wording import Wording, wording_in
from training.typesetting.blocks import Block, Heading, Look, Paragraph, facts, plain
from training.typesetting.fonts import Fonts
from training.typesetting.picture import Picture


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """A module version and what identifies it. ``content`` is the frozen content; times are in the company's zone."""

    content: Mapping[str, Any]
    number: int
    digest: str
    published_at: datetime
    entry: str
    policy_title: str
    policy_enacted_on: date
    company: str
    specimen: bool = False
    pictures: Mapping[str, Picture] = field(default_factory=dict, repr=False)

    @property
    def wording(self) -> Wording:
        """The words in the lesson's own language."""
        return wording_in(self.content["language"])

    @property
    def facts(self) -> dict[str, Any]:
        """What the wording may name."""
        content, words = self.content, self.wording
        own = {one.name: getattr(self, one.name) for one in fields(self)}
        return own | {
            "title": content["title"],
            "slug": content["slug"],
            "policy_number": content["policy"]["revision"],
            "policy_digest": content["policy"]["digest"],
            "policy_enacted_on": words.day(self.policy_enacted_on),
            "published_at": words.moment(self.published_at),
            "minutes": content["minutes"],
            "pool": len(content["questions"]),
            **content["blueprint"],
        }

    @property
    def rules(self) -> tuple[tuple[str, str], ...]:
        """How the check is sat, where the version says more of it than how many questions and what passes."""
        if "pools" not in self.content["blueprint"]:
            return ()
        words = self.wording
        return ((words.rules, "\n".join(filter(None, words.rules_of(thawed(self.content))))),)

    def said(self, template: str, **more: object) -> str:
        """Return a wording with the facts in place."""
        return template.format_map(self.facts | more)

    def clauses(self, refs: Iterable[str]) -> str:
        """Return references as people say them."""
        return self.wording.separator.join(label(ref) for ref in refs) or "—"

    def topics(self, topics: Iterable[str]) -> str:
        """Return awareness topics in words."""
        return self.wording.separator.join(self.wording.topics.get(topic, topic) for topic in topics) or "—"


def draw_lesson(lesson: Lesson, *, fonts: Fonts) -> bytes:
    """Return the lesson as a PDF, complete: the same bytes for the same lesson, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack, and
    ``Unreadable`` for HTML that nothing here knows how to set.
    """
    return drawn(
        [*opening(lesson, note=lesson.wording.lesson_note), *_sections(lesson)],
        title=lesson.content["title"],
        subject=lesson.said(lesson.wording.subject),
        company=lesson.company,
        language=lesson.content["language"],
        dated=lesson.published_at,
        kind=lesson.wording.lesson,
        foot=foot_of(lesson),
        specimen=lesson.specimen,
        fonts=fonts,
        pictures=lesson.pictures,
    )


def opening(lesson: Lesson, *, note: str) -> Iterator[Block]:
    """Yield the title, and what tells this version from any other."""
    words, content = lesson.wording, lesson.content
    yield Heading(plain(content["title"]), 1)
    yield Paragraph(plain(content["summary"]))
    yield facts(
        (words.version, lesson.said(words.version_words)),
        (words.covers, lesson.clauses(content["covers"])),
        (words.minutes, lesson.said(words.minutes_words)),
        (words.check, lesson.said(words.check_words)),
        *lesson.rules,
        (words.policy, lesson.said(words.policy_words)),
        (words.policy_digest, grouped(content["policy"]["digest"])),
        (words.digest, grouped(lesson.digest)),
        (words.entry, lesson.entry),
    )
    yield Paragraph(plain(note), look=Look.NOTE)


def foot_of(lesson: Lesson) -> tuple[str, ...]:
    """Return what stands at the foot of each page: which version of which policy this is, and when it was published."""
    words = lesson.wording
    return (lesson.said(words.foot), f"{lesson.said(words.version_words)}　{lesson.said(words.policy_words)}")


def _sections(lesson: Lesson) -> Iterator[Block]:
    for number, section in enumerate(lesson.content["sections"], start=1):
        yield Heading(plain(f"{number}. {section['title']}"), 2)
        about = [
            lesson.wording.explained.format(clauses=lesson.clauses(section["clauses"])) if section["clauses"] else "",
            lesson.wording.topics_of.format(topics=lesson.topics(section["topics"])) if section["topics"] else "",
        ]
        yield Paragraph(plain("　／　".join(filter(None, about))), look=Look.NOTE, keep=True)
        yield from blocks_of(section["html"])
