"""Whether every item of the policy, and every awareness topic, is taught by a section and tested by a question."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from training.catalogue.freeze import TOPICS


@dataclass(slots=True)
class Cover:
    """Where one clause or topic is taught (module and section) and tested (module and question).

    ``stale``: those of these places that still speak of the clause as it was before the policy changed.
    """

    taught: list[str] = field(default_factory=list)
    tested: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Taught and tested at least once each, and nowhere of the old text."""
        return bool(self.taught and self.tested and not self.stale)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The matrix: one ``Cover`` per clause that must be covered, and per awareness topic."""

    clauses: Mapping[str, Cover]
    topics: Mapping[str, Cover]

    @property
    def holes(self) -> list[str]:
        """What is not taught or not tested, as ``3.3: not tested``."""
        return [
            f"{name}: not {what}"
            for name, cover in [*self.clauses.items(), *((f"topic {t}", c) for t, c in self.topics.items())]
            for what, where in (("taught", cover.taught), ("tested", cover.tested))
            if not where
        ]

    @property
    def stale(self) -> list[str]:
        """Where the old text is still taught or tested, as ``3.5: article-3#2``."""
        return [f"{ref}: {place}" for ref, cover in self.clauses.items() for place in cover.stale]


def section_place(slug: str, number: int) -> str:
    """How a module's section is named in the matrix."""
    return f"{slug}#{number}"


def question_place(slug: str, question: str) -> str:
    """How a module's question is named in the matrix."""
    return f"{slug}:{question}"


def coverage(
    *,
    required: Iterable[str],
    modules: Iterable[Mapping[str, Any]],
    questions: Mapping[str, Mapping[str, Any]],
    called_now: Callable[[Mapping[str, Any], str], str | None] = lambda module, ref: ref,
    stale: Mapping[str, Collection[str]] | None = None,
) -> Coverage:
    """Measure frozen modules against the clauses required.

    ``modules`` are frozen contents, ``questions`` frozen contents by digest.
    A clause counts as taught where a section explains it by a clause block.
    ``called_now`` says what a reference of a module is in the revision that is
    measured against, None for a clause that is gone; ``stale`` names by clause
    the places that speak of its old text.
    """
    clauses = {ref: Cover() for ref in required}
    topics = {topic: Cover() for topic in TOPICS}
    for module in modules:
        for number, section in enumerate(module["sections"], 1):
            place = section_place(module["slug"], number)
            for ref in (called_now(module, ref) for ref in section["clauses"]):
                if ref in clauses:
                    clauses[ref].taught.append(place)
            for topic in section["topics"]:
                topics[topic].taught.append(place)
        for digest in module["questions"]:
            question = questions[digest]
            place = question_place(module["slug"], question["question"])
            for ref in (called_now(module, ref) for ref in question["clauses"]):
                if ref in clauses:
                    clauses[ref].tested.append(place)
            for topic in question["topics"]:
                topics[topic].tested.append(place)
    for ref, cover in clauses.items():
        old = (stale or {}).get(ref, ())
        cover.stale.extend(place for place in [*cover.taught, *cover.tested] if place in old)
    return Coverage(clauses=clauses, topics=topics)
