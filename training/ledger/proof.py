"""Proofs for the outside: that an entry is in the log, and that the log was only ever added to."""

from __future__ import annotations

from itertools import islice
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, NotReady
from training.ledger.merkle import (
    CompactRange,
    ProofError,
    consistency_spans,
    inclusion_spans,
    span_roots,
    verify_inclusion,
)
from training.ledger.models import Checkpoint, Entry
from training.ledger.seal import grow_from


class Inclusion(TypedDict):
    """An inclusion proof with what it leads to; hashes in hexadecimal, from the leaf's side (RFC 9162, 2.1.3)."""

    entry: str
    sequence: int
    size: int
    hashes: list[str]
    checkpoint: str


class Consistency(TypedDict):
    """A proof that the log of ``new`` entries begins with that of ``old`` (RFC 9162, 2.1.4); hashes in hexadecimal."""

    old: int
    new: int
    hashes: list[str]
    checkpoint: str


def inclusion(entry: Entry, *, checkpoint: Checkpoint | None = None) -> Inclusion:
    """Prove that a sealed entry is in the log, as of a checkpoint or the latest.

    Only leaf hashes are read, and only those from the entry's own batch on: for
    an entry sealed just now, hardly any. The proof was verified before it is returned. Raises ``NotReady``
    if no checkpoint covers the entry yet, ``Conflict`` if the log is damaged.
    """
    entry = Entry.objects.get(pk=entry.pk)  # the caller's may date from before its sealing
    if checkpoint is None:
        checkpoint = Checkpoint.objects.order_by("-size").first()
    if checkpoint is None or entry.sequence is None or entry.sequence >= checkpoint.size:
        raise NotReady(_("This entry is not sealed yet."))
    before = Checkpoint.objects.filter(size__lte=entry.sequence).order_by("-size").first()
    try:
        hashes = _path(entry.sequence, checkpoint.size, grow_from(before))
        verify_inclusion(
            leaf=bytes.fromhex(entry.leaf),
            index=entry.sequence,
            size=checkpoint.size,
            proof=hashes,
            root=bytes.fromhex(checkpoint.root),
        )
    except (ProofError, ValueError) as reason:
        raise Conflict(_("The ledger does not prove this entry. Run verify_ledger.")) from reason
    return Inclusion(
        entry=str(entry.pk),
        sequence=entry.sequence,
        size=checkpoint.size,
        hashes=[step.hex() for step in hashes],
        checkpoint=checkpoint.note,
    )


def consistency(*, old: int, checkpoint: Checkpoint | None = None) -> Consistency:
    """Prove that the log of a checkpoint, or the latest, begins with its own first ``old`` entries.

    Whoever holds the older root verifies it with ``merkle.verify_consistency``.
    Every leaf hash is read. Raises ``NotReady`` where the log is not that long
    yet, ``Conflict`` where entries are missing from it.
    """
    checkpoint = checkpoint or Checkpoint.objects.order_by("-size").first()
    if checkpoint is None or not 0 < old <= checkpoint.size:
        raise NotReady(
            _("The log has %(size)d sealed entries: it says nothing about %(old)d.")
            % {"size": checkpoint.size if checkpoint else 0, "old": old}
        )
    stored = Entry.objects.filter(sequence__gte=0, sequence__lt=checkpoint.size).order_by("sequence")
    leaves = (bytes.fromhex(leaf) for leaf in stored.values_list("leaf", flat=True).iterator(chunk_size=2000))
    try:
        hashes = span_roots(consistency_spans(old, checkpoint.size), leaves)
    except ValueError as reason:
        raise Conflict(_("The ledger lacks entries that were sealed. Run verify_ledger.")) from reason
    return Consistency(old=old, new=checkpoint.size, hashes=[step.hex() for step in hashes], checkpoint=checkpoint.note)


def _path(index: int, size: int, tree: CompactRange) -> list[bytes]:
    """Return the audit path of a leaf, growing a tree that ends before it.

    The path's left hashes are the ones from which the tree of ``index`` leaves
    would grow on; those on the right are made of the leaves after ``index``.
    """
    stored = Entry.objects.filter(sequence__gte=tree.size, sequence__lt=size).order_by("sequence")
    leaves = (bytes.fromhex(leaf) for leaf in stored.values_list("leaf", flat=True).iterator(chunk_size=2000))
    tree.extend(islice(leaves, index - tree.size))
    if tree.size != index:
        raise ProofError(f"expected {index} entries before this one, got {tree.size}")
    next(leaves, None)
    spans = inclusion_spans(index, size)
    right = [(first - index - 1, end - index - 1) for first, end in spans if first > index]
    from_left, from_right = reversed(tree.hashes), iter(span_roots(right, leaves))
    return [next(from_right if first > index else from_left) for first, _end in spans]
