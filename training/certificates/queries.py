"""Certificates and what the public may read of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from training.campaigns.models import Assignment, Campaign
from training.certificates.models import Certificate
from training.conf import conf
from training.ledger.models import Disclosure

FACE = "face"
TOKEN = re.compile("[0-9a-f]{32}")


class Status(StrEnum):
    """What a certificate is worth on a day."""

    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Checked:
    """A certificate as its check page shows it: status, and the printed fields (empty once erased)."""

    certificate: Certificate
    status: Status
    face: dict[str, Any]


def status_on(*, valid_until: date, superseded: bool, erased: bool, day: date) -> Status:
    """The status on a day; what was replaced or erased stays so whatever the date."""
    if erased:
        return Status.ERASED
    if superseded:
        return Status.SUPERSEDED
    return Status.EXPIRED if day > valid_until else Status.VALID


def face_of(certificate: Certificate) -> dict[str, Any]:
    """The printed fields; empty where they were erased."""
    row = Disclosure.objects.filter(entry_id=certificate.entry_id, name=FACE).first()
    return dict(row.value or {}) if row is not None else {}


def check(*, token: str, day: date) -> Checked | None:
    """The certificate with this token, or None. Three queries at most, whether or not it exists."""
    if not TOKEN.fullmatch(token):
        return None
    certificate = Certificate.objects.select_related("assignment__campaign").filter(token=token).first()
    if certificate is None:
        return None
    face = face_of(certificate)
    superseded = Certificate.objects.filter(supersedes=certificate).exists()
    status = status_on(valid_until=certificate.valid_until, superseded=superseded, erased=not face, day=day)
    return Checked(certificate=certificate, status=status, face=face)


def certificate_of(assignment: Assignment) -> Certificate | None:
    """The assignment's newest certificate, if one was issued."""
    return Certificate.objects.filter(assignment=assignment).order_by("-issued_at").first()


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


def pdf_of(certificate: Certificate) -> Path:
    """Where this certificate's PDF is kept."""
    return pdf_path(certificate.pdf_sha256)
