"""Number what waits, and sign the tree that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from training.conf import conf
from training.errors import Conflict
from training.ledger import note
from training.ledger.canonical import moment
from training.ledger.merkle import HASH_BYTES, CompactRange
from training.ledger.models import Checkpoint, Entry
from training.turns import wait_for_turn

BATCH = 2000


@transaction.atomic(durable=True)
def seal(*, now: datetime, key: Ed25519PrivateKey) -> Checkpoint | None:
    """Give every waiting entry its number, sign one checkpoint over the whole log, and return it.

    Entries are numbered by time, then id, so many at once; all that was
    committed before the call has its number afterwards, and what is committed
    meanwhile may have. Where nothing waits, nothing is signed and the answer
    is None. Only one sealer works at a time, others wait
    for it; it cannot be called inside a transaction, for what is not committed
    must not be signed.

    Raises ``Conflict``, and seals nothing, if the log's end is not the one
    that the last checkpoint was signed for.
    """
    wait_for_my_turn()
    last = Checkpoint.objects.order_by("-size").first()
    tree = grow_from(last)
    waiting = Entry.objects.filter(sequence__isnull=True)
    if not waiting.exists():
        return None
    end = Entry.objects.aggregate(end=Max("sequence"))["end"]
    if (-1 if end is None else end) != tree.size - 1:
        raise _broken()
    ordered = waiting.order_by("at", "id").values_list("id", "leaf")
    # Until a batch is not full: then nothing that waited before is left behind. What others commit meanwhile
    # may sort before it, so a number of entries counted beforehand would leave out what the caller has just written.
    full = True
    while full:
        batch = list(ordered[:BATCH])
        _number(batch, first=tree.size)
        tree.extend(bytes.fromhex(leaf) for _id, leaf in batch)
        full = len(batch) == BATCH
    checkpoint = Checkpoint(size=tree.size, root=tree.root().hex(), frontier=b"".join(tree.hashes), at=now)
    head = signed_head(checkpoint, after=last.size if last else 0)
    checkpoint.note = note.sign(head.render(), name=head.origin, key=key).render()
    checkpoint.save()
    return checkpoint


def grow_from(checkpoint: Checkpoint | None) -> CompactRange:
    """Return the tree as a checkpoint left it, ready to grow; raises ``Conflict`` if its columns disagree."""
    if checkpoint is None:
        return CompactRange()
    data = bytes(checkpoint.frontier)
    hashes = [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]
    if len(hashes) != checkpoint.size.bit_count():
        raise _broken()
    tree = CompactRange(checkpoint.size, hashes)
    if tree.root().hex() != checkpoint.root:
        raise _broken()
    return tree


def signed_head(checkpoint: Checkpoint, *, after: int) -> note.TreeHead:
    """Return what a checkpoint's note must say.

    Besides size and root it signs when it was made, and the size of the
    checkpoint before it: so none can be taken out unnoticed.
    """
    return note.TreeHead(
        origin=conf.ledger_origin,
        size=checkpoint.size,
        root=bytes.fromhex(checkpoint.root),
        extensions=(sealed_line(moment(checkpoint.at)), after_line(after)),
    )


def sealed_line(at: str) -> str:
    """Return the line of a checkpoint that says when it was made, in the log's form of an instant."""
    return f"sealed {at}"


def sealed_at(head: note.TreeHead) -> datetime | None:
    """Return when a checkpoint says that it was made; None where it does not say so readably."""
    for line in head.extensions[:1]:
        with suppress(ValueError):
            return datetime.strptime(line, "sealed %Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    return None


def after_line(size: int) -> str:
    """Return the line of a checkpoint that names the one before it by its size, 0 where it is the first."""
    return f"after {size}"


def seal_of(*, sequence: int, leaf: bytes) -> str:
    """Bind a leaf to its number: SHA-256 of 0x02, the number in eight bytes and the leaf hash, in hexadecimal.

    The prefix keeps it apart from leaf (0x00) and node (0x01) hashes.
    """
    return sha256(b"\x02" + sequence.to_bytes(8, "big") + leaf).hexdigest()


def _number(batch: Sequence[tuple[object, str]], *, first: int) -> None:
    # The one update of an append-only row that there is. The model's queryset
    # refuses all; the triggers let pass exactly this one.
    table = connection.ops.quote_name(Entry._meta.db_table)
    rows = [
        (number, seal_of(sequence=number, leaf=bytes.fromhex(leaf)), Entry._meta.pk.get_db_prep_value(key, connection))
        for number, (key, leaf) in enumerate(batch, start=first)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET sequence = %s, seal = %s WHERE id = %s", rows)  # noqa: S608  (our own name)


def wait_for_my_turn() -> None:
    """Hold the only place at the log's end until the transaction ends."""
    wait_for_turn("ledger")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            # Takes SQLite's write lock before anything is read, also where transactions are not IMMEDIATE:
            # a read lock could not be raised any more once another sealer has written.
            cursor.execute(f"UPDATE {connection.ops.quote_name(Entry._meta.db_table)} SET seal = seal WHERE 1 = 0")  # noqa: S608  (our own name)


def _broken() -> Conflict:
    return Conflict(_("The ledger's end is not as its last checkpoint says: nothing was sealed. Run verify_ledger."))
