"""Moodle XML: ``<quiz>`` of ``<question type="…">``.

Pure. Read are the types that the engine has, under Moodle's own names and those of two plugins (ordering, and
multichoiceset, which is multiple choice that counts only when wholly right).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from html import escape

from training.quiz.formats.check import enough
from training.quiz.formats.clean import html_of, name_of, one_line, only_text, plain
from training.quiz.formats.collect import Collector, written
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
    labels_of,
    read_labels,
)
from training.quiz.formats.numbers import decimal, per_cent, shortest, weight
from training.quiz.formats.safe import Node, parse
from training.quiz.formats.wildcards import literal, with_stars

_FORMATS = {"html": "html", "moodle_auto_format": "moodle", "plain_text": "plain", "markdown": "markdown"}
_TRUE = {"true", "1"}


def read(data: bytes) -> Outcome:
    """Every question of a Moodle XML file. Raises ``Refusal`` for a file that is none."""
    return read_tree(parse(data))


def read_tree(root: Node) -> Outcome:
    """Every question of the tree."""
    if root.name != "quiz":
        raise Refusal("xml", f"MoodleのXMLではありません（{root.name}）。", line=root.line)
    collector = Collector()
    for node in root.children("question"):
        kind = node.get("type")
        if kind != "category":
            collector.take(
                lambda node=node, kind=kind: _question(node, kind),  # type: ignore[misc]
                name=_name(node),
                type=kind,
                line=node.line,
            )
    return collector.outcome()


# --- reading ---


def _said(node: Node | None) -> str:
    """What stands in the ``<text>`` of an element, or in the element itself."""
    if node is None:
        return ""
    text = node.child("text") or node
    return text.html() if text.children() else text.text()


def _name(node: Node) -> str:
    return one_line(_said(node.child("name"))) or one_line(_said(node.child("questiontext")))[:80]


def _html(node: Node | None, inherited: str = "html") -> str:
    """An element's text as clean HTML. Raises ``Refusal`` where a file hangs on it."""
    if node is None:
        return ""
    if node.children("file"):
        raise Refusal("image", "添付ファイル（画像など）があります。文だけの設問にしてください。")
    return html_of(_said(node), _FORMATS.get(node.get("format"), inherited))


def _question(node: Node, kind: str) -> Question:
    if kind not in _READERS:
        raise Refusal("type", f"形式「{kind}」には対応していません。")
    if one_line(_value(node, "image_base64")):
        raise Refusal("image", "画像があります。文だけの設問にしてください。")
    stem = node.child("questiontext")
    usual = _FORMATS.get(stem.get("format") if stem else "", "html")
    html = _html(stem, usual)
    labels = tuple(one_line(_said(tag)) for tags in node.children("tags") for tag in tags.children("tag"))
    return Question(
        name=name_of(_said(node.child("name")), html),
        stem=html,
        feedback=_html(node.child("generalfeedback"), usual),
        **{**_READERS[kind](node, usual), **read_labels(tuple(filter(None, labels)))},
    )


def _value(node: Node, name: str, usual: str = "") -> str:
    child = node.child(name)
    return (child.text().strip() if child else "") or usual


def _share(answer: Node) -> Fraction:
    return weight(answer.get("fraction", "0"), per=100)


def _options(node: Node, format: str) -> tuple[Option, ...]:
    return tuple(
        Option(_html(answer, format), _share(answer), _html(answer.child("feedback"), format))
        for answer in enough(node.children("answer"))
    )


def _multichoice(node: Node, format: str) -> dict[str, object]:
    single = _value(node, "single", "true").lower() in _TRUE
    options = _options(node, format)
    return {"type": "single" if single else "multiple", "grading": "all" if single else "partial", "options": options}


def _multichoiceset(node: Node, format: str) -> dict[str, object]:
    options = _options(node, format)
    right = sum(option.weight > NOTHING for option in options)
    return {
        "type": "multiple",
        "options": tuple(
            Option(option.text, Fraction(1, right) if option.weight > NOTHING else NOTHING, option.feedback)
            for option in options
        ),
    }


