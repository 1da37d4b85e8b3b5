"""Former numbers that cannot be followed are refused by line and reason, and nobody has left because of it."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cutting
from tests.building import import_staff, later
from tests.people.former import DAY, JUNE, MAY, listed, named, planned, refused, spells, taken
from tests.people.rosters import row, simple
from tests.people.test_import_roster import kinds, sound
from training.people.import_roster import Unaccepted, preview
from training.people.roster_sheet import sheet_of

pytestmark = pytest.mark.django_db


def test_a_former_number_that_is_the_number_itself_or_a_dash_is_none() -> None:
    import_staff(simple(row()))
    for former in ("000101", "０００１０１", "-", "なし", "", "'000101"):
        assert kinds(planned(named(former))) == {"unchanged": 1}


def test_an_unknown_former_number_of_somebody_who_is_here_changes_nothing() -> None:
    import_staff(simple(row()))
    assert kinds(planned(named("昔-7"))) == {"unchanged": 1}


def test_former_numbers_that_cannot_be_followed_are_refused_by_line_and_reason() -> None:
    import_staff(simple(row(), row("000102", "佐藤 二"), row("000103", "鈴木 三"), row("000104", "高橋 四")))
    before = cutting.everything()

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
    assert cutting.everything() == before


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
    rows = (named("000101", "2001", joined="2026/2/30"), named("000102", "2002", "佐藤 二", manager="誰か"))

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
