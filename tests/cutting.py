"""Cuts a verb off at each of its writes, and sees that nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection


def everything() -> dict[str, list[str]]:
    """Every row of every table of the product: two of these are equal where nothing was changed in between."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_app_config("privacy_training").get_models(include_auto_created=True):
            # Not through the models: a tenth of the time, and nothing that a manager might leave out.
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(model._meta.db_table)}")
            found[model._meta.db_table] = sorted(repr(row) for row in cursor.fetchall())
    return found


class Cut(Exception):
    """The power failed."""


@contextmanager
def cut_off(at: int) -> Iterator[None]:
    """Let the power fail right before the given write to the database, counted from 1."""
    writes = 0

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal writes
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")):
            writes += 1
            if writes == at:
                raise Cut
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield


def writes_whole_or_not_at_all(verb: Callable[[], object], *, most: int = 60) -> int:
    """Cut the verb off at each of its writes: nothing may be left. Then let it do its work; return how many it has."""
    before = everything()
    for at in range(1, most):
        try:
            with cut_off(at):
                verb()
        except Cut:
            assert everything() == before, f"cut off at write {at}, something was left"
        else:
            assert everything() != before
            return at - 1
    raise AssertionError(f"more than {most} writes")
