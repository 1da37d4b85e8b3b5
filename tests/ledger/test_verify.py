"""Verification: one tampering, one exact verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from tests.ledger.conftest import NOW
from tests.ledger.tampering import remove, set_value, swap, tampering
from training.ledger import merkle, note
from training.ledger.append import append, hide
from training.ledger.body import Body
from training.ledger.keys import verifier
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.ledger.note import VerifierKey
from training.ledger.report import KEPT, Problem, Reason, Report
from training.ledger.seal import seal, seal_of
from training.ledger.verify import verify

pytestmark = pytest.mark.django_db

ENTRY, DISCLOSURE, CHECKPOINT = (model._meta.db_table for model in (Entry, Disclosure, Checkpoint))
ORIGIN = "privacy-training.example/ledger"
BY_SQL = pytest.mark.usefixtures("by_sql")


@pytest.fixture
def by_sql(log: list[Entry]) -> Iterator[None]:
    with tampering():
        yield


@pytest.fixture
def check(key: Ed25519PrivateKey) -> Callable[[], Report]:
    return lambda: verify(keys=[verifier(key)])


def put(row: Any, **values: Any) -> None:
    """Set columns of a stored row by SQL."""
    for name, value in values.items():
        assert set_value(type(row), row.pk, row._meta.get_field(name), value) == 1


def only(report: Report) -> Problem:
    assert not report.intact
    assert len(report.problems) == report.problem_count == 1, report.problems
    return report.problems[0]


def brief(report: Report) -> list[tuple[str, str, str, Reason]]:
    return [(problem.table, problem.row, problem.column, problem.reason) for problem in report.problems]


def rewritten(entry: Entry, **facts: Any) -> str:
    body = Body.parse(entry.body)
    return Body(body.id, body.kind, body.at, facts, body.rows, body.batches, body.disclosures).render().decode()


def test_an_untouched_log_is_intact_and_its_parts_are_counted(log: list[Entry], check: Callable[[], Report]) -> None:
    report = check()
    assert report.intact
    assert report.problems == []
    assert report.first_bad is None
    counts = (report.entries_read, report.sealed, report.unsealed, report.checkpoints, report.disclosures)
    assert counts == (7, 5, 2, 2, 4)


def test_an_empty_log_is_intact_and_says_that_it_is_empty(check: Callable[[], Report]) -> None:
    report = check()
    assert report.intact
    assert (report.entries_read, report.checkpoints) == (0, 0)


def test_progress_is_told_how_many_were_read(log: list[Entry], key: Ed25519PrivateKey) -> None:
    told: list[int] = []
    verify(keys=[verifier(key)], progress=told.append)
    assert told == [5, 7]


# --- entries ---


@BY_SQL
def test_a_rewritten_fact_is_reported_at_its_own_entry(log: list[Entry], check: Callable[[], Report]) -> None:
    put(log[1], body=rewritten(log[1], n=99))
    report = check()
    problem = only(report)
    assert report.first_bad is problem
    assert (problem.reason, problem.table, problem.row, problem.column) == (Reason.LEAF, ENTRY, str(log[1].pk), "body")
    assert problem.sequence == log[1].sequence == 1
    assert report.entries_read == 7


@BY_SQL
def test_a_leaf_rewritten_alone_is_told_from_a_rewritten_body(log: list[Entry], check: Callable[[], Report]) -> None:
    put(log[1], leaf="00" * 32)
    assert brief(check()) == [(ENTRY, str(log[1].pk), "leaf", Reason.LEAF)]


@BY_SQL
@pytest.mark.parametrize("leaf", ["", "zz", "0" * 63], ids=repr)
def test_a_leaf_that_is_no_hash_at_all_stops_nothing(log: list[Entry], check: Callable[[], Report], leaf: str) -> None:
    put(log[1], leaf=leaf, body=rewritten(log[1], n=99))
    assert (ENTRY, str(log[1].pk), "body", Reason.LEAF) in brief(check())


@BY_SQL
def test_a_body_rewritten_with_its_leaf_is_betrayed_by_its_seal(log: list[Entry], check: Callable[[], Report]) -> None:
    body = rewritten(log[1], n=99)
    put(log[1], body=body, leaf=merkle.leaf_hash(body.encode()).hex())
    problems = brief(check())
    assert problems[0] == (ENTRY, str(log[1].pk), "seal", Reason.SEAL)


@BY_SQL
def test_a_body_rewritten_with_leaf_and_seal_is_betrayed_by_the_signed_root(
    log: list[Entry], check: Callable[[], Report]
) -> None:
    body = rewritten(log[1], n=99)
    leaf = merkle.leaf_hash(body.encode())
    put(log[1], body=body, leaf=leaf.hex(), seal=seal_of(sequence=1, leaf=leaf))
    problem = only(check())
    assert (problem.reason, problem.table, problem.row) == (Reason.ROOT, CHECKPOINT, "3")
    assert "#0" in problem.message
    assert "#2" in problem.message


@BY_SQL
def test_the_first_wrong_root_alone_is_reported_and_bounds_the_place(
    log: list[Entry], check: Callable[[], Report], key: Ed25519PrivateKey
) -> None:
    seal(now=NOW + timedelta(hours=3), key=key)
    body = rewritten(log[3], n=99)
    leaf = merkle.leaf_hash(body.encode())
    put(log[3], body=body, leaf=leaf.hex(), seal=seal_of(sequence=3, leaf=leaf))
    problem = only(check())
    assert (problem.reason, problem.row, problem.sequence) == (Reason.ROOT, "5", 3)


@BY_SQL
@pytest.mark.parametrize(
    ("column", "value"), [("kind", "test.other"), ("at", NOW + timedelta(days=1))], ids=["kind", "at"]
)
@pytest.mark.parametrize("place", [2, 5], ids=["sealed", "waiting"])
def test_a_column_that_contradicts_the_body_is_named(
    log: list[Entry], check: Callable[[], Report], place: int, column: str, value: Any
) -> None:
    put(log[place], **{column: value})
    assert brief(check()) == [(ENTRY, str(log[place].pk), column, Reason.COLUMN)]


@BY_SQL
def test_a_waiting_entry_is_checked_against_its_leaf(log: list[Entry], check: Callable[[], Report]) -> None:
    put(log[5], body=rewritten(log[5], n=99))
    assert brief(check()) == [(ENTRY, str(log[5].pk), "leaf", Reason.LEAF)]


@BY_SQL
@pytest.mark.parametrize("body", ["", "{}", "\x00" if connection.vendor == "sqlite" else "[]", "[" * 50_000], ids=repr)
def test_a_body_that_is_none_is_reported_and_stops_nothing(
    log: list[Entry], check: Callable[[], Report], body: str
) -> None:
    put(log[1], body=body)
    report = check()
    assert brief(report)[0] == (ENTRY, str(log[1].pk), "body", Reason.UNREADABLE)
    assert report.entries_read == 7


@BY_SQL
def test_a_missing_entry_is_named_by_its_number(log: list[Entry], check: Callable[[], Report]) -> None:
    remove(Entry, log[1].pk)
    problem = only(check())
    assert (problem.reason, problem.row, problem.sequence) == (Reason.MISSING_SEQUENCE, "#1", 1)


@BY_SQL
def test_several_missing_entries_are_one_gap(log: list[Entry], check: Callable[[], Report]) -> None:
    remove(Entry, log[1].pk)
    remove(Entry, log[2].pk)
    problem = only(check())
    assert (problem.reason, problem.sequence) == (Reason.MISSING_SEQUENCE, 1)
    assert "#2" in problem.message


@BY_SQL
def test_a_log_whose_tail_was_cut_is_told_how_much_is_missing(log: list[Entry], check: Callable[[], Report]) -> None:
    for entry in log[3:5]:
        for disclosure in Disclosure.objects.filter(entry=entry):
            remove(Disclosure, disclosure.pk)
        remove(Entry, entry.pk)
    problem = only(check())
    assert (problem.reason, problem.row) == (Reason.TAIL, "#3")
    assert "#4" in problem.message


@BY_SQL
def test_all_sealed_entries_gone_is_a_cut_tail_too(log: list[Entry], check: Callable[[], Report]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {DISCLOSURE}")
        cursor.execute(f"DELETE FROM {ENTRY}")
    problem = only(check())
    assert (problem.reason, problem.row) == (Reason.TAIL, "#0")


@BY_SQL
def test_a_number_given_by_hand_is_covered_by_no_checkpoint(log: list[Entry], check: Callable[[], Report]) -> None:
    leaf = bytes.fromhex(log[5].leaf)
    put_both(log[5], 5, seal_of(sequence=5, leaf=leaf))
    assert brief(check()) == [(ENTRY, str(log[5].pk), "sequence", Reason.SUPERFLUOUS_SEQUENCE)]


@BY_SQL
def test_a_number_taken_back_leaves_a_gap(log: list[Entry], check: Callable[[], Report]) -> None:
    put_both(log[1], None, None)
    problem = only(check())
    assert (problem.reason, problem.sequence) == (Reason.MISSING_SEQUENCE, 1)


def put_both(entry: Entry, sequence: int | None, seal_text: str | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {ENTRY} SET sequence = %s, seal = %s WHERE leaf = %s", [sequence, seal_text, entry.leaf]
        )
        assert cursor.rowcount == 1


def without_checks() -> None:
    """Take away the constraint that number and seal come together, as one could who may change the schema."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {ENTRY} DROP CONSTRAINT ledger_entry_sealed_whole")


