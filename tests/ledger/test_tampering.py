"""Whatever is changed behind the product's back, in any column of any append-only table, is found and named."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.ledger.tampering import Cell, add_copy, alter, cells, remove, some_row, swap, tampering
from training.access.models import AccessLog
from training.ledger.models import AppendOnly, BatchEvidence, Checkpoint, Entry, append_only_models

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_year")]

TABLES = [pytest.param(model, id=model._meta.model_name) for model in append_only_models()]


def problems() -> list[dict[str, Any]]:
    """Run the command as an operator does: it must exit 1, and its JSON says what is wrong."""
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("verify_ledger", "--json", stdout=out, stderr=StringIO())
    assert refusal.value.returncode == 1
    result = json.loads(out.getvalue())
    assert not result["intact"]
    found = result["ledger"]["problems"] + result["records"]["problems"]
    assert any(problem["row"] in str(refusal.value) and problem["message"] in str(refusal.value) for problem in found)
    return found


def of(model: type[AppendOnly], row: Any, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those that name this row."""
    return [problem for problem in found if (problem["table"], problem["row"]) == (model._meta.db_table, str(row))]


def test_a_whole_year_is_intact_as_long_as_nobody_tampers_with_it() -> None:
    out = StringIO()
    call_command("verify_ledger", "--json", stdout=out)
    result = json.loads(out.getvalue())
    assert result["intact"]
    assert result["ledger"]["sealed"] > 0
    assert result["records"]["rows"] > 50
    assert result["triggers_missing"] == []


@pytest.mark.parametrize("cell", cells(), ids=str)
def test_every_column_of_every_append_only_table(cell: Cell) -> None:
    with tampering():
        row = alter(cell, some_row(cell))
        named = of(cell.model, row, problems())
    assert named
    if not issubclass(cell.model, BatchEvidence):
        # A batch's row is bound as a whole; everywhere else the column is known, unless it is the key or the
        # owner, by which the row is looked for, or one of the three that a disclosure's digest binds together.
        whole = cell.field.primary_key or cell.field.name == "entry" or cell.model._meta.model_name == "disclosure"
        assert whole or cell.field.attname in {problem["column"] for problem in named}


def first_key(model: type[AppendOnly]) -> Any:
    """The key of some row; of a sealed one where rows are sealed."""
    rows = model._base_manager.order_by("sequence" if model is Entry else "pk")
    return rows.filter(**({"sequence__isnull": False} if model is Entry else {})).values_list("pk", flat=True).first()


@pytest.mark.parametrize("model", TABLES)
def test_a_row_removed_from_any_append_only_table_is_named(model: type[AppendOnly]) -> None:
    key = first_key(model)
    part = getattr(model._base_manager.get(pk=key), "part", None)
    with tampering():
        remove(model, key)
        found = problems()
    if model is Checkpoint:
        assert {problem["reason"] for problem in found} == {"checkpoint_missing"}
    elif model is Entry:
        assert {problem["reason"] for problem in of(model, "#0", found)} == {"missing_sequence"}
    elif part is not None:
        assert {problem["reason"] for problem in of(model, f"part {part}", found)} == {"part_missing"}
    else:
        (problem,) = of(model, key, found)
        assert problem["reason"] in {"row_missing", "disclosure_missing"}


def test_an_entry_removed_before_its_first_sealing_is_betrayed_by_its_rows() -> None:
    entry = Entry.objects.filter(sequence__isnull=True, kind="access.looked").first()
    row = AccessLog.objects.get(entry=entry)
    with tampering():
        remove(Entry, entry.pk)
        (problem,) = problems()
    assert (problem["row"], problem["reason"]) == (str(row.pk), "row_unlisted")
    assert str(entry.pk) in problem["message"]


@pytest.mark.parametrize("model", TABLES)
def test_a_row_added_to_any_append_only_table_is_named(model: type[AppendOnly]) -> None:
    with tampering():
        added = add_copy(model, first_key(model))
        found = problems()
    assert of(model, added, found)


@pytest.mark.parametrize("model", TABLES)
def test_two_rows_swapped_in_any_append_only_table_are_named(model: type[AppendOnly]) -> None:
    keys = list(model._base_manager.order_by("pk").values_list("pk", flat=True)[:2])
    if len(keys) < 2:
        assert model._meta.model_name in {"revision", "statementversion"}, "the fixture has one row only"
        return
    with tampering():
        swap(model, *keys)
        found = problems()
    assert of(model, keys[0], found)
    assert of(model, keys[1], found)
