"""What somebody who has read nothing earns by a habit: always 正しい, always the longest, everything as it stands.

Pure. A habit is followed through every type of question, as the same person would. Options and choices are taken in
the order of the file, for the page shuffles them; what is to be put in order is never shown as written, so there a
habit that looks at no words earns what chance gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import pairwise

# Words by which a test-wise reader recognises the cautious option.
HEDGES = (
    "場合",
    "可能性",
    "おそれ",
    "原則",
    "一般に",
    "通常",
    "必要に応じ",
    "など",
    "限り",
    "ことがある",
    "とは限らない",
    "限らず",
    "かもしれ",
    "慎重",
    "適切",
    "検討",
    "よう努め",
    "望ましい",
    "範囲",
    "一度",
)
# Words by which the same reader recognises the obedient option.
DUTIFUL = ("報告", "相談", "確認", "連絡", "窓口", "責任者", "上司", "記録", "引き継", "案内")
ABSOLUTES = (
    "必ず",
    "一切",
    "すべて",
    "全て",
    "絶対",
    "いつでも",
    "だけ",
    "のみ",
    "常に",
    "そのまま",
    "勝手",
    "問題ない",
    "不要",
)
STRATEGIES = (
    "first",
    "last",
    "longest",
    "shortest",
    "most hedged",
    "most dutiful",
    "least absolute",
    "most alike",
    "everything",
)
_BLIND = ("first", "last", "everything")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


@cache
def grams(text: str) -> frozenset[str]:
    text = re.sub(r"[\s、。「」（）()・]", "", text)
    return frozenset(text[i : i + 3] for i in range(len(text) - 2))


def similarity(one: str, other: str) -> float:
    a, b = grams(one), grams(other)
    return len(a & b) / max(1, len(a | b))


def asked(question: dict) -> list[dict]:
    """What is answered by itself: the question, or the parts of a scenario with its story before each stem."""
    if question["type"] != "scenario":
        return [question]
    return [part | {"stem": f"{question['stem']}\n{part['stem']}"} for part in question["parts"]]


def guessing_score(strategy: str, questions: Sequence[dict]) -> float:
    """The share of the points that the habit earns."""
    return float(sum((credit(strategy, question) for question in questions), Fraction(0)) / len(questions))


def credit(strategy: str, question: dict) -> Fraction:
    """What the habit earns of one question, from 0 to 1."""
    parts = [_CREDIT[one["type"]](strategy, one) for one in asked(question)]
    return sum(parts, Fraction(0)) / len(parts)


def liking(strategy: str, stem: str) -> Callable[[str], float]:
    """How much a text pleases somebody with this habit."""

    def count(words: Sequence[str]) -> Callable[[str], float]:
        return lambda text: sum(text.count(word) for word in words)

    return {
        "longest": len,
        "shortest": lambda text: -len(text),
        "most hedged": count(HEDGES),
        "most dutiful": count(DUTIFUL),
        "least absolute": lambda text: -count(ABSOLUTES)(text),
        "most alike": lambda text: similarity(stem, text),
    }.get(strategy, lambda text: 0)


def ranked(strategy: str, texts: Sequence[str], stem: str) -> list[int]:
    """The places of the texts, what the habit likes best first; of equals the earlier."""
    if strategy == "last":
        return list(reversed(range(len(texts))))
    likes = liking(strategy, stem)
    return sorted(range(len(texts)), key=lambda place: (-likes(texts[place]), place))


def _single(strategy: str, question: dict) -> Fraction:
    options = question["options"]
    best = ranked(strategy, [option["text"] for option in options], question["stem"])[0]
    return Fraction(int(options[best]["correct"]))


def _multiple(strategy: str, question: dict) -> Fraction:
    """Whoever guesses ticks what stands out, here the half of the options that the habit likes best, or everything."""
    options = question["options"]
    order = ranked(strategy, [option["text"] for option in options], question["stem"])
    ticked = set(order if strategy == "everything" else order[: (len(options) + 1) // 2])
    right = {place for place, option in enumerate(options) if option["correct"]}
    if question.get("grading", "all") == "all":
        return Fraction(int(ticked == right))
    worth = Fraction(1, len(right))
    penalty = max(worth, Fraction(1, len(options) - len(right)))
    return max(Fraction(0), worth * len(ticked & right) - penalty * len(ticked - right))


def _true_false(strategy: str, question: dict) -> Fraction:
    """正しい stands first and is the longer word; a sentence that hedges sounds true, one with 「必ず」 sounds false."""
    stem = question["stem"]
    says_true = {
        "last": False,
        "shortest": False,
        "most hedged": any(word in stem for word in HEDGES),
        "most dutiful": any(word in stem for word in DUTIFUL),
        "least absolute": not any(word in stem for word in ABSOLUTES),
    }.get(strategy, True)
    return Fraction(int(question["answer"] == says_true))


def choices_of(question: dict) -> list[str]:
    """What may be chosen in a matching question, each once, as written."""
    return list(dict.fromkeys([*(pair["choice"] for pair in question["pairs"]), *question.get("others", [])]))


def _matching(strategy: str, question: dict) -> Fraction:
    pairs, choices = question["pairs"], choices_of(question)
    right = sum(pair["choice"] == choices[ranked(strategy, choices, pair["prompt"])[0]] for pair in pairs)
    return Fraction(right, len(pairs))


def _ordering(strategy: str, question: dict) -> Fraction:
    """What a habit likes best comes first; of equals any, for the page shows them in no order."""
    items, partial = question["items"], question.get("grading") == "partial"
    if strategy in _BLIND:
        return Fraction(1, len(items)) if partial else Fraction(0)
    likes = liking(strategy, question["stem"])
    order = sorted(range(len(items)), key=lambda place: (-likes(items[place]), sha256(items[place].encode()).digest()))
    if not partial:
        return Fraction(int(order == sorted(order)))
    return Fraction(sum(after == before + 1 for before, after in pairwise(order)), len(items) - 1)


def _short_text(strategy: str, question: dict) -> Fraction:
    """Words cannot be guessed, unless the stem says them."""
    said = [Fraction(str(a.get("weight", 1))) for a in question["answers"] if a["text"] in question["stem"]]
    return max(said, default=Fraction(0))


def _numeric(strategy: str, question: dict) -> Fraction:
    """Whoever cannot count writes a number that the stem names."""
    named = [Fraction(number) for number in _NUMBER.findall(question["stem"])] or [Fraction(0)]
    guess = {"last": named[-1], "longest": max(named), "shortest": min(named)}.get(strategy, named[0])
    return max((Fraction(str(weight)) for value, weight in _numbers(question) if value == guess), default=Fraction(0))


def _numbers(question: dict) -> Iterator[tuple[Fraction, object]]:
    for answer in question["answers"]:
        yield Fraction(answer["value"]), answer.get("weight", 1)


_CREDIT: dict[str, Callable[[str, dict], Fraction]] = {
    "single": _single,
    "multiple": _multiple,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
}
