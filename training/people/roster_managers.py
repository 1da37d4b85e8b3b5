"""Who is whose manager: by staff number, or by a name that only one person has.

Pure. Only somebody believed to be here, or taken over by a row of the same list, can be a manager.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from training.people.names import folded
from training.people.roster_plan import Change, Spell, Unfit, alike
from training.people.roster_spans import AsOf, at, end_before, set_from
from training.people.roster_values import Record, Refused

Spells = Mapping[str, tuple[Spell, ...]]


def with_managers(records: Sequence[Record], done: dict[str, Change], spells: Spells, day: date) -> list[Refused]:
    """Add the managers to the changes of ``done``; take out, and return, the rows whose manager nobody is."""
    return _Managers(records, done, spells, day).run()


class _Managers:
    def __init__(self, records: Sequence[Record], done: dict[str, Change], spells: Spells, day: date) -> None:
        self.records, self.done, self.spells, self.day = records, done, spells, day
        self.listed = {record.number for record in records}
        self.refused: list[Refused] = []
        self._by_name: dict[str, list[str]] | None = None
        self._numbers: dict[Any, str] | None = None

    def run(self) -> list[Refused]:
        """Look every manager up, among those whose own rows stand; where one falls, those who name it fall too."""
        waiting = [record for record in self.records if record.number in self.done]
        while waiting:
            standing = len(self.done)
            for record in waiting:
                self._try(record)
            waiting = []
            if len(self.done) < standing:
                waiting = [r for r in self.records if r.number in self.done and r.manager is not None]
        return self.refused

    def _try(self, record: Record) -> None:
        try:
            self.done[record.number] = self._with_manager(record)
        except Unfit as reason:
            del self.done[record.number]
            self.refused.append(Refused(record.line, record.number, reason.code, reason.values))

    def _with_manager(self, record: Record) -> Change:
        change = self.done[record.number]
        wanted = change.wanted
        if wanted is None:
            return change
        last = wanted.last
        first = max(wanted.first, self.day if last is None else min(self.day, last))
        as_of = change.as_of or AsOf(first, first)
        target = self._manager(record, wanted) if record.manager is not None else None
        held, begins = at(wanted.managers, as_of.day), as_of.begins(wanted.managers)
        if (held.value if held else None) == target:
            return change
        if target is None:
            managers = tuple(end_before(wanted.managers, begins))
        else:
            managers = tuple(set_from(wanted.managers, begins, target, until=last))
        fields = (*(f for f in change.fields if f != "manager"), "manager")
        shown = {**change.shown, "manager": (self._number_of(held.value) if held else "", record.manager or "")}
        kind = "changed" if change.kind == "unchanged" else change.kind
        if change.spell is None or change.rehired:
            fields, shown = change.fields, dict(change.shown)
        return replace(change, kind=kind, fields=fields, shown=shown, wanted=replace(wanted, managers=managers))

    def _manager(self, record: Record, wanted: Spell) -> Any:
        text = record.manager or ""
        plain = unicodedata.normalize("NFKC", text).strip()
        in_brackets = re.findall(r"\(([^()]*)\)", plain)
        named = (
            plain,
            plain.split()[0],
            plain.partition("(")[0].strip(),
            plain.partition(":")[0].strip(),
            *in_brackets,
        )
        number = next((one for one in dict.fromkeys(named) if self._holder(one) is not None), None)
        if number is None:
            numbers = self._named(text)
            if len({self._holder(one) for one in numbers}) != 1:
                raise Unfit("manager_ambiguous" if numbers else "manager_unknown", value=text.replace("\n", " ")[:40])
            number = numbers[0]
        found = self._holder(number)
        if any(self._holder(word) not in {None, found} for word in plain.split()[1:]):  # 000101 000102
            raise Unfit("manager_ambiguous", value=text.replace("\n", " ")[:40])
        if number == record.number or (wanted.employee is not None and found == wanted.employee):
            raise Unfit("own_manager")
        return found

    def _holder(self, number: str) -> Any:
        """The person who holds a number: a key, or the number itself where the row makes a new person."""
        change = self.done.get(number)
        if change is not None and change.wanted is not None:
            return change.wanted.employee or number
        spells = self.spells.get(number)
        return spells[-1].employee if spells else None

    def _named(self, text: str) -> list[str]:
        if self._by_name is None:
            self._by_name = {}
            for number, change in self.done.items():
                self._by_name.setdefault(_alike(change.name), []).append(number)
            for number, spells in self.spells.items():
                if (
                    number not in self.listed
                    and spells[-1].names
                    and (spells[-1].last is None or spells[-1].last >= self.day)
                ):
                    self._by_name.setdefault(_alike(spells[-1].names[-1].value[0]), []).append(number)
        return [number for number in self._by_name.get(_alike(text), []) if self._holder(number) is not None]

    def _number_of(self, employee: Any) -> str:
        if isinstance(employee, str):
            return employee
        if self._numbers is None:
            self._numbers = {
                spells[-1].employee: number for number, spells in self.spells.items() if spells[-1].later is None
            }
        return self._numbers.get(employee, "")


def _alike(name: str) -> str:
    """A name as names are compared: no variants, and no signs that encodings confuse."""
    return folded(alike(name))
