"""One value, one sequence of bytes: RFC 8785 (JCS), and how column values become JSON."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any

import orjson
import rfc8785

_MOST = 2**53 - 1
Json = None | bool | int | float | str | list[Any] | dict[str, Any]


def canonical(value: Json) -> bytes:
    """Return the RFC 8785 bytes of a JSON value.

    Raises ``ValueError`` for what JSON cannot hold (NaN, integers beyond
    2**53 - 1, lone surrogates, keys that are not text).
    """
    try:
        if _usual(value):
            return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError, orjson.JSONEncodeError) as reason:
        raise ValueError(f"no canonical JSON: {reason}") from reason


def _usual(value: Json) -> bool:
    """Whether orjson writes the same bytes, many times faster: nearly always.

    Both write text alike; numbers with fractions and keys beyond ASCII, which
    RFC 8785 sorts by UTF-16, are left to the library that follows it.
    """
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is dict:
        return all(type(key) is str and key.isascii() and _usual(item) for key, item in value.items())  # type: ignore[union-attr]
    if kind is list:
        return all(_usual(item) for item in value)  # type: ignore[union-attr]
    return kind is int and -_MOST <= value <= _MOST  # type: ignore[operator]


def sha256_hex(data: bytes) -> str:
    """SHA-256 as 64 lower-case hexadecimal digits."""
    return sha256(data).hexdigest()


def moment(value: datetime) -> str:
    """Write an instant as ``YYYY-MM-DDTHH:MM:SS.ffffffZ`` (RFC 3339, UTC), always of that one length."""
    if value.tzinfo is None:
        raise ValueError("a moment without a time zone is no evidence")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: Any) -> Json:
    """Turn a column's value into JSON: dates as ISO 8601, UUIDs as text, bytes as hexadecimal, JSON as it is."""
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value  # a choice is the text or number that is stored
    raise ValueError(f"{type(value).__name__} has no canonical form")
