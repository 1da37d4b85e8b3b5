"""Very many rows at once: the leaves of a batch without a model instance for each, and the fastest way into a table.

``Bulk`` is what ``append`` takes where a batch has tens of thousands of rows. Its leaves are those of
``append.leaf_of``, byte for byte: the plain way checks every ledger, this one only writes.
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Any

import orjson
from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateField,
    Field,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)

from training.ledger.canonical import canonical, plain
from training.ledger.models import BatchEvidence, Entry

CHUNK = 1000
COPY_FROM = 200  # rows; fewer are inserted as everything else is
# Values of these orjson writes as ``canonical(plain(value))`` does.
_AS_IT_IS = (BooleanField, CharField, IntegerField, TextField, UUIDField)
# Columns of these ``insert`` writes as Django would.
_BY_COPY = (BooleanField, CharField, DateField, IntegerField, JSONField, TextField, UUIDField)
_GIVEN = ("entry_id", "part", "leaf")


@dataclass(frozen=True, slots=True)
class Bulk:
    """Rows of one batch table as tuples of ``columns`` (attribute names): all that it has but entry, place and leaf."""

    model: type[BatchEvidence]
    columns: tuple[str, ...]
    rows: Sequence[tuple[Any, ...]]

    def __post_init__(self) -> None:
        """Refuse what would leave a column out, or name one twice."""
        wanted = {field.attname for field in self.model._meta.concrete_fields} - set(_GIVEN)
        if set(self.columns) != wanted or len(self.columns) != len(wanted) or self.model.hashed:
            raise ValueError(f"{self.model.__name__} is written with exactly {', '.join(sorted(wanted))}")

    def leaves(self, entry: Entry) -> list[bytes]:
        """Each row's leaf hash, as ``append.leaf_of`` makes it. Raises ``ValueError`` for what JSON cannot hold."""
        columns = (*self.columns, "part")
        names = sorted(columns)
        in_order = itemgetter(*(columns.index(name) for name in names))
        turns = [(name, turn) for name, turn in _turns(self.model, names)]
        head = b'\x00{"entry":' + orjson.dumps(str(entry.pk)) + b',"row":'
        tail = b',"table":' + orjson.dumps(self.model._meta.db_table) + b"}"
        found: list[bytes] = []
        try:
            for part, row in enumerate(self.rows):
                data = dict(zip(names, in_order((*row, part)), strict=True))
                for name, turn in turns:
                    data[name] = turn(data[name])
                found.append(sha256(head + orjson.dumps(data, option=orjson.OPT_STRICT_INTEGER) + tail).digest())
        except orjson.JSONEncodeError as reason:
            raise ValueError(f"no canonical JSON: {reason}") from reason
        return found

    def insert(self, entry: Entry, leaves: Sequence[bytes]) -> None:
        """Insert the rows, each with its place and leaf."""
        key = entry.pk
        rows = ((*row, key, part, leaf.hex()) for part, (row, leaf) in enumerate(zip(self.rows, leaves, strict=True)))
        insert(self.model, (*self.columns, *_GIVEN), rows, many=len(leaves) >= COPY_FROM)


