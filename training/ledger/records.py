"""Compare the rooms' rows with the entries that vouch for them, both ways."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from django.db.models import Exists, Max, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from training.ledger.append import leaf_of, project
from training.ledger.body import Batch, Body, BodyError
from training.ledger.canonical import Json, canonical
from training.ledger.merkle import CompactRange
from training.ledger.models import BatchEvidence, Entry, Evidence, evidence_models
from training.ledger.reading import StoredEntry, as_text, as_uuid, entry_chunks, snapshot, uuids_among
from training.ledger.report import KEPT, Problem, Reason, Report

WINDOW = 2000

# What Django's column converters raise when a column holds what its type cannot be.
UNREADABLE = (ValueError, TypeError, AttributeError)


def verify_records(*, progress: Callable[[int], None] | None = None) -> Report:
    """Compare every evidence row of every room with its entry, and every entry with its rows.

    Each row has the values that its entry holds, and is listed by it; each
    listed row is stored; each batch has all its parts and the root that its
    entry holds. Entries are believed here: ``verify`` checks those. Read in
    chunks of entries, ``progress`` is told how many.
    """
    with snapshot():
        return _Comparison(progress=progress).run()


M = TypeVar("M", bound=Evidence)
Read = tuple[StoredEntry, Body]


class _Comparison:
    def __init__(self, *, progress: Callable[[int], None] | None) -> None:
        self.progress = progress
        self.report = Report()
        self.unreadable: set[str] = set()
        self.models = {model._meta.db_table: model for model in evidence_models()}
        # Rows read for the entries that list them, by table: where more are stored, some are listed by nobody.
        self.read: Counter[str] = Counter()

    def run(self) -> Report:
        for chunk in entry_chunks():
            read: dict[str, Read] = {}
            for entry in chunk:
                self.report.entries_read += 1
                if entry.sequence is None:
                    self.report.unsealed += 1
                else:
                    self.report.sealed += 1
                body = self._body(entry)
                if body is not None:
                    read[entry.key] = (entry, body)
            for table, model in self.models.items():
                if issubclass(model, BatchEvidence):
                    self._batches(model, read)
                elif listing := [key for key, (_entry, body) in read.items() if table in body.rows]:
                    self._rows(model, read, listing)
            if self.progress:
                self.progress(self.report.entries_read)
        for table, model in self.models.items():
            if _all(model).count() != self.read[table]:
                self._unlisted_rows(model)
                self._orphans(model)
        return self.report

    def _body(self, entry: StoredEntry) -> Body | None:
        try:
            body = Body.parse(entry.body)
        except BodyError as reason:
            message = _("The body is no entry: %(reason)s.") % {"reason": reason}
            problem = Problem(Reason.UNREADABLE, Entry._meta.db_table, entry.key, message, "body", entry.sequence)
            self.report.add(problem)
            return None
        for table, wanted in [*((table, False) for table in body.rows), *((table, True) for table in body.batches)]:
            model = self.models.get(table)
            if model is None or issubclass(model, BatchEvidence) != wanted:
                message = _("The entry lists rows of a table %(table)s that holds no such evidence.") % {"table": table}
                problem = Problem(Reason.TABLE_UNKNOWN, table, entry.key, message, sequence=entry.sequence)
                self.report.add(problem)
        return body

    # --- rows that stand in their entry with every value ---

    def _rows(self, model: type[Evidence], read: dict[str, Read], listing: list[str]) -> None:
        table = model._meta.db_table
        wanted = {(key, str(values["id"])): values for key in listing for values in read[key][1].rows[table]}
        for row in self._stored(_all(model).filter(entry_id__in=uuids_among(listing))):
            entry = read[str(row.entry_id)][0]
            values = wanted.pop((entry.key, str(row.pk)), None)
            if values is None:
                self._unlisted(row, entry)
            else:
                self._compare(row, entry, values)
        for key, row_id in wanted:
            if row_id not in self.unreadable:
                message = _("Its entry lists it, and it is not stored.")
                self._add(Reason.ROW_MISSING, table, row_id, read[key][0], message)

    def _compare(self, row: Evidence, entry: StoredEntry, said: dict[str, Json]) -> None:
        table = row._meta.db_table
        try:
            stored = project(row)
        except ValueError as reason:
            message = _("It cannot be read: %(reason)s.") % {"reason": reason}
            self._add(Reason.UNREADABLE, table, str(row.pk), entry, message)
            return
        for column in sorted(stored.keys() | said.keys()):
            if column not in stored or column not in said or not _same(stored[column], said[column]):
                message = _("The row says %(stored)s, its entry %(said)s.") % {
                    "stored": stored.get(column, "—"),
                    "said": said.get(column, "—"),
                }
                self._add(Reason.COLUMN, table, str(row.pk), entry, message, column)

    # --- rows of which their entry holds only number and root ---

    def _batches(self, model: type[BatchEvidence], read: dict[str, Read]) -> None:
        table = model._meta.db_table
        for entry, body in read.values():
            if table in body.batches:
                self._batch(model, entry, body.batches[table])

    def _batch(self, model: type[BatchEvidence], entry: StoredEntry, batch: Batch) -> None:
        table = model._meta.db_table
        tree = CompactRange()
        before = self.report.problem_count
        for key in uuids_among([entry.key]):
            for row in self._parts(model, key, batch["count"]):
                if row.part >= batch["count"] or row.part < tree.size:
                    message = _("Its entry has no place %(part)d for it.") % {"part": row.part}
                    self._add(Reason.PART_SUPERFLUOUS, table, str(row.pk), entry, message, "part")
                    continue
                while tree.size < row.part:
                    self._part_missing(table, entry, tree)
                tree.append(self._leaf(row, entry))
        while tree.size < batch["count"] and self.report.problem_count - before <= KEPT:
            self._part_missing(table, entry, tree)
        if self.report.problem_count == before and tree.root().hex() != batch["root"]:
            message = _("The rows agree with themselves, but not with the root that their entry holds.")
            self._add(Reason.BATCH, table, "", entry, message)

    def _part_missing(self, table: str, entry: StoredEntry, tree: CompactRange) -> None:
        message = _("Row number %(part)d of entry %(entry)s is missing.") % {"part": tree.size, "entry": entry.key}
        self._add(Reason.PART_MISSING, table, f"part {tree.size}", entry, message, "part")
        tree.append(b"")

    def _parts(self, model: type[BatchEvidence], key: uuid.UUID, count: int) -> Iterator[BatchEvidence]:
        rows = _all(model).filter(entry_id=key).order_by("part", "id")
        largest = _all(model).filter(entry_id=key).aggregate(largest=Max("part"))["largest"]
        stop = min(count, largest + 1) if isinstance(largest, int) else count
        for first in range(0, stop, WINDOW):
            yield from self._stored(rows.filter(part__gte=first, part__lt=min(first + WINDOW, stop)))
        yield from self._stored(rows.filter(Q(part__lt=0) | Q(part__gte=stop))[:KEPT])

    def _leaf(self, row: BatchEvidence, entry: StoredEntry) -> bytes:
        try:
            leaf = leaf_of(row)
        except ValueError as reason:
            message = _("It cannot be read: %(reason)s.") % {"reason": reason}
            self._add(Reason.UNREADABLE, row._meta.db_table, str(row.pk), entry, message)
            return b""
        if leaf.hex() != row.leaf:
            message = _("Its values are not those that its leaf hash was made of.")
            self._add(Reason.LEAF, row._meta.db_table, str(row.pk), entry, message)
        return leaf

    # --- both ---

    def _unlisted_rows(self, model: type[Evidence]) -> None:
        """Name the rows whose entries list no row of their table at all."""
        table = model._meta.db_table
        for chunk in entry_chunks():
            others = {entry.key: entry for entry in chunk if not _lists(entry, table)}
            for row in self._stored(_all(model).filter(entry_id__in=uuids_among(others))[:KEPT]):
                self._unlisted(row, others[str(row.entry_id)])

    def _orphans(self, model: type[Evidence]) -> None:
        orphans = _all(model).filter(~Exists(Entry.objects.filter(pk=OuterRef("entry_id")))).order_by()
        for row_id, entry in as_text(orphans, "id", "entry_id"):
            self.report.rows += 1
            message = _("There is no entry %(entry)s to list it.") % {"entry": as_uuid(entry)}
            self.report.add(Problem(Reason.ROW_UNLISTED, model._meta.db_table, as_uuid(row_id), message, "entry_id"))

    def _unlisted(self, row: Evidence, entry: StoredEntry) -> None:
        message = _("Its entry does not list it.")
        self._add(Reason.ROW_UNLISTED, row._meta.db_table, str(row.pk), entry, message)

    def _stored(self, rows: QuerySet[M]) -> Iterator[M]:
        """Read rows; where one of them cannot be read, read each by itself and name that one."""
        try:
            found = list(rows)
        except UNREADABLE:
            found = list(self._one_by_one(rows))
        self.report.rows += len(found)
        self.read[rows.model._meta.db_table] += len(found)
        yield from found

    def _one_by_one(self, rows: QuerySet[M]) -> Iterator[M]:
        model = rows.model
        keyed = _all(model).annotate(key_text=Cast("pk", TextField()))
        for (key,) in list(as_text(rows, "id")):
            row = keyed.filter(key_text=key)
            try:
                yield from list(row)
            except UNREADABLE:
                column = next(iter(_unreadable_columns(row)), "")
                message = _("The column holds what its type cannot be.")
                self.report.add(Problem(Reason.UNREADABLE, model._meta.db_table, as_uuid(key), message, column))
                self.unreadable.add(as_uuid(key))

    def _add(self, reason: Reason, table: str, row: str, entry: StoredEntry, message: str, column: str = "") -> None:
        self.report.add(Problem(reason, table, row, message, column, entry.sequence))


def _all(model: type[M]) -> QuerySet[M]:
    """Return every row, whatever a room's own manager leaves out, or its ordering by another table."""
    return model._base_manager.order_by()


def _lists(entry: StoredEntry, table: str) -> bool:
    try:
        body = Body.parse(entry.body)
    except BodyError:
        return False
    return table in body.rows or table in body.batches


def _same(stored: Json, said: Json) -> bool:
    """Compare as JSON does, where true is not 1."""
    if isinstance(stored, str) or isinstance(said, str):
        return stored == said
    try:
        return canonical(stored) == canonical(said)
    except ValueError:
        return False


def _unreadable_columns(row: QuerySet[M]) -> Iterable[str]:
    for field in row.model._meta.concrete_fields:
        try:
            list(row.values_list(field.attname))
        except UNREADABLE:
            yield field.attname
