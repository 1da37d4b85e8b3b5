"""Each signed pledge of a campaign: as a record that proves itself, and as a copy to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from training.attestation.copy import pledge_pdf
from training.attestation.models import Annulment, Attestation
from training.campaigns.models import Campaign
from training.errors import TrainingError
from training.ledger.canonical import Json, canonical
from training.ledger.disclosure import Hidden
from training.ledger.levels import Levels
from training.ledger.models import Checkpoint, Disclosure
from training.ledger.reading import chunked
from training.reports.filenames import Stems, person_stem
from training.reports.pack.entries import sealed

SCHEMA = "privacy-training/attestation/1"
CHUNK = 200


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature's files; ``copy`` is None where none was asked for, or none can be drawn any more."""

    id: UUID
    stem: str
    record: bytes
    copy: bytes | None


def signatures_of(campaign: Campaign, *, checkpoint: Checkpoint, tree: Levels, copies: bool) -> Iterator[Signature]:
    """Yield every signature in the order of the log, annulled ones too, each with its proof under the checkpoint."""
    stems = Stems()
    rows = sealed(Attestation.objects.filter(assignment__campaign=campaign), checkpoint.size)
    rows = rows.select_related("entry", "statement_version").order_by("entry__sequence")
    for chunk in chunked(rows.iterator(chunk_size=CHUNK), CHUNK):
        hidden = hidden_of([row.entry_id for row in chunk])
        wrong = sealed(Annulment.objects.filter(attestation__in=chunk), checkpoint.size)
        annulled = {row.attestation_id: row for row in wrong}
        for row in chunk:
            values = hidden.get(row.entry_id, [])
            person = {value.name: str(value.value) for value in values}
            known = "number" in person and "name" in person
            stem = person_stem(person["number"], person["name"]) if known else f"erased_{str(row.pk)[:8]}"
            annulment = annulled.get(row.pk)
            record = _record(row, values, annulment.entry_id if annulment else None, checkpoint, tree)
            copy = _copy(row, person, annulment.at if annulment else None) if copies else None
            yield Signature(row.pk, stems.new(stem), record, copy)


def hidden_of(entries: list[UUID]) -> dict[UUID, list[Hidden]]:
    """Return the disclosures of entries by entry; erased ones are missing. One query."""
    found: dict[UUID, list[Hidden]] = {}
    for row in Disclosure.objects.filter(entry__in=entries).order_by("digest"):
        found.setdefault(row.entry_id, []).append(Hidden(salt=row.salt, name=row.name, value=row.value))
    return found


def _record(row: Any, values: list[Hidden], annulment: UUID | None, checkpoint: Checkpoint, tree: Levels) -> bytes:
    disclosures: list[Json] = [value.encoded for value in values]
    hashes: list[Json] = [step.hex() for step in tree.inclusion_proof(row.entry.sequence)]
    return canonical(
        {
            "schema": SCHEMA,
            "entry": {"body": row.entry.body, "disclosures": disclosures},
            "attestation": str(row.pk),
            "signed": row.signed,
            "digest": row.digest,
            "proof": {"sequence": row.entry.sequence, "size": checkpoint.size, "hashes": hashes},
            "checkpoint": checkpoint.note,
            "annulled": str(annulment) if annulment else None,
        }
    )


def _copy(row: Attestation, person: dict[str, str], annulled_at: datetime | None) -> bytes | None:
    try:
        return pledge_pdf(row, person=person, annulled_at=annulled_at)
    except TrainingError:  # erased, or a character that the font lacks: the record stands, the table says so
        return None
