"""The ledger's part of a pack: entries, what belongs to each, checkpoints, and whose tasks are whose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import IO, Any

import orjson

from training.campaigns.models import Task
from training.ledger.append import project
from training.ledger.canonical import moment
from training.ledger.models import BatchEvidence, Checkpoint, Entry, evidence_models
from training.ledger.reading import chunked
from training.reports.pack.entries import Campaigns, Selected, entries_of
from training.reports.pack.signatures import hidden_of

CHUNK, BATCH = 100, 500  # bodies are long


def entry_lines(
    campaigns: Campaigns, *, size: int, disclosures: IO[bytes], batches: IO[bytes], read: Callable[[int], None]
) -> Iterator[bytes]:
    """Yield the lines of the pack's entries, and write what belongs to each beside them, in the same order."""
    tables = {model._meta.db_table: model for model in evidence_models() if issubclass(model, BatchEvidence)}
    for chunk in chunked(entries_of(campaigns, size=size), CHUNK):
        hidden = hidden_of([entry.id for entry in chunk])
        for entry in chunk:
            key = str(entry.id)
            for value in hidden.get(entry.id, ()):
                disclosures.write(_line({"entry": key, "encoded": value.encoded}))
            for row in _batch_rows(entry, tables):
                batches.write(_line({"entry": key, "table": row._meta.db_table, "part": row.part, "row": project(row)}))
        yield b"".join(_line({"sequence": entry.sequence, "body": entry.body}) for entry in chunk)
        read(len(chunk))


def _batch_rows(entry: Selected, tables: dict[str, type[BatchEvidence]]) -> Iterator[BatchEvidence]:
    for table in sorted(orjson.loads(entry.body)["batches"]):
        rows = tables[table]._base_manager.filter(entry=entry.id).order_by("part")
        yield from rows.iterator(chunk_size=BATCH)


def export_line(entry: Entry, *, disclosures: IO[bytes]) -> bytes:
    """Return the line of the entry that tells the log of the pack itself, and write what belongs to it."""
    for value in hidden_of([entry.pk])[entry.pk]:
        disclosures.write(_line({"entry": str(entry.pk), "encoded": value.encoded}))
    return _line({"sequence": entry.sequence, "body": entry.body})


def checkpoint_lines(last: Checkpoint) -> Iterator[bytes]:
    """Yield every checkpoint up to the pack's own, by size."""
    rows = Checkpoint.objects.filter(size__lte=last.size).order_by("size")
    for row in rows.iterator(chunk_size=BATCH):
        yield _line({"size": row.size, "root": row.root, "at": moment(row.at), "note": row.note})


def task_lines(campaigns: Campaigns) -> Iterator[bytes]:
    """Yield which task is whose, and of which module: the rows of the quizzes name the task alone."""
    rows = Task.objects.filter(assignment__campaign__in=campaigns).order_by("assignment", "campaign_module__order")
    columns = ("pk", "assignment", "campaign_module__module", "campaign_module__order")
    for chunk in chunked(rows.values_list(*columns).iterator(chunk_size=BATCH), BATCH):
        yield b"".join(_line(dict(zip(("task", "assignment", "module", "order"), row, strict=True))) for row in chunk)


def _line(values: dict[str, Any]) -> bytes:
    return orjson.dumps(values, option=orjson.OPT_APPEND_NEWLINE)
