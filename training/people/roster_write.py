"""Turns decided changes into rows: which no longer hold, which are added, and the evidence of both.

Nothing is written here but by ``Rows.write``, which a verb calls within its transaction after it has appended
the evidence.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Model, QuerySet

from training.ledger.append import hide
from training.ledger.bulk import CHUNK, insert
from training.ledger.disclosure import Hidden
from training.ledger.models import Entry
from training.people.models import (
    Bitemporal,
    Department,
    DepartmentPlace,
    EmailAddress,
    Employee,
    Employment,
    Leave,
    PersonName,
    Posting,
    Supervision,
)
from training.people.roster_departments import Departments
from training.people.roster_models import RosterChange, RosterImport
from training.people.roster_plan import Change, Spell
from training.people.roster_spans import Span, joined_up

PERSON = "person"
# The columns of each table beside the four that all have, and what the evidence calls the table.
COLUMNS: Mapping[type[Bitemporal], tuple[str, tuple[str, ...]]] = {
    Employment: ("employment", ("id", "employee_id", "number", "type")),
    PersonName: ("name", ("employee_id", "name", "kana")),
    Posting: ("posting", ("employment_id", "department_id", "primary")),
    Leave: ("leave", ("employment_id", "kind")),
    Supervision: ("supervision", ("employee_id", "manager_id")),
    EmailAddress: ("email", ("employee_id", "email")),
    DepartmentPlace: ("place", ("department_id", "name", "parent_id", "manager_id")),
}
# What identifies somebody, or tells of illness and family, is told by the change's disclosure alone.
PERSONAL = frozenset({"number", "name", "kana", "email", "kind"})
_TOLD = {
    model: (
        name,
        [(place, column.removesuffix("_id")) for place, column in enumerate(columns) if column not in PERSONAL],
        [place for place, column in enumerate(columns) if column in PERSONAL],
    )
    for model, (name, columns) in COLUMNS.items()
}
WHEN = ("valid_from", "valid_to", "recorded_at", "entry_id")

Values = tuple[Any, ...]


class Rows:
    """Rows to be, by table, and the keys of those that no longer hold."""

    def __init__(self) -> None:
        self.employees: list[UUID] = []
        self.departments: list[UUID] = []
        self.added: dict[type[Bitemporal], list[Values]] = {model: [] for model in COLUMNS}
        self.gone: dict[type[Bitemporal], list[Any]] = {model: [] for model in COLUMNS}

    def take_in(self, departments: Departments) -> None:
        """Add what becomes of the departments."""
        self.departments += departments.made
        for key in departments.taken_back:
            self.gone[DepartmentPlace].append(key)
        self.added[DepartmentPlace] += departments.places

    def write(self, entry: Entry, now: datetime) -> None:
        """Take back what no longer holds, then add what does."""
        for model, keys in self.gone.items():
            held: Any = model._default_manager.filter(superseded_at__isnull=True)
            _update(held, keys, superseded_at=now, superseded_by=entry)
        insert(Employee, ("id",), ((key,) for key in self.employees))
        insert(Department, ("id",), ((key,) for key in self.departments))
        for model, rows in self.added.items():
            _name, columns = COLUMNS[model]
            insert(model, (*columns, *WHEN), ((*row, now, entry.pk) for row in rows))


def _said(public: Sequence[tuple[int, str]], values: Sequence[Any], first: date, last: date | None) -> dict[str, Any]:
    said = {column: values[place] for place, column in public}
    said["from"], said["to"] = first, last
    return said


class PersonRows:
    """One person's share of the rows, and its evidence."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.gone: dict[str, list[dict[str, Any]]] = {}
        self.new: dict[str, list[dict[str, Any]]] = {}
        self.personal: dict[str, list[Any]] = {}

    def take_back(self, row: Bitemporal) -> None:
        """This row no longer holds. The evidence repeats what it said, for keys of rows say nothing to a stranger."""
        model = type(row)
        name, public, _personal = _TOLD[model]
        self.rows.gone[model].append(row.pk)
        values = [getattr(row, column) for column in COLUMNS[model][1]]
        self.gone.setdefault(name, []).append(_said(public, values, row.valid_from, row.valid_to))

    def add(self, model: type[Bitemporal], values: Sequence[Any], first: date, last: date | None) -> None:
        """This holds from now on."""
        name, public, personal = _TOLD[model]
        self.rows.added[model].append((*values, first, last))
        self.new.setdefault(name, []).append(_said(public, values, first, last))
        if personal:
            hidden = [values[place] for place in personal]
            self.personal.setdefault(name, []).append(hidden if len(hidden) > 1 else hidden[0])

    def told(self, number: str) -> tuple[dict[str, Any], Hidden]:
        """What the change takes back and adds, and what it hides: the number, and by table what the new rows say."""
        return {"gone": self.gone, "new": self.new}, hide(PERSON, {"number": number, **self.personal})

    def evidence(self, made: RosterImport, change: Change, employee: UUID, employment: UUID) -> tuple[Any, Hidden]:
        """The change as evidence of an import, and what it hides."""
        facts, hidden = self.told(change.number)
        row = RosterChange(
            roster_import=made,
            line=change.line,
            kind="rehired" if change.rehired else change.kind,
            employee_id=employee,
            employment_id=employment,
            facts=orjson.dumps(facts, option=orjson.OPT_SORT_KEYS).decode(),
            disclosure=hidden.digest,
        )
        return row, hidden


