"""A question, written as a row of the question sheet. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from training.quiz.formats.clean import html_of, plain
from training.quiz.formats.model import NOTHING, Question, Refusal
from training.quiz.formats.numbers import per_cent, shortest
from training.quiz.formats.sheet_reading import question_of
from training.quiz.formats.sheet_table import COMMENTS, DISTINCT, OPTIONS, TYPE_WORDS, Row

_WORDS = {kind: word for word, kind in TYPE_WORDS.items()}


def _words(html: str) -> str:
    """HTML as the text of a cell. Raises ``Refusal`` where markup would be lost."""
    text = plain(html)
    if html_of(text) != html:
        raise Refusal("text", "書式のある文は、シートに書き表せません。")
    return text


def row_of(question: Question) -> Row:
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
    read = question_of({name: str(value).strip() for name, value in row.items()}, False)
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
    row = _cells(OPTIONS, [_words(option.text) for option in question.options])
    row |= _cells(COMMENTS, [_words(option.feedback) for option in question.options])
    weights = [option.weight for option in question.options]
    right = [str(place) for place, value in enumerate(weights, 1) if value > NOTHING]
    row["正解"] = ",".join(right)
    if question.type == "multiple":
        row["採点"] = "全部正解" if question.grading == "all" else "部分点"
    if question.grading == "partial" or (question.type == "single" and (len(right) > 1 or min(weights) < NOTHING)):
        row["配点"] = _weights_text(weights)
    return row


def _write_truth(question: Question) -> Row:
    comments = _cells(COMMENTS, [_words(question.if_true), _words(question.if_false)])
    return {"正解": "正" if question.truth else "誤", **comments}


def _write_pairs(question: Question) -> Row:
    lines = [f"{_words(pair.prompt)} → {_words(pair.choice)}" for pair in question.pairs]
    return _cells(OPTIONS, [*lines, *(f"→ {_words(choice)}" for choice in question.distractors)])


def _write_items(question: Question) -> Row:
    grading = "全部正解" if question.grading == "all" else "部分点"
    return {"採点": grading, **_cells(OPTIONS, [_words(item) for item in question.items])}


def _write_texts(question: Question) -> Row:
    distinct = [word for word, fold in DISTINCT.items() if fold not in question.fold]
    return {
        "正解": "\n".join(answer.text for answer in question.accepted),
        "配点": _weights_text([answer.weight for answer in question.accepted]),
        "区別する表記": ",".join(distinct),
        **_cells(COMMENTS, [_words(answer.feedback) for answer in question.accepted]),
    }


def _write_numbers(question: Question) -> Row:
    unit = question.unit
    return {
        "正解": "\n".join(shortest(one.value) for one in question.values),
        "許容誤差": "\n".join(shortest(one.tolerance) for one in question.values),
        "配点": _weights_text([one.weight for one in question.values]),
        "単位": "｜".join(unit.texts) if unit else "",
        "単位の要否": "必須" if unit and unit.required else "",
        **_cells(COMMENTS, [_words(one.feedback) for one in question.values]),
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
