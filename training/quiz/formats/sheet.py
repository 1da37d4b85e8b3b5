"""The question sheet (``docs/question-sheet.md``): Excel or CSV, one question a row, made for people.

Pure. A report of what was refused is the same sheet with a column ``エラー``.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from training.quiz.formats.clean import html_of, name_of, one_line, plain
from training.quiz.formats.collect import Collector, written
from training.quiz.formats.detect import decode
from training.quiz.formats.model import (
    FOLDS,
    NOTHING,
    ONE,
    Accepted,
    Option,
    Outcome,
    Pair,
    Question,
    Refusal,
    Unit,
    Value,
    Written,
)
from training.quiz.formats.numbers import decimal, per_cent, plain_digits, shortest, snapped
from training.quiz.formats.zips import member, opened

SHEET, ERROR = "問題", "エラー"
TYPE_WORDS = {
    "単一選択": "single", "複数選択": "multiple", "正誤": "true_false", "組合せ": "matching", "並べ替え": "ordering",
    "短文": "short_text", "数値": "numeric", "事例": "scenario",
}  # fmt: skip
_WORDS = {kind: word for word, kind in TYPE_WORDS.items()}
_OPTIONS = [f"選択肢{n}" for n in range(1, 9)]
_COMMENTS = [f"解説{n}" for n in range(1, 9)]
HEADINGS = (
    "種類", "名前", "問題文", *_OPTIONS, "正解", "配点", "採点", *_COMMENTS, "全体の解説", "条項", "認識事項", "難易度",
    "許容誤差", "単位", "単位の要否", "区別する表記", "言語",
)  # fmt: skip
_GRADINGS = {"全部正解": "all", "部分点": "partial"}
_DIFFICULTIES = {"易": 1, "普通": 2, "難": 3, "1": 1, "2": 2, "3": 3, "": 2}
_DISTINCT = {"全角半角": "width", "かな": "kana", "大文字": "case", "空白": "spaces"}
_TRUTH = {"正": True, "○": True, "〇": True, "true": True, "誤": False, "×": False, "✕": False, "false": False}
MOST_ROWS, MOST_COLUMNS = 20_000, 200

Row = dict[str, str]


class Formula(str):
    """A cell whose value is not in the file."""


def read_csv(data: bytes) -> Outcome:
    """Every question of a CSV. Raises ``Refusal`` for a file that is none."""
    return _read(csv_rows(decode(data)))


def read_xlsx(data: bytes) -> Outcome:
    """Every question of a workbook. Raises ``Refusal`` for a file that is none."""
    return _read(_xlsx_rows(data))


def csv_rows(text: str) -> list[list[str]]:
    """The table in a text, whichever of comma and tab it is separated by."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    csv.field_size_limit(200_000)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter="\t" if "\t" in first else ",", strict=True))
    except csv.Error as reason:
        raise Refusal("syntax", f"CSVとして読めません（{reason}）。") from None
    return rows


def _xlsx_rows(data: bytes) -> list[list[str]]:
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
            lambda row=row, formula=formula: _question(row, formula),  # type: ignore[misc]
            name=name_of(row.get("名前", ""), html_of(row["問題文"][:400])),
            type=row["種類"],
            line=number,
        )
    return collector.outcome()


# --- a row ---


def _question(row: Row, formula: bool) -> Question:
    if formula:
        raise Refusal("syntax", "数式のセルがあります。値を書いてください。")
    kind = TYPE_WORDS.get(row["種類"], row["種類"])
    if kind not in _READERS:
        raise Refusal("type", f"種類「{row['種類'][:40]}」には対応していません。")
    if row.get("難易度", "") and plain_digits(row["難易度"]) not in _DIFFICULTIES:
        raise Refusal("syntax", f"難易度「{row['難易度'][:20]}」が分かりません。")
    if row.get("言語", "") not in {"", "ja", "en"}:
        raise Refusal("syntax", f"言語「{row['言語'][:20]}」が分かりません。")
    stem = html_of(row["問題文"])
    if not plain(stem):
        raise Refusal("text", "問題文がありません。")
    return Question(
        name=name_of(row.get("名前", ""), stem),
        type=kind,
        stem=stem,
        feedback=html_of(row.get("全体の解説", "")),
        clauses=tuple(_list(row.get("条項", ""))),
        topics=tuple(_list(row.get("認識事項", ""))),
        difficulty=_DIFFICULTIES[plain_digits(row.get("難易度", ""))],
        language=row.get("言語", "") or "ja",
        **_READERS[kind](row, kind),
    )


