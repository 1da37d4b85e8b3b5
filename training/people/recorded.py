"""What was recorded about one person when: the entries that touched the person, with what each added and took back.

Also of rows that a later entry took back: that a correction superseded one is told at the entry that recorded it.
Entries tell keys and days; what the rows say is read from the rows, so that nothing here rests on a disclosure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from training.ledger.body import Body, BodyError
from training.ledger.models import Entry
from training.people.history import Managed, Post, Recollection, Work
from training.people.models import (
    Bitemporal,
    EmailAddress,
    Employment,
    Leave,
    NameRequest,
    PersonName,
    Posting,
    Supervision,
)
from training.people.roster_models import RosterChange, RosterImport
from training.people.roster_spans import Span, joined_up
from training.people.scim_models import ScimClient

A_DAY = timedelta(days=1)
RENAMED = "people.renamed"
APPOINTED = "people.manager_appointed"
# In an order in which one thing presupposes another.
KINDS: Mapping[str, Promise] = {
    "people.enrolled": _("Enrolled"),
    RENAMED: _("Name changed"),
    "people.roster_imported": _("Staff list taken over"),
    "people.roster_import_undone": _("Import of a staff list taken back"),
    "people.provisioned": _("Told by the identity provider"),
    "people.renumbered": _("Staff number changed"),
    "people.leave_recorded": _("Leave recorded"),
    "people.leave_ended": _("Return from leave entered"),
    "people.leave_corrected": _("Leave corrected"),
    "people.leave_taken_back": _("Leave taken back"),
    APPOINTED: _("Appointed as a department's manager"),
    "people.account_linked": _("Account linked"),
    "people.invited": _("Invited to set up the account"),
    "people.invitation_revoked": _("Invitation ended"),
    "people.password_set": _("Password set by invitation"),
}
_PLACES = {kind: place for place, kind in enumerate(KINDS)}
# These write no row about a person: only the entry's body names who it is.
BY_BODY = (
    APPOINTED,
    "people.account_linked",
    "people.invited",
    "people.invitation_revoked",
    "people.password_set",
)
TAKING_BACK = ("people.roster_import_undone", "people.leave_taken_back")
ABOUT: Mapping[type[Bitemporal], Promise] = {
    Employment: _("Staff number and employment type"),
    PersonName: _("Full name"),
    Posting: _("Department"),
    Supervision: _("Manager"),
    Leave: _("Leave"),
    EmailAddress: _("E-mail address"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry says holds, or does not hold any more. ``corrected_at``: when a later one took it back."""

    model: type[Bitemporal]
    value: Any
    first: date
    last: date | None
    corrected_at: datetime | None = None

    @property
    def about(self) -> str:
        """What it is about, in words."""
        return str(ABOUT[self.model])


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry that touched the person. ``by`` is the account, ``client`` the identity provider that said so.

    ``effect`` is the first day of which something else was believed afterwards than before; None where it is of no day.
    ``department`` is that of which the person was appointed manager, as it was called on the first day.
    """

    kind: str
    at: datetime
    effect: date | None
    by: Any
    client: str
    roster_import: RosterImport | None
    line: int | None
    department: str
    new: tuple[Told, ...]
    gone: tuple[Told, ...]

    @property
    def words(self) -> str:
        """What it was, in words."""
        return str(KINDS.get(self.kind, self.kind))

    @property
    def takes_back(self) -> bool:
        """Whether it says that what was recorded before never was so, rather than that something changed."""
        return self.kind in TAKING_BACK


def recorded_of(known: Recollection) -> list[Recorded]:
    """Every entry that touched a person, the newest first. Eight queries at most."""
    rows = [row for mine in known.rows.values() for row in mine]
    keys = {key for row in rows for key in (row.entry_id, row.superseded_by_id) if key is not None}
    named = Q(kind__in=BY_BODY, body__contains=str(known.employee))
    entries = sorted(Entry.objects.filter(Q(pk__in=keys) | named), key=_order, reverse=True)
    imports = {row.entry_id: row for row in RosterImport.objects.filter(entry__in=keys).select_related("by", "undoes")}
    lines = dict(
        RosterChange.objects.filter(employee=known.employee, roster_import__in=imports.values()).values_list(
            "roster_import__entry", "line"
        )
    )
    facts = {entry.pk: _facts(entry) for entry in entries}
    users = _users(facts.values())
    clients = _clients(facts.values())
    asked = _asked(known.employee)
    managed = {
        entry.pk: department
        for entry in entries
        if entry.kind == APPOINTED and (department := _department(facts[entry.pk])) is not None
    }
    known.places.know(managed.values())
    found = []
    for entry in entries:
        said, made = facts[entry.pk], imports.get(entry.pk)
        new, gone = _told(known, entry.pk)
        by = made.by if made else users.get(_author(said))
        if entry.kind == RENAMED:
            by = asked.get(entry.at)
        found.append(
            Recorded(
                kind=entry.kind,
                at=entry.at,
                effect=_effect(new, gone) or _day(said.get("from")),
                by=by,
                client=clients.get(str(said.get("client")), ""),
                roster_import=made,
                line=lines.get(entry.pk),
                department=_path(known, managed.get(entry.pk), _day(said.get("from")) or entry.at.date()),
                new=tuple(told for told in new if not _in(told, gone)),
                gone=tuple(told for told in gone if not _in(told, new)),
            )
        )
    return found


def _order(entry: Entry) -> tuple[datetime, float, int]:
    """By time; of one instant as sealed, and what waits for its seal as one thing presupposes another."""
    number = float("inf") if entry.sequence is None else entry.sequence
    return entry.at, number, _PLACES.get(entry.kind, len(_PLACES))


def _told(known: Recollection, entry: UUID) -> tuple[list[Told], list[Told]]:
    """What the rows of an entry say, and those that it took back; adjoining rows of one value as one."""
    new: list[Told] = []
    gone: list[Told] = []
    for model, rows in known.rows.items():
        values = {row.pk: _value(known, row) for row in rows}
        new += _joined(
            Told(model, values[row.pk], row.valid_from, row.valid_to, _corrected_at(row, rows, values))
            for row in rows
            if row.entry_id == entry
        )
        gone += _joined(
            Told(model, values[row.pk], row.valid_from, row.valid_to) for row in rows if row.superseded_by_id == entry
        )
    return new, gone


def _corrected_at(
    row: Any, rows: Collection[Any], values: Mapping[Any, Any], within: Span | None = None
) -> datetime | None:
    """When what a row says was taken back; an entry that said the same anew, of all its days, took nothing back.

    ``within``: judge these of its days alone, where an earlier row spoke of no others.
    """
    again = [
        other
        for other in rows
        if row.superseded_by_id is not None
        and other.entry_id == row.superseded_by_id
        and values[other.pk] == values[row.pk]
    ]
    mine = within or Span(row.valid_from, row.valid_to, None)
    spans = joined_up(Span(other.valid_from, other.valid_to, None) for other in again)
    if row.superseded_at is None or not any(mine.between(span.first, span.last) == mine for span in spans):
        found: datetime | None = row.superseded_at
        return found
    later = [
        _corrected_at(other, rows, values, part)
        for other in again
        if (part := mine.between(other.valid_from, other.valid_to))
    ]
    return min((moment for moment in later if moment is not None), default=None)


def _value(known: Recollection, row: Any) -> Any:
    if isinstance(row, Employment):
        return Work(row.number, row.type)
    if isinstance(row, PersonName):
        return row.name, row.kana
    if isinstance(row, Posting):
        return Post(known.places.path(row.department_id, row.valid_from), row.primary)
    if isinstance(row, Supervision):
        return Managed(row.manager_id, own=True)
    if isinstance(row, Leave):
        return row.kind
    return row.email


def _joined(rows: Iterable[Told]) -> list[Told]:
    found: list[Told] = []
    for told in sorted(rows, key=lambda one: (str(one.value), one.first)):
        before = found[-1] if found else None
        if (
            before is not None
            and (before.value, before.corrected_at) == (told.value, told.corrected_at)
            and before.last is not None
            and before.last + A_DAY == told.first
        ):
            found[-1] = Told(told.model, told.value, before.first, told.last, told.corrected_at)
        else:
            found.append(told)
    return sorted(found, key=lambda one: one.first)


def _in(told: Told, others: Iterable[Told]) -> bool:
    """Whether the same is said on the other side, too: rows are written anew where nothing has changed for people."""
    return any(_said(told) == _said(other) for other in others)


def _said(told: Told) -> tuple[Any, ...]:
    return told.model, told.value, told.first, told.last


def _effect(new: Collection[Told], gone: Collection[Told]) -> date | None:
    """The first day of which the two sides say different things."""
    edges = {told.first for told in (*new, *gone)}
    edges |= {told.last + A_DAY for told in (*new, *gone) if told.last is not None and told.last < date.max}
    for day in sorted(edges):
        if _on(new, day) != _on(gone, day):
            return day
    return None


def _on(rows: Iterable[Told], day: date) -> set[tuple[Any, ...]]:
    return {(told.model, told.value) for told in rows if told.first <= day and (told.last is None or day <= told.last)}


def _facts(entry: Entry) -> Mapping[str, Any]:
    try:
        return Body.parse(entry.body).facts
    except BodyError:  # verify_ledger says so; a page of HR's shows the rest
        return {}


def _day(text: Any) -> date | None:
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        return None


def _department(said: Mapping[str, Any]) -> UUID | None:
    try:
        return UUID(said["department"])
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _path(known: Recollection, department: UUID | None, day: date) -> str:
    return known.places.path(department, day) if department is not None else ""


def _users(facts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    named = {author for said in facts if (author := _author(said))}
    return {str(user.pk): user for user in get_user_model().objects.filter(pk__in=named)} if named else {}


def _author(said: Mapping[str, Any]) -> str:
    """The key of the account that an entry names, whoever it was who recorded it or made the invitation."""
    key = said.get("by", said.get("made_by"))
    return "" if key is None else str(key)


def _clients(facts: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    named = {str(said["client"]) for said in facts if said.get("client") is not None}
    return {str(row.pk): row.name for row in ScimClient.objects.filter(pk__in=named)} if named else {}


def _asked(employee: UUID) -> dict[datetime, Any]:
    """Who granted the person's wishes for another name, by the instant: the entry of a new name tells nobody."""
    granted = NameRequest.objects.filter(employee=employee, state=NameRequest.State.DONE).select_related("answered_by")
    return {row.answered_at: row.answered_by for row in granted if row.answered_at is not None}
