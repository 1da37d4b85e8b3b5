"""The manifest: every file of a pack by SHA-256 and size, and the note that is signed over it.

Pure but for its bytes: it neither reads the clock nor the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from training.ledger import note
from training.ledger.canonical import Json, canonical, moment, sha256_hex
from training.ledger.note import VerifierKey

SCHEMA = "privacy-training/pack/1"
MANIFEST, NOTE = "manifest.json", "manifest.note"
SIGNED_AS = "evidence-pack"


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

    def _line(self, name: str) -> bytes:
        said = self.files[name]
        return canonical(name) + b":" + canonical({"sha256": said[8:].hex(), "size": int.from_bytes(said[:8], "big")})


def signed(manifest: bytes, *, origin: str, key: Ed25519PrivateKey) -> str:
    """Return the note over a manifest: what it is, its SHA-256 and its size, signed by the log's key."""
    text = f"{origin}/{SIGNED_AS}\n{sha256_hex(manifest)}\n{len(manifest)}\n"
    return note.sign(text, name=origin, key=key).render()