def _list(text: str) -> list[str]:
    return [piece.strip() for piece in re.split("[,，、]", text) if piece.strip()]


def _lines(text: str) -> list[str]:
    return [one_line(piece) for piece in re.split(r"[｜|\n]", text) if one_line(piece)]


def _texts(row: Row) -> list[str]:
    """The options without gaps."""
    texts = [row.get(heading, "") for heading in _OPTIONS]
    while texts and not texts[-1]:
        texts.pop()
    if not all(texts):
        raise Refusal("text", "選択肢の途中に空欄があります。")
    return texts


def _comment(row: Row, place: int) -> str:
    return html_of(row.get(_COMMENTS[place], "")) if place < len(_COMMENTS) else ""


def _weights(row: Row, count: int) -> list[Fraction] | None:
    pieces = _list(row.get("配点", ""))
    if not pieces:
        return None
    if len(pieces) != count:
        raise Refusal("weight", f"配点が{len(pieces)}個、対するものが{count}個です。")
    if any("/" in plain_digits(piece) for piece in pieces):  # among fractions 1 is the whole, not a hundredth
        pieces = [f"{piece}/1" if plain_digits(piece) in {"1", "0", "-1"} else piece for piece in pieces]
    return [_share(piece) for piece in pieces]


def _share(text: str) -> Fraction:
    said = plain_digits(text).removesuffix("%").strip()
    match = re.fullmatch(r"(-?\d{1,4})\s*/\s*(\d{1,4})", said, re.ASCII)
    number = decimal(said)
    if match and int(match[2]):
        value = Fraction(int(match[1]), int(match[2]))
    elif number is not None:
        value = snapped(Fraction(number) / 100)
    else:
        raise Refusal("weight", f"配点「{text[:20]}」が数ではありません。")
    if abs(value) > 1:
        raise Refusal("weight", f"配点「{text[:20]}」が-100%〜100%の外です。")
    return value


def _numbers(text: str, most: int) -> list[int]:
    """The options' numbers in a list."""
    found = []
    for piece in _list(text):
        said = plain_digits(piece)
        if not re.fullmatch(r"\d{1,3}", said, re.ASCII) or not 1 <= int(said) <= most:
            raise Refusal("key", f"正解「{piece[:20]}」の選択肢がありません。")
        found.append(int(said))
    if len(set(found)) < len(found):
        raise Refusal("key", "正解に同じ番号が二度あります。")
    return found


def _grading(row: Row, usual: str) -> str:
    said = row.get("採点", "")
    if said and said not in _GRADINGS:
        raise Refusal("scoring", f"採点「{said[:20]}」が分かりません。")
    return _GRADINGS[said] if said else usual


def _choice(row: Row, kind: str) -> dict[str, Any]:
    texts = _texts(row)
    if len(texts) < 2:
        raise Refusal("few", f"選択肢が{len(texts)}個です。2個以上必要です。")
    right, weights = _numbers(row.get("正解", ""), len(texts)), _weights(row, len(texts))
    grading = _grading(row, "partial" if weights and kind == "multiple" else "all") if kind == "multiple" else "all"
    if weights is None:
        if not right:
            raise Refusal("key", "正解がありません。")
        if kind == "single" and len(right) > 1:
            raise Refusal("key", "単一選択の正解が二つ以上あります。")
        share = Fraction(1, len(right))
        wrong = NOTHING
        if grading == "partial" and len(right) < len(texts):
            wrong = -max(share, Fraction(1, len(texts) - len(right)))
        weights = [share if place in right else wrong for place in range(1, len(texts) + 1)]
    elif kind == "multiple" and grading == "all":
        raise Refusal("weight", "全部正解で採点する設問には、配点を書けません。")
    elif right and set(right) not in _positive_places(kind, weights):
        raise Refusal("key", "正解と、配点がプラスの選択肢とが合いません。")
    options = [Option(html_of(text), weights[n], _comment(row, n)) for n, text in enumerate(texts)]
    return {"options": tuple(options), "grading": grading}


def _positive_places(kind: str, weights: list[Fraction]) -> list[set[int]]:
    """What 正解 may say beside these weights: those above 0; of a single choice also only those that are full."""
    above = {place for place, value in enumerate(weights, 1) if value > NOTHING}
    full = {place for place, value in enumerate(weights, 1) if value == ONE}
    return [above, full] if kind == "single" else [above]


