"""A module and its questions at the moment of publishing, as their editors left them: what ``freeze`` takes in.

A question's type decides what it holds: ``members`` of the class that ``MEMBERS`` names for the type. A question of
one-line options, as all were before ``schema`` 2, may give ``options`` instead; it is frozen as ``schema`` 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from training.catalogue.blueprint import MAIN, Blueprint


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """A clause as quoted: its reference in words and its text."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class OptionSnapshot:
    """One option: its permanent id (UUID text), words, whether it is right, and what choosing it teaches.

    ``weight`` is a fraction as text (``"1/2"``, ``"-1/3"``); empty means the usual one of its question.
    """

    id: str
    text: str
    correct: bool
    explanation: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What ``single`` and ``multiple`` hold. ``rich``: the options' texts are HTML. ``grading``: all or partial."""

    options: tuple[OptionSnapshot, ...]
    grading: str = "all"
    rich: bool = False


@dataclass(frozen=True, slots=True)
class TrueFalse:
    """Whether the stem is true, and what each answer teaches (HTML)."""

    answer: bool
    if_true: str
    if_false: str


@dataclass(frozen=True, slots=True)
class ItemSnapshot:
    """Something to put in order, or to choose from: its permanent id and HTML."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class PromptSnapshot:
    """Something to find the counterpart of: ``choice`` is the id of the right one."""

    id: str
    text: str
    choice: str


@dataclass(frozen=True, slots=True)
class Matching:
    """Prompts, and what may be chosen for them; there may be more choices than prompts."""

    prompts: tuple[PromptSnapshot, ...]
    choices: tuple[ItemSnapshot, ...]


@dataclass(frozen=True, slots=True)
class Ordering:
    """Items in their right order."""

    items: tuple[ItemSnapshot, ...]
    grading: str = "all"


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """A text that is worth something, or, with weight 0, a mistake that has its own explanation."""

    text: str
    weight: str = "1"
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class ShortText:
    """Accepted texts, and which differences of writing do not count (of ``FOLDS``)."""

    answers: tuple[TextAnswer, ...]
    fold: tuple[str, ...] = ("width", "kana", "case", "spaces")


@dataclass(frozen=True, slots=True)
class NumberAnswer:
    """A number with how far off it still counts, both as decimal text."""

    value: str
    tolerance: str = "0"
    weight: str = "1"
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class UnitSnapshot:
    """Which texts are the unit; where it is not required a number alone is right as well."""

    texts: tuple[str, ...]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Numeric:
    """Accepted numbers, and their unit where there is one."""

    answers: tuple[NumberAnswer, ...]
    unit: UnitSnapshot | None = None


@dataclass(frozen=True, slots=True)
class PartSnapshot:
    """One question of a scenario; its type is any but ``scenario``."""

    id: str
    type: str
    stem: str
    members: Members
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """Several questions about one story, which is the stem."""

    parts: tuple[PartSnapshot, ...]


Members = Choice | TrueFalse | Matching | Ordering | ShortText | Numeric | Scenario

FOLDS = ("width", "kana", "case", "spaces")
GRADINGS = ("all", "partial")
MEMBERS: Mapping[str, type[Members]] = {
    "single": Choice,
    "multiple": Choice,
    "true_false": TrueFalse,
    "matching": Matching,
    "ordering": Ordering,
    "short_text": ShortText,
    "numeric": Numeric,
    "scenario": Scenario,
}
TYPES = tuple(MEMBERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSnapshot:
    """A question as its editor left it. ``question`` is its permanent UUID; ``stem`` and ``explanation`` are HTML.

    ``options`` are those of a ``single`` or ``multiple`` question with plain texts; every other has ``members``.
    """

    question: str
    language: str
    type: str
    stem: str
    options: tuple[OptionSnapshot, ...] = ()
    explanation: str
    clauses: tuple[str, ...]
    topics: tuple[str, ...]
    quotes: tuple[str, ...]
    difficulty: int = 2
    members: Members | None = None


@dataclass(frozen=True, slots=True)
class SectionSnapshot:
    """A section rendered to HTML, with the clauses that it explains and the awareness topics that it teaches."""

    key: str
    title: str
    html: str
    clauses: tuple[str, ...]
    topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ImageSnapshot:
    """The bytes of a picture. HTML shows it as ``<img src="sha256:…" alt="…">``, see ``source``."""

    data: bytes

    @property
    def sha256(self) -> str:
        """The name under which it is kept for ever."""
        return sha256(self.data).hexdigest()

    @property
    def source(self) -> str:
        """What stands in ``src`` where the picture is shown."""
        return f"sha256:{self.sha256}"


@dataclass(frozen=True, slots=True)
class ModuleSnapshot:
    """A module page and its pool as they stand. ``module`` is the page's translation key (UUID text).

    ``pools`` says by question UUID in which pool it stands where that is not the main one. ``images`` are the
    pictures that its HTML, or its questions', show.
    """

    module: str
    slug: str
    language: str
    title: str
    summary: str
    covers: tuple[str, ...]
    sections: tuple[SectionSnapshot, ...]
    blueprint: Blueprint
    questions: tuple[QuestionSnapshot, ...]
    pools: Mapping[str, str] = field(default_factory=dict)
    images: tuple[ImageSnapshot, ...] = ()

    def pool_of(self, question: QuestionSnapshot) -> str:
        """The pool in which a question stands."""
        return self.pools.get(question.question, MAIN)
