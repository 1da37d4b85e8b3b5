"""References that a module would take along under a number that means another clause now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.utils.translation import gettext

from training.catalogue.html import in_words, sanitise
from training.catalogue.models import ModuleVersion, QuestionVersion
from training.catalogue.snapshots import ModuleSnapshot
from training.changes.stale import words_of_section
from training.policy.clauses import label
from training.policy.follow import References
from training.policy.models import Revision
from training.policy.queries import steps_to


def left_behind(*, snapshot: ModuleSnapshot, last: ModuleVersion | None, revision: Revision) -> list[str]:
    """Sentences that name each reference that nobody has moved though its clause is called otherwise now.

    A number that went to another clause would quote that one beside words
    about the old. What was rewritten is its editor's own affair. Three queries,
    none where the last version is of this text.
    """
    if last is None or last.revision.number >= revision.number:
        return []
    references = References(steps_to(revision))
    start, end = last.revision.number, revision.number

    def wrong(before: Collection[str], now: Collection[str]) -> Iterator[tuple[str, str | None]]:
        """What was not moved, with what it is called now."""
        called = {ref: references.follow(ref, start=start, end=end) for ref in before}
        yield from ((ref, new) for ref, new in called.items() if ref in now and ref not in called.values())

    found = []
    sections = {section["key"]: section for section in last.content["sections"]}
    for section in snapshot.sections:
        earlier = sections.get(section.key)
        if earlier and words_of_section(earlier) == words_of_section({"title": section.title, "html": section.html}):
            found += [_said(section.title, ref, new) for ref, new in wrong(earlier["clauses"], section.clauses)]
    contents = _questions(last)
    for question in snapshot.questions:
        content = contents.get(question.question)
        if content and content["stem"] == sanitise(question.stem):
            quoted = [quote["ref"] for quote in content["quotes"]]
            pairs = [*wrong(content["clauses"], question.clauses), *wrong(quoted, question.quotes)]
            found += [_said(in_words(content["stem"])[:24], ref, new) for ref, new in dict.fromkeys(pairs)]
    return found


def _questions(last: ModuleVersion) -> dict[str, Mapping[str, Any]]:
    rows = QuestionVersion.objects.filter(digest__in=last.content["questions"], language=last.language)
    return {str(row.question): row.content for row in rows.only("question", "content")}


def _said(where: str, ref: str, new: str | None) -> str:
    if new is None:
        said = gettext("“%(where)s” refers to what was %(before)s, which is gone from the policy. Rewrite it.")
        return said % {"where": where, "before": label(ref)}
    said = gettext("“%(where)s” refers to what was %(before)s and is %(after)s now. Move the reference.")
    return said % {"where": where, "before": label(ref), "after": label(new)}
