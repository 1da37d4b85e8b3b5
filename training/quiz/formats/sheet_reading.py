"""A row of the question sheet, read as a question. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from training.quiz.formats.clean import html_of, name_of, one_line, plain
from training.quiz.formats.model import FOLDS, NOTHING, ONE, Accepted, Option, Pair, Question, Refusal, Unit, Value
from training.quiz.formats.numbers import decimal, plain_digits, snapped
from training.quiz.formats.sheet_table import COMMENTS, DISTINCT, OPTIONS, TYPE_WORDS, Row

_GRADINGS = {"全部正解": "all", "部分点": "partial"}
_DIFFICULTIES = {"易": 1, "普通": 2, "難": 3, "1": 1, "2": 2, "3": 3, "": 2}
_TRUTH = {"正": True, "○": True, "〇": True, "true": True, "誤": False, "×": False, "✕": False, "false": False}


def question_of(row: Row, formula: bool) -> Question:
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
    texts = [row.get(heading, "") for heading in OPTIONS]
    while texts and not texts[-1]:
        texts.pop()
    if not all(texts):
        raise Refusal("text", "選択肢の途中に空欄があります。")
    return texts


def _comment(row: Row, place: int) -> str:
    return html_of(row.get(COMMENTS[place], "")) if place < len(COMMENTS) else ""


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
    if unknown := set(distinct) - set(DISTINCT):
        raise Refusal("syntax", f"区別する表記「{sorted(unknown)[0][:20]}」が分かりません。")
    return {
        "accepted": tuple(Accepted(text, weights[n], _comment(row, n)) for n, text in enumerate(texts)),
        "fold": tuple(fold for fold in FOLDS if fold not in {DISTINCT[word] for word in distinct}),
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
