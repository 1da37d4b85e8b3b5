"""Whom a plan would ask if it were opened on a day: how many, who and why, by the page or all; who is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.campaigns.audience import Cause, Verdict
from training.campaigns.candidates import Spell, staff_on
from training.campaigns.choosing import Choosing
from training.campaigns.held import CHUNK
from training.campaigns.models import Campaign
from training.campaigns.open import FILLS_LATER
from training.changes.signers import signers_of_earlier
from training.people.models import Employment, EmploymentType
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

    @property
    def type(self) -> str:
        """The kind of employment, in words."""
        return str(dict(EmploymentType.choices).get(self.person.type, self.person.type))


@dataclass(frozen=True, slots=True)
class Preview:
    """``people`` are one page of ``count`` by staff number; ``left_out`` says of who else works here why not.

    ``page`` is which of ``pages`` it is, from 1. ``fills_later`` says that it may be opened with nobody in it: people
    come in as they join, or are to leave.
    """

    day: date
    count: int
    people: tuple[Asked, ...]
    left_out: tuple[tuple[str, int], ...]
    fills_later: bool = False
    page: int = 1
    pages: int = 1
    before: int = 0

    @property
    def more(self) -> int:
        """How many come after those shown."""
        return self.count - self.before - len(self.people)


class Audience:
    """Whom a campaign, stored or not, would ask on a day, by staff number.

    Due days are those of an opening on ``opened_on``, without it on the same day. The number of queries depends on
    nobody; who is listed is read page by page.
    """

    def __init__(
        self, campaign: Campaign, *, day: date, paths: Mapping[UUID, str], opened_on: date | None = None
    ) -> None:
        """Raises ``Invalid`` where a stored rule cannot be read."""
        named = signers_of_earlier(campaign) if campaign.kind == Campaign.Kind.CHANGE else None
        staff = staff_on(day)
        self._choosing = Choosing(campaign, staff, day=day, named=named)
        self._day, self._paths, self._opened_on = day, paths, opened_on or day
        self._found: list[tuple[Spell, Verdict]] = []
        left_out: Counter[Cause] = Counter()
        for spell in staff:
            one = self._choosing.verdict(spell)
            if one.is_in:
                self._found.append((spell, one))
            elif spell.holds(day):
                left_out[one.cause] += 1
        self._found.sort(key=lambda pair: pair[0].number)
        self.left_out = tuple((str(REASONS[cause]), left_out[cause]) for cause in REASONS if left_out[cause])

    def __len__(self) -> int:
        return len(self._found)

    def by_type(self) -> Mapping[str, int]:
        """How many of each type of employment."""
        return Counter(spell.candidate.type for spell, _verdict in self._found)

    def some(self, first: int, most: int) -> tuple[Asked, ...]:
        """So many people from a place in the list on. A few queries, none where there is nobody."""
        return tuple(self._asked(self._found[first : first + most]))

    def everybody(self) -> Iterator[Asked]:
        """All of them; a few queries for each few thousand."""
        for first in range(0, len(self), CHUNK):
            yield from self._asked(self._found[first : first + CHUNK])

    def _asked(self, found: Sequence[tuple[Spell, Verdict]]) -> Iterator[Asked]:
        if not found:
            return
        rows = Employment.objects.in_bulk([spell.employment for spell, _verdict in found])
        people = people_on(list(rows.values()), self._day)
        for spell, one in found:
            due = self._choosing.deadlines.first(spell, self._opened_on)
            yield Asked(people[spell.employment], why(one, self._paths), due.day)


def preview_of(
    campaign: Campaign,
    *,
    day: date,
    paths: Mapping[UUID, str],
    most: int = SHOWN,
    page: int = 1,
    opened_on: date | None = None,
) -> Preview:
    """Return a page of ``most`` people whom a campaign, stored or not, would ask on a day; the nearest that there is.

    The number of queries depends on nobody. Raises ``Invalid`` where a rule cannot be read, or leads to no due day.
    """
    found = Audience(campaign, day=day, paths=paths, opened_on=opened_on)
    pages = max(-(-len(found) // most), 1) if most else 1
    shown = min(max(page, 1), pages)
    before = (shown - 1) * most
    return Preview(
        day=day,
        count=len(found),
        people=found.some(before, most),
        left_out=found.left_out,
        fills_later=campaign.kind in FILLS_LATER,
        page=shown,
        pages=pages,
        before=before,
    )


def why(one: Verdict, paths: Mapping[UUID, str]) -> str:
    """What decided, in words."""
    if one.department is not None:
        return gettext("Works in %(department)s") % {"department": paths.get(one.department, "")}
    return str(REASONS[one.cause])
