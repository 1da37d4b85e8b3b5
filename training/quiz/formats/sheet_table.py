"""The question sheet as a table: its headings, and the cells of a CSV or a workbook. Pure."""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from training.quiz.formats.clean import one_line
from training.quiz.formats.model import Refusal
from training.quiz.formats.numbers import shortest
from training.quiz.formats.zips import member, opened

SHEET, ERROR = "問題", "エラー"
TYPE_WORDS = {
    "単一選択": "single", "複数選択": "multiple", "正誤": "true_false", "組合せ": "matching", "並べ替え": "ordering",
    "短文": "short_text", "数値": "numeric", "事例": "scenario",
}  # fmt: skip
OPTIONS = [f"選択肢{n}" for n in range(1, 9)]
COMMENTS = [f"解説{n}" for n in range(1, 9)]
HEADINGS = (
    "種類", "名前", "問題文", *OPTIONS, "正解", "配点", "採点", *COMMENTS, "全体の解説", "条項", "認識事項", "難易度",
    "許容誤差", "単位", "単位の要否", "区別する表記", "言語",
)  # fmt: skip
DISTINCT = {"全角半角": "width", "かな": "kana", "大文字": "case", "空白": "spaces"}
MOST_ROWS, MOST_COLUMNS = 20_000, 200

Row = dict[str, str]


class Formula(str):
    """A cell whose value is not in the file."""


def csv_rows(text: str) -> list[list[str]]:
    """The table in a text, whichever of comma and tab it is separated by."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    csv.field_size_limit(200_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True))
    except csv.Error as reason:
        raise Refusal("syntax", f"CSVとして読めません（{reason}）。") from None
    return rows


def xlsx_rows(data: bytes) -> list[list[str]]:
    _examined(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False)
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
        return [[Formula(cell.value) if cell.data_type == "f" else _cell(cell.value) for cell in row] for row in rows]
    except (InvalidFileException, zipfile.BadZipFile, ValueError, KeyError, IndexError, TypeError, OSError) as reason:
        raise Refusal("package", f"Excelファイルとして読めません（{one_line(str(reason))[:80]}）。") from None


def _examined(data: bytes) -> None:
    """Read every member once, so that none is larger than it says, damaged, or declares entities."""
    with opened(data) as archive:
        for name in archive.namelist():
            content = member(archive, name)
            if b"<!DOCTYPE" in content or b"<!ENTITY" in content or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
                raise Refusal("xml", "DTDや実体の宣言を含むExcelファイルは読みません。")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return shortest(Decimal(repr(value))) if abs(value) < 1e15 else str(value)
    return str(value)


def heading_row(rows: Sequence[Sequence[str]]) -> dict[str, int] | None:
    """Where each heading stands; None where the first row is no heading of a question sheet."""
    if not rows:
        return None
    names = [unicodedata.normalize("NFKC", one_line(cell)) for cell in rows[0]]
    found = {name: place for place, name in reversed(list(enumerate(names))) if name}
    return found if {"種類", "問題文"} <= set(found) else None


def workbook(table: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = SHEET
    for y, row in enumerate(table, 1):
        for x, text in enumerate(row, 1):
            if text:
                cell = sheet.cell(row=y, column=x)
                cell.value = text
                cell.data_type = "s"  # a text that begins with "=" is no formula
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                if y == 1:
                    cell.font = Font(bold=True)
    for x, heading in enumerate(table[0] if table else (), 1):
        wide = 48 if heading in {"問題文", ERROR} else 24 if heading[:2] in {"選択", "解説", "全体"} else 12
        sheet.column_dimensions[get_column_letter(x)].width = wide
    sheet.freeze_panes = "A2"
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()
