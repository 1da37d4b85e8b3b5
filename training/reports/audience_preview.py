"""Whom a plan would ask if it were opened on a day: how many, the first of them with the reason; who is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.campaigns.assigning import Chosen
from training.campaigns.audience import Cause, Verdict
from training.campaigns.candidates import Spell, staff_on
from training.campaigns.choosing import Choosing
from training.campaigns.models import Assignment, Campaign
from training.campaigns.open import FILLS_LATER
from training.changes.signers import signers_of_earlier
from training.people.models import Employment
from training.people.queries import Person, people_on

SHOWN = 50

REASONS: Mapping[Cause, str | Promise] = {
    Cause.INCLUDED: _("Named one by one"),
    Cause.RULE: _("Fits the rule"),
    Cause.EXCLUDED: _("Left out by name"),
    Cause.NOT_NAMED: _("Not named"),
    Cause.NOT_YET: _("Joins later"),
    Cause.LEFT: _("Has left"),
    Cause.TYPE: _("Another employment type"),
    Cause.DEPARTMENT: _("Another department"),
    Cause.JOINED_BEFORE: _("Joined earlier"),
    Cause.JOINED_AFTER: _("Joined later"),
    Cause.NOT_LEAVING: _("Is not leaving"),
    Cause.OVER: _("The campaign is over"),
    Cause.NOT_SIGNED_EARLIER: _("Has signed no earlier text, or this one already"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who would be asked, why, and by when."""

    person: Person
    why: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Preview:
    """``people`` are the first of ``count`` by staff number; ``left_out`` says of who else works here why not.

    ``fills_later`` says that it may be opened with nobody in it: people come in as they join, or are to leave.
    """

    day: date
    count: int
    people: tuple[Asked, ...]
    left_out: tuple[tuple[str, int], ...]
    fills_later: bool = False

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.people)


def preview_of(campaign: Campaign, *, day: date, paths: Mapping[UUID, str], most: int = SHOWN) -> Preview:
    """Return whom a campaign, stored or not, would ask on a day. The number of queries depends on nobody."""
    named = signers_of_earlier(campaign) if campaign.kind == Campaign.Kind.CHANGE else None
    staff = staff_on(day)
    choosing = Choosing(campaign, staff, day=day, named=named)
    found: list[tuple[Spell, Verdict]] = []
    left_out: Counter[Cause] = Counter()
    for spell in staff:
        one = choosing.verdict(spell)
        if one.is_in:
            found.append((spell, one))
        elif spell.holds(day):
            left_out[one.cause] += 1
    found.sort(key=lambda pair: pair[0].number)
    first = found[:most]
    rows = Employment.objects.in_bulk([spell.employment for spell, _verdict in first])
    people = people_on(list(rows.values()), day)
    chosen: list[Chosen] = [choosing.chosen(spell, one, Assignment.Cause.AUDIENCE) for spell, one in first]
    return Preview(
        day=day,
        count=len(found),
        people=tuple(
            Asked(people[spell.employment], why(one, paths), row.due_on)
            for (spell, one), row in zip(first, chosen, strict=True)
        ),
        left_out=tuple((str(REASONS[cause]), left_out[cause]) for cause in REASONS if left_out[cause]),
        fills_later=campaign.kind in FILLS_LATER,
    )


def why(one: Verdict, paths: Mapping[UUID, str]) -> str:
    """What decided, in words."""
    if one.department is not None:
        return gettext("Works in %(department)s") % {"department": paths.get(one.department, "")}
    return str(REASONS[one.cause])
