"""Two revisions of the policy, clause by clause: what is the same, renumbered, changed, new and gone.

Pure. Whether a change is material is for the privacy officer to decide;
here is only said which ones differ in nothing but signs and spaces.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Protocol


class ClauseLike(Protocol):
    """A clause as parsed or as stored."""

    @property
    def ref(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


class Change(StrEnum):
    """What became of a clause."""

    SAME = "same"
    RENUMBERED = "renumbered"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stand in both texts, or in one of them only."""

    text: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """One clause, before and after. ``before`` is empty for an added one, ``after`` for a removed one.

    ``signs_only``: the words are the same once width, spaces and punctuation
    are left out of account; always false where a clause was added or removed.
    """

    change: Change
    ref_before: str
    ref_after: str
    before: tuple[Piece, ...] = ()
    after: tuple[Piece, ...] = ()
    signs_only: bool = False

    @property
    def ref(self) -> str:
        """The reference by which the clause is known now, or was when it went."""
        return self.ref_after or self.ref_before


# A number, a word of Latin letters, a run of kana or of one kind of sign: what a reader sees as one thing.
_TOKEN = re.compile(r"[0-9０-９]+|[A-Za-zＡ-Ｚａ-ｚ]+|[ァ-ヴー]+|\s+|.", re.DOTALL)


def diff(before: Sequence[ClauseLike], after: Sequence[ClauseLike]) -> tuple[Difference, ...]:
    """Return every clause of both, in the new one's order; what is gone stands where it stood.

    The same words under another reference are the same clause renumbered,
    where they are unmistakable: a text that stands twice is matched by
    reference only.
    """
    old, new = {one.ref: one for one in before}, {one.ref: one for one in after}
    partner = {ref: ref for ref in new if ref in old and _whole(old[ref]) == _whole(new[ref])}
    there, here = _once(before), _once(after)
    partner |= {ref: there[words] for words, ref in here.items() if words in there and ref not in partner}
    taken = set(partner.values())
    partner |= {ref: ref for ref in new if ref not in partner and ref in old and ref not in taken}
    taken = set(partner.values())
    found = [_difference(old.get(partner.get(one.ref, "")), one) for one in after]
    return tuple(_with_removed(found, before, taken))


def _whole(one: ClauseLike) -> tuple[str, str]:
    return one.heading, one.text


def _once(clauses: Sequence[ClauseLike]) -> dict[tuple[str, str], str]:
    """By their words, those clauses whose words stand in no other."""
    words = Counter(map(_whole, clauses))
    return {_whole(one): one.ref for one in clauses if one.text and words[_whole(one)] == 1}


def _difference(old: ClauseLike | None, new: ClauseLike) -> Difference:
    if old is None:
        return Difference(Change.ADDED, "", new.ref, after=_pieces([(_text(new), True)]))
    first, second = _text(old), _text(new)
    if first == second:
        change = Change.SAME if old.ref == new.ref else Change.RENUMBERED
        return Difference(change, old.ref, new.ref, _pieces([(first, False)]), _pieces([(second, False)]))
    before, after = _side_by_side(first, second)
    return Difference(Change.CHANGED, old.ref, new.ref, before, after, signs_only=_bare(first) == _bare(second))


def _with_removed(found: Sequence[Difference], before: Sequence[ClauseLike], taken: set[str]) -> Iterator[Difference]:
    """Put each removed clause behind the one that it stood behind."""
    gone: dict[str, list[Difference]] = {}
    behind = ""
    for one in before:
        if one.ref in taken:
            behind = one.ref
        else:
            gone.setdefault(behind, []).append(
                Difference(Change.REMOVED, one.ref, "", before=_pieces([(_text(one), True)]))
            )
    yield from gone.get("", ())
    for difference in found:
        yield difference
        if difference.ref_before:
            yield from gone.get(difference.ref_before, ())


def _text(one: ClauseLike) -> str:
    return f"{one.heading}\n{one.text}" if one.heading and one.text else one.heading or one.text


def _side_by_side(first: str, second: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    left, right = _TOKEN.findall(first), _TOKEN.findall(second)
    before: list[tuple[str, bool]] = []
    after: list[tuple[str, bool]] = []
    for kind, i, j, k, m in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        before.append(("".join(left[i:j]), kind != "equal"))
        after.append(("".join(right[k:m]), kind != "equal"))
    return _pieces(before), _pieces(after)


def _pieces(parts: Sequence[tuple[str, bool]]) -> tuple[Piece, ...]:
    return tuple(Piece(text, differs) for text, differs in parts if text)


def _bare(text: str) -> str:
    """The letters and digits alone, width folded."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(sign for sign in folded if unicodedata.category(sign)[0] in "LNM")
