"""Many rows into a table at once, as fast as the database takes them. Only for rows that are no evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

CHUNK = 1000


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of these columns (attribute names); what is not named gets the database's own default.

    PostgreSQL takes them by COPY, a fifth of the time of INSERT.
    """
    fields = [next(field for field in model._meta.concrete_fields if field.attname == name) for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        return
    places = ", ".join(["%s"] * len(fields))
    stream = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(stream, CHUNK)):
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608  (our own table's and columns' names)
                [
                    [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                    for row in chunk
                ],
            )


def update_in_chunks(rows: QuerySet[Any], keys: Sequence[Any], **values: Any) -> None:
    """Update the rows with these keys, a thousand at a time."""
    for start in range(0, len(keys), CHUNK):
        rows.filter(pk__in=keys[start : start + CHUNK]).update(**values)
