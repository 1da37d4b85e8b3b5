"""What an answer is worth, and whether a paper is passed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


def known_options(content: Mapping[str, Any], response: Collection[str]) -> bool:
    """Whether every chosen id is an option of this question."""
    return set(response) <= {option["id"] for option in content["options"]}


def points(content: Mapping[str, Any], response: Collection[str]) -> int:
    """1 for exactly the right options and no other, else 0; an empty response is 0."""
    return int(bool(response) and set(response) == {option["id"] for option in content["options"] if option["correct"]})


@dataclass(frozen=True, slots=True)
class Mark:
    """A whole paper's marks: points by question version id, their sum, the most possible, and passed or not."""

    points: dict[str, int]
    score: int
    out_of: int
    passed: bool


def mark(
    *, paper: Sequence[tuple[str, Mapping[str, Any]]], responses: Mapping[str, Collection[str]], pass_mark: int
) -> Mark:
    """Mark a paper of (question version id, content); what was not answered earns nothing.

    ``pass_mark`` is the per cent of all points needed, compared without
    rounding: 80 per cent of 9 points takes 8.
    """
    given = {key: points(content, responses.get(key, ())) for key, content in paper}
    score = sum(given.values())
    return Mark(points=given, score=score, out_of=len(given), passed=score * 100 >= pass_mark * len(given))
