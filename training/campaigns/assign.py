"""Follow the roster, daily: newcomers in, leavers closed, those who are back opened again, due days moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from training.campaigns.assigning import Chosen, NewDue, Turn, write
from training.campaigns.calendar import day_of
from training.campaigns.candidates import Row, Spell, Staff, staff_on
from training.campaigns.choosing import Choosing, Named, takes_in
from training.campaigns.deadlines import FOLLOWS, KEPT, LEAVE, RULE, Deadline, Deadlines, Kept
from training.campaigns.held import CHUNK, held_open, hold
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet, Exemption
from training.conf import conf
from training.ledger.bulk import uncollected

A_DAY = timedelta(days=1)
CLOSED, REOPENED = AssignmentEvent.Kind.CLOSED, AssignmentEvent.Kind.REOPENED
Cause = AssignmentEvent.Cause
# Closings that the roster brought about, and so may take back.
BY_ROSTER = frozenset({Cause.LEFT, Cause.NEVER_HERE, Cause.STAYS})


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a run did, or would do, in numbers of assignments; ``people`` are their staff numbers, by the same words.

    ``keys`` are theirs: of who is added that of the employment, of the others those of the assignments.
    """

    added: int = 0
    closed: int = 0
    reopened: int = 0
    due_moved: int = 0
    unchanged: int = 0
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keys: Mapping[str, tuple[UUID, ...]] = field(default_factory=dict)

    @property
    def changes(self) -> int:
        """How many assignments are new or other than before."""
        return self.added + self.closed + self.reopened + self.due_moved


class Due(NamedTuple):
    """The due date that counts. ``kept`` is the one of ``KEPT`` that it is, or that a leave has moved."""

    number: int
    day: date
    reason: str
    kept: Kept | None = None


class Event(NamedTuple):
    """The last closing or reopening."""

    number: int
    kind: str
    cause: str
    day: date | None


NO_EVENT = Event(0, "", "", None)


class Known(NamedTuple):
    """An assignment as it stands. ``spell`` is what is now believed of the person, None where nothing is left of it."""

    key: UUID
    spell: Spell | None
    number: str
    cause: str
    assigned_on: date
    due: Due
    event: Event
    signed: bool

    @property
    def closed(self) -> bool:
        """Whether it is closed."""
        return self.event.kind == CLOSED

    @property
    def because_leaving(self) -> bool:
        """Whether it stands only because the person is leaving: nobody has added it, or opened it again, by hand."""
        return self.cause == Assignment.Cause.LEAVING and self.event.cause != Cause.ADDED

    def follows(self, deadlines: Deadlines, spell: Spell) -> Deadline | None:
        """The due day that follows from the rule; None where none does, or the one that stands does already.

        Added again by hand, an assignment has the due day of before, or one that counts from that day.
        One set by an extension or an exemption is followed in place of the rule: a leave stops its clock too.
        """
        if self.due.kept is not None:
            kept = deadlines.kept(spell, self.due.kept)
            return None if kept is None or kept.day == self.due.day else kept
        if self.due.reason not in FOLLOWS:
            return None
        days = [self.assigned_on]
        if self.event.cause == Cause.ADDED and self.event.day is not None:
            days.append(self.event.day)
        found = [deadlines.of(spell, day) for day in days]
        return None if None in found or self.due.day in {one.day for one in found if one} else found[-1]


@transaction.atomic
@uncollected()
def assign(*, campaign: Campaign, now: datetime, named: Named | None = None, dry_run: bool = False) -> Assigned:
    """Bring an open campaign's assignments up to the roster of today, in one entry; nothing to do, and none is written.

    Who has come into the audience is assigned, until the campaign's last day;
    who joined by then, also when that is told of later (``takes_in``).
    Whoever is in stays in, wherever they move. Who has left is closed, from the
    day after the last day of work on; whom a corrected roster no longer knows
    is closed too; both are opened again where they work here after all. Nobody
    is closed who has signed, and nothing is touched that was closed by hand.
    A due day that follows the rule is worked out again, for a leave or another
    day of joining moves it; so is one that an extension of the campaign or an
    exemption has set, for a leave alone. What one person was given stays. ``named`` is as for opening.

    Run twice, or by two at once, it does its work once. Raises ``Conflict``
    where the campaign is not open, ``Invalid`` where a rule cannot be read.
    """
    locked = held_open(campaign)
    today = day_of(now, conf.time_zone)
    staff = staff_on(today)
    found = _Round(locked, Choosing(locked, staff, day=today, named=named), today)
    assigned: set[int] = set()
    for known in _by_spell(_known(locked, staff)):
        found.look(known)
        assigned.add(id(known[0].spell))
    if takes_in(locked, today):
        found.newcomers(spell for spell in staff if id(spell) not in assigned)
    if not dry_run:
        found.drop_overtaken()
        write(campaign=locked, chosen=found.chosen, now=now, turns=found.turns, dues=found.dues)
    return found.result()


