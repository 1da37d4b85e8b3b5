"""A question as the formats share it: the table of ``docs/questions.md`` without ids, and what an import comes to.

Pure. Stems, options, pairs, items and feedback are clean HTML (``clean.py``); names, accepted texts and units are
plain. Two questions are equal when they say the same, wherever they stood.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

TYPES = ("single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric", "scenario")
FOLDS = ("width", "kana", "case", "spaces")
ONE, NOTHING = Fraction(1), Fraction(0)


class Refusal(ValueError):
    """A question, or a whole file, that cannot be taken over. ``code`` is a word of ``CODES``."""

    def __init__(self, code: str, sentence: str, *, line: int | None = None) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code, self.sentence, self.line = code, sentence, line


CODES = (
    "type", "syntax", "key", "few", "weight", "image", "encoding", "empty", "size", "xml", "package", "text", "scoring",
    "duplicate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose."""

    text: str
    weight: Fraction
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt and its right choice."""

    prompt: str
    choice: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A text that is worth something; ``text`` is plain."""

    text: str
    weight: Fraction = ONE
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """A number that is worth something, with how far off it still counts."""

    value: Decimal
    tolerance: Decimal = Decimal(0)
    weight: Fraction = ONE
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Unit:
    """The accepted spellings of a number's unit."""

    texts: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question of any type; what its type does not need stays empty.

    ``feedback`` is what everybody reads afterwards; ``if_true`` and ``if_false`` what that answer teaches.
    ``line`` is where it stood.
    """

    name: str
    type: str
    stem: str
    grading: str = "all"
    options: tuple[Option, ...] = ()
    truth: bool = False
    if_true: str = ""
    if_false: str = ""
    pairs: tuple[Pair, ...] = ()
    distractors: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    fold: tuple[str, ...] = FOLDS
    values: tuple[Value, ...] = ()
    unit: Unit | None = None
    parts: tuple[Question, ...] = ()
    feedback: str = ""
    tags: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    difficulty: int = 2
    language: str = ""
    line: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """A question of the file that was not taken over, and why: ``reason`` begins with its code."""

    name: str
    type: str
    line: int | None
    reason: str

    @property
    def sentence(self) -> str:
        """The reason for a person, without the code for programs."""
        code, colon, words = self.reason.partition(": ")
        return words if colon and code in CODES else self.reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file came to: every question of it is in exactly one of the two."""

    imported: tuple[Question, ...] = ()
    refused: tuple[Refused, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A file made of questions, and those that its format cannot carry."""

    data: bytes
    refused: tuple[Refused, ...] = ()


def whole_file(name: str, refusal: Refusal) -> Outcome:
    """The outcome of a file that could not be read at all."""
    return Outcome(refused=(Refused(name, "file", refusal.line, str(refusal)),))


# What a format has no place for travels among a question's tags, under these prefixes.
_LABELS = ("clause", "topic", "difficulty", "language")


def labels_of(question: Question) -> tuple[str, ...]:
    """The question's tags, with what else is said of it as tags: ``clause:3.3``."""
    more = [f"clause:{ref}" for ref in question.clauses] + [f"topic:{topic}" for topic in question.topics]
    if question.difficulty != 2:
        more.append(f"difficulty:{question.difficulty}")
    if question.language:
        more.append(f"language:{question.language}")
    return (*question.tags, *more)


def read_labels(labels: tuple[str, ...]) -> Mapping[str, Any]:
    """The members that ``labels_of`` wrote."""
    found: dict[str, list[str]] = {"": [], **{label: [] for label in _LABELS}}
    for label in labels:
        prefix, _, rest = label.partition(":")
        known = prefix in _LABELS and bool(rest) and (prefix != "difficulty" or rest in {"1", "2", "3"})
        found[prefix if known else ""].append(rest if known else label)
    return {
        "tags": tuple(found[""]),
        "clauses": tuple(found["clause"]),
        "topics": tuple(found["topic"]),
        "difficulty": int(found["difficulty"][0]) if found["difficulty"] else 2,
        "language": found["language"][0] if found["language"] else "",
    }
