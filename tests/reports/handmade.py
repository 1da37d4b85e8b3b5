"""A pack made by hand, of one entry and nothing else: for what no exporter would ever write."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training.ledger import merkle, note
from training.ledger.canonical import canonical

ORIGIN = "training.example/ledger"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
VERIFIER = note.VerifierKey(name=ORIGIN, public_key=KEY.public_key().public_bytes_raw())
SEALED = "2026-11-24T01:00:00.000000Z"

Files = dict[str, bytes]


def body(number: int = 0, *, at: str = SEALED, **changes: object) -> str:
    """An entry's body that says nothing."""
    values = {
        "v": 1, "id": f"00000000-0000-4000-8000-{number:012d}", "kind": "test.happened", "at": at,
        "facts": {}, "rows": {}, "batches": {}, "disclosures": [],
    }  # fmt: skip
    return canonical({**values, **changes}).decode()


def checkpoint(leaves: Iterable[bytes], *, sealed: str = SEALED, after: int = 0) -> str:
    """A signed note over leaf hashes."""
    leaves = list(leaves)
    head = note.TreeHead(
        origin=ORIGIN, size=len(leaves), root=merkle.root(leaves), extensions=(f"sealed {sealed}", f"after {after}")
    )
    return note.sign(head.render(), name=ORIGIN, key=KEY).render()


def checkpoint_line(signed: str) -> bytes:
    """A line of checkpoints.jsonl that says what its note says."""
    head = note.TreeHead.parse(note.Note.parse(signed).text)
    sealed = head.extensions[0].removeprefix("sealed ")
    return line({"size": head.size, "root": head.root.hex(), "at": sealed, "note": signed})


def line(values: object) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"


def ledger(batches: Mapping[str, list[str]]) -> Files:
    """A log of bodies, each batch sealed at its instant."""
    leaves: list[bytes] = []
    bodies: list[str] = []
    notes: list[str] = []
    for sealed, group in batches.items():
        after = len(leaves)
        bodies += group
        leaves += [merkle.leaf_hash(text.encode()) for text in group]
        notes.append(checkpoint(leaves, sealed=sealed, after=after))
    return {
        "ledger/leaves.bin": b"".join(leaves),
        "ledger/checkpoints.jsonl": b"".join(map(checkpoint_line, notes)),
        "ledger/entries.jsonl": b"".join(line({"sequence": n, "body": text}) for n, text in enumerate(bodies)),
    }


def files(**changes: bytes) -> Files:
    """Every file of an empty pack but manifest and note."""
    return {
        "README.ja.txt": b"", "README.en.txt": b"", "verify.py": b"",
        "ledger/disclosures.jsonl": b"", "ledger/batches.jsonl": b"", "ledger/tasks.jsonl": b"",
        "samples.json": b"[]", "summary.json": b'{"campaigns":{}}',
        **ledger({SEALED: [body()]}),
        **changes,
    }  # fmt: skip


def signed(
    content: Mapping[str, bytes], *, private: Ed25519PrivateKey = KEY, name: str = ORIGIN, **changes: object
) -> Files:
    """The files with a manifest that agrees with them, and its note: what whoever has the key can make of anything."""
    verifier = note.VerifierKey(name=name, public_key=private.public_key().public_bytes_raw())
    if "checkpoint" not in changes:
        changes["checkpoint"] = json.loads(content["ledger/checkpoints.jsonl"].splitlines()[-1])["note"]
    values = {
        "schema": "privacy-training/pack/1", "made_at": SEALED, "origin": name, "campaigns": [],
        "key": verifier.render(), "fingerprint": verifier.fingerprint,
        "files": {path: {"sha256": sha256(data).hexdigest(), "size": len(data)} for path, data in content.items()},
    }  # fmt: skip
    manifest = canonical({**values, **changes})
    text = f"{name}/evidence-pack\n{sha256(manifest).hexdigest()}\n{len(manifest)}\n"
    return {
        **content,
        "manifest.json": manifest,
        "manifest.note": note.sign(text, name=name, key=private).render().encode(),
    }


def zipped(content: Mapping[str, bytes], path: Path) -> Path:
    """The files as a ZIP file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(name, data)
    return path


def unzipped(data: bytes) -> Files:
    """What a ZIP file holds."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def unpacked(content: Mapping[str, bytes], folder: Path) -> Path:
    """The files below a folder."""
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