class _Round:
    """What one run finds to do."""

    def __init__(self, campaign: Campaign, choosing: Choosing, today: date) -> None:
        self._campaign, self._choosing, self._today = campaign, choosing, today
        self._leaving = campaign.kind == Campaign.Kind.LEAVING
        self._known: dict[UUID, Known] = {}
        self._seen = 0
        self._newcomers: list[str] = []
        self.chosen: list[Chosen] = []
        self.turns: list[Turn] = []
        self.dues: list[NewDue] = []

    def newcomers(self, spells: Iterable[Spell]) -> None:
        """Choose those of the audience who are not assigned."""
        here = sorted((spell for spell in spells if spell.holds(self._today)), key=lambda spell: spell.number)
        for spell in here:
            found = self._choosing.verdict(spell)
            if found.is_in:
                self.chosen.append(self._choosing.chosen(spell, found, Assignment.Cause.FOLLOWED))
                self._newcomers.append(spell.number)

    def look(self, mine: list[Known]) -> None:
        """Look at the assignments of one spell: nearly always one, and another where a correction has joined spells."""
        self._seen += len(mine)
        if any(one.signed for one in mine):
            return
        spell = mine[0].spell
        asked = [one for one in mine if not one.closed]
        if spell is None or not spell.holds(self._today):
            for one in mine:
                self._gone(one, spell)
        elif self._leaving and not self._choosing.is_leaving(spell):
            for one in asked:
                if one.because_leaving:
                    self._turn(one, CLOSED, Cause.STAYS, self._today)
        elif asked or self._back(mine):
            for one in asked or mine[-1:]:
                self._due(one, spell)

    def _gone(self, one: Known, spell: Spell | None) -> None:
        """Close an assignment of somebody who is not here today; say anew when it was, where that was corrected."""
        if spell is not None and spell.left_on is not None and spell.left_on < self._today:
            cause, day = Cause.LEFT, spell.left_on + A_DAY
        else:
            cause, day = Cause.NEVER_HERE, one.assigned_on
        if one.closed and (one.event.cause not in BY_ROSTER or (one.event.cause, one.event.day) == (cause, day)):
            return
        self._turn(one, CLOSED, cause, day)

    def _back(self, mine: list[Known]) -> bool:
        """Open the last assignment of somebody who is here again, unless one was closed by hand; return whether."""
        if any(one.event.cause not in BY_ROSTER for one in mine):
            return False
        cause = Cause.LEAVES if mine[-1].event.cause == Cause.STAYS else Cause.HERE_AFTER_ALL
        self._turn(mine[-1], REOPENED, cause, self._today)
        return True

    def _due(self, one: Known, spell: Spell) -> None:
        wanted = one.follows(self._choosing.deadlines, spell)
        if wanted is not None:
            reason = LEAVE if LEAVE in (wanted.reason, one.due.reason) else RULE
            self._known[one.key] = one
            self.dues.append(NewDue(one.key, one.due.number + 1, wanted.day, reason))

    def _turn(self, one: Known, kind: str, cause: str, day: date) -> None:
        self._known[one.key] = one
        self.turns.append(Turn(one.key, one.event.number + 1, kind, cause, day))

    def drop_overtaken(self) -> None:
        """Hold what is to change, and leave alone what somebody has signed, closed or prolonged meanwhile."""
        keys = sorted(self._known)
        hold(keys)
        for start in range(0, len(keys), CHUNK):
            part = keys[start : start + CHUNK]
            rows = Assignment.objects.filter(pk__in=part)
            signed, events, dues = _signed(rows), _events(pk__in=part), _dues(pk__in=part)
            for key in part:
                one = self._known[key]
                if key in signed or events.get(key, NO_EVENT) != one.event or dues[key] != one.due:
                    del self._known[key]
        self.turns = [turn for turn in self.turns if turn.assignment_id in self._known]
        self.dues = [due for due in self.dues if due.assignment_id in self._known]

    def result(self) -> Assigned:
        """What was found, counted: an assignment that is opened again counts as that alone."""
        closed = {turn.assignment_id for turn in self.turns if turn.kind == CLOSED}
        reopened = {turn.assignment_id for turn in self.turns if turn.kind == REOPENED}
        moved = {due.assignment_id for due in self.dues} - reopened
        numbers = {
            name: tuple(sorted(self._known[key].number for key in keys))
            for name, keys in (("closed", closed), ("reopened", reopened), ("due_moved", moved))
        }
        return Assigned(
            added=len(self.chosen),
            closed=len(closed),
            reopened=len(reopened),
            due_moved=len(moved),
            unchanged=self._seen - len(closed) - len(reopened) - len(moved),
            people={"added": tuple(self._newcomers), **numbers},
            keys={
                "added": tuple(one.employment_id for one in self.chosen),
                "closed": tuple(sorted(closed)),
                "reopened": tuple(sorted(reopened)),
            },
        )


