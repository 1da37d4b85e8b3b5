"""An entry's body: the words that are hashed, written and read in one place."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self, TypedDict

from training.ledger.canonical import Json, canonical

VERSION = 1
_KEYS = {"v", "id", "kind", "at", "facts", "rows", "batches", "disclosures"}
_LARGEST_INTEGER = 2**53 - 1


class BodyError(Exception):
    """A text is not the body of an entry."""


class Batch(TypedDict):
    """What an entry holds of rows written in large numbers: how many, and their Merkle root in hexadecimal."""

    count: int
    root: str


@dataclass(frozen=True, slots=True)
class Body:
    """One fact: ``rows`` and ``batches`` by table, ``disclosures`` as sorted digests."""

    id: str
    kind: str
    at: str
    facts: Mapping[str, Json]
    rows: Mapping[str, list[dict[str, Json]]]
    batches: Mapping[str, Batch]
    disclosures: Sequence[str]

    def render(self) -> bytes:
        """Write the body as RFC 8785 canonical JSON."""
        return canonical(
            {
                "v": VERSION,
                "id": self.id,
                "kind": self.kind,
                "at": self.at,
                "facts": dict(self.facts),
                "rows": dict(self.rows),
                "batches": {table: dict(batch) for table, batch in self.batches.items()},
                "disclosures": list(self.disclosures),
            }
        )

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a body. Only what ``render`` would write again, byte for byte, is one; else ``BodyError``."""
        data = read_json(text)
        if not isinstance(data, dict) or data.keys() != _KEYS or data["v"] != VERSION:
            raise BodyError(f"expected an object of version {VERSION} with exactly {', '.join(sorted(_KEYS))}")
        if not all(isinstance(data[key], str) for key in ("id", "kind", "at")) or not isinstance(data["facts"], dict):
            raise BodyError("expected texts as id, kind and at, and an object as facts")
        rows, batches, disclosures = data["rows"], data["batches"], data["disclosures"]
        if not isinstance(rows, dict) or not all(map(_are_rows, rows.values())):
            raise BodyError("expected rows by table, each with its id")
        if not isinstance(batches, dict) or not all(map(_is_batch, batches.values())):
            raise BodyError("expected batches by table, each with count and root")
        if not isinstance(disclosures, list) or not all(isinstance(digest, str) for digest in disclosures):
            raise BodyError("expected digests as disclosures")
        body = cls(data["id"], data["kind"], data["at"], data["facts"], rows, batches, disclosures)
        try:
            same = body.render() == text.encode()
        except ValueError as reason:
            raise BodyError(str(reason)) from reason
        if not same:
            raise BodyError("the text is not in canonical form")
        return body


def read_json(text: str) -> Any:
    """Read JSON whose numbers came from ``canonical``; raises ``BodyError`` for what is none.

    Large floating point numbers look like integers in canonical form, and
    canonical JSON has no integers of that size: they are read as what they were.
    """
    try:
        return json.loads(text, parse_int=_number)
    except (ValueError, RecursionError) as reason:
        raise BodyError(f"no JSON: {reason}") from reason


def _number(digits: str) -> int | float:
    value = int(digits)
    return value if abs(value) <= _LARGEST_INTEGER else float(digits)


def _are_rows(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in value)


def _is_batch(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"count", "root"}
        and isinstance(value["count"], int)
        and isinstance(value["root"], str)
    )
