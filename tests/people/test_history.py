"""One person's history as believed today, and what was recorded when."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests import building
from tests.building import NOW, import_staff, later
from tests.people.rosters import row, simple
from training.people.appoint import appoint
from training.people.enrol import answer_name_request, ask_for_name, rename
from training.people.history import History, Managed, Post, Work, history_of, numbered, recollect
from training.people.leave import correct_leave, end_leave, take_back_leave
from training.people.models import DepartmentPlace, EmailAddress, Employee, Employment, Leave, PersonName
from training.people.recorded import Recorded, recorded_of
from training.people.renumber import renumber
from training.people.reorganise import reorganise
from training.people.roster_models import RosterImport
from training.people.roster_spans import Span
from training.people.undo_import import undo_import
from training.reports.dependents import dependents_of
from training.roles import Role

pytestmark = pytest.mark.django_db

JOINED, APRIL, MAY = date(2020, 4, 1), date(2026, 4, 1), date(2026, 5, 1)
LAST_OF_MARCH, LAST_OF_APRIL = date(2026, 3, 31), date(2026, 4, 30)


def imported(*rows: tuple[str, ...], day: date = APRIL, days: int = 0, **options: Any) -> RosterImport:
    """Take a list over, so many days after the first."""
    _plan, made = import_staff(simple(*rows), day=day, now=later(days=days), **options)
    assert made is not None
    return made


def employee(number: str = "000101") -> Employee:
    """Whose number it is or was."""
    (key,) = numbered(number)
    return Employee.objects.get(pk=key)


def history(number: str = "000101") -> History:
    """The person's history."""
    return history_of(recollect(employee(number).pk))


def recorded(number: str = "000101") -> list[Recorded]:
    """What was recorded of the person, the newest first."""
    return recorded_of(recollect(employee(number).pk))


def said(rows: Any) -> list[tuple[Any, date, date | None]]:
    """What rows of an entry say."""
    return [(told.value, told.first, told.last) for told in rows]


def test_a_transfer_ends_one_department_the_day_before_the_other_begins() -> None:
    imported(row())
    imported(row(department="総務部"), day=MAY, days=1)

    assert history().posts == (
        Span(JOINED, LAST_OF_APRIL, Post("営業本部", True)),
        Span(MAY, None, Post("総務部", True)),
    )


def test_a_second_post_stands_beside_the_main_one() -> None:
    imported(row(second="開発部"))

    assert [span.value for span in history().posts] == [Post("営業本部", True), Post("開発部", False)]


def test_a_department_is_told_as_it_was_called_then() -> None:
    imported(row(department="営業本部/第一営業部"))
    top = DepartmentPlace.objects.get(name="営業本部").department
    reorganise(department=top, name="事業本部", parent=None, since=NOW.date(), by=None, now=NOW)

    assert history().posts == (
        Span(JOINED, date(2026, 11, 23), Post("営業本部/第一営業部", True)),
        Span(NOW.date(), None, Post("事業本部/第一営業部", True)),
    )


def test_another_type_is_another_span_of_work_and_the_same_post() -> None:
    imported(row())
    imported(row(type="契約社員"), day=MAY, days=1)

    assert history().work == (
        Span(JOINED, LAST_OF_APRIL, Work("000101", "regular")),
        Span(MAY, None, Work("000101", "contract")),
    )
    assert len(history().posts) == 1
    newest = recorded()[0]
    assert {told.about for told in (*newest.new, *newest.gone)} == {str(newest.new[0].about)}
    assert newest.effect == MAY


def test_who_is_hired_again_has_two_spells() -> None:
    imported(row(left="2026/3/31"))
    imported(row(joined="2026/5/1"), day=MAY, days=1)

    assert [(span.first, span.last) for span in history().work] == [(JOINED, LAST_OF_MARCH), (MAY, None)]


def test_a_new_number_adjoins_the_old_one_and_both_find_the_person() -> None:
    employment = building.person()
    renumber(employment=employment, number="900101", since=APRIL, now=later(days=1))

    assert [(span.value.number, span.first) for span in history().work] == [("000101", JOINED), ("900101", APRIL)]
    assert numbered("900101") == numbered("000101") == {employment.employee_id}
    assert numbered("999999") == set()
    (newest, _oldest) = recorded()
    assert newest.kind == "people.renumbered"
    assert newest.effect == APRIL
    # Posts are written anew under the new number; nothing has changed of them.
    assert {type(told.value) for told in (*newest.new, *newest.gone)} == {Work}


