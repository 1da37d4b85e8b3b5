"""The manifest: every file of a pack by SHA-256 and size, the note that is signed over it, and what the log is told.

Pure but for its bytes: it neither reads the clock nor the database.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training.ledger import note
from training.ledger.canonical import Json, canonical, moment, sha256_hex
from training.ledger.note import VerifierKey

SCHEMA = "privacy-training/pack/2"
MANIFEST, NOTE = "manifest.json", "manifest.note"
SIGNED_AS = "evidence-pack"
# A file for each person: the ledger is told of the folder as a whole, and enough of each file to say which was changed.
MANY = ("attestations", "certificates", "paper")
MARK_BYTES = 4


@dataclass(slots=True)
class Manifest:
    """What a pack says of itself."""

    made_at: datetime
    campaigns: Sequence[str]
    checkpoint: str
    key: VerifierKey
    files: dict[str, bytes] = field(default_factory=dict)

    def add(self, path: str, sha256: str, size: int) -> None:
        """Take a file in, once; as few bytes of memory as it has, for there may be very many."""
        if path in self.files:
            raise ValueError(f"{path} is in the pack already")
        self.files[path] = size.to_bytes(8, "big") + bytes.fromhex(sha256)

    def render(self) -> bytes:
        """Write it as RFC 8785 canonical JSON, file by file."""
        head: dict[str, Json] = {
            "schema": SCHEMA,
            "made_at": moment(self.made_at),
            "origin": self.key.name,
            "campaigns": list(self.campaigns),
            "checkpoint": self.checkpoint,
            "key": self.key.render(),
            "fingerprint": self.key.fingerprint,
            "files": {},
        }
        before, empty, after = canonical(head).partition(b'"files":{}')
        assert empty  # noqa: S101  (no text of the head can hold it: its quotation marks are escaped)
        # RFC 8785 sorts by UTF-16 code units.
        names = sorted(self.files, key=lambda name: name.encode("utf-16-be"))
        return before + b'"files":{' + b",".join(map(self._line, names)) + b"}" + after

    def bound(self) -> dict[str, Json]:
        """Return what the ledger is told of the files so far: each by path, those of people by folder."""
        files: dict[str, Json] = {}
        folders: dict[str, list[str]] = {}
        for name in sorted(self.files, key=str.encode):
            folder = name.rpartition("/")[0]
            if folder.rpartition("/")[2] in MANY:
                folders.setdefault(folder, []).append(name)
            else:
                files[name] = self.files[name][8:].hex()
        return {"files": files, "folders": {folder: self._folder(names) for folder, names in folders.items()}}

    def _folder(self, names: Iterable[str]) -> dict[str, Json]:
        whole, marks, count = sha256(), bytearray(), 0
        for count, name in enumerate(names, 1):  # noqa: B007  (the last one is how many there are)
            line = f"{name}\0{self.files[name][8:].hex()}\n".encode()
            whole.update(line)
            marks += sha256(line).digest()[:MARK_BYTES]
        return {"count": count, "sha256": whole.hexdigest(), "marks": b64encode(marks).decode()}

    def _line(self, name: str) -> bytes:
        said = self.files[name]
        return canonical(name) + b":" + canonical({"sha256": said[8:].hex(), "size": int.from_bytes(said[:8], "big")})


def signed(manifest: bytes, *, origin: str, key: Ed25519PrivateKey) -> str:
    """Return the note over a manifest: what it is, its SHA-256 and its size, signed by the log's key."""
    text = f"{origin}/{SIGNED_AS}\n{sha256_hex(manifest)}\n{len(manifest)}\n"
    return note.sign(text, name=origin, key=key).render()