def rows_of(
    changes: Sequence[Change], made: RosterImport, departments: Departments
) -> tuple[Rows, list[RosterChange], list[Hidden]]:
    """Make the rows of all changes, their evidence, and the personal values of both."""
    rows = Rows()
    evidence: list[RosterChange] = []
    hidden: list[Hidden] = []
    employees = {c.number: uuid.uuid4() for c in changes if c.spell is None}
    rows.employees += employees.values()
    for start in range(0, len(changes), CHUNK):
        chunk = changes[start : start + CHUNK]
        stored = _Stored([c.spell.employee for c in chunk if c.spell is not None])
        for change in chunk:
            person = PersonRows(rows)
            employee = change.spell.employee if change.spell is not None else employees[change.number]
            employment = _person(person, change, employee, stored, departments, employees)
            row, value = person.evidence(made, change, employee, employment)
            evidence.append(row)
            hidden.append(value)
    rows.take_in(departments)
    return rows, evidence, hidden


def rows_of_one(change: Change, departments: Departments) -> tuple[Rows, PersonRows, UUID, UUID]:
    """Make the rows of one person's change; return them with that person's share, the person and the employment."""
    rows = Rows()
    known = change.spell is not None
    employee = change.spell.employee if change.spell is not None else uuid.uuid4()
    rows.employees += [] if known else [employee]
    person = PersonRows(rows)
    stored = _Stored([employee] if known else [])
    employment = _person(person, change, employee, stored, departments, {change.number: employee})
    rows.take_in(departments)
    return rows, person, employee, employment


class _Stored:
    """The believed rows of some people, table by table."""

    def __init__(self, employees: list[UUID]) -> None:
        self._rows: dict[type[Bitemporal], dict[UUID, list[Any]]] = {model: {} for model in COLUMNS}
        self._cut: dict[UUID, list[Leave]] = {}
        if not employees:
            return
        for model in (Employment, PersonName, Supervision, EmailAddress):
            self._keep(model, "employee_id", employee__in=employees)
        mine = Employment.objects.filter(employee__in=employees, superseded_at__isnull=True).values("pk")
        for other in (Posting, Leave):
            self._keep(other, "employment_id", employment__in=mine)
        entries = Employment.objects.filter(employee__in=employees, superseded_at__isnull=True).values("entry")
        cut = Leave.objects.filter(superseded_by__in=entries, employment__employee__in=employees)
        for leave in cut.select_related("employment"):
            self._cut.setdefault(leave.employment.employee_id, []).append(leave)

    def _keep(self, model: type[Bitemporal], owner: str, **whose: Any) -> None:
        for row in model._default_manager.filter(superseded_at__isnull=True, **whose).order_by("valid_from", "pk"):
            self._rows[model].setdefault(getattr(row, owner), []).append(row)

    def of(self, model: type[Bitemporal], owner: UUID) -> list[Any]:
        """Those of a person, or of an employment."""
        return self._rows[model].get(owner, [])

    def cut_by(self, employment: Employment, numbers: Collection[str]) -> list[Leave]:
        """The leaves under these numbers as they were before the entry that wrote an employment cut them off."""
        return [
            leave
            for leave in self._cut.get(employment.employee_id, ())
            if leave.superseded_by_id == employment.entry_id and leave.employment.number in numbers
        ]


def _person(
    person: PersonRows,
    change: Change,
    employee: UUID,
    stored: _Stored,
    departments: Departments,
    employees: Mapping[str, UUID],
) -> UUID:
    """Compare one person's rows with what is wanted; return the key of the employment that is told last."""
    before, wanted = change.spell, change.wanted
    assert wanted is not None  # noqa: S101  (every effective change wants something)
    if before is None or before.names != wanted.names:
        _timeline(person, PersonName, stored.of(PersonName, employee), _values(wanted.names, employee))
    if before is None or before.emails != wanted.emails:
        _timeline(person, EmailAddress, stored.of(EmailAddress, employee), _values(wanted.emails, employee))
    if before is None or before.managers != wanted.managers:
        managers = [s._replace(value=employees.get(s.value, s.value)) for s in wanted.managers]
        _timeline(person, Supervision, stored.of(Supervision, employee), _values(managers, employee))
    return _employment(person, change, wanted, employee, stored, departments)


