"""``coverage``: the matrix as JSON and in words, and exit 1 with a hole."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.building import module_version

pytestmark = pytest.mark.django_db


def test_without_a_policy_there_is_nothing_to_cover() -> None:
    with pytest.raises(CommandError, match="import_policy") as refusal:
        call_command("coverage", stdout=StringIO())

    assert refusal.value.returncode == 1


def test_a_hole_is_named_and_exits_1_and_the_matrix_is_printed_all_the_same() -> None:
    module_version("article-3")
    out = StringIO()

    with pytest.raises(CommandError, match=r"3\.4: not taught; 3\.4: not tested") as refusal:
        call_command("coverage", "--json", stdout=out)

    assert refusal.value.returncode == 1
    matrix = json.loads(out.getvalue())
    assert matrix["whole"] is False
    assert matrix["clauses"]["3.3"]["taught"] == ["article-3#1", "article-3#2"]
    assert len(matrix["clauses"]["3.3"]["tested"]) == 4
    assert matrix["clauses"]["3.4"] == {"taught": [], "tested": []}
    assert "topic d: not taught" in matrix["holes"]


def test_in_words_every_clause_has_its_line() -> None:
    module_version("article-3")
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("coverage", stdout=out)

    lines = out.getvalue().splitlines()
    assert [line[:3] for line in lines if line.startswith("3.")] == [f"3.{n}" for n in range(1, 7)]
    assert len(lines) == 9 + 39 + 4
