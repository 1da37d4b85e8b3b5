"""What a list of staff would change, sorted into new, moved, renamed, left and so on: what the decision is made of.

Pure. The list tells how things are on one day. A fact that differs is changed from that day on, to where the fact that
held ended: what is believed of later days stays. Who is not in the list has left only where the person says so. Who is
given another staff number stays the same person where the list names the former one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from training.people.roster_spans import AsOf, Span
from training.people.roster_values import Path, Refused

KINDS = ("new", "renumbered", "changed", "moved", "renamed", "left", "unchanged")
# What cp932 and Unicode write in two ways: a list that comes in another encoding renames nobody and nothing.
_PAIRS = str.maketrans("～―∥－￠￡￢", "〜—‖−¢£¬")
# が as one character or as two, which a Macintosh writes; other forms of Unicode would make variants of kanji equal.
_VOICED = re.compile("[\u3046-\u30fd][\u3099\u309a]")


def alike(text: str) -> str:
    """A text in which the signs that encodings confuse, such as wave dashes, are made equal; for comparing only."""
    if "\u3099" in text or "\u309a" in text:
        text = _VOICED.sub(lambda pair: unicodedata.normalize("NFC", pair[0]), text)
    return text.translate(_PAIRS)


def alike_path(path: Path) -> Path:
    """A department's path with the same signs made equal, level by level."""
    return tuple(map(alike, path))


@dataclass(frozen=True, slots=True)
class Spell:
    """What is believed of somebody who works here without a break; values of ``posts`` are departments' keys.

    ``employments`` tell the type, ``numbers`` the staff numbers where there were several: ``number`` is the last of
    them. What was under a former number stands under it too, with the one that followed as ``later``. ``names``,
    ``managers`` and ``emails`` are the person's, whatever the number.
    """

    employee: Any
    number: str
    employments: tuple[Span, ...]
    names: tuple[Span, ...] = ()
    posts: tuple[Span, ...] = ()
    seconds: tuple[Span, ...] = ()
    managers: tuple[Span, ...] = ()
    emails: tuple[Span, ...] = ()
    numbers: tuple[Span, ...] = ()
    later: str | None = None

    @property
    def numbered(self) -> tuple[Span, ...]:
        """The staff numbers, one or several."""
        return self.numbers or (Span(self.first, self.last, self.number),)

    @property
    def since(self) -> date:
        """The first day under the number."""
        return self.numbers[-1].first if self.numbers else self.first

    @property
    def parts(self) -> list[tuple[date, date | None, str, str]]:
        """First and last day, type and number of each part in which neither changed: what the rows say."""
        if not self.numbers:
            return [(span.first, span.last, span.value, self.number) for span in self.employments]
        return [
            (part.first, part.last, span.value, number.value)
            for span in self.employments
            for number in self.numbers
            if (part := span.between(number.first, number.last))
        ]

    @property
    def first(self) -> date:
        """The day of joining."""
        return self.employments[0].first

    @property
    def last(self) -> date | None:
        """The last day, None while it goes on."""
        return self.employments[-1].last


@dataclass(frozen=True, slots=True)
class Change:
    """One person's part of a list. ``spell`` is what was believed, None for somebody new; ``wanted`` what is to be.

    ``fields`` names what differs, ``shown`` how it was and is to be, in words. A department's value is its key, or
    the path of one that is yet to be made; a manager's is a person's key, or the staff number of somebody new.
    ``perhaps`` are the numbers of people who are here, and whom somebody new may be. ``as_of`` are the days of a row's
    facts, None where it is about somebody new.
    """

    line: int | None
    number: str
    name: str
    kind: str
    fields: tuple[str, ...] = ()
    shown: Mapping[str, tuple[str, str]] = field(default_factory=dict, hash=False)
    spell: Spell | None = None
    wanted: Spell | None = None
    rehired: bool = False
    whole_name: bool = False
    perhaps: tuple[str, ...] = ()
    as_of: AsOf | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would become of each row, and who is believed to work here and is in none.

    ``departments`` are those that would be made, with the number of people who would be in or below each.
    """

    day: date
    changes: tuple[Change, ...]
    refused: tuple[Refused, ...]
    missing: tuple[Change, ...]
    passed_over: tuple[int, ...]
    departments: tuple[tuple[Path, int], ...] = ()

    def of(self, kind: str) -> list[Change]:
        """The changes of a kind."""
        return [change for change in self.changes if change.kind == kind]

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind, refused and missing too."""
        found = Counter(change.kind for change in self.changes)
        return {**{kind: found[kind] for kind in KINDS}, "refused": len(self.refused), "missing": len(self.missing)}

    @property
    def effective(self) -> list[Change]:
        """What is to be written."""
        return [change for change in self.changes if change.kind != "unchanged"]

    @property
    def digest(self) -> str:
        """Stands for exactly this plan: what was confirmed is what is written."""
        told = [(c.line, c.number, c.kind, c.fields, sorted(c.shown.items()), c.perhaps) for c in self.changes]
        refused = [(r.line, r.number, r.code) for r in self.refused]
        return sha256(
            repr((self.day, told, refused, [c.number for c in self.missing])).encode("utf-8", "replace")
        ).hexdigest()


@dataclass(frozen=True, slots=True)
class Believed:
    """What is believed before: spells by number, departments' paths by key."""

    spells: Mapping[str, tuple[Spell, ...]]
    paths: Mapping[Any, Path]


def departments_made(changes: Iterable[Change], known: Collection[Path]) -> tuple[tuple[Path, int], ...]:
    """The departments that posts are wanted in and that are not known, with how many people are in or below each.

    Those with the fewest people come first: among them are slips of the pen. ``known`` are paths as ``alike`` has them.
    """
    people: Counter[Path] = Counter()
    words: dict[Path, Path] = {}
    levels: dict[Path, tuple[Path, ...]] = {}
    for change in changes:
        posts = (*change.wanted.posts, *change.wanted.seconds) if change.wanted else ()
        new = [post.value for post in posts if isinstance(post.value, tuple)]
        for said in new:
            if said not in levels:
                path = tuple(map(alike, said))
                depths = [depth for depth in range(1, len(path) + 1) if path[:depth] not in known]
                levels[said] = tuple(path[:depth] for depth in depths)
                for depth in depths:
                    words.setdefault(path[:depth], said[:depth])
        people.update(levels[new[0]] if len(new) == 1 else {path for said in new for path in levels[said]})
    return tuple(sorted(((words[path], count) for path, count in people.items()), key=lambda one: (one[1], one[0])))


class Unfit(Exception):
    """A row that is not taken over, and why."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code, self.values = code, values
