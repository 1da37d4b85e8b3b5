"""Signs a message to a chat tool as the Standard Webhooks specification has it (version 1, HMAC-SHA-256).

Pure. The receiver computes the same over ``id.timestamp.body`` and refuses what is old.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

PREFIX = "whsec_"
SHORTEST = 24
LONGEST = 64


class BadSecret(ValueError):
    """A secret is none; the message says what one is."""


def key_of(secret: str) -> bytes:
    """The key behind a secret such as ``whsec_…`` (base64 of 24 to 64 bytes). Raises ``BadSecret``."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not SHORTEST <= len(key) <= LONGEST:
        raise BadSecret(f"a secret is {PREFIX} and the base64 of {SHORTEST} to {LONGEST} random bytes")
    return key


def headers(*, message: str, at: datetime, body: bytes, secret: str) -> dict[str, str]:
    """The headers that go with a body; ``message`` stays the same when the message is sent again."""
    timestamp = str(int(at.timestamp()))
    signed = b".".join((message.encode(), timestamp.encode(), body))
    signature = base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()
    return {"webhook-id": message, "webhook-timestamp": timestamp, "webhook-signature": f"v1,{signature}"}
