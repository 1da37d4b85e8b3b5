"""The questions of a lesson file, of every type (docs/questions.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from cms.source_reader import WRONG, Reader
from training.catalogue.blueprint import LONGEST_POOL_NAME, MAIN
from training.catalogue.faults import DIFFICULTIES, number_of, weight_of
from training.catalogue.snapshots import FOLDS, GRADINGS, TYPES


@dataclass(frozen=True, slots=True)
class OptionSource:
    """An option. ``id`` is what the file names it by: an ``id`` of its own, else its place from 1."""

    id: str
    text: str
    correct: bool
    explanation: str
    weight: str = ""


@dataclass(frozen=True, slots=True)
class PairSource:
    """A prompt and its right choice, both HTML."""

    prompt: str
    choice: str


@dataclass(frozen=True, slots=True)
class AnswerSource:
    """A text, or a number with its tolerance, that is worth something."""

    text: str
    weight: str
    explanation: str
    tolerance: str = "0"


@dataclass(frozen=True, slots=True)
class UnitSource:
    """The accepted spellings of a unit."""

    texts: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSource:
    """A question, or one part of a scenario, whose ``key`` is its ``id`` then; stem and explanations are HTML.

    What its type does not need stays empty.
    """

    key: str
    type: str
    stem: str
    explanation: str
    clauses: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    difficulty: int = 2
    pool: str = MAIN
    grading: str = "all"
    options: tuple[OptionSource, ...] = ()
    answer: bool = True
    if_true: str = ""
    if_false: str = ""
    pairs: tuple[PairSource, ...] = ()
    others: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    answers: tuple[AnswerSource, ...] = ()
    fold: tuple[str, ...] = FOLDS
    unit: UnitSource | None = None
    parts: tuple[QuestionSource, ...] = ()


_COMMON = {"key", "type", "clauses", "topics", "stem", "explanation", "quotes"}
_OPTIONAL = frozenset({"difficulty", "pool"})
_PART = {"id", "type", "stem", "explanation"}
# What each type has besides: needed, and what may be left out.
_MEMBERS: Mapping[str, tuple[set[str], frozenset[str]]] = {
    "single": ({"options"}, frozenset()),
    "multiple": ({"options"}, frozenset({"grading"})),
    "true_false": ({"answer", "if_true", "if_false"}, frozenset()),
    "matching": ({"pairs"}, frozenset({"others"})),
    "ordering": ({"items"}, frozenset({"grading"})),
    "short_text": ({"answers"}, frozenset({"fold"})),
    "numeric": ({"answers"}, frozenset({"unit"})),
    "scenario": ({"parts"}, frozenset()),
}


def read_question(r: Reader, value: Any) -> Any:
    """A ``QuestionSource``, or ``WRONG``."""
    kind = _type_of(value)
    needed, optional = _MEMBERS[kind]
    source = r.mapping(value, _COMMON | needed, _OPTIONAL | optional)
    if source is None:
        return WRONG
    difficulty = r.whole(source, "difficulty", 2)
    if difficulty not in DIFFICULTIES:
        with r.at(".difficulty"):
            r.wrong(f"must be one of {', '.join(map(str, DIFFICULTIES))}, is {difficulty!r}")
    pool = r.plain(source, "pool") if "pool" in source else MAIN
    if len(pool) > LONGEST_POOL_NAME:
        with r.at(".pool"):
            r.wrong(f"must have at most {LONGEST_POOL_NAME} characters")
    found = QuestionSource(
        key=r.text(source, "key"),
        type=r.one_of(source, "type", TYPES),
        stem=r.prose(source, "stem"),
        explanation=r.prose(source, "explanation"),
        clauses=r.each(source, "clauses", r.ref, low=1, high=2),
        topics=r.each(source, "topics", r.topic),
        quotes=r.each(source, "quotes", r.ref, low=0, high=3),
        difficulty=difficulty or 0,
        pool=pool,
    )
    return replace(found, **_READERS[kind](r, source))


def _type_of(value: Any) -> str:
    """The type that decides what else there must be; where none is named, the fault is found by ``one_of``."""
    kind = value.get("type") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and kind in _MEMBERS else "single"


def _part(r: Reader, value: Any) -> Any:
    kind = _type_of(value)
    if kind == "scenario":
        return r.wrong("a part cannot be a scenario")
    needed, optional = _MEMBERS[kind]
    source = r.mapping(value, _PART | needed, optional)
    if source is None:
        return WRONG
    found = QuestionSource(
        key=str(source.get("id", "")).strip(),
        type=r.one_of(source, "type", TYPES),
        stem=r.prose(source, "stem"),
        explanation=r.prose(source, "explanation"),
    )
    return replace(found, **_READERS[kind](r, source))


def _options(r: Reader, source: Mapping[str, Any]) -> dict[str, Any]:
    options = r.each(source, "options", lambda option: _option(r, option), low=2, high=6)
    options = tuple(replace(o, id=o.id or str(place)) for place, o in enumerate(options, 1))
    if len({option.id for option in options}) != len(options):
        r.wrong("two options have the same id")
    return {"options": options, "grading": r.among(source, "grading", GRADINGS, "all")}


def _option(r: Reader, value: Any) -> Any:
    source = r.mapping(value, {"text", "correct", "explanation"}, frozenset({"id", "weight"}))
    if source is None:
        return WRONG
    return OptionSource(
        id=str(source.get("id", "")),
        text=r.plain(source, "text"),
        correct=r.yes_or_no(source, "correct"),
        explanation=r.line(source, "explanation"),
        weight=_weight(r, source, ""),
    )


def _weight(r: Reader, source: Mapping[str, Any], usual: str) -> str:
    weight = str(source.get("weight", usual))
    if weight and weight_of(weight) is None:
        with r.at(".weight"):
            r.wrong(f"must be a fraction from -1 to 1 in quotes, such as '1/2', is {weight!r}")
    return weight


def _true_false(r: Reader, source: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "answer": r.yes_or_no(source, "answer"),
        "if_true": r.line(source, "if_true"),
        "if_false": r.line(source, "if_false"),
    }


def _matching(r: Reader, source: Mapping[str, Any]) -> dict[str, Any]:
    def pair(value: Any) -> Any:
        found = r.mapping(value, {"prompt", "choice"})
        return WRONG if found is None else PairSource(r.line(found, "prompt"), r.line(found, "choice"))

    return {
        "pairs": r.each(source, "pairs", pair, low=2, high=6),
        "others": r.each(source, "others", r.item, low=0, high=4),
    }


def _ordering(r: Reader, source: Mapping[str, Any]) -> dict[str, Any]:
    items = r.each(source, "items", r.item, low=3, high=6)
    return {"items": items, "grading": r.among(source, "grading", GRADINGS, "all")}


def _explained(r: Reader, source: Mapping[str, Any]) -> str:
    return r.line(source, "explanation") if "explanation" in source else ""


def _short_text(r: Reader, source: Mapping[str, Any]) -> dict[str, Any]:
    def answer(value: Any) -> Any:
        found = r.mapping(value, {"text"}, frozenset({"explanation", "weight"}))
        if found is None:
            return WRONG
        return AnswerSource(r.plain(found, "text"), _weight(r, found, "1"), _explained(r, found))

    def fold(value: Any) -> Any:
        return value if value in FOLDS else r.wrong(f"must be one of {', '.join(FOLDS)}, is {value!r}")

    folds = r.each(source, "fold", fold, low=0) if "fold" in source else FOLDS
    return {"answers": r.each(source, "answers", answer), "fold": folds}


def _numeric(r: Reader, source: Mapping[str, Any]) -> dict[str, Any]:
    def answer(value: Any) -> Any:
        found = r.mapping(value, {"value"}, frozenset({"tolerance", "explanation", "weight"}))
        if found is None:
            return WRONG
        number, tolerance = _decimal(r, found, "value", ""), _decimal(r, found, "tolerance", "0")
        return AnswerSource(number, _weight(r, found, "1"), _explained(r, found), tolerance)

    unit = None
    if source.get("unit") is not None:
        with r.at(".unit"):
            found = r.mapping(source["unit"], {"texts"}, frozenset({"required"})) or {}
            unit = UnitSource(r.each(found, "texts", r.words), r.yes_or_no(found, "required"))
    return {"answers": r.each(source, "answers", answer), "unit": unit}


def _decimal(r: Reader, source: Mapping[str, Any], key: str, usual: str) -> str:
    value = source.get(key, usual)
    with r.at(f".{key}"):
        if not isinstance(value, str) or (key in source and number_of(value) is None):
            r.wrong(f"must be a number in quotes, such as '72', is {value!r}")
    return str(value)


def _scenario(r: Reader, source: Mapping[str, Any]) -> dict[str, Any]:
    parts = r.each(source, "parts", lambda part: _part(r, part), low=2, high=4)
    if len({part.key for part in parts}) != len(parts):
        r.wrong("two parts have the same id")
    return {"parts": parts}


_READERS: Mapping[str, Callable[[Reader, Mapping[str, Any]], dict[str, Any]]] = {
    "single": _options,
    "multiple": _options,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
