"""One person's history as believed today: numbers, names, posts, managers and leaves, each from a day to a day.

Spans of one value that adjoin are one, however many rows the roster has for them. A post that goes on while its
department is renamed or moved has a span for each path: the department is told as it was called then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from training.people.heads import Term, joined
from training.people.leave import leaves_in
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
from training.people.queries import paths_of
from training.people.roster_spans import Span, joined_up

BY_EMPLOYEE: tuple[type[Bitemporal], ...] = (Employment, PersonName, Supervision, EmailAddress)
BY_EMPLOYMENT: tuple[type[Bitemporal], ...] = (Posting, Leave)


class Work(NamedTuple):
    """Working here under a number, as what."""

    number: str
    type: str


class Post(NamedTuple):
    """A post in a department as it was called then; not ``primary``: a second one (兼務)."""

    path: str
    primary: bool


class Managed(NamedTuple):
    """Who manages somebody: the person's own manager, or that of the main post's department."""

    manager: UUID
    own: bool


@dataclass(frozen=True, slots=True)
class Absence:
    """A leave as a whole; ``key`` is that of its first row."""

    key: int
    kind: str
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether the person is away on a day."""
        return Span(self.first, self.last, None).holds(day)


@dataclass(frozen=True, slots=True)
class History:
    """What is believed today of one person; of each kind the oldest first."""

    work: tuple[Span, ...]
    names: tuple[Span, ...]
    posts: tuple[Span, ...]
    managers: tuple[Span, ...]
    leaves: tuple[Absence, ...]


class Places:
    """The departments with their names and places of all days, read once: two queries at most, ``know`` with them.

    Of a department that is not believed any more, as after an import was taken back, what was believed last is told.
    """

    def __init__(self, departments: Collection[UUID]) -> None:
        self._rows: dict[UUID, list[DepartmentPlace]] = {}
        self._paths: dict[tuple[UUID, date], str] = {}
        self._add(DepartmentPlace.objects.filter(superseded_at__isnull=True))
        self._all = False
        self.know(departments)

    def know(self, departments: Collection[UUID]) -> None:
        """Tell of these too. One query, once, where one of them is gone."""
        if self._all or not set(departments) - self._rows.keys():
            return
        # All that are gone: what stood above such a department may be gone with it.
        here = DepartmentPlace.objects.filter(superseded_at__isnull=True).values("department")
        last = DepartmentPlace.objects.exclude(department__in=here).order_by("recorded_at", "pk")
        self._add({(row.department_id, row.valid_from): row for row in last}.values())
        self._all = True

    def _add(self, rows: Iterable[DepartmentPlace]) -> None:
        for row in rows:
            self._rows.setdefault(row.department_id, []).append(row)

    def paths(self, day: date) -> dict[UUID, str]:
        """Every department's path on a day."""
        return {department: self.path(department, day) for department in self._rows}

    def path(self, department: UUID, day: date) -> str:
        """The department's path on a day; one from before its first day has the path of that day."""
        known = self._rows.get(department)
        if known is None:
            return ""
        day = max(day, min(row.valid_from for row in known))
        if (department, day) not in self._paths:
            near = (row for key in self._upwards(department) for row in self._rows.get(key, ()))
            self._paths[department, day] = paths_of(row for row in near if row.valid_from <= day)[department]
        return self._paths[department, day]

    def spans(self, department: UUID, first: date, last: date | None) -> list[Span]:
        """The department's paths within these days."""
        rows = [row for key in self._upwards(department) for row in self._rows.get(key, ())]
        days = sorted(
            {row.valid_from for row in rows if first < row.valid_from and (not last or row.valid_from <= last)}
        )
        begun = [first, *days]
        ended = [*(date.fromordinal(day.toordinal() - 1) for day in days), last]
        return [Span(a, b, self.path(department, a)) for a, b in zip(begun, ended, strict=True)]

    def terms(self, department: UUID) -> list[Term]:
        """Who managed the department itself, oldest first."""
        rows = self._rows.get(department, ())
        return joined(Term(row.manager_id, row.valid_from, row.valid_to) for row in rows)

    def _upwards(self, department: UUID) -> set[UUID]:
        """The department and whatever ever stood above it."""
        found: set[UUID] = set()
        waiting = [department]
        while waiting:
            key = waiting.pop()
            if key not in found:
                found.add(key)
                waiting += [row.parent_id for row in self._rows.get(key, ()) if row.parent_id]
        return found


