"""Who people are on a day, as now believed: constant numbers of queries, whatever the number of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from training.people.models import (
    PATH_SEPARATOR,
    Bitemporal,
    DepartmentPlace,
    Employee,
    Employment,
    Leave,
    PersonName,
    Posting,
)


@dataclass(frozen=True, slots=True)
class Person:
    """A person as a list shows one: staff number, name, reading, employment type and department path."""

    employee: UUID
    employment: UUID
    number: str
    name: str
    kana: str
    type: str
    department: str
    department_id: UUID | None


def on(rows: QuerySet[Any], day: date) -> QuerySet[Any]:
    """Of bitemporal rows, those that hold on a day as now believed."""
    return rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day), superseded_at__isnull=True, valid_from__lte=day)


def believed_at(rows: QuerySet[Any], *, size: int, at: datetime) -> QuerySet[Any]:
    """Of bitemporal rows, those that were believed when the ledger had so many entries, which was at this instant.

    What was recorded or taken back by an entry that was sealed later, or is not
    sealed yet, is not known then: the answer is the same for ever. Rows taken
    back before ``superseded_by`` existed are judged by the time.
    """
    later = Q(superseded_by__isnull=False) & (
        Q(superseded_by__sequence__isnull=True) | Q(superseded_by__sequence__gte=size)
    )
    older = Q(superseded_by__isnull=True, superseded_at__gt=at)
    return rows.filter(Q(superseded_at__isnull=True) | later | older, entry__sequence__lt=size)


def _last(rows: Iterable[Bitemporal], *keys: str) -> dict[Any, Any]:
    """The latest row per key, so that a person who has left is still shown with the last name and post."""
    key = attrgetter(*keys)
    return {key(row): row for row in sorted(rows, key=lambda row: row.valid_from)}


def department_paths(day: date) -> dict[UUID, str]:
    """Every department's path on a day, from the top, as 営業本部/第一営業部/二課. One query."""
    return paths_of(DepartmentPlace.objects.filter(superseded_at__isnull=True, valid_from__lte=day))


def paths_of(rows: Iterable[DepartmentPlace], *, separator: str = PATH_SEPARATOR) -> dict[UUID, str]:
    """Every department's path by what is believed of names and places; of several rows the one that began last."""
    places = _last(rows, "department_id")

    def path(department: UUID, seen: frozenset[UUID] = frozenset()) -> str:
        place = places.get(department)
        if place is None or department in seen:
            return ""
        above = path(place.parent_id, seen | {department}) if place.parent_id else ""
        return f"{above}{separator}{place.name}" if above else str(place.name)

    return {department: path(department) for department in places}


def people_on(employments: Collection[Employment], day: date) -> dict[UUID, Person]:
    """Each employment's person by the employment's id, as of a day. Three queries.

    Who joins later or has left is shown with the name and post nearest to that day.
    """
    names = _last(
        PersonName.objects.filter(
            employee__in={e.employee_id for e in employments}, superseded_at__isnull=True
        ).exclude(valid_from__gt=day),
        "employee_id",
    )
    posts = Posting.objects.filter(
        employment__employee__in={e.employee_id for e in employments}, primary=True, superseded_at__isnull=True
    ).exclude(valid_from__gt=day)
    held = _last(posts.annotate(who=F("employment__employee"), number=F("employment__number")), "who", "number")
    # By person and number: a correction, or another type, makes a new row of the same employment.
    found = {e.pk: held.get((e.employee_id, e.number)) for e in employments}
    postings = {key: post for key, post in found.items() if post is not None}
    paths = department_paths(day)
    return {
        employment.pk: Person(
            employee=employment.employee_id,
            employment=employment.pk,
            number=employment.number,
            name=names[employment.employee_id].name if employment.employee_id in names else "",
            kana=names[employment.employee_id].kana if employment.employee_id in names else "",
            type=employment.type,
            department=paths.get(postings[employment.pk].department_id, "") if employment.pk in postings else "",
            department_id=postings[employment.pk].department_id if employment.pk in postings else None,
        )
        for employment in employments
    }


def person_on(employment: Employment, day: date) -> Person:
    """One employment's person as of a day."""
    return people_on([employment], day)[employment.pk]


def employed_on(day: date) -> QuerySet[Employment]:
    """The employments that hold on a day."""
    return on(Employment.objects.all(), day)


def away_on(day: date) -> QuerySet[Leave]:
    """The leaves that hold on a day."""
    return on(Leave.objects.all(), day)


def employee_of(user: Any) -> Employee | None:
    """The person for whom an account acts, if any."""
    return Employee.objects.filter(user_id=user.pk).first()
