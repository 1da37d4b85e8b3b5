"""Lets the roster follow what identity providers say of people, by the rules of staff lists.

Who stops being active has left that day, but during a leave has only lost an account; who is active again is hired
again, or on the same day has not left. What a resource does not say stays as it is, but for what it said before and
says no more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from training.conf import conf
from training.errors import Conflict, Invalid
from training.ledger.append import append
from training.people.models import Employment, Leave
from training.people.numbers import plain_number
from training.people.queries import on
from training.people.renumber import renumber
from training.people.roster_believed import believed_now
from training.people.roster_decide import make_plan
from training.people.roster_departments import Departments
from training.people.roster_plan import Believed, Change, Spell, Unfit
from training.people.roster_reasons import reason_of
from training.people.roster_spans import at
from training.people.roster_values import Path, Refused, Sheet
from training.people.roster_write import needed_since, rows_of_one
from training.people.scim_models import ScimClient, ScimUser
from training.people.scim_schema import Person
from training.people.scim_told import Context, department_of, leaving_sheet, name_of, number_of, posts_sheet, sheet_of

PROVISIONED = "people.provisioned"
MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Turn:
    """What changes beside the resource's own words: whether it was active, and about what its silence says "none".

    ``deleted``: the user is forgotten, which is no account that waits for somebody's return.
    """

    was_active: bool
    silent: frozenset[str] = frozenset()
    deleted: bool = False


def follow(*, user: ScimUser, resource: Person, client: ScimClient, turn: Turn, now: datetime) -> None:
    """Change the roster as the user's resource says, with one entry, or leave it; link the user to the person.

    The caller has locked the user and waits its turn. Raises ``Invalid`` where a value would be refused in a list,
    and ``Conflict`` where the staff number is somebody else's.
    """
    _renumber(user, resource, client, now)
    follower = _Follower(user, resource, now)
    try:
        change = follower.change(turn)
    except Unfit as reason:
        raise Invalid(reason_of(Refused(1, number_of(resource), reason.code, reason.values))) from reason
    if change is not None and change.kind != "unchanged":
        _write(follower, change, client, now)
    if follower.employee is not None and user.employee_id != follower.employee:
        _require_free(follower.employee)
        user.employee_id = follower.employee


class _Follower:
    def __init__(self, user: ScimUser, resource: Person, now: datetime) -> None:
        self.user, self.resource, self.employee = user, resource, user.employee_id
        self.day: date = now.astimezone(conf.time_zone).date()
        self.number = self._number()
        self.manager = _number_of(user.manager.employee_id) if user.manager is not None else None
        former = _number_of(self.employee) if self.employee is not None else ""
        self.believed = believed_now(_near({self.number, former, self.manager or ""} - {""}))
        if former and self.number not in self.believed.spells:  # hired again, under another number
            spells = {**self.believed.spells, self.number: self.believed.spells[former]}
            self.believed = replace(self.believed, spells=spells)

    def _number(self) -> str:
        """The staff number: as told, or as known where nothing is told any more; of who leaves, always as known."""
        told = plain_number(number_of(self.resource)) if self.user.active or self.employee is None else ""
        return told or (_number_of(self.employee) if self.employee is not None else "")

    def change(self, turn: Turn) -> Change | None:
        """What is to change, None where the resource does not say enough or nothing is to be done."""
        spells = self.believed.spells.get(self.number, ())
        spell = spells[-1] if self.number and spells else None
        if self.employee is None:
            return self._first_met(spell, turn)
        if spell is None or spell.employee != self.employee:
            return None
        over = spell.last is not None and spell.last < self.day
        if not self.user.active:
            leaves = self._leaves(turn, spell) and not over
            return self._decided(leaving_sheet(self.number, max(spell.first, self.day))) if leaves else None
        if spell.later and not over:  # the number is known to change; until then a list says what holds
            return None
        if turn.was_active:
            return None if over else self._posted(spell) if "second" in turn.silent else self._planned(turn)
        if over:
            return self._same_person(self._planned(turn, joined=self.day))
        return self._planned(self._staying(spell, turn))

    def _leaves(self, turn: Turn, spell: Spell) -> bool:
        """Whether who has no active account has left. During a leave companies switch accounts off, or on and off.

        An account that was switched off then, and is deleted after the leave, is of somebody who did not come back.
        """
        leaves = Leave.objects.filter(employment__employee=self.employee, superseded_at__isnull=True)
        if on(leaves, self.day).exists():
            return turn.deleted
        if turn.was_active or not turn.deleted:
            return turn.was_active
        return leaves.filter(valid_from__gte=spell.first, valid_to__lt=self.day).exists()

    def _staying(self, spell: Spell, turn: Turn) -> Turn:
        """Where a provider said today that the person has left, and says now otherwise, the leaving is taken back."""
        ended = Employment.objects.filter(
            employee=spell.employee,
            number=spell.number,
            valid_to=self.day,
            superseded_at__isnull=True,
            entry__kind=PROVISIONED,
        )
        return replace(turn, silent=turn.silent | {"left"}) if ended.exists() else turn

    def _first_met(self, spell: Spell | None, turn: Turn) -> Change | None:
        """Somebody whom the provider tells of for the first time: known by the number, or new where enough is said."""
        if not self.user.active or not self.number:
            return None
        if spell is None or (spell.last is not None and spell.last < self.day):
            if not name_of(self.resource) or not (department_of(self.resource) or self._groups()):
                return None
            change = self._planned(turn, joined=self.day if spell is not None else None)
            return self._met(change)
        _require_free(spell.employee)
        change = self._planned(self._staying(spell, turn))
        held = at(spell.names, self.day) or (spell.names[-1] if spell.names else None)
        if change.whole_name or held is None:
            raise Conflict(
                _("Somebody of another name has the staff number %(number)s by the records.") % {"number": self.number}
            )
        self.employee = spell.employee
        return change

    def _met(self, change: Change) -> Change:
        if change.spell is not None:  # hired again
            _require_free(change.spell.employee)
            self.employee = change.spell.employee
        return change

    def _same_person(self, change: Change) -> Change:
        """Hired again under the number: nobody else."""
        if change.spell is None or change.spell.employee != self.employee:
            raise Conflict(
                _("Somebody of another name has the staff number %(number)s by the records.") % {"number": self.number}
            )
        return change

    def _groups(self) -> tuple[Path, ...]:
        """The departments whose groups the user is a member of, in the order in which the groups were made."""
        if self.user._state.adding:
            return ()
        keys = self.user.groups.filter(department__isnull=False).order_by("made_at", "pk")
        paths = self.believed.paths
        return tuple(paths[key] for key in keys.values_list("department_id", flat=True) if key in paths)

    def _posted(self, spell: Spell) -> Change:
        """Where a group has changed, nothing but posts can have: the rest of the resource need not fit any more."""
        posts = list(self._groups())
        department = posts.pop(0) if posts and not department_of(self.resource) else None
        main = at(spell.posts, self.day)
        held = self.believed.paths.get(main.value) if main is not None else None
        second = tuple(path for path in posts if department is not None or path != held)
        return self._decided(posts_sheet(self.number, department, second))

    def _planned(self, turn: Turn, *, joined: date | None = None) -> Change:
        context = Context(
            number=self.number,
            manager=self.manager,
            groups=self._groups(),
            silent=turn.silent,
            joined=joined,
        )
        return self._decided(sheet_of(self.resource, context, self.believed.paths.values()))

    def _decided(self, sheet: Sheet) -> Change:
        plan = make_plan(sheet, self.believed, day=self.day)
        for refused in plan.refused:
            raise Unfit(refused.code, **refused.values)
        return plan.changes[0]


def _renumber(user: ScimUser, resource: Person, client: ScimClient, now: datetime) -> None:
    """Who works here and is told of under another number has that number from this day on."""
    told, day = plain_number(number_of(resource)), now.astimezone(conf.time_zone).date()
    held = _held(user.employee_id, day) if user.employee_id is not None and told else None
    if held is None or held.number == told or not user.active or (held.valid_to is not None and held.valid_to < day):
        return
    sheet_of(resource, Context(), ())  # raises where the number is none
    renumber(employment=held, number=told, since=day, now=now, facts={"client": client.pk})


def _near(numbers: Collection[str]) -> set[str]:
    """The numbers, and those that differ by zeros in front, which may have been lost on the way."""
    near = set(numbers)
    for number in numbers:
        if number.isdigit() and number.isascii() and number[0] != "0":
            near |= {number.zfill(width) for width in range(len(number) + 1, MOST_DIGITS + 1)}
    return near


def _held(employee: UUID | None, day: date | None = None) -> Employment | None:
    """The employment that somebody has on the day, or without one had last: a number may be one to come."""
    rows = Employment.objects.filter(employee=employee, superseded_at__isnull=True).order_by("-valid_from")
    return (on(rows, day).first() if day is not None else None) or rows.first()


def _number_of(employee: UUID | None) -> str:
    held = _held(employee)
    return held.number if held is not None else ""


def _require_free(employee: UUID) -> None:
    if ScimUser.objects.filter(employee=employee).exists():
        raise Conflict(_("Another user has this staff number already."))


def _write(follower: _Follower, change: Change, client: ScimClient, now: datetime) -> None:
    """Write the change and its entry: keys and days in public, what identifies somebody as disclosures."""
    believed: Believed = follower.believed
    departments = Departments(believed.paths, needed_since([change]))
    rows, person, employee, employment = rows_of_one(change, departments)
    told, hidden = person.told(change.number)
    facts: dict[str, Any] = {
        "employee": employee,
        "employment": employment,
        "change": "rehired" if change.rehired else change.kind,
        "client": client.pk,
        "departments": departments.facts,
        **told,
    }
    entry = append(kind=PROVISIONED, at=now, facts=facts, disclosures=[*departments.hidden, hidden])
    rows.write(entry, now)
    follower.employee = employee
