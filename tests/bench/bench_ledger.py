"""What verifying a log of a million entries costs, beside a floor: reading the same rows and hashing each twice.

BENCH_ENTRIES makes it smaller.
"""

from __future__ import annotations

import json
import os
import random
import uuid
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from django.db import transaction

from tests.bench.figures import medians, show
from training.ledger.body import Body
from training.ledger.canonical import moment
from training.ledger.disclosure import hide
from training.ledger.keys import load_key, verifier
from training.ledger.merkle import leaf_hash
from training.ledger.models import Disclosure, Entry
from training.ledger.seal import seal
from training.ledger.verify import verify

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
BATCH = 20_000
DISCLOSED_EVERY = 10
GOAL = 2.0


def log(entries: int) -> None:
    """Write entries as a quiz writes them, every tenth with two personal values, sealed in batches."""
    chance = random.Random(6962)
    start = datetime(2026, 4, 1, tzinfo=UTC)

    def key() -> str:
        return str(uuid.UUID(int=chance.getrandbits(128), version=4))

    for first in range(0, entries, BATCH):
        written, hidden = [], []
        for number in range(first, min(first + BATCH, entries)):
            at = start + timedelta(seconds=number)
            entry = key()
            disclosures = []
            if number % DISCLOSED_EVERY == 0:
                disclosures = [
                    hide(name, value, salt=chance.randbytes(16))
                    for name, value in (("name", "髙橋 一郎"), ("number", f"{number:06d}"))
                ]
            body = json.dumps(
                {
                    "at": moment(at),
                    "batches": {},
                    "disclosures": sorted(one.digest for one in disclosures),
                    "facts": {},
                    "id": entry,
                    "kind": "quiz.submitted",
                    "rows": {
                        "privacy_training_marking": [
                            {
                                "at": moment(at), "by_id": None, "id": key(), "number": 1, "out_of": 3, "passed": True,
                                "points": dict.fromkeys(sorted(key() for _ in range(3)), 1), "reason": "submitted",
                                "score": 3, "submission_id": key(),
                            }
                        ],
                        "privacy_training_submission": [{"at": moment(at), "attempt_id": key(), "id": key()}],
                    },
                    "v": 1,
                },
                separators=(",", ":"),
            )  # fmt: skip
            if number == first:
                Body.parse(body)  # it is one
            leaf = leaf_hash(body.encode()).hex()
            written.append(Entry(id=uuid.UUID(entry), kind="quiz.submitted", at=at, body=body, leaf=leaf))
            hidden += [
                Disclosure(digest=one.digest, entry_id=uuid.UUID(entry), name=one.name, salt=one.salt, value=one.value)
                for one in disclosures
            ]
        with transaction.atomic():
            Entry.objects.bulk_create(written, batch_size=2000)
            Disclosure.objects.bulk_create(hidden, batch_size=2000)
        seal(now=at, key=load_key())


def floor() -> None:
    """Read the very columns that verification reads, in its order, and take two SHA-256 of each row."""
    entries = Entry.objects.order_by("sequence").values_list("id", "kind", "at", "body", "leaf", "sequence", "seal")
    for row in entries.iterator(chunk_size=2000):
        text = row[3].encode()
        sha256(text).digest()
        sha256(text).digest()
    disclosures = Disclosure.objects.order_by("entry__sequence")
    for values in disclosures.values_list("digest", "entry_id", "name", "salt", "value").iterator(chunk_size=2000):
        text = str(values[4]).encode()
        sha256(text).digest()
        sha256(text).digest()


@pytest.mark.django_db(transaction=True)
def bench_verification() -> None:
    """Goal: at most twice the floor."""
    log(ENTRIES)

    def verified() -> None:
        report = verify(keys=[verifier(load_key())])
        assert report.intact, report.first_bad
        assert report.sealed == ENTRIES

    taken = medians({"the floor": floor, "verification": verified}, rounds=3)
    show(f"Ledger of {ENTRIES:,} entries, processor time (goal: at most {GOAL} × the floor)", taken, to="the floor")
