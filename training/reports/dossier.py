"""All that is known of one assignment, and of those who said that they cannot sign."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery

from training.attestation.models import Attestation, Decline
from training.attestation.queries import attestation_of, disclosed
from training.campaigns.models import Assignment
from training.campaigns.queries import Step, steps_of
from training.certificates.models import Certificate
from training.certificates.queries import certificate_of
from training.ledger.models import Disclosure
from training.quiz.models import Attempt, Marking
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
class Studied:
    """One module of an assignment: how far, and every paper."""

    step: Step
    completed_at: datetime | None
    papers: tuple[Paper, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A person said 「署名できない」; the reason is None once it is erased."""

    decline: Decline
    reason: str | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one assignment."""

    standing: Standing
    studied: tuple[Studied, ...]
    refusals: tuple[Refusal, ...]
    attestation: Attestation | None
    disclosed: Mapping[str, str]
    sealed: bool
    certificate: Certificate | None


def dossier_of(assignment: Assignment, *, today: date, paths: Mapping[UUID, str]) -> Dossier:
    """Everything about one assignment, in a number of queries that does not grow with its modules."""
    found = standings(assignment.campaign, today=today).filter(pk=assignment.pk)
    papers: dict[int, list[Paper]] = {}
    attempts = Attempt.objects.filter(task__assignment=assignment).select_related("submission", "module_version")
    for attempt in attempts.prefetch_related(
        Prefetch("submission__markings", Marking.objects.order_by("number"))
    ).order_by("number"):
        submission = getattr(attempt, "submission", None)
        papers.setdefault(attempt.task_id, []).append(
            Paper(
                attempt=attempt,
                submitted_at=submission.at if submission else None,
                markings=tuple(submission.markings.all()) if submission else (),
            )
        )
    attestation = attestation_of(assignment)
    return Dossier(
        standing=listed(found, paths)[0],
        studied=tuple(
            Studied(
                step=step,
                completed_at=step.task.completion.at if step.completed else None,
                papers=tuple(papers.get(step.task.pk, ())),
            )
            for step in steps_of(assignment)
        ),
        refusals=tuple(with_reasons(Decline.objects.filter(assignment=assignment).order_by("-at"))),
        attestation=attestation,
        disclosed=disclosed(attestation) if attestation else {},
        sealed=attestation is not None and attestation.entry.sequence is not None,
        certificate=certificate_of(assignment),
    )


def declines() -> QuerySet[Decline]:
    """Every refusal to sign, newest first, with ``signed_at`` where the person signed after all."""
    signatures = Attestation.objects.filter(assignment=OuterRef("assignment")).order_by("-number")
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
