"""Trees of every shape: what is proved verifies, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.ledger import merkle
from training.ledger.merkle import CompactRange, ProofError

hashes = st.binary(min_size=32, max_size=32)
trees = st.lists(hashes, min_size=1, max_size=70)


def naive_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 6962, section 2.1, word for word."""
    if not leaves:
        return merkle.EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return merkle.node_hash(naive_root(leaves[:k]), naive_root(leaves[k:]))


def flip(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:]


@given(st.lists(hashes, max_size=70))
def test_the_compact_range_has_the_root_that_the_definition_gives(leaves: list[bytes]) -> None:
    assert merkle.root(leaves) == naive_root(leaves)


@given(trees, st.data())
def test_a_range_that_is_stored_and_taken_up_again_grows_to_the_same_root(
    leaves: list[bytes], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(leaves)))
    first = CompactRange()
    first.extend(leaves[:cut])
    second = CompactRange(first.size, first.hashes)
    second.extend(leaves[cut:])
    assert second.size == len(leaves)
    assert second.root() == naive_root(leaves)


def test_a_range_keeps_no_more_hashes_than_its_size_has_ones() -> None:
    tree = CompactRange()
    tree.extend(b"%032d" % n for n in range(100_000))
    assert len(tree.hashes) == (100_000).bit_count()


@pytest.mark.parametrize(("size", "count"), [(-1, 0), (3, 1), (4, 2), (0, 1)])
def test_a_range_whose_hashes_do_not_fit_its_size_is_refused(size: int, count: int) -> None:
    with pytest.raises(ValueError, match="cannot have"):
        CompactRange(size, [b"x" * 32] * count)


@given(trees, st.data())
def test_every_leaf_of_every_tree_is_proved(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(leaves, index)
    merkle.verify_inclusion(leaf=leaves[index], index=index, size=len(leaves), proof=proof, root=naive_root(leaves))


@given(trees, st.data())
def test_a_proof_with_anything_changed_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    index = data.draw(st.integers(0, len(leaves) - 1))
    proof = merkle.inclusion_proof(leaves, index)
    right = {"leaf": leaves[index], "index": index, "size": len(leaves), "proof": proof, "root": naive_root(leaves)}
    wrong = [
        {"leaf": flip(leaves[index])},
        {"root": flip(right["root"])},
        {"index": len(leaves)},
        {"index": -1},
        {"proof": [*proof, b"x" * 32]},
        *({"proof": [*proof[:at], flip(proof[at]), *proof[at + 1 :]]} for at in range(len(proof))),
        *([{"proof": proof[:-1]}] if proof else []),
    ]
    for change in wrong:
        with pytest.raises(ProofError, match=r"expected .*(got|hashes)"):
            merkle.verify_inclusion(**(right | change))


@given(trees, st.data())
def test_every_earlier_tree_is_proved_to_begin_the_later(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    proof = merkle.consistency_proof(leaves, old)
    merkle.verify_consistency(
        old=old, old_root=naive_root(leaves[:old]), new=len(leaves), new_root=naive_root(leaves), proof=proof
    )


@given(trees, st.data())
def test_a_consistency_proof_with_anything_changed_is_refused(leaves: list[bytes], data: st.DataObject) -> None:
    old, new = data.draw(st.integers(1, len(leaves))), len(leaves)
    proof = merkle.consistency_proof(leaves, old)
    right = {
        "old": old,
        "old_root": naive_root(leaves[:old]),
        "new": new,
        "new_root": naive_root(leaves),
        "proof": proof,
    }
    wrong = [
        {"old_root": flip(right["old_root"])},
        {"new_root": flip(right["new_root"])},
        {"old": 0},
        {"old": new + 1},
        {"proof": [*proof, b"x" * 32]},
        *({"proof": [*proof[:at], flip(proof[at]), *proof[at + 1 :]]} for at in range(len(proof))),
        *([{"proof": proof[:-1]}] if proof else []),
    ]
    for change in wrong:
        with pytest.raises(ProofError, match=r"expected .*(got|hashes)"):
            merkle.verify_consistency(**(right | change))


@given(trees, st.data())
def test_a_rewritten_past_cannot_be_proved_consistent(leaves: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(leaves)))
    at = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:at], flip(leaves[at]), *leaves[at + 1 :]]
    with pytest.raises(ProofError, match="expected root"):
        merkle.verify_consistency(
            old=old,
            old_root=naive_root(leaves[:old]),
            new=len(leaves),
            new_root=naive_root(rewritten),
            proof=merkle.consistency_proof(rewritten, old),
        )


def test_a_leaf_never_passes_for_a_node() -> None:
    left, right = merkle.leaf_hash(b"a"), merkle.leaf_hash(b"b")
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_no_proof_is_made_for_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_spans(index, size)


@pytest.mark.parametrize(("old", "new"), [(0, 3), (4, 3)])
def test_no_proof_leads_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof leads"):
        merkle.consistency_spans(old, new)


def test_leaves_that_end_too_early_are_said_so() -> None:
    with pytest.raises(ValueError, match="2 leaves where at least 4 were promised"):
        merkle.span_roots([(0, 4)], [b"a" * 32, b"b" * 32])


def test_an_empty_proof_between_two_sizes_is_refused() -> None:
    with pytest.raises(ProofError, match="expected at least one hash"):
        merkle.verify_consistency(old=3, old_root=b"a" * 32, new=5, new_root=b"b" * 32, proof=[])
