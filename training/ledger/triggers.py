"""The database's own refusal to change evidence: which triggers each table has, and putting them there.

SQLite and PostgreSQL. Whoever may change the schema can drop them: they guard
against mistakes and stray SQL, and ``verify`` finds what was done without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import truncate_name
from django.db.models import Model, UniqueConstraint

from training.ledger.models import AppendOnly, Disclosure, Entry, append_only_models

# Of an entry only these may be set, once and together: sealing does so.
SET_ONCE = ("sequence", "seal")
ERASURE = "erasure"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One trigger as it should be, or as the database holds it.

    ``body`` is what decides: the whole statement on SQLite, the text of
    ``function`` on PostgreSQL, which both keep verbatim. ``event`` and
    ``function`` are PostgreSQL's only.
    """

    name: str
    table: str
    body: str
    event: str = ""
    function: str = ""


def install(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Put every trigger that is missing or altered (back) in place. Receives ``post_migrate``.

    Django rebuilds a table on SQLite for most alterations, and the rebuilt
    table has lost its triggers without a word: hence after every migrate.
    """
    with transaction.atomic(using=using):
        _put(connections[using], _expected(connections[using]))


def relax(*, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Let migrations alter tables, still refusing every change of a row. Receives ``pre_migrate``.

    SQLite refuses to rename a rebuilt table, or to drop a column, while any
    trigger anywhere names it. So for as long as a migration runs, the triggers
    that make an exception (they alone name other tables and columns) make none.
    """
    connection = connections[using]
    if connection.vendor == "sqlite":
        strict = set(_expected(connection, exceptions=False)) - set(_expected(connection))
        with transaction.atomic(using=using):
            _put(connection, strict)


def remove(*, using: str = DEFAULT_DB_ALIAS) -> None:
    """Drop every trigger. For tests, which must empty tables and tamper with them; nothing else calls it."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for trigger in _expected(connection):
            cursor.execute(_drop(connection, trigger))


def missing(*, using: str = DEFAULT_DB_ALIAS) -> list[str]:
    """Name the triggers that the database lacks, has switched off, or holds in other words than ours."""
    connection = connections[using]
    held = _held(connection)
    return [trigger.name for trigger in _expected(connection) if held.get(trigger.name) != trigger]


def _put(connection: BaseDatabaseWrapper, triggers: Iterable[Trigger]) -> None:
    held = _held(connection)
    with connection.cursor() as cursor:
        for trigger in triggers:
            if held.get(trigger.name) != trigger:
                for statement in (_drop(connection, trigger), *_create(connection, trigger)):
                    cursor.execute(statement)


def _expected(connection: BaseDatabaseWrapper, *, exceptions: bool = True) -> list[Trigger]:
    """List every trigger that should be there, for the tables and columns there are: migrations may be under way."""
    listed = {"sqlite": _sqlite_triggers, "postgresql": _postgresql_triggers}[connection.vendor]
    expected: list[Trigger] = []
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for model in append_only_models():
            table = model._meta.db_table
            if table in tables:
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} LIMIT 0")  # noqa: S608  (our own table's name)
                columns = {column[0] for column in cursor.description}
                expected += listed(model, connection, columns, exceptions)
    return expected


def _held(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    return {"sqlite": _sqlite_held, "postgresql": _postgresql_held}[connection.vendor](connection)


def _drop(connection: BaseDatabaseWrapper, trigger: Trigger) -> str:
    quote = connection.ops.quote_name
    on = f" ON {quote(trigger.table)}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {quote(trigger.name)}{on}"


def _create(connection: BaseDatabaseWrapper, trigger: Trigger) -> list[str]:
    if connection.vendor == "sqlite":
        return [trigger.body]
    quote = connection.ops.quote_name
    scope = "STATEMENT" if trigger.event == "TRUNCATE" else "ROW"
    return [
        f"CREATE OR REPLACE FUNCTION {quote(trigger.function)}() RETURNS trigger LANGUAGE plpgsql "
        f"AS $${trigger.body}$$",
        f"CREATE TRIGGER {quote(trigger.name)} BEFORE {trigger.event} ON {quote(trigger.table)} "
        f"FOR EACH {scope} EXECUTE FUNCTION {quote(trigger.function)}()",
    ]


def _name(connection: BaseDatabaseWrapper, model: type[Model], suffix: str) -> str:
    return truncate_name(f"{model._meta.db_table}_no_{suffix}", connection.ops.max_name_length())


def _sealing(connection: BaseDatabaseWrapper, columns: set[str], *, equal: str) -> str:
    """Write the SQL that is true when an update of an entry sets ``SET_ONCE`` from null and changes nothing else."""
    terms: list[str] = []
    for field in Entry._meta.concrete_fields:
        if field.column in columns:
            column = connection.ops.quote_name(field.column)
            if field.name in SET_ONCE:
                terms += [f"OLD.{column} IS NULL", f"NEW.{column} IS NOT NULL"]
            else:
                terms.append(f"NEW.{column} {equal} OLD.{column}")
    return " AND ".join(terms)


def _unique_columns(model: type[Model], columns: set[str]) -> list[list[str]]:
    """List every set of columns on which a new row could push an old one out."""
    names = {field.name: field.column for field in model._meta.concrete_fields if field.column in columns}
    sets = [[field.name] for field in model._meta.concrete_fields if field.unique]
    sets += [
        list(constraint.fields)
        for constraint in model._meta.constraints
        if isinstance(constraint, UniqueConstraint) and constraint.fields and constraint.condition is None
    ]
    return [[names[name] for name in fields] for fields in sets if names.keys() >= set(fields)]


def _sqlite_triggers(
    model: type[AppendOnly], connection: BaseDatabaseWrapper, columns: set[str], exceptions: bool
) -> Iterator[Trigger]:
    quote = connection.ops.quote_name
    table = model._meta.db_table

    def trigger(suffix: str, event: str, condition: str, words: str) -> Trigger:
        name = _name(connection, model, suffix)
        when = f"WHEN {condition} " if condition else ""
        text = (
            f"CREATE TRIGGER {quote(name)} BEFORE {event} ON {quote(table)} FOR EACH ROW {when}"
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only: {words}'); END"
        )
        return Trigger(name=name, table=table, body=text)

    otherwise = f"NOT ({_sealing(connection, columns, equal='IS')})" if model is Entry and exceptions else ""
    yield trigger("update", "UPDATE", otherwise, "UPDATE refused")

    unerased = (
        f"NOT EXISTS (SELECT 1 FROM {quote(Entry._meta.db_table)} AS e, json_each(e.body, '$.facts.digests') AS d "  # noqa: S608  (our own table's name)
        f"WHERE e.kind = '{ERASURE}' AND json_type(e.body, '$.facts.digests') = 'array' AND d.value = OLD.digest)"
    )
    yield trigger("delete", "DELETE", unerased if model is Disclosure and exceptions else "", "DELETE refused")

    # INSERT OR REPLACE takes away the row in its way without firing a delete trigger.
    clash = " OR ".join(
        f"EXISTS (SELECT 1 FROM {quote(table)} AS o WHERE "  # noqa: S608  (our own tables' and columns' names)
        + " AND ".join(f"o.{quote(column)} = NEW.{quote(column)}" for column in unique)
        + ")"
        for unique in _unique_columns(model, columns)
    )
    yield trigger("replace", "INSERT", clash, "such a row is stored already")


def _sqlite_held(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        rows = cursor.fetchall()
    return {name: Trigger(name=name, table=table, body=sql) for name, table, sql in rows}


def _postgresql_triggers(
    model: type[AppendOnly], connection: BaseDatabaseWrapper, columns: set[str], exceptions: bool
) -> Iterator[Trigger]:
    refuse = (
        "RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP "
        "USING ERRCODE = 'integrity_constraint_violation';"
    )

    def trigger(suffix: str, event: str, function: str = "privacy_training_refuse", allowed: str = "") -> Trigger:
        body = f"BEGIN {allowed}{refuse} END"
        name = _name(connection, model, suffix)
        return Trigger(name=name, table=model._meta.db_table, event=event, body=body, function=function)

    if model is Entry and exceptions:
        allowed = f"IF {_sealing(connection, columns, equal='IS NOT DISTINCT FROM')} THEN RETURN NEW; END IF; "
        yield trigger("update", "UPDATE", "privacy_training_seal_once", allowed)
    else:
        yield trigger("update", "UPDATE")
    if model is Disclosure and exceptions:
        allowed = (
            f"IF EXISTS (SELECT 1 FROM {connection.ops.quote_name(Entry._meta.db_table)} e "  # noqa: S608  (our own table's name)
            f"WHERE e.kind = '{ERASURE}' AND jsonb_typeof(e.body::jsonb #> '{{facts,digests}}') = 'array' "
            "AND e.body::jsonb #> '{facts,digests}' @> to_jsonb(OLD.digest::text)) "
            "THEN RETURN OLD; END IF; "
        )
        yield trigger("delete", "DELETE", "privacy_training_erase_only", allowed)
    else:
        yield trigger("delete", "DELETE")
    yield trigger("truncate", "TRUNCATE")


# pg_trigger.tgtype of a BEFORE trigger: for each row 1, before 2, DELETE 8, UPDATE 16, TRUNCATE 32.
_EVENTS = {1 + 2 + 8: "DELETE", 1 + 2 + 16: "UPDATE", 2 + 32: "TRUNCATE"}


def _postgresql_held(connection: BaseDatabaseWrapper) -> dict[str, Trigger]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgtype, p.prosrc, p.proname FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL AND t.tgattr = '' "
            "AND pg_table_is_visible(c.oid)"
        )
        rows = cursor.fetchall()
    return {
        name: Trigger(name=name, table=table, event=_EVENTS.get(kind, ""), body=source, function=function)
        for name, table, kind, source, function in rows
    }
