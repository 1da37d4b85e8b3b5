"""What was answered to a question of any type, counted, and the wrong options that hardly anybody takes.

Pure. A typed text may name somebody: what fewer than ``LEAST`` typed is counted, not shown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from training.catalogue.html import in_words
from training.quiz.scoring import fitting_answer, folded
from training.quiz.statistics import JUDGED, LEAST

ALIVE = 0.05  # T. Haladyna and S. Downing, Educational and Psychological Measurement 53, 1993, 999-1010
MOST_TYPED = 10
_ALL_FOLDS = {"width": True, "kana": True, "case": True, "spaces": True}
Given = Sequence[tuple[Any, int]]


@dataclass(frozen=True, slots=True)
class Row:
    """An answer and how many gave it. ``right`` is None where an answer is neither; ``others`` sums up the rest."""

    text: str
    right: bool | None
    count: int
    lure: bool = False
    others: bool = False
    weight: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was answered to a question, a prompt of it or a part: how many did, and what. ``heading`` says to what."""

    type: str
    heading: str
    answered: int
    rows: tuple[Row, ...]

    @property
    def dead(self) -> tuple[Row, ...]:
        """Wrong options that fewer than one in twenty took; none where too few answered to say so."""
        if self.answered < JUDGED:
            return ()
        return tuple(row for row in self.rows if row.lure and row.count < ALIVE * self.answered)


def tallies(content: Mapping[str, Any], responses: Iterable[tuple[Any, int]]) -> list[Tally]:
    """Count what was answered to a frozen question; ``responses`` are stored responses and how many gave each.

    Who left the question open is in no tally; what was erased must not be among the responses.
    """
    given = [(response, count) for response, count in responses if response]
    return _TALLIES[content["type"]](content, given, _reader(content))


def dead(found: Iterable[Tally]) -> list[Row]:
    """The wrong options of a question that do not work."""
    return [row for tally in found for row in tally.dead]


def mistake(content: Mapping[str, Any], responses: Iterable[tuple[Any, int]]) -> Row | None:
    """The wrong answer that was given most, with what it was given to; None where none was, or none may be shown.

    To a true/false question it reads ``true`` or ``false``: the words are the caller's.
    """
    wrong = [
        replace(row, text=f"{tally.heading}: {row.text}" if tally.heading else row.text)
        for tally in tallies(content, responses)
        for row in tally.rows
        if row.right is False and row.count and not row.others and not (row.lure and tally.type == "matching")
    ]
    return max(wrong, key=lambda row: row.count, default=None)


Reader = Callable[[str], str]


def _reader(content: Mapping[str, Any]) -> Reader:
    """Options of schema 1 are plain text, all others HTML. The parts of a scenario have no schema of their own."""
    return _plain if content.get("schema", 2) == 1 else in_words


def _plain(text: str) -> str:
    return text


def _total(given: Given) -> int:
    return sum(count for _response, count in given)


def _choice(content: Mapping[str, Any], given: Given, read: Reader) -> list[Tally]:
    taken: Counter[str] = Counter()
    for response, count in given:
        taken.update(dict.fromkeys(response, count))
    rows = tuple(
        Row(read(o["text"]), bool(o["correct"]), taken[o["id"]], lure=not o["correct"]) for o in content["options"]
    )
    return [Tally(content["type"], "", _total(given), rows)]


def _true_false(content: Mapping[str, Any], given: Given, read: Reader) -> list[Tally]:
    taken: Counter[str] = Counter()
    for response, count in given:
        taken.update(dict.fromkeys(response, count))
    rows = tuple(Row(said, (said == "true") == content["answer"], taken[said]) for said in ("true", "false"))
    return [Tally("true_false", "", _total(given), rows)]


def _matching(content: Mapping[str, Any], given: Given, read: Reader) -> list[Tally]:
    """One tally for each prompt. A lure is a choice that fits no prompt: it may be taken anywhere."""
    fitting = {prompt["choice"] for prompt in content["prompts"]}
    found, lured = [], Counter[str]()
    for prompt in content["prompts"]:
        taken: Counter[str] = Counter()
        for response, count in given:
            taken[response.get(prompt["id"], "")] += count
        lured.update(taken)
        rows = tuple(Row(read(c["text"]), c["id"] == prompt["choice"], taken[c["id"]]) for c in content["choices"])
        found.append(Tally("matching", read(prompt["text"]), taken.total() - taken[""], rows))
    spare = tuple(
        Row(read(c["text"]), False, lured[c["id"]], lure=True) for c in content["choices"] if c["id"] not in fitting
    )
    if spare:
        found.append(Tally("matching", "", _total(given), spare))
    return found


def _ordering(content: Mapping[str, Any], given: Given, read: Reader) -> list[Tally]:
    """How often each item was put in its own place, in the right order."""
    rows = []
    for place, item in enumerate(content["items"]):
        count = sum(n for response, n in given if len(response) > place and response[place] == item["id"])
        rows.append(Row(read(item["text"]), None, count))
    return [Tally("ordering", "", _total(given), tuple(rows))]


def _short_text(content: Mapping[str, Any], given: Given, read: Reader) -> list[Tally]:
    return [_written(content, given, typed=str, same=lambda text: folded(text, _ALL_FOLDS))]


def _numeric(content: Mapping[str, Any], given: Given, read: Reader) -> list[Tally]:
    written = [(response, count) for response, count in given if response.get("value")]
    return [_written(content, written, typed=_number, same=lambda text: folded(text, _ALL_FOLDS))]


def _number(answer: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (answer["value"], answer.get("unit") or "")))


def _written(
    content: Mapping[str, Any], given: Given, *, typed: Callable[[Any], str], same: Callable[[str], str]
) -> Tally:
    """The accepted answers, then what was typed else by enough people, then all else together."""
    fitted: Counter[int] = Counter()
    wrong: Counter[str] = Counter()
    shown: dict[str, Counter[str]] = {}
    for response, count in given:
        answer = fitting_answer(content, response)
        if answer is not None:
            fitted[next(n for n, one in enumerate(content["answers"]) if one is answer)] += count
            continue
        text = typed(response)
        wrong[same(text)] += count
        shown.setdefault(same(text), Counter())[text] += count
    rows = [
        Row(_accepted(answer), answer["weight"] not in ("0", 0), fitted[n], weight=str(answer["weight"]))
        for n, answer in enumerate(content["answers"])
    ]
    often = [(key, count) for key, count in wrong.most_common(MOST_TYPED) if count >= LEAST]
    rows += [Row(shown[key].most_common(1)[0][0], False, count) for key, count in often]
    left = wrong.total() - sum(count for _key, count in often)
    if left:
        rows.append(Row("", False, left, others=True))
    return Tally(content["type"], "", _total(given), tuple(rows))


def _accepted(answer: Mapping[str, Any]) -> str:
    if "value" not in answer:
        return str(answer["text"])
    return answer["value"] if not Fraction(answer["tolerance"]) else f"{answer['value']} ± {answer['tolerance']}"


def _scenario(content: Mapping[str, Any], given: Given, read: Reader) -> list[Tally]:
    found = []
    for number, part in enumerate(content["parts"], 1):
        parts = [(response.get(part["id"]), count) for response, count in given]
        for tally in _TALLIES[part["type"]](part, [row for row in parts if row[0]], in_words):
            name = f"{number}. {in_words(part['stem'])}"
            found.append(replace(tally, heading=f"{name} / {tally.heading}" if tally.heading else name))
    return found


_TALLIES: dict[str, Callable[[Mapping[str, Any], Given, Reader], list[Tally]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}

__all__ = ["Row", "Tally", "dead", "mistake", "tallies"]
