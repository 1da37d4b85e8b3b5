"""The manifest of a pack."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.building import NOW
from training.ledger.canonical import canonical
from training.ledger.note import Note, VerifierKey
from training.reports.pack.manifest import Manifest, signed

KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
VERIFIER = VerifierKey(name="example/log", public_key=KEY.public_key().public_bytes_raw())


def manifest() -> Manifest:
    return Manifest(made_at=NOW, campaigns=["FY2026"], checkpoint='note with "files":{}\n', key=VERIFIER)


def test_it_is_canonical_however_its_files_are_called() -> None:
    made = manifest()
    for size, name in enumerate(["b", "a", "𠮷田.pdf", "﨑.pdf", 'quo"te\\', "é", "/", "😀"]):
        made.add(name, f"{size:064x}", 2**33 + size)

    data = made.render()

    read = json.loads(data)
    assert data == canonical(read)
    assert read["files"]["𠮷田.pdf"] == {"sha256": f"{2:064x}", "size": 2**33 + 2}
    assert len(read["files"]) == 8
    assert manifest().render() == canonical(json.loads(manifest().render()))


def test_a_file_is_in_it_once() -> None:
    made = manifest()
    made.add("a", "00" * 32, 1)

    with pytest.raises(ValueError, match="a is in the pack already"):
        made.add("a", "00" * 32, 1)


def test_the_note_says_what_it_is_of_which_manifest() -> None:
    note = Note.parse(signed(b"{}", origin="example/log", key=KEY))

    assert note.verify([VERIFIER]) == [VERIFIER]
    assert note.text.splitlines() == [
        "example/log/evidence-pack",
        "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
        "2",
    ]
