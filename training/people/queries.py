"""Who people are on a day, as now believed: constant numbers of queries, whatever the number of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db.models import DateField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value

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

A_DAY = timedelta(days=1)


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


def numbers_on(employments: Collection[Employment], day: date) -> dict[UUID, str]:
    """The staff number of each employment's spell of work on a day, by the employment's id.

    A row of the roster that was corrected, or split where somebody got another number, names the number of then. One
    query where there is such a row, or somebody who has left, else none.
    """
    found = {one.pk: one.number for one in employments}
    stale = [e for e in employments if e.superseded_at is not None or (e.valid_to is not None and e.valid_to < day)]
    if not stale:
        return found
    believed: dict[UUID, list[Employment]] = {}
    rows = Employment.objects.filter(employee__in={e.employee_id for e in stale}, superseded_at__isnull=True)
    for row in rows.filter(valid_from__lte=day).order_by("valid_from", "-number"):
        believed.setdefault(row.employee_id, []).append(row)
    for one in stale:
        found[one.pk] = _number(one, believed.get(one.employee_id, ()), day)
    return found


def _number(employment: Employment, believed: Iterable[Employment], day: date) -> str:
    """That of the last of a person's rows which follow an employment's first day without a day between."""
    number, end = employment.number, None
    for row in believed:
        if row.valid_to is not None and row.valid_to < employment.valid_from:
            continue
        if row.number == employment.number and (row.valid_to is None or day <= row.valid_to):
            return str(row.number)
        if end is not None and row.valid_from > end + A_DAY:
            break
        number = row.number
        end = None if row.valid_to is None else max(end or row.valid_to, row.valid_to)
    return str(number)


def people_on(employments: Collection[Employment], day: date) -> dict[UUID, Person]:
    """Each employment's person by the employment's id, as of a day. Three queries, and that of ``numbers_on``.

    Who joins later or has left is shown with the name and post nearest to that day.
    """
    numbers = numbers_on(employments, day)
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
    found = {e.pk: held.get((e.employee_id, numbers[e.pk])) or held.get((e.employee_id, e.number)) for e in employments}
    postings = {key: post for key, post in found.items() if post is not None}
    paths = department_paths(day)
    return {
        employment.pk: Person(
            employee=employment.employee_id,
            employment=employment.pk,
            number=numbers[employment.pk],
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


def away_after(day: date) -> QuerySet[Leave]:
    """The leaves that begin after a day, each by its first row: a row that goes on from another is no leave itself.

    A leave lies within a spell under one staff number: one that a new number cuts is another leave from there on.
    """
    before = Leave.objects.annotate(
        next_day=ExpressionWrapper(F("valid_to") + Value(A_DAY), output_field=DateField())
    ).filter(
        superseded_at__isnull=True,
        employment__employee=OuterRef("employment__employee"),
        employment__number=OuterRef("employment__number"),
        kind=OuterRef("kind"),
        next_day=OuterRef("valid_from"),
    )
    later = Leave.objects.filter(superseded_at__isnull=True, valid_from__gt=day)
    return later.filter(~Exists(before.exclude(employment=OuterRef("employment"))))


def employee_of(user: Any) -> Employee | None:
    """The person for whom an account acts, if any."""
    return Employee.objects.filter(user_id=user.pk).first()