def _true_false(row: Row, kind: str) -> dict[str, Any]:
    said = row.get("正解", "").lower()
    if said not in _TRUTH:
        raise Refusal("key", "正解は「正」か「誤」です。")
    return {"truth": _TRUTH[said], "if_true": _comment(row, 0), "if_false": _comment(row, 1)}


def _matching(row: Row, kind: str) -> dict[str, Any]:
    if row.get("正解", ""):
        raise Refusal("key", "組合せの正解は空にしてください。")
    pairs, more = [], []
    for text in _texts(row):
        pieces = re.split("→|->", text, maxsplit=1)
        if len(pieces) != 2:
            raise Refusal("syntax", f"「{text[:20]}」に → がありません。")
        left, right = html_of(pieces[0]), html_of(pieces[1])
        if left:
            pairs.append(Pair(left, right))
        else:
            more.append(right)
    return {"pairs": tuple(pairs), "distractors": tuple(more)}


def _ordering(row: Row, kind: str) -> dict[str, Any]:
    texts = _texts(row)
    order = _numbers(row.get("正解", ""), len(texts)) or list(range(1, len(texts) + 1))
    if len(order) < len(texts):
        raise Refusal("key", "正解に、すべての番号を正しい順に書いてください。")
    return {"items": tuple(html_of(texts[place - 1]) for place in order), "grading": _grading(row, "all")}


def _short_text(row: Row, kind: str) -> dict[str, Any]:
    texts = _lines(row.get("正解", ""))
    if not texts:
        raise Refusal("key", "正解がありません。")
    weights = _weights(row, len(texts)) or [ONE] * len(texts)
    _positive(weights)
    distinct = _list(row.get("区別する表記", ""))
    if unknown := set(distinct) - set(_DISTINCT):
        raise Refusal("syntax", f"区別する表記「{sorted(unknown)[0][:20]}」が分かりません。")
    return {
        "accepted": tuple(Accepted(text, weights[n], _comment(row, n)) for n, text in enumerate(texts)),
        "fold": tuple(fold for fold in FOLDS if fold not in {_DISTINCT[word] for word in distinct}),
    }


def _positive(weights: list[Fraction]) -> None:
    if any(value < NOTHING for value in weights):
        raise Refusal("weight", "入力する答えの配点が負です。")


def _numeric(row: Row, kind: str) -> dict[str, Any]:
    texts = _lines(row.get("正解", ""))
    if not texts:
        raise Refusal("key", "正解がありません。")
    weights = _weights(row, len(texts)) or [ONE] * len(texts)
    _positive(weights)
    margins = _lines(row.get("許容誤差", "")) or ["0"]
    if len(margins) == 1:
        margins *= len(texts)
    if len(margins) != len(texts):
        raise Refusal("syntax", "許容誤差の数が、正解の数と合いません。")
    return {
        "values": tuple(
            Value(_number(text), _number(margin), weights[n], _comment(row, n))
            for n, (text, margin) in enumerate(zip(texts, margins, strict=True))
        ),
        "unit": _unit(row),
    }


def _number(text: str) -> Decimal:
    number = decimal(text)
    if number is None:
        raise Refusal("syntax", f"「{text[:40]}」は数ではありません。")
    return number


def _unit(row: Row) -> Unit | None:
    texts, said = _lines(row.get("単位", "")), row.get("単位の要否", "")
    if said not in {"", "必須", "任意"}:
        raise Refusal("syntax", f"単位の要否「{said[:20]}」が分かりません。")
    return Unit(tuple(texts), said == "必須") if texts else None


