"""What became of assignments besides being done: exempt, given more time, credited, closed, done on paper, reminded.

In the order of the log, each row with its entry's number, so that whoever has the entries reads along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery

from training.attestation.models import Annulment, Credit, PaperRecord
from training.campaigns.calendar import day_of
from training.campaigns.ladder import notice_rung
from training.campaigns.models import AssignmentEvent, DueSet, Exemption
from training.campaigns.prolong import PROLONGED
from training.conf import conf
from training.ledger.body import Body
from training.ledger.canonical import canonical
from training.ledger.models import Entry
from training.ledger.reading import chunked
from training.reminders.models import ReminderSent
from training.reports.as_of import lines_of
from training.reports.as_of_rows import Then
from training.reports.as_of_wording import EXEMPTIONS
from training.reports.pack import wording as words
from training.reports.pack.disclosed import disclosed
from training.reports.pack.sheets import Row, Table, columns

CHUNK = 500
_PERSON = (words.NUMBER, words.NAME, words.DEPARTMENT)
_NOBODY = ("", "", "")
_KEPT = (words.NUMBER, words.ASSIGNMENT)

People = Mapping[UUID, tuple[str, str, str]]


def settled_tables(then: Then, papers: Mapping[str, str]) -> Iterator[Table]:
    """Yield the tables; ``papers`` says by SHA-256 where the pack has put each scan."""
    yield Table(
        "exemptions",
        columns(
            *(*_PERSON, "種別", "事由", "理由", "初日", "最終日または期限", "承認者", "日時"),
            *(words.ENTRY, words.ASSIGNMENT),
            kept=(*_KEPT, "承認者"),
        ),
        _exemptions(then),
    )
    yield Table(
        "credits",
        columns(
            *(
                *_PERSON,
                "受講済みとした日時",
                "以前の署名の日時",
                "署名の内容のSHA-256",
                "署名の台帳の番号",
                "規則",
                "状態",
            ),
            *(words.ENTRY, words.ASSIGNMENT),
            kept=(*_KEPT, "署名の内容のSHA-256"),
        ),
        _credits(then),
    )
    yield Table(
        "closings",
        columns(
            *(*_PERSON, "種別", "事由", "理由", "終了または再開の日", "実施者", "日時", words.ENTRY, words.ASSIGNMENT),
            kept=(*_KEPT, "実施者"),
        ),
        _closings(then),
    )
    yield Table(
        "paper",
        columns(
            *(*_PERSON, "種別", "実施日", "備考", "登録者", "登録日時", "スキャンのSHA-256", "形式", "大きさ"),
            *(words.FILE, words.ENTRY, words.ASSIGNMENT),
            kept=(*_KEPT, "登録者", "スキャンのSHA-256"),
        ),
        _papers(then, papers),
    )
    yield Table(
        "reminders",
        columns(
            *(*_PERSON, "送信日時", "期限", "段階", "宛先", "依頼者", words.ENTRY, words.ASSIGNMENT),
            kept=(*_KEPT, "依頼者"),
        ),
        _reminders(then),
    )


def _in_order(then: Then, rows: QuerySet[Any], *, by: str = "by") -> Iterator[tuple[list[Any], People]]:
    """Yield rows of the campaign's assignments by entry, some hundred at a time, with whom they are about."""
    mine = then.recorded(rows.filter(assignment__campaign=then.campaign)).defer("entry__body")
    mine = mine.select_related("entry", by) if by else mine.select_related("entry")
    place = "part" if hasattr(rows.model, "part") else "pk"
    for chunk in chunked(mine.order_by("entry__sequence", place).iterator(chunk_size=CHUNK), CHUNK):
        assigned = {row.assignment_id for row in chunk}
        lines = lines_of(then, assigned=assigned, unassigned=set())
        yield chunk, {line.assignment: (line.number, line.name, line.department) for line in lines if line.assignment}


def _exemptions(then: Then) -> Iterator[Row]:
    """Exemptions with their ends, and what gave one person more time: who approved it, and why."""
    yield from merge(_exempted(then), _prolonged(then), key=_number)


def _number(row: Row) -> int:
    """The entry's number, which stands before the assignment in every table here."""
    number = row[-2]
    assert isinstance(number, int)  # noqa: S101  (recorded: no row without one)
    return number


def _exempted(then: Then) -> Iterator[Row]:
    for chunk, people in _in_order(then, Exemption.objects.all()):
        reasons = disclosed((row.entry_id for row in chunk), "reason")
        for row in chunk:
            yield (
                *people.get(row.assignment_id, _NOBODY),
                words.EXEMPTED.get(row.kind, row.kind),
                EXEMPTIONS.get(row.cause, row.cause),
                reasons.get(row.entry_id),
                row.first_day,
                row.until,
                row.by.get_username(),
                row.at,
                row.entry.sequence,
                str(row.assignment_id),
            )


