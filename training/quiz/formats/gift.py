r"""GIFT, Moodle's text format: blocks between blank lines, answers in braces, ``\`` before a sign that is none.

Pure. The grammar is Moodle's documentation of the format, and of the ordering question type for ``{>``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from training.quiz.formats.check import enough
from training.quiz.formats.clean import html_of, name_of, one_line, only_text
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
    Value,
    Written,
    labels_of,
    read_labels,
)
from training.quiz.formats.numbers import decimal, per_cent, shortest, weight
from training.quiz.formats.wildcards import literal, with_stars

# An escaped sign is a noncharacter until the signs that are not escaped have done their work.
_ESCAPED = dict(zip(":#={}~\\n", map(chr, range(0xFDD0, 0xFDD8)), strict=True))
_BACK = str.maketrans({mark: "\n" if sign == "n" else sign for sign, mark in _ESCAPED.items()})
_NONCHARACTERS = re.compile("[\ufdd0-\ufdef]")
_ESCAPE = re.compile(r"\\([:#={}~\\n])")
_TAG = re.compile(r"\[tag:((?:[^\]\\]|\\.)*)\]")
_FORMAT = re.compile(r"\[(html|markdown|plain|moodle)\]")
_WEIGHT = re.compile(r"%\s*(-*\d[\d.]*)\s*%")
_TRUTH = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ORDERING = re.compile(
    r"(?:\d+|ALL|EXACT|RANDOM|REL|CONTIGUOUS|CONTIG|HORIZONTAL|HORI|VERTICAL|VERT|[HV]|"
    r"ALL_OR_NOTHING|ABSOLUTE_POSITION|ABSOLUTE|ABS|RELATIVE\w*|LONGEST_\w+|SHOW|HIDE|TRUE|FALSE|YES|NO|"
    r"none|123|abc|ABCD|iii|III|IIII)"
)


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    line: int
    labels: tuple[str, ...]
    torn: bool = False


def read(data: bytes) -> Outcome:
    """Every question of a GIFT file. Raises ``Refusal`` for a file that is none."""
    collector = Collector()
    for block in _blocks(decode(data)):
        name, stem, answers = _head(block)
        collector.take(
            lambda block=block: _question(block),  # type: ignore[misc]
            name=name_of(_plain(name), _try_html(stem)),
            type="" if block.torn or _unpaired(block, answers) else _kind(answers),
            line=block.line,
        )
    return collector.outcome()


# --- reading ---


def _blocks(text: str) -> Iterator[_Block]:
    lines = _NONCHARACTERS.sub("", text).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    waiting: _Block | None = None
    for block in _split(lines):
        if waiting is not None and _opens(block.text) is None and not block.text.startswith("::"):
            yield _Block(waiting.text, waiting.line, waiting.labels, torn=True)
            waiting = None
            continue
        if waiting is not None:
            yield waiting
            waiting = None
        if _opens(block.text) is True:
            waiting = block
        else:
            yield block
    if waiting is not None:
        yield waiting


def _opens(text: str) -> bool | None:
    """Whether a block opens a brace that it does not close; None where it closes one that it did not open."""
    first, last = text.find("{"), text.find("}")
    if last >= 0 and (first < 0 or last < first):
        return None
    return first >= 0 and last < 0


def _split(lines: list[str]) -> Iterator[_Block]:
    found: list[str] = []
    labels: list[str] = []
    start = 0
    for number, line in enumerate([*lines, ""], 1):
        said = line.strip(" \t\x0b\x0c")
        if said.startswith("//"):
            labels.extend(re.sub(r"\\(.)", r"\1", label) for label in _TAG.findall(said))
            continue
        if said.startswith("$CATEGORY:") and not found:
            continue
        if said:
            start = start or number
            found.append(said)
            continue
        if found:
            yield _Block(_ESCAPE.sub(lambda m: _ESCAPED[m[1]], "\n".join(found)), start, tuple(labels))
        found, start, labels = [], 0, []


def _plain(text: str) -> str:
    return text.translate(_BACK)


def _formatted(text: str, inherited: str) -> tuple[str, str]:
    """HTML, and the format that it was in."""
    text = text.strip()
    written_in = inherited
    if match := _FORMAT.match(text):
        written_in, text = match[1], text[match.end() :]
    return html_of(_plain(text), written_in), written_in


def _unpaired(block: _Block, answers: str | None) -> bool:
    return answers is None and ("{" in block.text or "}" in block.text)


def _try_html(stem: str) -> str:
    try:
        return _formatted(stem, "moodle")[0]
    except Refusal:
        return html_of(_plain(stem)[:400])


def _head(block: _Block) -> tuple[str, str, str | None]:
    """Name, stem and the answers' text; None for answers where there are no braces."""
    text, name = block.text, ""
    if text.startswith("::"):
        given, closed, rest = text[2:].partition("::")
        if closed:
            name, text = given.strip(), rest.strip()
    start, end = text.find("{"), text.find("}")
    if start < 0 or end < start:
        return name, text, None
    before, after = text[:start], text[end + 1 :]
    stem = f"{before}_____{after}" if after.strip() else before
    return name, stem, text[start + 1 : end].strip()