def test_a_name_keeps_its_days_and_its_correction_is_told_at_the_row_that_it_took_back() -> None:
    building.person(name="𠮷田 花子", kana="ヨシダ ハナコ")
    person = employee()
    rename(employee=person, name="佐籐 花子", kana="", since=MAY, now=later(days=1))
    rename(employee=person, name="佐藤 花子", kana="サトウ ハナコ", since=MAY, now=later(days=2))

    assert history().names == (
        Span(JOINED, LAST_OF_APRIL, ("𠮷田 花子", "ヨシダ ハナコ")),
        Span(MAY, None, ("佐藤 花子", "サトウ ハナコ")),
    )
    correction, change, enrolled = recorded()
    assert said(correction.new) == [(("佐藤 花子", "サトウ ハナコ"), MAY, None)]
    assert said(correction.gone) == [(("佐籐 花子", ""), MAY, None)]
    assert correction.effect == change.effect == MAY
    assert [told.corrected_at for told in change.new] == [None, later(days=2)]
    assert {told.model: told.corrected_at for told in enrolled.new}[PersonName] == later(days=1)


def test_who_granted_the_wish_for_a_name_is_named() -> None:
    building.person()
    asked = ask_for_name(employee=employee(), name="高橋 一郎", kana="", note="", now=NOW)
    hr = building.account("hr", Role.HR)
    answer_name_request(request=asked, correct=True, answer="", by=hr, now=later(days=1), today=later(days=1).date())

    assert [one.by for one in recorded()] == [hr, None]


def test_an_import_that_was_taken_back_stays_in_what_was_recorded() -> None:
    imported(row())
    moved = imported(row(department="総務部"), day=MAY, days=1)
    undone = undo_import(roster_import=moved, depends=dependents_of(moved), by=None, now=later(days=2))

    assert [span.value.path for span in history().posts] == ["営業本部"]
    back, change, _first = recorded()
    assert back.roster_import == undone
    assert back.roster_import.undoes == moved
    assert (change.roster_import, change.line) == (moved, 2)
    assert said(back.gone) == said(change.new)
    assert said(back.new) == said(change.gone)
    # The department that the import made is no more; what was believed of it is told all the same. Of the days
    # before, the main department holds as it did.
    taken_back = {told.value: told.corrected_at for told in change.new}
    assert taken_back == {Post("営業本部", True): None, Post("総務部", True): later(days=2)}


def test_of_whom_nothing_is_believed_any_more_what_was_recorded_is_told() -> None:
    made = imported(row())
    undo_import(roster_import=made, depends=dependents_of(made), by=None, now=later(days=1))

    assert history() == History((), (), (), (), ())
    assert [one.kind for one in recorded()] == ["people.roster_import_undone", "people.roster_imported"]


def test_what_is_said_of_days_before_it_was_recorded_holds_from_its_day() -> None:
    imported(row(), day=MAY)
    imported(row(department="総務部"), day=date(2026, 4, 15), days=30)

    newest = recorded()[0]
    assert newest.effect is not None
    assert newest.effect < newest.at.date()


def test_managers_are_the_own_ones_and_those_of_the_main_posts_departments() -> None:
    chief, boss = building.person("000900", "部長 一"), building.person("000901", "課長 二")
    building.person()
    place = DepartmentPlace.objects.get(name="二課")
    appoint(department=place.department, manager=chief.employee, since=APRIL, by=None, now=NOW)
    imported(row(department="営業本部/第一営業部/二課", manager="000901"), day=MAY, days=1)

    managers = history().managers
    assert Span(APRIL, None, Managed(chief.employee_id, False)) in managers
    assert [span.value for span in managers if span.value.own] == [Managed(boss.employee_id, True)]
    # Nobody is the own manager.
    assert history("000900").managers == ()


def test_a_leave_is_one_across_a_change_of_type() -> None:
    imported(row())
    leave = building.on_leave(Employment.objects.get(), APRIL, date(2026, 12, 31), kind="childcare")
    imported(row(type="契約社員"), day=MAY, days=1)

    (absence,) = history().leaves
    assert (absence.kind, absence.first, absence.last) == ("childcare", APRIL, date(2026, 12, 31))
    assert absence.holds(NOW.date())
    assert Leave.objects.get(pk=absence.key).superseded_at is None
    assert leave.pk != absence.key


