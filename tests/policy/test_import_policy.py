"""``import_policy``: publish, say what was found, or refuse naming the line."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from training.ledger.models import Entry
from training.policy.models import Clause, Revision

pytestmark = pytest.mark.django_db

POLICY = Path(__file__).resolve().parents[2] / "fixtures" / "policy.ja.txt"


def run(path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_policy", str(path), "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def test_the_policy_of_the_company_becomes_revision_1() -> None:
    result = run(POLICY)

    assert result["state"] == "new"
    assert (result["revision"], result["articles"], result["items"]) == (1, 9, 39)
    assert result["enacted_on"] == "2022-07-29"
    assert Revision.objects.get().digest == result["digest"]


def test_the_same_text_again_changes_nothing() -> None:
    run(POLICY)

    assert run(POLICY)["state"] == "unchanged"
    assert Revision.objects.count() == 1
    assert Entry.objects.count() == 1


def test_a_dry_run_writes_nothing() -> None:
    result = run(POLICY, "--dry-run")

    assert result["dry_run"] is True
    assert result["items"] == 39
    assert not Revision.objects.exists()
    assert not Clause.objects.exists()
    assert not Entry.objects.exists()


def test_in_words_it_says_what_was_published() -> None:
    out = StringIO()
    call_command("import_policy", str(POLICY), stdout=out)

    assert Revision.objects.get().title in out.getvalue()
    assert "39" in out.getvalue()


def test_a_line_without_a_place_is_named_and_nothing_is_imported(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    lines = POLICY.read_text(encoding="utf-8").splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("第3条"))
    lines[at] = lines[at].replace("第3条", "第7条")
    bad.write_text("\n".join(lines), encoding="utf-8")

    with pytest.raises(CommandError, match=rf"bad\.txt: {at + 1}行目") as refusal:
        run(bad)

    assert refusal.value.returncode == 1
    assert not Revision.objects.exists()


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00\x81"], ids=["missing", "no text"])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "policy.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=r"policy\.txt: "):
        run(path)
