"""Spells of working here are read whole, whatever rows the roster keeps them in, in as many queries for any company."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.building import NOW, on_leave, person
from tests.campaigns.staffing import corrected, listed, withdrawn
from training.campaigns.candidates import MOST_NAMED, Row, Spell, candidates_on, rows_of, staff_on
from training.campaigns.due import Away
from training.people.models import Department, DepartmentPlace, Employment, Posting
from training.people.queries import department_paths

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 24)
JOINED = date(2020, 4, 1)
A_DAY = timedelta(days=1)


def department(path: str) -> UUID:
    return next(key for key, one in department_paths(DAY).items() if one == path)


def only(day: date = DAY) -> Spell:
    (spell,) = candidates_on(day)
    return spell


def test_a_person_is_a_candidate_with_type_days_and_every_department_above():
    employment = person()
    spell = only()
    assert (spell.employment, spell.employee, spell.number) == (employment.pk, employment.employee_id, "000101")
    assert (spell.candidate.type, spell.joined_on, spell.left_on, spell.leaves) == ("regular", JOINED, None, ())
    paths = ("営業本部", "営業本部/第一営業部", "営業本部/第一営業部/二課")
    assert spell.candidate.departments == {department(path) for path in paths}


def test_two_posts_reach_both_trees():
    listed("1,髙橋 一郎,営業本部/一課,正社員,2020/4/1,,法務部/契約課", day=JOINED)
    assert only().candidate.departments == {
        department(path) for path in ("営業本部", "営業本部/一課", "法務部", "法務部/契約課")
    }


def test_posts_are_those_of_the_day():
    listed("1,髙橋 一郎,営業本部,正社員,2020/4/1,,", day=JOINED)
    listed("1,髙橋 一郎,法務部,正社員,2020/4/1,,", day=date(2026, 12, 1))
    assert only(date(2026, 11, 30)).candidate.departments == {department("営業本部")}
    assert only(date(2026, 12, 1)).candidate.departments != {department("営業本部")}


def test_a_tree_that_bites_its_tail_is_walked_once():
    employment = person(department="営業本部/一課")
    top, below = department("営業本部"), department("営業本部/一課")
    DepartmentPlace.objects.filter(department=top).update(parent=below)
    assert only().candidate.departments == {top, below}
    Posting.objects.filter(employment=employment).update(department=Department.objects.create())
    assert len(only().candidate.departments) == 1


def test_who_joins_on_a_day_is_in_on_it_and_who_leaves_is_in_on_the_last():
    employment = person(joined=DAY)
    Employment.objects.filter(pk=employment.pk).update(valid_to=DAY + A_DAY)
    assert [len(candidates_on(DAY + A_DAY * n)) for n in (-1, 0, 1, 2)] == [0, 1, 1, 0]
    assert [spell.holds(DAY) for spell in staff_on(DAY + A_DAY * 9)] == [True]


def test_a_change_of_type_is_one_spell_and_the_days_type_counts():
    listed("1,髙橋 一郎,営業本部,契約,2020/4/1,,", day=JOINED)
    listed("1,髙橋 一郎,営業本部,正社員,2020/4/1,,", day=date(2026, 10, 1))
    assert Employment.objects.filter(superseded_at=None).count() == 2
    before, after = only(date(2026, 9, 30)), only(date(2026, 10, 1))
    assert [one.candidate.type for one in (before, after)] == ["contract", "regular"]
    assert [one.joined_on for one in (before, after)] == [JOINED, JOINED]
    assert before.left_on is after.left_on is None
    assert {row.employment for row in before.rows} == {row.employment for row in after.rows}
    assert before.employment != after.employment


def test_another_number_the_next_day_is_the_same_spell_and_after_a_gap_another():
    first = person("1")
    Employment.objects.filter(pk=first.pk).update(valid_to=date(2026, 3, 31))
    second = corrected(first, number="2", valid_from=date(2026, 4, 1), valid_to=None)
    Employment.objects.filter(pk=first.pk).update(superseded_at=None, superseded_by=None)
    assert (only().joined_on, only().number) == (JOINED, "2")
    Employment.objects.filter(pk=second.pk).update(valid_from=date(2026, 4, 2))
    assert [(s.number, s.joined_on, s.left_on) for s in staff_on(DAY)] == [
        ("1", JOINED, date(2026, 3, 31)),
        ("2", date(2026, 4, 2), None),
    ]


def test_a_person_under_two_numbers_at_once_is_one_candidate():
    first = person("1")
    second = corrected(first, number="2", valid_from=date(2026, 4, 1))
    Employment.objects.filter(pk=first.pk).update(superseded_at=None, superseded_by=None, valid_to=date(2026, 12, 31))
    assert (only().employment, only().left_on) == (second.pk, None)


def test_leaves_belong_to_the_spell_they_lie_in():
    first = person("1")
    on_leave(first, date(2021, 5, 1), date(2021, 6, 30))
    on_leave(first, date(2026, 11, 1), None)
    (spell,) = staff_on(DAY)
    assert spell.leaves == (Away(date(2021, 5, 1), date(2021, 6, 30)), Away(date(2026, 11, 1), None))
    Employment.objects.filter(pk=first.pk).update(valid_to=date(2021, 12, 31))
    assert [s.leaves for s in staff_on(DAY)] == [(Away(date(2021, 5, 1), date(2021, 6, 30)),)]


def test_an_assignments_spell_is_found_however_the_roster_was_corrected():
    employment = person()
    row = rows_of([employment.pk])[employment.pk]
    assert staff_on(DAY).spell_of(row, day=DAY) is not None
    moved = corrected(employment, valid_from=date(2026, 12, 1))
    (spell,) = staff_on(DAY)
    assert staff_on(DAY).spell_of(row, day=DAY) == spell
    assert spell.employment == moved.pk
    withdrawn(moved)
    assert staff_on(DAY).spell_of(row, day=DAY) is None


def test_of_two_spells_a_corrected_row_belongs_to_that_of_its_day():
    employment = person()
    row = rows_of([employment.pk])[employment.pk]
    corrected(employment, valid_to=date(2026, 6, 30))
    again = corrected(employment, valid_from=date(2026, 10, 1))
    staff = staff_on(DAY)
    assert [found.joined_on if (found := staff.spell_of(row, day=day)) else None for day in (JOINED, DAY)] == [
        JOINED,
        again.valid_from,
    ]
    between = staff.spell_of(row, day=date(2026, 8, 1))
    assert between is not None
    assert between.joined_on == JOINED


def test_a_row_before_everything_that_is_believed_belongs_to_nothing():
    employment = person(joined=date(2026, 4, 1))
    old = Row(uuid4(), employment.employee_id, "9", "regular", date(2019, 1, 1), date(2019, 12, 31))
    assert staff_on(DAY).spell_of(old, day=date(2019, 5, 1)) is None
    stranger = old._replace(employee=uuid4())
    assert staff_on(DAY).spell_of(stranger, day=DAY) is None


def test_some_people_can_be_asked_about_alone_and_many():
    people = [person(f"{n}", f"氏名{n}") for n in range(4)]
    wanted = {people[1].employee_id, people[3].employee_id}
    assert [s.number for s in candidates_on(DAY, wanted)] == ["1", "3"]
    many = [*wanted, *(uuid4() for _ in range(MOST_NAMED))]
    assert candidates_on(DAY, many) == candidates_on(DAY, wanted)
    assert candidates_on(DAY, []) == []


@pytest.mark.parametrize("size", [2, 20])
def test_the_number_of_queries_does_not_depend_on_the_company(size: int, django_assert_num_queries: Any):
    for n in range(size):
        employment = person(f"{n:03}", f"氏名{n}", department=f"営業本部/{n}課")
        on_leave(employment, NOW.date(), None)
    with django_assert_num_queries(4):
        assert len(candidates_on(DAY)) == size
