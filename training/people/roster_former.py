"""Whom a row means that names a former staff number: somebody who is to have the row's number from now on.

Pure. Where the row's number is that person's already, there is nothing to be done: the same list twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from training.people.roster_plan import Believed, Spell, Unfit
from training.people.roster_spans import A_DAY
from training.people.roster_values import Record, Refused, Sheet, perhaps_number


class Renumbered(NamedTuple):
    """Who gets another number, and from which day on."""

    spell: Spell
    since: date


class Formers:
    """The rows of a list that name a former number, each with whom it means."""

    def __init__(self, sheet: Sheet, believed: Believed, day: date, zeros: Mapping[str, list[str]]) -> None:
        self._spells, self._day, self._zeros = believed.spells, day, zeros
        self._records = {record.number: record for record in sheet.records}
        self._meant: dict[str, Spell] = {}
        self._lines: dict[Any, list[int]] = {}
        for record in sheet.records:
            spell = self._meant_by(record.former, record) if record.former is not None else None
            if spell is not None:
                self._meant[record.number] = spell
                self._lines.setdefault(spell.employee, []).append(record.line)
        # Numbers whose own row says no more than that they end, by the number that follows.
        self.over = {spell.number: number for number, spell in self._meant.items() if self._gives_up(spell, number)}
        self.named = {spell.employee for spell in self._meant.values()}

    def of(self, record: Record) -> Renumbered | None:
        """Who is to have the row's number; None where the row is an ordinary one. Raises ``Unfit``."""
        if record.former is None:
            return None
        spell = self._meant.get(record.number)
        if spell is None:
            self._require_known(record)
            return None
        if spell.since > max(self._day, spell.first) and (record.joined is None or record.joined < spell.since):
            raise Unfit("former_early", value=spell.number, since=spell.since.isoformat())
        since = self._since(record, spell)
        holders = self._spells.get(record.number, ())
        if any(one.last is None or one.last >= since for one in holders):
            raise Unfit("former_both", value=record.former, number=record.number)
        others = [line for line in self._lines[spell.employee] if line != record.line]
        if others:
            raise Unfit("former_twice", value=record.former, line=str(others[0]))
        own = self._own(spell)
        if own is not None and spell.number not in self.over:
            raise Unfit("former_listed", value=spell.number, line=str(own.line))
        return Renumbered(spell, since)

    def perhaps(self, refused: Refused) -> set[Any]:
        """Everybody whom a refused row may mean: who had its number, its former one, or one with zeros in front."""
        return self._had(refused.number) | (self._had(refused.former) if refused.former is not None else set())

    def formerly(self, refused: Refused) -> set[Any]:
        """Everybody whom a refused row may mean to give its number, by the former one that it names."""
        had = self._had(refused.former) if refused.former is not None else set()
        return had if had.isdisjoint(self._had(refused.number)) else set()  # else the number is theirs already

    def _had(self, cell: str) -> set[Any]:
        numbers = {cell, perhaps_number(cell)}
        numbers |= {known for number in numbers if number.isdigit() for known in self._zeros.get(_bare(number), ())}
        return {spell.employee for number in numbers for spell in self._spells.get(number, ())}

    def _own(self, spell: Spell) -> Record | None:
        """The row of the number that is to be given up, unless it gives that number to somebody else."""
        return None if spell.number in self._meant else self._records.get(spell.number)

    def _meant_by(self, former: str, record: Record) -> Spell | None:
        """What is believed last of who had the former number; None where nobody had, or whoever has the number did."""
        number = record.number
        known, holders = self._spells.get(former, ()), self._spells.get(number, ())
        if not known:
            return None
        holder = holders[-1] if holders and any(one.employee == holders[-1].employee for one in known) else None
        if holder is not None and not self._goes_back(known[-1], holder, record.left):
            return None
        spell = known[-1]
        while spell.later is not None:
            spell = next(one for one in reversed(self._spells[spell.later]) if one.employee == spell.employee)
        return spell if spell.number != number else None

    def _goes_back(self, spell: Spell, earlier: Spell, left: date | None) -> bool:
        """Whether the row gives somebody an earlier number again, in the place of a later one, and does not end it."""
        gave_up = earlier.last is not None and earlier.last < self._day and (left is None or left > earlier.last)
        return gave_up and spell.employee == earlier.employee and spell.since > earlier.since

    def _require_known(self, record: Record) -> None:
        """A former number that nobody ever had is a slip of the pen, but for somebody who is here already."""
        former = record.former or ""
        if former in self._spells:
            return
        if former in self._records:
            raise Unfit("former_listed", value=former, line=str(self._records[former].line))
        if record.number in self._spells:
            return
        if former.isdigit() and (known := self._zeros.get(_bare(former))):
            raise Unfit("former_zeros", value=former, known=known[0])
        raise Unfit("former_unknown", value=former)

    def _since(self, record: Record, spell: Spell) -> date:
        """The day of joining under the new number where the row gives one, else the list's day."""
        joined = record.joined
        if joined is not None and joined > spell.since and all(joined != span.first for span in spell.employments):
            return joined
        day = self._day if spell.last is None else min(self._day, spell.last)
        return max(spell.since, day)

    def _gives_up(self, spell: Spell, number: str) -> bool:
        """Whether the former number has a row of its own, which says that it ends the day before the new one begins."""
        own, record = self._own(spell), self._records[number]
        if own is None or own.left is None or record.joined is None:
            return False
        return own.left + A_DAY == record.joined == self._since(record, spell)


def _bare(number: str) -> str:
    return number.lstrip("0") or "0"
