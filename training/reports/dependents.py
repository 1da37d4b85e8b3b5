"""What evidence depends on an import of a staff list: what was recorded since about the people whom it changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from training.attestation.models import Attestation
from training.campaigns.models import Assignment, Completion
from training.certificates.models import Certificate
from training.people.roster_models import RosterChange, RosterImport
from training.reports.queries import people_of

# By kind: the rows, the way from them to their assignment, and when each was recorded.
KINDS: dict[str, tuple[type[Any], str, str]] = {
    "assignments": (Assignment, "", "at"),
    "completions": (Completion, "task__assignment__", "at"),
    "signatures": (Attestation, "assignment__", "at"),
    "certificates": (Certificate, "assignment__", "issued_at"),
}


@dataclass(frozen=True, slots=True)
class Dependent:
    """One of these people as the roster knows them today, how much there is of each kind, and where it is.

    ``records`` are (assignment, campaign's code, campaign's title). Who is in the records no more has the number of
    then, and no name.
    """

    employee: UUID
    number: str
    name: str
    counts: dict[str, int]
    records: list[tuple[UUID, str, str]]


def dependents_of(roster_import: RosterImport) -> dict[str, int]:
    """Count assignments, completed modules, signatures and certificates. Four queries."""
    changed = RosterChange.objects.filter(roster_import=roster_import).values("employee")
    return {kind: _rows(kind, roster_import, employee__in=changed).count() for kind in KINDS}


def concerned(roster_import: RosterImport) -> QuerySet[RosterChange]:
    """The import's changes of those of whom there is any of it, in the list's order; to be counted and cut."""
    there = [Exists(_rows(kind, roster_import, employee=OuterRef("employee"))) for kind in KINDS]
    some = Q(there[0])
    for one in there[1:]:
        some |= Q(one)
    changes = RosterChange.objects.filter(some, roster_import=roster_import)
    return changes.select_related("employment").order_by("part")


def dependents_among(changes: Sequence[RosterChange], roster_import: RosterImport, *, today: date) -> list[Dependent]:
    """What there is of each of these people. Nine queries, however many they are."""
    keys = [change.employee_id for change in changes]
    people = people_of(keys, today=today)
    counts: dict[UUID, dict[str, int]] = {key: dict.fromkeys(KINDS, 0) for key in keys}
    places: dict[UUID, set[UUID]] = defaultdict(set)
    for kind, (_model, way, _when) in KINDS.items():
        rows = _rows(kind, roster_import, employee__in=keys)
        found = rows.values_list(f"{way}employment__employee", f"{way}pk").annotate(n=Count("pk")).order_by()
        for employee, assignment, count in found:
            counts[employee][kind] += count
            places[employee].add(assignment)
    wanted = Assignment.objects.filter(pk__in=set().union(*places.values())).order_by("at", "pk")
    told = {
        key: (key, code, title) for key, code, title in wanted.values_list("pk", "campaign__code", "campaign__title")
    }
    return [
        Dependent(
            employee=change.employee_id,
            number=person.number if (person := people.get(change.employee_id)) else change.employment.number,
            name=person.name if person else "",
            counts=counts[change.employee_id],
            records=[record for key, record in told.items() if key in places[change.employee_id]],
        )
        for change in changes
    ]


def _rows(kind: str, roster_import: RosterImport, **whose: Any) -> QuerySet[Any]:
    """The rows of a kind since the import, of whom is named by ``employee`` or ``employee__in``."""
    model, way, when = KINDS[kind]
    asked = {f"{way}employment__{name}": value for name, value in whose.items()}
    rows: QuerySet[Any] = model._default_manager.filter(**asked, **{f"{when}__gte": roster_import.at})
    return rows
