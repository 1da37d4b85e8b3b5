"""A staff list with every reality in it, in any encoding, and what must become of each of its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any

from openpyxl import Workbook

HEADINGS = (
    "社員番号",
    "氏　名",
    "フリガナ",
    "所属部署",
    "雇用\n区分",
    "上長",
    "入社年月日",
    "退職日",
    "Ｅメール",
    "兼務",
)
# Rows as cp932 can hold them: number, name, kana, department, type, manager, joined, left, e-mail, second posts.
GOOD: tuple[tuple[str, ...], ...] = (
    ("000101", "髙橋 一郎", "タカハシ イチロウ", "営業本部/第一営業部/二課", "正社員", "", "2020/4/1", "", "a@example.com", ""),
    ("０００１０２", "﨑山　花子", "ｻｷﾔﾏ ﾊﾅｺ", "営業本部／第一営業部", "契約社員", "000101", "令和3年4月1日", "", "", ""),
    ('="000103"', "邉見 德次", "ヘンミ トクジ", "営業本部 / 第二営業部", "パート", "髙橋 一郎", "R3.10.1", "", "", "－"),
    ("'000104", "渡邊〜子", "ワタナベ", "総務部（本社～支社）", "ﾊﾟｰﾄ･ｱﾙﾊﾞｲﾄ", "", "H30.4.1", "", "なし", ""),
    ("A－001", "ジョン・スミス", "ジョン・スミス", "開発部", "役員", "", "平成元年4月1日", "", "", ""),
    (" 000106 ", " 齋藤 三郎 ", "サイトウ サブロウ", "開発部", "派遣", "000101 髙橋", "2026年4月1日(水)", "2026/9/30", "", "管理本部、営業本部/第一営業部"),
    ("000107", "濵田 五郎", "ハマダ ゴロウ", "管理本部>人事部", "出向（受入）", "", "46113", "9999/12/31", "", ""),
    ("000108", "嶋田 六", "シマダ ロク", "管理本部/人事部", "出向", "", "昭和64年1月7日", "", "", "開発部;開発部"),
    ("000109", "鈴木 七", "", "管理本部/人事部", "嘱託", "", "2021-04-01 00:00:00", "", "mailto:suzuki@example.co.jp", ""),
    ("000110", "佐藤 八", "サトウ ハチ", "管理本部/人事部", "アルバイト", "", "20220401", "", "", ""),
)  # fmt: skip
REFUSED: tuple[tuple[tuple[str, ...], str], ...] = (
    (("", "番号 無", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "number_missing"),
    (("000101", "別 人", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "twice"),
    (("１０１Ｅ＋０５", "指 数", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "number_mangled"),
    (("0001 01", "空 白", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "number_form"),
    (("1.0E+05", "指 数", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "number_mangled"),
    (("000201", "", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "name_missing"),
    (("000202", "?田 太郎", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "lost"),
    (("000203", "〓田 太郎", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "lost"),
    (("000204", "=cmd|' /C calc'!A0", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "formula"),
    (("000205", "部署 無", "", "", "正社員", "", "2020/4/1", "", "", ""), "department_missing"),
    (("000206", "部署 空", "", "営業本部//二課", "正社員", "", "2020/4/1", "", "", ""), "department_part"),
    (("000207", "区分 謎", "", "開発部", "宇宙人", "", "2020/4/1", "", "", ""), "type"),
    (("000208", "日付 無", "", "開発部", "正社員", "", "", "", "", ""), "joined_missing"),
    (("000209", "日付 無効", "", "開発部", "正社員", "", "2026/2/29", "", "", ""), "no_such_day"),
    (("000210", "日付 曖昧", "", "開発部", "正社員", "", "4/1/2026", "", "", ""), "two_days"),
    (("000211", "日付 短い", "", "開発部", "正社員", "", "26/4/1", "", "", ""), "short_year"),
    (("000212", "元号 違い", "", "開発部", "正社員", "", "平成31年5月1日", "", "", ""), "era"),
    (("000213", "逆 転", "", "開発部", "正社員", "", "2020/4/1", "2019/3/31", "", ""), "left_before_joined"),
    (("000214", "上長 謎", "", "開発部", "正社員", "幽霊 課長", "2020/4/1", "", "", ""), "manager_unknown"),
    (("000215", "自分 上長", "", "開発部", "正社員", "000215", "2020/4/1", "", "", ""), "own_manager"),
    (("000216", "宛先 謎", "", "開発部", "正社員", "", "2020/4/1", "", "someone@", ""), "email"),
    (("000217", "制御\x07文字", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "control"),
    (("000218", "改行\n入り", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "line_break"),
    (("000219", "#N/A", "", "開発部", "正社員", "", "2020/4/1", "", "", ""), "error_value"),
)  # fmt: skip
TITLE = (("株式会社まほろば　社員名簿",), ("2026年11月1日現在", "", "社外秘"), ())
TAIL = ((), ("", "合計", "33名"), ("※ 退職者を含む",))
DAY = date(2026, 11, 1)


def table(*rows: Sequence[str]) -> list[Sequence[str]]:
    """Title, headings, rows, the heading again in the middle, a total and a remark."""
    half = len(rows) // 2
    return [*TITLE, HEADINGS, *rows[:half], (), HEADINGS, *rows[half:], *TAIL]


def nasty() -> list[Sequence[str]]:
    """All of it."""
    return table(*GOOD, *(cells for cells, _code in REFUSED))


def as_csv(rows: Sequence[Sequence[str]], encoding: str = "utf-8", separator: str = ",") -> bytes:
    """A file as Excel writes it."""
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: Sequence[Sequence[Any]], *, formats: dict[str, str] | None = None, before: int = 0) -> bytes:
    """A workbook with empty sheets before the list; ``formats`` are number formats by cell."""
    book = Workbook()
    for number in range(before):
        book.active.title = f"表紙{number}"
        book.create_sheet()
    sheet = book.worksheets[-1]
    for row in rows:
        sheet.append(list(row))
    for cell, form in (formats or {}).items():
        sheet[cell].number_format = form
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def simple(*rows: Sequence[str], headings: Sequence[str] = HEADINGS) -> bytes:
    """A tidy list in UTF-8."""
    return as_csv([headings, *rows])


def row(number: str = "000101", name: str = "髙橋 一郎", **changes: str) -> tuple[str, ...]:
    """A row of somebody ordinary."""
    cells = {
        "kana": "タカハシ イチロウ",
        "department": "営業本部",
        "type": "正社員",
        "manager": "",
        "joined": "2020/4/1",
        "left": "",
        "email": "",
        "second": "",
    } | changes
    return number, name, *cells.values()
