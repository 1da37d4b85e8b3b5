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

from training.attestation.models import Attestation
from training.campaigns.calendar import day_of
from training.campaigns.models import AssignmentEvent, Campaign, Exemption
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
ONLINE, PAPER = "online", "paper"

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Line:
    """A person with one assignment, or with none; who is employed or was assigned has a line.

    ``campaign`` is the code and ``title`` the name that the campaign had then.
    ``passed_on`` is the day on which the last module was completed, where all
    are, ``credited_on`` that of an earlier signature which counts here,
    ``closed_on`` the day from which the assignment asks nothing any more.
    ``exempt`` and ``closed`` say in the file's words what holds on the day.
    ``completed_how`` and ``signed_how`` are "online" or "paper" (entered by HR
    from a sheet or a group session), empty where nothing is completed or no
    signature counts; an earlier signature that counts here is as good as it was.
    Neither is told in the first two forms.
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
    credited_on: date | None = None
    closed_on: date | None = None
    closed: str = ""
    closed_cause: str = ""
    exempt_cause: str = ""
    exempt_until: date | None = None
    completed_how: str = ""
    signed_how: str = ""


def as_of(*, day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> Iterator[Line]:
    """Yield the lines by staff number: who was employed at the end of a day, and who was assigned by then.

    Five queries, streamed. The same arguments give the same lines ever after,
    but that the name and number of who is erased later are empty.
    """
    return lines_of(Then(day=day, checkpoint=checkpoint, campaign=campaign))


_PERSON = ("staff", "line", "name", "kana", "department", "posted", "kind", "holds")
_RESULT = ("pk", "campaign_id", "due_on", "done", "done_at", "signed_at", "annulled_at")
_CLOSED, _EXEMPT = ("closed_kind", "closed_cause", "closed_day"), ("exempt_kind", "exempt_cause", "exempt_first")
_SETTLED = (*_CLOSED, *_EXEMPT, "exempt_until", "credited_at")
_METHODS = ("done_on_paper", "signed_how", "credited_how")


def lines_of(then: Then, assigned: set[UUID] | None = None, unassigned: set[UUID] | None = None) -> Iterator[Line]:
    """Yield the lines in order: all, or those of these assignments and of these employments. Five queries."""
    with_assignment, without = then.assigned(), then.unassigned()
    if assigned is not None and unassigned is not None:
        with_assignment = with_assignment.filter(pk__in=assigned)
        without = then.with_number(then.employed().filter(pk__in=unassigned))
    told = (*_PERSON, *_RESULT, *(_SETTLED if then.form > 1 else ()), *(_METHODS if then.form > 2 else ()))
    rows = merge(
        then.in_order(then.with_facts(with_assignment)).values_list(*told).iterator(BATCH),
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
    assignment, campaign, due_on, done, done_at, signed_at, annulled_at, *more = result
    settled, methods = more[: len(_SETTLED)], more[len(_SETTLED) :]
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
        **(_settled(then.day, *settled) if settled else {}),
        **(_methods(done, *methods) if methods else {}),
    )


def _methods(done: int, done_on_paper: bool, signed_how: str | None, credited_how: str | None) -> dict[str, Any]:
    """How what counts was done, as fields of a line."""
    counts = signed_how or credited_how
    return {
        "completed_how": "" if not done else PAPER if done_on_paper else ONLINE,
        "signed_how": "" if not counts else PAPER if counts == Attestation.Method.PAPER else ONLINE,
    }


def _settled(
    day: date,
    closed: str | None,
    closed_cause: str,
    closed_day: date,
    exempt: str | None,
    exempt_cause: str,
    exempt_first: date,
    exempt_until: date | None,
    credited_at: datetime | None,
) -> dict[str, Any]:
    """What stands in a signature's place on the day, as fields of a line."""
    found: dict[str, Any] = {"credited_on": _day(credited_at)}
    if closed == AssignmentEvent.Kind.CLOSED:
        said = words.CLOSINGS.get(closed_cause, closed_cause)
        found |= {"closed_on": closed_day, "closed": said, "closed_cause": closed_cause}
    if exempt == Exemption.Kind.GRANTED and exempt_first <= day and (exempt_until is None or day <= exempt_until):
        said = exemption_in_words(exempt_cause, exempt_first, exempt_until)
        found |= {"exempt": said, "exempt_cause": exempt_cause, "exempt_until": exempt_until}
    return found


