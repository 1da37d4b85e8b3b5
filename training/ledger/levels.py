"""A Merkle tree in memory, whole or from some leaf on, for proving very many of its leaves at once.

``merkle.inclusion_proof`` reads every leaf for one proof. This keeps the
leaves and the upper levels, 40 bytes a leaf; what lies between is hashed
again for the few leaves that a proof passes there.
"""

from __future__ import annotations

from collections.abc import Iterable

from training.ledger.merkle import EMPTY_ROOT, HASH_BYTES, CompactRange, node_hash

HEIGHT = 3  # of the blocks whose inner nodes are not kept
BLOCK = HASH_BYTES << HEIGHT


def whole_blocks(tree: CompactRange) -> CompactRange:
    """Return the part of a growing tree after which ``Levels`` can begin; up to seven leaves fewer."""
    blocks = tree.size >> HEIGHT
    return CompactRange(blocks << HEIGHT, tree.hashes[: blocks.bit_count()])


class Levels:
    """A tree of leaf hashes (RFC 6962, section 2).

    A node without a neighbour on its right moves up unchanged, which makes the
    tree that the RFC divides from above; a block of leaves is a subtree.
    """

    __slots__ = ("_begin", "_leaves", "_levels", "size")

    def __init__(self, leaves: Iterable[bytes], *, after: CompactRange | None = None) -> None:
        """Take every leaf hash, or those that follow on a tree of ``whole_blocks``, whose leaves are then not needed.

        Raises ``ValueError`` for what is no leaf hash, or for a tree that ends within a block.
        """
        before = after or CompactRange()
        if before.size % (1 << HEIGHT):
            raise ValueError(f"a tree of {before.size} leaves ends within a block")
        self._leaves = bytearray()
        for leaf in leaves:
            self._leaves += leaf
        if len(self._leaves) % HASH_BYTES:
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes")
        self._begin = before.size
        self.size = self._begin + len(self._leaves) // HASH_BYTES
        tops = bytearray()
        for start in range(0, len(self._leaves), BLOCK):
            tops += _up(self._leaves[start : start + BLOCK])[-1]
        self._levels = _up(tops, begin=self._begin >> HEIGHT, left=list(before.hashes))

    @property
    def leaves(self) -> memoryview:
        """The leaf hashes that are kept, in order, joined; not a copy of them."""
        return memoryview(self._leaves).toreadonly()

    def root(self) -> bytes:
        """Return the root hash."""
        return bytes(self._levels[-1]) if self.size else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Return the audit path that leads from one leaf to the root (RFC 9162, 2.1.3.1)."""
        if not self._begin <= index < self.size:
            raise ValueError(f"no leaf {index} in a tree of {self.size} kept from {self._begin} on")
        block = index >> HEIGHT
        first = (block << HEIGHT) - self._begin
        within = _up(self._leaves[first * HASH_BYTES : first * HASH_BYTES + BLOCK])
        return _path(within, index - (block << HEIGHT)) + _path(self._levels, block, begin=self._begin >> HEIGHT)


def _up(level: bytearray, *, begin: int = 0, left: list[bytes] | None = None) -> list[bytearray]:
    """Return the levels from this one to the one hash at the top.

    The level's first node is number ``begin`` of the tree. ``left`` holds the
    perfect trees before it, the largest first: each is put where it is a node.
    """
    left, pair = left or [], 2 * HASH_BYTES
    levels: list[bytearray] = []
    while True:
        if begin & 1:
            level = bytearray(left.pop()) + level
        levels.append(level)
        begin >>= 1
        if not begin and len(level) <= HASH_BYTES:
            return levels
        above, whole = bytearray(), len(level) // pair * pair
        for at in range(0, whole, pair):
            above += node_hash(bytes(level[at : at + HASH_BYTES]), bytes(level[at + HASH_BYTES : at + pair]))
        level = above + level[whole:]


def _path(levels: list[bytearray], index: int, *, begin: int = 0) -> list[bytes]:
    """Return the neighbours that a node meets on its way up, where it has one."""
    path: list[bytes] = []
    for level in levels[:-1]:
        start = ((index ^ 1) - (begin & ~1)) * HASH_BYTES
        if start < len(level):
            path.append(bytes(level[start : start + HASH_BYTES]))
        index, begin = index >> 1, begin >> 1
    return path