def _truefalse(node: Node, format: str) -> dict[str, object]:
    answers = node.children("answer")
    if len(answers) != 2:
        raise Refusal("few", "正誤の答えが二つではありません。")
    words = [one_line(_said(answer)).lower() for answer in answers]
    if set(words) != {"true", "false"}:
        words = ["true", "false"]  # old exports wrote them in their site's language, true first
    found = dict(zip(words, answers, strict=True))
    right = [word for word, answer in found.items() if _share(answer) == ONE]
    if len(right) != 1:
        raise Refusal("key", "正誤のどちらが正しいかが決まりません。")
    feedback = {word: _html(answer.child("feedback"), format) for word, answer in found.items()}
    return {
        "type": "true_false",
        "truth": right == ["true"],
        "if_true": feedback["true"],
        "if_false": feedback["false"],
    }


def _matching(node: Node, format: str) -> dict[str, object]:
    pairs, more = [], []
    for entry in enough(node.children("subquestion")):
        answer = entry.child("answer")
        if answer is not None and answer.children("file"):
            raise Refusal("image", "組合せの右側に画像があります。")
        choice, prompt = html_of(one_line(_said(answer))), _html(entry, format)
        if plain(prompt):
            pairs.append(Pair(prompt, choice))
        elif choice:
            more.append(choice)
    used = {pair.choice for pair in pairs}
    more = [choice for choice in dict.fromkeys(more) if choice not in used]
    return {"type": "matching", "pairs": tuple(pairs), "distractors": tuple(more)}


def _shortanswer(node: Node, format: str) -> dict[str, object]:
    found = []
    for answer in enough(node.children("answer")):
        share = _positive(answer)
        words = literal(one_line(_said(answer)), share)
        if words is not None:
            found.append(Accepted(words, share, _html(answer.child("feedback"), format)))
    fold = tuple(one for one in FOLDS if one != "case") if _value(node, "usecase") in _TRUE else FOLDS
    return {"type": "short_text", "accepted": tuple(found), "fold": fold}


def _positive(answer: Node) -> Fraction:
    share = _share(answer)
    if share < NOTHING:
        raise Refusal("weight", "入力する答えの配点が負です。")
    return share


def _numerical(node: Node, format: str) -> dict[str, object]:
    found = []
    for answer in enough(node.children("answer")):
        share, text = _positive(answer), _said(answer).strip()
        if text == "*" and share == NOTHING:
            continue
        value, tolerance = decimal(text), decimal(_value(answer, "tolerance", "0"))
        if value is None or tolerance is None:
            raise Refusal("syntax", f"「{text[:40]}」は数ではありません。")
        found.append(Value(value, tolerance, share, _html(answer.child("feedback"), format)))
    return {"type": "numeric", "values": tuple(found), "unit": _unit(node)}


def _unit(node: Node) -> Unit | None:
    units = [unit for group in node.children("units") for unit in group.children("unit")]
    if not units or _value(node, "showunits", "0") == "3":
        return None
    if any(decimal(_value(unit, "multiplier", "1")) != 1 for unit in units):
        raise Refusal("scoring", "換算する単位には対応していません。")
    required = _value(node, "unitgradingtype", "0") != "0"
    if required and (decimal(_value(node, "unitpenalty", "1")) or 0) < 1:
        raise Refusal("scoring", "単位の誤りの一部減点には対応していません。")
    texts = tuple(dict.fromkeys(one_line(_value(unit, "unit_name")) for unit in units))
    return Unit(tuple(filter(None, texts)), required)


def _ordering(node: Node, format: str) -> dict[str, object]:
    grading = "all" if _value(node, "gradingtype").upper() == "ALL_OR_NOTHING" else "partial"
    items = tuple(_html(answer, format) for answer in enough(node.children("answer")))
    return {"type": "ordering", "grading": grading, "items": items}


_READERS: dict[str, Callable[[Node, str], dict[str, object]]] = {
    "multichoice": _multichoice,
    "multichoiceset": _multichoiceset,
    "truefalse": _truefalse,
    "matching": _matching,
    "match": _matching,
    "shortanswer": _shortanswer,
    "numerical": _numerical,
    "ordering": _ordering,
}


# --- writing ---


def write(questions: list[Question]) -> Written:
    """A Moodle XML file of those questions that Moodle can carry."""
    texts, refused = written(questions, _written)
    body = "".join(text for _question, text in texts)
    return Written(f'<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n{body}</quiz>\n'.encode(), refused)


def _text(text: str) -> str:
    return f"<text>{escape(text, quote=False)}</text>"


def _rich(name: str, html: str, attributes: str = "") -> str:
    return f'<{name}{attributes} format="html">{_text(html)}</{name}>\n'


