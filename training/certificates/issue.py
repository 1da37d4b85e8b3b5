"""Issue a certificate for a sealed signature."""

from __future__ import annotations

import os
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Attestation
from training.attestation.queries import counting
from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.produce import produce
from training.certificates.queries import FACE, pdf_path
from training.errors import Conflict, NotReady, TrainingError
from training.ledger.append import append, hide
from training.ledger.canonical import plain, sha256_hex
from training.ledger.keys import load_key
from training.ledger.seal import seal

TOKEN_BYTES = 16  # 128 bits


def keep(data: bytes) -> str:
    """Store bytes under their SHA-256 and return it. Stored whole or not at all; what is there already stays."""
    digest = sha256_hex(data)
    path: Path = pdf_path(digest)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)
    return digest


def next_serial(campaign: Campaign) -> str:
    """The number after the last of a campaign; the caller holds the campaign's lock."""
    return f"{campaign.code}-{Certificate.objects.filter(assignment__campaign=campaign).count() + 1:06d}"


@transaction.atomic
def issue(*, attestation: Attestation, now: datetime) -> Certificate:
    """Draw, store and record the certificate of a signature; issued already, that one is returned.

    Raises ``NotReady`` while the signature's entry is not sealed,
    ``Conflict`` where the signature was annulled, and ``Invalid`` naming each
    character that the certificate's font cannot draw, or the text that does
    not fit the page.
    """
    # One campaign, one issuer at a time: the numbers have no gap and no twin.
    Campaign.objects.select_for_update().get(pk=attestation.assignment.campaign_id)
    issued = Certificate.objects.filter(attestation=attestation).order_by("-issued_at").first()
    if issued is not None:
        return issued
    attestation = Attestation.objects.select_related(
        "assignment__campaign__revision", "statement_version", "entry", "annulment"
    ).get(pk=attestation.pk)
    if hasattr(attestation, "annulment"):
        raise Conflict(_("This signature has been annulled; no certificate is issued for it."))
    if attestation.entry.sequence is None:
        raise NotReady(_("The signature has not been sealed yet; the certificate follows in a moment."))
    campaign = attestation.assignment.campaign
    token = secrets.token_hex(TOKEN_BYTES)
    made = produce(
        attestation=attestation,
        serial=next_serial(campaign),
        token=token,
        language=attestation.statement_version.language,
        issued_at=now,
        valid_until=campaign.valid_until,
    )
    certificate = Certificate(
        assignment=attestation.assignment,
        attestation=attestation,
        serial=made.face.serial,
        token=token,
        language=made.face.language,
        issued_at=now,
        valid_until=campaign.valid_until,
        pdf_sha256=keep(made.pdf),
    )
    append(
        kind="certificates.issued",
        at=now,
        rows=[certificate],
        facts={"design": made.design},
        disclosures=[hide(FACE, plain(asdict(made.face)))],
    )
    return certificate


@dataclass(slots=True)
class Outcome:
    """What ``issue_waiting`` did: certificates issued, and reasons by the id of each signature left waiting."""

    issued: list[Certificate] = field(default_factory=list)
    refused: dict[UUID, TrainingError] = field(default_factory=dict)


def issue_waiting(*, now: datetime) -> Outcome:
    """Seal, then issue what is missing, each in its own transaction: one that cannot be does not hold up the others."""
    seal(now=now, key=load_key())
    outcome = Outcome()
    for attestation in waiting():
        try:
            outcome.issued.append(issue(attestation=attestation, now=now))
        except TrainingError as reason:
            outcome.refused[attestation.pk] = reason
    return outcome


def waiting() -> list[Attestation]:
    """Signatures that count and have no certificate, oldest first."""
    return list(counting().filter(certificates__isnull=True).order_by("at"))
