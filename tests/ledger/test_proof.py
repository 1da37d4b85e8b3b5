"""Proofs of inclusion: for every entry, against every checkpoint that covers it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.ledger.conftest import NOW
from tests.ledger.tampering import set_value, tampering
from training.errors import Conflict, NotReady
from training.ledger import levels, merkle
from training.ledger.keys import verifier
from training.ledger.models import Checkpoint, Entry
from training.ledger.note import Note, TreeHead
from training.ledger.proof import Inclusion, Prover, inclusion
from training.ledger.seal import seal

pytestmark = pytest.mark.django_db


def check(proof: Inclusion, entry: Entry, key: Ed25519PrivateKey) -> TreeHead:
    """Verify as an outsider does: from the body and the signed note alone."""
    note = Note.parse(proof["checkpoint"])
    note.verify([verifier(key)])
    head = TreeHead.parse(note.text)
    assert head.size == proof["size"]
    merkle.verify_inclusion(
        leaf=merkle.leaf_hash(entry.body.encode()),
        index=proof["sequence"],
        size=head.size,
        proof=[bytes.fromhex(step) for step in proof["hashes"]],
        root=head.root,
    )
    return head


def test_every_entry_is_proved_against_every_checkpoint_that_covers_it(
    write: Callable[..., Entry], key: Ed25519PrivateKey
) -> None:
    for batch in (1, 2, 4, 1, 5, 8, 3):
        for _ in range(batch):
            write()
        seal(now=NOW, key=key)
    entries = list(Entry.objects.order_by("sequence"))
    assert len(entries) == 24
    proved = 0
    for checkpoint in Checkpoint.objects.all():
        for entry in entries[: checkpoint.size]:
            assert check(inclusion(entry, checkpoint=checkpoint), entry, key).size == checkpoint.size
            proved += 1
    assert proved == 1 + 3 + 7 + 8 + 13 + 21 + 24


def test_a_proof_leads_to_the_latest_checkpoint_unless_told_otherwise(log: list[Entry], key: Ed25519PrivateKey) -> None:
    proof = inclusion(log[0])
    assert check(proof, log[0], key).size == 5
    assert (proof["entry"], proof["sequence"]) == (str(log[0].pk), 0)


def test_an_entry_that_waits_has_no_proof_yet(log: list[Entry]) -> None:
    with pytest.raises(NotReady, match=r"."):
        inclusion(log[6])


def test_a_checkpoint_older_than_the_entry_proves_nothing(log: list[Entry]) -> None:
    with pytest.raises(NotReady, match=r"."):
        inclusion(log[4], checkpoint=Checkpoint.objects.get(size=3))


def test_an_entry_held_since_before_its_sealing_is_proved_too(log: list[Entry], key: Ed25519PrivateKey) -> None:
    assert log[6].sequence is None
    seal(now=NOW, key=key)
    assert check(inclusion(log[6]), log[6], key).size == 7


def test_a_proof_for_a_new_entry_does_not_read_the_logs_past(log: list[Entry]) -> None:
    with CaptureQueriesContext(connection) as queries:
        inclusion(log[4])
    (leaves,) = [query["sql"] for query in queries if "leaf" in query["sql"] and "body" not in query["sql"]]
    assert '"sequence" >= 3' in leaves


@pytest.mark.parametrize("place", [0, 3, 4])
def test_a_damaged_log_proves_nothing(log: list[Entry], place: int) -> None:
    with tampering():
        set_value(Entry, log[place].pk, Entry._meta.get_field("leaf"), "00" * 32)
        with pytest.raises(Conflict, match="verify_ledger"):
            inclusion(log[place])


def test_a_log_that_lost_an_entry_proves_none_after_it(log: list[Entry]) -> None:
    with tampering():
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {Entry._meta.db_table} WHERE sequence = 3")
        with pytest.raises(Conflict, match="verify_ledger"):
            inclusion(log[4])


def test_a_prover_proves_what_a_single_proof_proves_whatever_it_begins_with(
    write: Callable[..., Entry], key: Ed25519PrivateKey
) -> None:
    for batch in (1, 2, 4, 1, 5, 8, 3):
        for _ in range(batch):
            write()
        seal(now=NOW, key=key)
    entries = list(Entry.objects.order_by("sequence"))
    for first in range(len(entries) + 1):
        prover = Prover(first=first)
        assert [prover.inclusion(entry) for entry in entries] == [inclusion(entry) for entry in entries]


def test_very_many_proofs_after_one_seal_cost_each_leaf_once_and_then_a_few_hashes_and_no_query(
    write: Callable[..., Entry], key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(13):
        write()
    seal(now=NOW, key=key)
    for _ in range(600):
        write()
    seal(now=NOW, key=key)
    batch = list(Entry.objects.filter(sequence__gte=13).order_by("sequence"))
    hashed: list[int] = []

    def counted(left: bytes, right: bytes) -> bytes:
        hashed.append(1)
        return merkle.node_hash(left, right)

    monkeypatch.setattr(levels, "node_hash", counted)
    with CaptureQueriesContext(connection) as queries:
        prover = Prover(first=13)
    assert len(queries) == 3
    assert 600 <= len(hashed) + 13 <= 640
    hashed.clear()
    with CaptureQueriesContext(connection) as queries:
        proofs = [prover.inclusion(entry) for entry in batch]
    assert len(queries) == 0
    assert len(hashed) <= 7 * len(batch)  # a block of eight leaves is hashed anew for each
    for entry, proof in zip(batch, proofs, strict=True):
        assert check(proof, entry, key).size == 613
        assert len(proof["hashes"]) <= (613).bit_length()


def test_a_prover_leaves_to_a_single_proof_what_was_sealed_since_and_refuses_what_waits(
    log: list[Entry], key: Ed25519PrivateKey
) -> None:
    prover = Prover(first=3)
    with pytest.raises(NotReady, match=r"."):
        prover.inclusion(log[6])
    seal(now=NOW, key=key)
    since = Entry.objects.get(pk=log[6].pk)
    assert check(prover.inclusion(since), since, key).size == 7
    assert check(prover.inclusion(log[6]), since, key).size == 7
    assert check(prover.inclusion(log[3]), log[3], key).size == 5


def test_damage_in_an_old_batch_does_not_hold_up_a_proof_in_a_new_one(log: list[Entry]) -> None:
    with tampering():
        set_value(Entry, log[1].pk, Entry._meta.get_field("leaf"), "00" * 32)
        prover = Prover(first=0)
        assert prover.inclusion(log[4]) == inclusion(log[4])
        for entry in Entry.objects.filter(sequence__lt=2):
            with pytest.raises(Conflict, match="verify_ledger"):
                prover.inclusion(entry)


@pytest.mark.parametrize("leaf", ["not hexadecimal", "00", ""])
def test_a_leaf_hash_that_is_none_keeps_no_prover_from_being_made(log: list[Entry], leaf: str) -> None:
    with tampering():
        set_value(Entry, log[0].pk, Entry._meta.get_field("leaf"), leaf)
        prover = Prover(first=0)
        assert prover.inclusion(log[4]) == inclusion(log[4])
        with pytest.raises(Conflict, match="verify_ledger"):
            prover.inclusion(log[0])


def test_an_empty_log_proves_nothing(write: Callable[..., Entry]) -> None:
    entry = write()
    with pytest.raises(NotReady, match=r"."):
        Prover(first=0).inclusion(entry)