def _answer(text: str, share: Fraction, feedback: str = "", *, format: str = "html", more: str = "") -> str:
    back = _rich("feedback", feedback)
    return f'<answer fraction="{per_cent(share)}" format="{format}">{_text(text)}{back}{more}</answer>\n'


def _written(question: Question) -> str:
    if question.type not in _WRITERS:
        raise Refusal("type", "Moodleでは書き表せない形式です。")
    kind, body = _WRITERS[question.type](question)
    tags = "".join(f"<tag>{_text(label)}</tag>" for label in labels_of(question))
    return (
        f'<question type="{kind}">\n<name>{_text(question.name)}</name>\n'
        + _rich("questiontext", question.stem)
        + _rich("generalfeedback", question.feedback)
        + body
        + (f"<tags>{tags}</tags>\n" if tags else "")
        + "</question>\n"
    )


def _write_choice(question: Question) -> tuple[str, str]:
    whole = question.type == "multiple" and question.grading == "all"
    single = f"<single>{str(question.type == 'single').lower()}</single>\n" if not whole else ""
    answers = (
        _answer(one.text, ONE if whole and one.weight > NOTHING else one.weight, one.feedback)
        for one in question.options
    )
    kind = "multichoiceset" if whole else "multichoice"
    return kind, f"{single}<shuffleanswers>1</shuffleanswers>\n<answernumbering>none</answernumbering>\n" + "".join(
        answers
    )


def _write_truth(question: Question) -> tuple[str, str]:
    right = ONE if question.truth else NOTHING
    return "truefalse", _answer("true", right, question.if_true) + _answer("false", ONE - right, question.if_false)


def _write_match(question: Question) -> tuple[str, str]:
    pairs = [*question.pairs, *(Pair("", choice) for choice in question.distractors)]
    entries = (
        f'<subquestion format="html">{_text(pair.prompt)}'
        f"<answer>{_text(only_text(pair.choice))}</answer></subquestion>\n"
        for pair in pairs
    )
    return "matching", "<shuffleanswers>true</shuffleanswers>\n" + "".join(entries)


def _write_texts(question: Question) -> tuple[str, str]:
    case = "case" not in question.fold
    if set(question.fold) | {"case"} != set(FOLDS):
        raise Refusal("scoring", "Moodleでは、大文字のほかに区別する表記を書き表せません。")
    answers = (_answer(with_stars(a.text), a.weight, a.feedback, format="plain_text") for a in question.accepted)
    return "shortanswer", f"<usecase>{int(case)}</usecase>\n" + "".join(answers)


def _write_numbers(question: Question) -> tuple[str, str]:
    answers = "".join(
        _answer(
            shortest(one.value),
            one.weight,
            one.feedback,
            format="plain_text",
            more=f"<tolerance>{shortest(one.tolerance)}</tolerance>",
        )
        for one in question.values
    )
    unit = question.unit
    if unit is None:
        return "numerical", answers + "<showunits>3</showunits>\n"
    names = "".join(
        f"<unit><multiplier>1</multiplier><unit_name>{escape(text, quote=False)}</unit_name></unit>"
        for text in unit.texts
    )
    more = f"<unitgradingtype>{int(unit.required)}</unitgradingtype>\n<unitpenalty>1</unitpenalty>\n"
    return "numerical", f"{answers}{more}<showunits>0</showunits>\n<units>{names}</units>\n"


def _write_items(question: Question) -> tuple[str, str]:
    grading = "ALL_OR_NOTHING" if question.grading == "all" else "RELATIVE_NEXT_EXCLUDE_LAST"
    head = "<layouttype>VERTICAL</layouttype>\n<selecttype>ALL</selecttype>\n<selectcount>0</selectcount>\n"
    items = (
        f'<answer fraction="{place}" format="html">{_text(item)}</answer>\n'
        for place, item in enumerate(question.items, 1)
    )
    return "ordering", f"{head}<gradingtype>{grading}</gradingtype>\n<showgrading>SHOW</showgrading>\n" + "".join(items)


_WRITERS: dict[str, Callable[[Question], tuple[str, str]]] = {
    "single": _write_choice,
    "multiple": _write_choice,
    "true_false": _write_truth,
    "matching": _write_match,
    "short_text": _write_texts,
    "numeric": _write_numbers,
    "ordering": _write_items,
}
