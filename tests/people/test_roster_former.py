"""A new staff number in a list: the same person where the list names the former one."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cutting
from tests.building import import_staff, later, on_leave
from tests.people.former import DAY, JUNE, MAY, START, listed, named, people, planned, refused, spells, taken
from tests.people.rosters import row, simple
from tests.people.test_import_roster import kinds, sound
from tests.people.test_undo_import import believed, undo
from training.people.models import Employment, Leave, Supervision
from training.people.queries import people_on
from training.people.renumber import renumber

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "heading", ["旧社員番号", "前社員番号", "旧社員ＩＤ", "Former number", "Previous employee ID", "変更前の社員番号"]
)
def test_who_has_another_number_by_the_list_stays_the_same_person(heading: str) -> None:
    import_staff(simple(row(type="契約", manager=""), row("000102", "佐藤 二", manager="000101")))

    plan, made = import_staff(
        listed(
            named("０００１０１", "A-2001", type="正社員"),
            named("", "000102", "佐藤 二", manager="A-2001"),
            heading=heading,
        ),
        day=MAY,
        now=later(days=1),
    )

    assert made is not None
    assert kinds(plan) == {"renumbered": 1, "unchanged": 1}
    assert plan.changes[0].shown["number"] == ("000101", "A-2001")
    assert plan.changes[0].shown["since"] == ("", "2026-05-01")
    assert spells()[0] == ("000101", "contract", START, MAY - DAY)
    assert ("A-2001", "regular", MAY, None) in spells()
    assert people() == 2
    assert {one.manager_id for one in Supervision.objects.filter(superseded_at__isnull=True)} == {
        Employment.objects.get(number="A-2001").employee_id
    }
    sound()


def test_a_list_and_an_identity_provider_leave_the_same_rows() -> None:
    import_staff(simple(row(second="管理本部", manager=""), row("000102", "佐藤 二")))
    mine = Employment.objects.get(number="000101")
    on_leave(mine, date(2026, 4, 10), date(2026, 7, 31))
    made = taken(named("000101", "2001", second="管理本部"))
    by_list = believed()
    undo(made, days=2)
    mine = Employment.objects.get(number="000101", superseded_at__isnull=True)

    renumber(employment=mine, number="2001", since=MAY, now=later(days=3))

    assert believed() == by_list
    assert Leave.objects.filter(superseded_at__isnull=True).count() == 2
    sound()


def test_the_same_list_twice_changes_nothing_and_so_does_one_without_the_column() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    rows = named("000101", "2001", department="開発部", email="a@example.com"), named("", "000102", "佐藤 二")
    taken(*rows)
    before = cutting.everything()

    for day in (MAY, JUNE):
        plan, nothing = import_staff(listed(*rows), day=day, now=later(days=2))
        assert (kinds(plan), nothing) == ({"unchanged": 2}, None)
        plan, nothing = import_staff(simple(*(one[:-1] for one in rows)), day=day, now=later(days=2))
        assert (kinds(plan), nothing, plan.missing) == ({"unchanged": 2}, None, ())
    assert cutting.everything() == before


def test_all_that_differs_goes_with_the_number_from_its_first_day_on() -> None:
    import_staff(simple(row(type="契約")))

    plan = planned(named("000101", "2001", joined="2026/4/16", department="開発部", type="正社員"))
    taken(named("000101", "2001", joined="2026/4/16", department="開発部", type="正社員"))

    assert plan.changes[0].fields == ("number", "type", "department")
    day = date(2026, 4, 16)
    assert spells() == [("000101", "contract", START, day - DAY), ("2001", "regular", day, None)]
    old, new = Employment.objects.filter(superseded_at__isnull=True).order_by("valid_from")
    assert people_on([old], day - DAY)[old.pk].department == "営業本部"
    assert people_on([new], day)[new.pk].department == "開発部"
    for joined in ("2026/4/16", "2020/4/1", ""):
        again = planned(named("000101", "2001", joined=joined, department="開発部", type="正社員"), day=JUNE)
        assert kinds(again) == {"unchanged": 1}
    sound()


def test_a_day_of_joining_that_is_corrected_is_that_of_all_numbers() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001"))

    taken(named("000101", "2001", joined="2018/4/1", left="2026/12/31"), day=JUNE, days=2)

    assert spells() == [
        ("000101", "regular", date(2018, 4, 1), MAY - DAY),
        ("2001", "regular", MAY, date(2026, 12, 31)),
    ]
    sound()


@pytest.mark.parametrize("former", ["000101", ""])
@pytest.mark.parametrize("by_list", [True, False])
def test_another_day_of_joining_under_a_number_that_is_known_cuts_none_of_the_years_before(
    by_list: bool, former: str
) -> None:
    import_staff(simple(row(department="営業本部")))
    on_leave(Employment.objects.get(), date(2026, 4, 10), date(2026, 4, 20))
    since = date(2026, 4, 28)
    if by_list:
        taken(named("000101", "2001", joined="2026/4/28"))
    else:
        renumber(employment=Employment.objects.get(), number="2001", since=since, now=later(days=1))
    before = spells()

    told = named(former, "2001", joined="2026/5/1", department="開発部")
    plan = planned(told)
    taken(told, days=2)

    assert plan.changes[0].fields == ("department",)
    assert spells() == before == [("000101", "regular", START, since - DAY), ("2001", "regular", since, None)]
    assert Leave.objects.filter(superseded_at__isnull=True).count() == 1
    assert kinds(planned(told, day=JUNE)) == {"unchanged": 1}
    sound()


@pytest.mark.parametrize("joined", ["2026/5/25", "2026/6/5"])
def test_a_corrected_day_of_a_number_that_is_to_come_cuts_none_of_the_years_before(joined: str) -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001", joined="2026/6/1"))

    assert kinds(planned(named("000101", "2001", joined=joined))) == {"unchanged": 1}


def test_a_number_with_an_earlier_day_of_joining_than_the_one_before_it_cuts_none_of_the_years() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001"))

    taken(named("2001", "3001", joined="2026/4/28"), day=JUNE, days=2)

    assert spells()[0] == ("000101", "regular", START, MAY - DAY)
    sound()


@pytest.mark.parametrize(
    ("told", "again"),
    [
        (named("", joined="2026/5/1"), named("", joined="2026/5/2")),
        (named("000101", "3001", joined="2026/6/1"), named("000101", "3001", joined="2026/5/1")),
    ],
)
def test_who_was_hired_again_under_another_number_and_is_told_by_the_old_one_is_not_hired_twice(
    told: tuple[str, ...], again: tuple[str, ...]
) -> None:
    import_staff(simple(row(left="2026/3/31")))
    taken(named("000101", "2001", joined="2026/5/1"))

    for one in (told, again):
        (reason,) = planned(one, day=JUNE).refused
        assert (reason.code, reason.values) == ("number_former", {"number": "2001", "since": "2026-05-01"})
        assert not planned(one, day=JUNE).missing


def test_who_comes_back_under_another_number_is_hired_again() -> None:
    import_staff(simple(row(left="2026/3/31")))

    plan = planned(named("000101", "2001", joined="2026/5/1", left=""))
    taken(named("000101", "2001", joined="2026/5/1", left=""))

    assert (kinds(plan), plan.changes[0].rehired) == ({"new": 1}, True)
    assert plan.changes[0].shown["former"] == ("", "000101")
    assert spells() == [("000101", "regular", START, date(2026, 3, 31)), ("2001", "regular", MAY, None)]
    assert people() == 1
    assert kinds(planned(named("000101", "2001", joined="2026/5/1", left=""))) == {"unchanged": 1}
    sound()


@pytest.mark.parametrize("known_to_have_left", [False, True])
def test_a_list_with_a_line_for_each_of_both_numbers_is_one_person(known_to_have_left: bool) -> None:
    import_staff(simple(row(type="契約", left="2026/4/30" if known_to_have_left else "")))
    both = (
        named("", type="契約", left="2026/4/30", department="昔の部"),
        named("000101", "2001", joined="2026/5/1"),
    )

    first = planned(*both)
    taken(*both)

    assert kinds(first) == {"unchanged": 1, "new" if known_to_have_left else "renumbered": 1}
    assert spells() == [("000101", "contract", START, MAY - DAY), ("2001", "regular", MAY, None)]
    assert people() == 1
    assert kinds(planned(*both, day=JUNE)) == {"unchanged": 2}
    sound()


def test_a_person_of_three_numbers_can_be_meant_by_the_first() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001"))
    taken(named("000101", "3001"), day=JUNE, days=2)

    assert spells() == [
        ("000101", "regular", START, MAY - DAY),
        ("2001", "regular", MAY, JUNE - DAY),
        ("3001", "regular", JUNE, None),
    ]
    assert kinds(planned(named("2001", "3001"), day=JUNE + DAY)) == {"unchanged": 1}
    moved = planned(named("2001", "3001", department="開発部"), day=JUNE + DAY)
    assert moved.changes[0].fields == ("department",)
    sound()


def test_an_earlier_number_is_given_back_to_the_same_person() -> None:
    import_staff(simple(row()))
    taken(named("000101", "S-7", type="出向"))
    back = named("S-7", type="正社員")

    taken(back, day=JUNE, days=2)

    assert spells() == [
        ("000101", "regular", START, MAY - DAY),
        ("S-7", "seconded_out", MAY, JUNE - DAY),
        ("000101", "regular", JUNE, None),
    ]
    assert people() == 1
    for day in (MAY + DAY, JUNE, JUNE + DAY):
        assert kinds(planned(back, day=day)) == {"unchanged" if day >= JUNE else "changed": 1}
    assert refused(planned(named("000101", "S-7", type="出向"), day=MAY)) == {2: "number_former"}
    sound()


def test_a_list_with_the_end_of_a_number_and_the_earlier_one_given_back_changes_nothing_the_second_time() -> None:
    import_staff(simple(row()))
    taken(named("000101", "S-7"))
    both = named("000101", "S-7", left="2026/5/31"), named("S-7", joined="2026/6/1")

    taken(*both, day=JUNE, days=2)

    assert spells()[1:] == [("S-7", "regular", MAY, JUNE - DAY), ("000101", "regular", JUNE, None)]
    for day in (JUNE, JUNE + DAY):
        plan = planned(*both, day=day)
        assert (kinds(plan), plan.missing) == ({"unchanged": 2}, ())
    sound()


def test_an_earlier_number_that_is_given_back_on_the_next_ones_first_day_is_as_if_there_had_been_none() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001"))
    taken(named("2001"), days=2)

    assert {number for number, _type, _first, _last in spells()} == {"000101"}
    assert kinds(planned(named("2001"), day=JUNE)) == {"unchanged": 1}
    sound()


def test_a_leavers_line_with_numbers_of_old_gives_nobody_else_the_number() -> None:
    import_staff(simple(row()))
    old = named("000101", "2001", left="2026/5/20")
    taken(old)
    taken(named("", "000101", "新人 四", kana="シンジン ヨン", joined="2026/5/25"), day=JUNE, days=2)

    plan = planned(old, day=JUNE)

    assert [(one.number, one.kind) for one in plan.changes] == [("2001", "unchanged")]
    assert [one.number for one in plan.missing] == ["000101"]
