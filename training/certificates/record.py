"""The record inside a certificate: what it rests on, for who checks it without a network (docs/evidence-pack.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from training.ledger.canonical import Json, canonical, moment

SCHEMA = "privacy-training/certificate/1"
NAME = "record.json"


@dataclass(frozen=True, kw_only=True)
class Sealed:
    """A signature as the log holds it: its entry with the personal values behind it, and the proof that it is there.

    ``hashes`` lead from the entry's leaf to the root that ``checkpoint``, a signed note, was signed for.
    """

    attestation: str
    digest: str
    signed: dict[str, Json]
    body: str
    disclosures: Sequence[str]
    sequence: int
    size: int
    hashes: Sequence[str]
    checkpoint: str


@dataclass(frozen=True, kw_only=True)
class Record:
    """Everything about one certificate. ``printed`` is its face field by field; ``key`` verifies the checkpoint."""

    serial: str
    token: str
    language: str
    check_url: str
    issued_at: datetime
    valid_until: date
    printed: dict[str, Json]
    sealed: Sealed
    key: str
    fingerprint: str

    def render(self) -> bytes:
        """Write the record as RFC 8785 canonical JSON."""
        sealed = self.sealed
        return canonical(
            {
                "schema": SCHEMA,
                "serial": self.serial,
                "token": self.token,
                "language": self.language,
                "check_url": self.check_url,
                "issued_at": moment(self.issued_at),
                "valid_until": self.valid_until.isoformat(),
                "printed": self.printed,
                "entry": {"body": sealed.body, "disclosures": list(sealed.disclosures)},
                "attestation": {"id": sealed.attestation, "digest": sealed.digest, "signed": sealed.signed},
                "proof": {"sequence": sealed.sequence, "size": sealed.size, "hashes": list(sealed.hashes)},
                "checkpoint": sealed.checkpoint,
                "key": self.key,
                "fingerprint": self.fingerprint,
            }
        )
