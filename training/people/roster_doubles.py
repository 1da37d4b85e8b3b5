"""Whether somebody new in a list may be somebody who is here under another staff number.

Pure. Nothing is decided by it: whoever reads the preview is told, and gives the former number where it is so.
An address that several people here share tells nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from training.people.names import bare, folded
from training.people.roster_plan import Change, Spell
from training.people.roster_spans import at

Spells = Mapping[str, tuple[Spell, ...]]
Key = tuple[str, str, date]


def with_doubles(changes: list[Change], spells: Spells, day: date) -> list[Change]:
    """The changes, those of new people with the numbers of whom each may be."""
    if not spells or not any(map(_is_new, changes)):
        return changes
    renumbered = {change.spell.employee for change in changes if change.spell is not None and _is_another(change)}
    here = [
        known[-1]
        for known in spells.values()
        if (known[-1].last is None or known[-1].last >= day) and known[-1].employee not in renumbered
    ]
    return list(_Doubles(here, day).told(changes))


def _is_new(change: Change) -> bool:
    return change.kind == "new" and change.spell is None


def _is_another(change: Change) -> bool:
    return change.wanted is not None and change.spell is not None and change.spell.number != change.wanted.number


class _Doubles:
    def __init__(self, here: list[Spell], day: date) -> None:
        self.day = day
        self.by_address: dict[str, list[str]] = {}
        self.joined: dict[date, list[Spell]] = {}
        self._by_name: dict[date, dict[str, list[tuple[str, str]]]] = {}
        for spell in here:
            held = at(spell.emails, day)
            if held is not None:
                self.by_address.setdefault(held.value.casefold(), []).append(spell.number)
            for first in {spell.first, spell.since}:
                self.joined.setdefault(first, []).append(spell)

    def told(self, changes: Iterable[Change]) -> Iterable[Change]:
        """Each change in its turn."""
        for change in changes:
            numbers = self._numbers(change) if _is_new(change) else ()
            yield replace(change, perhaps=numbers) if numbers else change

    def _numbers(self, change: Change) -> tuple[str, ...]:
        wanted = change.wanted
        if wanted is None:
            return ()
        address = wanted.emails[-1].value.casefold() if wanted.emails else ""
        same = self.by_address.get(address, [])
        found = set(same if len(same) == 1 else ())
        if wanted.first in self.joined:
            name, kana = wanted.names[-1].value
            reading = _reading(kana)
            found |= {
                number
                for number, other in self._named(wanted.first).get(folded(name), ())
                if not reading or not other or reading == other
            }
        return tuple(sorted(found - {change.number}))

    def _named(self, first: date) -> dict[str, list[tuple[str, str]]]:
        """Number and reading of whoever joined on a day, by name."""
        if first not in self._by_name:
            found = self._by_name[first] = {}
            for spell in self.joined[first]:
                held = at(spell.names, self.day) or (spell.names[-1] if spell.names else None)
                if held is not None:
                    found.setdefault(folded(held.value[0]), []).append((spell.number, _reading(held.value[1])))
        return self._by_name[first]


def _reading(kana: str) -> str:
    """A reading as it is compared: hiragana and katakana are one."""
    return "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in bare(kana)).casefold()