def _prolonged(then: Then) -> Iterator[Row]:
    for chunk, people in _in_order(then, DueSet.objects.filter(reason=PROLONGED), by=""):
        entries = {row.entry_id for row in chunk}
        reasons, users = disclosed(entries, "reason"), _by(entries)
        for row in chunk:
            yield (
                *people.get(row.assignment_id, _NOBODY),
                words.PROLONGED,
                None,
                reasons.get(row.entry_id),
                None,
                row.due_on,
                users.get(row.entry_id),
                row.entry.at,
                row.entry.sequence,
                str(row.assignment_id),
            )


def _by(entries: Iterable[UUID]) -> dict[UUID, str]:
    """The accounts that entries name as having done it. Two queries."""
    bodies = Entry.objects.filter(pk__in=list(entries)).values_list("pk", "body")
    done_by = {key: Body.parse(body).facts.get("by") for key, body in bodies}
    users = get_user_model()._default_manager.in_bulk([key for key in done_by.values() if key is not None])
    return {entry: users[key].get_username() for entry, key in done_by.items() if key in users}


def _credits(then: Then) -> Iterator[Row]:
    for chunk, people in _in_order(then, Credit.objects.select_related("attestation__entry"), by="attestation"):
        wrong = then.recorded(Annulment.objects.filter(attestation__in=[row.attestation_id for row in chunk]))
        annulled = set(wrong.values_list("attestation", flat=True))
        for row in chunk:
            yield (
                *people.get(row.assignment_id, _NOBODY),
                row.at,
                row.attestation.at,
                row.attestation.digest,
                row.attestation.entry.sequence,
                rule_in_words(row.rule),
                words.CREDIT_ENDED if row.attestation_id in annulled else words.CREDIT_COUNTS,
                row.entry.sequence,
                str(row.assignment_id),
            )


def rule_in_words(rule: Any) -> str:
    """Return a credit rule as a pack tells it; one of an unknown form as its canonical JSON."""
    match rule:
        case {"kinds": list(kinds), "signed_from": str(day), "same_revision": bool(same)}:
            named = "・".join(words.KINDS.get(str(kind), str(kind)) for kind in kinds)
            parts = [named, words.SIGNED_FROM.format(day=day), *([words.SAME_REVISION] if same else [])]
            return "、".join(parts)
    return canonical(rule).decode()


def _closings(then: Then) -> Iterator[Row]:
    for chunk, people in _in_order(then, AssignmentEvent.objects.all()):
        reasons = disclosed({row.entry_id for row in chunk}, "reason")
        for row in chunk:
            yield (
                *people.get(row.assignment_id, _NOBODY),
                words.TURNS.get(row.kind, row.kind),
                words.TURN_CAUSES.get(row.cause, row.cause),
                reasons.get(row.entry_id),
                row.day,
                row.by.get_username() if row.by else None,
                row.at,
                row.entry.sequence,
                str(row.assignment_id),
            )


def _papers(then: Then, papers: Mapping[str, str]) -> Iterator[Row]:
    for chunk, people in _in_order(then, PaperRecord.objects.all()):
        notes = disclosed((row.entry_id for row in chunk), "note")
        for row in chunk:
            yield (
                *people.get(row.assignment_id, _NOBODY),
                words.PAPERS.get(row.kind, row.kind),
                row.held_on,
                notes.get(row.entry_id),
                row.by.get_username(),
                row.at,
                row.sha256,
                row.media_type,
                row.size,
                papers.get(row.sha256, words.NO_FILE),
                row.entry.sequence,
                str(row.assignment_id),
            )


def _reminders(then: Then) -> Iterator[Row]:
    due = DueSet.objects.filter(assignment=OuterRef("assignment"), number=OuterRef("due_number")).values("due_on")
    rows = ReminderSent.objects.annotate(due_on=Subquery(due[:1]))
    for chunk, people in _in_order(then, rows.select_related("assignment"), by="asked_by"):
        for row in chunk:
            assigned_on = day_of(row.assignment.at, conf.time_zone)
            yield (
                *people.get(row.assignment_id, _NOBODY),
                row.at,
                row.due_on,
                rung_in_words(row.rung, notice=notice_rung(due_on=row.due_on, assigned_on=assigned_on)),
                words.READERS.get(row.reader, row.reader),
                row.asked_by.get_username() if row.asked_by else None,
                row.entry.sequence,
                str(row.assignment_id),
            )


def rung_in_words(rung: int | None, *, notice: int) -> str:
    """Return how far from the due day a reminder went out; the notice of the assignment has a name."""
    if rung is None:
        return words.BY_HAND
    if rung == notice:
        return words.ON_ASSIGNMENT
    if rung == 0:
        return words.ON_DUE
    return (words.BEFORE_DUE if rung < 0 else words.AFTER_DUE).format(days=abs(rung))
