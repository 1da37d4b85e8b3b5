"""Who answers for whom on a day: a person's own manager, or the department's, or that of a department above it.

The department is that of the main post; only where nobody answers from there, that of a second post (兼務). Managers of
either see the person.

Who is away for long, or no longer here, answers for nobody: the next one above does. Nobody is the own manager.
Who is no longer here manages nobody either, whatever the departments still say.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from training.people.models import DepartmentPlace, Employee, Employment, Leave, Posting, Supervision
from training.people.queries import on

Post = tuple[UUID, str]  # a person and the staff number of one employment


def at_work(employees: Collection[UUID] | QuerySet[Employee], day: date) -> set[UUID]:
    """Of these people those who are employed on a day and not on leave. Two queries."""
    here = on(Employment.objects.filter(employee__in=employees), day).values_list("employee", flat=True)
    away = on(Leave.objects.filter(employment__employee__in=employees), day)
    return set(here) - set(away.values_list("employment__employee", flat=True))


class Managers:
    """The department tree of a day with its managers, read once: three queries, and five for each lot of people."""

    def __init__(self, day: date) -> None:
        self.day = day
        places = on(DepartmentPlace.objects.all(), day).values_list("department", "parent", "manager")
        self._places: dict[UUID, tuple[UUID | None, UUID | None]] = {key: (above, who) for key, above, who in places}
        self._at_work = at_work({manager for _parent, manager in self._places.values() if manager}, day)

    def of(self, people: Collection[Post]) -> dict[Post, UUID]:
        """Who answers for each of these; who has nobody is missing."""
        keys = {employee for employee, _number in people}
        own = dict(on(Supervision.objects.filter(employee__in=keys), self.day).values_list("employee", "manager"))
        there = at_work(set(own.values()), self.day)
        posts = on(Posting.objects.filter(employment__employee__in=keys), self.day)
        held = posts.annotate(who=F("employment__employee"), number=F("employment__number"))
        departments: dict[Post, list[UUID]] = {}
        for who, number, place in held.order_by("-primary", "valid_from", "department").values_list(
            "who", "number", "department"
        ):
            departments.setdefault((who, number), []).append(place)
        found: dict[Post, UUID] = {}
        for post in people:
            mine = own.get(post[0])
            above = (self._above(place, but=post[0]) for place in departments.get(post, ()))
            manager = mine if mine in there else next(filter(None, above), None)
            if manager is not None:
                found[post] = manager
        return found

    def answering(self, department: UUID) -> UUID | None:
        """Who answers for a department: its manager, or that of the nearest above that has one at work."""
        return self._above(department, but=None)

    def _above(self, department: UUID | None, *, but: UUID | None) -> UUID | None:
        """The manager of the department, or of the nearest above it that has one at work."""
        for place in self._upwards(department):
            manager = self._places[place][1]
            if manager is not None and manager != but and manager in self._at_work:
                return manager
        return None

    def _upwards(self, department: UUID | None) -> Iterator[UUID]:
        seen: set[UUID] = set()
        while department in self._places and department not in seen:
            assert department is not None  # noqa: S101  (None is no key)
            yield department
            seen.add(department)
            department = self._places[department][0]


@dataclass(frozen=True, slots=True)
class Team:
    """Whom somebody manages: the departments with all below them, and single people."""

    manager: UUID
    departments: frozenset[UUID]
    supervised: frozenset[UUID]

    def __bool__(self) -> bool:
        return bool(self.departments or self.supervised)

    def condition(self, *, department: str, employee: str, day: date) -> Q:
        """What tells, of rows with these columns, those about people of the team. The manager is none of them.

        ``department`` is that of the main post; whoever has a second post in a department of the team is of it too.
        """
        main = Q(**{f"{department}__in": self.departments}) | Q(**{f"{employee}__in": self.supervised})
        return (main | Q(Exists(self.second_posts(day).filter(held_by=OuterRef(employee))))) & ~Q(
            **{employee: self.manager}
        )

    def second_posts(self, day: date) -> QuerySet[Any]:
        """The second posts in departments of the team on a day, with the person as ``held_by``."""
        rows = Posting.objects.annotate(held_by=F("employment__employee"))
        return on(rows.filter(primary=False, department__in=self.departments), day)


def with_managing(employees: QuerySet[Employee], day: date) -> QuerySet[Any]:
    """People with ``manages``: whether each is employed and manages a department or a person on a day."""
    here = on(Employment.objects.filter(employee=OuterRef("pk")), day)
    places = on(DepartmentPlace.objects.filter(manager=OuterRef("pk")), day)
    people = on(Supervision.objects.filter(manager=OuterRef("pk")), day)
    return employees.annotate(manages=Exists(here) & (Exists(places) | Exists(people)))


def manager_of_account(user: Any, day: date) -> Any:
    """The person for whom an account acts, if any, with ``manages``. One query."""
    return with_managing(Employee.objects.filter(user_id=user.pk), day).first()


def team_of(employee: Employee, day: date) -> Team:
    """Whom somebody manages on a day; nobody where the manager is not employed then. Two queries."""
    here = Exists(on(Employment.objects.filter(employee=employee), day))
    below: dict[UUID | None, list[UUID]] = {}
    waiting: list[UUID] = []
    places = on(DepartmentPlace.objects.all(), day).annotate(here=here)
    for department, parent, manager, is_here in places.values_list("department", "parent", "manager", "here"):
        below.setdefault(parent, []).append(department)
        if manager == employee.pk and is_here:
            waiting.append(department)
    found: set[UUID] = set()
    while waiting:
        department = waiting.pop()
        if department not in found:
            found.add(department)
            waiting += below.get(department, ())
    people = on(Supervision.objects.filter(here, manager=employee), day).values_list("employee", flat=True)
    return Team(employee.pk, frozenset(found), frozenset(people))
