"""Who was employed, assigned, trained and signed at the end of a day, as known at a checkpoint of the ledger."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from heapq import merge
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.campaigns.models import Campaign
from training.conf import conf
from training.errors import Conflict
from training.ledger.canonical import moment
from training.ledger.models import Checkpoint
from training.ledger.note import Note, NoteError, TreeHead
from training.reports import as_of_wording as words
from training.reports.as_of_rows import Then
from training.reports.cells import free_text, identifier

BOM = b"\xef\xbb\xbf"
BATCH = 1000

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A person with one assignment, or with none; who is employed or was assigned has a line.

    ``campaign`` is the code and ``title`` the name that the campaign had then.
    ``exempt`` is empty: exemptions do not exist yet. ``passed_on`` is the day
    on which the last module was completed, where all are.
    """

    employment: UUID
    number: str
    name: str
    kana: str
    department: str
    type: str
    employed: bool
    assignment: UUID | None = None
    campaign: str = ""
    title: str = ""
    due_on: date | None = None
    exempt: str = ""
    completed: int | None = None
    modules: int | None = None
    passed_on: date | None = None
    signed_on: date | None = None
    annulled_on: date | None = None


def as_of(*, day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> Iterator[Line]:
    """Yield the lines by staff number: who was employed at the end of a day, and who was assigned by then.

    Four queries, streamed. The same arguments give the same lines ever after,
    but that the name and number of who is erased later are empty.
    """
    return lines_of(Then(day=day, checkpoint=checkpoint, campaign=campaign))


_PERSON = ("staff", "line", "name", "kana", "department", "posted", "kind", "holds")
_RESULT = ("pk", "campaign_id", "due_on", "done", "done_at", "signed_at", "annulled_at")


def lines_of(then: Then, assigned: set[UUID] | None = None, unassigned: set[UUID] | None = None) -> Iterator[Line]:
    """Yield the lines in order: all, or those of these assignments and of these employments. Four queries."""
    with_assignment, without = then.assigned(), then.unassigned()
    if assigned is not None and unassigned is not None:
        with_assignment = with_assignment.filter(pk__in=assigned)
        without = then.with_number(then.employed().filter(pk__in=unassigned))
    rows = merge(
        then.in_order(then.with_facts(with_assignment)).values_list(*_PERSON, *_RESULT).iterator(BATCH),
        then.in_order(then.with_person(without)).values_list(*_PERSON).iterator(BATCH),
        key=lambda row: (row[0], row[1]),
    )
    for row in rows:
        yield _line(then, *row)


def _line(
    then: Then,
    number: str,
    employment: UUID,
    name: str,
    kana: str,
    department: UUID | None,
    posted: bool | None,
    type: str,
    employed: bool,
    *result: Any,
) -> Line:
    # Who works here without a post on that day is in no department; who has left is shown in the last.
    place = department if posted or not employed else None
    person = Line(
        employment=employment,
        number=number,
        name=name,
        kana=kana,
        department=then.paths.get(place, "") if place is not None else "",
        type=type,
        employed=employed,
    )
    if not result:
        return person
    assignment, campaign, due_on, done, done_at, signed_at, annulled_at = result
    facts = then.campaigns[campaign]
    modules = len(facts["modules"])
    return replace(
        person,
        assignment=assignment,
        campaign=facts["code"],
        title=facts["title"],
        due_on=due_on,
        completed=done,
        modules=modules,
        passed_on=_day(done_at) if 0 < modules <= done else None,
        signed_on=_day(signed_at),
        annulled_on=_day(annulled_at),
    )


def _day(at: datetime | None) -> date | None:
    return day_of(at, conf.time_zone) if at is not None else None


def values_of(line: Line) -> tuple[Cell, ...]:
    """What the line's cells hold, in the order of ``as_of_wording.HEADINGS``, for a file of any kind."""
    return (
        line.number,
        line.name,
        line.kana,
        line.department,
        words.TYPES.get(line.type, line.type),
        words.EMPLOYED if line.employed else words.NOT_EMPLOYED,
        line.campaign,
        line.title,
        line.due_on,
        line.exempt,
        line.completed,
        line.modules,
        line.passed_on,
        line.signed_on,
        line.annulled_on,
    )


def head_of(*, day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> list[tuple[str, str]]:
    """What a file says of itself: day, zone, checkpoint. Nothing in it tells when it was made.

    Raises ``Conflict`` where the checkpoint's note cannot be read.
    """
    try:
        note = Note.parse(checkpoint.note)
        origin = TreeHead.parse(note.text).origin
    except NoteError as reason:
        raise Conflict(_("The checkpoint's note cannot be read. Run verify_ledger.")) from reason
    about = []
    if campaign is not None:
        facts = Then(day=day, checkpoint=checkpoint, campaign=campaign).campaigns.get(campaign.pk, {})
        about = [(words.CAMPAIGN, f"{facts.get('code', campaign.code)} {facts.get('title', '')}".rstrip())]
    return [
        (words.FORM, words.SCHEMA),
        (words.DAY, day.isoformat()),
        (words.ZONE, conf.time_zone.key),
        *about,
        (words.ORIGIN, origin),
        (words.SIZE, str(checkpoint.size)),
        (words.SEALED, moment(checkpoint.at)),
        (words.ROOT, checkpoint.root),
        (words.SIGNED_BY, ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in note.signatures)),
    ]


def foot_of(*, day: date, checkpoint: Checkpoint) -> list[str]:
    """What a file says below its lines: how it is to be read, and what may change in it."""
    early = checkpoint.at < Then(day=day, checkpoint=checkpoint, campaign=None).end
    return [*words.NOTES, *([words.EARLY] if early else [])]


def as_of_csv(*, day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> Iterator[bytes]:
    """Yield the file: UTF-8 with BOM, CR LF; what it is about, an empty line, the lines, an empty line, notes.

    The same arguments give the same bytes ever after, save the rows of who is
    erased later.
    """
    head = head_of(day=day, checkpoint=checkpoint, campaign=campaign)
    return _csv(head, as_of(day=day, checkpoint=checkpoint, campaign=campaign), foot_of(day=day, checkpoint=checkpoint))


class _Outbox:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> int:
        self.parts.append(text)
        return len(text)

    def taken(self) -> bytes:
        parts, self.parts = self.parts, []
        return "".join(parts).encode()


def _csv(head: Iterable[tuple[str, str]], lines: Iterable[Line], foot: Iterable[str]) -> Iterator[bytes]:
    outbox = _Outbox()
    writer = csv.writer(outbox)
    writer.writerow([words.TITLE])
    for label, value in head:
        writer.writerow([label, identifier(value) if label in words.KEPT else free_text(value)])
    writer.writerow([])
    writer.writerow(words.HEADINGS)
    yield BOM + outbox.taken()
    for count, line in enumerate(lines, 1):
        writer.writerow(map(_cell, words.HEADINGS, values_of(line)))
        if count % BATCH == 0:
            yield outbox.taken()
    writer.writerow([])
    writer.writerows([note] for note in foot)
    yield outbox.taken()


def _cell(heading: str, value: Cell) -> str:
    if isinstance(value, str):
        return identifier(value) if heading in words.IDENTIFIERS else free_text(value)
    return "" if value is None else str(value)
