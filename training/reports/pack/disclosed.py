"""The personal values that entries disclose, for tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from training.ledger.models import Disclosure


def disclosures_of(entries: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The personal values of entries by entry and name; erased ones are missing. One query."""
    found: dict[UUID, dict[str, Any]] = {}
    for row in Disclosure.objects.filter(entry__in=list(entries)):
        found.setdefault(row.entry_id, {})[row.name] = row.value
    return found


def disclosed(entries: Iterable[UUID], name: str) -> dict[Any, str]:
    """One personal value of each entry that has it. One query."""
    rows = Disclosure.objects.filter(entry__in=list(entries), name=name)
    return {row.entry_id: str(row.value) for row in rows}
