"""One person across the rooms, for HR: who it is on a day, the history, the training, what was recorded when."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from training.attestation.standing import own
from training.people.history import Absence, History, Work, history_of, numbered, recollect
from training.people.managing import Managers
from training.people.models import Employee, Employment, PersonName, Supervision
from training.people.numbers import plain_number
from training.people.queries import Person
from training.people.recorded import Recorded, recorded_of
from training.people.roster_spans import Span, at
from training.reports.queries import BARE, State, named, people_of, state_of

# Of a name. Each is looked for in every name that there is.
MOST_WORDS = 10


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody whom a search found. ``person`` is None of whom nothing is believed any more."""

    employee: UUID
    number: str
    person: Person | None


@dataclass(frozen=True, slots=True)
class Trained:
    """An assignment of the person's, and where it stands today."""

    assignment: Any
    state: State
    overdue: bool
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Situation:
    """What holds on one day. ``work`` has a span for each staff number under which the person works here then."""

    day: date
    work: tuple[Span, ...]
    name: tuple[str, str] | None
    posts: tuple[Span, ...]
    leave: Absence | None
    answering: UUID | None


@dataclass(frozen=True, slots=True)
class Whole:
    """All that HR sees of one person. ``people`` are the managers whom it names, as of today."""

    history: History
    situation: Situation
    training: tuple[Trained, ...]
    recorded: tuple[Recorded, ...]
    people: Mapping[UUID, Person]


def whole_of(employee: Employee, *, day: date, today: date) -> Whole:
    """Everything about a person, with what holds on a day. A number of queries that grows with nothing."""
    known = recollect(employee.pk)
    history = history_of(known)
    recorded = recorded_of(known)
    situation = _situation(history, employee.pk, day)
    managers = {span.value.manager for span in history.managers}
    managers |= {row.manager_id for row in known.rows[Supervision]}
    managers |= {situation.answering} if situation.answering else set()
    return Whole(
        history=history,
        situation=situation,
        training=tuple(_training(employee, today)),
        recorded=tuple(recorded),
        people=people_of(managers, today=today) if managers else {},
    )


def _situation(history: History, employee: UUID, day: date) -> Situation:
    work = tuple(span for span in history.work if span.holds(day))
    answering = Managers(day).of([(employee, span.value.number) for span in work]) if work else {}
    name = at(history.names, day)
    return Situation(
        day=day,
        work=work,
        name=name.value if name is not None else None,
        posts=tuple(span for span in history.posts if span.holds(day)),
        leave=next((leave for leave in history.leaves if leave.holds(day)), None),
        answering=next(iter(answering.values()), None),
    )


def _training(employee: Employee, today: date) -> list[Trained]:
    return [
        Trained(row, state_of(row.standing, declined=row.declined_at is not None), row.overdue, row.due_on)
        for row in own(employee, day=today)
    ]


def search(words: str, *, today: date, most: int) -> tuple[list[Found], bool]:
    """The people with a staff number, former ones too; else those whose name or reading, of now or before, it is.

    Also whether there are more than so many, of whom some are returned. Of a name, so many words as a name has are
    looked for. Eleven queries at most.
    """
    words = words.replace("\x00", "").strip()
    keys: Collection[UUID] = numbered(plain_number(words)) if words else set()
    if words and not keys:
        names: Any = PersonName.objects.filter(superseded_at__isnull=True).annotate(**BARE)
        for word in list(dict.fromkeys(words.split()))[:MOST_WORDS]:
            names = names.filter(named(word))
        keys = list(names.order_by("employee").values_list("employee", flat=True).distinct()[: most + 1])
    people = people_of(keys, today=today)
    gone = _last_numbers(set(keys) - people.keys())
    found = [Found(key, people[key].number if key in people else gone.get(key, ""), people.get(key)) for key in keys]
    found.sort(key=lambda one: (one.person is None, one.number, str(one.employee)))
    return found[:most], len(found) > most


def _last_numbers(employees: Collection[UUID]) -> dict[UUID, str]:
    """The number of each that was recorded last. One query, where there is anybody."""
    if not employees:
        return {}
    rows = Employment.objects.filter(employee__in=employees).order_by("recorded_at", "valid_from")
    return dict(rows.values_list("employee", "number"))


def number_and_name(whole: Whole, *, today: date) -> tuple[str, str, str]:
    """Number, name and reading by which the person is called today; of who has left or is to come, the nearest."""
    name = _nearest(whole.history.names, today)
    work = _nearest(whole.history.work, today)
    held: tuple[str, str] = name.value if name is not None else ("", "")
    return (Work(*work.value).number if work is not None else "", *held)


def _nearest(spans: tuple[Span, ...], day: date) -> Span | None:
    begun = [span for span in spans if span.first <= day]
    return at(spans, day) or (begun[-1] if begun else spans[0] if spans else None)
