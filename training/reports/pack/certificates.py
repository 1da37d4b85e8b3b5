"""The certificates of a campaign and their editions, as issued."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from training.campaigns.models import Campaign
from training.certificates.models import Certificate, Edition
from training.certificates.queries import FACE, pdf_of
from training.ledger.models import Checkpoint
from training.ledger.reading import chunked
from training.reports.filenames import Stems, person_stem
from training.reports.pack.entries import sealed
from training.reports.pack.signatures import hidden_of
from training.reports.pack.states import with_state_at

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Issued:
    """A file as issued: of a certificate, or of an edition of one."""

    id: UUID
    stem: str
    path: Path
    at: datetime


def certificates_of(campaign: Campaign, *, checkpoint: Checkpoint) -> Iterator[Issued]:
    """Yield every certificate's file by serial, its editions after it.

    The one in force is named for its holder; what was superseded, revoked or
    annulled has its serial after the name. Left out: what is printed with
    personal values that were erased, and files that are not stored any more;
    the table of certificates says so.
    """
    stems = Stems()
    rows = with_state_at(Certificate.objects.filter(assignment__campaign=campaign), checkpoint.size)
    for chunk in chunked(rows.order_by("serial").iterator(chunk_size=CHUNK), CHUNK):
        hidden = hidden_of([row.entry_id for row in chunk])
        faces = {key: {value.name: value.value for value in values}.get(FACE) for key, values in hidden.items()}
        editions: dict[UUID, list[Edition]] = {}
        for edition in sealed(Edition.objects.filter(certificate__in=chunk), checkpoint.size).order_by("language"):
            editions.setdefault(edition.certificate_id, []).append(edition)
        for row in chunk:
            face = faces.get(row.entry_id)
            if not isinstance(face, dict):
                continue
            name = person_stem(str(face["staff_number"]), str(face["holder"]))
            ended = row.annulled_at or row.revoked_at or row.replaced_at
            named = [(row, f"{name}_{row.serial}" if ended else name)]
            named += [(e, f"{name}_{row.serial}_{e.language}") for e in editions.get(row.pk, [])]
            for one, stem in named:
                if pdf_of(one).exists():
                    yield Issued(one.pk, stems.new(stem), pdf_of(one), one.issued_at)
