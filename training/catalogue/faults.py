"""Why a question cannot be asked as it is: sentences for its editor, type by type.

Pure. ``faults_of_question`` is the whole of it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from training.catalogue.html import says, words_of
from training.catalogue.snapshots import (
    FOLDS,
    GRADINGS,
    MEMBERS,
    Choice,
    ClauseWords,
    Matching,
    Members,
    Numeric,
    OptionSnapshot,
    Ordering,
    QuestionSnapshot,
    Scenario,
    ShortText,
    TrueFalse,
)

TOPICS = ("a", "b", "c", "d")  # JIS Q 15001:2023, 7.3
DIFFICULTIES = (1, 2, 3)
LONGEST_ANSWER = 500
MOST_PARTS = 8
_WEIGHT = re.compile(r"-?\d{1,4}(?:/\d{1,4})?", re.ASCII)
_DECIMAL = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,10})?", re.ASCII)


def members_of(question: QuestionSnapshot) -> Members:
    """What the question holds, in whichever of the two ways it says so."""
    return question.members or Choice(question.options)


def weight_of(text: str) -> Fraction | None:
    """The fraction that a text says, from -1 to 1; None for what is none."""
    if not _WEIGHT.fullmatch(text) or text.endswith(("/0", "/00", "/000", "/0000")):
        return None
    value = Fraction(text)
    return value if abs(value) <= 1 else None


def number_of(text: str) -> Decimal | None:
    """The decimal number that a text says in digits of any width; None for what is none."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").strip()
    return Decimal(plain) if _DECIMAL.fullmatch(plain) else None


def weights_of(type: str, members: Choice) -> list[Fraction]:
    """What each option is worth: as the editor said, or else as is usual.

    Usual is 1 for a right option and 0 for a wrong one; where several right
    ones are credited in part, each brings its share, and a wrong one costs as
    much as a right one brings or more, so that ticking all earns nothing.
    """
    right = sum(option.correct for option in members.options)
    wrong = len(members.options) - right
    full, penalty = Fraction(1), Fraction(0)
    if type == "multiple" and members.grading == "partial" and right and wrong:
        full = Fraction(1, right)
        penalty = -max(full, Fraction(1, wrong))
    return [
        (weight_of(option.weight) or Fraction(0)) if option.weight else full if option.correct else penalty
        for option in members.options
    ]


def faults_of_question(question: QuestionSnapshot, clauses: Mapping[str, ClauseWords]) -> list[str]:
    """Why this question cannot be asked, one sentence each; empty when it can."""
    name = f"設問「{words_of(question.stem)[:24]}…」"
    faults = []
    if not words_of(question.stem):
        faults.append(f"設問 {question.question} に問題文がありません。")
    faults.extend(_of_members(name, question.type, members_of(question)))
    if question.difficulty not in DIFFICULTIES:
        faults.append(f"{name}の難易度は1（やさしい）・2（ふつう）・3（難しい）のいずれかにしてください。")
    if not 1 <= len(question.clauses) <= 2:
        faults.append(f"{name}の条項は1つか2つにしてください（今は{len(question.clauses)}）。")
    if not question.topics:
        faults.append(f"{name}に認識事項（a–d）がありません。")
    faults.extend(
        f"{name}の認識事項「{topic}」はありません（a–d）。" for topic in sorted({*question.topics} - {*TOPICS})
    )
    faults.extend(
        f"{name}の条項「{ref}」は方針の現行版にありません。"
        for ref in sorted({*question.clauses, *question.quotes} - set(clauses))
    )
    return faults


def _of_members(name: str, type: str, members: Members) -> list[str]:
    if type not in MEMBERS:
        return [f"{name}の形式「{type}」には対応していません。"]
    if not isinstance(members, MEMBERS[type]):
        return [f"{name}の形式と内容が合っていません。"]
    return list(_RULES[type](name, type, members))


def _twice(texts: Iterable[str]) -> bool:
    found = list(texts)
    return len(set(found)) != len(found)


def _grading(name: str, grading: str) -> Iterator[str]:
    if grading not in GRADINGS:
        yield f"{name}の採点方法「{grading}」はありません。"


def _choice(name: str, type: str, members: Choice) -> Iterator[str]:
    options = members.options
    if len(options) < 2:
        yield f"{name}の選択肢が{len(options)}個です。2個以上にしてください。"
    if _twice(option.id for option in options):
        yield f"{name}の選択肢に同じ識別子のものがあります。"
    if any(not (says(option.text) if members.rich else option.text.strip()) for option in options):
        yield f"{name}に空の選択肢があります。"
    yield from _grading(name, members.grading)
    yield from _key(name, type, options)
    if any(option.weight for option in options) or members.grading == "partial":
        yield from _weights(name, type, members)
    if any(not says(option.explanation) for option in options if not option.correct):
        yield f"{name}に、解説のない誤りの選択肢があります。"


def _key(name: str, type: str, options: Sequence[OptionSnapshot]) -> Iterator[str]:
    correct = sum(option.correct for option in options)
    if type == "single" and correct != 1:
        yield f"{name}は単一選択ですが、正解が{correct}個あります。"
    if type == "multiple" and not 1 <= correct < len(options):
        yield f"{name}は複数選択ですが、正解が{len(options)}個中{correct}個です。"


