"""All that is known of one assignment, and of those who said that they cannot sign."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.attestation.models import Annulment, Attestation, Decline
from training.attestation.queries import counting
from training.campaigns.calendar import day_of
from training.campaigns.ladder import notice_rung
from training.campaigns.models import Assignment, DueSet
from training.campaigns.queries import Step, steps_of
from training.certificates.models import Certificate, CertificateEvent, Edition
from training.certificates.queries import FACE, status_of, with_state
from training.certificates.status import Status
from training.conf import conf
from training.ledger.models import Disclosure
from training.quiz.frozen import blueprint_of
from training.quiz.models import Attempt, MakeUp, Marking
from training.reminders.models import ReminderSent
from training.reports.queries import Standing, listed, standings


@dataclass(frozen=True, slots=True)
class Paper:
    """One attempt with every marking, the one that counts last."""

    attempt: Attempt
    submitted_at: datetime | None
    markings: tuple[Marking, ...]

    @property
    def result(self) -> Marking | None:
        """The marking that counts."""
        return self.markings[-1] if self.markings else None


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A make-up that was granted; what it was, and why, are None once they are erased."""

    make_up: MakeUp
    what: str | None
    why: str | None


@dataclass(frozen=True, slots=True)
class Studied:
    """One module of an assignment: how far, and every paper."""

    step: Step
    completed_at: datetime | None
    papers: tuple[Paper, ...]
    make_ups: tuple[MadeUp, ...] = ()

    @property
    def waits(self) -> bool:
        """Whether no attempt is left until a make-up is granted (再教育)."""
        task = self.step.task
        if self.completed_at is not None or task.version_id is None or not self.papers:
            return False
        allowed = blueprint_of(task.version_id).attempts
        if allowed is None or self.papers[-1].submitted_at is None:
            return False
        return len(self.papers) >= allowed + sum(row.make_up.attempts for row in self.make_ups)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person said 「署名できない」; the reason is None once it is erased."""

    decline: Decline
    reason: str | None


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature, what it disclosed, and its annulment with the reason, which is None once it is erased."""

    attestation: Attestation
    disclosed: Mapping[str, str]
    annulment: Annulment | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Ended:
    """What ended a certificate's worth, by whom, and why; the reason is None once it is erased."""

    event: CertificateEvent
    reason: str | None


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate, what it is worth today, whom it names, what ended its worth, and its editions."""

    certificate: Certificate
    status: Status
    holder: str
    events: tuple[Ended, ...]
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True)
class Reminded:
    """A reminder that went out: when, which rung in words, to whom, and at whose wish, if anybody's."""

    at: datetime
    words: str
    reader: str
    asked_by: Any


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one assignment; ``decisions.decisions_of`` tells what was decided about it.

    ``attestation`` is the signature that counts and ``certificate`` the one
    that stands; ``signatures`` and ``certificates`` are all there ever were,
    the newest first.
    """

    standing: Standing
    studied: tuple[Studied, ...]
    refusals: tuple[Refusal, ...]
    attestation: Attestation | None
    disclosed: Mapping[str, str]
    sealed: bool
    certificate: Certificate | None
    signatures: tuple[Signature, ...]
    certificates: tuple[Issued, ...]
    reminders: tuple[Reminded, ...] = ()

    @property
    def issued(self) -> Issued | None:
        """The certificate that stands, with all about it."""
        return next((row for row in self.certificates if row.certificate == self.certificate), None)


def dossier_of(assignment: Assignment, *, today: date, paths: Mapping[UUID, str]) -> Dossier:
    """Everything about one assignment, in a number of queries that does not grow with its modules."""
    found = standings(assignment.campaign, today=today).filter(pk=assignment.pk)
    papers: dict[int, list[Paper]] = {}
    attempts = Attempt.objects.filter(task__assignment=assignment).select_related("submission", "module_version")
    for attempt in attempts.prefetch_related(
        Prefetch("submission__markings", Marking.objects.select_related("by").order_by("number"))
    ).order_by("number"):
        submission = getattr(attempt, "submission", None)
        papers.setdefault(attempt.task_id, []).append(
            Paper(
                attempt=attempt,
                submitted_at=submission.at if submission else None,
                markings=tuple(submission.markings.all()) if submission else (),
            )
        )
    steps = steps_of(assignment)
    granted = made_up([step.task.pk for step in steps])
    signatures = _signatures(assignment)
    attestation = next((row.attestation for row in signatures if row.annulment is None), None)
    certificates = _certificates(assignment, today)
    stands = (row.certificate for row in certificates if row.status not in (Status.ANNULLED, Status.SUPERSEDED))
    return Dossier(
        standing=listed(found, paths)[0],
        studied=tuple(
            Studied(
                step=step,
                completed_at=step.task.completion.at if step.completed else None,
                papers=tuple(papers.get(step.task.pk, ())),
                make_ups=granted.get(step.task.pk, ()),
            )
            for step in steps
        ),
        refusals=tuple(with_reasons(Decline.objects.filter(assignment=assignment).order_by("-at"))),
        attestation=attestation,
        disclosed=next((row.disclosed for row in signatures if row.annulment is None), {}),
        sealed=attestation is not None and attestation.entry.sequence is not None,
        certificate=next(stands, None),
        signatures=signatures,
        certificates=certificates,
        reminders=_reminders(assignment),
    )


def _reminders(assignment: Assignment) -> tuple[Reminded, ...]:
    """Every reminder, the oldest first. One query."""
    due = DueSet.objects.filter(assignment=OuterRef("assignment"), number=OuterRef("due_number")).values("due_on")
    rows = ReminderSent.objects.filter(assignment=assignment).annotate(due_on=Subquery(due[:1]))
    assigned_on = day_of(assignment.at, conf.time_zone)
    return tuple(
        Reminded(
            at=row.at,
            words=rung_in_words(row.rung, notice=notice_rung(due_on=row.due_on, assigned_on=assigned_on)),
            reader=row.get_reader_display(),
            asked_by=row.asked_by,
        )
        for row in rows.select_related("asked_by").order_by("at", "pk")
    )


def rung_in_words(rung: int | None, *, notice: int) -> str:
    """How far from the due day a reminder went out, in the reader's language; the notice has a name."""
    if rung is None:
        return _("Asked for by hand")
    if rung == notice:
        return _("On assignment")
    if rung == 0:
        return _("On the due day")
    if rung < 0:
        return ngettext("%(days)d day before the due day", "%(days)d days before the due day", -rung) % {"days": -rung}
    return ngettext("%(days)d day after the due day", "%(days)d days after the due day", rung) % {"days": rung}


