"""A new staff number in a list: the same person where the list names the former one, asked about where it does not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import building
from tests.building import NOW, import_staff, later, on_leave
from tests.people.rosters import HEADINGS, row, simple
from tests.people.test_import_roster import kinds, sound
from tests.people.test_undo_import import believed, undo
from training.ledger.models import Entry
from training.people.import_roster import Unaccepted, preview
from training.people.models import Employment, Leave, Supervision
from training.people.queries import people_on
from training.people.renumber import renumber
from training.people.roster_models import RosterChange, RosterImport
from training.people.roster_plan import Plan
from training.people.roster_sheet import sheet_of
from training.people.undo_import import preview_undoing

pytestmark = pytest.mark.django_db

APRIL, MAY, JUNE = date(2026, 4, 1), date(2026, 5, 1), date(2026, 6, 1)
DAY = timedelta(days=1)


def named(former: str, *cells: str, **changes: str) -> tuple[str, ...]:
    """A row with a former number."""
    return (*row(*cells, **changes), former)


def listed(*rows: tuple[str, ...], heading: str = "旧社員番号") -> bytes:
    """A list with a column of former numbers."""
    return simple(*rows, headings=(*HEADINGS, heading))


def planned(*rows: tuple[str, ...], day: date = MAY, **options: Any) -> Plan:
    """What a list would change."""
    return preview(sheet=sheet_of(listed(*rows)), day=day, **options)


def taken(*rows: tuple[str, ...], day: date = MAY, days: int = 1, **options: Any) -> RosterImport:
    """Take a list over."""
    _plan, made = import_staff(listed(*rows), day=day, now=later(days=days), **options)
    assert made is not None
    return made


def spells() -> list[tuple[str, str, date, date | None]]:
    """Number, type and days of every employment as believed now."""
    rows = Employment.objects.filter(superseded_at__isnull=True).order_by("valid_from", "number")
    return [(one.number, one.type, one.valid_from, one.valid_to) for one in rows]


def people() -> int:
    """How many people are believed to have worked here."""
    return Employment.objects.filter(superseded_at__isnull=True).values("employee").distinct().count()


def refused(plan: Plan) -> dict[int, str]:
    """The reasons by line."""
    return {one.line: one.code for one in plan.refused}


START = date(2020, 4, 1)


# --- the same person ---


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
    before = building.everything()

    for day in (MAY, JUNE):
        plan, nothing = import_staff(listed(*rows), day=day, now=later(days=2))
        assert (kinds(plan), nothing) == ({"unchanged": 2}, None)
        plan, nothing = import_staff(simple(*(one[:-1] for one in rows)), day=day, now=later(days=2))
        assert (kinds(plan), nothing, plan.missing) == ({"unchanged": 2}, None, ())
    assert building.everything() == before


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


# Of each field: what was known first, what since, and another value.
FACTS = {
    "department": ("営業本部", "総務部", "開発部"),
    "type": ("正社員", "契約", "パート"),
    "name": ("髙橋 一郎", "髙橋 二郎", "髙橋 三郎"),
    "email": ("a@example.com", "b@example.com", ""),
    "second": ("管理本部", "監査室", ""),
    "manager": ("000102", "000103", ""),
}


@pytest.mark.parametrize("says", range(3), ids=["as before", "as since", "otherwise"])
@pytest.mark.parametrize("what", FACTS)
def test_a_list_with_a_number_of_an_earlier_day_has_the_last_word_on_its_own_day(what: str, says: int) -> None:
    def line(value: str, *, former: str = "", number: str = "000101", joined: str = "2020/4/1") -> tuple[str, ...]:
        told = {"manager": "000102", "email": "a@example.com", "second": "管理本部", what: value}
        return named(former, number, joined=joined, **told)

    others = named("", "000102", "佐藤 二"), named("", "000103", "鈴木 三")
    values = FACTS[what]
    taken(line(values[0]), *others, day=date(2026, 4, 1), days=0)
    taken(line(values[1]), *others, day=date(2026, 4, 15))
    told = line(values[says], former="000101", number="2001", joined="2026/4/5")
    known = planned(line(values[0]), day=date(2026, 4, 14)).changes[0].spell

    (change, *_rest) = planned(told, *others).changes
    taken(told, *others, days=2)

    assert change.fields == (("number",) if says == 1 else ("number", what))
    assert min(first for number, _type, first, _last in spells() if number == "2001") == date(2026, 4, 5)
    for day in (MAY, MAY + DAY, JUNE):
        assert kinds(planned(told, *others, day=day)) == {"unchanged": 3}
    earlier = planned(line(values[0], number="2001", former="000101"), day=date(2026, 4, 14)).changes[0]
    later_on = planned(line(values[1], number="2001", former="000101"), day=date(2026, 4, 20)).changes[0]
    assert known is not None
    assert (earlier.fields, later_on.fields) == ((), ())  # the days between are as they were known
    sound()


def test_another_manager_goes_with_a_number_of_an_earlier_day_as_all_else_does() -> None:
    others = named("", "000102", "佐藤 二"), named("", "000103", "鈴木 三")
    taken(named("", manager="000102"), *others, day=date(2026, 4, 1), days=0)
    told = named("000101", "2001", joined="2026/4/16", department="開発部", manager="000103")
    taken(told, *others)

    rows = Supervision.objects.filter(superseded_at__isnull=True).order_by("valid_from")
    assert [one.valid_from for one in rows] == [APRIL, date(2026, 4, 16)]
    assert kinds(planned(told, *others, day=JUNE)) == {"unchanged": 3}


def test_a_manager_waits_for_a_number_that_is_to_come_as_all_else_does() -> None:
    import_staff(simple(row(manager="000102"), row("000102", "佐藤 二"), row("000103", "鈴木 三")))
    told = (
        named("000101", "2001", joined="2026/6/1", manager="000103"),
        named("", "000102", "佐藤 二"),
        named("", "000103", "鈴木 三"),
    )
    taken(*told)

    rows = Supervision.objects.filter(superseded_at__isnull=True).order_by("valid_from")
    assert [(one.valid_from, one.valid_to) for one in rows] == [(APRIL, JUNE - DAY), (JUNE, None)]
    for day in (MAY, JUNE, JUNE + DAY):
        assert kinds(planned(*told, day=day)) == {"unchanged": 3}
    sound()


def test_a_number_is_free_again_for_somebody_else() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001"))
    other = named("", "000101", "新人 四", kana="シンジン ヨン", joined="2026/5/10")

    plan = planned(named("000101", "2001"), other, day=date(2026, 5, 10))
    taken(named("000101", "2001"), other, day=date(2026, 5, 10), days=2)

    assert kinds(plan) == {"unchanged": 1, "new": 1}
    assert people() == 2
    assert kinds(planned(named("000101", "2001"), other, day=JUNE)) == {"unchanged": 2}
    sound()


def test_a_number_that_begins_after_the_lists_day_takes_the_rest_of_the_row_with_it() -> None:
    import_staff(simple(row(type="契約")))
    told = named("000101", "2001", joined="2026/6/1", department="開発部", type="正社員", left="2027/3/31")
    taken(told)

    assert spells() == [("000101", "contract", START, JUNE - DAY), ("2001", "regular", JUNE, date(2027, 3, 31))]
    for day in (MAY, MAY + DAY, JUNE, JUNE + DAY):
        assert kinds(planned(told, day=day)) == {"unchanged": 1}
    sound()


def test_a_number_whose_former_holder_joined_on_the_same_day_is_told_apart() -> None:
    import_staff(simple(row(left="2026/4/30"), row("000102", "佐藤 二")))
    told = named("000102", "000101", "佐藤 二")
    taken(told)

    assert spells()[-1] == ("000101", "regular", MAY, None)
    assert kinds(planned(told, day=JUNE)) == {"unchanged": 1}
    sound()


def test_a_chain_of_numbers_takes_two_lists() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    chain = named("000102", "000103", "佐藤 二"), named("000101", "000102")
    assert refused(planned(*chain)) == {3: "former_both"}

    taken(*chain, accepted=(3,), left_if_missing=True)
    taken(*chain, days=2)

    assert spells() == [
        ("000101", "regular", START, MAY - DAY),
        ("000102", "regular", START, MAY - DAY),
        ("000102", "regular", MAY, None),
        ("000103", "regular", MAY, None),
    ]
    assert people() == 2
    assert kinds(planned(*chain, day=JUNE)) == {"unchanged": 2}
    sound()


def test_a_former_number_that_is_the_number_itself_or_a_dash_is_none() -> None:
    import_staff(simple(row()))
    for former in ("000101", "０００１０１", "-", "なし", "", "'000101"):
        assert kinds(planned(named(former))) == {"unchanged": 1}


def test_an_unknown_former_number_of_somebody_who_is_here_changes_nothing() -> None:
    import_staff(simple(row()))
    assert kinds(planned(named("昔-7"))) == {"unchanged": 1}


# --- what is refused ---


def test_former_numbers_that_cannot_be_followed_are_refused_by_line_and_reason() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二"), row("000103", "鈴木 三"), row("000104", "高橋 四")))
    before = building.everything()

    cases: dict[str, tuple[tuple[tuple[str, ...], ...], dict[int, str]]] = {
        "unknown": ((named("999", "2001"),), {2: "former_unknown"}),
        "zeros": ((named("101", "2001"),), {2: "former_zeros"}),
        "two people": ((named("000101", "000102", "佐藤 二"),), {2: "former_both"}),
        "twice": ((named("000101", "2001"), named("000101", "2002")), {2: "former_twice", 3: "former_twice"}),
        "listed": ((named(""), named("000101", "2001")), {3: "former_listed"}),
        "new in the same list": ((named("", "2001"), named("2001", "2002")), {3: "former_listed"}),
        "new beside one who is here": ((named("", "2001"), named("2001", "000102", "佐藤 二")), {3: "former_listed"}),
        "swapped": (
            (named("000102", "000101"), named("000101", "000102", "佐藤 二")),
            {2: "former_both", 3: "former_both"},
        ),
        "no number": ((named("1.0E+05", "2001"),), {2: "number_mangled"}),
        "blank": ((named("0001 01", "2001"),), {2: "number_form"}),
        "formula": ((named("=A1", "2001"),), {2: "formula"}),
        "left before": ((named("000101", "2001", left="2026/4/20"),), {2: "left_before_joined"}),
        "own manager": ((named("000101", "2001", manager="000101"),), {2: "own_manager"}),
    }
    for what, (rows, expected) in cases.items():
        plan = planned(*rows)
        assert refused(plan) == expected, what
        with pytest.raises(Unaccepted):
            import_staff(listed(*rows), day=MAY, now=later(days=1))
    assert building.everything() == before


def test_who_has_left_and_is_named_without_a_new_day_of_joining_is_refused() -> None:
    import_staff(simple(row(left="2026/4/20")))
    assert refused(planned(named("000101", "2001", left=""))) == {2: "left_already"}


def test_an_old_list_after_the_change_is_told_the_number_of_today() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001"))

    plan = preview(sheet=sheet_of(simple(row(department="昔の部"))), day=JUNE)

    (one,) = plan.refused
    assert (one.code, one.values) == ("number_former", {"number": "2001", "since": "2026-05-01"})


def test_nobody_whose_line_is_refused_has_left_because_of_it() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二"), row("000103", "鈴木 三")))
    rows = (
        named("000101", "2001", joined="2026/2/30"),
        named("000102", "2002", "佐藤 二", manager="誰か"),
    )

    plan = planned(*rows, left_if_missing=True)

    assert [(one.number, one.kind) for one in plan.changes] == [("000103", "left")]
    assert refused(plan) == {2: "no_such_day", 3: "manager_unknown"}
    taken(named("000101", "2001"), named("000102", "2002", "佐藤 二"), left_if_missing=True)
    assert {number for number, _type, _first, last in spells() if last is None} == {"2001", "2002"}
    sound()


BY_THE_NUMBER = [(named(""), "number_former"), (named("", joined="2026/2/30"), "no_such_day")]
BY_ANOTHER = [
    (named("", "101"), "zeros_lost"),
    (named("000101", "A 2002"), "number_form"),
    (named("000101", "1.0E+05"), "number_mangled"),
    (named("000101", "=A1"), "formula"),
    (named("101", "2002"), "former_zeros"),
    (named("101", "A 2002"), "number_form"),
    (named("", "101.0"), "number_mangled"),
    (named("", "000101\u200b"), "control"),
    (named("", "0001 01"), "number_form"),
    (named("101.0", "2002"), "number_mangled"),
    (named("000101\u200b", "2002"), "control"),
]


@pytest.mark.parametrize(
    ("line", "reason", "since"),
    [
        *((*one, None) for one in BY_ANOTHER),
        *((*one, since) for one in BY_THE_NUMBER + BY_ANOTHER for since in ("", "2026/6/1")),
    ],
)
def test_nobody_whom_a_refused_line_may_mean_has_left(line: tuple[str, ...], reason: str, since: str | None) -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    if since is not None:
        taken(named("000101", "2001", joined=since or "2020/4/1"), named("", "000102", "佐藤 二"))
    before = spells()

    plan = planned(line, day=MAY + DAY, left_if_missing=True)
    taken(line, day=MAY + DAY, days=2, left_if_missing=True, accepted=(2,))

    assert refused(plan) == {2: reason}
    assert [(one.number, one.kind) for one in plan.changes] == [("000102", "left")]
    assert [one for one in spells() if one[0] != "000102"] == [one for one in before if one[0] != "000102"]
    assert not planned(line, day=MAY + 2 * DAY).missing
    sound()


@pytest.mark.parametrize("cells", [("1,001", ""), ("1001.0", ""), ("１，００１", ""), ("2002", "1,001")])
def test_nobody_whose_number_a_spreadsheet_has_changed_has_left_because_of_it(cells: tuple[str, str]) -> None:
    import_staff(simple(row("1001"), row("000102", "佐藤 二")))
    line = named(cells[1], cells[0])

    plan = planned(line, left_if_missing=True)

    assert refused(plan) == {2: "number_mangled"}
    assert [(one.number, one.kind) for one in plan.changes] == [("000102", "left")]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (named("000101", "2001", joined="2026/5/1", type="謎"), "type"),
        (named("101", "2001", joined="2026/5/1"), "former_zeros"),
        (named("000101\u200b", "2001", joined="2026/5/1"), "control"),
        (named("000101", "2001", joined="2026/5/1", type="", left="2026/4/30"), "left_before_joined"),
    ],
)
def test_nobody_has_left_whose_next_number_stands_in_a_refused_line(told: tuple[str, ...], reason: str) -> None:
    import_staff(simple(row(), row("000102", "佐藤 二")))
    rows = named("", left="2026/4/30"), named("", "000102", "佐藤 二", left="2026/4/30"), told
    before = spells()

    plan = planned(*rows)
    taken(*rows, accepted=(2, 4), left_if_missing=True)

    assert refused(plan) == {2: "former_refused", 4: reason}
    assert plan.refused[0].values == {"line": "4"}
    assert [one.number for one in plan.changes] == ["000102"]
    assert spells()[0] == before[0]
    sound()


def test_who_has_the_former_number_of_a_refused_line_by_now_leaves() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001"))
    other = named("", "000101", "新人 四", kana="シンジン ヨン", joined="2026/5/10")
    taken(named("", "2001"), other, day=date(2026, 5, 10), days=2)

    leaves = named("", "000101", "新人 四", kana="シンジン ヨン", joined="2026/5/10", left="2026/5/31")
    plan = planned(named("000101", "2001", type="謎"), leaves, day=JUNE)

    assert (refused(plan), kinds(plan)) == ({2: "type"}, {"left": 1, "refused": 1})


@pytest.mark.parametrize("joined", ["", "2020/4/1", "2026/5/5"])
def test_a_list_of_a_day_before_the_former_numbers_first_must_tell_the_day_of_the_next(joined: str) -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001", joined="2026/5/10"))

    (one,) = planned(named("2001", "3001", joined=joined, department="開発部")).refused
    told = named("2001", "3001", joined="2026/5/10", department="開発部")
    taken(told, days=2)

    assert (one.code, one.values) == ("former_early", {"value": "2001", "since": "2026-05-10"})
    assert kinds(planned(told)) == {"unchanged": 1}
    sound()


def test_who_is_listed_with_the_end_of_a_number_and_has_the_next_one_only_later_has_not_left() -> None:
    import_staff(simple(row()))
    taken(named("000101", "2001", joined="2026/6/1"))
    old = named("", left="2026/5/31")

    assert not planned(old).missing
    assert [one.number for one in planned(old, day=JUNE).missing] == ["2001"]


# --- evidence, undoing, speed ---


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

    assert building.writes_whole_or_not_at_all(act) > 2
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


# --- who may be the same ---


def test_somebody_new_who_may_be_somebody_here_is_asked_about_and_not_refused() -> None:
    import_staff(
        simple(
            row(email="Ichiro@Example.com"),
            row("000102", "髙橋 二", kana="ﾀｶﾊｼ ﾆ", joined="2021/4/1"),
            row("000103", "鈴木 三", joined="2019/4/1", left="2026/4/20"),
            row("000104", "共用 四", email="all@example.com"),
            row("000105", "共用 五", email="all@example.com"),
        )
    )
    plan = planned(
        named("", "2001", "別名 一郎", kana="", email="ichiro@example.com"),
        named("", "2002", "高橋二", kana="タカハシ　ニ", joined="2021/4/1"),
        named("", "2003", "鈴木 三", joined="2019/4/1"),
        named("", "2004", "共用 六", email="all@example.com"),
        named("", "2005", "髙橋 二", kana="タカハシ ジ", joined="2021/4/1"),
        named("", "2006", "髙橋 二", kana="タカハシ ニ", joined="2021/4/2"),
    )

    assert not plan.refused
    assert {one.number: one.perhaps for one in plan.changes if one.perhaps} == {
        "2001": ("000101",),
        "2002": ("000102",),
    }
    assert kinds(plan)["new"] == 6


def test_nobody_is_asked_about_who_gets_a_new_number_in_the_same_list_or_was_here_first() -> None:
    import_staff(simple(row(email="a@example.com")))
    plan = planned(named("000101", "2001", email="a@example.com"), named("", "2002", "新人 四", email="a@example.com"))
    assert not any(one.perhaps for one in plan.changes)
    assert not any(one.perhaps for one in planned(named("", "000101", email="a@example.com")).changes)


def test_a_preview_with_another_question_is_another_preview() -> None:
    import_staff(simple(row(email="a@example.com")))
    asked = planned(named("", "2001", "新人 四", email="a@example.com"))
    import_staff(simple(row(email="b@example.com")), day=date(2026, 4, 2), now=NOW + DAY)
    assert asked.digest != planned(named("", "2001", "新人 四", email="a@example.com")).digest
