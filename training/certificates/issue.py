"""Issue a certificate for a sealed signature."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from threading import Lock
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Min, QuerySet
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Annulment, Attestation
from training.attestation.queries import certifiable, has_taught
from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.produce import Produced, Prove, produce
from training.certificates.queries import FACE, pdf_path
from training.errors import Conflict, NotReady, TrainingError
from training.kept import keep as store
from training.ledger.append import append, hide
from training.ledger.canonical import plain, sha256_hex
from training.ledger.keys import load_key
from training.ledger.proof import Prover, inclusion
from training.ledger.seal import seal

TOKEN_BYTES = 16  # 128 bits
_LINE = Lock()


def keep(data: bytes) -> str:
    """Store bytes under their SHA-256 and return it. Stored whole or not at all; what is there already stays."""
    digest = sha256_hex(data)
    store(pdf_path(digest), data)
    return digest


def next_serial(campaign: Campaign) -> str:
    """The number after the last of a campaign; it is one's own only while one holds the campaign's lock."""
    return f"{campaign.code}-{Certificate.objects.filter(assignment__campaign=campaign).count() + 1:06d}"


@contextmanager
def _in_line() -> Iterator[None]:
    """Let the issuers of this process draw one after the other, so that no number is drawn twice in vain.

    Within a transaction nothing is waited for: whoever is drawing may be waiting for what it holds.
    """
    if connection.in_atomic_block:
        yield
    else:
        with _LINE:
            yield


def issue(*, attestation: Attestation, now: datetime, prove: Prove = inclusion) -> Certificate:
    """Draw, store and record the certificate of a signature; issued already, that one is returned.

    Raises ``NotReady`` while the signature's entry is not sealed, and where
    the campaign taught nothing,
    ``Conflict`` where the signature was annulled, and ``Invalid`` naming each
    character that the certificate's font cannot draw, or the text that does
    not fit the page.

    It is drawn, signed and time-stamped before the transaction that records
    it, under the number that comes next, and once more where another process
    has taken that number meanwhile: a slow time stamp authority keeps nobody
    from writing, and what is cut off in between has left nothing.
    """
    with _in_line():
        while True:
            draft = _drawn(attestation, now, prove)
            certificate = draft if isinstance(draft, Certificate) else _recorded(draft, now)
            if certificate is not None:
                return certificate


@dataclass(frozen=True, slots=True)
class _Draft:
    """A certificate's file that nothing refers to yet."""

    attestation: Attestation
    token: str
    made: Produced


def _issued(attestation: Attestation) -> Certificate | None:
    return Certificate.objects.filter(attestation=attestation).order_by("-issued_at").first()


def _drawn(attestation: Attestation, now: datetime, prove: Prove) -> _Draft | Certificate:
    issued = _issued(attestation)
    if issued is not None:
        return issued
    attestation = Attestation.objects.select_related(
        "assignment__campaign__revision", "statement_version", "entry", "annulment"
    ).get(pk=attestation.pk)
    if hasattr(attestation, "annulment"):
        raise _annulled()
    if not has_taught(attestation):
        raise NotReady(_("Nothing was taught here: there is nothing to certify. The signed pledge is the record."))
    if attestation.entry.sequence is None:
        raise NotReady(_("The signature has not been sealed yet; the certificate follows in a moment."))
    token = secrets.token_hex(TOKEN_BYTES)
    made = produce(
        attestation=attestation,
        serial=next_serial(attestation.assignment.campaign),
        token=token,
        language=attestation.statement_version.language,
        issued_at=now,
        valid_until=attestation.assignment.campaign.valid_until,
        prove=prove,
    )
    return _Draft(attestation, token, made)


@transaction.atomic
def _recorded(draft: _Draft, now: datetime) -> Certificate | None:
    """Store and record it, unless somebody else has; None where its number is not the next any more."""
    attestation, made = draft.attestation, draft.made
    # One campaign, one issuer at a time: the numbers have no gap and no twin.
    campaign = Campaign.objects.select_for_update().get(pk=attestation.assignment.campaign_id)
    issued = _issued(attestation)
    if issued is not None:
        return issued
    if Annulment.objects.filter(attestation=attestation).exists():
        raise _annulled()
    if next_serial(campaign) != made.face.serial:
        return None
    certificate = Certificate(
        assignment=attestation.assignment,
        attestation=attestation,
        serial=made.face.serial,
        token=draft.token,
        language=made.face.language,
        issued_at=now,
        valid_until=made.face.valid_until,
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


def _annulled() -> Conflict:
    return Conflict(_("This signature has been annulled; no certificate is issued for it."))


@dataclass(slots=True)
class Outcome:
    """What ``issue_waiting`` did: certificates issued, and reasons by the id of each signature left waiting."""

    issued: list[Certificate] = field(default_factory=list)
    refused: dict[UUID, TrainingError] = field(default_factory=dict)


def issue_waiting(*, now: datetime) -> Outcome:
    """Seal, then issue what is missing, each in its own transaction: one that cannot be does not hold up the others."""
    seal(now=now, key=load_key())
    outcome = Outcome()
    first = _waiting().aggregate(first=Min("entry__sequence"))["first"]
    if first is None:
        return outcome
    prover = Prover(first=first)
    for attestation in waiting():
        try:
            outcome.issued.append(issue(attestation=attestation, now=now, prove=prover.inclusion))
        except TrainingError as reason:
            outcome.refused[attestation.pk] = reason
    return outcome


def waiting() -> list[Attestation]:
    """Signatures that are certified and have no certificate, oldest first."""
    return list(_waiting().order_by("at"))


def _waiting() -> QuerySet[Attestation]:
    return certifiable().filter(certificates__isnull=True)