def _kind(answers: str | None) -> str:
    """Moodle's word for the type that an answer block has."""
    if answers is None:
        return "description"
    body = answers.rpartition("####")[0].strip() if "####" in answers else answers
    if not body:
        return "essay"
    if body[0] == "#":
        return "numerical"
    if body[0] == ">":
        return "ordering"
    if "~" in body:
        return "multichoice"
    if "=" in body and "->" in body:
        return "match"
    return "truefalse" if body.partition("#")[0].strip().upper() in _TRUTH else "shortanswer"


def _question(block: _Block) -> Question:
    if block.torn:
        raise Refusal("syntax", "設問の途中に空行があります。")
    name, stem, answers = _head(block)
    if _unpaired(block, answers):
        raise Refusal("syntax", "波かっこ { } が対になっていません。")
    kind = _kind(answers)
    if answers is None or kind not in _READERS:
        raise Refusal("type", f"形式「{kind}」には対応していません。")
    if "{" in stem or "}" in stem or "{" in answers:
        raise Refusal("syntax", "答えの波かっこが二つ以上あります。記号としての波かっこには \\ を付けてください。")
    html, usual = _formatted(stem, "moodle")
    body, feedback = answers, ""
    if "####" in answers:
        body, _, feedback = answers.rpartition("####")
    members = _READERS[kind](body.strip(), usual)
    return Question(
        name=name_of(_plain(name), html),
        stem=html,
        feedback=_formatted(feedback, usual)[0],
        **{**members, **read_labels(block.labels)},
    )


def _weighed(text: str, usual: Fraction) -> tuple[Fraction, str]:
    match = _WEIGHT.match(text)
    if not match:
        return usual, text
    return weight(match[1], per=100), text[match.end() :]


def _answers(body: str) -> list[str]:
    """What stands between the equals signs."""
    found = [piece.strip() for piece in body.split("=")]
    return list(enough(found if found[0] else found[1:]))


def _commented(text: str, format: str) -> tuple[str, str]:
    said, _, feedback = text.partition("#")
    return said.strip(), _formatted(feedback, format)[0]


def _multichoice(body: str, format: str) -> dict[str, object]:
    single = "=" in body
    pieces = [piece.strip() for piece in body.replace("=", "~=").split("~")]
    options = []
    for piece in enough(pieces if pieces[0] else pieces[1:]):
        right = piece.startswith("=")
        share, text = _weighed(piece[1:].strip() if right else piece, ONE if right else NOTHING)
        said, feedback = _commented(text, format)
        options.append(Option(_formatted(said, format)[0], share, feedback))
    if single:
        return {"type": "single", "options": tuple(options)}
    return {"type": "multiple", "grading": "partial", "options": tuple(options)}


def _match(body: str, format: str) -> dict[str, object]:
    pairs, more = [], []
    for piece in _answers(body):
        prompt, arrow, choice = piece.partition("->")
        if not arrow:
            raise Refusal("syntax", "組合せに -> のない行があります。")
        said = html_of(one_line(_plain(choice)))
        if prompt.strip():
            pairs.append(Pair(_formatted(prompt, format)[0], said))
        else:
            more.append(said)
    return {"type": "matching", "pairs": tuple(pairs), "distractors": tuple(more)}


def _truefalse(body: str, format: str) -> dict[str, object]:
    said, _, comments = body.partition("#")
    wrong, _, right = comments.partition("#")
    truth = _TRUTH[said.strip().upper()]
    texts = [_formatted(text, format)[0] for text in (wrong, right)]
    return {"type": "true_false", "truth": truth, "if_true": texts[truth], "if_false": texts[not truth]}


def _shortanswer(body: str, format: str) -> dict[str, object]:
    found = []
    for piece in _answers(body):
        share, text = _weighed(piece, ONE)
        said, feedback = _commented(text, format)
        words = literal(one_line(_plain(said)), share)
        if words is not None:
            found.append(Accepted(words, share, feedback))
    _not_below_zero([answer.weight for answer in found])
    return {"type": "short_text", "accepted": tuple(found)}


def _not_below_zero(shares: list[Fraction]) -> None:
    if any(share < NOTHING for share in shares):
        raise Refusal("weight", "入力する答えの配点が負です。")


def _numerical(body: str, format: str) -> dict[str, object]:
    found = []
    for piece in _answers(body[1:].partition("~")[0].strip()):
        share, text = _weighed(piece, ONE)
        said, feedback = _commented(text, format)
        if _plain(said) == "*" and share == NOTHING:
            continue
        value, tolerance = _number(_plain(said))
        found.append(Value(value, tolerance, share, feedback))
    _not_below_zero([value.weight for value in found])
    return {"type": "numeric", "values": tuple(found)}


