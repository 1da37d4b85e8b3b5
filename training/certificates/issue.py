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
from training.attestation.queries import disclosed
from training.campaigns.calendar import day_of
from training.campaigns.models import Campaign
from training.certificates.drawing import CertificateFace, TooLong, draw_certificate
from training.certificates.models import Certificate
from training.certificates.queries import FACE, pdf_path
from training.conf import conf
from training.errors import Invalid, NotReady, TrainingError
from training.ledger.append import append, hide
from training.ledger.canonical import plain, sha256_hex
from training.ledger.keys import load_key, verifier
from training.ledger.seal import seal
from training.typesetting.fonts import load
from training.typesetting.glyphs import NoGlyph, named

TOKEN_BYTES = 16  # 128 bits


def grouped(hexadecimal: str) -> str:
    """A fingerprint in groups of four, as people compare them."""
    return " ".join(hexadecimal[i : i + 4] for i in range(0, len(hexadecimal), 4)).upper()


def _face(attestation: Attestation, *, serial: str, token: str, now: datetime) -> CertificateFace:
    campaign = attestation.assignment.campaign
    person = disclosed(attestation)
    if "name" not in person:
        raise NotReady(_("The personal values of this signature were erased; no certificate can be issued."))
    return CertificateFace(
        serial=serial,
        holder=person["name"],
        staff_number=person["number"],
        department=person["department"],
        campaign=campaign.title,
        first_day=campaign.first_day,
        last_day=campaign.last_day,
        modules=tuple(module["title"] for module in attestation.signed["modules"]),
        policy_title=campaign.revision.title,
        policy_number=campaign.revision.number,
        policy_enacted_on=campaign.revision.enacted_on,
        signed_on=day_of(attestation.at, conf.time_zone),
        issued_on=day_of(now, conf.time_zone),
        valid_until=campaign.valid_until,
        company=conf.company_name,
        officer_title=conf.officer_title,
        officer_name=conf.officer_name,
        check_url=conf.check_url(token),
        record_fingerprint=grouped(attestation.digest),
        key_fingerprint=grouped(verifier(load_key()).fingerprint),
        specimen=conf.specimen,
        language=attestation.statement_version.language,
    )


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


@transaction.atomic
def issue(*, attestation: Attestation, now: datetime) -> Certificate:
    """Draw, store and record the certificate of a signature; issued already, that one is returned.

    Raises ``NotReady`` while the signature's entry is not sealed, and
    ``Invalid`` naming each character that the certificate's font cannot draw,
    or the text that does not fit the page.
    """
    # One campaign, one issuer at a time: the numbers have no gap and no twin.
    Campaign.objects.select_for_update().get(pk=attestation.assignment.campaign_id)
    issued = Certificate.objects.filter(attestation=attestation).order_by("-issued_at").first()
    if issued is not None:
        return issued
    attestation = Attestation.objects.select_related(
        "assignment__campaign__revision", "statement_version", "entry"
    ).get(pk=attestation.pk)
    if attestation.entry.sequence is None:
        raise NotReady(_("The signature has not been sealed yet; the certificate follows in a moment."))
    campaign = attestation.assignment.campaign
    number = Certificate.objects.filter(assignment__campaign=campaign).count() + 1
    token = secrets.token_hex(TOKEN_BYTES)
    face = _face(attestation, serial=f"{campaign.code}-{number:06d}", token=token, now=now)
    try:
        pdf = draw_certificate(face, fonts=load(conf.fonts))
    except NoGlyph as reason:
        raise Invalid(
            _("The certificate's font lacks: %(characters)s. No certificate was issued.")
            % {"characters": named(reason.characters)}
        ) from reason
    except TooLong as reason:
        raise Invalid(_("The certificate's texts do not fit its page: %(text)s.") % {"text": reason}) from reason
    certificate = Certificate(
        assignment=attestation.assignment,
        attestation=attestation,
        serial=face.serial,
        token=token,
        language=face.language,
        issued_at=now,
        valid_until=campaign.valid_until,
        pdf_sha256=keep(pdf),
    )
    append(kind="certificates.issued", at=now, rows=[certificate], disclosures=[hide(FACE, plain(asdict(face)))])
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
    """Signatures without a certificate, oldest first."""
    return list(Attestation.objects.filter(certificates__isnull=True).order_by("at"))
