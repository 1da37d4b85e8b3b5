"""``export_evidence``, as a person and as a script run it."""

from __future__ import annotations

import io
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import building, cutting
from tests.reports.packs import Pack, company
from training.ledger.models import Entry
from training.ledger.queries import latest_checkpoint

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def year() -> None:
    company([("000101", "髙橋 一郎"), ("000102", "架空 二")])


def run(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("export_evidence", *arguments, stdout=out, **options)
    return out.getvalue()


def test_the_pack_is_written_and_the_result_says_what_and_where(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"

    result = json.loads(run("FY2026", "--out", str(path), "--json"))

    checkpoint = latest_checkpoint()
    pack = Pack(path.read_bytes())
    assert checkpoint is not None
    assert result["file"] == str(path)
    assert result["sha256"] == sha256(pack.data).hexdigest()
    assert (result["people"], result["checkpoint"]) == (2, checkpoint.size)
    assert result["entries"] == len(pack.kinds())
    assert result["seconds"] >= 0


def test_the_export_is_sealed_before_the_pack_and_stands_in_it(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"

    run("FY2026", "--out", str(path))

    pack = Pack(path.read_bytes())
    assert pack.kinds()[-2:] == ["access.exported", "access.pack_written"]
    assert pack.json("summary.json")["campaigns"]["FY2026"]["unsealed"] == 0
    assert [(row["行為"], row["目的・権限"]) for row in pack.rows("access-log")] == [
        ("書き出し", "サーバーでのコマンド")
    ]


def test_a_dry_run_says_how_much_and_writes_nothing(tmp_path: Path) -> None:
    before = cutting.everything()

    result = json.loads(run("FY2026", "--out", str(tmp_path / "pack.zip"), "--dry-run", "--json"))

    assert cutting.everything() == before
    assert list(tmp_path.iterdir()) == []
    assert result["people"] == 2
    assert 0 < result["entries"] <= Entry.objects.count()


def test_two_fiscal_years_and_a_day_in_one_pack(tmp_path: Path) -> None:
    building.campaign(code="FY2027")
    path = tmp_path / "pack.zip"

    run("FY2026", "FY2027", "--out", str(path), "--as-of", "2026-11-24", "--no-pledge-pdfs")

    pack = Pack(path.read_bytes())
    assert "as-of.csv" in pack.under("FY2026/tables")
    assert pack.under("FY2026/attestations") == ["000101_髙橋 一郎.json"]


@pytest.mark.parametrize("codes", [["FY1999"], ["FY2026", "FY2026"], ["FY2027"]])
def test_what_cannot_be_exported_is_refused_and_nothing_is_written(codes: list[str], tmp_path: Path) -> None:
    building.campaign(code="FY2027", opened=False)
    before = cutting.everything()

    with pytest.raises(CommandError) as refusal:
        run(*codes, "--out", str(tmp_path / "pack.zip"))

    assert refusal.value.returncode == 1
    assert cutting.everything() == before
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_exists_stays(tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(b"older")
    before = cutting.everything()

    with pytest.raises(CommandError):
        run("FY2026", "--out", str(path))

    assert path.read_bytes() == b"older"
    assert cutting.everything() == before


def test_what_is_no_day_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="as-of"):
        run("FY2026", "--out", str(tmp_path / "pack.zip"), "--as-of", "24.11.2026")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_shown_on_a_terminal_only(tmp_path: Path) -> None:
    terminal, pipe = Terminal(), io.StringIO()

    run("FY2026", "--out", str(tmp_path / "one.zip"), stderr=terminal)
    run("FY2026", "--out", str(tmp_path / "two.zip"), stderr=pipe)

    assert "100%" in terminal.getvalue()
    assert pipe.getvalue() == ""
