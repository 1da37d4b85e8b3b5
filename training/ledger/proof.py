"""Proofs for the outside: that an entry is in the log, and that the log was only ever added to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import TypedDict

from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, NotReady
from training.ledger.levels import Levels, whole_blocks
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
        return _proved(entry, entry.sequence, hashes, checkpoint)
    except (ProofError, ValueError) as reason:
        raise Conflict(_("The ledger does not prove this entry. Run verify_ledger.")) from reason


def _proved(entry: Entry, index: int, hashes: list[bytes], checkpoint: Checkpoint) -> Inclusion:
    """The proof, once it was verified; raises ``ProofError`` or ``ValueError`` where it leads elsewhere."""
    verify_inclusion(
        leaf=bytes.fromhex(entry.leaf),
        index=index,
        size=checkpoint.size,
        proof=hashes,
        root=bytes.fromhex(checkpoint.root),
    )
    return Inclusion(
        entry=str(entry.pk),
        sequence=index,
        size=checkpoint.size,
        hashes=[step.hex() for step in hashes],
        checkpoint=checkpoint.note,
    )


class Prover:
    """Proves very many entries as of the latest checkpoint, reading each leaf hash once.

    For whoever proves all that one seal has numbered: ``inclusion`` reads the
    rest of the batch for every entry of it. In memory it takes 40 bytes for
    each entry from ``first`` on, a number in the log.
    """

    def __init__(self, *, first: int) -> None:
        self.checkpoint = Checkpoint.objects.order_by("-size").first()
        self._tree: Levels | None = None
        if self.checkpoint is None or first >= self.checkpoint.size:
            return
        before = Checkpoint.objects.filter(size__lte=first).order_by("-size").first()
        with suppress(Conflict, ValueError):  # a damaged log is for ``inclusion`` to judge, entry by entry
            known = whole_blocks(grow_from(before))
            self._tree = Levels(_leaves(known.size, self.checkpoint.size), after=known)

    def inclusion(self, entry: Entry) -> Inclusion:
        """Prove as ``inclusion`` does, which is asked where this prover cannot: of what was sealed since, say.

        ``entry`` is believed to have the number and leaf hash that it was read with.
        """
        tree, checkpoint, index = self._tree, self.checkpoint, entry.sequence
        if tree is None or checkpoint is None or index is None:
            return inclusion(entry)
        try:
            hashes = tree.inclusion_proof(index)
            return _proved(entry, index, hashes, checkpoint)
        except (ProofError, ValueError):
            return inclusion(entry)


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
    try:
        hashes = span_roots(consistency_spans(old, checkpoint.size), _leaves(0, checkpoint.size))
    except ValueError as reason:
        raise Conflict(_("The ledger lacks entries that were sealed. Run verify_ledger.")) from reason
    return Consistency(old=old, new=checkpoint.size, hashes=[step.hex() for step in hashes], checkpoint=checkpoint.note)


def _leaves(first: int, end: int) -> Iterator[bytes]:
    """Yield the stored leaf hashes with these numbers; raises ``ValueError`` for one that is none."""
    stored = Entry.objects.filter(sequence__gte=first, sequence__lt=end).order_by("sequence")
    for leaf in stored.values_list("leaf", flat=True).iterator(chunk_size=2000):
        yield bytes.fromhex(leaf)


def _path(index: int, size: int, tree: CompactRange) -> list[bytes]:
    """Return the audit path of a leaf, growing a tree that ends before it.

    The path's left hashes are the ones from which the tree of ``index`` leaves
    would grow on; those on the right are made of the leaves after ``index``.
    """
    leaves = _leaves(tree.size, size)
    tree.extend(islice(leaves, index - tree.size))
    if tree.size != index:
        raise ProofError(f"expected {index} entries before this one, got {tree.size}")
    next(leaves, None)
    spans = inclusion_spans(index, size)
    right = [(first - index - 1, end - index - 1) for first, end in spans if first > index]
    from_left, from_right = reversed(tree.hashes), iter(span_roots(right, leaves))
    return [next(from_right if first > index else from_left) for first, _end in spans]