@pytest.fixture
def checks_again() -> Iterator[None]:
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


@BY_SQL
@pytest.mark.usefixtures("checks_again")
def test_a_number_below_zero_and_a_seal_without_number_are_named(log: list[Entry], check: Callable[[], Report]) -> None:
    without_checks()
    put_both(log[5], -1, "x")
    put_both(log[6], None, "x")
    assert brief(check()) == [
        (ENTRY, str(log[5].pk), "sequence", Reason.SUPERFLUOUS_SEQUENCE),
        (ENTRY, str(log[6].pk), "seal", Reason.SEAL),
    ]


@BY_SQL
def test_two_entries_that_changed_numbers_are_both_named(log: list[Entry], check: Callable[[], Report]) -> None:
    put(log[0], sequence=100)
    put(log[1], sequence=0)
    put(log[0], sequence=1)
    assert brief(check())[:2] == [
        (ENTRY, str(log[1].pk), "seal", Reason.SEAL),
        (ENTRY, str(log[0].pk), "seal", Reason.SEAL),
    ]


@BY_SQL
def test_two_entries_that_changed_keys_are_both_named(log: list[Entry], check: Callable[[], Report]) -> None:
    swap(Entry, log[1].pk, log[2].pk)
    assert brief(check()) == [
        (ENTRY, str(log[2].pk), "id", Reason.COLUMN),
        (ENTRY, str(log[1].pk), "id", Reason.COLUMN),
    ]


