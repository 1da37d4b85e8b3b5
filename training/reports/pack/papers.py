"""The scans of what was done on paper, each once however many people signed the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.attestation.models import PaperRecord
from training.attestation.scans import scan_path
from training.campaigns.models import Campaign
from training.ledger.models import Checkpoint
from training.reports.pack.entries import sealed
from training.reports.zipstream import PIECE

ENDINGS = {"application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg"}


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan and where it is kept."""

    sha256: str
    media_type: str
    path: Path

    @property
    def name(self) -> str:
        """What its file is called in a pack."""
        return f"{self.sha256}.{ENDINGS[self.media_type]}"

    def pieces(self) -> Iterator[bytes]:
        """Yield its bytes."""
        with self.path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def scans_of(campaign: Campaign, *, checkpoint: Checkpoint) -> Iterator[Scan]:
    """Yield the campaign's scans by SHA-256; one that is gone, with an erasure or by loss, is left out."""
    rows = sealed(PaperRecord.objects.filter(assignment__campaign=campaign), checkpoint.size)
    for sha256, media_type in rows.order_by("sha256").values_list("sha256", "media_type").distinct():
        scan = Scan(sha256, media_type, scan_path(sha256))
        if scan.path.is_file() and media_type in ENDINGS:
            yield scan
