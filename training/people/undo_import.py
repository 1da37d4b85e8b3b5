"""Take an import back by another one: what it changed is again as it was, and both stay in the ledger.

A person whose records have been changed since is left as they are now, and named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict
from training.ledger.append import append
from training.ledger.bulk import CHUNK
from training.people.enrol import wait_for_my_turn
from training.people.models import (
    Bitemporal,
    DepartmentPlace,
    EmailAddress,
    Employment,
    Leave,
    PersonName,
    Posting,
    Supervision,
)
from training.people.roster_models import RosterChange, RosterImport
from training.people.roster_plan import Change
from training.people.roster_write import COLUMNS, PersonRows, Rows

UNDONE = "undone"
OWNED_BY_EMPLOYMENT = (Posting, Leave)
OWNED_BY_PERSON = (Employment, PersonName, Supervision, EmailAddress)


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking an import back would do: whose records are restored, and whose were changed since and stay.

    ``renumbered`` are those of the restored who lose the staff number that they have, and have the one before again.
    """

    roster_import: RosterImport
    restored: tuple[UUID, ...]
    kept: tuple[UUID, ...]
    renumbered: tuple[UUID, ...] = ()


def preview_undoing(*, roster_import: RosterImport) -> Undoing:
    """What taking the import back would do, writing nothing. Raises ``Conflict`` where it has been done."""
    _require_standing(roster_import)
    restored: list[UUID] = []
    kept: list[UUID] = []
    renumbered: list[UUID] = []
    for history in _histories(roster_import):
        (restored if history.as_left else kept).append(history.employee)
        if history.as_left and history.is_renumbered:
            renumbered.append(history.employee)
    return Undoing(roster_import, tuple(restored), tuple(kept), tuple(renumbered))


@transaction.atomic
def undo_import(
    *, roster_import: RosterImport, depends: Mapping[str, int], by: AbstractBaseUser | None, now: datetime
) -> RosterImport:
    """Restore what the import changed, as one entry, and return the import that does so.

    ``depends`` is how much evidence there is of these people since, as was
    shown to who decided; the entry repeats it. Raises ``Conflict`` where the
    import has been taken back, or nothing is left of it to take back.
    """
    wait_for_my_turn()
    _require_standing(roster_import)
    made = RosterImport(
        number=(RosterImport.objects.aggregate(n=Max("number"))["n"] or 0) + 1,
        day=roster_import.day,
        sha256="",
        counts={},
        accepted=[],
        undoes=roster_import,
        by_id=by.pk if by else None,
        at=now,
    )
    rows = Rows()
    evidence, hidden, kept = [], [], 0
    for history in _histories(roster_import):
        if not history.as_left:
            kept += 1
            continue
        person = PersonRows(rows)
        employment = history.restore(person)
        change = Change(None, history.number, "", UNDONE)
        row, value = person.evidence(made, change, history.employee, employment)
        evidence.append(row)
        hidden.append(value)
    if not evidence:
        raise Conflict(_("Everybody whom this import changed has been changed again since. Nothing can be taken back."))
    made.counts = {UNDONE: len(evidence), "kept": kept}
    closed, reopened = _unused_departments(roster_import, rows), _closed_departments(roster_import)
    rows.gone[DepartmentPlace] += [place.pk for place in closed]
    for place in reopened:
        values = [getattr(place, column) for column in COLUMNS[DepartmentPlace][1]]
        rows.added[DepartmentPlace].append((*values, place.valid_from, place.valid_to))
    entry = append(
        kind="people.roster_import_undone",
        at=now,
        rows=[made, *evidence],
        facts={
            "depends": dict(depends),
            "closed": [place.department_id for place in closed],
            "reopened": [place.department_id for place in reopened],
        },
        disclosures=hidden,
    )
    rows.write(entry, now)
    return made


def _require_standing(roster_import: RosterImport) -> None:
    undone = RosterImport.objects.filter(undoes=roster_import).first()
    if undone is not None:
        raise Conflict(_("This import has been taken back already, by import %(number)d.") % {"number": undone.number})