def _by_spell(known: Iterable[Known]) -> Iterable[list[Known]]:
    """The assignments of each spell, the last assigned last; of those without one each by itself."""
    found: dict[Any, list[Known]] = {}
    for one in known:
        found.setdefault(one.key if one.spell is None else id(one.spell), []).append(one)
    return found.values()


def _known(campaign: Campaign, staff: Staff) -> Iterable[Known]:
    """Every assignment of the campaign, the earliest first. Five queries."""
    mine = Assignment.objects.filter(campaign=campaign)
    dues, events, signed = _dues(campaign=campaign), _events(campaign=campaign), _signed(mine)
    days: dict[datetime, date] = {}
    row_columns = ("id", "employee_id", "number", "type", "valid_from", "valid_to")
    columns = ("pk", "at", "cause", *(f"employment__{name}" for name in row_columns))
    for key, at, cause, *values in mine.order_by("at", "part").values_list(*columns):
        if at not in days:
            days[at] = day_of(at, conf.time_zone)
        row = Row._make(values)
        spell = staff.spell_of(row, day=days[at])
        yield Known(key, spell, row.number, cause, days[at], dues[key], events.get(key, NO_EVENT), key in signed)


def _of(rows: Any, whose: Mapping[str, Any]) -> Any:
    return rows.filter(**{f"assignment__{way}": value for way, value in whose.items()})


def _dues(**whose: Any) -> dict[UUID, Due]:
    """The due date that counts of each assignment. Two queries."""
    exemptions = _of(Exemption.objects.all(), whose).values_list("entry_id", "until", "first_day")
    # What an exemption has stopped already, up to its last day or its lifting, no leave stops once more.
    exempt = {entry: until or first_day - A_DAY for entry, until, first_day in exemptions}
    columns = ("assignment_id", "number", "due_on", "reason", "entry_id", "entry__at")
    found: dict[UUID, Due] = {}
    for key, number, day, reason, entry, at in _of(DueSet.objects.order_by("number"), whose).values_list(*columns):
        kept = None
        if reason in KEPT:
            kept = Kept(day, exempt.get(entry) or day_of(at, conf.time_zone))
        elif reason == LEAVE and key in found:
            kept = found[key].kept
        found[key] = Due(number, day, reason, kept)
    return found


def _events(**whose: Any) -> dict[UUID, Event]:
    """The last closing or reopening of each assignment that has one."""
    rows = _of(AssignmentEvent.objects.order_by("number"), whose)
    return {key: Event._make(v) for key, *v in rows.values_list("assignment_id", "number", "kind", "cause", "day")}


def _signed(assignments: Any) -> set[UUID]:
    """Those with a signature that counts; it belongs to a room above, known here by what leads to it alone."""
    return set(
        assignments.filter(attestations__isnull=False, attestations__annulment__isnull=True).values_list(
            "pk", flat=True
        )
    )