_READERS: dict[str, Callable[[Row, str], dict[str, Any]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
}


# --- writing ---


def write(questions: list[Question]) -> Written:
    """A workbook of those questions that fit a row."""
    rows: list[Row] = []

    def row_of(question: Question) -> str:
        rows.append(_row(question))
        return ""

    _none, refused = written(questions, row_of)
    return Written(_workbook([list(HEADINGS), *([row.get(name, "") for name in HEADINGS] for row in rows)]), refused)


def _words(html: str) -> str:
    """HTML as the text of a cell. Raises ``Refusal`` where markup would be lost."""
    text = plain(html)
    if html_of(text) != html:
        raise Refusal("text", "書式のある文は、シートに書き表せません。")
    return text


def _row(question: Question) -> Row:
    if question.type not in _WRITERS:
        raise Refusal("type", "シートの一行に書き表せない形式です。")
    if question.tags:
        raise Refusal("text", "タグは、シートに書き表せません。")
    row = {
        "種類": _WORDS[question.type],
        "名前": question.name,
        "問題文": _words(question.stem),
        "全体の解説": _words(question.feedback),
        "条項": ",".join(question.clauses),
        "認識事項": ",".join(question.topics),
        "難易度": {1: "易", 2: "普通", 3: "難"}[question.difficulty],
        "言語": question.language,
        **_WRITERS[question.type](question),
    }
    read = _question({name: str(value).strip() for name, value in row.items()}, False)
    if read != question:
        raise Refusal("text", "この設問の文字や書き方は、シートに書き表せません。")
    return row


def _cells(headings: list[str], texts: Sequence[str]) -> Row:
    if len(texts) > len(headings):
        raise Refusal("size", f"シートには{len(headings)}個までしか書けません。")
    return dict(zip(headings, texts, strict=False))


def _weights_text(values: Sequence[Fraction]) -> str:
    """Weights in per cent, or all of them as fractions where decimals cannot say one."""
    try:
        return ",".join(map(per_cent, values))
    except Refusal:
        return ",".join(f"{value.numerator}/{value.denominator}" for value in values)


def _write_choice(question: Question) -> Row:
    row = _cells(_OPTIONS, [_words(option.text) for option in question.options])
    row |= _cells(_COMMENTS, [_words(option.feedback) for option in question.options])
    weights = [option.weight for option in question.options]
    right = [str(place) for place, value in enumerate(weights, 1) if value > NOTHING]
    row["正解"] = ",".join(right)
    if question.type == "multiple":
        row["採点"] = "全部正解" if question.grading == "all" else "部分点"
    if question.grading == "partial" or (question.type == "single" and (len(right) > 1 or min(weights) < NOTHING)):
        row["配点"] = _weights_text(weights)
    return row


def _write_truth(question: Question) -> Row:
    comments = _cells(_COMMENTS, [_words(question.if_true), _words(question.if_false)])
    return {"正解": "正" if question.truth else "誤", **comments}


def _write_pairs(question: Question) -> Row:
    lines = [f"{_words(pair.prompt)} → {_words(pair.choice)}" for pair in question.pairs]
    return _cells(_OPTIONS, [*lines, *(f"→ {_words(choice)}" for choice in question.distractors)])


def _write_items(question: Question) -> Row:
    grading = "全部正解" if question.grading == "all" else "部分点"
    return {"採点": grading, **_cells(_OPTIONS, [_words(item) for item in question.items])}


def _write_texts(question: Question) -> Row:
    distinct = [word for word, fold in _DISTINCT.items() if fold not in question.fold]
    return {
        "正解": "\n".join(answer.text for answer in question.accepted),
        "配点": _weights_text([answer.weight for answer in question.accepted]),
        "区別する表記": ",".join(distinct),
        **_cells(_COMMENTS, [_words(answer.feedback) for answer in question.accepted]),
    }


def _write_numbers(question: Question) -> Row:
    unit = question.unit
    return {
        "正解": "\n".join(shortest(one.value) for one in question.values),
        "許容誤差": "\n".join(shortest(one.tolerance) for one in question.values),
        "配点": _weights_text([one.weight for one in question.values]),
        "単位": "｜".join(unit.texts) if unit else "",
        "単位の要否": "必須" if unit and unit.required else "",
        **_cells(_COMMENTS, [_words(one.feedback) for one in question.values]),
    }


_WRITERS: dict[str, Callable[[Question], Row]] = {
    "single": _write_choice,
    "multiple": _write_choice,
    "true_false": _write_truth,
    "matching": _write_pairs,
    "ordering": _write_items,
    "short_text": _write_texts,
    "numeric": _write_numbers,
}


def with_errors(data: bytes, outcome: Outcome) -> bytes:
    """The sheet that was read, as a workbook, with what was refused said in its own row."""
    rows = _xlsx_rows(data) if data[:2] == b"PK" else csv_rows(decode(data))
    columns = heading_row(rows)
    place = len(rows[0]) if columns is None or ERROR not in columns else columns[ERROR]
    reasons = {refused.line: refused.reason for refused in outcome.refused}
    table = []
    for number, cells in enumerate(rows, 1):
        row = [str(cell) for cell in cells] + [""] * (place + 1 - len(cells))
        row[place] = ERROR if number == 1 else reasons.get(number, "")
        table.append(row)
    return _workbook(table)


def sample() -> bytes:
    """The template with one question of each type, for people to write over."""
    table = [list(HEADINGS)]
    for entry in _SAMPLES:
        table.append([entry.get(name, "") for name in HEADINGS])
    return _workbook(table)


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


def _workbook(table: Sequence[Sequence[str]]) -> bytes:
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
