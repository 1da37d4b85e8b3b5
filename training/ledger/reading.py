"""Reading the log as it is stored, for those who do not trust what is stored."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection, transaction
from django.db.models import F, QuerySet, TextField
from django.db.models.functions import Cast

from training.ledger.canonical import moment
from training.ledger.models import Entry

CHUNK = 500
# As databases write a UUID and an instant, in the one form that each of them uses.
_HEX = re.compile("[0-9a-f]{32}")
_DASHED = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:\+00)?", re.ASCII)

T = TypeVar("T")


@contextmanager
def snapshot() -> Iterator[None]:
    """Let everything within read one state of the database, whatever others write meanwhile, and block nobody.

    Inside a transaction of the caller's it is that transaction's view.
    """
    connection.ensure_connection()
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    elif connection.connection.in_transaction:
        yield
    else:
        # Not ``atomic``: where transactions are IMMEDIATE it would keep every writer waiting.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")


class StoredEntry(NamedTuple):
    """An entry's columns as text, so that no content can stop a verification. ``key`` and ``at`` in the log's form."""

    key: str
    kind: str
    at: str
    body: str
    leaf: str
    sequence: int | None
    seal: str | None


def entry_chunks() -> Iterator[list[StoredEntry]]:
    """Yield every entry, the sealed in the order of their numbers and then the others, in chunks."""
    sealed = Entry.objects.filter(sequence__isnull=False).order_by("sequence")
    unsealed = Entry.objects.filter(sequence__isnull=True).order_by("at", "id")
    for entries in (sealed, unsealed):
        yield from chunked(_stored(entries), CHUNK)


def chunked(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of ``size`` items and one of the rest."""
    stream = iter(items)
    while chunk := list(islice(stream, size)):
        yield chunk


def as_text(queryset: QuerySet[Any], *fields: str) -> Iterator[tuple[str | None, ...]]:
    """Yield columns as the text that the database makes of them: no value is too strange for that."""
    columns = {f"text_{name}": Cast(F(name), TextField()) for name in fields}
    rows: Iterator[tuple[str | None, ...]] = (
        queryset.annotate(**columns).values_list(*columns).iterator(chunk_size=CHUNK)
    )
    return rows


def as_uuid(text: str | None) -> str:
    """Return a UUID in its usual form, or what stands in its place."""
    text = text or ""
    if _HEX.fullmatch(text):  # by way of an object it takes three times as long
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
    if _DASHED.fullmatch(text):
        return text
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return text


def uuids_among(texts: Iterable[str]) -> list[uuid.UUID]:
    """Return those texts that are UUIDs, as such: keys that a query may ask for."""
    found: list[uuid.UUID] = []
    for text in texts:
        with suppress(ValueError):
            found.append(uuid.UUID(text))
    return found


def as_moment(text: str | None) -> str:
    """Return an instant in the log's form, or what stands in its place. SQLite keeps UTC without saying so."""
    if usual := _INSTANT.fullmatch(text or ""):
        day, time, fraction = usual.groups(default="")
        return f"{day}T{time}.{fraction:0<6}Z"
    try:
        value = datetime.fromisoformat(text or "")
    except ValueError:
        return text or ""
    return moment(value if value.tzinfo else value.replace(tzinfo=UTC))


def as_integer(text: str | None) -> int | None:
    """Return a whole number, None for anything else."""
    try:
        return int(text or "")
    except ValueError:
        return None


def _stored(entries: QuerySet[Entry]) -> Iterator[StoredEntry]:
    for key, kind, at, body, leaf, sequence, seal in as_text(
        entries, "id", "kind", "at", "body", "leaf", "sequence", "seal"
    ):
        yield StoredEntry(as_uuid(key), kind or "", as_moment(at), body or "", leaf or "", as_integer(sequence), seal)
