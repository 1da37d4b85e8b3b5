"""Somebody new who may be somebody here under another number is asked about."""

from __future__ import annotations

from datetime import date

import pytest

from tests.building import NOW, import_staff
from tests.people.former import DAY, named, planned
from tests.people.rosters import row, simple
from tests.people.test_import_roster import kinds

pytestmark = pytest.mark.django_db


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