def test_of_a_leave_each_change_names_who_made_it_and_what_it_took_back() -> None:
    hr = building.account("hr", Role.HR)
    leave = building.on_leave(building.person(), APRIL)
    leave = end_leave(leave=leave, last=LAST_OF_APRIL, by=hr, now=later(days=1))
    leave = correct_leave(leave=leave, kind="care", first=APRIL, last=LAST_OF_APRIL, by=hr, now=later(days=2))
    take_back_leave(leave=leave, by=hr, now=later(days=3))

    back, corrected, ended, made, _enrolled = recorded()
    assert [one.by for one in (back, corrected, ended, made)] == [hr, hr, hr, None]
    assert (said(back.new), said(back.gone)) == ([], [("care", APRIL, LAST_OF_APRIL)])
    assert (corrected.effect, ended.effect, made.effect) == (APRIL, MAY, APRIL)
    assert history().leaves == ()


def test_what_writes_no_row_is_told_too() -> None:
    account = building.account("ichiro")
    building.person(user=account)
    building.person("000102", "佐藤 二")

    assert recorded()[0].kind == "people.account_linked"
    assert "people.account_linked" not in [one.kind for one in recorded("000102")]


def test_rows_and_values_that_are_missing_break_nothing() -> None:
    building.person()
    PersonName.objects.all().delete()
    EmailAddress.objects.all().delete()

    assert history().names == ()
    assert recorded()[0].kind == "people.enrolled"


def test_a_history_takes_as_many_questions_for_ten_changes_as_for_two(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    imported(row())
    for turn in range(10):
        imported(row(department=f"部{turn}", name=f"髙橋 {turn}"), day=date(2026, 5, 1 + turn), days=1 + turn)
    key = employee().pk

    with django_assert_max_num_queries(7):
        known = recollect(key)
        assert len(history_of(known).posts) == 11
    with django_assert_max_num_queries(7):
        assert len(recorded_of(known)) == 11


def test_what_was_said_of_days_that_no_later_entry_changed_still_holds() -> None:
    imported(row())
    made = imported(row(type="契約社員"), day=MAY, days=1)
    undo_import(roster_import=made, depends=dependents_of(made), by=None, now=later(days=2))
    employment = Employment.objects.get(superseded_at=None)
    renumber(employment=employment, number="900101", since=date(2026, 6, 1), now=later(days=3))

    _renumbered, _undone, change, _first = recorded()
    # The number is another from June on; of the days up to the end of April nothing was ever replaced.
    assert [(told.value.type, told.last, told.corrected_at) for told in change.new] == [
        ("regular", LAST_OF_APRIL, None),
        ("contract", None, later(days=2)),
    ]


def test_a_department_that_is_gone_is_told_with_all_that_stood_above_it() -> None:
    made = imported(row(department="営業本部/第一営業部/二課"))
    undo_import(roster_import=made, depends=dependents_of(made), by=None, now=later(days=1))

    back, first = recorded()
    for rows in (back.gone, first.new):
        assert Post("営業本部/第一営業部/二課", True) in [told.value for told in rows]


def test_an_appointment_names_the_department_as_it_was_called_on_the_first_day() -> None:
    building.person()
    place = DepartmentPlace.objects.get(name="二課")
    appoint(department=place.department, manager=employee(), since=APRIL, by=None, now=later(days=1))

    appointed, enrolled = recorded()
    assert (appointed.department, appointed.effect) == ("営業本部/第一営業部/二課", APRIL)
    assert enrolled.department == ""


def test_an_appointment_to_a_department_that_is_gone_names_it_too() -> None:
    building.person()
    place = DepartmentPlace.objects.get(name="二課")
    appoint(department=place.department, manager=employee(), since=APRIL, by=None, now=later(days=1))
    key = employee().pk
    DepartmentPlace.objects.update(superseded_at=NOW)

    assert recorded_of(recollect(key))[0].department == "営業本部/第一営業部/二課"


def test_only_what_says_that_something_never_was_so_takes_it_back() -> None:
    imported(row())
    moved = imported(row(department="総務部"), day=MAY, days=1)
    undo_import(roster_import=moved, depends=dependents_of(moved), by=None, now=later(days=2))
    leave = building.on_leave(Employment.objects.get(superseded_at=None), APRIL)
    take_back_leave(leave=leave, by=None, now=later(days=3))

    assert {one.kind for one in recorded() if one.takes_back} == {
        "people.roster_import_undone",
        "people.leave_taken_back",
    }


def test_a_staff_number_in_the_other_case_is_the_same_persons() -> None:
    imported(row("A-001"))

    assert numbered("a-001") == numbered("A-001") == {employee("A-001").pk}
