"""The same people in every legal disguise of a list are the same people: whichever way chance writes the file."""

from __future__ import annotations

from random import Random

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import cutting
from tests.building import import_staff, later
from tests.people.disguises import PEOPLE, Disguise
from tests.people.nasty import DAY, as_text, recorded

pytestmark = pytest.mark.django_db


@settings(max_examples=80)
@given(st.randoms(use_true_random=False))
def test_whichever_way_a_list_is_written_the_records_are_the_same(chance: Random) -> None:
    disguise = Disguise(chance)

    with transaction.atomic():
        plan, made = import_staff(disguise.written(), day=DAY)
        found = recorded()
        transaction.set_rollback(True)

    assert made is not None
    assert plan.refused == ()
    assert found == {one.number: one.known(cp932=disguise.cp932) for one in disguise.people}


@settings(max_examples=40)
@given(st.randoms(use_true_random=False), st.randoms(use_true_random=False))
def test_a_second_list_in_another_disguise_changes_nothing(one: Random, other: Random) -> None:
    with transaction.atomic():
        first, second = Disguise(one), Disguise(other)
        second.people = first.people = PEOPLE
        import_staff(first.written(), day=DAY)
        before = cutting.everything()

        plan, made = import_staff(second.written(), day=DAY, now=later(days=1))

        assert {change.kind for change in plan.changes} == {"unchanged"}, [c for c in plan.changes if c.fields]
        assert (plan.refused, made) == ((), None)
        assert cutting.everything() == before
        transaction.set_rollback(True)


def test_the_disguises_hold_the_plainest_list_too() -> None:
    headings = ["社員番号", "氏名", "フリガナ", "所属", "兼務", "雇用区分", "上長", "入社日", "退職日", "メール"]
    words = {"officer": "役員", "regular": "正社員", "contract": "契約", "part_time": "パート", "temporary": "派遣",
             "seconded_in": "出向受入", "seconded_out": "出向"}  # fmt: skip
    rows = [
        [
            one.number,
            one.name,
            one.kana,
            "/".join(one.department),
            "、".join("/".join(path) for path in one.second),
            words[one.type],
            one.manager or "",
            one.joined.isoformat(),
            one.left.isoformat() if one.left else "",
            one.email or "",
        ]
        for one in PEOPLE
    ]

    import_staff(as_text([headings, *rows]).encode(), day=DAY)

    assert recorded() == {one.number: one.known(cp932=False) for one in PEOPLE}
