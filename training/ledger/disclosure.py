"""A personal value behind a salted digest, as in SD-JWT (RFC 9901, section 4.2)."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256

import orjson

from training.ledger.canonical import Json, canonical

SALT_BYTES = 16  # 128 bits, RFC 9901 section 9.3


def _b64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def digest_of(encoded: str) -> str:
    """Return the digest that stands for an encoded disclosure (RFC 9901, section 4.2.3)."""
    return _b64(sha256(encoded.encode("ascii")).digest())


@dataclass(frozen=True, slots=True)
class Hidden:
    """``[salt, name, value]`` and the digest that stands for it. ``salt`` is base64url text of 128 random bits."""

    salt: str
    name: str
    value: Json

    @property
    def encoded(self) -> str:
        """The disclosure as RFC 9901 sends it: base64url of the JSON array."""
        if type(self.value) is str:
            # Of texts alone, any JSON without blanks is canonical: this one is ten times faster.
            with suppress(orjson.JSONEncodeError):
                return _b64(orjson.dumps([self.salt, self.name, self.value]))
        return _b64(canonical([self.salt, self.name, self.value]))

    @property
    def digest(self) -> str:
        """base64url SHA-256 of ``encoded``, 43 characters."""
        return digest_of(self.encoded)


def hide(name: str, value: Json, *, salt: bytes) -> Hidden:
    """Hide a value. ``salt`` must be fresh random bytes, or the value can be guessed from its digest."""
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    return Hidden(salt=_b64(salt), name=name, value=value)