# --- checkpoints ---


@BY_SQL
@pytest.mark.parametrize(
    ("column", "value"),
    [("size", 4), ("root", "00" * 32), ("at", NOW), ("frontier", b"\x00" * 64), ("frontier", b"")],
    ids=["size", "root", "at", "frontier", "frontier empty"],
)
def test_a_checkpoints_column_that_contradicts_its_note_is_named(
    log: list[Entry], check: Callable[[], Report], column: str, value: Any
) -> None:
    checkpoint = Checkpoint.objects.get(size=5)
    put(checkpoint, **{column: value})
    row = str(value if column == "size" else 5)
    assert (CHECKPOINT, row, column, Reason.CHECKPOINT) in brief(check())


@BY_SQL
@pytest.mark.parametrize("text", ["", "no note", "a\n\n— b AAAAAAA=\n"], ids=["empty", "text", "unsigned"])
def test_a_note_that_is_none_is_reported(log: list[Entry], check: Callable[[], Report], text: str) -> None:
    put(Checkpoint.objects.get(size=3), note=text)
    assert brief(check()) == [(CHECKPOINT, "3", "note", Reason.NOTE)]


@BY_SQL
def test_another_checkpoints_note_does_not_pass(log: list[Entry], check: Callable[[], Report]) -> None:
    put(Checkpoint.objects.get(size=5), note=Checkpoint.objects.get(size=3).note)
    reasons = {(row, column) for _table, row, column, _reason in brief(check())}
    assert {("5", "size"), ("5", "root")} <= reasons


def forged(
    size: int, *extensions: str, origin: str = "privacy-training.example/ledger", root: str | None = None
) -> str:
    """A note that says what its forger likes."""
    stored = Checkpoint.objects.get(size=size)
    head = note.TreeHead(origin, size, bytes.fromhex(root or stored.root), extensions)
    return head.render()


