"""A frozen question as a snapshot again, so that it can be frozen with another module.

Pure. ``freeze_question(thawed_question(content), clauses)`` is ``content``
where the clauses are those of its day; with a later text's clauses it quotes
that text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from training.catalogue.faults import weights_of
from training.catalogue.snapshots import (
    Choice,
    ItemSnapshot,
    Matching,
    Members,
    NumberAnswer,
    Numeric,
    OptionSnapshot,
    Ordering,
    PartSnapshot,
    PromptSnapshot,
    QuestionSnapshot,
    Scenario,
    ShortText,
    TextAnswer,
    TrueFalse,
    UnitSnapshot,
)

Content = Mapping[str, Any]


def thawed_question(content: Content) -> QuestionSnapshot:
    """The question, with its own words, key and ids."""
    plain = content["schema"] == 1
    return QuestionSnapshot(
        question=content["question"],
        language=content["language"],
        type=content["type"],
        stem=content["stem"],
        options=tuple(_plain_option(one) for one in content["options"]) if plain else (),
        explanation=content["explanation"],
        clauses=tuple(content["clauses"]),
        topics=tuple(content["topics"]),
        quotes=tuple(quote["ref"] for quote in content["quotes"]),
        difficulty=content.get("difficulty", 2),
        members=None if plain else _members(content),
    )


def _plain_option(one: Content) -> OptionSnapshot:
    return OptionSnapshot(one["id"], one["text"], one["correct"], one["explanation"])


def _members(content: Content) -> Members:
    return _THAWERS[content["type"]](content)


def _choice(content: Content) -> Choice:
    """Weights are named only where they are not the usual ones, as an editor leaves them."""
    options = tuple(replace(_plain_option(one), weight=one["weight"]) for one in content["options"])
    usual = Choice(tuple(replace(one, weight="") for one in options), content.get("grading", "all"), rich=True)
    named = [str(weight) for weight in weights_of(content["type"], usual)]
    return usual if named == [one.weight for one in options] else replace(usual, options=options)


def _true_false(content: Content) -> TrueFalse:
    return TrueFalse(content["answer"], content["feedback"]["true"], content["feedback"]["false"])


def _matching(content: Content) -> Matching:
    return Matching(
        tuple(PromptSnapshot(one["id"], one["text"], one["choice"]) for one in content["prompts"]),
        tuple(ItemSnapshot(one["id"], one["text"]) for one in content["choices"]),
    )


def _ordering(content: Content) -> Ordering:
    return Ordering(tuple(ItemSnapshot(one["id"], one["text"]) for one in content["items"]), content["grading"])


def _short_text(content: Content) -> ShortText:
    answers = tuple(TextAnswer(one["text"], one["weight"], one["explanation"]) for one in content["answers"])
    return ShortText(answers, tuple(name for name, folds in content["fold"].items() if folds))


def _numeric(content: Content) -> Numeric:
    unit = content["unit"]
    return Numeric(
        tuple(
            NumberAnswer(one["value"], one["tolerance"], one["weight"], one["explanation"])
            for one in content["answers"]
        ),
        UnitSnapshot(tuple(unit["texts"]), unit["required"]) if unit else None,
    )


def _scenario(content: Content) -> Scenario:
    return Scenario(
        tuple(
            PartSnapshot(part["id"], part["type"], part["stem"], _members(part), part["explanation"])
            for part in content["parts"]
        )
    )


_THAWERS: Mapping[str, Callable[[Content], Members]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