@dataclass(frozen=True, slots=True)
class Recollection:
    """Every row that there ever was about a person, by table, and the departments that they name."""

    employee: UUID
    rows: Mapping[type[Bitemporal], list[Any]]
    places: Places

    def believed(self, model: type[Bitemporal]) -> list[Any]:
        """The rows that no correction has superseded."""
        return [row for row in self.rows[model] if row.superseded_at is None]


def recollect(employee: UUID) -> Recollection:
    """Read every row about a person, believed or not. Eight queries at most."""
    rows: dict[type[Bitemporal], list[Any]] = {}
    for owner, models in (("employee", BY_EMPLOYEE), ("employment__employee", BY_EMPLOYMENT)):
        for model in models:
            mine: Any = model._default_manager
            found = mine.filter(**{owner: employee}).order_by("valid_from", "pk")
            rows[model] = list(found.select_related("employment") if model in BY_EMPLOYMENT else found)
    return Recollection(employee, rows, Places({row.department_id for row in rows[Posting]}))


def history_of(known: Recollection) -> History:
    """What of it is believed today. No query."""
    posts = known.believed(Posting)
    return History(
        work=_spans((row, Work(row.number, row.type)) for row in known.believed(Employment)),
        names=_spans((row, (row.name, row.kana)) for row in known.believed(PersonName)),
        posts=tuple(
            sorted(
                _joined(
                    span._replace(value=Post(span.value, row.primary))
                    for row in posts
                    for span in known.places.spans(row.department_id, row.valid_from, row.valid_to)
                ),
                key=lambda span: (span.first, not span.value.primary, span.value.path),
            )
        ),
        managers=tuple(_managers(known, posts)),
        leaves=tuple(
            sorted(
                (
                    Absence(rows[0].pk, rows[0].kind, rows[0].valid_from, rows[-1].valid_to)
                    for rows in leaves_in(known.believed(Leave))
                ),
                key=lambda one: one.first,
            )
        ),
    )


def _managers(known: Recollection, posts: Iterable[Posting]) -> list[Span]:
    """The own managers, and those of the main posts' departments; nobody is the own manager."""
    found = [Span(row.valid_from, row.valid_to, Managed(row.manager_id, True)) for row in known.believed(Supervision)]
    for post in posts:
        for term in known.places.terms(post.department_id) if post.primary else ():
            if term.manager is not None and term.manager != known.employee:
                held = Span(term.first, term.last, Managed(term.manager, False)).between(post.valid_from, post.valid_to)
                found += [held] if held else []
    return _joined(found)


def _spans(rows: Iterable[tuple[Any, Any]]) -> tuple[Span, ...]:
    return tuple(_joined(Span(row.valid_from, row.valid_to, value) for row, value in rows))


def _joined(spans: Iterable[Span]) -> list[Span]:
    """The spans in order, each value's joined up by themselves: two posts may be held at once."""
    by_value: dict[Any, list[Span]] = {}
    for span in spans:
        by_value.setdefault(span.value, []).append(span)
    found = [one for mine in by_value.values() for one in joined_up(mine)]
    return sorted(found, key=lambda span: span.first)


def numbered(number: str) -> set[UUID]:
    """Who has, had or is to have a staff number, or had it by what was taken back since, in either case. One query."""
    return set(Employment.objects.filter(number__iexact=number).values_list("employee", flat=True))
