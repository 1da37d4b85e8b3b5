"""Which assignments a sample consists of: a lot that anybody can draw again from the seed (docs/evidence-pack.md).

Pure. Every assignment has a lot, the SHA-256 of seed and id; the smallest lots
are drawn. Nobody who knows the population before the seed is made can choose
who comes out, and nobody needs this program to draw again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256

SCHEMA = "privacy-training/sample/1"


def lot(seed: str, key: str) -> bytes:
    """Return the lot of one id under a seed."""
    return sha256(f"{SCHEMA}\n{seed}\n{key}".encode()).digest()


def quotas(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    """Return how many of ``size`` fall to each department, by the largest remainder; equal remainders go by name.

    Where the size allows one for each, a department whose share is less than
    one gets exactly one, and what is left is shared among the others in the
    same way; that lowers their shares, so it is asked again until it holds.
    A department without anybody is none.
    """
    left = {name: count for name, count in sizes.items() if count}
    if not 0 <= size <= sum(left.values()):
        raise ValueError(f"{size} cannot be drawn from {sum(left.values())}")
    shares: dict[str, int] = {}
    if size >= len(left):
        while small := [name for name, count in left.items() if size * count < sum(left.values())]:
            shares |= dict.fromkeys(small, 1)
            size -= len(small)
            left = {name: count for name, count in left.items() if name not in small}
    return shares | _largest_remainder(left, size)


def _largest_remainder(sizes: Mapping[str, int], size: int) -> dict[str, int]:
    total = sum(sizes.values())
    shares = {name: size * count // total for name, count in sizes.items()}
    by_remainder = sorted(sizes, key=lambda name: (-(size * sizes[name] % total), name))
    for name in by_remainder[: size - sum(shares.values())]:
        shares[name] += 1
    return shares


def draw(population: Collection[str], *, seed: str, size: int) -> list[str]:
    """Return ``size`` ids of the population, in the order of their lots.

    Raises ``ValueError`` where there are not so many, or an id stands there twice.
    """
    if len(set(population)) != len(population):
        raise ValueError("an id stands in the population twice")
    if not 0 <= size <= len(population):
        raise ValueError(f"{size} cannot be drawn from {len(population)}")
    return in_order(population, seed=seed)[:size]


def draw_by_department(strata: Mapping[str, Collection[str]], *, seed: str, size: int) -> list[str]:
    """Return ``size`` ids, so many of each department as ``quotas`` gives it, all in the order of their lots."""
    everybody = [key for ids in strata.values() for key in ids]
    if len(set(everybody)) != len(everybody):
        raise ValueError("an id stands in the population twice")
    shares = quotas({name: len(ids) for name, ids in strata.items()}, size)
    drawn = [key for name, share in shares.items() for key in draw(strata[name], seed=seed, size=share)]
    return in_order(drawn, seed=seed)


def in_order(keys: Collection[str], *, seed: str) -> list[str]:
    """Return ids in the order of their lots."""
    return sorted(keys, key=lambda key: (lot(seed, key), key))
