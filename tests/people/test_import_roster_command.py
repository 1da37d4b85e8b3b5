"""``import_roster`` and ``undo_roster_import``, as programs and people call them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from tests import building, cutting
from tests.people import rosters
from tests.people.rosters import row, simple
from training.people.models import Employment
from training.people.roster_models import RosterImport

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with override_settings(LANGUAGE_CODE="en"):
        yield


def run(*arguments: Any, code: int = 0, command: str = "import_roster") -> str:
    """What it prints, where it ends as it should."""
    out = io.StringIO()
    try:
        call_command(command, *map(str, arguments), stdout=out)
    except CommandError as reason:
        assert reason.returncode == code, reason
    else:
        assert code == 0
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "名簿.csv"


def test_each_line_stands_once_under_what_became_of_it(file: Path) -> None:
    file.write_bytes(simple(row(), row("000102", "佐藤 二"), row("000103", "鈴木 三")))
    run(file, "--day", "2026-04-01")
    file.write_bytes(
        simple(
            row(department="管理本部"),
            row("000102", "佐藤 二", left="2026/4/30"),
            row("000103", "加藤 三"),
            row("000104", "新人 四"),
            row("000104", "二重 四"),
        )
    )

    told = json.loads(run(file, "--json", "--day", "2026-05-01", "--accept-lines", "6"))

    assert {kind: [one["line"] for one in told[kind]] for kind in ("new", "moved", "renamed", "left", "changed", "unchanged")} == {
        "new": [5], "moved": [2], "renamed": [4], "left": [3], "changed": [], "unchanged": [],
    }  # fmt: skip
    assert told["refused"] == [{"line": 6, "number": "000104", "reason": "This staff number stands in line 5 already."}]
    assert told["import"] == 2
    assert Employment.objects.filter(number="000104").exists()


def test_a_dry_run_writes_nothing_and_says_the_same(file: Path) -> None:
    file.write_bytes(rosters.as_csv(rosters.nasty(), "utf-16"))
    before = cutting.everything()

    told = json.loads(run(file, "--json", "--dry-run", "--day", "2026-11-01", code=1))

    assert cutting.everything() == before
    assert (len(told["new"]), len(told["refused"]), told["dry_run"]) == (len(rosters.GOOD), len(rosters.REFUSED), True)
    lines = [
        one["line"]
        for kind in ("new", "changed", "moved", "renamed", "left", "unchanged", "refused")
        for one in told[kind]
    ]
    assert len(lines) == len(set(lines)) == len(rosters.GOOD) + len(rosters.REFUSED)


def test_refused_lines_end_it_with_1_and_the_reasons(file: Path) -> None:
    file.write_bytes(simple(row(), row("000102", "佐藤 二", joined="2026/2/30")))

    told = json.loads(run(file, "--json", code=1))
    assert told["refused"][0]["line"] == 3
    assert not Employment.objects.exists()
    assert "a day that does not exist" in run(file, code=1)

    assert run(file, "--accept-lines", "3")
    assert run(file, "--accept-lines", "3").endswith("a day that does not exist.\n")


def test_a_file_that_is_no_list_is_refused_in_words_and_in_json(file: Path, tmp_path: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    told = json.loads(run(file, "--json", code=1))
    assert (told["new"], len(told["refused"])) == ([], 1)
    file.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(CommandError, match="staff number"):
        call_command("import_roster", str(file))
    with pytest.raises(CommandError, match="missing"):
        call_command("import_roster", str(tmp_path / "missing.csv"))


@pytest.mark.parametrize("wrong", [["--day", "soon"], ["--day", ""], ["--accept-lines", "x"], ["--unknown"]])
def test_wrong_usage_is_refused(file: Path, wrong: list[str]) -> None:
    file.write_bytes(simple(row()))
    with pytest.raises(CommandError):
        call_command("import_roster", str(file), *wrong)


def test_who_is_missing_is_said_and_left_only_when_asked(file: Path) -> None:
    file.write_bytes(simple(row(), row("000102", "佐藤 二")))
    run(file, "--day", "2026-04-01")
    file.write_bytes(simple(row()))

    assert "Not in the list: 000102" in run(file, "--day", "2026-05-01")
    told = json.loads(run(file, "--day", "2026-05-01", "--left-if-missing", "--json"))

    assert told["left"] == [{"line": None, "number": "000102", "changes": ["left"]}]
    assert run(file, "--day", "2026-05-01").endswith("Nothing changes.\n")


def test_an_import_is_taken_back_by_its_number(file: Path) -> None:
    file.write_bytes(simple(row()))
    run(file)
    made = RosterImport.objects.get()

    told = json.loads(run(made.number, "--dry-run", "--json", command="undo_roster_import"))
    assert (told["import"], told["restored"], told["kept"]) == (None, 1, 0)
    assert "1" in run(made.number, command="undo_roster_import")
    assert not Employment.objects.filter(superseded_at__isnull=True).exists()
    run(made.number, code=1, command="undo_roster_import")
    run(99, code=1, command="undo_roster_import")


def test_the_command_names_whose_evidence_depends_on_an_import_when_it_is_asked(file: Path) -> None:
    file.write_bytes(simple(*(row(f"{n:06d}", f"𠮷田 {n}") for n in range(101, 104))))
    run(file)
    building.campaign(now=timezone.now())

    plain = run(1, "--dry-run", command="undo_roster_import")
    told = json.loads(run(1, "--dry-run", "--json", "--people", "1", command="undo_roster_import"))
    none = json.loads(run(1, "--dry-run", "--json", "--people", "0", command="undo_roster_import"))
    said = run(1, "--people", "2", command="undo_roster_import")

    assert "𠮷田" not in plain
    assert "people" not in none
    person = {"number": "000101", "name": "𠮷田 101", "assignments": 1}
    assert [one.items() >= person.items() for one in told["people"]] == [True]
    assert told["concerned"] == 3
    assert "000102 𠮷田 102: 1 assignments" in said
    assert "000103" not in said
    assert "and 1 more person" in said


def test_departments_that_would_be_made_and_people_who_may_be_here_are_said(file: Path) -> None:
    file.write_bytes(simple(row(email="a@example.com")))
    run(file, "--day", "2026-04-01")
    file.write_bytes(
        simple(row("2001", "別名 一郎", email="a@example.com", department="営業本邦"), row(), row("2002", "新人 二"))
    )

    said = run(file, "--day", "2026-05-01", "--dry-run")
    told = json.loads(run(file, "--day", "2026-05-01", "--dry-run", "--json"))

    assert "New department: 営業本邦 (1 person)" in said
    assert "? 2 2001: 000101 may be this person." in said
    assert told["departments"] == [{"path": "営業本邦", "people": 1}]
    assert told["perhaps"] == [{"line": 2, "number": "2001", "here": ["000101"]}]


def test_a_new_number_is_told_and_taken_back_in_words(file: Path) -> None:
    file.write_bytes(simple(row()))
    run(file, "--day", "2026-04-01")
    file.write_bytes(simple((*row("2001"), "000101"), headings=(*rosters.HEADINGS, "Former number")))

    told = json.loads(run(file, "--day", "2026-05-01", "--json"))

    assert told["renumbered"] == [{"line": 2, "number": "2001", "changes": ["number"]}]
    assert json.loads(run(2, "--dry-run", "--json", command="undo_roster_import"))["renumbered"] == 1
    assert "former staff numbers again: 1" in run(2, command="undo_roster_import")
