"""Certificates, what each is worth, and what the public may read of one."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, Case, Exists, F, OuterRef, QuerySet, Subquery, Value, When

from training.campaigns.models import Assignment, Campaign
from training.certificates.models import Certificate, CertificateEvent, Edition
from training.certificates.status import Status, status_on
from training.conf import conf
from training.ledger.models import Disclosure

FACE = "face"
TOKEN = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate as its check page shows it: status, the printed fields (empty once erased), editions.

    ``since`` is when it was annulled, revoked or superseded, and None in any other state.
    """

    certificate: Certificate
    status: Status
    since: datetime | None
    face: dict[str, Any]
    editions: tuple[Edition, ...]


def with_state(certificates: QuerySet[Certificate]) -> QuerySet[Any]:
    """Certificates with all that ``status_of`` and ``since_of`` ask, by the database: no query more."""
    revocations = CertificateEvent.objects.filter(certificate=OuterRef("pk"), kind=CertificateEvent.Kind.REVOKED)
    faces = Disclosure.objects.filter(entry=OuterRef("entry"), name=FACE, value__isnull=False)
    stated: QuerySet[Any] = certificates.annotate(
        annulled_at=F("attestation__annulment__at"),
        revoked_at=Subquery(revocations.values("at")[:1]),
        replaced_at=F("superseded_by__issued_at"),
        erased=~Exists(faces),
        sealed=Case(
            When(entry__sequence__isnull=False, then=Value(True)), default=Value(False), output_field=BooleanField()
        ),
    )
    return stated


def status_of(certificate: Any, day: date) -> Status:
    """The status on a day of a certificate that ``with_state`` has read. No query."""
    return status_on(
        day=day,
        valid_until=certificate.valid_until,
        annulled=certificate.annulled_at is not None,
        revoked=certificate.revoked_at is not None,
        erased=certificate.erased,
        superseded=certificate.replaced_at is not None,
        sealed=certificate.sealed,
    )


def since_of(certificate: Any, status: Status) -> datetime | None:
    """When the worth of a certificate that ``with_state`` has read ended; None where only time or law ended it."""
    moments: dict[Status, datetime | None] = {
        Status.ANNULLED: certificate.annulled_at,
        Status.REVOKED: certificate.revoked_at,
        Status.SUPERSEDED: certificate.replaced_at,
    }
    return moments.get(status)


def statuses(certificates: Collection[Certificate], day: date) -> dict[UUID, Status]:
    """The status of each on a day, by the certificate's id. One query, however many they are."""
    found = with_state(Certificate.objects.filter(pk__in=[certificate.pk for certificate in certificates]))
    return {certificate.pk: status_of(certificate, day) for certificate in found.order_by()}


def face_of(certificate: Certificate) -> dict[str, Any]:
    """The printed fields; empty where they were erased."""
    row = Disclosure.objects.filter(entry_id=certificate.entry_id, name=FACE).first()
    return dict(row.value or {}) if row is not None else {}


def check(*, token: str, day: date) -> Checked | None:
    """The certificate with this token, or None. Three queries at most, whether or not it exists."""
    if not TOKEN.fullmatch(token):
        return None
    certificate = with_state(Certificate.objects.filter(token=token)).select_related("assignment__campaign").first()
    if certificate is None:
        return None
    status = status_of(certificate, day)
    return Checked(
        certificate=certificate,
        status=status,
        since=since_of(certificate, status),
        face=face_of(certificate),
        editions=tuple(Edition.objects.filter(certificate=certificate)),
    )


def current() -> QuerySet[Certificate]:
    """The certificates that stand for their assignments: of a signature that counts, and not replaced by a newer one.

    One that was revoked or has expired still stands: its state says what it is worth.
    """
    return Certificate.objects.filter(attestation__annulment__isnull=True, superseded_by__isnull=True)


def certificate_of(assignment: Assignment) -> Any:
    """The certificate that stands for an assignment with its state, or None. One query."""
    return with_state(current().filter(assignment=assignment)).order_by("-issued_at").first()


def certificates_in(campaign: Campaign) -> list[Certificate]:
    """A campaign's certificates by number."""
    return list(
        Certificate.objects.filter(assignment__campaign=campaign)
        .select_related("assignment__employment")
        .order_by("serial")
    )


def pdf_path(sha256: str) -> Path:
    """Where the PDF with this SHA-256 is kept."""
    return conf.evidence_root / sha256[:2] / f"{sha256}.pdf"


def pdf_of(certificate: Certificate | Edition) -> Path:
    """Where the PDF of this certificate, or of this edition of it, is kept."""
    return pdf_path(certificate.pdf_sha256)
