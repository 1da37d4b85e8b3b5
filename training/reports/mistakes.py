"""What is wrong in an answer, said so that equal mistakes can be counted.

Pure. Words are Japanese: they stand in the report (教育実施報告書).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from training.catalogue.html import in_words
from training.quiz.scoring import fitting_answer, folded, score

# What is typed freely may tell who typed it: it is told only where so many wrote the same.
FEWEST_ALIKE = 5
_TYPED = frozenset({"short_text", "numeric"})
LONGEST = 120

# Where the mistake stands in the question, by which equally frequent ones are put in order, and its words.
Mistake = tuple[tuple[int, ...], str]


def mistakes(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    """Yield what is wrong in a stored response; nothing for one that is right, erased or not given."""
    if response:
        for place, words in _FINDERS[content["type"]](content, response):
            yield place, words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"


def fewest(content: Mapping[str, Any]) -> int:
    """How often a mistake must have been made before it is told."""
    kinds = {content["type"], *(part["type"] for part in content.get("parts", ()))}
    return FEWEST_ALIKE if kinds & _TYPED else 1


def _words(content: Mapping[str, Any], text: str, *, part: bool = False) -> str:
    return in_words(text) if part or content.get("schema", 1) > 1 else text


def _choice(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    for place, option in enumerate(content["options"]):
        if not option["correct"] and option["id"] in response:
            yield (place,), _words(content, option["text"], part="weight" in option)


def _true_false(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    if list(response) != [str(content["answer"]).lower()]:
        yield (0,), "誤り" if content["answer"] else "正しい"


def _matching(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    choices = {choice["id"]: (place, in_words(choice["text"])) for place, choice in enumerate(content["choices"])}
    for place, prompt in enumerate(content["prompts"]):
        chosen = response.get(prompt["id"])
        if chosen in choices and chosen != prompt["choice"]:
            at, words = choices[chosen]
            yield (place, at), f"{in_words(prompt['text'])} → {words}"


def _ordering(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    items = {item["id"]: (place, in_words(item["text"])) for place, item in enumerate(content["items"])}
    right = set(pairwise(items))
    for one, next_one in pairwise(key for key in response if key in items):
        if (one, next_one) not in right:
            (first, before), (second, after) = items[one], items[next_one]
            yield (first, second), f"{before} の次に {after}"


def _short_text(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    if fitting_answer(content, response) is None:
        yield (0,), folded(response, content["fold"])


def _numeric(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    if response.get("value") and not score(content, response):
        yield (0,), " ".join(filter(None, (response["value"], response.get("unit", ""))))


def _scenario(content: Mapping[str, Any], response: Any) -> Iterator[Mistake]:
    for number, part in enumerate(content["parts"], start=1):
        for place, words in mistakes(part, response.get(part["id"])):
            yield (number, *place), f"小問{number}：{words}"


_FINDERS: Mapping[str, Callable[[Mapping[str, Any], Any], Iterator[Mistake]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
