"""Another staff number from a day on: the rows adjoin, posts and leaves go with the person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.building import NOW, import_staff, later, on_leave, person
from tests.cutting import everything, writes_whole_or_not_at_all
from tests.people.rosters import row, simple
from training.errors import Conflict, Invalid
from training.ledger.models import Entry
from training.people.models import Employment, Leave, Posting
from training.people.queries import away_on, person_on
from training.people.renumber import renumber

pytestmark = pytest.mark.django_db
DAY, TODAY = timedelta(days=1), NOW.date()


def believed() -> list[tuple[str, date, date | None]]:
    rows = Employment.objects.filter(superseded_at__isnull=True).order_by("valid_from")
    return [(one.number, one.valid_from, one.valid_to) for one in rows]


def test_the_rows_under_both_numbers_adjoin_and_are_one_persons() -> None:
    employment = person()
    on_leave(employment)
    renumber(employment=employment, number=" ２００１ ", since=TODAY, now=later(days=1))

    assert believed() == [("000101", date(2020, 4, 1), TODAY - DAY), ("2001", TODAY, None)]
    rows = list(Employment.objects.filter(superseded_at__isnull=True).order_by("valid_from"))
    assert {one.employee_id for one in rows} == {employment.employee_id}
    assert person_on(rows[1], TODAY).department == person_on(rows[0], TODAY).department == "営業本部/第一営業部/二課"
    assert [away_on(day).get().employment for day in (TODAY - DAY, TODAY)] == rows
    assert Posting.objects.filter(superseded_at__isnull=True).count() == 2


def test_from_the_first_day_on_the_number_is_corrected() -> None:
    employment = person(joined=TODAY)
    renumber(employment=employment, number="2001", since=TODAY, now=later(days=1))
    assert believed() == [("2001", TODAY, None)]


def test_a_number_in_use_is_refused_and_nothing_is_written() -> None:
    employment = person()
    person("000102", "佐藤 二")
    before = everything()
    with pytest.raises(Conflict):
        renumber(employment=employment, number="000102", since=TODAY, now=NOW)
    with pytest.raises(Invalid):
        renumber(employment=employment, number="　", since=TODAY, now=NOW)
    assert everything() == before


def test_who_has_left_gets_no_number() -> None:
    import_staff(simple(row(left="2026/6/1")))
    with pytest.raises(Invalid):
        renumber(employment=Employment.objects.get(), number="2001", since=TODAY, now=NOW)


def test_no_entry_tells_a_number_and_all_is_written_or_nothing() -> None:
    employment = person()
    on_leave(employment, kind="maternity")
    assert writes_whole_or_not_at_all(lambda: renumber(employment=employment, number="20017", since=TODAY, now=NOW)) > 2
    entry = Entry.objects.get(kind="people.renumbered")
    assert "20017" not in entry.body
    assert "maternity" not in entry.body
    assert Leave.objects.filter(superseded_at__isnull=True).count() == 2
