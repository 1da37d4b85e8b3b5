"""Who works here by what HR has told: the model's own reading of staff lists and leaves.

A part of the model: imports nothing of the product.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.simulation import events as e
from tests.simulation.days import A_DAY, Timeline


@dataclass(eq=False)
class Spell:
    """A span of working here."""

    person: Person
    number: str
    joined: date
    left: date | None
    types: Timeline
    departments: Timeline
    seconds: list[list[Any]] = field(default_factory=list)  # first, last, path
    leaves: list[list[Any]] = field(default_factory=list)  # first, last
    again: set[date] = field(default_factory=set)  # hired again without a day between: the work goes on

    def holds(self, day: date) -> bool:
        """Whether the person works here on a day."""
        return self.joined <= day and (self.left is None or day <= self.left)

    def away(self, day: date) -> bool:
        """Whether the person is on leave; who does not work here any more is on none."""
        return any(first <= day and (last is None or day <= last) for first, last in self.absences())

    def absences(self) -> list[tuple[date, date | None]]:
        """First and last day of each leave; one ends with the work at the latest."""
        return [
            (first, min(filter(None, (last, self.left)), default=None))
            for first, last in self.leaves
            if self.left is None or first <= self.left
        ]

    def posts(self, day: date) -> set[str]:
        """Every department in which the person has a post on a day."""
        found = {path for first, last, path in self.seconds if first <= day and (last is None or day <= last)}
        return found | {self.departments.at(day)} if self.holds(day) else set()


@dataclass(eq=False)
class Person:
    """Somebody."""

    names: Timeline
    spells: list[Spell] = field(default_factory=list)


class Roster:
    """Everybody, by the lists and leaves so far."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self._holders: dict[str, Person] = {}

    def spells(self) -> Iterator[Spell]:
        """Everybody's."""
        for person in self.people:
            yield from person.spells

    def holder(self, number: str) -> Person | None:
        """Who has, or had last, a staff number."""
        return self._holders.get(number)

    def spell(self, number: str) -> Spell:
        """The last spell under a number."""
        person = self.holder(number)
        assert person is not None, number
        return [spell for spell in person.spells if spell.number == number][-1]

    def _listed(self, event: e.Listed) -> None:
        for row in event.rows:
            person = self.holder(row.number)
            if person is None:
                self._new(Person(Timeline(row.joined, row.name)), row)
                continue
            spell = next((s for s in person.spells if row.joined in {s.joined, *s.again}), person.spells[-1])
            if spell.left is not None and row.joined > spell.left:
                if person.names.last(spell.left) == row.name and row.joined == spell.left + A_DAY:
                    spell.again.add(row.joined)
                    spell.left = None
                    self._changed(spell, row, row.joined)
                elif person.names.last(spell.left) == row.name:
                    self._new(person, row)
                else:
                    self._new(Person(Timeline(row.joined, row.name)), row)
                continue
            self._changed(spell, row, event.on)

    def _new(self, person: Person, row: e.Row) -> None:
        if person not in self.people:
            self.people.append(person)
        self._holders[row.number] = person
        seconds = [[row.joined, row.left, path] for path in row.second]
        person.spells.append(
            Spell(person, row.number, row.joined, row.left, Timeline(row.joined, row.type),
                  Timeline(row.joined, row.department), seconds)
        )  # fmt: skip

    def _changed(self, spell: Spell, row: e.Row, on: date) -> None:
        if row.joined not in {spell.joined, *spell.again}:
            for timeline in (spell.types, spell.departments):
                timeline.begin(spell.joined, row.joined)
            if spell.person.spells[0] is spell and row.joined < spell.joined:
                spell.person.names.begin(spell.joined, row.joined)
            spell.joined = row.joined
        for second in spell.seconds:
            if second[1] == spell.left:
                second[1] = row.left
        spell.left = row.left
        day = max(spell.joined, on if row.left is None else min(on, row.left))
        if spell.person.names.at(day) != row.name:
            spell.person.names.set(day, row.name)
        if spell.types.at(day) != row.type:
            spell.types.set(day, row.type)
        if spell.departments.at(day) != row.department:
            spell.departments.set(day, row.department)
        for second in spell.seconds:
            if second[0] <= day and (second[1] is None or day <= second[1]) and second[2] not in row.second:
                second[1] = day - A_DAY
        have = {path for first, last, path in spell.seconds if first <= day and (last is None or day <= last)}
        spell.seconds += [[day, row.left, path] for path in row.second if path not in have]

    def _away(self, event: e.Away) -> None:
        self.spell(event.number).leaves.append([event.first, event.last])

    def _back(self, event: e.Back) -> None:
        self.spell(event.number).leaves[-1][1] = event.last
