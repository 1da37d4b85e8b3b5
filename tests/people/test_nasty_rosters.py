"""A stranger's staff list of thirty rows, in every encoding and as a workbook: exactly these people, exactly these refusals."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from tests import cutting
from tests.people.nasty import RIGHT, UNICODE, WRONG, as_text, listed, recorded
from training.people.models import Employment

pytestmark = pytest.mark.django_db

Told = dict[str, Any]
WAVE = str.maketrans("〜", "～")  # which cp932 has instead


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Told]:
    """The command as a program calls it: bytes in, JSON out."""

    def run(data: bytes, *arguments: str, day: str = "2026-04-01", code: int = 0) -> Told:
        file = tmp_path / "名簿.csv"
        file.write_bytes(data)
        out = io.StringIO()
        with override_settings(LANGUAGE_CODE="en"):
            try:
                call_command("import_roster", str(file), "--json", "--day", day, *arguments, stdout=out)
            except CommandError as reason:
                assert reason.returncode == code, reason
            else:
                assert code == 0
        return dict(json.loads(out.getvalue()))

    return run


def lines(told: Told, kind: str) -> list[tuple[int, str]]:
    return [(one["line"], one["number"]) for one in told[kind]]


def in_cp932(text: str) -> bytes:
    return text.translate(WAVE).encode("cp932")


ENCODED: dict[str, tuple[bool, Callable[[], bytes]]] = {
    "cp932 with CR LF": (False, lambda: in_cp932(as_text(listed(unicode=False)))),
    "cp932 with CR alone": (False, lambda: in_cp932(as_text(listed(unicode=False), line_end="\r"))),
    "cp932 with tabs": (False, lambda: in_cp932(as_text(listed(unicode=False), separator="\t"))),
    "UTF-8": (True, lambda: as_text(listed(unicode=True)).encode()),
    "UTF-8 with LF, all quoted": (True, lambda: as_text(listed(unicode=True), line_end="\n", quote_all=True).encode()),
    "UTF-8 with a mark": (True, lambda: as_text(listed(unicode=True)).encode("utf-8-sig")),
    "UTF-8 with semicolons": (True, lambda: as_text(listed(unicode=True), separator=";").encode()),
    "UTF-8 with a blank after each comma": (
        True,
        lambda: as_text(listed(unicode=True), quote_all=True).replace('","', '", "').encode(),
    ),
    "UTF-16 LE with a mark and tabs, Excel's Unicode text": (
        True,
        lambda: ("\ufeff" + as_text(listed(unicode=True), separator="\t")).encode("utf-16-le"),
    ),
    "UTF-16 BE with a mark": (True, lambda: ("\ufeff" + as_text(listed(unicode=True))).encode("utf-16-be")),
    "UTF-16 LE without a mark": (True, lambda: as_text(listed(unicode=True)).encode("utf-16-le")),
    "UTF-16 BE without a mark, CR alone": (
        True,
        lambda: as_text(listed(unicode=True), line_end="\r").encode("utf-16-be"),
    ),
}


@pytest.mark.parametrize("how", ENCODED)
def test_thirty_rows_become_exactly_these_people_and_these_refusals(how: str, run: Callable[..., Told]) -> None:
    unicode, made = ENCODED[how]
    data, right = made(), [*RIGHT, *(UNICODE if unicode else ())]
    first = 5  # the row after three lines above and the heading, which has a line break in a cell and is one line all the same
    after = first + len(right) + 2
    new = [(first + place, number) for place, (_cells, number, _known) in enumerate(right)]
    refused = [
        {"line": after + place, "number": cells[0], "reason": words} for place, (cells, words) in enumerate(WRONG)
    ]

    told = run(data, code=1)

    assert (lines(told, "new"), told["refused"]) == (new, refused)
    assert not Employment.objects.exists()  # one refused line keeps everything out

    told = run(data, "--accept-lines", f"{after}-{after + len(WRONG) - 1}")

    assert (lines(told, "new"), told["refused"], told["import"]) == (new, refused, 1)
    assert [told[kind] for kind in ("changed", "moved", "renamed", "left", "unchanged", "missing")] == [[]] * 6
    # The headings again, the total and the remark; empty lines are no lines of anybody.
    assert told["passed_over"] == [after - 1, after + len(WRONG) + 1, after + len(WRONG) + 2]
    as_written = {
        number: tuple(waved(value) for value in known) if not unicode else known for _c, number, known in right
    }
    assert recorded() == as_written

    before = cutting.everything()
    again = run(data, "--accept-lines", f"{after}-{after + len(WRONG) - 1}", day="2026-04-15")

    assert (lines(again, "unchanged"), again["import"]) == (new, None)
    assert cutting.everything() == before


def waved(value: Any) -> Any:
    """A value as cp932 writes it: its wave dash is another sign, and is kept as it came."""
    return value.translate(WAVE) if isinstance(value, str) else value


def lists(*rows: Sequence[str], headings: str) -> bytes:
    return as_text([headings.split(","), *rows]).encode("utf-8-sig")


LATER = "社員番号,氏名,フリガナ,所属,雇用区分,上長,入社日,退職日,メール,兼務"


def test_a_month_later_each_line_says_what_became_of_its_person_and_of_what_day(run: Callable[..., Told]) -> None:
    was = [
        ("001", "髙橋 一郎", "タカハシ イチロウ", "営業本部/一課", "正社員", "", "2020/4/1", "", "a@example.com", ""),
        ("002", "佐藤 二", "サトウ ジ", "営業本部/一課", "正社員", "001", "2020/4/1", "", "", "管理本部"),
        ("003", "鈴木 花子", "スズキ ハナコ", "営業本部/二課", "契約", "001", "2021/4/1", "", "", ""),
        ("004", "辞める 四郎", "ヤメル シロウ", "営業本部/二課", "正社員", "001", "2021/4/1", "", "", ""),
        ("005", "戻る 五郎", "モドル ゴロウ", "営業本部/二課", "正社員", "001", "2021/4/1", "2026/3/31", "", ""),
        ("006", "他人 六郎", "タニン ロクロウ", "営業本部/二課", "派遣", "001", "2021/4/1", "2026/3/31", "", ""),
        ("007", "渡邊〜子", "ワタナベ", "本社〜支社", "正社員", "001", "2021/4/1", "", "", ""),
        ("008", "高橋 八", "タカハシ ハチ", "営業本部/一課", "正社員", "001", "2021/4/1", "", "", ""),
        ("009", "出向 九", "シュッコウ", "営業本部/一課", "出向受入", "001", "2021/4/1", "", "", ""),
        ("010", "消える 十", "キエル", "営業本部/一課", "パート", "001", "2021/4/1", "", "", ""),
    ]  # fmt: skip
    run(lists(*was, headings=LATER))

    told = run(
        lists(
            (
                "００１",
                "髙橋　一郎",
                "タカハシ　イチロウ",
                "営業本部／一課",
                "正社員",
                "",
                "令和2年4月1日",
                "",
                "a@example.com",
                "",
            ),
            ("002", "佐藤 二", "サトウ ジ", "管理本部／人事部", "正社員", "001", "R2.4.1", "", "", "営業本部/一課"),
            ("003", "山本 花子", "ヤマモト ハナコ", "営業本部/二課", "契約", "001", "2021/4/1", "", "", ""),
            ("004", "辞める 四郎", "ヤメル シロウ", "営業本部/二課", "正社員", "001", "2021/4/1", "R8.5.31", "", ""),
            ("005", "戻る 五郎", "モドル ゴロウ", "管理本部", "嘱託", "001", "2026/5/1", "", "", ""),
            ("006", "新人 なな", "シンジン ナナ", "管理本部", "正社員", "001", "2026/5/1", "", "", ""),
            ("007", "渡邊～子", "ワタナベ", "本社～支社", "正社員", "001", "2021/4/1", "", "", ""),
            ("008", "髙橋 八", "タカハシ ハチ", "営業本部/一課", "正社員", "001", "2021/4/1", "", "", ""),
            ("009", "出向 九", "シュッコウ", "営業本部/一課", "正社員", "002", "2021/4/1", "", "nine@example.com", ""),
            headings=LATER,
        ),
        day="2026-05-01",
    )

    assert {kind: [(one["number"], one["changes"]) for one in told[kind]] for kind in ("new", "left", "moved", "renamed", "changed", "unchanged")} == {
        "new": [("005", ["rehired"]), ("006", [])],
        "left": [("004", ["left"])],
        "moved": [("002", ["department", "second"])],
        "renamed": [("001", ["name"]), ("003", ["name"]), ("008", ["name"])],
        "changed": [("009", ["type", "email", "manager"])],
        "unchanged": [("007", [])],
    }  # fmt: skip
    assert (told["missing"], told["refused"]) == (["010"], [])
    now = {number: known[:6] for number, known in recorded().items()}
    assert (now["005"], now["006"], now["007"][:3]) == (
        ("戻る 五郎", "モドル ゴロウ", "管理本部", frozenset(), "contract", "001"),
        ("新人 なな", "シンジン ナナ", "管理本部", frozenset(), "regular", "001"),
        ("渡邊〜子", "ワタナベ", "本社〜支社"),
    )
    of = {e.number: e.employee_id for e in Employment.objects.filter(superseded_at__isnull=True).order_by("valid_from")}
    former = {
        e.number: e.employee_id for e in Employment.objects.filter(valid_to="2026-03-31", superseded_at__isnull=True)
    }
    assert (of["005"] == former["005"], of["006"] == former["006"]) == (True, False)


@pytest.mark.parametrize(
    ("headings", "row"),
    [
        ("No.,社員番号,氏名,所属部署名,雇用形態,入社日", ("1", "000101", "髙橋 一郎", "営業本部/一課", "正社員", "2020/4/1")),
        ("社員ｺｰﾄﾞ,姓,名,部門,課,社員区分,採用年月日", ("000101", "髙橋", "一郎", "営業本部", "一課", "正社員", "2020/4/1")),
        ("Employee No,Full Name,Department Path,Employment Type,Hire Date", ("000101", "髙橋 一郎", "営業本部 > 一課", "Full-time", "1 April 2020")),
        ("EMPLOYEE_NUMBER,NAME,DEPARTMENT,TYPE,JOINED", ("000101", "髙橋 一郎", "営業本部/一課", "regular", "2020-04-01T00:00:00")),
        ("【社員番号】※必須,【氏名】※必須,【所属】,【雇用区分】,【入社日】", ("000101", "髙橋 一郎", "営業本部　一課", "正社員", "R2.4.1")),
        ("備考,入社日,雇用区分,所属１,所属２,氏名（漢字）,社員番号（６桁）", ("転籍", "2020.4.1", "正社員", "営業本部", "一課", "髙橋 一郎", "000101")),
    ],
)  # fmt: skip
def test_foreign_headings_in_any_order_hold_the_same_person(
    headings: str, row: tuple[str, ...], run: Callable[..., Told]
) -> None:
    told = run(lists(row, headings=headings))

    assert lines(told, "new") == [(2, "000101")]
    assert recorded() == {
        "000101": ("髙橋 一郎", "", "営業本部/一課", frozenset(), "regular", None, "2020-04-01", None, None)
    }


def test_second_postings_come_in_a_cell_in_columns_or_in_rows_and_mean_the_same(run: Callable[..., Told]) -> None:
    wanted = {"1": ("甲 一", "", "営業", frozenset({"管理", "開発/一課"}), "regular", None, "2020-04-01", None, None)}
    told = run(
        lists(
            ("1", "甲 一", "営業", "正社員", "2020/4/1", "管理、開発/一課"),
            headings="社員番号,氏名,所属,雇用区分,入社日,兼務",
        )
    )
    assert (lines(told, "new"), recorded()) == ([(2, "1")], wanted)

    for data in (
        lists(("1", "甲 一", "営業", "正社員", "2020/4/1", "開発／一課", "", "管理"), headings="社員番号,氏名,所属,雇用区分,入社日,兼務１,兼務２,兼務３"),
        lists(
            ("1", "甲 一", "営業", "正社員", "2020/4/1", "主務"),
            ("１", "甲 一", "開発　一課", "正社員", "2020/4/1", "兼務"),
            ("1", "甲 一", "管理", "正社員", "2020/4/1", "兼務"),
            headings="社員番号,氏名,所属,雇用区分,入社日,主兼区分",
        ),
    ):  # fmt: skip
        told = run(data, day="2026-04-15")
        assert (lines(told, "unchanged"), told["moved"], recorded()) == ([(2, "1")], [], wanted)


# --- workbooks ---


def workbook() -> bytes:
    """A list as somebody keeps it in Excel: a hidden old sheet, a cover, merged titles, cells of every kind."""
    book = Workbook()
    hidden = book.active
    hidden.title = "旧名簿"
    hidden.sheet_state = "hidden"
    for row in (
        ["社員番号", "氏名", "所属", "雇用区分", "入社日"],
        ["000999", "昔の 人", "旧部署", "正社員", "1990/4/1"],
    ):
        hidden.append(row)
    book.create_sheet("表紙")["B2"] = "取扱注意　社員名簿"
    sheet = book.create_sheet("名簿")
    sheet["A1"] = "社員名簿（令和8年4月1日現在）"
    sheet.merge_cells("A1:H1")
    sheet.merge_cells("A2:H2")
    for place, heading in enumerate(("社員番号", "氏名", "所属", "雇用区分", "上長", "入社日", "退職日", "メール"), 1):
        sheet.cell(4, place, heading)
    rows: tuple[tuple[Any, ...], ...] = (
        (101.0, "髙﨑 邉德", "営業本部/一課", "正社員", None, datetime(1989, 1, 7), None, "a@example.com"),
        (102, CellRichText("𠮷田 ", TextBlock(InlineFont(b=True), "葛󠄀子")), "営業本部／一課", "契約", 101, date(2019, 5, 1), None, None),
        ("000103", "文字 日付", "営業本部　一課", "パート", "髙﨑 邉德", "令和元年5月1日", "", " c@example.com "),
        ('="000104"', "数式 番号", "管理本部", "派遣", 101.0, 46113, 46295.0, None),
        (105, "時刻 付", "管理本部", "役員", None, datetime(2026, 4, 1, 9, 30), datetime(2027, 3, 31, 23, 59, 59), None),
        (None,) * 8,
        (106, "=B9", "管理本部", "出向", '="000"&"101"', "=DATE(2026,4,1)", None, None),
        (107, "結果 無し", "=C6", "正社員", None, "2026/4/1", None, None),
        (101, "同じ 番号", "管理本部", "正社員", None, date(2026, 4, 1), None, None),
        (108, "誤り 値", "#REF!", "正社員", None, date(2026, 4, 1), None, None),
        (109, "時刻 だけ", "管理本部", "正社員", None, time(9, 30), None, None),
        ("合計", "=COUNTA(B5:B15)", None, None, None, None, None, None),
    )  # fmt: skip
    for place, row in enumerate(rows, 5):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(place, column, value)
            if column in (1, 5) and isinstance(value, int | float):
                cell.number_format = "000000"
            if column == 6 and isinstance(value, datetime | date):
                cell.number_format = '[$-411]ggge"年"m"月"d"日"'
    data = io.BytesIO()
    book.save(data)
    return with_results(data.getvalue(), {"B11": "結果 有り", "E11": "000101", "F11": "46113", "B16": "10"})


def with_results(data: bytes, results: dict[str, str]) -> bytes:
    """The workbook with what Excel would keep beside its formulas."""
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(found, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            for cell, result in results.items() if name.endswith("sheet3.xml") else ():
                kind = b"" if result.isdigit() and result[0] != "0" else b' t="str"'
                pattern = rb'<c r="%b"([^>]*?)(?: t="\w+")?><f>(.*?)</f><v ?/?>(?:</v>)?</c>' % cell.encode()
                text, count = re.subn(
                    pattern, rb'<c r="%b"\1%b><f>\2</f><v>%b</v></c>' % (cell.encode(), kind, result.encode()), text
                )
                assert count == 1, cell
            new.writestr(name, text)
    return found.getvalue()


def test_a_workbook_with_cells_of_every_kind_becomes_exactly_these_people(run: Callable[..., Told]) -> None:
    told = run(workbook(), "--accept-lines", "12-15")

    assert lines(told, "new") == [
        (5, "000101"),
        (6, "000102"),
        (7, "000103"),
        (8, "000104"),
        (9, "000105"),
        (11, "000106"),
    ]
    assert [(one["line"], one["number"], one["reason"]) for one in told["refused"]] == [
        (12, "000107", "There is a formula in the column department whose result the file does not tell. Paste its value."),
        (13, "000101", "This staff number stands in line 5 already."),
        (14, "000108", "The column department has the spreadsheet's error #REF! instead of a value."),
        (15, "000109", "“09:30:00” in the column day of joining is no date. Write it as 2026/4/1 or 令和8年4月1日."),
    ]  # fmt: skip
    assert told["passed_over"] == [16]
    assert recorded() == {
        "000101": ("髙﨑 邉德", "", "営業本部/一課", frozenset(), "regular", None, "1989-01-07", None, "a@example.com"),
        "000102": ("𠮷田 葛󠄀子", "", "営業本部/一課", frozenset(), "contract", "000101", "2019-05-01", None, None),
        "000103": ("文字 日付", "", "営業本部/一課", frozenset(), "part_time", "000101", "2019-05-01", None, "c@example.com"),
        "000104": ("数式 番号", "", "管理本部", frozenset(), "temporary", "000101", "2026-04-01", "2026-09-30", None),
        "000105": ("時刻 付", "", "管理本部", frozenset(), "officer", None, "2026-04-01", "2027-03-31", None),
        "000106": ("結果 有り", "", "管理本部", frozenset(), "seconded_out", "000101", "2026-04-01", None, None),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("000000", "000101"),
        ('"A"0000', "A0101"),
        ("000-000", "000-101"),
        ("0000;[Red]-0000", "0101"),
        ("#,##0", "101"),
        ("General", "101"),
    ],
)
def test_a_number_of_a_workbook_is_the_one_that_people_see(form: str, number: str, run: Callable[..., Told]) -> None:
    book = Workbook()
    book.active.append(["社員番号", "氏名", "所属", "雇用区分", "入社日"])
    book.active.append([101, "髙橋 一郎", "営業本部", "正社員", "2020/4/1"])
    book.active["A2"].number_format = form
    data = io.BytesIO()
    book.save(data)

    assert lines(run(data.getvalue()), "new") == [(2, number)]
