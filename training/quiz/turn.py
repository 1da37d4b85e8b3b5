"""Fifty who hand in at once take turns: where the database lets one write at a time, waiting here is quicker.

SQLite polls for its lock, ever more rarely, so that it stands free while everybody sleeps. Threads of one process
queue up for a lock of their own instead, and are woken one by one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from django.db import connection, transaction

_TURN = Lock()


@contextmanager
def turn() -> Iterator[None]:
    """A transaction, begun when the writers of this process that came before have done theirs.

    Within a transaction that has begun already nothing is waited for: whoever
    holds the database would wait for those who wait for the database.
    """
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with _TURN, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield
