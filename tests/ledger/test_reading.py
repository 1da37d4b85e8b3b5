"""Reading what is stored without believing it, and one state of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection

from tests.ledger.conftest import NOW
from tests.ledger.test_seal import in_threads, shared_database
from training.ledger.append import append
from training.ledger.models import Entry
from training.ledger.reading import as_integer, as_moment, as_uuid, chunked, entry_chunks, snapshot, uuids_among

__all__ = ["shared_database"]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-01 00:30:00", "2026-04-01T00:30:00.000000Z"),
        ("2026-04-01 00:30:00.5", "2026-04-01T00:30:00.500000Z"),
        ("2026-04-01 09:30:00.000001+09", "2026-04-01T00:30:00.000001Z"),
        ("2026-04-01 00:30:00+00", "2026-04-01T00:30:00.000000Z"),
        ("yesterday", "yesterday"),
        ("", ""),
        (None, ""),
    ],
)
def test_instants_of_both_databases_are_read_in_the_logs_form(text: str | None, moment: str) -> None:
    assert as_moment(text) == moment


def test_keys_of_both_databases_are_read_in_the_logs_form() -> None:
    key = uuid.uuid4()
    assert as_uuid(key.hex) == as_uuid(str(key)) == str(key)
    assert (as_uuid("no key"), as_uuid(None)) == ("no key", "")
    assert uuids_among(["no key", str(key), ""]) == [key]


@pytest.mark.parametrize(("text", "number"), [("7", 7), ("-1", -1), ("x", None), ("", None), (None, None)])
def test_numbers_are_read_or_are_none(text: str | None, number: int | None) -> None:
    assert as_integer(text) == number


def test_chunks_leave_nothing_out() -> None:
    assert list(chunked(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(chunked([], 2)) == []


@pytest.mark.django_db
def test_entries_come_in_the_order_of_the_log_and_then_those_that_wait(log: list[Entry]) -> None:
    read = [entry for chunk in entry_chunks() for entry in chunk]
    assert [entry.key for entry in read] == [str(entry.pk) for entry in log]
    assert [entry.sequence for entry in read] == [0, 1, 2, 3, 4, None, None]
    assert [entry.at for entry in read] == [f"2026-04-01T00:30:{second:02}.000000Z" for second in range(7)]


def count() -> int:
    return sum(len(chunk) for chunk in entry_chunks())


@pytest.mark.usefixtures("shared_database")
def test_what_others_write_meanwhile_is_not_seen_and_they_need_not_wait() -> None:
    def write() -> None:
        append(kind="test.happened", at=NOW)

    def read() -> tuple[int, int, int]:
        with snapshot(), snapshot():
            before = count()
            other = Thread(target=closing(write))
            other.start()
            other.join(timeout=15)
            assert not other.is_alive()
            during = count()
        other.join(timeout=30)
        return before, during, count()

    write_first = in_threads(write)
    assert write_first == [None]
    assert in_threads(read) == [(1, 1, 2)]


def closing(job: Callable[[], None]) -> Callable[[], None]:
    def work() -> None:
        try:
            job()
        finally:
            connection.close()

    return work


@pytest.mark.django_db(transaction=True)
def test_a_snapshot_ends_with_its_block_whatever_happens_within() -> None:
    with pytest.raises(ZeroDivisionError), snapshot():
        assert count() == 1 / 0
    append(kind="test.happened", at=NOW)
    assert count() == 1