def made_up(tasks: Collection[int]) -> dict[int, tuple[MadeUp, ...]]:
    """The make-ups granted for tasks, in order. One query, and one where there are any."""
    rows = list(MakeUp.objects.filter(task__in=tasks).select_related("by").order_by("task", "number"))
    values = _disclosures(row.entry_id for row in rows) if rows else {}
    found: dict[int, tuple[MadeUp, ...]] = {}
    for row in rows:
        said = values.get(row.entry_id, {})
        found[row.task_id] = (*found.get(row.task_id, ()), MadeUp(row, said.get("what"), said.get("why")))
    return found


def _disclosures(entries: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Personal values by entry and field. One query."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in Disclosure.objects.filter(entry__in=list(entries)):
        found.setdefault(row.entry_id, {})[row.name] = row.value
    return found


def _signatures(assignment: Assignment) -> tuple[Signature, ...]:
    """Every signature, the newest first. Two queries."""
    related = Attestation.objects.filter(assignment=assignment).select_related("entry", "annulment__by")
    rows = [(row, getattr(row, "annulment", None)) for row in related.order_by("-number")]
    values = _disclosures(entry.entry_id for pair in rows for entry in pair if entry is not None)
    return tuple(
        Signature(
            attestation=row,
            disclosed=values.get(row.entry_id, {}),
            annulment=annulment,
            reason=values.get(annulment.entry_id, {}).get("reason") if annulment else None,
        )
        for row, annulment in rows
    )


def _certificates(assignment: Assignment, day: date) -> tuple[Issued, ...]:
    """Every certificate, the newest first. Four queries."""
    rows: list[Any] = list(
        with_state(Certificate.objects.filter(assignment=assignment))
        .prefetch_related(Prefetch("events", CertificateEvent.objects.select_related("by").order_by("at")), "editions")
        .order_by("-issued_at", "-serial")
    )
    entries = {row.entry_id for row in rows} | {event.entry_id for row in rows for event in row.events.all()}
    values = _disclosures(entries)
    return tuple(
        Issued(
            certificate=row,
            status=status_of(row, day),
            holder=(values.get(row.entry_id, {}).get(FACE) or {}).get("holder", ""),
            events=tuple(
                Ended(event=event, reason=values.get(event.entry_id, {}).get("reason")) for event in row.events.all()
            ),
            editions=tuple(row.editions.all()),
        )
        for row in rows
    )


def declines() -> QuerySet[Decline]:
    """Every refusal to sign, newest first, with ``signed_at`` where the person signed after all."""
    signatures = counting().filter(assignment=OuterRef("assignment")).order_by("-number")
    return (
        Decline.objects.annotate(signed_at=Subquery(signatures.values("at")[:1]))
        .select_related("assignment__campaign", "assignment__employment")
        .order_by("-at", "pk")
    )


def with_reasons(rows: Iterable[Decline]) -> list[Refusal]:
    """Refusals with their reasons. One query beside the rows' own."""
    rows = list(rows)
    reasons = Disclosure.objects.filter(entry__in=[row.entry_id for row in rows], name="reason")
    found: dict[UUID, Any] = {row.entry_id: row.value for row in reasons}
    return [Refusal(decline=row, reason=found.get(row.entry_id)) for row in rows]
