"""The published examples of every standard that the ledger keeps to; sources are named in the vectors' files."""

from __future__ import annotations

import json
import struct
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training.ledger import merkle, note
from training.ledger.canonical import canonical
from training.ledger.disclosure import Hidden, digest_of

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def vectors(name: str) -> dict[str, Any]:
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))


TREE = vectors("rfc6962")
JCS = vectors("rfc8785")
C2SP = vectors("c2sp")
SD_JWT = vectors("rfc9901")

LEAVES = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in TREE["leaves"]]
ROOTS = [bytes.fromhex(root) for root in TREE["roots"]]


def hexes(hashes: Any) -> list[str]:
    return [step.hex() for step in hashes]


@pytest.mark.parametrize("name", ["rfc6962", "rfc8785", "c2sp", "rfc9901"])
def test_every_file_of_vectors_names_its_source(name: str) -> None:
    assert vectors(name)["source"]


def test_leaves_hash_as_published() -> None:
    assert hexes(LEAVES) == TREE["leaf_hashes"]


@pytest.mark.parametrize("size", range(9))
def test_roots_and_frontiers_are_as_published_at_every_size(size: int) -> None:
    tree = merkle.CompactRange()
    tree.extend(LEAVES[:size])
    assert merkle.root(LEAVES[:size]) == tree.root() == ROOTS[size]
    assert hexes(tree.hashes) == TREE["frontiers"][size]


@pytest.mark.parametrize("case", TREE["inclusion"], ids=lambda case: f"{case['index']} in {case['size']}")
def test_inclusion_proofs_are_as_published_and_verify(case: dict[str, Any]) -> None:
    proof = merkle.inclusion_proof(LEAVES[: case["size"]], case["index"])
    assert hexes(proof) == case["proof"]
    merkle.verify_inclusion(
        leaf=LEAVES[case["index"]], index=case["index"], size=case["size"], proof=proof, root=ROOTS[case["size"]]
    )


@pytest.mark.parametrize("case", TREE["consistency"], ids=lambda case: f"{case['old']} to {case['new']}")
def test_consistency_proofs_are_as_published_and_verify(case: dict[str, Any]) -> None:
    old, new = case["old"], case["new"]
    proof = merkle.consistency_proof(LEAVES[:new], old)
    assert hexes(proof) == case["proof"]
    merkle.verify_consistency(old=old, old_root=ROOTS[old], new=new, new_root=ROOTS[new], proof=proof)


@pytest.mark.parametrize("document", JCS["documents"], ids=lambda document: document["name"])
def test_documents_become_the_published_canonical_bytes(document: dict[str, str]) -> None:
    assert canonical(json.loads(document["input"])) == document["canonical"].encode()


@pytest.mark.parametrize(("bits", "text"), JCS["numbers"])
def test_numbers_are_written_as_published(bits: str, text: str) -> None:
    assert canonical(struct.unpack(">d", bytes.fromhex(bits))[0]) == text.encode()


@pytest.mark.parametrize("bits", JCS["refused_numbers"])
def test_what_is_no_number_in_json_is_refused(bits: str) -> None:
    with pytest.raises(ValueError, match="no canonical JSON"):
        canonical(struct.unpack(">d", bytes.fromhex(bits))[0])


def test_the_example_note_is_made_byte_for_byte_and_verifies() -> None:
    example = C2SP["signed"]
    key = Ed25519PrivateKey.from_private_bytes(b64decode(example["seed"]))
    verifier = note.VerifierKey.parse(example["verifier"])
    assert verifier.render() == example["verifier"]
    assert note.sign(example["text"], name=verifier.name, key=key).render() == example["note"]
    read = note.Note.parse(example["note"])
    assert read.text == example["text"]
    assert read.verify([verifier]) == [verifier]


@pytest.mark.parametrize("text", [*C2SP["notes"], C2SP["checkpoint"]["note"]], ids=["note", "checkpoint"])
def test_published_notes_are_read_and_written_back_the_same(text: str) -> None:
    assert note.Note.parse(text).render() == text


def test_the_example_checkpoint_says_what_was_published() -> None:
    example = C2SP["checkpoint"]
    head = note.TreeHead.parse(note.Note.parse(example["note"]).text)
    assert (head.origin, head.size, b64encode(head.root).decode()) == (
        example["origin"],
        example["size"],
        example["root"],
    )
    assert head.extensions == ()


def test_the_example_disclosure_has_the_published_digest() -> None:
    assert digest_of(SD_JWT["encoded"]) == SD_JWT["digest"]


def test_our_disclosures_take_the_compact_one_of_the_forms_that_are_listed() -> None:
    hidden = Hidden(salt=SD_JWT["salt"], name=SD_JWT["name"], value=SD_JWT["value"])
    assert hidden.encoded == SD_JWT["compact"]
    assert hidden.digest == digest_of(SD_JWT["compact"])
