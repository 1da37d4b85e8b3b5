"""Who managed a department itself, from when to when, as now believed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from training.people.models import DepartmentPlace

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Term:
    """A time during which a department had one manager, or none of its own; ``last`` is None while it goes on."""

    manager: UUID | None
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.first <= day and (self.last is None or day <= self.last)


def joined(terms: Iterable[Term]) -> list[Term]:
    """The terms of one department, oldest first; those of one manager that adjoin are one, as after a new name."""
    found: list[Term] = []
    for term in sorted(terms, key=lambda term: term.first):
        before = found[-1] if found else None
        adjoins = before is not None and before.last is not None and before.last + A_DAY == term.first
        if before is not None and adjoins and before.manager == term.manager:
            found[-1] = replace(before, last=term.last)
        else:
            found.append(term)
    return found


def terms_of(departments: Collection[UUID]) -> dict[UUID, list[Term]]:
    """Each department's terms, oldest first. One query."""
    found: dict[UUID, list[Term]] = {key: [] for key in departments}
    rows = DepartmentPlace.objects.filter(department__in=departments, superseded_at__isnull=True)
    for department, manager, first, last in rows.values_list("department", "manager", "valid_from", "valid_to"):
        found[department].append(Term(manager, first, last))
    return {department: joined(terms) for department, terms in found.items()}