def _weights(name: str, type: str, members: Choice) -> Iterator[str]:
    if any(option.weight and weight_of(option.weight) is None for option in members.options):
        yield f"{name}の配点は-1〜1の分数（例 1/2）で書いてください。"
        return
    weights = weights_of(type, members)
    pairs = list(zip(members.options, weights, strict=True))
    if type == "single":
        if any(weight != 1 if option.correct else weight >= 1 for option, weight in pairs):
            yield f"{name}は、正解の配点を1に、ほかの配点を1より小さくしてください。"
    elif members.grading == "partial":
        if any(weight <= 0 if option.correct else weight > 0 for option, weight in pairs):
            yield f"{name}は、正解の配点をプラスに、誤りの配点を0以下にしてください。"
        elif sum(weight for option, weight in pairs if option.correct) != 1:
            yield f"{name}の正解の配点の合計を1にしてください。"
        elif sum(weights) > 0:
            yield f"{name}は、すべての選択肢を選ぶだけで点が入ります。誤りの配点を下げてください。"
    elif any(option.weight for option in members.options):
        yield f"{name}は「すべて正しいときだけ正解」の採点です。選択肢ごとの配点を消すか、部分点の採点にしてください。"


def _true_false(name: str, type: str, members: TrueFalse) -> Iterator[str]:
    if not says(members.if_false if members.answer else members.if_true):
        yield f"{name}に、誤った答えへの解説がありません。"


def _matching(name: str, type: str, members: Matching) -> Iterator[str]:
    prompts, choices = members.prompts, members.choices
    if len(prompts) < 2 or len(choices) < 2:
        yield f"{name}の組合せは2組以上にしてください（今は{len(prompts)}組、選ぶものが{len(choices)}個）。"
    if _twice(one.id for one in prompts) or _twice(one.id for one in choices):
        yield f"{name}の組合せに同じ識別子のものがあります。"
    if any(not says(text) for text in (*(p.text for p in prompts), *(c.text for c in choices))):
        yield f"{name}の組合せに空のものがあります。"
    if _twice(one.text.strip() for one in choices):
        yield f"{name}の選ぶものに同じ文のものがあります。"
    if any(prompt.choice not in {choice.id for choice in choices} for prompt in prompts):
        yield f"{name}に、正しい相手のないものがあります。"


def _ordering(name: str, type: str, members: Ordering) -> Iterator[str]:
    if len(members.items) < 2:
        yield f"{name}の並べるものが{len(members.items)}個です。2個以上にしてください。"
    if _twice(one.id for one in members.items):
        yield f"{name}の並べるものに同じ識別子のものがあります。"
    if any(not says(one.text) for one in members.items):
        yield f"{name}の並べるものに空のものがあります。"
    if _twice(one.text.strip() for one in members.items):
        yield f"{name}の並べるものに同じ文のものがあります。"
    yield from _grading(name, members.grading)


def _answers(name: str, weights: Sequence[str]) -> Iterator[str]:
    values = [weight_of(weight) for weight in weights]
    if any(value is None or value < 0 for value in values):
        yield f"{name}の答えの配点は0〜1の分数（例 1/2）で書いてください。"
    elif 1 not in values:
        yield f"{name}に、満点になる答えがありません。"


def _short_text(name: str, type: str, members: ShortText) -> Iterator[str]:
    texts = [" ".join(unicodedata.normalize("NFKC", answer.text).split()) for answer in members.answers]
    yield from _answers(name, [answer.weight for answer in members.answers])
    if any(not text or len(text) > LONGEST_ANSWER for text in texts):
        yield f"{name}の答えは1〜{LONGEST_ANSWER}文字にしてください。"
    if _twice(answer.text.strip() for answer in members.answers):
        yield f"{name}に同じ答えが二度あります。"
    if set(members.fold) - set(FOLDS):
        yield f"{name}の「区別しない違い」に知らないものがあります。"


def _numeric(name: str, type: str, members: Numeric) -> Iterator[str]:
    yield from _answers(name, [answer.weight for answer in members.answers])
    if any(number_of(answer.value) is None for answer in members.answers):
        yield f"{name}の答えは数字で書いてください（桁区切りのカンマは使えません）。"
    tolerances = [number_of(answer.tolerance) for answer in members.answers]
    if any(value is None or value < 0 for value in tolerances):
        yield f"{name}の許容誤差は0以上の数字で書いてください。"
    if members.unit is not None and (not members.unit.texts or any(not t.strip() for t in members.unit.texts)):
        yield f"{name}の単位を書いてください。"


def _scenario(name: str, type: str, members: Scenario) -> Iterator[str]:
    if not 1 <= len(members.parts) <= MOST_PARTS:
        yield f"{name}の小問は1〜{MOST_PARTS}問にしてください（今は{len(members.parts)}問）。"
    if _twice(part.id for part in members.parts):
        yield f"{name}の小問に同じ識別子のものがあります。"
    for number, part in enumerate(members.parts, 1):
        here = f"{name}の小問{number}"
        if not words_of(part.stem):
            yield f"{here}に問題文がありません。"
        if part.type == "scenario":
            yield f"{here}を事例にすることはできません。"
        else:
            yield from _of_members(here, part.type, part.members)


_RULES: Mapping[str, Callable[[str, str, Any], Iterator[str]]] = {
    "single": _choice,
    "multiple": _choice,
    "true_false": _true_false,
    "matching": _matching,
    "ordering": _ordering,
    "short_text": _short_text,
    "numeric": _numeric,
    "scenario": _scenario,
}
