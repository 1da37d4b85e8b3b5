"""What a clause is called in another revision: references followed from text to text, forwards and back.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from training.policy.diff import Change, Difference


@dataclass(frozen=True, slots=True)
class Step:
    """From one revision, by its number, to the next."""

    before: int
    after: int
    differences: tuple[Difference, ...]

    @property
    def changes(self) -> tuple[Difference, ...]:
        """Every clause that is not the same under the same reference."""
        return tuple(one for one in self.differences if one.change is not Change.SAME)


@dataclass(frozen=True, slots=True)
class References:
    """The steps from the first revision on, in order, as a way to go from any of them to any other."""

    steps: Sequence[Step]
    _forward: dict[int, Mapping[str, str]] = field(default_factory=dict, init=False, repr=False)
    _back: dict[int, Mapping[str, str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for step in self.steps:
            both = [(one.ref_before, one.ref_after) for one in step.differences if one.ref_before and one.ref_after]
            self._forward[step.before] = dict(both)
            self._back[step.after] = {after: before for before, after in both}

    def follow(self, ref: str, *, start: int, end: int) -> str | None:
        """Return what revision ``end`` calls the clause that ``start`` calls ``ref``; None where it has no such."""
        maps = (
            [self._forward[step.before] for step in self.steps if start <= step.before < end]
            if start <= end
            else [self._back[step.after] for step in reversed(self.steps) if end < step.after <= start]
        )
        found: str | None = ref
        for one in maps:
            found = one.get(found) if found is not None else None
        return found


def above(ref: str) -> Iterator[str]:
    """Yield the references of what a clause stands in, the nearest first: 1(1).2 stands in 1(1), which stands in 1."""
    while match := re.fullmatch(r"(.+?)(?:\.\d+|\(\d+\))", ref):
        ref = match[1]
        yield ref


def within(ref: str, refs: Mapping[str, object] | Sequence[str] | frozenset[str]) -> bool:
    """Whether the clause, or what it stands in, is among these."""
    return ref in refs or any(one in refs for one in above(ref))
