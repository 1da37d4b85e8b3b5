"""A whole tree in memory proves what the tree of the RFC proves."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ledger import merkle
from training.ledger.levels import Levels, whole_blocks

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


def grown(leaves: list[bytes]) -> merkle.CompactRange:
    tree = merkle.CompactRange()
    tree.extend(leaves)
    return tree


def test_a_tree_kept_from_any_leaf_on_proves_what_the_whole_tree_proves() -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(75)]
    for size in range(1, 75):
        whole = Levels(leaves[:size])
        for start in range(size + 1):
            before = whole_blocks(grown(leaves[:start]))
            assert start - 8 < before.size <= start
            tree = Levels(leaves[before.size : size], after=before)
            assert (tree.root(), tree.size) == (whole.root(), size)
            for index in range(before.size, size):
                assert tree.inclusion_proof(index) == whole.inclusion_proof(index)


def test_what_lies_before_the_first_leaf_that_is_kept_has_no_proof() -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(20)]
    tree = Levels(leaves[16:], after=grown(leaves[:16]))

    with pytest.raises(ValueError, match="kept from 16 on"):
        tree.inclusion_proof(15)


def test_a_tree_cannot_be_kept_from_within_a_block() -> None:
    leaves = [merkle.leaf_hash(bytes([n])) for n in range(20)]

    with pytest.raises(ValueError, match="ends within a block"):
        Levels(leaves[13:], after=grown(leaves[:13]))