def _number(text: str) -> tuple[Decimal, Decimal]:
    """A value and how far off it may be, out of ``3``, ``3:2`` or ``1..5``."""
    low, dots, high = text.partition("..")
    middle, colon, margin = text.partition(":")
    numbers = [decimal(part) for part in ((low, high) if dots else (middle, margin if colon else "0"))]
    first, second = numbers
    if first is None or second is None or (dots and second < first):
        raise Refusal("syntax", f"「{text[:40]}」は数ではありません。")
    if not dots:
        return first, second
    with localcontext(prec=60):
        value = (first + second) / 2
        return value, second - value


def _ordering(body: str, format: str) -> dict[str, object]:
    first, _, rest = body[1:].partition("\n")
    words = first.split()
    if not all(_ORDERING.fullmatch(word) for word in words):
        rest, words = f"{first}\n{rest}", []
    lines = enough([line for line in rest.split("\n") if line.strip()])
    items = [html_of(_plain(line), "moodle") for line in lines]
    grading = "all" if "ALL_OR_NOTHING" in words else "partial"
    return {"type": "ordering", "grading": grading, "items": tuple(items)}


_READERS = {
    "multichoice": _multichoice,
    "match": _match,
    "truefalse": _truefalse,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "ordering": _ordering,
}


# --- writing ---


def write(questions: list[Question]) -> Written:
    """A GIFT file of those questions that GIFT can carry."""
    texts, refused = written(questions, _written)
    return Written("".join(text for _question, text in texts).encode(), refused)


def _signs(text: str) -> str:
    return re.sub(r"([:#={}~\\])", r"\\\1", text).replace("\n", "\\n")


def _words(html: str) -> str:
    """Clean HTML inside an ``[html]`` question."""
    return ("[html]" if html.startswith("[") else "") + _signs(html)


def _comment(feedback: str) -> str:
    return f"#{_words(feedback)}" if feedback else ""


def _share(value: Fraction) -> str:
    return f"%{per_cent(value)}%"


def _written(question: Question) -> str:
    if question.type not in _WRITERS:
        raise Refusal("type", "GIFTでは書き表せない形式です。")
    body = _WRITERS[question.type](question)
    labels = "".join("[tag:" + re.sub(r"([\]\\])", r"\\\1", one_line(label)) + "]" for label in labels_of(question))
    comment = f"// {labels}\n" if labels else ""
    feedback = f"####{_words(question.feedback)}" if question.feedback else ""
    return f"{comment}::{_signs(question.name)}::[html]{_signs(question.stem)}{{{body}{feedback}}}\n\n"


def _write_choice(question: Question) -> str:
    if question.type == "multiple" and question.grading == "all":
        raise Refusal("scoring", "GIFTには「すべて正しいときだけ正解」の複数選択がありません。")
    lines: list[str] = []
    for option in question.options:
        if question.type == "single" and option.weight == ONE and not any(line.startswith("\n\t=") for line in lines):
            sign = "=%100%" if option.text.startswith("%") else "="
        else:
            sign = f"~{_share(option.weight)}"
        lines.append(f"\n\t{sign}{_words(option.text)}{_comment(option.feedback)}")
    return "".join(lines) + "\n"


def _write_truth(question: Question) -> str:
    feedback = (question.if_false, question.if_true)
    right, wrong = feedback[question.truth], feedback[not question.truth]
    comments = (f"#{_words(wrong)}" if wrong or right else "") + (f"#{_words(right)}" if right else "")
    return ("TRUE" if question.truth else "FALSE") + comments


def _write_match(question: Question) -> str:
    lines = [f"\n\t={_words(pair.prompt)} -> {_signs(only_text(pair.choice))}" for pair in question.pairs]
    lines += [f"\n\t= -> {_signs(only_text(choice))}" for choice in question.distractors]
    return "".join(lines) + "\n"


def _write_texts(question: Question) -> str:
    if set(question.fold) != set(FOLDS):
        raise Refusal("scoring", "GIFTでは、区別する表記を書き表せません。")
    if any("->" in answer.text for answer in question.accepted):
        raise Refusal("text", "答えに「->」があると、GIFTでは組合せになります。")
    lines = [
        f"\n\t={_share(answer.weight)}{_signs(with_stars(answer.text))}{_comment(answer.feedback)}"
        for answer in question.accepted
    ]
    return "".join(lines) + "\n"


def _write_numbers(question: Question) -> str:
    if question.unit:
        raise Refusal("scoring", "GIFTでは単位を書き表せません。")
    lines = [
        f"\n\t={_share(one.weight)}{shortest(one.value)}:{shortest(one.tolerance)}{_comment(one.feedback)}"
        for one in question.values
    ]
    return "#" + "".join(lines) + "\n"


def _write_items(question: Question) -> str:
    grading = "ALL_OR_NOTHING" if question.grading == "all" else "RELATIVE_NEXT_EXCLUDE_LAST"
    lines = [_signs(re.sub(r"^//", "&#47;/", item)) for item in question.items]
    return f">ALL VERTICAL {grading} SHOW none\n" + "\n".join(lines) + "\n"


_WRITERS = {
    "single": _write_choice,
    "multiple": _write_choice,
    "true_false": _write_truth,
    "matching": _write_match,
    "short_text": _write_texts,
    "numeric": _write_numbers,
    "ordering": _write_items,
}
