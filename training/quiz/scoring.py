"""What an answer is worth, exactly, and whether a paper is passed.

Pure. The rule of each type is that of the table in ``docs/questions.md``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from training.quiz.responses import answered

HUNDREDTHS = 100
_UNIT_FOLDS = {"width": True, "case": True, "spaces": True}
_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}


def score(content: Mapping[str, Any], response: Any) -> Fraction:
    """Return what a stored response earns, from 0 to 1; no response earns nothing."""
    if response is None or not response:
        return Fraction(0)
    return _bounded(_RULES[content["type"]](content, response))


def graded(content: Mapping[str, Any]) -> bool:
    """Whether something between nothing and all can be earned."""
    kind = content["type"]
    if kind == "multiple" or kind == "ordering":
        return bool(content.get("grading", "all") == "partial")
    if kind == "single":
        return any(_weight(option) not in (0, 1) for option in content["options"])
    if kind in ("short_text", "numeric"):
        return any(Fraction(answer["weight"]) not in (0, 1) for answer in content["answers"])
    return kind in ("matching", "scenario")


def folded(text: str, folds: Mapping[str, bool]) -> str:
    """Return a short text as it is compared: NFC always, then as the question folds."""
    text = unicodedata.normalize("NFKC" if folds.get("width") else "NFC", text)
    if folds.get("kana"):
        text = text.translate(_KATAKANA)
    if folds.get("case"):
        text = text.casefold()
    return "".join(text.split()) if folds.get("spaces") else " ".join(text.split())


@dataclass(frozen=True, slots=True)
class Mark:
    """A whole paper's marks: points by question version id, their sum, the most possible, and passed or not."""

    points: dict[str, int]
    score: int
    out_of: int
    passed: bool


def mark(*, paper: Sequence[tuple[str, Mapping[str, Any]]], responses: Mapping[str, Any], pass_mark: int) -> Mark:
    """Mark a paper of (question version id, content); what was not answered earns nothing.

    A question is worth one point where all of the paper's are all or nothing,
    else a hundred, rounded down. ``pass_mark`` is the per cent of all points
    needed, compared without rounding: 80 per cent of 9 points takes 8.
    """
    worth = HUNDREDTHS if any(graded(content) for _key, content in paper) else 1
    given = {key: int(score(content, responses.get(key)) * worth) for key, content in paper}
    total, out_of = sum(given.values()), worth * len(given)
    return Mark(points=given, score=total, out_of=out_of, passed=total * 100 >= pass_mark * out_of)


def _bounded(value: Fraction) -> Fraction:
    return max(Fraction(0), min(Fraction(1), value))


def _weight(option: Mapping[str, Any]) -> Fraction:
    return Fraction(option["weight"]) if "weight" in option else Fraction(int(option["correct"]))


def _single(content: Mapping[str, Any], response: Sequence[str]) -> Fraction:
    return next((_weight(option) for option in content["options"] if [option["id"]] == list(response)), Fraction(0))


def _multiple(content: Mapping[str, Any], response: Sequence[str]) -> Fraction:
    options = content["options"]
    if content.get("grading", "all") == "partial":
        return sum((_weight(option) for option in options if option["id"] in response), Fraction(0))
    return Fraction(int(set(response) == {option["id"] for option in options if option["correct"]}))


def _true_false(content: Mapping[str, Any], response: Sequence[str]) -> Fraction:
    return Fraction(int(list(response) == [str(content["answer"]).lower()]))


def _matching(content: Mapping[str, Any], response: Mapping[str, str]) -> Fraction:
    prompts = content["prompts"]
    right = sum(response.get(prompt["id"]) == prompt["choice"] for prompt in prompts)
    return Fraction(right, len(prompts))


def _ordering(content: Mapping[str, Any], response: Sequence[str]) -> Fraction:
    order = [item["id"] for item in content["items"]]
    if content.get("grading", "all") == "all":
        return Fraction(int(list(response) == order))
    following = set(pairwise(order))
    return Fraction(sum(pair in following for pair in pairwise(response)), len(order) - 1)


def fitting_answer(content: Mapping[str, Any], response: Any) -> Mapping[str, Any] | None:
    """The best of a short text's or a number's answers that the response is; None where it is none of them."""
    fits = _fits_text if content["type"] == "short_text" else _fits_number
    found = [answer for answer in content["answers"] if response and fits(content, answer, response)]
    return max(found, key=lambda answer: Fraction(answer["weight"]), default=None)


def _fits_text(content: Mapping[str, Any], answer: Mapping[str, Any], response: Any) -> bool:
    return folded(answer["text"], content["fold"]) == folded(response, content["fold"])


def _fits_number(content: Mapping[str, Any], answer: Mapping[str, Any], response: Any) -> bool:
    unit, said = content.get("unit"), folded(response.get("unit", ""), _UNIT_FOLDS)
    if not response.get("value"):
        return False
    if unit and (unit["required"] or said) and said not in {folded(text, _UNIT_FOLDS) for text in unit["texts"]}:
        return False
    return abs(Decimal(response["value"]) - Decimal(answer["value"])) <= Decimal(answer["tolerance"])


def _answered(content: Mapping[str, Any], response: Any) -> Fraction:
    fitting = fitting_answer(content, response)
    return Fraction(fitting["weight"]) if fitting else Fraction(0)


def _scenario(content: Mapping[str, Any], response: Mapping[str, Any]) -> Fraction:
    parts = content["parts"]
    return sum((score(part, response.get(part["id"])) for part in parts), Fraction(0)) / len(parts)


_RULES: dict[str, Callable[[Mapping[str, Any], Any], Fraction]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _answered,
    "numeric": _answered,
    "scenario": _scenario,
}

__all__ = ["Mark", "answered", "fitting_answer", "folded", "graded", "mark", "score"]