@BY_SQL
def test_a_checkpoint_signed_by_another_key_is_refused(log: list[Entry], check: Callable[[], Report]) -> None:
    text = forged(5, "sealed 2026-04-01T00:32:00.000000Z", "after 3")
    signed = note.sign(text, name=ORIGIN, key=Ed25519PrivateKey.generate())
    put(Checkpoint.objects.get(size=5), note=signed.render())
    assert brief(check()) == [(CHECKPOINT, "5", "note", Reason.NOTE)]


@BY_SQL
@pytest.mark.parametrize(
    ("extensions", "origin"),
    [((), ORIGIN), (("sealed x", "after 3"), "example.com/another-log")],
    ids=["without time", "of another log"],
)
def test_a_note_of_our_key_that_is_no_checkpoint_of_ours_is_refused(
    log: list[Entry], check: Callable[[], Report], key: Ed25519PrivateKey, extensions: tuple[str, ...], origin: str
) -> None:
    signed = note.sign(forged(5, *extensions, origin=origin), name=ORIGIN, key=key)
    put(Checkpoint.objects.get(size=5), note=signed.render())
    assert brief(check()) == [(CHECKPOINT, "5", "note", Reason.NOTE)]


@BY_SQL
def test_the_keys_owner_cannot_sign_another_root_without_another_log(
    log: list[Entry], check: Callable[[], Report], key: Ed25519PrivateKey
) -> None:
    text = forged(5, "sealed 2026-04-01T00:32:00.000000Z", "after 3", root="11" * 32)
    signed = note.sign(text, name=ORIGIN, key=key)
    put(Checkpoint.objects.get(size=5), note=signed.render(), root="11" * 32)
    assert (CHECKPOINT, "5", "root", Reason.ROOT) in brief(check())


def test_a_log_is_not_verified_with_a_key_that_did_not_sign_it(log: list[Entry]) -> None:
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    report = verify(keys=[VerifierKey(ORIGIN, stranger)])
    assert brief(report) == [(CHECKPOINT, "3", "note", Reason.NOTE), (CHECKPOINT, "5", "note", Reason.NOTE)]
    assert not verify(keys=[]).intact


@BY_SQL
def test_a_checkpoint_taken_out_is_betrayed_by_the_next(log: list[Entry], check: Callable[[], Report]) -> None:
    remove(Checkpoint, 3)
    problem = only(check())
    assert (problem.reason, problem.row) == (Reason.CHECKPOINT_MISSING, "5")
    assert "after 3" in problem.message


@BY_SQL
def test_the_last_checkpoint_taken_out_leaves_its_entries_uncovered(
    log: list[Entry], check: Callable[[], Report]
) -> None:
    remove(Checkpoint, 5)
    assert brief(check()) == [(ENTRY, str(entry.pk), "sequence", Reason.SUPERFLUOUS_SEQUENCE) for entry in log[3:5]]


# --- disclosures ---


@BY_SQL
@pytest.mark.parametrize(
    ("column", "value"),
    [("name", "other"), ("salt", "x" * 22), ("value", "髙橋 二郎"), ("value", None), ("value", 10**30), ("value", 1.5)],
)
def test_a_disclosure_that_does_not_recompute_is_named(
    log: list[Entry], check: Callable[[], Report], column: str, value: Any
) -> None:
    disclosure = Disclosure.objects.get(entry=log[0])
    put(disclosure, **{column: value})
    problem = only(check())
    assert (problem.reason, problem.table, problem.row) == (Reason.DISCLOSURE, DISCLOSURE, disclosure.pk)
    assert problem.sequence == 0


@BY_SQL
def test_a_disclosure_taken_out_is_named_by_its_digest(log: list[Entry], check: Callable[[], Report]) -> None:
    disclosure = Disclosure.objects.get(entry=log[0])
    remove(Disclosure, disclosure.pk)
    assert brief(check()) == [(DISCLOSURE, disclosure.pk, "", Reason.DISCLOSURE_MISSING)]


@BY_SQL
def test_a_disclosure_put_in_is_named(log: list[Entry], check: Callable[[], Report]) -> None:
    planted = hide("name", "誰か")
    Disclosure(digest=planted.digest, entry=log[1], name=planted.name, salt=planted.salt, value=planted.value).save()
    assert brief(check()) == [(DISCLOSURE, planted.digest, "", Reason.DISCLOSURE_UNLISTED)]


