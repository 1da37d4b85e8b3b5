"""The question sheet (``docs/question-sheet.md``): Excel or CSV, one question a row, made for people.

Pure. A report of what was refused is the same sheet with a column ``エラー``.
"""

from __future__ import annotations

from training.quiz.formats.clean import html_of, name_of
from training.quiz.formats.collect import Collector, written
from training.quiz.formats.detect import decode
from training.quiz.formats.model import Outcome, Question, Refusal, Written
from training.quiz.formats.sheet_reading import question_of
from training.quiz.formats.sheet_table import (
    ERROR,
    HEADINGS,
    TYPE_WORDS,
    Formula,
    Row,
    csv_rows,
    heading_row,
    workbook,
    xlsx_rows,
)
from training.quiz.formats.sheet_writing import row_of


def read_csv(data: bytes) -> Outcome:
    """Every question of a CSV. Raises ``Refusal`` for a file that is none."""
    return _read(csv_rows(decode(data)))


def read_xlsx(data: bytes) -> Outcome:
    """Every question of a workbook. Raises ``Refusal`` for a file that is none."""
    return _read(xlsx_rows(data))


def _read(rows: list[list[str]]) -> Outcome:
    columns = heading_row(rows)
    if columns is None:
        empty = not any(cell.strip() for row in rows for cell in row)
        raise Refusal("empty" if empty else "syntax", "1行目に見出し「種類」と「問題文」がありません。")
    places = {name: place for name, place in columns.items() if name in HEADINGS}
    collector = Collector()
    for number, cells in enumerate(rows[1:], 2):
        row: Row = {name: cells[place].strip() if place < len(cells) else "" for name, place in places.items()}
        if not any(row.values()):
            continue
        formula = any(isinstance(cells[place], Formula) for place in places.values() if place < len(cells))
        collector.take(
            lambda row=row, formula=formula: question_of(row, formula),  # type: ignore[misc]
            name=name_of(row.get("名前", ""), html_of(row["問題文"][:400])),
            type=row["種類"],
            line=number,
        )
    return collector.outcome()


def write(questions: list[Question]) -> Written:
    """A workbook of those questions that fit a row."""
    rows: list[Row] = []

    def one(question: Question) -> str:
        rows.append(row_of(question))
        return ""

    _none, refused = written(questions, one)
    return Written(workbook([list(HEADINGS), *([row.get(name, "") for name in HEADINGS] for row in rows)]), refused)


def with_errors(data: bytes, outcome: Outcome) -> bytes:
    """The sheet that was read, as a workbook, with what was refused said in its own row."""
    rows = xlsx_rows(data) if data[:2] == b"PK" else csv_rows(decode(data))
    columns = heading_row(rows)
    place = len(rows[0]) if columns is None or ERROR not in columns else columns[ERROR]
    reasons = {refused.line: refused.reason for refused in outcome.refused}
    table = []
    for number, cells in enumerate(rows, 1):
        row = [str(cell) for cell in cells] + [""] * (place + 1 - len(cells))
        row[place] = ERROR if number == 1 else reasons.get(number, "")
        table.append(row)
    return workbook(table)


def sample() -> bytes:
    """The template with one question of each type, for people to write over."""
    table = [list(HEADINGS)]
    for entry in _SAMPLES:
        table.append([entry.get(name, "") for name in HEADINGS])
    return workbook(table)


_SAMPLES: tuple[Row, ...] = (
    {"種類": "単一選択", "名前": "例1", "問題文": "宛先を間違えて送ったことに気付きました。最初にすることは何ですか。",
     "選択肢1": "すぐ所属長に知らせる", "選択肢2": "相手からの連絡を待つ", "選択肢3": "送信記録を消す", "正解": "1",
     "解説2": "待つ間に広がります。", "解説3": "記録は調査に必要です。", "全体の解説": "早い報告が被害を小さくします。",
     "難易度": "易"},
    {"種類": "複数選択", "名前": "例2", "問題文": "個人情報に当たるものをすべて選んでください。", "選択肢1": "氏名",
     "選択肢2": "社員番号と所属の一覧", "選択肢3": "会社の所在地", "正解": "1,2", "採点": "部分点"},
    {"種類": "正誤", "名前": "例3", "問題文": "委託先にも監督が必要である。", "正解": "正",
     "解説2": "監督の責任は残ります。"},
    {"種類": "組合せ", "名前": "例4", "問題文": "場面と対応を結んでください。", "選択肢1": "漏えい → 報告する",
     "選択肢2": "開示の請求 → 窓口につなぐ", "選択肢3": "→ 何もしない"},
    {"種類": "並べ替え", "名前": "例5", "問題文": "正しい順に並べてください。", "選択肢1": "見つける",
     "選択肢2": "知らせる", "選択肢3": "調べる", "採点": "部分点"},
    {"種類": "短文", "名前": "例6", "問題文": "苦情の受付先の部署名を書いてください。",
     "正解": "相談窓口\nお客様相談窓口"},
    {"種類": "数値", "名前": "例7", "問題文": "入館記録は何日保管しますか。",
     "正解": "90", "許容誤差": "0", "単位": "日｜日間"},
)  # fmt: skip


__all__ = [
    "ERROR",
    "HEADINGS",
    "TYPE_WORDS",
    "csv_rows",
    "heading_row",
    "read_csv",
    "read_xlsx",
    "sample",
    "with_errors",
    "write",
]
