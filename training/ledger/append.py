"""The one way evidence gets into the database: an entry, its disclosures and the rows they vouch for, together."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from training.ledger import merkle
from training.ledger.body import Batch, Body
from training.ledger.bulk import Bulk, insert_new
from training.ledger.canonical import Json, canonical, moment, plain, sha256_hex
from training.ledger.disclosure import SALT_BYTES, Hidden
from training.ledger.disclosure import hide as _hide
from training.ledger.models import BatchEvidence, Disclosure, Entry, Evidence


def hide(name: str, value: Json) -> Hidden:
    """Hide a personal value under a fresh salt, ready for ``append``."""
    return _hide(name, value, salt=secrets.token_bytes(SALT_BYTES))


def project(row: Evidence) -> dict[str, Json]:
    """Every column of a row as the entry holds it; the link to the entry itself is left out, being the entry's own."""
    values: dict[str, Json] = {}
    for field in row._meta.concrete_fields:
        if field.name in {"entry", "leaf"}:
            continue
        value = plain(getattr(row, field.attname))
        if field.name in row.hashed:
            data = value.encode() if isinstance(value, str) else canonical(value)
            value = {"sha256": sha256_hex(data)}
        values[field.attname] = value
    return values


def leaf_of(row: BatchEvidence) -> bytes:
    """Return the leaf hash of one row of a batch; it names table and entry, so that neither can be swapped."""
    return merkle.leaf_hash(canonical({"table": row._meta.db_table, "entry": str(row.entry_id), "row": project(row)}))


def append(
    *,
    kind: str,
    at: datetime,
    rows: Iterable[Evidence] = (),
    facts: Mapping[str, Any] | None = None,
    disclosures: Sequence[Hidden] = (),
    bulk: Sequence[Bulk] = (),
) -> Entry:
    """Store one fact and return its entry.

    ``kind`` is ``room.fact`` in the past tense (``attestation.signed``), ``at``
    the instant it is recorded. ``rows`` are unsaved evidence rows, inserted in
    the order in which their tables first appear. ``facts`` are public values
    that no row holds. Personal values come only as ``disclosures``. ``bulk``
    are batches of tens of thousands of rows, each of a table of its own, that
    are inserted after the rest.

    All of it is written in the caller's transaction or none of it.
    """
    with transaction.atomic():
        return append_within(kind=kind, at=at, rows=rows, facts=facts, disclosures=disclosures, bulk=bulk)


def append_within(
    *,
    kind: str,
    at: datetime,
    rows: Iterable[Evidence] = (),
    facts: Mapping[str, Any] | None = None,
    disclosures: Sequence[Hidden] = (),
    bulk: Sequence[Bulk] = (),
) -> Entry:
    """Do as ``append`` for a verb that has nothing to save where this fails: without a savepoint, two queries fewer.

    Raises ``TransactionManagementError`` outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("an entry is written within a transaction")
    entry = Entry(kind=kind, at=at)
    tables: dict[str, list[Evidence]] = {}
    for row in rows:
        row.entry = entry
        tables.setdefault(row._meta.db_table, []).append(row)

    single: dict[str, list[dict[str, Json]]] = {}
    batches: dict[str, Batch] = {}
    for table, members in tables.items():
        if isinstance(members[0], BatchEvidence):
            leaves: list[bytes] = []
            for part, member in enumerate(members):
                assert isinstance(member, BatchEvidence)  # noqa: S101  (one table, one model)
                member.part = part
                leaf = leaf_of(member)
                member.leaf = leaf.hex()
                leaves.append(leaf)
            batches[table] = {"count": len(leaves), "root": merkle.root(leaves).hex()}
        else:
            single[table] = [project(member) for member in members]
    hashes: list[list[bytes]] = []
    bulk = [batch for batch in bulk if batch.rows]
    for batch in bulk:
        table = batch.model._meta.db_table
        if table in tables or table in batches:
            raise ValueError(f"the rows of {table} are one batch")
        hashes.append(batch.leaves(entry))
        batches[table] = {"count": len(batch.rows), "root": merkle.root(hashes[-1]).hex()}

    hashed = [(hidden.digest, hidden) for hidden in disclosures]
    body = Body(
        id=str(entry.id),
        kind=kind,
        at=moment(at),
        facts={key: plain(value) for key, value in (facts or {}).items()},
        rows=single,
        batches=batches,
        disclosures=sorted(digest for digest, _hidden in hashed),
    ).render()
    entry.body = body.decode()
    entry.leaf = merkle.leaf_hash(body).hex()
    entry.save()
    insert_new(
        [Disclosure(digest=digest, entry=entry, name=h.name, salt=h.salt, value=h.value) for digest, h in hashed]
    )
    for members in tables.values():
        insert_new(members)
    for batch, leaves in zip(bulk, hashes, strict=True):
        batch.insert(entry, leaves)
    return entry
