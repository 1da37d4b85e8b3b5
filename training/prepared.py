"""Queries that are worded once: Django takes several times as long to word one as a database takes to answer it.

For the few that run whenever somebody hands a paper in. Everywhere else a queryset is plainer, and fast enough.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Field, QuerySet
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

Row = TypeVar("Row")


class Given(Expression):
    """A value that has a name where the query is written, and is given whenever it runs."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Any]:
        """Stand in the place of the value."""
        return "%s", (self,)


@dataclass(frozen=True, slots=True)
class _Worded:
    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    params: tuple[Any, ...]


class Prepared(Generic[Row]):
    """A queryset whose SQL is kept; calling it with what is ``Given`` gives the rows that it would.

    ``make`` is called at the first use. The queryset must read, from the
    default database; with ``select_for_update`` there must be a transaction
    to hold the rows, whenever it runs.
    """

    def __init__(self, make: Callable[[], QuerySet[Any, Row]]) -> None:
        self._make = make
        self._worded: dict[str, _Worded] = {}

    def __call__(self, **values: Any) -> list[Row]:
        """Run the query.

        Raises ``KeyError`` where a value is missing,
        ``TransactionManagementError`` where rows would be held by nothing.
        """
        worded = self._worded.get(connection.vendor) or self._word()
        # Django asks for the transaction only where it words a query.
        if worded.queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("what holds rows runs within a transaction")
        params = tuple(
            param.output_field.get_db_prep_value(values[param.name], connection) if isinstance(param, Given) else param
            for param in worded.params
        )
        compiler: Any = copy(worded.compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (worded.sql, params)
        query: Any = copy(worded.queryset.query)
        query.get_compiler = lambda *args, **kwargs: compiler
        return list(_alike(worded.queryset, query))

    def _word(self) -> _Worded:
        queryset = self._make()
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        self._worded[connection.vendor] = worded = _Worded(queryset, compiler, sql, tuple(params))
        return worded


def _alike(queryset: QuerySet[Any, Any], query: Query) -> QuerySet[Any, Any]:
    """Return a queryset of the same kind of rows."""
    made = type(queryset)(model=queryset.model, query=query)
    made._iterable_class = queryset._iterable_class
    return made
