"""Which questions a paper holds and in which order its options stand, rebuilt from the seed and the pools alone.

Ordering by SHA-256 of seed and id needs no random generator, so that any
program in any language and any year rebuilds the same paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from training.catalogue.blueprint import cover


def _key(*parts: str) -> bytes:
    return sha256("\n".join(parts).encode()).digest()


@dataclass(frozen=True, slots=True)
class Pool:
    """How many questions to draw from which ids."""

    name: str
    draw: int
    questions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a paper must take care of besides numbers.

    ``each_clause``: at least one question on each of these, ``clauses`` says
    which question is on which. ``met``: what the person met last year, of
    which at most ``most_met`` questions may come again (None: any number).
    """

    each_clause: tuple[str, ...] = ()
    clauses: Mapping[str, Collection[str]] = field(default_factory=dict)
    met: frozenset[str] = frozenset()
    most_met: int | None = None


def draw(*, seed: str, pool: Sequence[str], count: int) -> list[str]:
    """Return ``count`` ids of the pool, in the paper's order. The pool's own order does not matter.

    Raises ``ValueError`` when the pool holds fewer, or holds one id twice.
    """
    if not 1 <= count <= len(pool):
        raise ValueError(f"{count} questions cannot be drawn from {len(pool)}")
    return compose(seed=seed, pools=[Pool("", count, tuple(pool))])


def compose(*, seed: str, pools: Sequence[Pool], wishes: Wishes | None = None, shuffle: bool = True) -> list[str]:
    """Return the ids of a paper in its order: each pool's first by seed, so far as the wishes let them.

    A pool that holds too few gives all it has, and a wish that the pools
    cannot fulfil is fulfilled as far as they can: publishing saw to it that
    they could, but questions may have been withdrawn since. Raises
    ``ValueError`` where an id is in the pools twice.
    """
    wishes = wishes or Wishes()
    home = {question: pool.name for pool in pools for question in pool.questions}
    if len(home) != sum(len(pool.questions) for pool in pools):
        raise ValueError("the pools hold a question twice")
    ranked = sorted(home, key=lambda question: _key(seed, question))
    room = {pool.name: min(pool.draw, len(pool.questions)) for pool in pools}

    drawn = _covering(ranked, home, room, wishes)
    for question in drawn:
        room[home[question]] -= 1
    drawn += _filling(ranked, home, room, wishes, drawn)
    if shuffle:
        return sorted(drawn, key=lambda question: _key(seed, question))
    return [question for question in home if question in set(drawn)]


def _covering(ranked: Sequence[str], home: Mapping[str, str], room: Mapping[str, int], wishes: Wishes) -> list[str]:
    """Questions for the clauses that every paper must hold, with as few as can be that were met before."""
    clauses = {question: set(wishes.clauses.get(question, ())) for question in ranked}
    there = set().union(*clauses.values()) if clauses else set()
    wanted = [clause for clause in wishes.each_clause if clause in there]
    fresh = [question for question in ranked if question not in wishes.met]
    met = [question for question in ranked if question in wishes.met]
    while wanted:
        # One more that was met at a time: the first that is enough is the fewest in order of the seed.
        for again in range(len(met) + 1):
            found = cover(
                wanted=wanted,
                candidates=[*fresh, *met[:again]],
                clauses=lambda question: clauses[question],
                pool=lambda question: home[question],
                room=room,
            )
            if found is not None:
                return found
        wanted.pop()  # questions were withdrawn since: the last named clause gives way
    return []


def _filling(
    ranked: Sequence[str], home: Mapping[str, str], room: dict[str, int], wishes: Wishes, drawn: Sequence[str]
) -> list[str]:
    """What is left of each pool, in order of the seed; what was met only as far as is allowed, or where it must be."""
    rest = [question for question in ranked if question not in set(drawn)]
    fresh = Counter(home[question] for question in rest if question not in wishes.met)
    again = sum(question in wishes.met for question in drawn)
    allowed = len(ranked) if wishes.most_met is None else wishes.most_met
    found = []
    for question in rest:
        pool = home[question]
        if not room[pool]:
            continue
        if question in wishes.met:
            forced = {name: max(0, left - fresh[name]) for name, left in room.items()}
            if not forced[pool] and again + sum(forced.values()) + 1 > allowed:
                continue
            again += 1
        else:
            fresh[pool] -= 1
        room[pool] -= 1
        found.append(question)
    return found


def option_order(*, seed: str, question: str, options: Sequence[str]) -> list[str]:
    """Return the option ids in the order in which this paper shows them."""
    return sorted(options, key=lambda option: _key(seed, question, option))
