"""Whom of the staff a campaign asks on a day, what decides it, and by when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from training.campaigns import audience
from training.campaigns.assigning import Chosen
from training.campaigns.audience import AudienceRule, Cause, Verdict, verdict
from training.campaigns.candidates import Spell, Staff, rows_of
from training.campaigns.deadlines import Deadlines
from training.campaigns.models import Assignment, Campaign
from training.errors import Invalid

Named = Mapping[UUID, Mapping[str, Any]]
LATER = {Campaign.Kind.CHANGE: Assignment.Cause.CHANGE, Campaign.Kind.LEAVING: Assignment.Cause.LEAVING}


def takes_in(campaign: Campaign, day: date) -> bool:
    """Whether an open campaign takes newcomers in on a day: up to its last.

    One on joining as long as it is open: who joined in its last days may be told of later, and no other would ask.
    """
    return campaign.kind == Campaign.Kind.JOINING or day <= campaign.last_day


class Choosing:
    """A campaign's rules on a day, put to one spell after another.

    ``named`` narrows the audience to these people, each with facts of its own
    for the record (who signed an earlier text). A campaign on joining, of which
    the rule names no days, asks those who join within its own, and never who
    joins after its last; a pledge on leaving those whose last day is known and lies within them.
    """

    def __init__(self, campaign: Campaign, staff: Staff, *, day: date, named: Named | None = None) -> None:
        """Raises ``Invalid`` where a stored rule cannot be read."""
        try:
            rule = audience.from_json(campaign.audience)
        except audience.Unreadable as reason:
            raise Invalid(_("The audience of the campaign cannot be read: %(reason)s.") % {"reason": reason}) from None
        self.rule = _of_kind(campaign, _of_today(rule, staff, day))
        self.deadlines = Deadlines(campaign)
        self._campaign = campaign
        self._day = day
        self._named = named
        self._facts: dict[tuple[Any, ...], dict[str, Any]] = {}

    def verdict(self, spell: Spell) -> Verdict:
        """Whether the spell is in the audience, and why."""
        found = verdict(self.rule, spell.candidate, day=self._day)
        if not found.is_in:
            return found
        if self._campaign.kind == Campaign.Kind.LEAVING and not self.is_leaving(spell):
            return Verdict(False, Cause.NOT_LEAVING)
        if self._named is not None and spell.employee not in self._named:
            return Verdict(False, Cause.NOT_SIGNED_EARLIER)
        return found

    def is_leaving(self, spell: Spell) -> bool:
        """Whether the last day of work is known, and lies within the campaign."""
        return spell.left_on is not None and spell.left_on <= self._campaign.last_day

    def chosen(self, spell: Spell, found: Verdict, cause: str) -> Chosen:
        """The spell as it is to be assigned on this day, with what decided it."""
        due = self.deadlines.first(spell, self._day)
        facts = self._why(spell, found)
        if self._named is not None:
            facts = {**facts, **self._named[spell.employee]}
        return Chosen(
            spell.employment, LATER.get(Campaign.Kind(self._campaign.kind), cause), facts, due.day, due.reason
        )

    def _why(self, spell: Spell, found: Verdict) -> dict[str, Any]:
        """The facts behind the cause; one and the same object for all who are alike, which writes them faster."""
        key = spell.candidate.type, found.cause, found.department
        if key not in self._facts:
            facts: dict[str, Any] = {"employed_on": self._day.isoformat(), "type": spell.candidate.type}
            if found.cause is Cause.INCLUDED:
                facts["included"] = True
            if found.department is not None:
                facts["department"] = str(found.department)
            self._facts[key] = facts
        return self._facts[key]


def _of_kind(campaign: Campaign, rule: AudienceRule) -> AudienceRule:
    if campaign.kind != Campaign.Kind.JOINING:
        return rule
    first, last = rule.joined_from, rule.joined_to
    if first is None and last is None:
        first = campaign.first_day
    last = campaign.last_day if last is None else min(last, campaign.last_day)
    return replace(rule, joined_from=first, joined_to=last)


def _of_today(rule: AudienceRule, staff: Staff, day: date) -> AudienceRule:
    """The rule with the rows that today stand for the employments it names: a correction makes another row of one."""
    named = rule.include | rule.exclude
    if not named:
        return rule
    rows = rows_of(named)

    def now(keys: Collection[UUID]) -> frozenset[UUID]:
        spells = (
            staff.spell_of(row, day=max(row.first, min(row.last or day, day)))
            for key in keys
            if (row := rows.get(key)) is not None
        )
        return frozenset(spell.employment for spell in spells if spell is not None)

    return replace(rule, include=now(rule.include), exclude=now(rule.exclude))
