"""The record says what docs/evidence-pack.md promises, in one form."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from training.certificates.record import SCHEMA, Record, Sealed
from training.ledger.canonical import canonical

SEALED = Sealed(
    attestation="0198f3c2-7d1e-7a40-9b1c-2f6f0d8c5a11",
    digest="ab" * 32,
    signed={"statement": {"words": "私は\n誓約します。"}},
    body='{"v":1}',
    disclosures=["WyJh"],
    sequence=4,
    size=9,
    hashes=["00" * 32],
    checkpoint="origin\n9\nroot\n\n— origin sig\n",
)
RECORD = Record(
    serial="FY2026-000017",
    token="0f" * 16,
    language="ja",
    check_url="https://training.example.com/check/0f/",
    issued_at=datetime(2026, 11, 24, 1, 2, 3, 4, tzinfo=UTC),
    valid_until=date(2027, 12, 31),
    printed={"holder": "髙橋 𠮷乃", "modules": ["一", "二"]},
    sealed=SEALED,
    key="origin+00000000+AAAA",
    fingerprint="cd" * 32,
)


def test_it_holds_what_is_printed_and_what_it_rests_on():
    assert json.loads(RECORD.render()) == {
        "schema": SCHEMA,
        "serial": "FY2026-000017",
        "token": "0f" * 16,
        "language": "ja",
        "check_url": "https://training.example.com/check/0f/",
        "issued_at": "2026-11-24T01:02:03.000004Z",
        "valid_until": "2027-12-31",
        "printed": {"holder": "髙橋 𠮷乃", "modules": ["一", "二"]},
        "entry": {"body": '{"v":1}', "disclosures": ["WyJh"]},
        "attestation": {"id": SEALED.attestation, "digest": "ab" * 32, "signed": SEALED.signed},
        "proof": {"sequence": 4, "size": 9, "hashes": ["00" * 32]},
        "checkpoint": SEALED.checkpoint,
        "key": "origin+00000000+AAAA",
        "fingerprint": "cd" * 32,
    }


def test_it_is_canonical_and_in_utf_8():
    data = RECORD.render()
    assert data == canonical(json.loads(data))
    assert "髙橋 𠮷乃".encode() in data
