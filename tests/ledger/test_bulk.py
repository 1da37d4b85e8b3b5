"""Rows written in bulk are, byte for byte, those that the plain way writes and checks."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from tests.building import NOW, assignment_of, campaign, person
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet
from training.ledger import bulk
from training.ledger.append import append, hide, leaf_of
from training.ledger.bulk import Bulk, fresh_keys
from training.ledger.models import Entry
from training.ledger.records import verify_records

COLUMNS = ("id", "campaign_id", "employment_id", "cause", "facts", "at")
TURNS = ("id", "assignment_id", "number", "kind", "cause", "day", "by_id", "at")
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(
        st.characters(exclude_categories=["Cs"])
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


def plain_leaves(model: Any, columns: tuple[str, ...], rows: list[tuple[Any, ...]], entry: Entry) -> list[bytes]:
    made = [model(**dict(zip(columns, row, strict=True)), part=part, entry=entry) for part, row in enumerate(rows)]
    return [leaf_of(one) for one in made]


@given(
    st.lists(
        st.tuples(
            st.uuids(),
            st.integers(1, 2**53 - 1),
            st.uuids(),
            st.text(st.characters(exclude_categories=["Cs"])) | st.sampled_from(Assignment.Cause),
            json,
            st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)),
        ),
        max_size=4,
    )
)
def test_leaves_are_those_of_the_plain_way(rows: list[tuple[Any, ...]]):
    entry = Entry(kind="test.written", at=NOW)
    assert Bulk(Assignment, COLUMNS, rows).leaves(entry) == plain_leaves(Assignment, COLUMNS, rows, entry)


@given(st.dates(), st.none() | st.integers(0, 2**31), st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
def test_days_nothing_and_texts_as_keys_too(day: date, by: int | None, text: str):
    entry = Entry(kind="test.written", at=NOW)
    rows = [(key, str(uuid.uuid4()), 1, "closed", text, day, by, NOW) for key in fresh_keys(2)]
    # A key as text is the same key.
    keyed = [(uuid.UUID(row[0]), uuid.UUID(row[1]), *row[2:]) for row in rows]
    assert Bulk(AssignmentEvent, TURNS, rows).leaves(entry) == plain_leaves(AssignmentEvent, TURNS, keyed, entry)


@pytest.mark.parametrize("value", [float("nan"), 2**53, {"a": object()}, "\ud800"])
def test_what_json_cannot_hold_is_refused(value: Any):
    row = (uuid.uuid4(), 1, uuid.uuid4(), "audience", value, NOW)
    with pytest.raises(ValueError, match="canonical"):
        Bulk(Assignment, COLUMNS, [row]).leaves(Entry(kind="test.written", at=NOW))


@pytest.mark.parametrize("value", [2**53, "\ud800"])
def test_what_a_column_cannot_hold_is_refused(value: Any):
    row = (uuid.uuid4(), 1, uuid.uuid4(), value, {}, NOW)
    with pytest.raises(ValueError, match="canonical"):
        Bulk(Assignment, COLUMNS, [row]).leaves(Entry(kind="test.written", at=NOW))


def test_every_column_is_named_and_once():
    for columns in (COLUMNS[:-1], (*COLUMNS, "at"), (*COLUMNS, "entry_id"), (*COLUMNS[:-1], "when")):
        with pytest.raises(ValueError, match="is written with exactly"):
            Bulk(Assignment, columns, [])


def test_fresh_keys_are_random_keys_of_version_four():
    keys = fresh_keys(300)
    assert len(set(keys)) == 300
    for key in keys:
        assert str(uuid.UUID(key)) == key
        assert (uuid.UUID(key).version, uuid.UUID(key).variant) == (4, uuid.RFC_4122)


@pytest.mark.django_db
@pytest.mark.parametrize("copy_from", [1, 100])
def test_what_is_stored_is_what_was_given_and_verifies(copy_from: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "COPY_FROM", copy_from)
    employment = person()
    campaign()
    assignment = assignment_of(employment)
    reason = "tab\t, line\nreturn\r backslash \\N \\. quote ' \" 𠮷 \x7f"
    rows = [(key, str(assignment.pk), number, date(2026, 12, 1), reason) for number, key in enumerate(fresh_keys(5), 2)]
    append(
        kind="test.written", at=NOW, bulk=[Bulk(DueSet, ("id", "assignment_id", "number", "due_on", "reason"), rows)]
    )
    stored = DueSet.objects.filter(number__gt=1).order_by("part")
    assert [(str(r.pk), r.number, r.due_on, r.reason, r.part) for r in stored] == [
        (row[0], row[2], row[3], reason, part) for part, row in enumerate(rows)
    ]
    report = verify_records()
    assert report.intact, report.first_bad


@pytest.mark.django_db
@pytest.mark.parametrize("copy_from", [1, 100])
def test_json_columns_are_stored_as_they_are(copy_from: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(bulk, "COPY_FROM", copy_from)
    campaign_id = Campaign.objects.get(pk=_opened()).pk
    people = [person(f"n{number}", f"氏名{number}") for number in range(3)]
    facts = {"\\": 'a\tb\n"\\', "𠮷": [None, True, 1.5, {}], "employed_on": "2026-11-24"}
    key = people[0].pk
    rows = [(fresh_keys(1)[0], campaign_id, key, "manual", facts, NOW)]
    append(kind="test.written", at=NOW, bulk=[Bulk(Assignment, COLUMNS, rows)])
    assert Assignment.objects.get(employment=key).facts == facts
    assert verify_records().intact


def _opened() -> int:
    person("0", "最初")
    return campaign().pk


@pytest.mark.django_db
def test_a_table_is_one_batch_and_an_empty_one_is_none():
    employment = person()
    campaign()
    due = DueSet(assignment=assignment_of(employment), number=2, due_on=date(2026, 12, 1), reason="rule")
    columns = ("id", "assignment_id", "number", "due_on", "reason")
    row = (fresh_keys(1)[0], str(due.assignment_id), 3, date(2026, 12, 1), "rule")
    with pytest.raises(ValueError, match="one batch"):
        append(kind="test.written", at=NOW, rows=[due], bulk=[Bulk(DueSet, columns, [row])])
    entry = append(kind="test.written", at=NOW, bulk=[Bulk(DueSet, columns, [])])
    assert '"batches":{}' in entry.body


ODD = ("𠮷", "\\N", "a\tb\nc\\", "", " ", "\r", '"', None, True, 0, -1.5, [], {"氏": [None, "\\"]})


@pytest.mark.django_db
def test_very_many_disclosures_and_rows_are_read_back_as_they_were_written():
    people = [person(f"{n:06}") for n in range(bulk.COPY_FROM + 5)]
    plan = campaign()
    hidden = [hide(f"name/{n}", value) for n, value in enumerate(ODD * 20)]
    assert len(hidden) > bulk.COPY_FROM
    entry = append(kind="test.written", at=NOW, disclosures=hidden)
    assert {one.digest: (one.name, one.salt, one.value) for one in entry.disclosures.all()} == {
        one.digest: (one.name, one.salt, one.value) for one in hidden
    }

    assignments = [assignment_of(one) for one in people]
    rows = [
        DueSet(assignment=one, number=2, due_on=date(2028, 2, 29), reason=reason)
        for one, reason in zip(assignments, ("text\t\\N",) * len(people), strict=True)
    ]
    append(kind="test.extended", at=NOW, rows=rows, facts={"campaign": plan.pk})
    assert not any(row._state.adding for row in rows)
    stored = DueSet.objects.in_bulk([row.pk for row in rows])
    assert [stored[row.pk].reason for row in rows] == [row.reason for row in rows]
    assert stored[rows[0].pk].due_on == date(2028, 2, 29)
    assert verify_records().intact


@pytest.mark.django_db
def test_a_key_that_is_there_already_is_djangos_error_however_many_rows_there_are():
    hidden = [hide(f"name/{n}", n) for n in range(bulk.COPY_FROM)]
    with pytest.raises(IntegrityError), transaction.atomic():
        append(kind="test.written", at=NOW, disclosures=[*hidden, hidden[0]])
    assert not Entry.objects.filter(kind="test.written").exists()
