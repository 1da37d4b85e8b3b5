"""Sealing: every entry gets one number, one sealer works at a time, and what is signed is the log."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.ledger.conftest import NOW
from tests.ledger.tampering import set_value, tampering
from training.errors import Conflict
from training.ledger import merkle
from training.ledger.append import append
from training.ledger.keys import verifier
from training.ledger.models import Checkpoint, Entry
from training.ledger.note import Note, TreeHead
from training.ledger.queries import latest_checkpoint, unsealed
from training.ledger.report import Report
from training.ledger.seal import BATCH, seal, seal_of
from training.ledger.verify import verify

pytestmark = pytest.mark.django_db


def leaves() -> list[bytes]:
    return [bytes.fromhex(e.leaf) for e in Entry.objects.filter(sequence__isnull=False).order_by("sequence")]


def test_nothing_waiting_signs_nothing(key: Ed25519PrivateKey) -> None:
    assert seal(now=NOW, key=key) is None
    assert latest_checkpoint() is None


def test_what_waits_is_numbered_by_time_then_id(write: Callable[..., Entry], key: Ed25519PrivateKey) -> None:
    same_time = [append(kind="test.happened", at=NOW + timedelta(days=1)) for _ in range(4)]
    earlier = [write(), write()]
    checkpoint = seal(now=NOW, key=key)
    expected = [entry.pk for entry in earlier] + sorted(entry.pk for entry in same_time)
    assert list(Entry.objects.order_by("sequence").values_list("pk", flat=True)) == expected
    assert [entry.sequence for entry in Entry.objects.order_by("sequence")] == list(range(6))
    assert checkpoint is not None
    assert (checkpoint.size, checkpoint.root) == (6, merkle.root(leaves()).hex())
    assert unsealed() == 0


def test_sealing_twice_signs_once(log: list[Entry], key: Ed25519PrivateKey) -> None:
    third = seal(now=NOW, key=key)
    assert seal(now=NOW, key=key) is None
    assert latest_checkpoint() == third
    assert [checkpoint.size for checkpoint in Checkpoint.objects.all()] == [3, 5, 7]


def test_a_number_once_given_stays(log: list[Entry], key: Ed25519PrivateKey) -> None:
    before = dict(Entry.objects.filter(sequence__isnull=False).values_list("pk", "sequence"))
    append(kind="test.happened", at=NOW - timedelta(days=1))  # recorded late, dated early
    seal(now=NOW, key=key)
    after = dict(Entry.objects.values_list("pk", "sequence"))
    assert before.items() <= after.items()
    assert len(after) == 8


def test_each_seal_binds_a_leaf_to_its_number(log: list[Entry]) -> None:
    for entry in Entry.objects.filter(sequence__isnull=False):
        assert entry.seal == seal_of(sequence=entry.sequence, leaf=bytes.fromhex(entry.leaf))
    assert seal_of(sequence=1, leaf=b"x" * 32) != seal_of(sequence=2, leaf=b"x" * 32)


def test_every_checkpoint_extends_the_one_before(log: list[Entry], key: Ed25519PrivateKey) -> None:
    seal(now=NOW, key=key)
    sizes = {c.size: bytes.fromhex(c.root) for c in Checkpoint.objects.all()}
    for old, new in ((3, 5), (3, 7), (5, 7)):
        proof = merkle.consistency_proof(leaves()[:new], old)
        merkle.verify_consistency(old=old, old_root=sizes[old], new=new, new_root=sizes[new], proof=proof)


def test_the_note_is_signed_and_says_size_root_time_and_predecessor(log: list[Entry], key: Ed25519PrivateKey) -> None:
    checkpoint = Checkpoint.objects.get(size=5)
    note = Note.parse(checkpoint.note)
    assert note.verify([verifier(key)]) == [verifier(key)]
    root = b64encode(bytes.fromhex(checkpoint.root)).decode()
    assert note.text == (f"privacy-training.example/ledger\n5\n{root}\nsealed 2026-04-01T00:32:00.000000Z\nafter 3\n")
    assert TreeHead.parse(note.text).size == 5


def test_sealing_reads_neither_bodies_nor_the_logs_past(log: list[Entry], key: Ed25519PrivateKey) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        seal(now=NOW, key=key)
    selects = [query["sql"] for query in queries if query["sql"].startswith("SELECT") and "leaf" in query["sql"]]
    assert len(selects) == 1
    assert '"sequence" IS NULL' in selects[0]
    assert "body" not in selects[0]


def test_more_than_one_batch_is_sealed_under_one_checkpoint(key: Ed25519PrivateKey) -> None:
    entries = [
        Entry(kind="k", at=NOW, body=str(n), leaf=merkle.leaf_hash(str(n).encode()).hex()) for n in range(BATCH + 3)
    ]
    Entry.objects.bulk_create(entries)
    checkpoint = seal(now=NOW, key=key)
    assert checkpoint is not None
    assert checkpoint.size == BATCH + 3
    assert checkpoint.root == merkle.root(leaves()).hex()


def test_sealing_inside_a_transaction_is_refused(key: Ed25519PrivateKey) -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        seal(now=NOW, key=key)


@pytest.mark.parametrize(
    ("column", "value"),
    [("root", "00" * 32), ("frontier", b"\x00" * 64), ("frontier", b"\x00" * 31), ("size", 4), ("size", 6)],
    ids=str,
)
def test_no_root_is_signed_over_a_checkpoint_that_was_tampered_with(
    log: list[Entry], key: Ed25519PrivateKey, column: str, value: Any
) -> None:
    with tampering():
        set_value(Checkpoint, 5, Checkpoint._meta.get_field(column), value)
        with pytest.raises(Conflict, match="verify_ledger"):
            seal(now=NOW, key=key)
        assert unsealed() == 2


def test_no_root_is_signed_over_a_log_that_lost_its_end(log: list[Entry], key: Ed25519PrivateKey) -> None:
    with tampering():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {Entry._meta.db_table} WHERE sequence = 4")
        with pytest.raises(Conflict, match="verify_ledger"):
            seal(now=NOW, key=key)
        assert unsealed() == 2


@pytest.fixture(params=["IMMEDIATE", "DEFERRED"] if connection.vendor == "sqlite" else ["as it is"])
def shared_database(request: pytest.FixtureRequest, transactional_db: None) -> Iterator[None]:
    """A database for several threads, each with its own connection; on SQLite in both ways to begin a transaction."""
    options = connection.settings_dict["OPTIONS"]
    if connection.vendor == "sqlite":
        connection.settings_dict["OPTIONS"] = {**options, "transaction_mode": request.param}
    yield
    connection.settings_dict["OPTIONS"] = options


def in_threads(*jobs: Callable[[], Any]) -> list[Any]:
    """Run each job in a thread with a connection of its own, all at once."""
    start = Barrier(len(jobs))

    def work(job: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(work, job) for job in jobs]]


@pytest.mark.usefixtures("shared_database")
def test_of_two_sealers_at_once_one_signs_and_the_other_finds_nothing(key: Ed25519PrivateKey) -> None:
    def write_some() -> None:
        for _ in range(50):
            append(kind="test.happened", at=NOW)

    def check() -> Report:
        return verify(keys=[verifier(key)])

    for _round in range(3):
        in_threads(write_some)
        signed = in_threads(*[lambda: seal(now=NOW, key=key)] * 2)
        assert [checkpoint is None for checkpoint in signed].count(True) == 1
    (report,) = in_threads(check)
    assert report.problems == []
    assert (report.sealed, report.checkpoints) == (150, 3)


@pytest.mark.usefixtures("shared_database")
def test_writers_and_sealers_at_once_leave_a_log_without_a_gap(key: Ed25519PrivateKey) -> None:
    def work() -> None:
        for _ in range(8):
            append(kind="test.happened", at=NOW)
            seal(now=NOW, key=key)

    in_threads(*[work] * 4)
    (report,) = in_threads(lambda: verify(keys=[verifier(key)]))
    assert report.problems == []
    assert (report.sealed, report.unsealed) == (32, 0)


@pytest.mark.usefixtures("shared_database")
def test_what_was_written_before_the_call_is_sealed_by_it_whatever_others_commit_meanwhile(
    key: Ed25519PrivateKey,
) -> None:
    """The one who signs seals next, then wants a certificate: an entry of another's that sorts before cannot push out."""
    mine = append(kind="test.happened", at=NOW)
    others: list[Future[None]] = []

    def write_earlier() -> None:
        try:
            append(kind="test.happened", at=NOW - timedelta(seconds=1))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:

        def let_another_write(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if '"leaf"' in sql and sql.startswith("SELECT") and not others:
                others.append(pool.submit(write_earlier))
                # On SQLite the other waits for the sealer; on PostgreSQL it has committed here.
                wait(others, timeout=1)
            return execute(sql, *rest)

        with connection.execute_wrapper(let_another_write):
            seal(now=NOW, key=key)
        others[0].result(timeout=60)
    mine.refresh_from_db()
    assert mine.sequence is not None
    seal(now=NOW, key=key)
    assert unsealed() == 0
    (report,) = in_threads(lambda: verify(keys=[verifier(key)]))
    assert report.problems == []


def test_a_batch_that_is_just_full_is_sealed_whole(key: Ed25519PrivateKey) -> None:
    Entry.objects.bulk_create(
        Entry(kind="k", at=NOW, body=str(n), leaf=merkle.leaf_hash(str(n).encode()).hex()) for n in range(BATCH)
    )
    checkpoint = seal(now=NOW, key=key)
    assert checkpoint is not None
    assert (checkpoint.size, unsealed()) == (BATCH, 0)
