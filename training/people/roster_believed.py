"""What is believed of everybody, as a list is compared with it. Seven queries, whatever the number of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from training.people.models import (
    DepartmentPlace,
    EmailAddress,
    Employment,
    PersonName,
    Posting,
    Supervision,
)
from training.people.queries import paths_of
from training.people.roster_plan import Believed, Spell
from training.people.roster_spans import A_DAY, Span, joined_up

SEPARATOR = "\x1f"
NO_SPANS: tuple[Span, ...] = ()


def believed_now(numbers: Collection[str] | None = None) -> Believed:
    """Read it: of everybody, or of who holds or held one of these numbers."""
    rows = _believed(Employment).order_by("number", "valid_from", "pk")
    whose: dict[str, Any] = {}
    which: dict[str, Any] = {}
    if numbers is not None:
        rows = rows.filter(number__in=numbers)
        whose = {"employee__in": rows.order_by().values("employee")}
        which = {"employment__in": rows.order_by().values("pk")}
    spells: dict[str, list[list[Any]]] = {}
    for key, employee, number, kind, first, last in rows.values_list(
        "pk", "employee_id", "number", "type", "valid_from", "valid_to"
    ):
        known = spells.setdefault(number, [])
        span = Span(first, last, kind)
        before = known[-1] if known else None
        if before and before[0] == employee and before[1][-1].last == first - A_DAY:
            before[1].append(span)
            before[2].append(key)
        else:
            known.append([employee, [span], [key]])
    names = _spans(
        _believed(PersonName).filter(**whose).values_list("employee_id", "valid_from", "valid_to", "name", "kana")
    )
    managers = _spans(
        _believed(Supervision).filter(**whose).values_list("employee_id", "valid_from", "valid_to", "manager_id")
    )
    emails = _spans(
        _believed(EmailAddress).filter(**whose).values_list("employee_id", "valid_from", "valid_to", "email")
    )
    posts, seconds = (
        _spans(
            _believed(Posting)
            .filter(primary=primary, **which)
            .values_list("employment_id", "valid_from", "valid_to", "department_id")
        )
        for primary in (True, False)
    )

    def spell(number: str, employee: UUID, employments: list[Span], keys: list[UUID]) -> Spell:
        return Spell(
            employee=employee,
            number=number,
            employments=tuple(employments),
            names=names.get(employee, NO_SPANS),
            posts=_of(posts, keys),
            seconds=_of(seconds, keys),
            managers=managers.get(employee, NO_SPANS),
            emails=emails.get(employee, NO_SPANS),
        )

    found = {number: tuple(spell(number, *one) for one in known) for number, known in spells.items()}
    return Believed(spells=found, paths=paths_now())


def paths_now() -> dict[UUID, tuple[str, ...]]:
    """The path of every department that still is one, by key. One query."""
    open_now = [row for row in _believed(DepartmentPlace).order_by("valid_from", "pk") if row.valid_to is None]
    keys = {row.department_id for row in open_now}
    paths = paths_of(open_now, separator=SEPARATOR)
    return {key: tuple(path.split(SEPARATOR)) for key, path in paths.items() if key in keys and path}


def _believed(model: Any) -> Any:
    return model._default_manager.filter(superseded_at__isnull=True)


def _spans(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, tuple[Span, ...]]:
    found: dict[UUID, tuple[Span, ...]] = {}
    for key, first, last, *value in rows:
        span = Span(first, last, tuple(value) if len(value) > 1 else value[0])
        found[key] = (*found[key], span) if key in found else (span,)
    return {key: joined_up(spans) if len(spans) > 1 else spans for key, spans in found.items()}


def _of(spans: dict[UUID, tuple[Span, ...]], keys: list[UUID]) -> tuple[Span, ...]:
    if len(keys) == 1:
        return spans.get(keys[0], NO_SPANS)
    return joined_up(span for key in keys for span in spans.get(key, NO_SPANS))
