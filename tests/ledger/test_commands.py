"""The ledger's three commands, as an operator and a script see them."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.ledger.tampering import set_value, tampering
from training.ledger import triggers
from training.ledger.keys import load_key, verifier
from training.ledger.models import Checkpoint, Entry
from training.ledger.note import VerifierKey
from training.ledger.queries import unsealed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


class Terminal(StringIO):
    """Says that somebody is watching."""

    def isatty(self) -> bool:
        return True


def run(name: str, *arguments: Any, stderr: StringIO | None = None) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=stderr or StringIO())
    return out.getvalue()


def refuse(name: str, *arguments: Any) -> tuple[str, CommandError]:
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command(name, *arguments, stdout=out, stderr=StringIO())
    assert refusal.value.returncode == 1
    return out.getvalue(), refusal.value


def test_sealing_says_what_was_sealed(log: list[Entry]) -> None:
    assert run("seal_ledger").startswith("Sealed 2 entries; the log has 7, its root is ")
    assert "Nothing waits" in run("seal_ledger")


def test_sealing_for_a_script_prints_json_alone(log: list[Entry]) -> None:
    result = json.loads(run("seal_ledger", "--json"))
    checkpoint = Checkpoint.objects.get(size=7)
    assert result == {"sealed": 2, "waiting": 0, "size": 7, "root": checkpoint.root}
    assert json.loads(run("seal_ledger", "--json")) == result | {"sealed": 0}


def test_a_dry_run_counts_and_writes_nothing(log: list[Entry]) -> None:
    assert run("seal_ledger", "--dry-run") == "2 entries wait.\n"
    assert json.loads(run("seal_ledger", "--dry-run", "--json"))["waiting"] == 2
    assert unsealed() == 2


def test_an_empty_ledger_has_nothing_to_seal() -> None:
    assert json.loads(run("seal_ledger", "--json")) == {"sealed": 0, "waiting": 0, "size": 0, "root": None}


@pytest.mark.parametrize("command", ["seal_ledger", "verify_ledger"])
def test_without_a_key_the_command_says_so(settings: Any, tmp_path: Path, command: str) -> None:
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "LEDGER_KEY_FILE": tmp_path / "none.pem"}
    _out, refusal = refuse(command)
    assert "none.pem" in str(refusal)


def test_sealing_a_damaged_log_is_refused_with_the_reason(log: list[Entry]) -> None:
    with tampering():
        set_value(Checkpoint, 5, Checkpoint._meta.get_field("root"), "00" * 32)
        _out, refusal = refuse("seal_ledger")
    assert "nothing was sealed" in str(refusal)


def test_an_intact_ledger_is_said_to_be_so_with_its_counts(log: list[Entry]) -> None:
    told = run("verify_ledger")
    assert "7 entries: 5 sealed under 2 checkpoints, 2 not sealed yet." in told
    assert verifier(load_key()).fingerprint in told
    assert told.endswith("The ledger is intact.\n")


def test_verification_for_a_script_prints_json_alone(log: list[Entry]) -> None:
    result = json.loads(run("verify_ledger", "--json", stderr=Terminal()))
    assert result["intact"]
    assert result["ledger"]["sealed"] == 5
    assert result["records"]["problems"] == []
    assert result["fingerprint"] == verifier(load_key()).fingerprint


def test_a_damaged_ledger_exits_1_naming_the_first_bad_entry_and_why(log: list[Entry]) -> None:
    with tampering():
        for place in (4, 1):
            set_value(Entry, log[place].pk, Entry._meta.get_field("kind"), "forged")
        told, refusal = refuse("verify_ledger")
        out, _refusal = refuse("verify_ledger", "--json")
    first = f"{Entry._meta.db_table}.kind {log[1].pk} (#1)"
    assert first in str(refusal)
    assert "The column says forged, the body test.happened." in str(refusal)
    assert str(log[4].pk) in told
    assert "is intact" not in told
    result = json.loads(out)
    assert not result["intact"]
    assert result["ledger"]["first_bad"]["row"] == str(log[1].pk)
    assert [problem["sequence"] for problem in result["ledger"]["problems"]] == [1, 4]


def test_of_many_problems_some_are_shown_and_the_rest_counted(write: Any) -> None:
    for _ in range(23):
        write()
    with tampering():
        for entry in Entry.objects.all():
            set_value(Entry, entry.pk, Entry._meta.get_field("kind"), "forged")
        told, _refusal = refuse("verify_ledger")
    assert told.count("forged") == 20
    assert "… and 3 more." in told


def test_missing_triggers_are_said_though_nothing_was_changed(log: list[Entry]) -> None:
    err = StringIO()
    triggers.remove()
    told = run("verify_ledger", stderr=err)
    assert "The ledger is intact." in told
    assert f"{Entry._meta.db_table}_no_update" in err.getvalue()
    assert json.loads(run("verify_ledger", "--json"))["triggers_missing"]


def test_on_a_terminal_progress_is_counted_beside_the_result(log: list[Entry]) -> None:
    err = Terminal()
    run("verify_ledger", stderr=err)
    assert "\r7 entries" in err.getvalue()
    silent = StringIO()
    run("verify_ledger", stderr=silent)
    assert silent.getvalue() == ""


def test_a_key_is_made_and_what_may_be_known_of_it_told(tmp_path: Path) -> None:
    path = tmp_path / "new" / "ledger.pem"
    result = json.loads(run("make_ledger_key", path, "--json"))
    assert result["written"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert VerifierKey.parse(result["verifier"]).fingerprint == result["fingerprint"]


def test_the_private_key_is_not_printed(tmp_path: Path) -> None:
    told = run("make_ledger_key", tmp_path / "ledger.pem")
    assert "PRIVATE" not in told
    assert "Fingerprint: " in told


def test_a_key_is_not_made_over_another(tmp_path: Path) -> None:
    path = tmp_path / "ledger.pem"
    run("make_ledger_key", path)
    before = path.read_bytes()
    for arguments in ((path,), (path, "--dry-run")):
        _out, refusal = refuse("make_ledger_key", *arguments)
        assert "exists already" in str(refusal)
    assert path.read_bytes() == before


def test_a_dry_run_makes_no_key(tmp_path: Path) -> None:
    path = tmp_path / "ledger.pem"
    assert str(path) in run("make_ledger_key", path, "--dry-run")
    assert not path.exists()
