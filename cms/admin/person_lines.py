"""A person's history in lines of words: from when to when, what, and whether it holds on the day that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.people.history import Absence, History, Managed, Post, Work
from training.people.models import EmailAddress, Employment, EmploymentType, Leave, LeaveKind, PersonName, Posting
from training.people.queries import Person
from training.people.recorded import Recorded, Told
from training.people.roster_spans import Span

LEAVES = "training_leaves"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a history."""

    days: str
    words: str
    holds: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """The lines about one thing, under a heading."""

    name: str
    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One entry that touched the person: what it was, who recorded it, and what it added and took back."""

    recorded: Recorded
    by: str
    new: tuple[tuple[str, Told], ...]
    gone: tuple[tuple[str, Told], ...]


def days_in_words(first: date, last: date | None) -> str:
    """From when to when."""
    begun = date_format(first, "DATE_FORMAT")
    if last is None:
        return _("From %(first)s on") % {"first": begun}
    return _("From %(first)s to %(last)s") % {"first": begun, "last": date_format(last, "DATE_FORMAT")}


def work_in_words(work: Work) -> str:
    """A staff number with the employment type."""
    return f"{work.number}　{_label(EmploymentType, work.type)}"


def name_in_words(name: tuple[str, str]) -> str:
    """A name with its reading."""
    written, kana = name
    return f"{written}（{kana}）" if kana else written


def post_in_words(post: Post) -> str:
    """A department, and whether the post is a second one."""
    path = post.path or _("(no longer in the records)")
    return path if post.primary else _("Second posting: %(department)s") % {"department": path}


def manager_in_words(managed: Managed, people: Mapping[UUID, Person]) -> str:
    """A manager, and whether that is the department's."""
    name = somebody(people.get(managed.manager))
    return name if managed.own else _("%(name)s (the department’s manager)") % {"name": name}


def somebody(person: Person | None) -> str:
    """Name and number of somebody who is named; of whom nothing is believed any more, that."""
    return f"{person.name}（{person.number}）" if person is not None else _("(no longer in the records)")


def leave_in_words(kind: str) -> str:
    """The kind of a leave. Only HR and the privacy officer come here."""
    return _label(LeaveKind, kind)


def parts_of(history: History, people: Mapping[UUID, Person], day: date) -> list[Part]:
    """The history, the newest of each part first."""
    return [
        Part("work", _("Staff number and employment type"), _lines(history.work, work_in_words, day)),
        Part("names", _("Full name"), _lines(history.names, name_in_words, day)),
        Part("posts", _("Departments, as they were called then"), _lines(history.posts, post_in_words, day)),
        Part("managers", _("Managers"), _lines(history.managers, lambda value: manager_in_words(value, people), day)),
        Part("leaves", _("Leaves"), tuple(_leave(leave, day) for leave in reversed(history.leaves))),
    ]


def _lines(spans: Iterable[Span], words: Any, day: date) -> tuple[Line, ...]:
    newest = sorted(spans, key=lambda span: span.first, reverse=True)
    return tuple(Line(days_in_words(span.first, span.last), words(span.value), span.holds(day)) for span in newest)


def _leave(leave: Absence, day: date) -> Line:
    words = leave_in_words(leave.kind)
    if leave.last is None:
        words = f"{words}（{_('Return not known')}）"
    return Line(
        days_in_words(leave.first, leave.last), words, leave.holds(day), reverse(f"{LEAVES}:leave", args=[leave.key])
    )


def event_of(recorded: Recorded, people: Mapping[UUID, Person]) -> Event:
    """An entry, with its rows in words."""
    by = recorded.client or (recorded.by.get_username() if recorded.by else "")
    return Event(
        recorded,
        by,
        tuple((_told(told, people), told) for told in recorded.new),
        tuple((_told(told, people), told) for told in recorded.gone),
    )


def _told(told: Told, people: Mapping[UUID, Person]) -> str:
    days = days_in_words(told.first, told.last)
    value = _value(told, people)
    return f"{told.about}：{value}（{days}）" if value else f"{told.about}（{days}）"


def _value(told: Told, people: Mapping[UUID, Person]) -> str:
    if told.model is Employment:
        return work_in_words(told.value)
    if told.model is PersonName:
        return name_in_words(told.value)
    if told.model is Posting:
        return post_in_words(told.value)
    if told.model is Leave:
        return leave_in_words(told.value)
    # A former address is nobody's business any more; today's is among the facts of the account.
    return "" if told.model is EmailAddress else manager_in_words(told.value, people)


def _label(choices: Any, value: str) -> str:
    return str(choices(value).label) if value in choices.values else value
