"""Everybody's spells of working here, with what audience and due rules ask of each on a day. Four queries for all.

A spell goes from the day of joining to the last day of work. A change of type or of number, or a correction, makes a
new row of the same spell; a rehire after a gap is another spell. So an assignment's spell is found by person, number
and days (``Staff.spell_of``), never by the key of a row alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet

from training.campaigns.audience import Candidate
from training.campaigns.due import Away
from training.people.models import DepartmentPlace, Employment, Leave, Posting

A_DAY = timedelta(days=1)
NOWHERE: frozenset[UUID] = frozenset()
MOST_NAMED = 500  # people; of more, everybody is read


class Row(NamedTuple):
    """A row of the roster, believed or not."""

    employment: UUID
    employee: UUID
    number: str
    type: str
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)


class Spell(NamedTuple):
    """One spell of working here, as now believed. ``candidate`` is it on the day asked about, as audience rules see it.

    ``candidate.employment`` is the row of that day, or the nearest; ``rows`` are all of the spell's. Departments, of
    every post and all above them, are those of the day: who is not here on it has none.
    """

    candidate: Candidate
    employee: UUID
    number: str
    rows: tuple[Row, ...]
    leaves: tuple[Away, ...] = ()

    @property
    def employment(self) -> UUID:
        """The row that holds on the day asked about, or the nearest."""
        return self.candidate.employment

    @property
    def joined_on(self) -> date:
        """The first day of work."""
        return self.candidate.joined_on

    @property
    def left_on(self) -> date | None:
        """The last day of work, None where none is known."""
        return self.candidate.left_on

    def holds(self, day: date) -> bool:
        """Whether somebody works here on a day; the day of joining and the last day count."""
        return self.joined_on <= day and (self.left_on is None or day <= self.left_on)


class Staff:
    """Everybody's spells, found by person and by row."""

    def __init__(self, spells: Iterable[Spell]) -> None:
        self.spells = list(spells)

    def __iter__(self) -> Iterator[Spell]:
        return iter(self.spells)

    @cached_property
    def _of(self) -> dict[UUID, list[Spell]]:
        found: dict[UUID, list[Spell]] = {}
        for spell in self.spells:
            found.setdefault(spell.employee, []).append(spell)
        return found

    def of(self, employee: UUID) -> list[Spell]:
        """A person's spells, the first one first."""
        return self._of.get(employee, [])

    def spell_of(self, row: Row, *, day: date) -> Spell | None:
        """The spell to which a row of the roster belongs, however it was corrected since; None where none is left.

        ``day`` is one on which the row was relied on, such as that of an assignment: of a person's several spells it
        is the one of that day, else one that overlaps the row, under the same number before another.
        """
        mine = self._of.get(row.employee)
        if mine is None:
            return None
        for spell in mine:
            if any(one.employment == row.employment for one in spell.rows):
                return spell
        for spell in mine:
            if spell.holds(day):
                return spell
        touching = [spell for spell in mine if _touch(spell, row)]
        touching.sort(key=lambda spell: (spell.number != row.number, abs(spell.joined_on - row.first)))
        return touching[0] if touching else None


def candidates_on(day: date, employees: Collection[UUID] | None = None) -> list[Spell]:
    """Everybody who works here on a day, or those named of them, by staff number."""
    return sorted((s for s in staff_on(day, employees) if s.holds(day)), key=lambda spell: spell.number)


def staff_on(day: date, employees: Collection[UUID] | None = None) -> Staff:
    """Everybody who is believed to work here, to have worked here or to come, or those named of them."""
    if employees is not None and len(employees) > MOST_NAMED:
        wanted = frozenset(employees)
        return Staff(spell for spell in staff_on(day) if spell.employee in wanted)
    departments = _departments(day, employees)
    leaves = _leaves(employees)
    rows = _of_people(Employment.objects.filter(superseded_at__isnull=True), "employee", employees)
    mine: dict[UUID, list[Row]] = {}
    for values in rows.values_list("pk", "employee_id", "number", "type", "valid_from", "valid_to"):
        row = Row._make(values)
        known = mine.get(row.employee)
        if known is None:
            mine[row.employee] = [row]
        else:
            known.append(row)
    return Staff(
        _spell(run, day, departments.get(employee, NOWHERE), leaves.get(employee, ()))
        for employee, found in mine.items()
        for run in (_runs(found) if len(found) > 1 else [found])
    )


