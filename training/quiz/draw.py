"""Which questions a paper holds and in which order its options stand, rebuilt from the seed alone.

Ordering by SHA-256 of seed and id needs no random generator, so that any
program in any language and any year rebuilds the same paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256


def _key(*parts: str) -> bytes:
    return sha256("\n".join(parts).encode()).digest()


def draw(*, seed: str, pool: Sequence[str], count: int) -> list[str]:
    """Return ``count`` ids of the pool, in the paper's order. The pool's own order does not matter.

    Raises ``ValueError`` when the pool holds fewer, or holds one id twice.
    """
    if len(set(pool)) != len(pool):
        raise ValueError("the pool holds a question twice")
    if not 1 <= count <= len(pool):
        raise ValueError(f"{count} questions cannot be drawn from {len(pool)}")
    return sorted(pool, key=lambda question: _key(seed, question))[:count]


def option_order(*, seed: str, question: str, options: Sequence[str]) -> list[str]:
    """Return the option ids in the order in which this paper shows them."""
    return sorted(options, key=lambda option: _key(seed, question, option))