class _History:
    """One person's rows: those that the import added, those that it took back, and those believed now."""

    def __init__(self, employee: UUID, employment: UUID, entry: UUID) -> None:
        self.employee, self.last_employment, self.entry = employee, employment, entry
        self.rows: dict[type[Bitemporal], list[Any]] = defaultdict(list)
        self.by_key: dict[UUID, Employment] = {}
        self.others: list[Employment] = []  # of other people, under numbers that the import took from this one

    @property
    def number(self) -> str:
        """The staff number under which the import knew the person."""
        return self.by_key[self.last_employment].number

    @property
    def lost_numbers(self) -> set[str]:
        """The staff numbers of the rows that the import took back."""
        return {row.number for row in self.rows[Employment] if row.superseded_by_id == self.entry}

    @property
    def is_renumbered(self) -> bool:
        """Whether the import gave the person another staff number in the place of one."""
        lost = self.lost_numbers
        return bool(lost) and any(
            row.entry_id == self.entry and row.number not in lost for row in self.rows[Employment]
        )

    def _value(self, row: Any) -> tuple[Any, ...]:
        """What a row says, whatever its key; a post belongs to what its employment says."""
        values: list[Any] = [type(row), row.valid_from, row.valid_to]
        for column in COLUMNS[type(row)][1]:
            if column == "employment_id":
                values.append(self._value(self.by_key[row.employment_id]))
            elif column != "id":
                values.append(getattr(row, column))
        return tuple(values)

    def _all(self) -> Iterable[Any]:
        return (row for rows in self.rows.values() for row in rows)

    @property
    def _now(self) -> dict[tuple[Any, ...], Any]:
        return {self._value(row): row for row in self._all() if row.superseded_at is None}

    @property
    def _added(self) -> list[Any]:
        return [row for row in self._all() if row.entry_id == self.entry]

    @property
    def _taken_back(self) -> list[Any]:
        return [row for row in self._all() if row.superseded_by_id == self.entry]

    @property
    def as_left(self) -> bool:
        """Whether everything that the import added is believed still, and nothing else hangs on it."""
        now = self._now
        added = {self._value(row) for row in self._added}
        if not added <= now.keys():
            return False
        ended = {now[value].pk for value in added if value[0] is Employment}
        hanging = [row for value, row in now.items() if value[0] in OWNED_BY_EMPLOYMENT and value not in added]
        if any(row.employment_id in ended for row in hanging):
            return False
        stays = [row for value, row in now.items() if value[0] is Employment and value not in added]
        comes = [row for row in self._taken_back if isinstance(row, Employment)]
        if any(_clash(row, other) for row in comes for other in (*stays, *self.others)):
            return False
        if not stays and not comes:  # nobody without an employment keeps a name that was given since
            return now.keys() <= added
        return True

    def restore(self, person: PersonRows) -> UUID:
        """Take the import's rows back, and add again what it took back; return the employment that is told last."""
        now = self._now
        for row in self._added:
            person.take_back(now[self._value(row)])
        keys: dict[tuple[Any, ...], UUID] = {
            value: row.pk for value, row in now.items() if value[0] is Employment and row.entry_id != self.entry
        }
        last: UUID | None = None
        for row in sorted(self._taken_back, key=lambda row: (not isinstance(row, Employment), row.valid_from)):
            values = [getattr(row, column) for column in COLUMNS[type(row)][1]]
            if isinstance(row, Employment):
                values[0] = last = keys[self._value(row)] = uuid4()
            elif type(row) in OWNED_BY_EMPLOYMENT:
                values[0] = keys.get(self._value(self.by_key[row.employment_id]), row.employment_id)
            person.add(type(row), values, row.valid_from, row.valid_to)
        return last or self.last_employment


def _clash(row: Employment, other: Employment) -> bool:
    """Whether the one cannot be believed beside the other: the number is given to somebody else, or anew, by now."""
    return (
        row.number == other.number
        and row.valid_from <= (other.valid_to or date.max)
        and other.valid_from <= (row.valid_to or date.max)
    )


def _histories(roster_import: RosterImport) -> Iterable[_History]:
    """The people whom an import changed, a thousand at a time. Eight queries for each thousand."""
    changes = RosterChange.objects.filter(roster_import=roster_import).order_by("part")
    pairs = list(changes.values_list("employee_id", "employment_id"))
    for start in range(0, len(pairs), CHUNK):
        chunk = pairs[start : start + CHUNK]
        found = {employee: _History(employee, key, roster_import.entry_id) for employee, key in chunk}
        owner: dict[UUID, UUID] = {}
        for model in OWNED_BY_PERSON:
            for row in model._default_manager.filter(employee__in=found.keys()).order_by("pk"):
                found[row.employee_id].rows[model].append(row)
                if isinstance(row, Employment):
                    owner[row.pk] = row.employee_id
                    found[row.employee_id].by_key[row.pk] = row
        for other in OWNED_BY_EMPLOYMENT:
            mine = Employment.objects.filter(employee__in=found.keys()).values("pk")
            hanging: Any = other._default_manager.filter(employment__in=mine).order_by("pk")
            for post in hanging:
                found[owner[post.employment_id]].rows[other].append(post)
        _tell_of_others(found.values())
        yield from found.values()


def _tell_of_others(histories: Collection[_History]) -> None:
    """Tell each of who else has by now a number that would be the person's again. One query."""
    wanted: dict[str, list[_History]] = {}
    for history in histories:
        for number in history.lost_numbers:
            wanted.setdefault(number, []).append(history)
    for row in Employment.objects.filter(number__in=wanted.keys(), superseded_at__isnull=True):
        for history in wanted[row.number]:
            if row.employee_id != history.employee:
                history.others.append(row)


def _closed_departments(roster_import: RosterImport) -> list[DepartmentPlace]:
    """The departments that the import itself, being a taking back, took back; none of them is there now."""
    return list(
        DepartmentPlace.objects.filter(superseded_by=roster_import.entry_id).exclude(
            department__in=DepartmentPlace.objects.filter(superseded_at__isnull=True).values("department")
        )
    )


def _unused_departments(roster_import: RosterImport, rows: Rows) -> list[DepartmentPlace]:
    """The departments that the import made and in which, or below which, nobody is posted afterwards.

    One that it let reach further back stays so: that a department was there earlier hurts nobody.
    """
    made = {
        place.department_id: place
        for place in DepartmentPlace.objects.filter(entry=roster_import.entry_id, superseded_at__isnull=True)
        if not DepartmentPlace.objects.filter(department=place.department_id).exclude(pk=place.pk).exists()
    }
    gone = set(rows.gone[Posting])
    posts = Posting.objects.filter(department__in=made.keys(), superseded_at__isnull=True)
    used = {department for key, department in posts.values_list("pk", "department_id") if key not in gone}
    used |= {values[1] for values in rows.added[Posting]}
    parents = DepartmentPlace.objects.filter(superseded_at__isnull=True, parent__in=made.keys())
    below = list(parents.values_list("parent_id", "department_id"))
    grown = True
    while grown:
        more = {parent for parent, child in below if child in used or child not in made} - used
        used |= more
        grown = bool(more)
    return [place for key, place in made.items() if key not in used]
