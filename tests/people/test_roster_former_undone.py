"""New numbers leave sealed evidence, are taken back whole, and cost as much for many as for few."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cutting
from tests.building import import_staff, later, on_leave
from tests.people.former import DAY, MAY, listed, named, people, spells, taken
from tests.people.rosters import row, simple
from tests.people.test_import_roster import sound
from tests.people.test_undo_import import believed, undo
from training.ledger.models import Entry
from training.people.models import Employment, Leave
from training.people.roster_models import RosterChange
from training.people.undo_import import preview_undoing

pytestmark = pytest.mark.django_db


def test_a_leave_cut_off_by_a_list_that_gave_another_number_too_is_whole_again_when_the_leaving_is_taken_back() -> None:
    import_staff(simple(row()))
    on_leave(Employment.objects.get(number="000101"), date(2026, 4, 10), date(2026, 12, 31))
    taken(named("000101", "2001", left="2026/6/30"))

    taken(named("000101", "2001"), days=2)

    leaves = Leave.objects.filter(superseded_at__isnull=True).order_by("valid_from")
    assert [(one.valid_from, one.valid_to) for one in leaves] == [
        (date(2026, 4, 10), MAY - DAY),
        (MAY, date(2026, 12, 31)),
    ]
    sound()


def test_numbers_are_disclosures_alone_and_all_is_written_or_nothing() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))

    def act() -> object:
        return import_staff(
            listed(named("000101", "2001777"), named("", "000102", "佐藤 二")), day=MAY, now=later(days=1)
        )

    assert cutting.writes_whole_or_not_at_all(act) > 2
    entry = Entry.objects.get(kind="people.roster_imported", at=later(days=1))
    change = RosterChange.objects.get(entry=entry)
    assert "2001777" not in entry.body
    assert "2001777" not in change.facts
    assert (change.kind, change.employment.number) == ("renumbered", "2001777")


def test_taking_it_back_gives_the_former_number_back_and_taking_that_back_the_new_one() -> None:
    import_staff(simple(row(second="管理本部"), row("000102", "佐藤 二", manager="000101")))
    on_leave(Employment.objects.get(number="000101"), date(2026, 4, 10), date(2026, 7, 31))
    before = believed()
    made = taken(
        named("000101", "2001", department="開発部", type="契約"), named("", "000102", "佐藤 二", manager="2001")
    )
    after = believed()

    back = undo(made, days=2)
    assert believed() == before
    assert [number for number, *_rest in spells()] == ["000101", "000102"]
    undo(back, days=3)

    assert believed() == after
    sound()


def test_a_number_that_is_somebody_elses_by_now_is_not_given_back() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    made = taken(named("000101", "2001"), named("000102", "2002", "佐藤 二"))
    mine = Employment.objects.get(number="2001")
    taken(named("", "000101", "新人 四", kana="シンジン", joined="2026/5/10"), day=date(2026, 5, 10), days=2)

    undoing = preview_undoing(roster_import=made)
    assert undoing.kept == (mine.employee_id,)
    undo(made, days=3)

    assert {number for number, _type, _first, last in spells() if last is None} == {"2001", "000101", "000102"}
    sound()


def test_a_leaver_whose_number_was_given_away_since_does_not_come_back_by_an_undoing() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    made = taken(named("", left="2026/4/30"), named("", "000102", "佐藤 二", department="開発部"))
    other = named("", "000101", "新人 四", kana="シンジン", joined="2026/5/10")
    taken(other, day=date(2026, 5, 10), days=2)

    assert len(preview_undoing(roster_import=made).kept) == 1
    undo(made, days=3)
    assert people() == 3
    sound()


def test_many_new_numbers_take_as_many_queries_as_few() -> None:
    def queries(start: int, many: int) -> tuple[int, int]:
        rows = [row(f"{start + n:06d}", f"氏名 {start + n}", email=f"{start + n}@example.com") for n in range(many)]
        import_staff(simple(*rows), now=later(minutes=start))
        with CaptureQueriesContext(connection) as caught:
            made = taken(*((f"N{one[0]}", *one[1:], one[0]) for one in rows), days=start)
        with CaptureQueriesContext(connection) as undone:
            undo(made, days=start)
        return len(caught), len(undone)

    assert queries(1, 3) == queries(100, 40)
