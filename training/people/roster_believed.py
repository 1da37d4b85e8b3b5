"""What is believed of everybody, as a list is compared with it. Seven queries, whatever the number of people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from training.errors import Invalid
from training.people.models import (
    PATH_SEPARATOR,
    Department,
    DepartmentPlace,
    EmailAddress,
    Employment,
    PersonName,
    Posting,
    Supervision,
)
from training.people.queries import paths_of
from training.people.roster_plan import Believed, Spell, alike_path
from training.people.roster_spans import A_DAY, Span, joined_up

SEPARATOR = "\x1f"
NO_SPANS: tuple[Span, ...] = ()


@dataclass(slots=True)
class _Run:
    """What somebody's rows under one number without a break say, and their keys; ``before`` is the number before."""

    employee: UUID
    number: str
    spans: list[Span]
    keys: list[UUID]
    before: _Run | None = None
    later: str | None = None

    @property
    def whole(self) -> list[_Run]:
        """The runs from the day of joining on, this one last."""
        return [*(self.before.whole if self.before else ()), self]


def believed_now(numbers: Collection[str] | None = None) -> Believed:
    """Read it: of everybody, or of who holds or held one of these numbers, whatever others they have or had."""
    rows = _believed(Employment).order_by("number", "valid_from", "pk")
    whose: dict[str, Any] = {}
    which: dict[str, Any] = {}
    if numbers is not None:
        whose = {"employee__in": _believed(Employment).filter(number__in=numbers).values("employee")}
        rows = rows.filter(**whose)
        which = {"employment__in": rows.order_by().values("pk")}
    runs: dict[str, list[_Run]] = {}
    for key, employee, number, kind, first, last in rows.values_list(
        "pk", "employee_id", "number", "type", "valid_from", "valid_to"
    ):
        known = runs.setdefault(number, [])
        span = Span(first, last, kind)
        before = known[-1] if known else None
        if before and before.employee == employee and before.spans[-1].last == first - A_DAY:
            before.spans.append(span)
            before.keys.append(key)
        else:
            known.append(_Run(employee, number, [span], [key]))
    _adjoin(run for known in runs.values() for run in known)
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

    def spell(run: _Run) -> Spell:
        employee, keys, employments, numbers = run.employee, run.keys, run.spans, NO_SPANS
        if run.before is not None:
            whole = run.whole
            keys = [key for one in whole for key in one.keys]
            employments = [span for one in whole for span in one.spans]
            numbers = tuple(Span(one.spans[0].first, one.spans[-1].last, one.number) for one in whole)
        return Spell(
            employee=employee,
            number=run.number,
            employments=tuple(employments),
            names=names.get(employee, NO_SPANS),
            posts=_of(posts, keys),
            seconds=_of(seconds, keys),
            managers=managers.get(employee, NO_SPANS),
            emails=emails.get(employee, NO_SPANS),
            numbers=numbers,
            later=run.later,
        )

    found = {number: tuple(map(spell, known)) for number, known in runs.items()}
    return Believed(spells=found, paths=paths_now())


def _adjoin(runs: Iterable[_Run]) -> None:
    """Where somebody's rows under one number go on under another the day after, it is one spell of working here."""
    first: dict[UUID, _Run] = {}
    several: dict[UUID, list[_Run]] = {}
    for run in runs:
        if run.employee in first:
            several.setdefault(run.employee, [first[run.employee]]).append(run)
        else:
            first[run.employee] = run
    for theirs in several.values():
        ends = {run.spans[-1].last + A_DAY: run for run in theirs if run.spans[-1].last is not None}
        for run in theirs:
            before = ends.get(run.spans[0].first)
            if before is not None and before.number != run.number and before.later is None:
                run.before, before.later = before, run.number


def paths_now() -> dict[UUID, tuple[str, ...]]:
    """The path of every department that still is one, by key. One query."""
    open_now = [row for row in _believed(DepartmentPlace).order_by("valid_from", "pk") if row.valid_to is None]
    keys = {row.department_id for row in open_now}
    paths = paths_of(open_now, separator=SEPARATOR)
    return {key: tuple(path.split(SEPARATOR)) for key, path in paths.items() if key in keys and path}


def department_at(path: str, paths: Mapping[UUID, tuple[str, ...]]) -> UUID | None:
    """The department at a path in words, such as 営業本部/第一営業部, whichever way its signs are encoded; or None."""
    wanted = alike_path(tuple(part.strip() for part in path.split(PATH_SEPARATOR)))
    return next((key for key, told in paths.items() if alike_path(told) == wanted), None)


def require_department(path: str, paths: Mapping[UUID, tuple[str, ...]]) -> Department:
    """The department at a path in words. Raises ``Invalid`` naming a path at which there is none."""
    key = department_at(path, paths)
    if key is None:
        raise Invalid(_("There is no department %(path)s.") % {"path": path})
    return Department.objects.get(pk=key)


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
