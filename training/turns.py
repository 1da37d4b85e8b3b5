"""Let those who do one kind of thing do it one after the other, on as many machines as there are."""

from __future__ import annotations

from django.db import connection


def wait_for_turn(name: str) -> None:
    """Hold the turn of this name (up to eight ASCII letters) until the transaction ends; wait while another has it.

    PostgreSQL's advisory lock. SQLite needs no more than the transaction
    itself, which is IMMEDIATE: one writes at a time. Whoever needs rows locked
    too takes the turn first.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int.from_bytes(name.encode("ascii"), "big")])