def _values(spans: Iterable[Span], owner: UUID) -> Iterator[tuple[Values, date, date | None]]:
    for span in spans:
        yield (owner, *(span.value if isinstance(span.value, tuple) else (span.value,))), span.first, span.last


def _timeline(
    person: PersonRows,
    model: type[Bitemporal],
    stored: Iterable[Any],
    wanted: Iterable[tuple[Values, date, date | None]],
) -> None:
    """Keep rows that say what is wanted, take the others back, add what no row says."""
    columns = COLUMNS[model][1]
    rest = list(wanted)
    for row in stored:
        said = tuple(getattr(row, column) for column in columns), row.valid_from, row.valid_to
        if said in rest:
            rest.remove(said)
        else:
            person.take_back(row)
    for values, first, last in rest:
        person.add(model, values, first, last)


def _employment(
    person: PersonRows, change: Change, wanted: Spell, employee: UUID, stored: _Stored, departments: Departments
) -> UUID:
    """The spell's employments, and posts and leaves in each of them."""
    before = change.spell
    told = set(before.parts) if before else set()
    mine = [row for row in stored.of(Employment, employee) if _row(row) in told]
    kept = {_row(row): row for row in mine}
    spans = [(kept.pop(said, None), said) for said in wanted.parts]
    for row in kept.values():
        person.take_back(row)
    keys: list[tuple[UUID, Span]] = []
    for known, (first, last, kind, number) in spans:
        key = known.pk if known is not None else uuid.uuid4()
        keys.append((key, Span(first, last, kind)))
        if known is None:
            person.add(Employment, (key, employee, number, kind), first, last)
    same = before is not None and (before.employments, before.posts, before.seconds, before.numbers) == (
        wanted.employments,
        wanted.posts,
        wanted.seconds,
        wanted.numbers,
    )
    if not same:
        posts = [
            (post, primary) for posts, primary in ((wanted.posts, True), (wanted.seconds, False)) for post in posts
        ]
        inside = [
            ((key, departments.key(post.value), primary), part.first, part.last)
            for key, span in keys
            for post, primary in posts
            if (part := post.between(span.first, span.last))
        ]
        _timeline(person, Posting, [row for one in mine for row in stored.of(Posting, one.pk)], inside)
        leaves = [row for one in mine for row in stored.of(Leave, one.pk)]
        away = [
            ((key, leave.value), part.first, part.last)
            for key, span in keys
            for leave in _whole(leaves, mine, wanted.last, stored)
            if (part := leave.between(span.first, span.last))
        ]
        _timeline(person, Leave, leaves, away)
    return keys[-1][0]


def _row(row: Employment) -> tuple[date, date | None, str, str]:
    return row.valid_from, row.valid_to, row.type, row.number


def _whole(leaves: list[Leave], mine: list[Employment], last: date | None, stored: _Stored) -> list[Span]:
    """The leaves; where the work ends later than was believed, those that its end had cut off as they were before.

    A leave that had begun by then is only made longer: where nothing of it stands any more, it was taken back since.
    """
    said = _kinds(leaves)
    ended = max((row for row in mine), key=lambda row: row.valid_from, default=None)
    if ended is None or ended.valid_to is None or (last is not None and last <= ended.valid_to):
        return said
    ends = ended.valid_to
    cut = stored.cut_by(ended, {row.number for row in mine})
    before = [leave for leave in joined_up(_kinds(cut)) if leave.last is None or leave.last > ends]
    begun = [leave for leave in before if leave.first <= ends]
    return [
        *(_uncut(leave, begun) if leave.last == ends else leave for leave in said),
        *(leave for leave in before if leave.first > ends),
    ]


def _kinds(leaves: Iterable[Leave]) -> list[Span]:
    return [Span(leave.valid_from, leave.valid_to, leave.kind) for leave in leaves]


def _uncut(leave: Span, begun: Iterable[Span]) -> Span:
    """A leave, which may be the part of one under a later number, with the end of the one that was cut off."""
    whole = next((one for one in begun if one.value == leave.value), leave)
    return leave._replace(last=whole.last)


def needed_since(changes: Iterable[Change]) -> dict[Any, date]:
    """From which day each department (key or path) must be there for the posts that are wanted in it."""
    found: dict[Any, date] = {}
    for change in changes:
        wanted, before = change.wanted, change.spell
        if wanted is None or (before and (before.posts, before.seconds) == (wanted.posts, wanted.seconds)):
            continue
        for post in (*wanted.posts, *wanted.seconds):
            if post.value not in found or post.first < found[post.value]:
                found[post.value] = post.first
    return found


def models_written() -> tuple[type[Model], ...]:
    """Every table of the roster whose rows an import adds or takes back."""
    return tuple(COLUMNS)


def _update(rows: QuerySet[Any], keys: Sequence[Any], **values: Any) -> None:
    """Update the rows with these keys, a few thousand at a time."""
    for start in range(0, len(keys), CHUNK):
        rows.filter(pk__in=keys[start : start + CHUNK]).update(**values)
