"""Over a whole year's rows, for a trigger that acts on each row needs a row to refuse: raw SQL changes none of them."""

from __future__ import annotations

import pytest
from django.db import connection

from tests.ledger.test_triggers import TABLES, refused, run
from training.ledger.models import AppendOnly

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_year")]


@pytest.mark.parametrize("model", TABLES)
def test_update_is_refused_in_every_column(model: type[AppendOnly]) -> None:
    table = model._meta.db_table
    assert model._base_manager.exists()
    for field in model._meta.concrete_fields:
        with refused(table):
            run(f"UPDATE {table} SET {field.column} = {field.column}")


@pytest.mark.parametrize("model", TABLES)
def test_delete_is_refused(model: type[AppendOnly]) -> None:
    with refused(model._meta.db_table):
        run(f"DELETE FROM {model._meta.db_table}")


@pytest.mark.parametrize("model", TABLES)
def test_taking_a_rows_place_is_refused(model: type[AppendOnly]) -> None:
    table, pk = model._meta.db_table, model._meta.pk.column
    columns = ", ".join(field.column for field in model._meta.concrete_fields)
    into = f"INTO {table} ({columns}) SELECT {columns} FROM {table}"
    statements = [f"INSERT {into} WHERE true ON CONFLICT ({pk}) DO UPDATE SET {pk} = excluded.{pk}"]
    if connection.vendor == "sqlite":
        statements.append(f"INSERT OR REPLACE {into}")
    else:
        run("SET CONSTRAINTS ALL IMMEDIATE")  # else TRUNCATE is refused for another reason
        statements.append(f"TRUNCATE {table} CASCADE")
    for statement in statements:
        with refused("privacy_training_[a-z]+"):
            run(statement)