def rows_of(keys: Collection[UUID]) -> dict[UUID, Row]:
    """Rows of the roster by their keys, believed or not. One query for each 500."""
    wanted = sorted(keys)
    found: dict[UUID, Row] = {}
    for start in range(0, len(wanted), MOST_NAMED):
        rows = Employment.objects.filter(pk__in=wanted[start : start + MOST_NAMED])
        for values in rows.values_list("pk", "employee_id", "number", "type", "valid_from", "valid_to"):
            found[values[0]] = Row._make(values)
    return found


def _spell(rows: list[Row], day: date, departments: frozenset[UUID], leaves: tuple[Away, ...]) -> Spell:
    row = rows[0]
    first, last = row.first, row.last
    for later in rows[1:]:
        last = None if last is None or later.last is None else max(last, later.last)
        if later.first <= day:
            row = later
    here = first <= day and (last is None or day <= last)
    if leaves:
        leaves = tuple(
            one for one in leaves if (last is None or one.first <= last) and (one.last is None or one.last >= first)
        )
    candidate = Candidate(row.employment, row.type, departments if here else NOWHERE, first, last)
    return Spell(candidate, row.employee, row.number, tuple(rows), leaves)


def _runs(rows: list[Row]) -> Iterator[list[Row]]:
    """A person's rows, as runs without a day between."""
    run: list[Row] = []
    end: date | None = None
    for row in sorted(rows, key=lambda one: (one.first, one.last or date.max, one.employment)):
        if run and end is not None and row.first > end + A_DAY:
            yield run
            run = []
        if not run:
            end = row.last
        elif end is not None:
            end = max(end, row.last) if row.last is not None else None
        run.append(row)
    yield run


def _touch(spell: Spell, row: Row) -> bool:
    return (spell.left_on is None or row.first <= spell.left_on) and (row.last is None or spell.joined_on <= row.last)


def _of_people(rows: QuerySet[Any], way: str, employees: Collection[UUID] | None) -> QuerySet[Any]:
    return rows if employees is None else rows.filter(**{f"{way}__in": employees})


def _departments(day: date, employees: Collection[UUID] | None) -> dict[UUID, frozenset[UUID]]:
    """Whoever has posts on a day: their departments and all above them."""
    above = _above(day)
    posts = Posting.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day), superseded_at__isnull=True, valid_from__lte=day
    )
    found: dict[UUID, frozenset[UUID]] = {}
    for employee, department in _of_people(posts, "employment__employee", employees).values_list(
        "employment__employee_id", "department_id"
    ):
        reached = above.get(department) or frozenset({department})
        before = found.get(employee)
        found[employee] = reached if before is None or before == reached else before | reached
    return found


def _above(day: date) -> dict[UUID, frozenset[UUID]]:
    """Each department, itself and all above it on a day, as ``people.queries.department_paths`` reads the tree."""
    places = DepartmentPlace.objects.filter(superseded_at__isnull=True, valid_from__lte=day)
    parents = dict(places.order_by("valid_from", "pk").values_list("department_id", "parent_id"))

    def reach(department: UUID) -> frozenset[UUID]:
        seen: set[UUID] = set()
        one: UUID | None = department
        while one is not None and one not in seen:
            seen.add(one)
            one = parents.get(one)
        return frozenset(seen)

    return {department: reach(department) for department in parents}


def _leaves(employees: Collection[UUID] | None) -> dict[UUID, tuple[Away, ...]]:
    """Whoever is, was or will be on leave: the leaves, in order."""
    rows = _of_people(Leave.objects.filter(superseded_at__isnull=True), "employment__employee", employees)
    found: dict[UUID, tuple[Away, ...]] = {}
    for employee, first, last in (
        rows.annotate(who=F("employment__employee"))
        .order_by("valid_from", "pk")
        .values_list("who", "valid_from", "valid_to")
    ):
        found[employee] = (*found.get(employee, ()), Away(first, last))
    return found
