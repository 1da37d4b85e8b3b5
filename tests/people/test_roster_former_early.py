"""A list with a number of an earlier or later day: what is said last counts from its own day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.building import import_staff
from tests.people.former import APRIL, DAY, JUNE, MAY, START, named, people, planned, refused, spells, taken
from tests.people.rosters import row, simple
from tests.people.test_import_roster import kinds, sound
from training.people.models import Supervision

pytestmark = pytest.mark.django_db


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
