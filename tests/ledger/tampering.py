"""Change evidence behind the product's back: any column of any append-only row, by SQL, with the triggers gone.

Everything here works inside a transaction and is taken back at its end, triggers included: DDL is transactional on
SQLite and on PostgreSQL. Foreign keys are checked at commit, which never comes.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection, models, transaction

from training.ledger import triggers
from training.ledger.models import AppendOnly, append_only_models


@dataclass(frozen=True)
class Cell:
    """One column of one append-only table."""

    model: type[AppendOnly]
    field: models.Field

    def __str__(self) -> str:
        return f"{self.model._meta.db_table.removeprefix('privacy_training_')}.{self.field.column}"


def cells() -> list[Cell]:
    """Every column of every append-only table of the installed apps."""
    return [Cell(model, field) for model in append_only_models() for field in model._meta.concrete_fields]


@contextmanager
def tampering() -> Iterator[None]:
    """Drop the triggers and let SQL do what it likes to the rows; all of it is taken back at the end."""
    own = transaction.atomic()
    own._from_testcase = True  # to the product this transaction is none, as a TestCase's
    with own:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                # Checks that are still to come would keep the triggers from being dropped.
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        triggers.remove()
        yield
        transaction.set_rollback(True)


def some_row(cell: Cell) -> Any:
    """Return the key of a row that has a value in the column, or of any row if none has."""
    rows = cell.model._base_manager.order_by("pk")
    filled = rows.filter(**{f"{cell.field.name}__isnull": False})
    key = (filled or rows).values_list("pk", flat=True).first()
    assert key is not None, f"no row of {cell.model._meta.db_table} to tamper with: let the fixture make one"
    return key


def alter(cell: Cell, key: Any) -> Any:
    """Give the column another value that it may hold, and return the row's key, which that may have changed."""
    old = cell.model._base_manager.values_list(cell.field.attname, flat=True).get(pk=key)
    for value in others(cell.field, old):
        if value == old:
            continue
        try:
            with transaction.atomic():
                assert set_value(cell.model, key, cell.field, value) == 1
        except IntegrityError:
            continue  # unique, or checked against another column: try the next
        return value if cell.field.primary_key else key
    raise AssertionError(f"no other value for {cell} was accepted in the place of {old!r}")


def set_value(model: type[models.Model], key: Any, field: models.Field, value: Any) -> int:
    """Set one column by SQL, and return how many rows that changed."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {quote(model._meta.db_table)} SET {quote(field.column)} = %s "
            f"WHERE {quote(model._meta.pk.column)} = %s",
            [_prepared(field, value), _prepared(model._meta.pk, key)],
        )
        return cursor.rowcount


def remove(model: type[models.Model], key: Any) -> None:
    """Delete a row by SQL."""
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {quote(model._meta.db_table)} WHERE {quote(model._meta.pk.column)} = %s",
            [_prepared(model._meta.pk, key)],
        )
        assert cursor.rowcount == 1


def add_copy(model: type[AppendOnly], key: Any) -> Any:
    """Insert by SQL another row like one there is, under a new key, and return that.

    What must be unique gets a new value: one column of each constraint at first, then all.
    """
    original = model._base_manager.get(pk=key)
    together = [c.fields for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)]
    for changed in ({fields[-1] for fields in together}, {name for fields in together for name in fields}):
        values = {field: getattr(original, field.attname) for field in model._meta.concrete_fields}
        for field, value in values.items():
            if field.unique or field.name in changed:
                values[field] = _unused(model, field, value)
        try:
            with transaction.atomic():
                _insert(model, values)
        except IntegrityError:
            continue
        return values[model._meta.pk]
    raise AssertionError(f"no copy of a row of {model._meta.db_table} was accepted")


def _unused(model: type[AppendOnly], field: models.Field, old: Any) -> Any:
    """Return a value that no row has in this column; null stays null."""
    if old is None:
        return None
    used = set(model._base_manager.values_list(field.attname, flat=True))
    return next(value for value in others(field, old) if value not in used)


def _insert(model: type[AppendOnly], values: dict[models.Field, Any]) -> None:
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in values)}) "
            f"VALUES ({', '.join(['%s'] * len(values))})",
            [_prepared(field, value) for field, value in values.items()],
        )


def swap(model: type[AppendOnly], first: Any, second: Any) -> None:
    """Let two rows change places: each gets the other's key."""
    pk = model._meta.pk
    aside = next(value for value in others(pk, first) if value not in (first, second))
    for old, new in ((first, aside), (second, first), (aside, second)):
        assert set_value(model, old, pk, new) == 1


def others(field: models.Field, old: Any) -> Iterator[Any]:
    """Values of the column's type besides the old one, the likelier first."""
    if field.choices:
        yield from (value for value, _label in field.flatchoices)
    if isinstance(field, models.ForeignKey):
        yield from field.related_model._base_manager.exclude(pk=old).values_list("pk", flat=True)[:3]
        yield from others(field.target_field, old)
    elif isinstance(field, models.UUIDField):
        yield uuid.uuid4()
    elif isinstance(field, models.BooleanField):
        yield not old
    elif isinstance(field, models.IntegerField):
        yield from (old + step for step in (1, 1_000_003, -1)) if old is not None else (1, 2)
    elif isinstance(field, models.DateTimeField):
        yield (old or datetime(2026, 4, 1, tzinfo=UTC)) + timedelta(microseconds=1)
    elif isinstance(field, models.DateField):
        yield from ((old or date(2026, 4, 1)) + timedelta(days=days) for days in (1, -1))
    elif isinstance(field, models.JSONField):
        yield from _other_json(old)
    elif isinstance(field, models.BinaryField):
        data = bytes(old)
        yield bytes([data[0] ^ 1]) + data[1:] if data else b"\x00"
    elif isinstance(field, models.CharField | models.TextField):
        yield from _other_texts(old or "", field.max_length)
    else:
        raise AssertionError(f"{type(field).__name__} is new here: say what else it may hold")


def _other_json(old: Any) -> Iterator[Any]:
    if isinstance(old, dict):
        yield {**old, "planted": 1}
    elif isinstance(old, list):
        yield [*old, 1]
    else:
        yield from ("planted", {"planted": 1})


def _other_texts(old: str, longest: int | None) -> Iterator[str]:
    for letter in "0a漢":
        yield letter + old[1:]
        if longest is None or len(old) < longest:
            yield old + letter


def _prepared(field: models.Field, value: Any) -> Any:
    return field.get_db_prep_save(value, connection)
