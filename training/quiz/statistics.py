"""Whether a question does its work: how often it is answered rightly, and whether who knows more answers it better.

Pure. Figures are of each person's *first* paper: whoever sits again has seen
the questions, and what follows no longer measures them (so too Moodle's "Quiz
statistics calculations", *Quizzes that allow multiple attempts*).

- *Facility* is the mean share of a question's marks that was earned, from 0 to 1.
- *Discrimination* is the corrected item-total correlation: Pearson's r of what
  was earned on the question and the mean share earned on the rest of the same
  paper (S. Henrysson, "Correction of item-total correlations in item
  analysis", Psychometrika 28, 1963, 211-218). The rest and not the whole,
  for a question is no witness to itself; the mean and not the sum, for papers are
  drawn and differ. It has no value where all earned the same.
- *Time* is a paper's, divided by the number of its questions: when somebody
  turned from one question to the next is not recorded.

What is answered by fewer than ``LEAST`` people in a campaign is in no figure
at all, so that no difference of two figures can give it away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import fsum
from statistics import correlation, median
from typing import Any, TypeVar

LEAST = 5  # people: nothing is told of fewer
JUDGED = 20  # people: of fewer a question is shown, not judged
TOO_EASY = 0.95
TOO_HARD = 0.3
_DIGITS = 9  # means of the same marks added up in another order are equal

K = TypeVar("K", bound=Hashable)


class Flag(StrEnum):
    """Why a question fails its purpose."""

    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    NEGATIVE = "negative"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Paper:
    """Somebody's first paper of a module in a campaign, as its last marking has it.

    ``earned`` is the share of each question's marks, by question version;
    ``seconds`` what the paper took for each of its questions; ``place`` the
    department, where it was asked for.
    """

    person: Hashable
    campaign: Any
    earned: Mapping[str, float]
    passed: bool
    seconds: float
    place: Hashable = None


@dataclass(frozen=True, slots=True)
class Figures:
    """What is told of a group of at least ``LEAST`` people; ``passed`` is the share of papers that passed."""

    people: int
    papers: int
    answers: int
    facility: float
    passed: float
    discrimination: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one paper says of a question, or of several: the shares earned on them, and the mean of the rest if any."""

    paper: Paper
    own: Sequence[float]
    rest: float | None


Few = frozenset[tuple[Hashable, str]]


def too_few(papers: Iterable[Paper]) -> Few:
    """What too few people answered to be in any figure: (campaign, question version)."""
    people: dict[tuple[Hashable, str], set[Hashable]] = defaultdict(set)
    for paper in papers:
        for question in paper.earned:
            people[paper.campaign, question].add(paper.person)
    return frozenset(cell for cell, found in people.items() if len(found) < LEAST)


def by_question(papers: Iterable[Paper], *, few: Few, keys: Callable[[Paper, str], Collection[K]]) -> dict[K, Figures]:
    """Figures of each group of questions: a question itself, a clause, a topic. ``keys`` names a question's groups.

    The discrimination of several questions is that of their mean on each paper against its rest.
    """
    seen: dict[K, list[_Seen]] = defaultdict(list)
    for paper in papers:
        groups: dict[K, set[str]] = defaultdict(set)
        for question in paper.earned:
            for key in keys(paper, question):
                groups[key].add(question)
        total, count = fsum(paper.earned.values()), len(paper.earned)
        for key, questions in groups.items():
            own = [paper.earned[q] for q in questions if (paper.campaign, q) not in few]
            others = count - len(questions)
            if own:
                without = total - fsum(paper.earned[q] for q in questions)
                seen[key].append(_Seen(paper, own, round(without / others, _DIGITS) if others else None))
    return {key: figures for key, rows in seen.items() if (figures := _figures(rows))}


def of_papers(papers: Iterable[Paper], *, few: Few) -> Figures | None:
    """Figures of whole papers; None of fewer than ``LEAST`` people. Papers as a whole discriminate nothing."""
    seen = []
    for paper in papers:
        own = [share for q, share in paper.earned.items() if (paper.campaign, q) not in few]
        if own:
            seen.append(_Seen(paper, own, None))
    return _figures(seen)


def _figures(seen: Sequence[_Seen]) -> Figures | None:
    people = {row.paper.person for row in seen}
    if len(people) < LEAST:
        return None
    shares = [share for row in seen for share in row.own]
    beside = [(_mean(row.own), row.rest) for row in seen if row.rest is not None]
    enough = len({row.paper.person for row in seen if row.rest is not None}) >= LEAST
    return Figures(
        people=len(people),
        papers=len(seen),
        answers=len(shares),
        facility=_mean(shares),
        passed=sum(row.paper.passed for row in seen) / len(seen),
        discrimination=discrimination(beside) if enough else None,
        seconds=median(row.paper.seconds for row in seen),
    )


def _mean(shares: Sequence[float]) -> float:
    return round(fsum(shares) / len(shares), _DIGITS)


def discrimination(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Pearson's correlation of (question, rest of the paper), from -1 to 1; None where either never differs."""
    own, rest = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    if len(set(own)) < 2 or len(set(rest)) < 2:
        return None
    return max(-1.0, min(1.0, correlation(own, rest)))


def flags_of(figures: Figures, *, dead: int) -> tuple[Flag, ...]:
    """Why a question fails its purpose; nothing is said on fewer than ``JUDGED`` people.

    ``dead`` counts its wrong options that hardly anybody takes (``chosen.dead``).
    """
    if figures.people < JUDGED:
        return ()
    negative = figures.discrimination is not None and figures.discrimination < 0
    said = {
        Flag.TOO_EASY: figures.facility >= TOO_EASY,
        Flag.TOO_HARD: figures.facility < TOO_HARD,
        Flag.NEGATIVE: negative,
        Flag.DEAD: bool(dead),
    }
    return tuple(flag for flag, true in said.items() if true)
