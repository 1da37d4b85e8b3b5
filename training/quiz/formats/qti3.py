"""QTI 3.0: elements and attributes in kebab case, otherwise as 2.x says it; read, and written as a package.

Pure.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from fractions import Fraction
from html import escape

from training.quiz.formats.collect import Collector, written
from training.quiz.formats.model import FOLDS, NOTHING, ONE, Outcome, Question, Refusal, Written, labels_of
from training.quiz.formats.numbers import shortest
from training.quiz.formats.qti import TRUE_FALSE
from training.quiz.formats.qti2 import take_items
from training.quiz.formats.safe import Node, parse

NAMESPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def read(data: bytes) -> Outcome:
    """The item of a file. Raises ``Refusal`` for a file that is none."""
    collector = Collector()
    take_items(as_2(parse(data)), collector)
    return collector.outcome()


def as_2(root: Node) -> Node:
    """The tree in the spelling of QTI 2; an interaction remembers its own."""
    for node in root.walk():
        if node.name.startswith("qti-"):
            spelt = node.name
            node.name = _camel(spelt.removeprefix("qti-"))
            node.attributes = {_camel(key): value for key, value in node.attributes.items()}
            node.attributes["xml:spelt"] = spelt
    return root


def _camel(name: str) -> str:
    if name.startswith(("data-", "aria-", "xml:")):
        return name
    return re.sub("-([a-z])", lambda match: match[1].upper(), name)


# --- writing ---


def write(questions: list[Question]) -> Written:
    """A content package of those questions that QTI can carry."""
    texts, refused = written(questions, lambda question: _item(question, "item"))
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {"imsmanifest.xml": _manifest([question for question, _text in texts])}
        for number, (question, _text) in enumerate(texts, 1):
            files[f"items/q{number}.xml"] = _item(question, f"q{number}")
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EARLIEST), text.encode(), zipfile.ZIP_DEFLATED)
    return Written(kept.getvalue(), refused)


def _manifest(questions: list[Question]) -> str:
    resources = []
    for number, question in enumerate(questions, 1):
        words = "".join(f"<keyword><string>{escape(label)}</string></keyword>" for label in labels_of(question))
        lom = f'<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general>{words}</general></lom></metadata>'
        href = f"items/q{number}.xml"
        resources.append(
            f'<resource identifier="r{number}" type="imsqti_item_xmlv3p0" href="{href}">{lom if words else ""}'
            f'<file href="{href}"/></resource>\n'
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="questions">\n'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>\n"
        f"<organizations/>\n<resources>\n{''.join(resources)}</resources>\n</manifest>\n"
    )


def _item(question: Question, identifier: str) -> str:
    if question.type not in _WRITERS:
        raise Refusal("type", "QTIでは一つの項目に書き表せない形式です。")
    declaration, interaction, processing, feedback = _WRITERS[question.type](question)
    if question.feedback:
        feedback = [*feedback, ("none", question.feedback)]
    language = f' xml:lang="{escape(question.language)}"' if question.language else ""
    label = f' label="{TRUE_FALSE}"' if question.type == "true_false" else ""
    declared = '<qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>\n'
    if feedback:
        many = "multiple" if question.type == "multiple" else "single"
        declared += f'<qti-outcome-declaration identifier="FEEDBACK" cardinality="{many}" base-type="identifier"/>\n'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<qti-assessment-item xmlns="{NAMESPACE}" identifier="{identifier}" title="{escape(question.name)}"'
        f'{label} adaptive="false" time-dependent="false"{language}>\n{declaration}{declared}'
        f"<qti-item-body><div>{_xml(question.stem)}</div>{interaction}</qti-item-body>\n{processing}"
        + "".join(_modal(name, html) for name, html in feedback)
        + "</qti-assessment-item>\n"
    )


def _modal(name: str, html: str) -> str:
    hide = "hide" if name == "none" else "show"
    body = f"<qti-content-body>{_xml(html)}</qti-content-body>"
    return (
        f'<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="{name}" show-hide="{hide}">{body}'
        "</qti-modal-feedback>\n"
    )


def _xml(html: str) -> str:
    """Clean HTML as XML: its void elements closed, its one named entity as a number."""
    return re.sub(r"<(br|hr)>", r"<\1/>", html).replace("&nbsp;", "&#160;")


def _declaration(cardinality: str, base: str, values: list[str], mapping: str = "") -> str:
    correct = "".join(f"<qti-value>{escape(value, quote=False)}</qti-value>" for value in values)
    body = f"<qti-correct-response>{correct}</qti-correct-response>" if values else ""
    head = f'<qti-response-declaration identifier="RESPONSE" cardinality="{cardinality}" base-type="{base}">'
    return f"{head}{body}{mapping}</qti-response-declaration>\n"


def _template(name: str) -> str:
    return f'<qti-response-processing template="{TEMPLATES}{name}.xml"/>\n'


_Parts = tuple[str, str, str, list[tuple[str, str]]]


def _scored(name: str, feedback: bool) -> str:
    """Processing that scores as the template does, and passes the choice on as feedback where there is any."""
    if not feedback:
        return _template(name)
    said = '<qti-set-outcome-value identifier="FEEDBACK"><qti-variable identifier="RESPONSE"/></qti-set-outcome-value>'
    if name == "map_response":
        mapped = '<qti-map-response identifier="RESPONSE"/>'
        score = f'<qti-set-outcome-value identifier="SCORE">{mapped}</qti-set-outcome-value>'
    else:
        score = (
            "<qti-response-condition><qti-response-if>"
            '<qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>'
            f"{_set('SCORE', 'float', '1')}</qti-response-if></qti-response-condition>"
        )
    return f"<qti-response-processing>{said}{score}</qti-response-processing>\n"


def _set(outcome: str, base: str, value: str) -> str:
    return (
        f'<qti-set-outcome-value identifier="{outcome}"><qti-base-value base-type="{base}">{value}</qti-base-value>'
        "</qti-set-outcome-value>"
    )


def _points(share: Fraction) -> str:
    """A weight in decimals. Raises ``Refusal`` where those do not come back as the same."""
    number = f"{float(share):.7f}"
    text = number.rstrip("0").rstrip(".")
    if Fraction(text).limit_denominator(1000) != share:
        raise Refusal("weight", f"配点{share}は小数で書けません。")
    return "0" if text == "-0" else text


def _write_choice(question: Question) -> _Parts:
    shares = [option.weight for option in question.options]
    names = [f"c{number}" for number in range(1, len(shares) + 1)]
    many = question.type == "multiple"
    right = [name for name, share in zip(names, shares, strict=True) if share > 0]
    whole = question.grading == "all" if many else set(shares) == {ONE, NOTHING} and len(right) == 1
    if many and not whole and sum((share for share in shares if share > 0), NOTHING) != 1:
        raise Refusal("weight", "正解の配点の合計が1でない複数選択は、QTIでは書き表せません。")
    entries = "".join(
        f'<qti-map-entry map-key="{name}" mapped-value="{_points(share)}"/>'
        for name, share in zip(names, shares, strict=True)
    )
    mapping = "" if whole else f'<qti-mapping lower-bound="0" upper-bound="1" default-value="0">{entries}</qti-mapping>'
    feedback = [(name, one.feedback) for name, one in zip(names, question.options, strict=True) if one.feedback]
    body = "".join(
        f'<qti-simple-choice identifier="{name}">{_xml(one.text)}</qti-simple-choice>'
        for name, one in zip(names, question.options, strict=True)
    )
    head = f'<qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="{0 if many else 1}">'
    return (
        _declaration("multiple" if many else "single", "identifier", right if whole else [], mapping),
        f"{head}{body}</qti-choice-interaction>",
        _scored("match_correct" if whole else "map_response", bool(feedback or question.feedback)),
        feedback,
    )


def _write_truth(question: Question) -> _Parts:
    feedback = [(n, html) for n, html in (("true", question.if_true), ("false", question.if_false)) if html]
    words = {"true": "正", "false": "誤"}
    body = "".join(f'<qti-simple-choice identifier="{n}">{word}</qti-simple-choice>' for n, word in words.items())
    return (
        _declaration("single", "identifier", [str(question.truth).lower()]),
        f'<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">{body}</qti-choice-interaction>',
        _scored("match_correct", bool(feedback or question.feedback)),
        feedback,
    )


def _write_pairs(question: Question) -> _Parts:
    choices = list(dict.fromkeys([*(pair.choice for pair in question.pairs), *question.distractors]))
    values = [f"p{n} c{choices.index(pair.choice) + 1}" for n, pair in enumerate(question.pairs, 1)]

    def side(mark: str, texts: list[str], most: int) -> str:
        inner = "".join(
            f'<qti-simple-associable-choice identifier="{mark}{n}" match-max="{most}">{_xml(text)}'
            "</qti-simple-associable-choice>"
            for n, text in enumerate(texts, 1)
        )
        return f"<qti-simple-match-set>{inner}</qti-simple-match-set>"

    body = side("p", [pair.prompt for pair in question.pairs], 1) + side("c", choices, len(values))
    entries = "".join(f'<qti-map-entry map-key="{value}" mapped-value="1"/>' for value in values)
    return (
        _declaration("multiple", "directedPair", values, f'<qti-mapping default-value="0">{entries}</qti-mapping>'),
        f'<qti-match-interaction response-identifier="RESPONSE" max-associations="{len(values)}">{body}'
        "</qti-match-interaction>",
        _template("map_response"),
        [],
    )


def _write_items(question: Question) -> _Parts:
    if question.grading != "all":
        raise Refusal("scoring", "並べ替えの部分点は、QTIでは書き表せません。")
    names = [f"i{number}" for number in range(1, len(question.items) + 1)]
    body = "".join(
        f'<qti-simple-choice identifier="{name}">{_xml(item)}</qti-simple-choice>'
        for name, item in zip(names, question.items, strict=True)
    )
    return (
        _declaration("ordered", "identifier", names),
        f'<qti-order-interaction response-identifier="RESPONSE" shuffle="true">{body}</qti-order-interaction>',
        _template("match_correct"),
        [],
    )


def _write_texts(question: Question) -> _Parts:
    if set(question.fold) | {"case"} != set(FOLDS):
        raise Refusal("scoring", "QTIでは、大文字のほかに区別する表記を書き表せません。")
    case = str("case" not in question.fold).lower()
    tests = [
        f'<qti-string-match case-sensitive="{case}"><qti-variable identifier="RESPONSE"/>'
        f'<qti-base-value base-type="string">{escape(one.text, quote=False)}</qti-base-value></qti-string-match>'
        for one in question.accepted
    ]
    return _typed("string", tests, [(one.weight, one.feedback) for one in question.accepted])


def _write_numbers(question: Question) -> _Parts:
    if question.unit:
        raise Refusal("scoring", "QTIでは単位を書き表せません。")
    tests = [
        f'<qti-equal tolerance-mode="absolute" tolerance="{shortest(one.tolerance)} {shortest(one.tolerance)}">'
        '<qti-variable identifier="RESPONSE"/>'
        f'<qti-base-value base-type="float">{shortest(one.value)}</qti-base-value></qti-equal>'
        for one in question.values
    ]
    return _typed("float", tests, [(one.weight, one.feedback) for one in question.values])


def _typed(base: str, tests: list[str], said: list[tuple[Fraction, str]]) -> _Parts:
    """An entry whose answers are tried in turn."""
    branches, feedback = [], []
    for number, (test, (share, html)) in enumerate(zip(tests, said, strict=True), 1):
        name = "qti-response-if" if number == 1 else "qti-response-else-if"
        more = _set("FEEDBACK", "identifier", f"a{number}") if html else ""
        branches.append(f"<{name}>{test}{_set('SCORE', 'float', _points(share))}{more}</{name}>")
        if html:
            feedback.append((f"a{number}", html))
    condition = f"<qti-response-condition>{''.join(branches)}</qti-response-condition>"
    return (
        _declaration("single", base, []),
        '<p><qti-text-entry-interaction response-identifier="RESPONSE"/></p>',
        f"<qti-response-processing>{condition}</qti-response-processing>\n",
        feedback,
    )


_WRITERS: dict[str, Callable[[Question], _Parts]] = {
    "single": _write_choice,
    "multiple": _write_choice,
    "true_false": _write_truth,
    "matching": _write_pairs,
    "ordering": _write_items,
    "short_text": _write_texts,
    "numeric": _write_numbers,
}
