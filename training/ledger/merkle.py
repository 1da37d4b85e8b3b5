"""Merkle trees after RFC 6962 section 2 and RFC 9162 section 2.1: roots, proofs, and their verification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

Span = tuple[int, int]


class ProofError(Exception):
    """A proof does not lead to the root it was offered for, or cannot be a proof of that tree at all."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of one leaf; its prefix keeps it from ever passing for a node (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of a node with two children."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The root of a growing tree, in memory that grows with the logarithm of its size.

    It keeps one hash for each perfect subtree, that is for each 1 in the
    binary form of the size, from the largest (leftmost) to the smallest.
    """

    __slots__ = ("_hashes", "_size")

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        """Start empty, or where another range stood; raises ``ValueError`` if size and hashes do not fit together."""
        if size < 0 or len(hashes) != size.bit_count():
            raise ValueError(f"a range of {size} leaves cannot have {len(hashes)} hashes")
        self._size = size
        self._hashes = list(hashes)

    @property
    def size(self) -> int:
        """How many leaves the tree has."""
        return self._size

    @property
    def hashes(self) -> tuple[bytes, ...]:
        """The hashes to continue from, leftmost first."""
        return tuple(self._hashes)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash at the right end."""
        carry = self._size
        while carry & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            carry >>= 1
        self._hashes.append(leaf)
        self._size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes at the right end."""
        # ``append`` written out: a log's verification spends its time here.
        hashes, size = self._hashes, self._size
        try:
            for leaf in leaves:
                carry, top = size, leaf
                while carry & 1:
                    top = sha256(b"\x01" + hashes.pop() + top).digest()
                    carry >>= 1
                hashes.append(top)
                size += 1
        finally:
            self._size = size

    def root(self) -> bytes:
        """Return the root hash of the tree as it now is."""
        if not self._hashes:
            return EMPTY_ROOT
        right = self._hashes[-1]
        for left in reversed(self._hashes[:-1]):
            right = node_hash(left, right)
        return right


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root hash over leaf hashes, the hash of nothing for an empty tree."""
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Return which runs of leaves an inclusion proof is made of, each ``(first, end)``, in the order of the proof."""
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    spans: list[Span] = []
    first, end = 0, size
    while end - first > 1:
        middle = first + _split(end - first)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Return which runs of leaves a consistency proof is made of, in the order of the proof (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} leaves to {new}")
    spans: list[Span] = []
    first, end, whole = 0, new, True
    while old != end:
        middle = first + _split(end - first)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((first, middle))
            first, whole = middle, False
    if not whole:
        spans.append((first, end))
    return spans[::-1]


def span_roots(spans: Sequence[Span], leaves: Iterable[bytes]) -> list[bytes]:
    """Return the root of each run, in the order asked for, reading the leaves once from the left.

    The runs must not overlap. Raises ``ValueError`` if the leaves end before
    the last run does.
    """
    roots: dict[Span, bytes] = {}
    stream: Iterator[bytes] = iter(leaves)
    position = 0
    for first, end in sorted(spans):
        tree = CompactRange()
        while position < end:
            leaf = next(stream, None)
            if leaf is None:
                raise ValueError(f"{position} leaves where at least {end} were promised")
            if position >= first:
                tree.append(leaf)
            position += 1
        roots[first, end] = tree.root()
    return [roots[span] for span in spans]


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the audit path that leads from one leaf to the root (RFC 9162, 2.1.3.1)."""
    return span_roots(inclusion_spans(index, len(leaves)), leaves)


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Return the path which shows that the tree of the first ``old`` leaves was only added to (RFC 9162, 2.1.4.1)."""
    return span_roots(consistency_spans(old, len(leaves)), leaves)


def verify_inclusion(*, leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return if the proof leads from the leaf at ``index`` to the root of ``size`` leaves (RFC 9162, 2.1.3.2).

    Raises ``ProofError`` otherwise, saying what was expected and what came.
    """
    if not 0 <= index < size:
        raise ProofError(f"expected an index from 0 to {size - 1}, got {index}")
    node, last, got = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise ProofError(f"expected fewer than {len(proof)} hashes for leaf {index} of {size}")
        if node & 1 or node == last:
            got = node_hash(step, got)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            got = node_hash(got, step)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError(f"expected more than {len(proof)} hashes for leaf {index} of {size}")
    _same_root(expected=root, got=got)


def verify_consistency(*, old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Return if the tree of ``new`` leaves begins with the tree of ``old`` leaves (RFC 9162, 2.1.4.2).

    Raises ``ProofError`` otherwise, saying what was expected and what came.
    """
    if not 0 < old <= new:
        raise ProofError(f"expected an old size from 1 to {new}, got {old}")
    steps = list(proof)
    if old == new:
        if steps:
            raise ProofError(f"expected no hashes between equal sizes, got {len(steps)}")
        _same_root(expected=old_root, got=new_root)
        return
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        raise ProofError("expected at least one hash, got none")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    got_old = got_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise ProofError(f"expected fewer than {len(proof)} hashes from {old} leaves to {new}")
        if node & 1 or node == last:
            got_old, got_new = node_hash(step, got_old), node_hash(step, got_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            got_new = node_hash(got_new, step)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError(f"expected more than {len(proof)} hashes from {old} leaves to {new}")
    _same_root(expected=old_root, got=got_old)
    _same_root(expected=new_root, got=got_new)


def _split(size: int) -> int:
    """Return the largest power of two below ``size``: where RFC 6962 divides a tree of two leaves or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _same_root(*, expected: bytes, got: bytes) -> None:
    if expected != got:
        raise ProofError(f"expected root {expected.hex()}, got {got.hex()}")
