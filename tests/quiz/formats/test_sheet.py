"""The sheet that people fill in."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from training.quiz.formats import sheet
from training.quiz.formats.reading import as_json, read


def rows(*lines: str, head: str = "種類,問題文,選択肢1,選択肢2,選択肢3,正解,配点,採点,許容誤差,単位") -> bytes:
    return "\r\n".join([head, *lines]).encode("cp932")


def test_the_sample_is_read_whole_and_has_every_type_that_fits_a_row():
    found = read(sheet.sample(), "sample.xlsx")
    assert found.refused == ()
    assert sorted(q.type for q in found.imported) == sorted(set(sheet.TYPE_WORDS.values()) - {"scenario"})


def test_rows_are_read_as_people_write_them():
    found = as_json(
        read(
            rows(
                "単一選択,何を？,報告,放置,,１,,",
                '複数選択,どれ？,甲,乙,丙,"1、2",,部分点',
                "数値,何日？,,,,９０,,,１,日｜日間",
                "組合せ,結ぶ,漏えい → 報告,苦情->窓口,→ 何もしない,,,",
            ),
            "s.csv",
        )
    )
    assert found["refused"] == []
    single, multiple, number, match = found["imported"]
    assert [o["weight"] for o in single["options"]] == ["1", "0"]
    assert [o["weight"] for o in multiple["options"]] == ["1/2", "1/2", "-1"]
    assert number["answers"] == [
        {"value": "90", "tolerance": "1", "weight": "1", "unit": {"texts": ["日", "日間"], "required": False}}
    ]
    assert match["answers"][-1] == {"prompt": None, "choice": "何もしない", "weight": "0"}


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("作文,書く,,,,,,", "type"),
        ("事例,読む,,,,,,", "type"),
        ("単一選択,,a,b,,1,,", "text"),
        ("単一選択,q,a,,,1,,", "few"),
        ("単一選択,q,a,,b,1,,", "text"),
        ("単一選択,q,a,b,,3,,", "key"),
        ("単一選択,q,a,b,,,,", "key"),
        ("単一選択,q,a,a,,1,,", "duplicate"),
        ('単一選択,q,a,b,,1,"100,x",', "weight"),
        ('単一選択,q,a,b,,1,"200,0",', "weight"),
        ("単一選択,q,a,b,,1,100,", "weight"),
        ('数値,q,,,,"1,000",,', "syntax"),
        ("正誤,q,,,,たぶん,,", "key"),
    ],
)
def test_a_row_is_refused_alone_with_its_number(line: str, code: str):
    found = as_json(read(rows("正誤,よい,,,,○,,", line), "s.csv"))
    assert [q["stem"] for q in found["imported"]] == ["よい"]
    assert [(r["line"], r["reason"].split(":")[0]) for r in found["refused"]] == [(3, code)]


def test_the_report_is_the_same_sheet_with_the_reasons_in_it_and_can_be_mended_there():
    data = rows("正誤,よい,,,,○,,", "作文,書く,,,,,,")
    report = sheet.with_errors(data, read(data, "s.csv"))
    table = [
        [cell or "" for cell in row]
        for row in load_workbook(io.BytesIO(report)).worksheets[0].iter_rows(values_only=True)
    ]
    assert table[0][-1] == "エラー"
    assert [row[-1] for row in table[1:]] == ["", "type: 種類「作文」には対応していません。"]
    again = read(report, "s.xlsx")
    assert (len(again.imported), len(again.refused)) == (1, 1)
    assert sheet.with_errors(report, again) is not None


def test_a_text_that_looks_like_a_formula_stays_a_text():
    questions = list(read("種類,問題文,正解\n正誤,=1+1は2,正\n".encode(), "s.csv").imported)
    assert [q.stem for q in read(sheet.write(questions).data, "s.xlsx").imported] == ["=1+1は2"]
