"""What happens right after a signature: it is sealed, then certified."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from training.attestation.models import Attestation
from training.attestation.queries import has_taught
from training.background import task
from training.certificates.issue import issue
from training.ledger.keys import load_key
from training.ledger.seal import seal


@task()
def issue_certificate(attestation: str) -> str:
    """Seal what waits, issue the certificate of this signature (a UUID as text), seal that; return its number.

    Of a campaign that taught nothing there is none: its number is empty.

    Fails, to be tried again by ``issue_certificates``, when somebody else is
    sealing for longer than two seconds.
    """
    key = load_key()
    seal(now=timezone.now(), key=key)
    signed = Attestation.objects.get(pk=UUID(attestation))
    if not has_taught(signed):
        return ""
    certificate = issue(attestation=signed, now=timezone.now())
    seal(now=timezone.now(), key=key)
    return certificate.serial


@task()
def seal_waiting() -> None:
    """Seal what waits, right after somebody has ordered an edition, or has ended or renewed what was certified."""
    seal(now=timezone.now(), key=load_key())
