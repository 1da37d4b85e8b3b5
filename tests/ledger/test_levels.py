"""A whole tree in memory proves what the tree of the RFC proves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ledger import merkle
from training.ledger.levels import Levels

LEAVES = st.lists(st.binary(max_size=8), min_size=1, max_size=130).map(lambda data: [merkle.leaf_hash(d) for d in data])


@given(leaves=LEAVES, data=st.data())
def test_root_and_proofs_are_those_of_the_rfc(leaves: list[bytes], data: st.DataObject) -> None:
    tree = Levels(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))

    assert tree.root() == merkle.root(leaves)
    assert tree.inclusion_proof(index) == merkle.inclusion_proof(leaves, index)


def test_every_leaf_of_every_small_tree_is_proved() -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(70)]
    for size in range(1, 70):
        tree = Levels(leaves[:size])
        for index in range(size):
            proof = tree.inclusion_proof(index)
            merkle.verify_inclusion(leaf=leaves[index], index=index, size=size, proof=proof, root=tree.root())


def test_an_empty_tree_has_the_hash_of_nothing_as_root_and_proves_nothing() -> None:
    tree = Levels([])

    assert (tree.root(), bytes(tree.leaves), tree.size) == (merkle.EMPTY_ROOT, b"", 0)
    with pytest.raises(ValueError, match="no leaf 0"):
        tree.inclusion_proof(0)


@pytest.mark.parametrize("index", [-1, 3])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    tree = Levels([merkle.leaf_hash(bytes([n])) for n in range(3)])

    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion_proof(index)


def test_what_is_no_leaf_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Levels([b"short"])
