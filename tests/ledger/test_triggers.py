"""The database itself refuses, by raw SQL too, and the refusal survives migrations."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import checks
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import IntegrityError, connection, models, transaction

from tests.ledger.conftest import NOW
from tests.ledger.tampering import set_value
from training.ledger import triggers
from training.ledger.append import append
from training.ledger.models import AppendOnly, Checkpoint, Disclosure, Entry, append_only_models

TABLES = [pytest.param(model, id=model._meta.model_name) for model in append_only_models()]


def run(sql: str, *params: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def refused(table: str) -> Any:
    return pytest.raises(IntegrityError, match=f"{table} is append-only")


@pytest.mark.django_db
def test_every_append_only_table_has_its_triggers() -> None:
    assert triggers.missing() == []


@pytest.mark.django_db
def test_an_entry_takes_number_and_seal_once(write: Callable[..., Entry]) -> None:
    entry = write()
    table = Entry._meta.db_table
    assert run(f"UPDATE {table} SET sequence = 0, seal = 'x'") == 1
    for change in ("sequence = 1", "seal = 'y'", "sequence = NULL, seal = NULL", "sequence = 0, seal = 'x'"):
        with refused(table):
            run(f"UPDATE {table} SET {change}")
    assert Entry.objects.get(pk=entry.pk).sequence == 0


@pytest.mark.django_db
@pytest.mark.parametrize("column", ["id", "kind", "at", "body", "leaf"])
def test_sealing_changes_nothing_else(write: Callable[..., Entry], column: str) -> None:
    entry = write()
    with refused(Entry._meta.db_table), transaction.atomic():
        value = datetime(2020, 1, 1, tzinfo=UTC) if column == "at" else "0" * 32
        prepared = Entry._meta.get_field(column).get_db_prep_save(value, connection)
        run(f"UPDATE {Entry._meta.db_table} SET sequence = 0, seal = 'x', {column} = %s", prepared)
    assert Entry.objects.get().pk == entry.pk


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["sequence = 0", "seal = 'x'"])
def test_half_a_seal_is_none(write: Callable[..., Entry], change: str) -> None:
    write()
    with pytest.raises(IntegrityError, match="append-only"):
        run(f"UPDATE {Entry._meta.db_table} SET {change}")


@pytest.mark.django_db
def test_a_disclosure_goes_only_where_an_erasure_names_it(write: Callable[..., Entry]) -> None:
    kept = Disclosure.objects.get(entry=write(name="髙橋 一郎")).digest
    gone = Disclosure.objects.get(entry=write(name="﨑山 花子")).digest
    table = Disclosure._meta.db_table
    append(kind="erasure", at=NOW, facts={"digests": [gone]})
    append(kind="something.else", at=NOW, facts={"digests": [kept]})
    append(kind="erasure", at=NOW, facts={"reason": kept, "digests": []})
    assert run(f"DELETE FROM {table} WHERE digest = %s", gone) == 1
    with refused(table):
        run(f"DELETE FROM {table} WHERE digest = %s", kept)
    with refused(table):
        run(f"DELETE FROM {table}")
    assert [row.digest for row in Disclosure.objects.all()] == [kept]


@pytest.mark.django_db
def test_an_erasure_that_is_not_what_it_seems_lets_nothing_go(write: Callable[..., Entry]) -> None:
    digest = Disclosure.objects.get(entry=write(name="髙橋 一郎")).digest
    append(kind="erasure", at=NOW, facts={"digests": {digest: digest}})
    append(kind="erasure", at=NOW, facts={"digests": digest})
    append(kind="erasure", at=NOW, facts={"digests": [f"x{digest}"]})
    append(kind="erasure", at=NOW)
    with refused(Disclosure._meta.db_table):
        run(f"DELETE FROM {Disclosure._meta.db_table}")


@pytest.mark.django_db
@pytest.mark.parametrize("model", TABLES)
def test_a_trigger_that_is_gone_or_altered_is_missed_and_put_back(model: type[AppendOnly]) -> None:
    table = model._meta.db_table
    mine = [name for name in names() if name.startswith(f"{table}_no_")]
    assert len(mine) == 3
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    run(f"DROP TRIGGER {mine[0]}{on}")
    run(f"DROP TRIGGER {mine[1]}{on}")
    weaken(table, mine[1])
    assert triggers.missing() == sorted(mine[:2], key=names().index)
    triggers.install()
    assert triggers.missing() == []


def names() -> list[str]:
    return [trigger.name for trigger in triggers._expected(connection)]


def weaken(table: str, name: str) -> None:
    """Put a trigger of the same name in place that refuses nothing."""
    if connection.vendor == "sqlite":
        run(f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} WHEN 1 = 0 BEGIN SELECT RAISE(ABORT, 'no'); END")
    else:
        run(
            "CREATE FUNCTION wave_through() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$; "
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION wave_through()"
        )


@pytest.mark.django_db
def test_the_check_names_what_is_missing_and_stays_silent_otherwise() -> None:
    def found() -> list[checks.CheckMessage]:
        messages = checks.run_checks(tags=[checks.Tags.database], databases=["default"])
        return [message for message in messages if message.id == "privacy_training.W102"]

    assert found() == []
    triggers.remove()
    (warning,) = found()
    assert f"{Entry._meta.db_table}_no_delete" in warning.msg
    assert "verify_ledger" in warning.hint
    triggers.install()
    assert found() == []


@pytest.mark.django_db
def test_without_triggers_the_same_sql_passes(write: Callable[..., Entry]) -> None:
    entry = write()
    triggers.remove()
    assert set_value(Entry, entry.pk, Entry._meta.get_field("kind"), "forged") == 1
    assert Entry.objects.get().kind == "forged"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Entry, Disclosure, Checkpoint], ids=lambda model: model._meta.model_name)
def test_a_migration_that_rebuilds_a_table_leaves_it_protected(model: type[AppendOnly], log: list[Entry]) -> None:
    """Between the signals that ``migrate`` sends, alter a column and add and drop another, as a migration would."""
    name = {"entry": "kind", "disclosure": "name", "checkpoint": "root"}[model._meta.model_name]
    old = model._meta.get_field(name)
    wider = named(models.CharField(max_length=300), name, model)
    extra = named(models.CharField(max_length=5, null=True), "extra", model)

    emit_pre_migrate_signal(0, False, "default")
    with connection.schema_editor() as editor:
        editor.alter_field(model, old, wider)
        editor.add_field(model, extra)
        editor.remove_field(model, extra)
    lost = triggers.missing()
    emit_post_migrate_signal(0, False, "default")
    try:
        if connection.vendor == "sqlite":
            assert f"{model._meta.db_table}_no_update" in lost  # or this test would rebuild nothing
        assert triggers.missing() == []
        with refused(model._meta.db_table):
            run(f"DELETE FROM {model._meta.db_table}")
        assert model._base_manager.exists()
    finally:
        emit_pre_migrate_signal(0, False, "default")
        with connection.schema_editor() as editor:
            editor.alter_field(model, wider, old)
        emit_post_migrate_signal(0, False, "default")


def named(field: models.Field, name: str, model: type[models.Model]) -> models.Field:
    field.set_attributes_from_name(name)
    field.model = model
    return field


@pytest.mark.django_db(transaction=True)
def test_while_a_migration_runs_no_exception_is_made(log: list[Entry]) -> None:
    digest = Disclosure.objects.first().digest
    append(kind="erasure", at=NOW, facts={"digests": [digest]})
    waiting = Entry.objects.filter(sequence__isnull=True).first()
    emit_pre_migrate_signal(0, False, "default")
    if connection.vendor == "sqlite":
        with refused(Disclosure._meta.db_table):
            run(f"DELETE FROM {Disclosure._meta.db_table} WHERE digest = %s", digest)
        with refused(Entry._meta.db_table):
            run(f"UPDATE {Entry._meta.db_table} SET sequence = 99, seal = 'x' WHERE leaf = %s", waiting.leaf)
    emit_post_migrate_signal(0, False, "default")
    assert triggers.missing() == []
    assert json.loads(waiting.body)["id"] == str(waiting.pk)
    assert run(f"DELETE FROM {Disclosure._meta.db_table} WHERE digest = %s", digest) == 1


@pytest.mark.django_db(transaction=True)
def test_a_failing_trigger_rolls_the_whole_statement_back(log: list[Entry]) -> None:
    before = list(Entry.objects.order_by("pk").values_list("kind", "sequence"))
    with refused(Entry._meta.db_table):
        run(f"UPDATE {Entry._meta.db_table} SET kind = 'forged'")
    assert list(Entry.objects.order_by("pk").values_list("kind", "sequence")) == before


@pytest.mark.django_db(transaction=True)
def test_the_flush_between_tests_finds_a_protected_database_and_leaves_one() -> None:
    assert triggers.missing() == []
    assert not Entry.objects.exists()