@BY_SQL
def test_a_disclosure_moved_to_another_entry_is_missed_here_and_too_much_there(
    log: list[Entry], check: Callable[[], Report]
) -> None:
    disclosure = Disclosure.objects.get(entry=log[0])
    put(disclosure, entry=log[1].pk)
    assert sorted(brief(check())) == [
        (DISCLOSURE, disclosure.pk, "", Reason.DISCLOSURE_MISSING),
        (DISCLOSURE, disclosure.pk, "", Reason.DISCLOSURE_UNLISTED),
    ]


@BY_SQL
def test_a_disclosure_of_no_entry_at_all_is_named(log: list[Entry], check: Callable[[], Report]) -> None:
    disclosure = Disclosure.objects.get(entry=log[0])
    with connection.cursor() as cursor:
        unknown = Entry._meta.pk.get_db_prep_save("6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10", connection)
        cursor.execute(f"UPDATE {DISCLOSURE} SET entry_id = %s WHERE digest = %s", [unknown, disclosure.pk])
    assert (DISCLOSURE, disclosure.pk, "entry_id", Reason.DISCLOSURE_UNLISTED) in brief(check())


def erase(*digests: str) -> None:
    append(kind="erasure", at=NOW, facts={"digests": list(digests)})
    for digest in digests:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {DISCLOSURE} WHERE digest = %s", [digest])


def test_an_erased_disclosure_may_be_missing(log: list[Entry], check: Callable[[], Report]) -> None:
    erase(*Disclosure.objects.filter(entry=log[3]).values_list("digest", flat=True))
    assert check().intact
    assert Disclosure.objects.count() == 2


def test_an_erased_value_that_is_stored_again_is_named(log: list[Entry], check: Callable[[], Report]) -> None:
    disclosure = Disclosure.objects.get(entry=log[0])
    erase(disclosure.digest)
    again = Disclosure(
        digest=disclosure.digest, entry=log[0], name="name", salt=disclosure.salt, value=disclosure.value
    )
    again.save()
    assert brief(check()) == [(DISCLOSURE, disclosure.digest, "", Reason.DISCLOSURE_ERASED)]


@BY_SQL
def test_an_erasure_that_cannot_be_read_erases_nothing(log: list[Entry], check: Callable[[], Report]) -> None:
    disclosure = Disclosure.objects.get(entry=log[0])
    erase(disclosure.digest)
    erasure = Entry.objects.get(kind="erasure")
    put(erasure, body="{}")
    assert brief(check()) == [
        (DISCLOSURE, disclosure.digest, "", Reason.DISCLOSURE_MISSING),
        (ENTRY, str(erasure.pk), "body", Reason.UNREADABLE),
        (ENTRY, str(erasure.pk), "leaf", Reason.LEAF),
    ]


@pytest.mark.parametrize("value", [None, True, 1e30, 1.5, 0, "", [1, {"a": None}], {"b": 1, "a": "髙"}], ids=repr)
def test_any_value_that_can_be_hidden_recomputes_from_the_database(check: Callable[[], Report], value: Any) -> None:
    append(kind="test.happened", at=NOW, disclosures=[hide("answer", value)])
    assert check().intact


# --- the report itself ---


def test_a_report_keeps_the_first_problems_and_counts_the_rest() -> None:
    report = Report()
    for number in range(KEPT + 5):
        report.add(Problem(Reason.LEAF, "t", str(number), "m", sequence=KEPT - number))
    assert (len(report.problems), report.problem_count) == (KEPT, KEPT + 5)
    assert not report.intact
    assert report.first_bad is not None
    assert report.first_bad.sequence == 1


def test_a_problem_without_a_place_in_the_log_comes_last() -> None:
    report = Report()
    report.add(Problem(Reason.NOTE, CHECKPOINT, "3", "m", "note"))
    report.add(Problem(Reason.LEAF, ENTRY, "e", "m", "leaf", 4))
    assert report.first_bad is report.problems[1]
    assert [problem.where for problem in report.problems] == [f"{CHECKPOINT}.note 3", f"{ENTRY}.leaf e (#4)"]
    assert report.as_dict()["first_bad"] == {
        "reason": "leaf",
        "table": ENTRY,
        "row": "e",
        "column": "leaf",
        "sequence": 4,
        "message": "m",
    }
