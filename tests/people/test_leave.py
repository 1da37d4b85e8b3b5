"""Leaves: within one spell of work, never two on a day, each correction beside what was believed before it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.building import NOW, account, import_staff, later, person
from tests.cutting import everything, writes_whole_or_not_at_all
from tests.people.rosters import row, simple
from training.errors import Conflict, Invalid
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.people.leave import correct_leave, days_of, end_leave, record_leave, take_back_leave
from training.people.models import Employment, Leave, LeaveKind
from training.people.queries import away_on, believed_at

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def away(employment: Employment, first: date = MAY, last: date | None = None, **changes: Any) -> Leave:
    """Somebody is away."""
    values: dict[str, Any] = {"kind": LeaveKind.SICK, "by": None, "now": NOW}
    return record_leave(employment=employment, first=first, last=last, **(values | changes))


def believed() -> list[tuple[str, date, date | None]]:
    """The leaves believed now."""
    rows = Leave.objects.filter(superseded_at__isnull=True).order_by("valid_from")
    return [(row.kind, row.valid_from, row.valid_to) for row in rows]


def test_who_is_away_is_away_from_the_first_to_the_last_day() -> None:
    leave = away(person(), MAY, JUNE)
    assert [day for day in (MAY - DAY, MAY, JUNE, JUNE + DAY) if away_on(day).filter(pk=leave.pk)] == [MAY, JUNE]


def test_a_leave_without_a_known_return_goes_on_until_it_is_ended() -> None:
    leave = away(person())
    assert away_on(date(2036, 1, 1)).get() == leave
    ended = end_leave(leave=leave, last=JUNE, by=None, now=later(days=1))
    assert believed() == [("sick", MAY, JUNE)]
    assert days_of([ended]) == {ended.pk: (MAY, JUNE)}


def test_a_corrected_leave_leaves_what_was_believed_before() -> None:
    leave = away(person(), MAY, JUNE)
    checkpoint = seal(now=NOW, key=load_key())
    correct_leave(leave=leave, kind=LeaveKind.MATERNITY, first=MAY + DAY, last=JULY, by=None, now=later(days=1))

    assert believed() == [("maternity", MAY + DAY, JULY)]
    then = believed_at(Leave.objects.all(), size=checkpoint.size, at=checkpoint.at)
    assert [(row.kind, row.valid_from, row.valid_to) for row in then] == [("sick", MAY, JUNE)]


def test_a_leave_taken_back_was_none() -> None:
    leave = away(person())
    take_back_leave(leave=leave, by=None, now=later(days=1))
    assert believed() == []
    away(leave.employment, now=later(days=2))


def test_what_another_has_changed_meanwhile_is_not_changed_again() -> None:
    leave = away(person())
    end_leave(leave=leave, last=JUNE, by=None, now=later(days=1))
    before = everything()
    for verb in (
        lambda: end_leave(leave=leave, last=JULY, by=None, now=later(days=2)),
        lambda: take_back_leave(leave=leave, by=None, now=later(days=2)),
        lambda: correct_leave(leave=leave, kind="care", first=MAY, last=None, by=None, now=later(days=2)),
    ):
        with pytest.raises(Conflict):
            verb()
    assert everything() == before


def test_a_correction_that_says_the_same_writes_nothing() -> None:
    leave = away(person(), MAY, JUNE)
    before = everything()
    assert end_leave(leave=leave, last=JUNE, by=None, now=later(days=1)) == leave
    assert correct_leave(leave=leave, kind="sick", first=MAY, last=JUNE, by=None, now=later(days=1)) == leave
    assert everything() == before


@pytest.mark.parametrize(
    ("first", "last"),
    [(MAY, JUNE), (MAY - DAY, MAY), (JUNE, None), (MAY + DAY, MAY + DAY), (date(2021, 1, 1), None), (MAY - DAY, JULY)],
)
def test_two_leaves_never_share_a_day(first: date, last: date | None) -> None:
    employment = person()
    away(employment, MAY, JUNE)
    before = everything()
    with pytest.raises(Conflict):
        away(employment, first, last, kind=LeaveKind.CHILDCARE)
    assert everything() == before


def test_childcare_leave_begins_the_day_after_maternity_leave() -> None:
    employment = person()
    away(employment, MAY, JUNE, kind=LeaveKind.MATERNITY)
    away(employment, JUNE + DAY, kind=LeaveKind.CHILDCARE)
    assert believed() == [("maternity", MAY, JUNE), ("childcare", JUNE + DAY, None)]


def test_a_correction_may_not_reach_into_another_leave() -> None:
    employment = person()
    first = away(employment, MAY, JUNE - DAY)
    away(employment, JUNE, JULY)
    with pytest.raises(Conflict):
        end_leave(leave=first, last=JUNE, by=None, now=later(days=1))


@pytest.mark.parametrize(
    ("first", "last"),
    [(MAY, MAY - DAY), (date(2020, 3, 31), MAY), (date(2019, 1, 1), date(2019, 2, 1)), (date(2020, 3, 31), None)],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_written(first: date, last: date | None) -> None:
    employment = person()
    before = everything()
    with pytest.raises(Invalid):
        away(employment, first, last)
    assert everything() == before


@pytest.mark.parametrize("kind", ["", "holiday", "SICK"])
def test_a_kind_that_is_none_is_refused(kind: str) -> None:
    with pytest.raises(Invalid):
        away(person(), kind=kind)


def test_a_leave_ends_with_the_employment_and_not_after() -> None:
    import_staff(simple(row(left="2026/6/1")))
    employment = Employment.objects.get()
    with pytest.raises(Invalid):
        away(employment, MAY, JUNE + DAY)
    with pytest.raises(Invalid):
        away(employment, JUNE + DAY)
    away(employment)
    assert believed() == [("sick", MAY, JUNE)]


def test_a_leave_goes_on_over_a_change_of_type_and_stays_one() -> None:
    import_staff(simple(row(type="契約")))
    import_staff(simple(row(type="正社員")), day=JUNE, now=later(days=1))
    rows = list(Employment.objects.filter(superseded_at__isnull=True).order_by("valid_from"))
    leave = away(rows[1], MAY, JULY, now=later(days=2))
    assert believed() == [("sick", MAY, JUNE - DAY), ("sick", JUNE, JULY)]
    second = Leave.objects.get(valid_from=JUNE)
    assert days_of([leave]) == dict.fromkeys((leave.pk, second.pk), (MAY, JULY))

    end_leave(leave=second, last=MAY + DAY, by=None, now=later(days=3))
    assert believed() == [("sick", MAY, MAY + DAY)]


def test_a_row_of_the_employment_that_was_corrected_since_still_names_the_spell() -> None:
    import_staff(simple(row()))
    old = Employment.objects.get()
    import_staff(simple(row(joined="2019/4/1")), now=later(days=1))
    assert away(old, date(2019, 5, 1), now=later(days=2)).employment_id != old.pk


def test_hired_again_the_leaves_of_the_first_time_are_over() -> None:
    import_staff(simple(row(left="2026/5/31")))
    import_staff(simple(row(joined="2026/7/1")), day=JULY, now=later(days=1))
    first = Employment.objects.filter(valid_to__isnull=False, superseded_at__isnull=True).get()
    away(first, MAY, None, now=later(days=2))
    assert believed() == [("sick", MAY, JUNE - DAY)]
    with pytest.raises(Invalid):
        away(first, JUNE, JULY, now=later(days=3))
    away(first, JULY, None, now=later(days=3))


def test_no_entry_tells_the_kind_of_a_leave_but_by_a_disclosure() -> None:
    employment = person()
    leave = away(employment, kind=LeaveKind.MATERNITY, by=account("hr"))
    correct_leave(leave=leave, kind=LeaveKind.CARE, first=MAY, last=JUNE, by=None, now=later(days=1))
    entries = Entry.objects.filter(kind__startswith="people.leave")
    assert {entry.kind for entry in entries} == {"people.leave_recorded", "people.leave_corrected"}
    for entry in entries:
        assert not any(kind in entry.body for kind in LeaveKind.values)
        assert str(employment.employee_id) in entry.body
        assert "2026-05-01" in entry.body
    told = Disclosure.objects.filter(entry__in=entries, name="leave").order_by("entry__at")
    assert [one.value for one in told] == ["maternity", "care"]


def test_a_list_that_rewrites_a_leave_tells_its_kind_by_a_disclosure_alone() -> None:
    import_staff(simple(row(type="契約")))
    away(Employment.objects.get(), MAY, JULY, kind=LeaveKind.MATERNITY)
    _plan, made = import_staff(simple(row(type="正社員")), day=JUNE, now=later(days=1))
    assert made is not None
    change = made.changes.get()
    assert "leave" in change.facts
    assert "maternity" not in change.facts
    assert any("maternity" in str(one.value) for one in Disclosure.objects.filter(entry=made.entry))


def test_each_verb_is_done_whole_or_not_at_all() -> None:
    employment = person()
    assert writes_whole_or_not_at_all(lambda: away(employment)) == 3
    leave = Leave.objects.get()
    assert writes_whole_or_not_at_all(lambda: end_leave(leave=leave, last=JUNE, by=None, now=later(days=1))) == 4
    ended = Leave.objects.get(superseded_at__isnull=True)
    assert writes_whole_or_not_at_all(lambda: take_back_leave(leave=ended, by=None, now=later(days=2))) == 2


def test_the_ledger_is_sound_afterwards() -> None:
    leave = away(person(), by=account("hr"))
    take_back_leave(leave=leave, by=None, now=later(days=1))
    key = load_key()
    seal(now=later(days=1), key=key)
    assert verify(keys=[verifier(key)]).problems == []


IMPOSSIBLE = [date.min, date(1899, 12, 31), date(2201, 1, 1), date.max]


@pytest.mark.parametrize("day", IMPOSSIBLE)
def test_a_day_that_no_leave_has_is_refused_whichever_verb_is_told_of_it(day: date) -> None:
    employment = person()
    leave = away(person("000102", "佐藤 二"))
    before = everything()
    for verb in (
        lambda: away(employment, MAY, day),
        lambda: away(employment, day),
        lambda: end_leave(leave=leave, last=day, by=None, now=NOW),
        lambda: correct_leave(leave=leave, kind="care", first=MAY, last=day, by=None, now=NOW),
        lambda: correct_leave(leave=leave, kind="care", first=day, last=None, by=None, now=NOW),
    ):
        with pytest.raises(Invalid, match=f"{day.year}年{day.month}月{day.day}日"):
            verb()
    assert everything() == before
