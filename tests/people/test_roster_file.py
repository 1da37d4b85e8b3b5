"""Files of every encoding and kind to rows, and files that mean harm."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.people import rosters
from training.people import roster_csv, roster_file, roster_xlsx
from training.people.roster_file import read_rows
from training.people.roster_limits import NoList
from training.people.roster_reasons import file_reason
from training.people.roster_values import Formula

ENCODINGS = ("cp932", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")
# What cp932 writes otherwise than Unicode does; the list's own tilde is one of its two.
WAVE = str.maketrans("〜", "～")


def refusal(data: bytes) -> str:
    with pytest.raises(NoList) as caught:
        read_rows(data)
    assert file_reason(caught.value.code, caught.value.values)
    return caught.value.code


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_nasty_list_is_the_same_in_every_encoding(encoding: str) -> None:
    rows = [[cell.translate(WAVE) if encoding == "cp932" else cell for cell in row] for row in rosters.nasty()]

    assert [r or [] for r in read_rows(rosters.as_csv(rows, encoding))] == rows


@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("encoding", ["cp932", "utf-16"])
def test_comma_tab_and_semicolon_are_told_apart_by_the_heading(separator: str, encoding: str) -> None:
    rows = [list(rosters.HEADINGS), list(rosters.row(second="管理本部;開発部"))]

    assert read_rows(rosters.as_csv(rows, encoding, separator)) == rows


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_wide_blanks_in_every_cell_do_not_hide_utf_16_without_a_mark(encoding: str) -> None:
    rows = [
        list(rosters.HEADINGS),
        *([f"{n:06}", "髙橋　一郎　", "タカハシ　イチロウ", "営業　本部"] for n in range(20)),
    ]

    assert read_rows(rosters.as_csv(rows, encoding)) == rows


def test_quotes_after_a_blank_are_quotes_all_the_same() -> None:
    assert read_rows('"社員番号", "氏名"\n"1", "髙橋, 一郎"\n'.encode()) == [["社員番号", "氏名"], ["1", "髙橋, 一郎"]]


def test_quoted_line_breaks_stay_in_their_cell() -> None:
    assert read_rows('社員番号,氏名\r\n1,"髙橋\r\n一郎"\r\n'.encode()) == [["社員番号", "氏名"], ["1", "髙橋\n一郎"]]


def test_a_name_outside_cp932_survives_utf_8_and_xlsx() -> None:
    rows = [list(rosters.HEADINGS), list(rosters.row(name="𠮷田 葛󠄀太郎"))]

    assert read_rows(rosters.as_csv(rows))[1][1] == "𠮷田 葛󠄀太郎"
    assert read_rows(rosters.as_xlsx(rows))[1][1] == "𠮷田 葛󠄀太郎"


def test_excel_cells_are_read_as_they_are_shown() -> None:
    data = rosters.as_xlsx(
        [
            ["社員番号", "氏名", "入社日", "退職日", "備考"],
            [101, "髙橋 一郎", datetime(2020, 4, 1), date(2026, 3, 31), True],
            ['="000102"', "佐藤 二", 43922, 1.5, None],
            ["000103", "=VLOOKUP(A1,B:C,2)", "", "", ""],
        ],
        formats={"A2": "000000"},
    )

    rows = read_rows(data)

    assert rows[1] == ["000101", "髙橋 一郎", "2020-04-01", "2026-03-31", "TRUE"]
    assert rows[2] == ["000102", "佐藤 二", "43922", "1.5"]
    assert isinstance(rows[3][1], Formula)


def test_the_sheet_with_a_heading_is_read_not_the_cover() -> None:
    data = rosters.as_xlsx([["社員番号", "氏名"], ["1", "髙橋 一郎"]], before=2)

    assert read_rows(data)[1] == ["1", "髙橋 一郎"]


def test_the_nasty_list_is_the_same_in_excel() -> None:
    rows = [
        [cell for cell in row if "\x07" not in cell] for row in rosters.nasty()
    ]  # openpyxl writes no control characters

    found = [[str(cell) for cell in row] for row in read_rows(rosters.as_xlsx(rows))]

    for read, written in zip(found, rows, strict=True):
        told = [cell.removeprefix('="').removesuffix('"') if cell.startswith('="') else cell for cell in written]
        assert read[: len(told)] == told
        assert not any(read[len(told) :])


def test_a_file_that_is_no_list_says_why() -> None:
    assert refusal(b"") == "empty"
    assert refusal(b" \r\n,,,\r\n") == "empty"
    assert refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100)) == "old_excel"
    assert refusal(b"PK\x03\x04 not a zip") == "excel"
    assert refusal("社員番号,氏名\n1,髙橋".encode() + b"\xff\xfe\x81") == "encoding"
    assert refusal('社員番号,氏名\n1,"髙橋\n2,佐藤\n'.encode()) == "quotes"
    assert refusal('社員番号,氏名\n1,"髙"橋\n'.encode()) == "quotes"
    assert refusal(b"\xff\xfe\x00") == "encoding"
    assert refusal(rosters.as_xlsx([])) == "empty"


def test_a_line_of_fifty_megabytes_is_refused_by_its_number() -> None:
    with pytest.raises(NoList) as caught:
        read_rows("社員番号,氏名\n1,".encode() + b"a" * 50_000_000 + b"\n")
    assert (caught.value.code, caught.value.values["line"]) == ("long_line", "2")


def test_files_beyond_every_measure_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(b"," * 300 + b"\nx") == "columns"
    for room in (roster_csv, roster_xlsx):
        monkeypatch.setattr(room, "MOST_ROWS", 3)
    assert refusal(b"a,b\n" * 5) == "rows"
    assert refusal(rosters.as_xlsx([["a", "b"]] * 5)) == "rows"
    monkeypatch.setattr(roster_file, "LARGEST_FILE", 10)
    assert refusal(b"a,b\n" * 5) == "size"


def test_zip_bombs_doctypes_and_lies_about_size_are_refused() -> None:
    def packed(name: str, content: bytes) -> bytes:
        data = io.BytesIO(rosters.as_xlsx([["社員番号", "氏名"]]))
        with zipfile.ZipFile(data, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
        return data.getvalue()

    assert refusal(packed("xl/big.xml", bytes(30_000_000))) == "bomb"
    assert refusal(packed("xl/evil.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')) == "excel"
    assert refusal(packed("xl/evil.xml", b"\xff\xfe" + "<!DOCTYPE a>".encode("utf-16-le"))) == "excel"
    whole = rosters.as_xlsx([["社員番号", "氏名"], ["1", "髙橋"]])
    assert refusal(whole[: len(whole) // 2]) == "excel"


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_no_bytes_do_anything_but_be_rows_or_a_reason(data: bytes) -> None:
    try:
        rows = read_rows(data)
    except NoList as reason:
        assert file_reason(reason.code, reason.values)
    else:
        assert all(isinstance(cell, str) for row in rows for cell in row)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_a_damaged_workbook_is_rows_or_a_reason(place: int, value: int) -> None:
    data = bytearray(rosters.as_xlsx([["社員番号", "氏名"], ["1", "髙橋 一郎"]]))
    data[place % len(data)] = value
    try:
        read_rows(bytes(data))
    except NoList as reason:
        assert file_reason(reason.code, reason.values)
