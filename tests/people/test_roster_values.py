"""What the rows of a list say."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.people import rosters
from training.people.roster_columns import FIELDS, Heading, find_heading, heading_at
from training.people.roster_reasons import codes, reason_of
from training.people.roster_values import Record, Refused, Sheet, lines_of, read_sheet


def read(rows: list[list[str]] | list[tuple[str, ...]]) -> Sheet:
    heading = find_heading(rows)
    assert heading is not None
    return read_sheet(rows, heading)


def only(**changes: str) -> Record:
    sheet = read([rosters.HEADINGS, rosters.row(**changes)])
    assert sheet.refused == ()
    return sheet.records[0]


def test_every_reality_is_read_or_refused_with_its_reason() -> None:
    rows = rosters.nasty()
    sheet = read(rows)
    by_line = {refused.line: refused for refused in sheet.refused}

    # Who is whose manager, and what is missing for somebody new, is decided against the records.
    decided = {"manager_unknown", "own_manager", "name_missing", "department_missing", "joined_missing"}
    for cells, code in rosters.REFUSED:
        refused = by_line.pop(rows.index(cells) + 1, None)
        assert (refused.code if refused else None) == (None if code in decided else code), cells
    assert by_line == {}
    assert len(sheet.passed_over) == 3


def test_names_and_readings_keep_every_character() -> None:
    sheet = read([rosters.HEADINGS, *rosters.GOOD, rosters.row("000200", "𠮷田 葛󠄀太郎")])
    names = {record.number: record.name for record in sheet.records}

    assert names["000102"] == "﨑山　花子"
    assert names["000104"] == "渡邊〜子"
    assert names["000106"] == "齋藤 三郎"
    assert names["000200"] == "𠮷田 葛󠄀太郎"
    assert {r.number: r.kana for r in sheet.records}["000102"] == "ｻｷﾔﾏ ﾊﾅｺ"


def test_numbers_are_compared_in_one_form_and_keep_their_zeros() -> None:
    sheet = read([rosters.HEADINGS, *rosters.GOOD])

    assert [r.number for r in sheet.records][:5] == ["000101", "000102", "000103", "000104", "A-001"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("営業本部/第一営業部/二課", ("営業本部", "第一営業部", "二課")),
        ("営業本部／第一営業部", ("営業本部", "第一営業部")),
        ("/営業本部 / 第一営業部/", ("営業本部", "第一営業部")),
        ("営業本部＞第一営業部", ("営業本部", "第一営業部")),
        ("営業本部 → 第一営業部", ("営業本部", "第一営業部")),
        ("本社〜支社", ("本社〜支社",)),
        ("営業本部　第一営業部　二課", ("営業本部", "第一営業部", "二課")),
        ("営業本部/東京　支店", ("営業本部", "東京　支店")),
        ("Tokyo Office", ("Tokyo Office",)),
        ("R&D > Tokyo/営業", ("R&D > Tokyo", "営業")),
        ("-", None),
    ],
)
def test_a_department_path_has_levels(text: str, path: tuple[str, ...] | None) -> None:
    assert only(department=text).department == path


def test_columns_of_levels_make_one_path_and_empty_ones_below_none() -> None:
    sheet = read(
        [
            ["番号", "氏名", "本部", "部", "課"],
            ["1", "甲 一", "営業本部", "第一営業部", ""],
            ["2", "乙 二", "管理本部", "", ""],
        ]
    )

    assert [record.department for record in sheet.records] == [("営業本部", "第一営業部"), ("管理本部",)]


def test_second_posts_come_in_one_cell_in_several_columns_or_in_rows_of_their_own() -> None:
    assert only(second="管理本部、開発部/一課").second == (("管理本部",), ("開発部", "一課"))
    assert only(second="").second == ()
    columns = read([["番号", "氏名", "所属", "兼務1", "兼務2"], ["1", "甲 一", "営業", "管理", "開発"]])
    assert columns.records[0].second == (("管理",), ("開発",))
    rows = read(
        [
            ["番号", "氏名", "所属", "主兼区分"],
            ["1", "甲 一", "営業", "主"],
            ["1", "甲 一", "管理", "兼務"],
            ["2", "乙 二", "管理", "兼"],
        ]
    )
    assert rows.records[0].second == (("管理",),)
    assert [(r.line, r.code) for r in rows.refused] == [(4, "second_before_main")]


@pytest.mark.parametrize(
    ("word", "type"),
    [
        ("役員", "officer"), ("代表取締役", "officer"), ("正社員", "regular"), ("契約", "contract"), ("嘱託", "contract"), ("ﾊﾟｰﾄ", "part_time"),
        ("パート・アルバイト", "part_time"), ("派遣社員", "temporary"), ("出向受入", "seconded_in"), ("出向（受入）", "seconded_in"),
        ("出向", "seconded_out"), ("派遣（受入）", "temporary"), ("正社員（無期）", "regular"), ("Full-time", "regular"), ("part_time", "part_time"), ("PART TIME", "part_time"), ("", None), ("－", None),
    ],
)  # fmt: skip
def test_employment_types_by_their_usual_words(word: str, type: str | None) -> None:
    assert only(type=word).type == type


def test_a_tab_is_no_part_of_a_department_and_two_types_in_one_cell_are_none() -> None:
    sheet = read(
        [rosters.HEADINGS, rosters.row(department="営業本部\t一課"), rosters.row("000102", type="社員（契約）")]
    )

    assert [refused.code for refused in sheet.refused] == ["line_break", "type"]


def test_a_dash_is_no_name_and_no_reading_and_at_work_is_no_day_of_leaving() -> None:
    record = only(name="－", kana="ー", left="在職中")

    assert (record.name, record.kana, record.left) == (None, None, None)


def test_a_name_in_two_columns_needs_both() -> None:
    sheet = read(
        [["番号", "姓", "名", "セイ", "メイ"], ["1", "髙橋", "一郎", "タカハシ", "イチロウ"], ["2", "佐藤", "", "", ""]]
    )

    assert (sheet.records[0].name, sheet.records[0].kana) == ("髙橋 一郎", "タカハシ イチロウ")
    assert [(r.line, r.code) for r in sheet.refused] == [(3, "name_half")]


def test_the_first_row_of_a_number_counts_in_whichever_width_the_second_comes() -> None:
    sheet = read([rosters.HEADINGS, rosters.row("101"), rosters.row("１０１", "佐藤 二")])

    assert [record.name for record in sheet.records] == ["髙橋 一郎"]
    assert [(r.line, r.number, r.code, r.values) for r in sheet.refused] == [(3, "101", "twice", {"line": "2"})]


@pytest.mark.parametrize(
    "bad", ["髙橋\0一郎", "髙橋\x1b一郎", "髙橋\ud800", "髙橋\u200b一郎", "髙橋\u200e一郎", "\ufeff髙橋"]
)
def test_what_cannot_be_stored_or_shown_is_refused(bad: str) -> None:
    sheet = read([rosters.HEADINGS, rosters.row(name=bad), rosters.row("000102\0")])

    assert [r.code for r in sheet.refused] == ["control", "control"]


def test_every_reason_has_words_for_every_field_it_can_name() -> None:
    for code in codes():
        for field in FIELDS:
            values = dict.fromkeys(
                ("value", "line", "most", "character", "known", "joined", "left", "number", "since"), "x"
            )
            assert reason_of(Refused(1, "1", code, {**values, "field": field}))


def test_an_empty_cell_says_nothing_of_what_everybody_has_and_none_of_what_one_may_have() -> None:
    record = only(kana="", department="", type="", joined="", manager="", email="", second="")

    assert (record.kana, record.department, record.type, record.joined) == (None, None, None, None)
    assert (record.manager, record.email, record.second, record.left) == (None, None, (), None)
    assert only().joined == date(2020, 4, 1)


@given(st.lists(st.text(max_size=12), min_size=10, max_size=10))
def test_no_row_does_anything_but_be_read_or_refused(cells: list[str]) -> None:
    heading: Heading = heading_at([rosters.HEADINGS], 0)
    sheet = read_sheet([rosters.HEADINGS, cells], heading)

    told = len(sheet.records) + len(sheet.refused) + len(sheet.passed_over)
    assert told == (1 if any(cell.strip() for cell in cells) else 0)
    assert all(reason_of(refused) for refused in sheet.refused)


def test_line_numbers_are_read_from_a_text() -> None:
    assert list(lines_of("5, 9、12-14 ２０")) == [5, 9, 12, 13, 14, 20]
    assert list(lines_of("")) == []
    with pytest.raises(ValueError, match="x"):
        list(lines_of("x"))