def exemption_in_words(cause: str, first: date, until: date | None) -> str:
    """Return why somebody is exempt, and from when to when."""
    said = {"cause": words.EXEMPTIONS.get(cause, cause), "first": first.isoformat()}
    return words.EXEMPT_UNTIL.format(**said, until=until.isoformat()) if until else words.EXEMPT.format(**said)


def _day(at: datetime | None) -> date | None:
    return day_of(at, conf.time_zone) if at is not None else None


def headings_of(then: Then) -> tuple[str, ...]:
    """The headings of the form in which a day is told as known at a checkpoint: a later one where there is need."""
    return (words.HEADINGS, words.SECOND_HEADINGS, words.THIRD_HEADINGS)[then.form - 1]


def values_of(then: Then, line: Line) -> tuple[Cell, ...]:
    """What the line's cells hold, in the order of ``headings_of``, for a file of any kind."""
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
        *((line.credited_on, line.closed_on, line.closed) if then.form > 1 else ()),
        *((words.COMPLETED.get(line.completed_how), words.SIGNED.get(line.signed_how)) if then.form > 2 else ()),
    )


def head_of(then: Then) -> list[tuple[str, str]]:
    """What a file says of itself: day, zone, checkpoint. Nothing in it tells when it was made.

    Raises ``Conflict`` where the checkpoint's note cannot be read.
    """
    checkpoint, campaign = then.checkpoint, then.campaign
    try:
        note = Note.parse(checkpoint.note)
        origin = TreeHead.parse(note.text).origin
    except NoteError as reason:
        raise Conflict(_("The checkpoint's note cannot be read. Run verify_ledger.")) from reason
    about = []
    if campaign is not None:
        facts = then.campaigns.get(campaign.pk, {})
        about = [(words.CAMPAIGN, f"{facts.get('code', campaign.code)} {facts.get('title', '')}".rstrip())]
    return [
        (words.FORM, (words.SCHEMA, words.SECOND_SCHEMA, words.THIRD_SCHEMA)[then.form - 1]),
        (words.DAY, then.day.isoformat()),
        (words.ZONE, conf.time_zone.key),
        *about,
        (words.ORIGIN, origin),
        (words.SIZE, str(checkpoint.size)),
        (words.SEALED, moment(checkpoint.at)),
        (words.ROOT, checkpoint.root),
        (words.SIGNED_BY, ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in note.signatures)),
    ]


def foot_of(then: Then) -> list[str]:
    """What a file says below its lines: how it is to be read, and what may change in it."""
    early = [words.EARLY] if then.checkpoint.at < then.end else []
    second = words.SECOND_NOTES if then.form > 1 else ()
    third = words.THIRD_NOTES if then.form > 2 else ()
    return [*words.NOTES, *second, *third, *early]


def as_of_csv(*, day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> Iterator[bytes]:
    """Yield the file: UTF-8 with BOM, CR LF; what it is about, an empty line, the lines, an empty line, notes.

    The same arguments give the same bytes ever after, save the rows of who is
    erased later. Which form it has follows from them too.
    """
    then = Then(day=day, checkpoint=checkpoint, campaign=campaign)
    return _csv(then, head_of(then), lines_of(then))


class _Outbox:
    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, text: str) -> int:
        self.parts.append(text)
        return len(text)

    def taken(self) -> bytes:
        parts, self.parts = self.parts, []
        return "".join(parts).encode()


def _csv(then: Then, head: Iterable[tuple[str, str]], lines: Iterable[Line]) -> Iterator[bytes]:
    outbox, headings = _Outbox(), headings_of(then)
    writer = csv.writer(outbox)
    writer.writerow([words.TITLE])
    for label, value in head:
        writer.writerow([label, identifier(value) if label in words.KEPT else free_text(value)])
    writer.writerow([])
    writer.writerow(headings)
    yield BOM + outbox.taken()
    for count, line in enumerate(lines, 1):
        writer.writerow(map(_cell, headings, values_of(then, line)))
        if count % BATCH == 0:
            yield outbox.taken()
    writer.writerow([])
    writer.writerows([note] for note in foot_of(then))
    yield outbox.taken()


def _cell(heading: str, value: Cell) -> str:
    if isinstance(value, str):
        return identifier(value) if heading in words.IDENTIFIERS else free_text(value)
    return "" if value is None else str(value)
