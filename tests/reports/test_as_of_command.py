"""The command that rebuilds a day: file, standard output, JSON, and plain words where it cannot."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import building
from training.campaigns.models import Campaign
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.reports.as_of import as_of_csv

pytestmark = pytest.mark.django_db
DAY = building.NOW.date()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand the clock still."""
    monkeypatch.setattr(timezone, "now", lambda: building.NOW)


@pytest.fixture
def checkpoint() -> Checkpoint:
    """A sealed company of one."""
    building.person("000101", "𠮷田 一郎")
    building.campaign()
    seal(now=building.NOW, key=load_key())
    return Checkpoint.objects.get()


def expected(checkpoint: Checkpoint, **options: Any) -> bytes:
    """The file as the room gives it."""
    return b"".join(as_of_csv(day=DAY, checkpoint=checkpoint, **options))


def run(*arguments: str) -> str:
    """What the command prints."""
    out = StringIO()
    call_command("as_of", *arguments, stdout=out)
    return out.getvalue()


def test_the_file_is_written_whole_and_its_digest_said(checkpoint: Checkpoint, tmp_path: Path) -> None:
    file = tmp_path / "ある日.csv"

    told = run("2026-11-24", "--out", str(file))

    assert file.read_bytes() == expected(checkpoint)
    assert sha256(file.read_bytes()).hexdigest() in told
    assert list(tmp_path.iterdir()) == [file]


def test_without_a_file_the_bytes_go_to_standard_output(checkpoint: Checkpoint) -> None:
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding="ascii")
    call_command("as_of", "2026-11-24", "--campaign", "FY2026", stdout=out)

    assert raw.getvalue() == expected(checkpoint, campaign=Campaign.objects.get())
    assert run("2026-11-24") == expected(checkpoint).decode()


def test_json_says_figures_checkpoint_and_digest_and_nothing_else(checkpoint: Checkpoint) -> None:
    result = json.loads(run("2026-11-24", "--json", "--checkpoint", str(checkpoint.size)))

    assert result == {
        "day": "2026-11-24",
        "time_zone": "Asia/Tokyo",
        "campaign": None,
        "checkpoint": checkpoint.size,
        "root": checkpoint.root,
        "employed": 1,
        "assigned": 1,
        "exempt": 0,
        "passed": 0,
        "signed": 0,
        "credited": 0,
        "closed": 0,
        "sha256": sha256(expected(checkpoint)).hexdigest(),
        "bytes": len(expected(checkpoint)),
        "file": None,
    }


@pytest.mark.parametrize(
    "arguments",
    [
        ["2026-11-25"],
        ["yesterday"],
        ["2026-11-24", "--checkpoint", "1"],
        ["2026-11-24", "--checkpoint", "-1"],
        ["2026-11-24", "--checkpoint", "x"],
        ["2026-11-24", "--campaign", "FY1999"],
        ["2026-11-24", "--out", "/nowhere/at/all.csv"],
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_printed(checkpoint: Checkpoint, arguments: list[str]) -> None:
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("as_of", *arguments, stdout=out)
    assert out.getvalue() == ""


def test_before_the_first_sealing_the_command_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="seal_ledger"):
        run("2026-11-24")
