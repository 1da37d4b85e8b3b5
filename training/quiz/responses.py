"""Which responses a question takes: whatever comes in is read into the one form that is stored, or refused.

Pure. The forms are those of the table in ``docs/questions.md``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from typing import Any

LONGEST_TEXT = 500
MOST_CHOICES = 50
NUMBER = re.compile(r"[+-]?(?:\d{1,15}(?:\.\d{0,10})?|\.\d{1,10})", re.ASCII)


class Misfit(ValueError):
    """The response has not the question's form. ``several`` says that one answer was asked for and more came."""

    def __init__(self, message: str, *, several: bool = False) -> None:
        super().__init__(message)
        self.several = several


def read(content: Mapping[str, Any], response: Any) -> Any:
    """Return the response in its stored form. Raises ``Misfit`` for what is none of this question's."""
    return _READERS[content["type"]](content, response)


def answered(content: Mapping[str, Any], response: Any) -> bool:
    """Whether a stored response says something to every part of the question."""
    kind = content["type"]
    if kind == "scenario":
        given = response or {}
        return all(answered(part, given.get(part["id"])) for part in content["parts"])
    if kind == "matching":
        return set(response or {}) == {prompt["id"] for prompt in content["prompts"]}
    if kind == "numeric":
        return bool((response or {}).get("value"))
    return bool(response)


def added(content: Mapping[str, Any], before: Any, response: Any) -> Any:
    """A response given after another: the parts of a scenario of which it says nothing stay as they were."""
    if content["type"] != "scenario" or not before:
        return response
    both = {**before, **response}
    return {part["id"]: both[part["id"]] for part in content["parts"] if part["id"] in both}


def plain_number(text: str) -> str:
    """Return a typed number in half-width characters, an empty text as it is. Raises ``Misfit`` for no number."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").replace("‐", "-").replace("―", "-").strip()
    if plain and not NUMBER.fullmatch(plain):
        raise Misfit("no number")
    return plain


def _ids(members: Collection[Mapping[str, Any]]) -> set[str]:
    return {member["id"] for member in members}


def _texts(response: Any) -> list[str]:
    if not isinstance(response, list | tuple) or not all(isinstance(one, str) for one in response):
        raise Misfit("no list of texts")
    if len(response) > MOST_CHOICES:
        raise Misfit("too many")
    return list(response)


def _choice(content: Mapping[str, Any], response: Any) -> list[str]:
    chosen = sorted(set(_texts(response)))
    if not set(chosen) <= _ids(content["options"]):
        raise Misfit("no option of this question")
    if content["type"] == "single" and len(chosen) > 1:
        raise Misfit("one answer only", several=True)
    return chosen


def _true_false(content: Mapping[str, Any], response: Any) -> list[str]:
    chosen = sorted(set(_texts(response)))
    if not set(chosen) <= {"true", "false"}:
        raise Misfit("neither true nor false")
    if len(chosen) > 1:
        raise Misfit("one answer only", several=True)
    return chosen


def _matching(content: Mapping[str, Any], response: Any) -> dict[str, str]:
    if not isinstance(response, Mapping):
        raise Misfit("no pairs")
    prompts, choices = _ids(content["prompts"]), _ids(content["choices"])
    pairs = {str(prompt): choice for prompt, choice in response.items() if choice not in ("", None)}
    if not set(pairs) <= prompts or not all(isinstance(c, str) and c in choices for c in pairs.values()):
        raise Misfit("no pair of this question")
    return dict(sorted(pairs.items()))


def _ordering(content: Mapping[str, Any], response: Any) -> list[str]:
    order = _texts(response)
    if order and (len(set(order)) != len(order) or set(order) != _ids(content["items"])):
        raise Misfit("not every item once")
    return order


def _short_text(content: Mapping[str, Any], response: Any) -> str:
    if not isinstance(response, str):
        raise Misfit("no text")
    text = re.sub(r"[\s\u3000]+", " ", response).strip()
    if len(text) > LONGEST_TEXT or any(unicodedata.category(c) in {"Cc", "Cs"} for c in text):
        raise Misfit("no short text")
    return text


def _numeric(content: Mapping[str, Any], response: Any) -> dict[str, str]:
    given = {"value": response} if isinstance(response, str) else response
    if not isinstance(given, Mapping) or not set(given) <= {"value", "unit"}:
        raise Misfit("no number")
    value, unit = given.get("value") or "", given.get("unit") or ""
    if not isinstance(value, str) or not isinstance(unit, str) or len(value) > LONGEST_TEXT or len(unit) > 40:
        raise Misfit("no number")
    return {"value": plain_number(value), "unit": _short_text(content, unit)}


def _scenario(content: Mapping[str, Any], response: Any) -> dict[str, Any]:
    if not isinstance(response, Mapping):
        raise Misfit("no parts")
    parts = {part["id"]: part for part in content["parts"]}
    if not set(response) <= set(parts):
        raise Misfit("no part of this question")
    return {key: read(part, response[key]) for key, part in parts.items() if key in response}


_READERS: dict[str, Callable[[Mapping[str, Any], Any], Any]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
