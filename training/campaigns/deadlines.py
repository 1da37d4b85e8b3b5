"""The due day that a campaign gives one person, by its rule, the person's days and the company's working days."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from training.campaigns import due
from training.campaigns.candidates import Spell
from training.campaigns.closed_days import closed_days_of
from training.campaigns.due import After, Anchor, Away, Days, DueRule, Fixed, due_day
from training.campaigns.models import Campaign
from training.campaigns.working_days import working_days
from training.conf import conf
from training.errors import Invalid

CAMPAIGN, RULE, LEAVE = "campaign", "rule", "leave"
EXTENDED, RESTARTED = "campaign_extended", "exemption"
FOLLOWS = frozenset({CAMPAIGN, RULE, LEAVE})  # due days that follow the rule; any other was set by hand
KEPT = frozenset({EXTENDED, RESTARTED})  # of those set by hand, the ones of which a leave stops the clock


class Deadline(NamedTuple):
    """A due day and what it follows from."""

    day: date
    reason: str


class Kept(NamedTuple):
    """A due day of ``KEPT``, and the day from which on its clock runs."""

    day: date
    since: date


class Deadlines:
    """A campaign's due days, worked out once for all people whose days are alike.

    Without a rule it is the campaign's own day, and for a pledge on leaving the
    last day of work; with a rule such a pledge is due no later than that day. A
    leave stops the clock of all of them (ADR 23). One that leads to no day, such
    as until 9999, stops its person's clock and nobody else's round.
    """

    def __init__(self, campaign: Campaign) -> None:
        """Raises ``Invalid`` where the stored rule cannot be read."""
        self._leaving = campaign.kind == Campaign.Kind.LEAVING
        self._own = campaign.due_rule is None
        try:
            self._rule = due.from_json(campaign.due_rule) if not self._own else DueRule((Fixed(campaign.due_on),))
        except due.Unreadable as reason:
            raise Invalid(_("The due rule of the campaign cannot be read: %(reason)s.") % {"reason": reason}) from None
        self._joining = any(isinstance(part, After) and part.anchor is Anchor.JOINING for part in self._rule.parts)
        self._is_working = working_days(closed_days_of(conf.closed_days))
        self._known: dict[tuple[date, date, tuple[Away, ...]], date | None] = {}

    def of(self, spell: Spell, assigned_on: date) -> Deadline | None:
        """The due day of somebody assigned on a day; None while the clock stands still without a known return."""
        day = self._day(spell, assigned_on, spell.leaves)
        if day is None:
            return None
        moved = bool(spell.leaves) and day != self._day(spell, assigned_on, ())
        return Deadline(day, LEAVE if moved else self._reason)

    def first(self, spell: Spell, assigned_on: date) -> Deadline:
        """As ``of``, but for a clock that stands still the day on which it would have run out."""
        found = self.of(spell, assigned_on)
        if found is not None:
            return found
        day = self._day(spell, assigned_on, ())
        assert day is not None  # noqa: S101  (without leaves the clock does not stand still)
        return Deadline(day, self._reason)

    def kept(self, spell: Spell, kept: Kept) -> Deadline | None:
        """A due day of ``KEPT`` as leaves since have moved it, never earlier than it was; None as in ``of``."""
        rule = DueRule((Fixed(kept.day),), self._rule.roll)
        since = min(kept.since, kept.day)
        try:
            day, without = (
                due_day(rule, Days(since, since, leaves), is_working=self._is_working) for leaves in (spell.leaves, ())
            )
        except (ValueError, OverflowError):
            return None
        if day is None:
            return None
        if self._leaving and spell.left_on is not None:
            day = min(day, spell.left_on)
        return Deadline(kept.day if day == without else max(day, kept.day), LEAVE)

    @property
    def _reason(self) -> str:
        return CAMPAIGN if self._own and not self._leaving else RULE

    def _day(self, spell: Spell, assigned_on: date, leaves: tuple[Away, ...]) -> date | None:
        last = spell.left_on if self._leaving else None
        if last is not None and self._own:
            return max(last, assigned_on)
        days = assigned_on, spell.joined_on if self._joining else assigned_on, leaves
        if days not in self._known:
            try:
                self._known[days] = due_day(self._rule, Days(*days), is_working=self._is_working)
            except (ValueError, OverflowError) as reason:
                if leaves:
                    self._known[days] = None
                    return None
                raise Invalid(
                    _("The due rule leads to no day: no working day comes within two months. Choose another rule.")
                ) from reason
        day = self._known[days]
        return day if last is None or day is None else max(min(day, last), assigned_on)
