"""A whole Merkle tree in memory, for proving very many of its leaves at once.

``merkle.inclusion_proof`` reads every leaf for one proof. This keeps the
leaves and the upper levels, 40 bytes a leaf; what lies between is hashed
again for the few leaves that a proof passes there.
"""

from __future__ import annotations

from collections.abc import Iterable

from training.ledger.merkle import EMPTY_ROOT, HASH_BYTES, node_hash

HEIGHT = 3  # of the blocks whose inner nodes are not kept
BLOCK = HASH_BYTES << HEIGHT


class Levels:
    """A tree of leaf hashes (RFC 6962, section 2).

    A node without a neighbour on its right moves up unchanged, which makes the
    tree that the RFC divides from above; a block of leaves is a subtree.
    """

    __slots__ = ("_leaves", "_levels", "size")

    def __init__(self, leaves: Iterable[bytes]) -> None:
        self._leaves = bytearray()
        for leaf in leaves:
            self._leaves += leaf
        self.size = len(self._leaves) // HASH_BYTES
        if len(self._leaves) % HASH_BYTES:
            raise ValueError(f"a leaf hash has {HASH_BYTES} bytes")
        tops = bytearray()
        for start in range(0, len(self._leaves), BLOCK):
            tops += _up(self._leaves[start : start + BLOCK])[-1]
        self._levels = _up(tops)

    @property
    def leaves(self) -> memoryview:
        """The leaf hashes in order, joined; not a copy of them."""
        return memoryview(self._leaves).toreadonly()

    def root(self) -> bytes:
        """Return the root hash."""
        return bytes(self._levels[-1]) if self.size else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> list[bytes]:
        """Return the audit path that leads from one leaf to the root (RFC 9162, 2.1.3.1)."""
        if not 0 <= index < self.size:
            raise ValueError(f"no leaf {index} in a tree of {self.size}")
        block = index >> HEIGHT
        within = _up(self._leaves[block * BLOCK : (block + 1) * BLOCK])
        return _path(within, index - (block << HEIGHT)) + _path(self._levels, block)


def _up(level: bytearray) -> list[bytearray]:
    """Return the levels from this one to the one hash at the top."""
    levels, pair = [level], 2 * HASH_BYTES
    while len(level) > HASH_BYTES:
        above, whole = bytearray(), len(level) // pair * pair
        for at in range(0, whole, pair):
            above += node_hash(bytes(level[at : at + HASH_BYTES]), bytes(level[at + HASH_BYTES : at + pair]))
        level = above + level[whole:]
        levels.append(level)
    return levels


def _path(levels: list[bytearray], index: int) -> list[bytes]:
    """Return the neighbours that a node meets on its way up, where it has one."""
    path: list[bytes] = []
    for level in levels[:-1]:
        start = (index ^ 1) * HASH_BYTES
        if start < len(level):
            path.append(bytes(level[start : start + HASH_BYTES]))
        index >>= 1
    return path
