"""Which column holds what."""

from __future__ import annotations

import pytest

from tests.people.rosters import HEADINGS, nasty
from training.people.roster_columns import field_of, find_heading, heading_at, mapped


@pytest.mark.parametrize(
    ("cell", "field"),
    [
        ("社員番号", "number"), ("社員No.", "number"), ("社員 ＩＤ", "number"), ("*従業員コード", "number"), ("Employee ID", "number"),
        ("Personalnummer", "number"), ("员工编号", "number"), ("氏　名", "name"), ("氏名（漢字）", "name"), ("Full Name", "name"),
        ("氏名（フリガナ）", "kana"), ("氏名(カナ)", "kana"), ("ﾌﾘｶﾞﾅ", "kana"), ("ふりがな", "kana"), ("所属", "department"),
        ("部署名", "department"), ("所属（第1階層）", "department"), ("Department", "department"), ("雇用\n区分", "type"),
        ("上長（社員番号）", "manager"), ("Reports to", "manager"), ("入社年月日", "joined"), ("Hire Date", "joined"), ("退職日※", "left"),
        ("Ｅメール", "email"), ("E-mail", "email"), ("メールアドレス（会社）", "email"), ("兼務1", "second"), ("兼務先 ２", "second"),
        ("姓", "family"), ("名", "given"), ("セイ", "family_kana"), ("主務/兼務", "post"), ("備考", None), ("", None), ("個人番号", None),
        ("マイナンバー", None), ("生年月日", None),
    ],
)  # fmt: skip
def test_a_heading_is_known_however_it_is_written(cell: str, field: str | None) -> None:
    assert field_of(cell) == field


def test_the_heading_is_found_below_titles_and_remarks() -> None:
    heading = find_heading(nasty())

    assert heading is not None
    assert (heading.row, heading.cells, heading.lacks) == (3, HEADINGS, ())


def test_a_running_number_gives_way_to_the_staff_number_and_a_plain_type_to_the_employments() -> None:
    heading = heading_at([["No.", "社員番号", "氏名", "区分", "雇用区分"]], 0)

    assert heading.fields == (None, "number", "name", None, "type")
    assert heading_at([["No.", "氏名"]], 0).fields == ("number", "name")


def test_parts_of_a_name_beside_the_whole_are_not_read_twice() -> None:
    assert heading_at([["番号", "姓", "名", "氏名"]], 0).fields == ("number", None, None, "name")


def test_levels_of_a_department_stand_in_several_columns() -> None:
    assert heading_at([["番号", "氏名", "本部", "部", "課"]], 0).fields[2:] == ("department",) * 3


@pytest.mark.parametrize("chosen", [["number"], ["number", "number"], ["number", "salary"]])
def test_a_mapping_needs_one_field_for_each_column_and_none_twice(chosen: list[str | None]) -> None:
    with pytest.raises(ValueError, match=r"field"):
        mapped(heading_at([["a", "b"]], 0), chosen)


def test_the_same_headings_otherwise_written_are_remembered_as_one() -> None:
    one, other = heading_at([["社員番号", "氏 名 "]], 0), heading_at([["社員番号※", "氏名", ""]], 0)

    assert one.digest == other.digest
    assert one.digest != heading_at([["氏名", "社員番号"]], 0).digest