@contextmanager
def uncollected() -> Iterator[None]:
    """Let Python not look for cycles meanwhile: among a million new rows it would look ten times, and find none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def fresh_keys(count: int) -> list[str]:
    """So many new keys (UUID, version 4) as text: a fifth of the time that objects take."""
    hexadecimal = os.urandom(16 * count).hex()
    found = []
    for at in range(0, 32 * count, 32):
        h = hexadecimal[at : at + 32]
        variant = "89ab"[int(h[16], 16) & 3]
        found.append(f"{h[:8]}-{h[8:12]}-4{h[13:16]}-{variant}{h[17:20]}-{h[20:]}")
    return found


def insert(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, many: bool = True) -> None:
    """Insert rows of these columns (attribute names); what is not named gets the database's own default.

    PostgreSQL takes ``many`` by COPY, a fifth of the time of INSERT.
    """
    fields = [next(field for field in model._meta.concrete_fields if field.attname == name) for name in columns]
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    table = quote(model._meta.db_table)
    stream = iter(rows)
    if many and connection.vendor == "postgresql":
        copying = f"COPY {table} ({names}) FROM STDIN"
        # Django turns the driver's errors into its own only where it runs the statement itself.
        with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(copying) as copy:
            turns = [(place, turn) for place, field in enumerate(fields) if (turn := _text_of(field)) is not None]
            while chunk := list(islice(stream, CHUNK)):
                copy.write("".join(_line(row, turns) for row in chunk))
        return
    places = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        while chunk := list(islice(stream, CHUNK)):
            cursor.executemany(
                f"INSERT INTO {table} ({names}) VALUES ({places})",  # noqa: S608  (our own table's and columns' names)
                [
                    [field.get_db_prep_save(value, connection) for field, value in zip(fields, row, strict=True)]
                    for row in chunk
                ],
            )


def insert_new(objects: Sequence[Model]) -> None:
    """Insert unsaved objects of one model, as ``bulk_create`` does; PostgreSQL takes very many by COPY.

    Those have keys of their own, and no column that its field fills in on saving.
    """
    if not objects:
        return
    model = type(objects[0])
    fields = model._meta.concrete_fields
    plainly = model._meta.auto_field is None and all(isinstance(_stored(field), _BY_COPY) for field in fields)
    if len(objects) < COPY_FROM or connection.vendor != "postgresql" or not plainly:
        model._default_manager.bulk_create(objects, batch_size=CHUNK)
        return
    columns = [field.attname for field in fields]
    insert(model, columns, map(attrgetter(*columns), objects))
    for one in objects:
        one._state.adding, one._state.db = False, connection.alias


def _line(row: Sequence[Any], turns: Sequence[tuple[int, Callable[[Any], Any]]]) -> str:
    """A row as PostgreSQL's COPY reads it: columns between tabs."""
    values = list(row)
    for place, turn in turns:
        values[place] = turn(values[place])
    return "\t".join(map(str, values)) + "\n"


_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NULL = "\\N"


def _text_of(field: Field[Any, Any]) -> Callable[[Any], str] | None:
    """What writes a column's value for COPY; None where ``str`` does: keys, numbers, days, instants."""
    stored = _stored(field)
    if isinstance(stored, JSONField):
        return _memo(lambda value: _NULL if value is None else canonical(plain(value)).decode().translate(_ESCAPED))
    if isinstance(stored, CharField | TextField):
        return _escaped
    return (lambda value: _NULL if value is None else value) if field.null else None


def _escaped(value: Any) -> str:
    if value is None:
        return _NULL
    text = str(value)
    special = "\\" in text or "\t" in text or "\n" in text or "\r" in text
    return text.translate(_ESCAPED) if special else text


def _stored(field: Field[Any, Any]) -> Field[Any, Any]:
    """The field whose values a foreign key holds, or the field itself."""
    while field.remote_field is not None:
        field = field.target_field  # type: ignore[attr-defined]
    return field


def _turns(model: type[Model], names: Iterable[str]) -> Iterable[tuple[str, Callable[[Any], Any]]]:
    """What makes of a column's value something that orjson writes as it is to be, for columns that need it."""
    by_name = {field.attname: field for field in model._meta.concrete_fields}
    for name in names:
        field = _stored(by_name[name])
        if isinstance(field, JSONField):
            yield name, _memo(lambda value: orjson.Fragment(canonical(plain(value))))
        elif not isinstance(field, _AS_IT_IS):
            yield name, _remembered(lambda value: orjson.Fragment(canonical(plain(value))))


def _memo(make: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """The same for one and the same object: many rows share one dict of facts. Objects are kept as long as this."""
    known: dict[int, tuple[Any, Any]] = {}

    def turn(value: Any) -> Any:
        found = known.get(id(value))
        if found is None:
            found = known[id(value)] = value, make(value)
        return found[1]

    return turn


def _remembered(make: Callable[[Any], Any]) -> Callable[[Hashable], Any]:
    """The same for equal values, of which many rows have few, such as days."""
    known: dict[Hashable, Any] = {}

    def turn(value: Hashable) -> Any:
        if value not in known:
            known[value] = make(value)
        return known[value]

    return turn
