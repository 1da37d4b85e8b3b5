"""Rows against entries, both ways: one tampering, one exact verdict. Every column of every table: test_tampering.py."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DataError, connection, transaction

from tests import building
from tests.ledger.conftest import NOW
from tests.ledger.tampering import add_copy, remove, set_value, tampering
from training.campaigns.models import Assignment, CampaignEvent
from training.ledger.append import append, leaf_of
from training.ledger.body import Body
from training.ledger.merkle import leaf_hash
from training.ledger.models import Entry, Evidence
from training.ledger.records import verify_records
from training.ledger.report import Problem, Reason, Report
from training.policy.models import Clause, Revision

pytestmark = pytest.mark.django_db

REVISION, CLAUSE, ASSIGNMENT = (model._meta.db_table for model in (Revision, Clause, Assignment))


@pytest.fixture
def rows(db: None) -> Iterator[None]:
    """The real policy, and a campaign of five people: rows of both kinds, open to tampering."""
    for number in range(5):
        building.person(f"00010{number}", f"社員 {number}郎")
    building.campaign()
    with tampering():
        yield


def put(row: Evidence, **values: Any) -> None:
    for name, value in values.items():
        assert set_value(type(row), row.pk, row._meta.get_field(name), value) == 1


def brief(report: Report) -> list[tuple[str, str, str, Reason]]:
    return [(problem.table, problem.row, problem.column, problem.reason) for problem in report.problems]


def parts() -> list[Assignment]:
    return list(Assignment.objects.order_by("part"))


def only(report: Report) -> Problem:
    assert report.problem_count == 1, report.problems
    return report.problems[0]


@pytest.mark.usefixtures("rows")
class TestRowsThatStandInTheirEntry:
    def test_rows_and_entries_that_agree_are_intact(self) -> None:
        report = verify_records()
        assert report.intact
        assert report.rows > 60
        assert report.entries_read == Entry.objects.count()

    def test_a_changed_value_is_named_with_its_column_and_the_number_of_its_entry(self) -> None:
        clause = Clause.objects.get(ref="3.3")
        put(clause, text="別の文")
        with connection.cursor() as cursor:
            key = Entry._meta.pk.get_db_prep_save(clause.entry_id, connection)
            cursor.execute(f"UPDATE {Entry._meta.db_table} SET sequence = 7, seal = 'x' WHERE id = %s", [key])
        problem = only(verify_records())
        assert (problem.table, problem.row, problem.column) == (CLAUSE, str(clause.pk), "text")
        assert (problem.reason, problem.sequence) == (Reason.COLUMN, 7)
        assert "別の文" in problem.message

    def test_a_column_held_by_its_digest_only_is_compared_by_it(self) -> None:
        revision = Revision.objects.get()
        put(revision, source=revision.source + " ")
        assert brief(verify_records()) == [(REVISION, str(revision.pk), "source", Reason.COLUMN)]

    def test_a_row_taken_out_is_named_by_its_entry(self) -> None:
        clause = Clause.objects.get(ref="9")
        remove(Clause, clause.pk)
        assert brief(verify_records()) == [(CLAUSE, str(clause.pk), "", Reason.ROW_MISSING)]

    def test_a_row_put_in_is_not_listed(self) -> None:
        added = add_copy(Clause, Clause.objects.get(ref="9").pk)
        assert brief(verify_records()) == [(CLAUSE, str(added), "", Reason.ROW_UNLISTED)]

    def test_a_row_moved_to_another_entry_is_too_much_there_and_missed_here(self) -> None:
        clause = Clause.objects.get(ref="9")
        put(clause, entry=append(kind="test.happened", at=NOW).pk)
        assert sorted(brief(verify_records())) == [
            (CLAUSE, str(clause.pk), "", Reason.ROW_MISSING),
            (CLAUSE, str(clause.pk), "", Reason.ROW_UNLISTED),
        ]

    def test_a_row_of_no_entry_is_named(self) -> None:
        clause = Clause.objects.get(ref="9")
        put(clause, entry=uuid.uuid4())
        assert (CLAUSE, str(clause.pk), "entry_id", Reason.ROW_UNLISTED) in brief(verify_records())

    def test_a_true_that_became_a_one_inside_json_is_seen(self) -> None:
        assignment = parts()[0]
        put(assignment, facts={**assignment.facts, "planted": True})
        leaf = leaf_of(Assignment.objects.get(pk=assignment.pk))
        put(assignment, facts={**assignment.facts, "planted": 1})
        assert leaf_of(Assignment.objects.get(pk=assignment.pk)) != leaf

    def test_a_column_that_holds_what_its_type_cannot_be_is_named_and_stops_nothing(self) -> None:
        clause = Clause.objects.get(ref="9")
        put(Clause.objects.get(ref="8"), text="別の文")
        revision = Clause._meta.get_field("revision")
        statement = f"UPDATE {CLAUSE} SET {revision.column} = %s WHERE ref = '9'"
        if connection.vendor == "postgresql":
            with pytest.raises(DataError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement, ["no uuid"])
            return
        with connection.cursor() as cursor:
            cursor.execute(statement, ["no uuid"])
        assert sorted(brief(verify_records())) == sorted(
            [
                (CLAUSE, str(clause.pk), "revision_id", Reason.UNREADABLE),
                (CLAUSE, str(Clause.objects.get(ref="8").pk), "text", Reason.COLUMN),
            ]
        )

    def test_a_number_that_no_canonical_json_has_is_another_number(self) -> None:
        event = CampaignEvent.objects.first()
        put(event, facts={**event.facts, "planted": 10**30})
        assert brief(verify_records()) == [(CampaignEvent._meta.db_table, str(event.pk), "facts", Reason.COLUMN)]

    def test_a_body_that_is_none_is_reported_and_stops_nothing(self) -> None:
        entry = Clause.objects.get(ref="9").entry
        assert set_value(Entry, entry.pk, Entry._meta.get_field("body"), "{}") == 1
        report = verify_records()
        assert (Entry._meta.db_table, str(entry.pk), "body", Reason.UNREADABLE) in brief(report)
        assert report.entries_read == Entry.objects.count()

    @pytest.mark.parametrize("kind", ["rows", "batches"])
    def test_an_entry_that_lists_rows_of_no_such_table_is_named(self, kind: str) -> None:
        entry = Entry(kind="test.happened", at=NOW)
        held: Any = {"rows": [{"id": "x"}], "batches": {"count": 1, "root": "00"}}[kind]
        nothing: dict[str, Any] = {"rows": {}, "batches": {}}
        at = "2026-04-01T00:30:00.000000Z"
        body = Body(str(entry.pk), entry.kind, at, {}, disclosures=[], **(nothing | {kind: {"no_table": held}}))
        entry.body = body.render().decode()
        entry.leaf = leaf_hash(body.render()).hex()
        entry.save()
        assert brief(verify_records()) == [("no_table", str(entry.pk), "", Reason.TABLE_UNKNOWN)]


@pytest.mark.usefixtures("rows")
class TestRowsOfABatch:
    def test_a_changed_value_no_longer_fits_its_leaf(self) -> None:
        row = parts()[2]
        put(row, facts={"planted": 1})
        assert brief(verify_records()) == [(ASSIGNMENT, str(row.pk), "", Reason.LEAF)]

    def test_a_number_that_no_canonical_json_has_is_named(self) -> None:
        row = parts()[2]
        put(row, facts={"planted": 10**30})
        assert brief(verify_records()) == [(ASSIGNMENT, str(row.pk), "", Reason.UNREADABLE)]

    def test_a_value_changed_with_its_leaf_no_longer_fits_the_root_of_its_entry(self) -> None:
        row = parts()[2]
        put(row, facts={"planted": 1})
        put(row, leaf=leaf_of(Assignment.objects.get(pk=row.pk)).hex())
        problem = only(verify_records())
        assert (problem.table, problem.reason) == (ASSIGNMENT, Reason.BATCH)

    @pytest.mark.parametrize("place", [0, 2, 4], ids=["first", "middle", "last"])
    def test_a_row_taken_out_is_named_by_its_place_and_entry(self, place: int) -> None:
        row = parts()[place]
        remove(Assignment, row.pk)
        problem = only(verify_records())
        assert (problem.row, problem.reason) == (f"part {place}", Reason.PART_MISSING)
        assert str(row.entry_id) in problem.message

    def test_all_rows_taken_out_are_named_one_by_one(self) -> None:
        for row in parts():
            remove(Assignment, row.pk)
        assert [problem.row for problem in verify_records().problems] == [f"part {place}" for place in range(5)]

    def test_a_row_put_in_at_the_end_has_no_place(self) -> None:
        added = Assignment.objects.get(pk=add_copy(Assignment, parts()[4].pk))
        put(added, part=5)
        assert brief(verify_records()) == [(ASSIGNMENT, str(added.pk), "part", Reason.PART_SUPERFLUOUS)]

    def test_two_rows_in_one_place_are_one_too_many(self) -> None:
        added = add_copy(Assignment, parts()[4].pk)
        put(Assignment.objects.get(pk=added), part=4)
        found = verify_records().problems
        assert Reason.PART_SUPERFLUOUS in {problem.reason for problem in found}
        assert str(added) in {problem.row for problem in found}

    def test_two_rows_that_changed_places_no_longer_fit_their_leaves(self) -> None:
        first, second = parts()[0], parts()[3]
        put(first, part=3)
        put(second, part=0)
        assert {(row, reason) for _table, row, _column, reason in brief(verify_records())} == {
            (str(first.pk), Reason.LEAF),
            (str(second.pk), Reason.LEAF),
        }

    def test_a_row_moved_to_another_entry_is_too_much_there_and_missed_here(self) -> None:
        row = parts()[1]
        put(row, entry=append(kind="test.happened", at=NOW).pk)
        assert set(brief(verify_records())) == {
            (ASSIGNMENT, str(row.pk), "", Reason.ROW_UNLISTED),
            (ASSIGNMENT, "part 1", "part", Reason.PART_MISSING),
        }
