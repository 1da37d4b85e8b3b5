"""Signed notes and the checkpoints in them: C2SP signed-note and tlog-checkpoint, with Ed25519 (RFC 8032) only.

Whatever is malformed raises ``NoteError``, on making as well as on reading: an
object of this module is always one that can be written, and read back equal.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = b"\x01"
KEY_BYTES = 32
KEY_ID_BYTES = 4
ROOT_BYTES = 32
SIGNATURES_AT_MOST = 100  # C2SP asks for at least 16, and for some limit
SIZE_DIGITS_AT_MOST = 19  # as many as a database's 64-bit integer has

_DASH = "— "


class NoteError(Exception):
    """A note, checkpoint or key is malformed, or carries no valid signature of a known key; the text says which."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under the name it signs with, written ``name+id+key`` (C2SP signed-note, Go's ``vkey``)."""

    name: str
    public_key: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.public_key) != KEY_BYTES:
            raise NoteError(f"expected a public key of {KEY_BYTES} bytes, got {len(self.public_key)}")

    @property
    def key_id(self) -> bytes:
        """Four bytes that tell keys of one name apart; no proof of anything."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public_key).digest()[:KEY_ID_BYTES]

    @property
    def fingerprint(self) -> str:
        """What people compare: SHA-256 of the bare public key."""
        return fingerprint(self.public_key)

    def render(self) -> str:
        """Write the key as one line of text."""
        return f"{self.name}+{self.key_id.hex()}+{_b64(ED25519 + self.public_key)}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a key; its id must be the one that follows from name and key."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        data = _unb64(encoded)
        if data[:1] != ED25519:
            raise NoteError("expected an Ed25519 key")
        key = cls(name=name, public_key=data[1:])
        if key.key_id.hex() != key_id:
            raise NoteError(f"expected key id {key.key_id.hex()}, got {key_id!r}")
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: who signs, with which key, and the signature itself."""

    name: str
    key_id: bytes
    value: bytes

    def __post_init__(self) -> None:
        _check_name(self.name)
        if len(self.key_id) != KEY_ID_BYTES or not self.value:
            raise NoteError(f"expected a key id of {KEY_ID_BYTES} bytes and a signature")

    def render(self) -> str:
        """Write the line, without its newline."""
        return f"{_DASH}{self.name} {_b64(self.key_id + self.value)}"

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read one line."""
        if not line.startswith(_DASH):
            raise NoteError("a signature line begins with an em dash and a space")
        name, _, encoded = line.removeprefix(_DASH).partition(" ")
        data = _unb64(encoded)
        return cls(name=name, key_id=data[:KEY_ID_BYTES], value=data[KEY_ID_BYTES:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and signatures over it. Reading one verifies nothing: ``verify`` does."""

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        _check_text(self.text)
        if not 0 < len(self.signatures) <= SIGNATURES_AT_MOST:
            raise NoteError(f"expected 1 to {SIGNATURES_AT_MOST} signatures, got {len(self.signatures)}")

    def render(self) -> str:
        """Write text, empty line, signature lines."""
        return "\n".join([self.text, *(signature.render() for signature in self.signatures), ""])

    @classmethod
    def parse(cls, encoded: str) -> Self:
        """Read a note: the last empty line divides the text from the signatures."""
        text, divider, lines = encoded.rpartition("\n\n")
        if not divider or not lines.endswith("\n"):
            raise NoteError("a note is a text, an empty line, and signature lines that each end with a newline")
        signatures = lines.removesuffix("\n").split("\n", SIGNATURES_AT_MOST)
        return cls(text=f"{text}\n", signatures=tuple(Signature.parse(line) for line in signatures))

    def verify(self, keys: Iterable[VerifierKey]) -> list[VerifierKey]:
        """Return the known keys whose signatures are valid, at least one.

        Signatures of unknown keys are ignored, as C2SP demands. Raises
        ``NoteError`` if a known key's signature is wrong, or none is known.
        """
        known = {(key.name, key.key_id): key for key in keys}
        valid: list[VerifierKey] = []
        for signature in self.signatures:
            key = known.get((signature.name, signature.key_id))
            if key is None:
                continue
            try:
                Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature.value, self.text.encode())
            except InvalidSignature as reason:
                raise NoteError(f"the signature of {key.name}+{key.key_id.hex()} does not fit the text") from reason
            valid.append(key)
        if not valid:
            names = ", ".join(f"{signature.name}+{signature.key_id.hex()}" for signature in self.signatures)
            raise NoteError(f"signed by no known key, but by {names}")
        return valid


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint's text says: the log's name, how many entries, their root, and lines of the log's own."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 <= self.size < 10**SIZE_DIGITS_AT_MOST:
            raise NoteError(f"no tree has {self.size} leaves")
        if len(self.root) != ROOT_BYTES:
            raise NoteError(f"expected a root of {ROOT_BYTES} bytes, got {len(self.root)}")
        for line in (self.origin, *self.extensions):
            if not line or "\n" in line:
                raise NoteError("origin and extensions are lines of text, none of them empty")
        _check_text(self.render())

    def render(self) -> str:
        """Write the text to be signed."""
        return "\n".join([self.origin, str(self.size), _b64(self.root), *self.extensions, ""])

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a note's text as a checkpoint."""
        lines = text.split("\n")
        if len(lines) < 4 or lines[-1]:
            raise NoteError("a checkpoint has three lines or more, each ending with a newline")
        origin, size, root, *extensions, _ = lines
        decimal = size.isascii() and size.isdigit() and len(size) <= SIZE_DIGITS_AT_MOST
        if not decimal or (size.startswith("0") and size != "0"):
            raise NoteError(f"expected a tree size in decimal digits, got {size!r}")
        return cls(origin=origin, size=int(size), root=_unb64(root), extensions=tuple(extensions))


def sign(text: str, *, name: str, key: Ed25519PrivateKey) -> Note:
    """Return the text as a note signed by one key under that name."""
    _check_text(text)
    verifier = VerifierKey(name=name, public_key=key.public_key().public_bytes_raw())
    signature = Signature(name=name, key_id=verifier.key_id, value=key.sign(text.encode()))
    return Note(text=text, signatures=(signature,))


def fingerprint(public_key: bytes) -> str:
    """Return the SHA-256 of the 32 bytes of an Ed25519 public key, in hexadecimal."""
    return sha256(public_key).hexdigest()


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise NoteError(f"a key's name has no space and no plus, and is not empty: {name!r}")
    _check_characters(name)


def _check_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteError("a note's text ends with a newline")
    _check_characters(text)


def _check_characters(text: str) -> None:
    if any(character < " " and character != "\n" for character in text):
        raise NoteError("a note has no control characters")
    try:
        text.encode()
    except UnicodeEncodeError as reason:
        raise NoteError("a note is UTF-8, which has no lone surrogates") from reason


def _b64(data: bytes) -> str:
    return b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes:
    """Decode base64 that has one form only: what would not be written back the same is refused."""
    try:
        data = b64decode(text, validate=True)
    except ValueError as reason:
        raise NoteError(f"no base64: {text!r}") from reason
    if _b64(data) != text:
        raise NoteError(f"no canonical base64: {text!r}")
    return data
