"""Whether every item of the policy, and every awareness topic, is taught by a section and tested by a question."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from training.catalogue.freeze import TOPICS


@dataclass(slots=True)
class Cover:
    """Where one clause or topic is taught (module and section) and tested (module and question)."""

    taught: list[str] = field(default_factory=list)
    tested: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Taught and tested at least once each."""
        return bool(self.taught and self.tested)


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


def coverage(
    *, required: Iterable[str], modules: Iterable[Mapping[str, Any]], questions: Mapping[str, Mapping[str, Any]]
) -> Coverage:
    """Measure frozen modules against the clauses required.

    ``modules`` are frozen contents, ``questions`` frozen contents by digest.
    A clause counts as taught where a section explains it by a clause block.
    """
    clauses = {ref: Cover() for ref in required}
    topics = {topic: Cover() for topic in TOPICS}
    for module in modules:
        for number, section in enumerate(module["sections"], 1):
            place = f"{module['slug']}#{number}"
            for ref in section["clauses"]:
                if ref in clauses:
                    clauses[ref].taught.append(place)
            for topic in section["topics"]:
                topics[topic].taught.append(place)
        for digest in module["questions"]:
            question = questions[digest]
            place = f"{module['slug']}:{question['question']}"
            for ref in question["clauses"]:
                if ref in clauses:
                    clauses[ref].tested.append(place)
            for topic in question["topics"]:
                topics[topic].tested.append(place)
    return Coverage(clauses=clauses, topics=topics)
