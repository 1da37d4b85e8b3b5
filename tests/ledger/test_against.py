"""A checkpoint kept outside betrays whoever rewrites the log, even with the log's own key."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import translation

from tests.ledger.conftest import NOW, Write
from tests.ledger.tampering import tampering
from training.errors import Invalid, NotReady
from training.ledger import note
from training.ledger.against import LONGEST, verify_against
from training.ledger.keys import load_key, verifier
from training.ledger.merkle import leaf_hash, verify_consistency
from training.ledger.models import Checkpoint, Entry
from training.ledger.note import Note, TreeHead
from training.ledger.proof import consistency
from training.ledger.report import Reason
from training.ledger.seal import seal, seal_of
from training.ledger.verify import verify

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def kept(log: list[Entry]) -> str:
    """What a witness got when the log had three entries."""
    return Checkpoint.objects.get(size=3).note


def against(text: str):
    return verify_against(text, keys=[verifier(load_key())])


def rewrite_and_seal_again() -> None:
    """Make the whole history anew, with another word in its second entry, signed by the very same key."""
    tables = [connection.ops.quote_name(m._meta.db_table) for m in (Entry, Checkpoint)]
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {tables[1]}")
        cursor.execute(f"UPDATE {tables[0]} SET sequence = NULL, seal = NULL")
        entry = Entry.objects.order_by("at")[1]
        body = entry.body.replace('"n":1', '"n":9')
        key = Entry._meta.pk.get_db_prep_value(entry.pk, connection)
        cursor.execute(
            f"UPDATE {tables[0]} SET body = %s, leaf = %s WHERE id = %s", [body, leaf_hash(body.encode()).hex(), key]
        )
    seal(now=NOW, key=load_key())


def test_a_log_that_was_only_added_to_continues_what_was_kept(kept: str):
    assert against(kept) is None


def test_the_latest_checkpoint_continues_itself(log: list[Entry]):
    assert against(Checkpoint.objects.latest("size").note) is None


@pytest.mark.parametrize(
    "mailed", [lambda t: "\ufeff" + t, lambda t: t.replace("\n", "\r\n"), lambda t: t.rstrip("\n")]
)
def test_what_a_mail_program_does_to_the_file_does_no_harm(kept: str, mailed):
    assert against(mailed(kept)) is None


def test_a_history_rewritten_and_signed_again_with_the_same_key_is_found_out(kept: str):
    with tampering():
        rewrite_and_seal_again()
        assert verify(keys=[verifier(load_key())]).intact, "by itself nothing shows"
        problem = against(kept)
    assert problem is not None
    assert (problem.reason, problem.row) == (Reason.HISTORY, "3")
    assert "history was rewritten" in problem.message


def test_an_end_cut_off_is_found_out(log: list[Entry]):
    whole = Checkpoint.objects.latest("size").note
    with tampering(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {connection.ops.quote_name(Checkpoint._meta.db_table)} WHERE size = 5")
        problem = against(whole)
    assert problem is not None
    assert "its end was cut off" in problem.message


def test_a_checkpoint_of_another_key_under_the_same_name_is_none_of_this_log(kept: str):
    head = Note.parse(kept).text
    forged = note.sign(head, name=TreeHead.parse(head).origin, key=Ed25519PrivateKey.generate()).render()
    problem = against(forged)
    assert problem is not None
    assert "not signed by this log's key" in problem.message


def test_a_checkpoint_of_another_log_is_told_as_such(kept: str):
    text = Note.parse(kept).text.replace(TreeHead.parse(Note.parse(kept).text).origin, "elsewhere.example/log")
    problem = against(note.sign(text, name="elsewhere.example/log", key=load_key()).render())
    assert problem is not None
    assert "another log" in problem.message


@pytest.mark.parametrize("text", ["", "\x00", "こんにちは", "a\n\nb\n", "x" * (LONGEST + 1), "— " * 40])
def test_what_is_no_checkpoint_is_refused_with_the_reason(log: list[Entry], text: str):
    with pytest.raises(Invalid, match="no checkpoint"):
        against(text)


def test_every_older_size_has_a_proof_that_leads_to_the_latest_root(log: list[Entry]):
    latest = Checkpoint.objects.latest("size")
    older = {checkpoint.size: checkpoint for checkpoint in Checkpoint.objects.all()}
    for size, checkpoint in older.items():
        proof = consistency(old=size)
        assert (proof["new"], proof["checkpoint"]) == (latest.size, latest.note)
        verify_consistency(
            old=size,
            old_root=bytes.fromhex(checkpoint.root),
            new=latest.size,
            new_root=bytes.fromhex(latest.root),
            proof=[bytes.fromhex(step) for step in proof["hashes"]],
        )


@pytest.mark.parametrize("size", [-1, 0, 6, 10**9])
def test_a_size_that_the_log_never_had_has_no_proof(log: list[Entry], size: int):
    with pytest.raises(NotReady):
        consistency(old=size)


def test_the_command_compares_and_exits_one_naming_the_checkpoint(kept: str, tmp_path: Path):
    file = tmp_path / "kept.txt"
    file.write_text(kept, encoding="utf-8")
    out = StringIO()
    call_command("verify_ledger", "--against", file, "--json", stdout=out)
    assert json.loads(out.getvalue())["intact"] is True
    with tampering():
        rewrite_and_seal_again()
        with pytest.raises(CommandError, match="history was rewritten") as refused:
            call_command("verify_ledger", "--against", file, "--json", stdout=StringIO())
    assert refused.value.returncode == 1


@pytest.mark.parametrize("content", [b"nonsense", b"\xff\xfe", None])
def test_a_file_that_is_none_exits_two_and_names_it(log: list[Entry], tmp_path: Path, content: bytes | None):
    file = tmp_path / "kept.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=r"kept\.txt") as refused:
        call_command("verify_ledger", "--against", file, stdout=StringIO())
    assert refused.value.returncode == 2


def test_a_clock_put_back_before_signing_is_named(log: list[Entry], write: Write):
    """The eighth entry says it is of the day's beginning, an hour after a checkpoint was signed."""
    seal(now=NOW.replace(hour=2), key=load_key())
    late = write()
    seal(now=NOW.replace(hour=2, minute=5), key=load_key())
    report = verify(keys=[verifier(load_key())])
    assert [(p.reason, p.row) for p in report.problems] == [(Reason.CLOCK, str(late.pk))]


def test_a_clock_put_forward_is_named(log: list[Entry], write: Write):
    seal(now=NOW, key=load_key())
    for _ in range(700):
        late = write()
    seal(now=NOW, key=load_key())
    report = verify(keys=[verifier(load_key())])
    assert {p.reason for p in report.problems} == {Reason.CLOCK}
    assert str(late.pk) in {p.row for p in report.problems}


def test_a_seal_is_bound_to_its_number():
    assert seal_of(sequence=1, leaf=b"x" * 32) != seal_of(sequence=2, leaf=b"x" * 32)
