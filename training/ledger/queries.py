"""How far the log is sealed."""

from __future__ import annotations

from training.ledger.models import Checkpoint, Entry


def unsealed() -> int:
    """Count the entries that wait for ``seal_ledger``: until then nothing proves that none was taken out."""
    return Entry.objects.filter(sequence__isnull=True).count()


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest checkpoint, None before the first sealing."""
    return Checkpoint.objects.order_by("-size").first()
