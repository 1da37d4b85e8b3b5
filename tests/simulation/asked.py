"""Campaigns and what they ask of whom, as the model keeps them.

A part of the model: imports nothing of the product.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tests.simulation import events as e
from tests.simulation.roster import Person, Spell


@dataclass(eq=False)
class Signature:
    """A pledge that was signed."""

    person: Person
    campaign: Campaign
    at: datetime
    annulled: datetime | None = None
    paper: bool = False


@dataclass(frozen=True)
class Kept:
    """A due day set by an exemption, or else by extending the campaign: leaves stop its clock, which runs from a day."""

    day: date
    since: date
    exemption: bool


@dataclass(eq=False)
class Assignment:
    """A spell is asked to do a campaign."""

    campaign: Campaign
    spell: Spell
    at: datetime
    dues: list[tuple[datetime, date, bool | Kept]] = field(default_factory=list)  # when said, the day, whether by rule
    turns: list[tuple[bool, str, date]] = field(default_factory=list)  # closed or opened again, why, from which day on
    exemptions: list[tuple[datetime, bool, date, date | None]] = field(default_factory=list)
    exempt_from: tuple[date, int] | None = None  # the last exemption: since when, and how many due days there were
    credits: list[tuple[datetime, Signature]] = field(default_factory=list)
    signatures: list[Signature] = field(default_factory=list)
    trained: datetime | None = None
    taught_on_paper: bool = False
    counted_from: date | None = None  # added again by hand when the day had passed: the clock began anew

    @property
    def signed(self) -> bool:
        """Whether a signature stands."""
        return any(one.annulled is None for one in self.signatures)

    @property
    def closed(self) -> bool:
        """Whether it asks nothing any more."""
        return bool(self.turns) and self.turns[-1][0]

    @property
    def credited(self) -> bool:
        """Whether an earlier signature stands for it."""
        return any(signature.annulled is None for _at, signature in self.credits)

    def exempt(self, day: date) -> bool:
        """Whether the last exemption holds."""
        if not self.exemptions:
            return False
        _at, granted, first, until = self.exemptions[-1]
        return granted and first <= day and (until is None or day <= until)


@dataclass(eq=False)
class Campaign:
    """A campaign as it stands."""

    plan: e.Opened
    due_on: date
    last: date
    due: e.Due
    state: str = "open"
    by_spell: dict[int, Assignment] = field(default_factory=dict)

    @property
    def assignments(self) -> list[Assignment]:
        """All of them, the earliest first."""
        return [*self.by_spell.values()]

    def of(self, spell: Spell) -> Assignment | None:
        """The spell's assignment."""
        return self.by_spell.get(id(spell))
