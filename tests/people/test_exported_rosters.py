"""Lists as personnel systems export them and as people keep them in Excel: read as a person reads them, or refused."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from training.people.roster_columns import find_heading
from training.people.roster_file import read_rows
from training.people.roster_limits import NoList
from training.people.roster_values import Record, Sheet, read_sheet

COLUMNS = ("社員番号", "氏名", "フリガナ", "所属", "雇用区分", "上長", "入社日", "退職日", "メール", "兼務")
PERSON = ("000101", "髙橋 一郎", "タカハシ", "営業部", "正社員", "", "2020/4/1", "", "", "")
SHEET = "xl/worksheets/sheet1.xml"


def read(data: bytes) -> Sheet:
    """What a file says."""
    rows = read_rows(data)
    heading = find_heading(rows)
    assert heading is not None
    return read_sheet(rows, heading)


def only(data: bytes) -> Record:
    """The one person of a file in which nothing is refused."""
    sheet = read(data)
    assert not sheet.refused, sheet.refused
    (record,) = sheet.records
    return record


def text(heading: str, *rows: str, encoding: str = "utf-8-sig") -> bytes:
    return "\r\n".join([heading, *rows, ""]).encode(encoding)


def somebody(**cells: str) -> bytes:
    """A list of one person with other cells."""
    names = dict(
        zip(
            ["number", "name", "kana", "department", "type", "manager", "joined", "left", "email", "second"],
            PERSON,
            strict=True,
        )
    )
    return text(",".join(COLUMNS), ",".join((names | cells).values()))


def workbook(*rows: tuple[Any, ...], touched: Callable[[Workbook, Any], object] = lambda book, sheet: None) -> bytes:
    book = Workbook()
    sheet = book.active
    for row in rows or (COLUMNS, PERSON):
        sheet.append(row)
    touched(book, sheet)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def patched(data: bytes, part: str, change: Callable[[bytes], bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", compression) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


# --- headings ---


@pytest.mark.parametrize(
    ("heading", "row", "said"),
    [
        # A remark in brackets that makes another column of it.
        ("社員番号,姓（ヨミガナ）,名（ヨミガナ）,姓,名", "1,タカハシ,イチロウ,髙橋,一郎", {"name": "髙橋 一郎", "kana": "タカハシ イチロウ"}),
        ("社員番号,姓,名,姓（ヨミガナ）,名（ヨミガナ）", "1,髙橋,一郎,タカハシ,イチロウ", {"name": "髙橋 一郎", "kana": "タカハシ イチロウ"}),
        ("社員番号,氏名(よみがな),氏名", "1,たかはし,髙橋", {"name": "髙橋", "kana": "たかはし"}),
        ("社員番号,氏名（ローマ字）,氏名", "1,Takahashi,髙橋", {"name": "髙橋", "kana": None}),
        ("社員番号,氏名,氏名（旧姓）", "1,髙橋,佐藤", {"name": "髙橋"}),
        ("社員番号（旧）,社員番号（新）,氏名", "1,501,髙橋", {"number": "501", "former": "1"}),
        ("社員番号,氏名,所属（主務）,所属（兼務）", "1,髙橋,営業部,管理部", {"department": ("営業部",), "second": (("管理部",),)}),
        ("社員番号,氏名,所属（異動前）,所属（異動後）", "1,髙橋,営業部,管理部", {"department": ("管理部",)}),
        ("社員番号,氏名,部署名,部署名（英語）", "1,髙橋,営業部,Sales", {"department": ("営業部",)}),
        ("社員番号,氏名,所属（コード）,所属（名称）", "1,髙橋,100,営業部", {"department": ("営業部",)}),
        ("社員番号,氏名,メールアドレス（個人）,メールアドレス（会社）", "1,髙橋,me@example.net,t@example.com", {"email": "t@example.com"}),
        ("社員番号,氏名,メールアドレス（緊急連絡先）", "1,髙橋,me@example.net", {"email": None}),
        # The number of the line is nobody's staff number.
        ("No.,社員CD,氏名", "1,000777,髙橋", {"number": "000777"}),
        ("従業員コード,従業員名,所属コード,所属名,雇用区分コード,雇用区分名", "000777,髙橋,100,営業部,2,契約社員", {"type": "contract", "department": ("営業部",)}),
        # Every cell a formula of text, as some systems write so that Excel keeps zeros.
        ('="社員番号",="氏名",="入社日"', '="0001",="髙橋",="2020/4/1"', {"number": "0001", "name": "髙橋", "joined": date(2020, 4, 1)}),
    ],
)  # fmt: skip
def test_each_column_is_what_its_heading_says(heading: str, row: str, said: dict[str, Any]) -> None:
    record = only(text(heading, row))
    assert {name: getattr(record, name) for name in said} == said


# --- cells ---


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("役員(非常勤)", "officer"), ("非常勤役員", "officer"), ("社外監査役", "officer"), ("専務取締役", "officer"),
        ("正社員（短時間）", "regular"), ("限定正社員", "regular"), ("無期契約社員", "contract"), ("期間工", "contract"),
        ("執行役員(兼務)", "officer"),
    ],
)  # fmt: skip
def test_more_words_for_kinds_of_employment_are_known(written: str, meant: str) -> None:
    assert only(somebody(type=written)).type == meant


@pytest.mark.parametrize("written", ["社員(契約)", "パート（有期）", "業務委託", "顧問", "1"])
def test_a_kind_that_says_two_things_or_nothing_is_refused(written: str) -> None:
    assert [row.code for row in read(somebody(type=written)).refused] == ["type"]


@pytest.mark.parametrize(
    "written",
    ["−", "0", "00000000", "99999999", "0000/00/00", "0000-00-00", "9999/99/99", "1900/1/0", "1900/01/00", "無期限"],
)
def test_what_systems_write_for_no_day_of_leaving_is_none_and_no_day_of_joining(written: str) -> None:
    assert only(somebody(left=written)).left is None
    if written not in {"−"}:  # a dash is none of either
        assert [row.line for row in read(somebody(joined=written)).refused] == [2]


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"number": "-"}, "number_missing"),
        ({"number": "4月1日"}, "number_mangled"),
        ({"number": "2026/4/1"}, "number_mangled"),
        ({"name": "髙橋\u2028一郎"}, "control"),
        ({"department": "営業\u2028部"}, "control"),
        ({"department": "?野支店"}, "lost"),
        ({"second": "管理部、?野支店"}, "lost"),
        ({"email": "a\u200d@example.com"}, "email"),
        ({"email": "a@example.com、"}, "email"),
        ({"email": "a@example.com・"}, "email"),
        ({"email": "a@ex_ample.com"}, "email"),
        ({"email": "田中@example.com"}, "email"),
        ({"second": "管理部,人事部"}, "cells"),
        ({"name": "Smith, John", "second": "管理部"}, "cells"),
    ],
)  # fmt: skip
def test_what_would_be_misread_is_refused_with_its_reason(cells: dict[str, str], code: str) -> None:
    sheet = read(somebody(**cells))
    assert [(row.line, row.code) for row in sheet.refused] == [(2, code)]
    assert not sheet.records


def test_blanks_of_web_pages_are_blanks_and_the_wide_one_stays() -> None:
    record = only(somebody(number="\u00a0000101\u00a0", name="髙橋\u00a0一郎", kana="タカハシ\u3000イチロウ"))
    assert (record.number, record.name, record.kana) == ("000101", "髙橋 一郎", "タカハシ\u3000イチロウ")


@pytest.mark.parametrize(
    "address", ["c@例え.jp", "c@サーバー.example", "o'neil+x@mail.example.co.jp", "a_b@example.com"]
)
def test_an_address_of_any_script_after_the_at_is_one(address: str) -> None:
    assert only(somebody(email=address)).email == address


def test_empty_cells_behind_the_last_heading_are_no_more_cells() -> None:
    assert only(text("社員番号,氏名,,", "1,髙橋,覚え書き,", "")).name == "髙橋"
    assert only(text("社員番号,氏名", "1,髙橋,,,　,", ",,,,")).name == "髙橋"


# --- workbooks ---


def test_line_ends_that_excel_writes_as_signs_are_line_ends() -> None:
    record = only(
        workbook(("社員_x000D_\n番号", "氏_x000D_\n名", "兼務"), ("1", "髙橋_x000D_", "管理部_x000D_\n人事部"))
    )
    assert (record.number, record.name, record.second) == ("1", "髙橋", (("管理部",), ("人事部",)))


def test_a_format_in_the_last_row_of_the_sheet_makes_no_million_lines() -> None:
    def stray(book: Workbook, sheet: Any) -> None:
        sheet.cell(1_048_576, 1).number_format = "@"

    assert only(workbook(touched=stray)).number == "000101"


def test_lines_are_counted_as_excel_counts_them_with_empty_ones_between() -> None:
    sheet = read(workbook(COLUMNS, (), (), PERSON, (), ("", "名なし"), ()))
    assert [record.line for record in sheet.records] == [4]
    assert [row.line for row in sheet.refused] == [6]


def of_formula(result: bytes) -> bytes:
    """A list whose day of leaving is a formula of which the file keeps this."""

    def formula(book: Workbook, sheet: Any) -> None:
        sheet["H2"] = '=IF(Z2="","",Z2)'

    cell = b'<c r="H2"' + result + b"</c>"
    return patched(workbook(touched=formula), SHEET, lambda xml: re.sub(rb'<c r="H2".*?</c>', cell, xml))


def test_a_formula_whose_result_is_an_empty_text_says_nothing_and_one_without_a_result_is_refused() -> None:
    assert only(of_formula(b' t="str"><f>A1</f><v></v>')).left is None
    assert only(of_formula(b' t="str"><f>A1</f><v>2026/9/30</v>')).left == date(2026, 9, 30)
    assert [row.code for row in read(of_formula(b"><f>A1</f><v/>")).refused] == ["formula"]


def test_a_reference_to_an_empty_cell_in_the_format_of_a_day_is_no_day_of_leaving() -> None:
    def zero(book: Workbook, sheet: Any) -> None:
        sheet["H2"] = 0
        sheet["H2"].number_format = "yyyy/m/d"

    assert only(workbook(touched=zero)).left is None


def test_cells_merged_downwards_hold_for_every_row_and_beside_the_list_for_none() -> None:
    rows = (
        ("名簿", None, None, None),
        ("社員番号", "氏名", "本部", "部"),
        ("1", "甲 一", "営業本部", "一部"),
        ("2", "乙 二", None, "二部"),
        ("3", "丙 三", None, None),
        ("4", "丁 四", "管理本部", None),
    )

    def merged(book: Workbook, sheet: Any) -> None:
        for cells in ("A1:D1", "C3:C5", "D4:D5", "F1:F6"):
            sheet.merge_cells(cells)

    found = {record.number: record.department for record in read(workbook(*rows, touched=merged)).records}
    assert found == {
        "1": ("営業本部", "一部"),
        "2": ("営業本部", "二部"),
        "3": ("営業本部", "二部"),
        "4": ("管理本部",),
    }


def test_merged_cells_that_lie_one_over_the_other_a_thousand_times_are_refused() -> None:
    rows = [("社員番号", "氏名"), *((str(n), "甲") for n in range(4000))]
    many = b'<mergeCells count="1">' + b'<mergeCell ref="B2:B4001"/>' * 1000 + b"</mergeCells>"
    file = patched(workbook(*rows), SHEET, lambda xml: xml.replace(b"</sheetData>", b"</sheetData>" + many))
    with pytest.raises(NoList, match="excel"):
        read_rows(file)


def test_a_note_beside_the_columns_of_a_sheet_is_passed_over() -> None:
    assert only(workbook((*COLUMNS,), (*PERSON, None, "←来月異動"))).number == "000101"


def test_two_lists_in_one_workbook_are_refused_by_name_and_other_sheets_are_not() -> None:
    def another(rows: list[tuple[str, ...]], state: str = "visible") -> bytes:
        def added(book: Workbook, sheet: Any) -> None:
            other = book.create_sheet("開発部")
            other.sheet_state = state
            for row in rows:
                other.append(row)

        return workbook(touched=added)

    with pytest.raises(NoList) as refused:
        read_rows(another([COLUMNS, ("000201", "別 人")]))
    assert (refused.value.code, refused.value.values) == ("sheets", {"first": "Sheet", "second": "開発部"})
    assert only(another([COLUMNS, ("000201", "別 人")], "hidden")).number == "000101"
    assert only(another([COLUMNS])).number == "000101"
    assert only(another([("部署コード", "部署名"), ("1", "営業部")])).number == "000101"


def test_a_list_of_departments_before_the_list_of_staff_is_not_taken_for_it() -> None:
    def added(book: Workbook, sheet: Any) -> None:
        staff = book.create_sheet("名簿")
        staff.append(COLUMNS)
        staff.append(PERSON)

    file = workbook(("部署名", "区分", "所属長"), ("営業部", "本社", "髙橋 一郎"), touched=added)
    assert only(file).number == "000101"


@pytest.mark.parametrize("format", ["yyyy/m/d", "General"])
def test_days_of_a_workbook_that_counts_from_1904_are_those_that_it_shows(format: str) -> None:
    def counted(book: Workbook, sheet: Any) -> None:
        book.epoch = CALENDAR_MAC_1904
        sheet["A2"], sheet["G2"] = 42460, 42460  # 2020/4/1; in the first column a staff number
        sheet["G2"].number_format = format

    record = only(workbook(touched=counted))
    assert (record.number, record.joined) == ("42460", date(2020, 4, 1))


def test_a_number_that_is_no_day_in_the_format_of_one_is_named_as_the_spreadsheets_error() -> None:
    def wrong(book: Workbook, sheet: Any) -> None:
        sheet["G2"] = 99991231
        sheet["G2"].number_format = "yyyy/m/d"

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl's own word on it
        assert [row.code for row in read(workbook(touched=wrong)).refused] == ["error_value"]


def test_a_workbook_of_another_form_is_refused_with_a_way_out() -> None:
    def strict(xml: bytes) -> bytes:
        return xml.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )

    with pytest.raises(NoList, match="strict"):
        read_rows(patched(patched(workbook(), SHEET, strict), "xl/workbook.xml", strict))


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_workbook_packed_as_none_is_refused_damaged_or_not(compression: int) -> None:
    file = patched(workbook(), SHEET, bytes, compression)
    damaged = file[:60] + bytes(byte ^ 0xFF for byte in file[60:90]) + file[90:]
    for data in (file, damaged):
        with pytest.raises(NoList, match="excel"):
            read_rows(data)
