"""What of a module still speaks of a clause as it was: sections and questions that nobody has rewritten since.

Pure. A quotation follows the policy by itself whenever a module is published,
so that it is no sign that anybody has looked: it is left out of the comparison.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from training.policy.follow import within

_QUOTATION = re.compile(r'<figure class="pt-clause">.*?</figure>', re.DOTALL)
# What is not the question's own words: how it is filed, and what the policy says.
_FILED = frozenset({"schema", "clauses", "topics", "difficulty", "quotes"})

Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Speaking:
    """A version of a module, with the frozen contents of its pool's questions in the pool's order."""

    content: Content
    questions: tuple[Content, ...]

    def sections_on(self, ref: str) -> dict[int, Content]:
        """The sections that explain a clause, by their number from 1."""
        return {
            number: section for number, section in enumerate(self.content["sections"], 1) if ref in section["clauses"]
        }

    def questions_on(self, ref: str) -> list[Content]:
        """The questions that test it."""
        return [question for question in self.questions if ref in question["clauses"]]

    def names(self, ref: str) -> bool:
        """Whether the clause's reference stands anywhere in it, a quotation included."""
        content = self.content
        listed = [content["covers"], content["blueprint"].get("each_clause", ())]
        listed += [section["clauses"] for section in content["sections"]]
        listed += [question["clauses"] for question in self.questions]
        listed += [[quote["ref"] for quote in question["quotes"]] for question in self.questions]
        return any(ref in refs for refs in listed)

    def covers(self, ref: str) -> bool:
        """Whether the module is about the clause, or about what the clause stands in."""
        return within(ref, list(self.content["covers"]))


@dataclass(frozen=True, slots=True)
class Stale:
    """Section numbers and question keys (UUID text) whose own words are still those of the old text's days."""

    sections: tuple[int, ...] = ()
    questions: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.sections or self.questions)

    def __or__(self, other: Stale) -> Stale:
        return Stale(
            tuple(sorted({*self.sections, *other.sections})),
            tuple(dict.fromkeys((*self.questions, *other.questions))),
        )


def stale_in(now: Speaking, before: Speaking | None, *, called_now: str, called_before: str) -> Stale:
    """Return what of ``now`` says the same of a clause as ``before``, the module as it was when the clause changed.

    Without ``before`` the module has come to be since, and knows no old text.
    """
    if before is None:
        return Stale()
    sections = {words_of_section(one) for one in before.sections_on(called_before).values()}
    questions = {_key(words_of_question(one)) for one in before.questions_on(called_before)}
    return Stale(
        tuple(number for number, one in now.sections_on(called_now).items() if words_of_section(one) in sections),
        tuple(
            str(one["question"]) for one in now.questions_on(called_now) if _key(words_of_question(one)) in questions
        ),
    )


def words_of_section(section: Content) -> tuple[str, str]:
    """A section without what it quotes."""
    return str(section["title"]), _QUOTATION.sub("", section["html"])


def words_of_question(question: Content) -> dict[str, Any]:
    """A question without what it quotes and how it is filed."""
    return {name: value for name, value in question.items() if name not in _FILED}


def _key(words: Mapping[str, Any]) -> str:
    return repr(_ordered(words))


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return sorted((name, _ordered(one)) for name, one in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_ordered(one) for one in value]
    return value
