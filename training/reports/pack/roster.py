"""The roster as it was on a campaign's days: who, under which name and in which department, from when to when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from training.campaigns.models import Assignment, Campaign
from training.ledger.models import Checkpoint
from training.ledger.reading import chunked
from training.people.models import Bitemporal, DepartmentPlace, Employment, PersonName, Posting
from training.people.queries import believed_at, paths_of
from training.reports.as_of_wording import TYPES
from training.reports.pack.entries import CHUNK, employments_of, sealed
from training.reports.pack.sheets import Row

A_DAY = timedelta(days=1)


def roster_rows(campaign: Campaign, *, checkpoint: Checkpoint) -> Iterator[Row]:
    """Yield a line for each person and each span of the campaign's days on which name and department were the same.

    The department's path is that of the span's first day: a department that is called otherwise later is the same.
    """
    departments = Departments(checkpoint)
    for chunk in _present(campaign, checkpoint):
        facts = Facts(chunk, checkpoint)
        for employment in chunk:
            held, posted = facts.of(employment)
            joined, left = facts.spell_of(employment)
            for first, last in spans(campaign, employment, [*held, *posted]):
                name, post = _on(held, first), _on(posted, first)
                yield (
                    employment.number,
                    name.name if name else "",
                    name.kana if name else "",
                    departments.path(post.department_id, first) if post else "",
                    TYPES.get(employment.type, employment.type),
                    joined,
                    left,
                    first,
                    last,
                    employment.assigned,
                )


def never_assigned(campaign: Campaign, *, checkpoint: Checkpoint) -> Iterator[tuple[str, str, str, date | None]]:
    """Yield (number, name, department, last day) of whoever worked here on a day of the campaign and was never asked.

    Each staff number once, as its holder was on the last day in the campaign.
    """
    departments = Departments(checkpoint)
    for chunk in _present(campaign, checkpoint):
        facts = Facts(chunk, checkpoint)
        for employment in chunk:
            if employment.assigned or employment.goes_on:
                continue
            held, posted = facts.of(employment)
            day = min(campaign.last_day, employment.valid_to or date.max)
            name, post = _on(held, day), _on(posted, day)
            department = departments.path(post.department_id, day) if post else ""
            yield employment.number, name.name if name else "", department, facts.spell_of(employment)[1]


def _present(campaign: Campaign, checkpoint: Checkpoint) -> Iterator[list[Any]]:
    asked = sealed(Assignment.objects.filter(campaign=campaign), checkpoint.size)
    theirs = asked.filter(employment__employee=OuterRef("employee"))
    same = Q(employee=OuterRef("employee"), number=OuterRef("number"), valid_from__gt=OuterRef("valid_from"))
    later = _believed(employments_of([campaign]), checkpoint).filter(same)
    employments = _believed(employments_of([campaign]), checkpoint).annotate(
        assigned=Exists(theirs),  # the person: a correction, another type or number makes another row
        goes_on=Exists(later),
    )
    return chunked(employments.order_by("number", "valid_from", "pk").iterator(chunk_size=CHUNK), CHUNK)


class Facts:
    """The names, main posts and spells of some employments, as believed at a checkpoint. Three queries."""

    def __init__(self, employments: Sequence[Employment], checkpoint: Checkpoint) -> None:
        names = PersonName.objects.filter(employee__in={employment.employee_id for employment in employments})
        posts = Posting.objects.filter(employment__in=[employment.pk for employment in employments], primary=True)
        self._spells = spells_of(employments, checkpoint)
        self._names = _by("employee_id", _believed(names, checkpoint))
        self._posts = _by("employment_id", _believed(posts, checkpoint))

    def of(self, employment: Employment) -> tuple[list[PersonName], list[Posting]]:
        """Return the names and posts of one."""
        return self._names.get(employment.employee_id, []), self._posts.get(employment.pk, [])

    def spell_of(self, employment: Employment) -> tuple[date, date | None]:
        """Return the days of joining and leaving: another type makes another row of the same spell."""
        return self._spells[employment.pk]


def spells_of(employments: Iterable[Employment], checkpoint: Checkpoint) -> dict[UUID, tuple[date, date | None]]:
    """First and last day, by employment, of the spell it belongs to: a person's rows that adjoin. One query."""
    theirs = Employment.objects.filter(employee__in={employment.employee_id for employment in employments})
    rows = _by("employee_id", _believed(theirs, checkpoint).order_by("valid_from", "pk"))
    return {row.pk: _spell(row, mine) for mine in rows.values() for row in mine}


def _spell(row: Employment, mine: Sequence[Employment]) -> tuple[date, date | None]:
    """From joining to leaving: where two rows adjoin, the one of the same number goes on first."""
    ordered = sorted(mine, key=lambda one: one.number != row.number)
    first, last = row.valid_from, row.valid_to
    while before := next((one for one in ordered if one.valid_to is not None and one.valid_to + A_DAY == first), None):
        first = before.valid_from
    while last is not None and (after := next((one for one in ordered if one.valid_from == last + A_DAY), None)):
        last = after.valid_to
    return first, last


def spans(campaign: Campaign, employment: Employment, facts: Iterable[Bitemporal]) -> Iterator[tuple[date, date]]:
    """Yield (first, last) day of each span within the campaign's days; who was not there on any has one, of one day."""
    first = max(campaign.first_day, employment.valid_from)
    last = min(campaign.last_day, employment.valid_to or date.max)
    if last < first:
        yield first, first
        return
    begins = {first, *(fact.valid_from for fact in facts if first < fact.valid_from <= last)}
    ends = {fact.valid_to + A_DAY for fact in facts if fact.valid_to and first <= fact.valid_to < last}
    days = sorted(begins | ends)
    for begin, after in zip(days, [*days[1:], last + A_DAY], strict=True):
        yield begin, after - A_DAY


class Departments:
    """The departments' paths on any day, as believed at a checkpoint. One query."""

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._places = list(_believed(DepartmentPlace.objects.all(), checkpoint).order_by("pk"))
        self._changes = sorted({place.valid_from for place in self._places})
        self._known: dict[int, dict[UUID, str]] = {}

    def path(self, department: UUID, day: date) -> str:
        """Return a department's path on a day."""
        begun = sum(change <= day for change in self._changes)
        if begun not in self._known:
            self._known[begun] = paths_of(place for place in self._places if place.valid_from <= day)
        return self._known[begun].get(department, "")


def _believed(rows: Any, checkpoint: Checkpoint) -> Any:
    return believed_at(rows, size=checkpoint.size, at=checkpoint.at)


def _by(key: str, rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, key), []).append(row)
    return found


def _on(rows: list[Any], day: date) -> Any:
    """The row that holds on a day, or began last before it."""
    begun = [row for row in rows if row.valid_from <= day]
    return max(begun, key=lambda row: row.valid_from, default=None)
