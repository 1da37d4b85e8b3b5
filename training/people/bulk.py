"""Many rows into a table at once, as fast as the database takes them. Only for rows that are no evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from training.ledger.bulk import CHUNK, insert

__all__ = ["CHUNK", "insert", "update_in_chunks"]


def update_in_chunks(rows: QuerySet[Any], keys: Sequence[Any], **values: Any) -> None:
    """Update the rows with these keys, a thousand at a time."""
    for start in range(0, len(keys), CHUNK):
        rows.filter(pk__in=keys[start : start + CHUNK]).update(**values)
