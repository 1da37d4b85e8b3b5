"""Whether a question that a reader put together can be asked: the last step of every reader.

Pure. The engine's own rules for publishing are stricter (``catalogue/faults.py``); a draft may still be mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from training.quiz.formats.clean import plain
from training.quiz.formats.model import NOTHING, ONE, Question, Refusal

LONGEST_ANSWER = 500
MOST = 200
_Member = TypeVar("_Member")


def checked(question: Question) -> Question:
    """Return the question. Raises ``Refusal`` where it cannot be asked."""
    if not plain(question.stem):
        raise Refusal("text", "問題文がありません。")
    _RULES[question.type](question)
    return question


def enough(members: Sequence[_Member]) -> Sequence[_Member]:
    """Return a question's members. Raises ``Refusal`` where they are endless, before work is spent on each."""
    if len(members) > MOST:
        raise Refusal("size", f"選択肢や答えが{MOST}個を超えています。")
    return members


def _choice(question: Question) -> None:
    _members([option.text for option in question.options], "選択肢", least=2)
    weights = [option.weight for option in question.options]
    if question.type == "single" and ONE not in weights:
        raise Refusal("key", "満点になる選択肢がありません。")
    if question.type == "multiple" and not any(weight > NOTHING for weight in weights):
        raise Refusal("key", "正解の選択肢がありません。")


def _true_false(question: Question) -> None:
    return


def _matching(question: Question) -> None:
    _members([pair.prompt for pair in question.pairs], "組合せの左側", least=2)
    choices = list(dict.fromkeys(pair.choice for pair in question.pairs))
    _members([*choices, *question.distractors], "組合せの右側", least=2)


def _ordering(question: Question) -> None:
    _members(question.items, "並べるもの", least=2)


def _short_text(question: Question) -> None:
    texts = [answer.text for answer in question.accepted]
    if any(not text.strip() or len(text) > LONGEST_ANSWER for text in texts):
        raise Refusal("text", f"答えは1〜{LONGEST_ANSWER}文字でなければなりません。")
    if len(set(texts)) < len(texts):
        raise Refusal("duplicate", "同じ答えが二度あります。")
    if not any(answer.weight == ONE for answer in question.accepted):
        raise Refusal("key", "満点になる答えがありません。")


def _numeric(question: Question) -> None:
    if any(value.tolerance < 0 for value in question.values):
        raise Refusal("syntax", "許容誤差が負です。")
    if not any(value.weight == ONE for value in question.values):
        raise Refusal("key", "満点になる答えがありません。")


def _scenario(question: Question) -> None:
    if not question.parts:
        raise Refusal("few", "小問がありません。")
    for part in question.parts:
        if part.type == "scenario":
            raise Refusal("type", "事例の中に事例があります。")
        checked(part)


def _members(texts: Iterable[str], what: str, *, least: int) -> None:
    lines = [plain(text) for text in enough(list(texts))]
    if len(lines) < least:
        raise Refusal("few", f"{what}が{len(lines)}個です。{least}個以上必要です。")
    if not all(lines):
        raise Refusal("text", f"{what}に空のものがあります。")
    if len(set(lines)) < len(lines):
        raise Refusal("duplicate", f"{what}に同じものがあります。")


_RULES = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
