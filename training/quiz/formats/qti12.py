"""QTI 1.2: ``<questestinterop>`` with ``<item>``s, in the plain form and in that of Canvas and Common Cartridge.

Pure. Scores are conditions that set a variable: an item is taken only if they come to a rule that the engine has.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from training.quiz.formats.check import enough
from training.quiz.formats.clean import clean, html_of, name_of, one_line, plain
from training.quiz.formats.collect import Collector
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
)
from training.quiz.formats.numbers import decimal, snapped
from training.quiz.formats.safe import Node, parse

_RESPONSES = ("response_lid", "response_str", "response_num", "response_xy", "response_grp")
_RENDERS = ("render_choice", "render_fib", "render_hotspot", "render_slider", "render_extension")
_IMAGES = {"matimage", "mataudio", "matvideo", "matapplet", "matapplication", "img", "object", "video"}
_LACKING = {
    "essay_question", "text_only_question", "file_upload_question", "calculated_question", "ordering_question",
    "fill_in_multiple_blanks_question", "multiple_dropdowns_question", "categorization_question", "hot_spot_question",
    "cc.essay.v0p1", "cc.pattern_match.v0p1", "essay", "formula_question",
}  # fmt: skip


def read(data: bytes) -> Outcome:
    """Every item of a QTI 1.2 file. Raises ``Refusal`` for a file that is none."""
    root = parse(data)
    if root.name not in {"questestinterop", "item"}:
        raise Refusal("xml", f"QTI 1.2ではありません（{root.name}）。", line=root.line)
    collector = Collector()
    take_items(root, collector)
    return collector.outcome()


def take_items(root: Node, collector: Collector) -> None:
    """Take each item of the tree."""
    for item in [node for node in root.walk() if node.name == "item"]:
        collector.take(
            lambda item=item: _question(item),  # type: ignore[misc]
            name=one_line(item.get("title")) or one_line(item.get("ident")),
            type=_kind(item),
            line=item.line,
        )


# --- what the item says of itself ---


def _metadata(item: Node) -> dict[str, str]:
    found = {}
    for one in item.all("qtimetadatafield"):
        label, entry = one.child("fieldlabel"), one.child("fieldentry")
        if label is not None and entry is not None:
            found[label.text().strip().lower()] = entry.text().strip()
    return found


def _kind(item: Node) -> str:
    """The type's name in the file: its metadata's, else its element's."""
    given = _metadata(item)
    named = given.get("question_type") or given.get("cc_profile")
    return named or next((node.name for node in item.walk() if node.name in (*_RENDERS, *_RESPONSES)), "")


def _question(item: Node) -> Question:
    presentation = item.child("presentation")
    kind = _kind(item)
    if kind in _LACKING:
        raise Refusal("type", f"形式「{kind}」には対応していません。")
    responses = presentation.all(*_RESPONSES) if presentation else []
    if presentation is None or not responses:
        raise Refusal("type", "回答欄のない項目には対応していません。")
    if any(node.name in _IMAGES for node in item.walk()):
        raise Refusal("image", "画像などの埋め込みがあります。文だけの設問にしてください。")
    rules = _rules(item)
    members = _members(item, kind, responses, rules)
    stem = _material(presentation)
    return Question(
        name=name_of(one_line(item.get("title")) or one_line(item.get("ident")), stem),
        stem=stem,
        feedback=_shown(item, "general_fb"),
        **members,  # type: ignore[arg-type]
    )


def _members(item: Node, kind: str, responses: list[Node], rules: list[_Rule]) -> dict[str, object]:
    first = responses[0]
    if len(responses) > 1:
        if all(one.name == "response_lid" and one.get("rcardinality", "Single") == "Single" for one in responses):
            return _matching(responses, rules)
        raise Refusal("type", "回答欄が二つ以上ある項目には対応していません。")
    if first.name == "response_lid" and first.all("render_choice"):
        cardinality = first.get("rcardinality", "Single").lower()
        reader = {"single": _single, "multiple": _multiple, "ordered": _ordered}.get(cardinality)
        if reader is not None:
            return reader(item, kind, first, rules)
    if first.name in {"response_str", "response_num"} and first.all("render_fib"):
        return _entry(item, kind, first, rules)
    raise Refusal("type", f"形式「{kind or first.name}」には対応していません。")


def _material(node: Node) -> str:
    """The words outside of what is answered."""
    pieces: list[str] = []

    def gather(one: Node) -> None:
        for child in one.children():
            if child.name in ("material", "flow_mat"):
                pieces.append(_words(child))
            elif child.name not in _RESPONSES:
                gather(child)

    gather(node)
    pieces = [piece for piece in pieces if plain(piece)]
    return pieces[0] if len(pieces) == 1 else clean("".join(f"<div>{piece}</div>" for piece in pieces))


def _words(node: Node) -> str:
    pieces = []
    for one in node.walk():
        if one.name in ("mattext", "matemtext"):
            rich = one.get("texttype").lower() in {"text/html", "text/xhtml", "html"}
            text = one.html() if one.children() else one.text()
            pieces.append(clean(text) if rich or one.children() else html_of(text))
        elif one.name == "matbreak":
            pieces.append("<br>")
    return clean(" ".join(pieces))


def _labels(node: Node) -> dict[str, str]:
    found: dict[str, str] = {}
    for label in enough(node.all("response_label")):
        if label.get("ident") in found:
            raise Refusal("duplicate", "同じ識別子の選択肢が二つあります。")
        found[label.get("ident")] = _words(label)
    return found


def _shown(item: Node, ident: str) -> str:
    return clean("".join(_words(one) for one in item.children("itemfeedback") if one.get("ident") == ident))


# --- how it is scored ---


@dataclass(frozen=True, slots=True)
class _Rule:
    """A condition that scores, or shows feedback: the test, the points (None for none) and how they count."""

    test: tuple[Node, ...]
    points: Fraction | None
    adds: bool
    feedback: tuple[str, ...]


def _rules(item: Node) -> list[_Rule]:
    found = []
    for condition in enough(item.all("respcondition")):
        test = condition.child("conditionvar")
        sets = [
            one for one in condition.children("setvar") if one.get("varname", "SCORE").upper() in {"SCORE", "QUE_SCORE"}
        ]
        points = None
        for one in sets:
            number = decimal(one.text().strip())
            if number is None or one.get("action", "Set").lower() not in {"set", "add", "subtract"}:
                raise Refusal("scoring", "採点の規則が分かりません。")
            points = Fraction(-number if one.get("action").lower() == "subtract" else number)
        adds = bool(sets) and sets[0].get("action", "Set").lower() != "set"
        feedback = tuple(one.get("linkrefid") for one in condition.children("displayfeedback"))
        found.append(_Rule(tuple(test.children()) if test else (), points, adds, feedback))
    if not any(rule.points for rule in found):
        raise Refusal("key", "点になる答えがありません。")
    return found


def _alternatives(rule: _Rule, *, typed: bool = False) -> list[Node] | None:
    """The answers of which any one meets the rule; None where the rule is another.

    Of what is ``typed`` no two can be meant at once: side by side they are alternatives, as Canvas writes them.
    """
    if typed and rule.test and all(one.name == "varequal" for one in rule.test):
        return list(rule.test)
    if len(rule.test) != 1:
        return None
    only = rule.test[0]
    if only.name == "varequal":
        return [only]
    if only.name == "or" and all(one.name == "varequal" for one in only.children()):
        return only.children()
    return None


def _is_other(rule: _Rule) -> bool:
    return not rule.test or (len(rule.test) == 1 and rule.test[0].name in {"other", "unanswered"})


def _scoring(rules: list[_Rule]) -> list[_Rule]:
    return [rule for rule in rules if rule.points is not None and not (rule.points == 0 and _is_other(rule))]


def _points(rules: list[_Rule]) -> dict[str, Fraction]:
    """Each answer's points, where every condition that scores names single answers."""
    found: dict[str, Fraction] = {}
    for rule in _scoring(rules):
        answers = _alternatives(rule)
        if answers is None or rule.points is None:
            raise Refusal("scoring", "採点の条件には対応していません。")
        for answer in answers:
            said = answer.text().strip()
            found[said] = found.get(said, NOTHING) + rule.points if rule.adds else rule.points
    return found


def _share(points: Fraction, most: Fraction) -> Fraction:
    if most <= 0:
        raise Refusal("key", "点になる答えがありません。")
    share = snapped(points / most)
    if abs(share) > 1:
        raise Refusal("weight", "配点が-100%〜100%の外です。")
    return share


def _comments(item: Node, rules: list[_Rule]) -> Callable[[str], str]:
    """What is said to who chose an answer."""
    links: dict[str, list[str]] = {}
    common = {"correct_fb", "general_incorrect_fb", "general_fb"}
    for rule in rules:
        for answer in _alternatives(rule) or []:
            said = links.setdefault(answer.text().strip(), [])
            said.extend(link for link in rule.feedback if link not in common and link not in said)
    return lambda answer: clean("".join(_shown(item, link) for link in links.get(answer, [])))


def _known(points: dict[str, Fraction], labels: dict[str, str]) -> None:
    if not set(points) <= set(labels):
        raise Refusal("key", "正解が、ない選択肢を指しています。")


def _single(item: Node, kind: str, node: Node, rules: list[_Rule]) -> dict[str, object]:
    labels, points, said = _labels(node), _points(rules), _comments(item, rules)
    _known(points, labels)
    most = max(points.values())
    options = [Option(text, _share(points.get(name, NOTHING), most), said(name)) for name, text in labels.items()]
    if kind in {"true_false_question", "cc.true_false.v0p1"}:
        return _true_false(labels, options)
    return {"type": "single", "options": tuple(options)}


def _true_false(labels: dict[str, str], options: list[Option]) -> dict[str, object]:
    if len(options) != 2:
        raise Refusal("few", "正誤の答えが二つではありません。")
    words = [plain(text).lower() for text in labels.values()]
    if set(words) != {"true", "false"}:
        words = ["true", "false"]
    found = dict(zip(words, options, strict=True))
    right = [word for word, option in found.items() if option.weight == ONE]
    if len(right) != 1:
        raise Refusal("key", "正誤のどちらが正しいかが決まりません。")
    return {
        "type": "true_false",
        "truth": right == ["true"],
        "if_true": found["true"].feedback,
        "if_false": found["false"].feedback,
    }


def _multiple(item: Node, kind: str, node: Node, rules: list[_Rule]) -> dict[str, object]:
    labels, scoring, said = _labels(node), _scoring(rules), _comments(item, rules)
    if len(scoring) == 1 and _alternatives(scoring[0]) is None:
        chosen, not_chosen = _whole(scoring[0])
        _known(dict.fromkeys([*chosen, *not_chosen], ONE), labels)
        if set(chosen) | set(not_chosen) != set(labels) or set(chosen) & set(not_chosen) or not chosen:
            raise Refusal("scoring", "選んではいけない選択肢が、採点の条件にありません。")
        shares = {name: Fraction(1, len(chosen)) if name in chosen else NOTHING for name in labels}
        grading = "all"
    else:
        points = _points(rules)
        _known(points, labels)
        if not all(rule.adds for rule in scoring):
            raise Refusal("scoring", "複数選択の採点の条件が、足し算ではありません。")
        most = sum((value for value in points.values() if value > 0), NOTHING)
        shares, grading = {name: _share(points.get(name, NOTHING), most) for name in labels}, "partial"
    options = tuple(Option(text, shares[name], said(name)) for name, text in labels.items())
    return {"type": "multiple", "grading": grading, "options": options}


def _whole(rule: _Rule) -> tuple[list[str], list[str]]:
    """Which options must, and which must not, be chosen."""
    chosen: list[str] = []
    not_chosen: list[str] = []
    waiting = list(reversed(rule.test))
    while waiting:
        one = waiting.pop()
        if one.name == "and":
            waiting.extend(reversed(one.children()))
        elif one.name == "varequal":
            chosen.append(one.text().strip())
        elif one.name == "not":
            inner = one.children()
            if len(inner) == 1 and inner[0].name == "or":
                inner = inner[0].children()
            elif len(inner) != 1:
                raise Refusal("scoring", "採点の条件には対応していません。")
            if any(answer.name != "varequal" for answer in inner):
                raise Refusal("scoring", "採点の条件には対応していません。")
            not_chosen.extend(answer.text().strip() for answer in inner)
        else:
            raise Refusal("scoring", f"採点の条件「{one.name}」には対応していません。")
    return chosen, not_chosen


def _ordered(item: Node, kind: str, node: Node, rules: list[_Rule]) -> dict[str, object]:
    labels, scoring = _labels(node), _scoring(rules)
    if len(scoring) != 1:
        raise Refusal("scoring", "並べ替えの一部正解の採点には対応していません。")
    answers = [one for test in scoring[0].test for one in test.walk() if one.name == "varequal"]
    if any(one.name not in {"and", "varequal"} for test in scoring[0].test for one in test.walk()):
        raise Refusal("scoring", "採点の条件には対応していません。")
    if all(decimal(one.get("index")) is not None for one in answers):
        answers.sort(key=lambda one: decimal(one.get("index")) or Decimal(0))
    order = [one.text().strip() for one in answers]
    if sorted(order) != sorted(labels):
        raise Refusal("key", "正解の順に、すべての項目がちょうど一度ずつありません。")
    return {"type": "ordering", "items": tuple(labels[name] for name in order)}


def _matching(responses: list[Node], rules: list[_Rule]) -> dict[str, object]:
    labels = {node.get("ident"): _labels(node) for node in responses}
    if len({tuple(found.values()) for found in labels.values()}) != 1:
        raise Refusal("type", "回答欄が二つ以上ある項目には対応していません。")
    answer: dict[str, str] = {}
    points = set()
    for rule in _scoring(rules):
        answers = _alternatives(rule)
        if answers is None or len(answers) != 1 or not rule.adds:
            raise Refusal("scoring", "組合せの採点の条件には対応していません。")
        asked, said = answers[0].get("respident"), answers[0].text().strip()
        if asked in answer or said not in labels.get(asked, {}):
            raise Refusal("key", "組合せの正解が、一つに決まらないか、ない項目を指しています。")
        answer[asked] = labels[asked][said]
        points.add(rule.points)
    if set(answer) != set(labels):
        raise Refusal("key", "相手のない項目があります。")
    if max(points, default=None) is None or max(points) - min(points) > Fraction(1, 20):  # type: ignore[type-var,operator]
        raise Refusal("scoring", "組ごとに配点の違う組合せには対応していません。")
    pairs = tuple(Pair(_material_of(node), answer[node.get("ident")]) for node in responses)
    used = {pair.choice for pair in pairs}
    every = next(iter(labels.values())).values()
    return {"type": "matching", "pairs": pairs, "distractors": tuple(text for text in every if text not in used)}


def _material_of(node: Node) -> str:
    return clean("".join(_words(one) for one in node.children("material", "flow_mat")))


def _entry(item: Node, kind: str, node: Node, rules: list[_Rule]) -> dict[str, object]:
    blanks = node.all("render_fib")
    if len(blanks) > 1 or len(node.all("response_label")) > 1:
        raise Refusal("type", "記入欄が二つ以上ある項目には対応していません。")
    fib = blanks[0].get("fibtype", "String").lower()
    if kind == "short_answer_question":
        fib = "string"
    if (decimal(blanks[0].get("rows") or "1") or 1) > 1 and not any(_scoring(rules)):
        raise Refusal("type", "記述式には対応していません。")
    scoring = _scoring(rules)
    most = max((rule.points for rule in scoring if rule.points is not None), default=NOTHING)
    if any(rule.points is not None and rule.points < 0 for rule in scoring):
        raise Refusal("weight", "入力する答えの配点が負です。")
    said = _comments(item, rules)
    if node.name == "response_num" or fib in {"integer", "decimal", "scientific"} or kind == "numerical_question":
        values = [value for rule in scoring for value in _values(rule, _share(rule.points or NOTHING, most), said)]
        return {"type": "numeric", "values": tuple(values)}
    accepted, cases = [], []
    for rule in scoring:
        answers = _alternatives(rule, typed=True)
        if answers is None:
            raise Refusal("scoring", "採点の条件には対応していません。")
        for answer in answers:
            text = one_line(answer.text())
            accepted.append(Accepted(text, _share(rule.points or NOTHING, most), said(answer.text().strip())))
            cases.append(answer.get("case", "No").lower() == "yes")
    fold = tuple(one for one in FOLDS if one != "case") if any(cases) else FOLDS
    return {"type": "short_text", "accepted": tuple(accepted), "fold": fold}


def _values(rule: _Rule, share: Fraction, said: Callable[[str], str]) -> list[Value]:
    """The numbers that meet a rule: exact ones, or a range, which may stand beside its own middle."""
    tests = list(rule.test)
    if len(tests) == 1 and tests[0].name == "or":
        tests = tests[0].children()
    elif len(tests) == 2 and {one.name for one in tests} == {"vargte", "varlte"}:
        return [_range(tests, share)]
    elif len(tests) != 1:
        raise Refusal("scoring", "採点の条件には対応していません。")
    exact, ranges = [], []
    for one in tests:
        if one.name == "varequal":
            exact.append(Value(_number(one), Decimal(0), share, said(one.text().strip())))
        elif one.name == "and":
            ranges.append(_range(one.children(), share))
        else:
            raise Refusal("scoring", f"採点の条件「{one.name}」には対応していません。")
    outside = [v for v in exact if not any(abs(v.value - r.value) <= r.tolerance for r in ranges)]
    return [*outside, *ranges]


def _range(bounds: list[Node], share: Fraction) -> Value:
    found = {one.name: _number(one) for one in bounds}
    if set(found) != {"vargte", "varlte"} or found["varlte"] < found["vargte"]:
        raise Refusal("scoring", "境界を含まない範囲には対応していません。")
    low, high = found["vargte"], found["varlte"]
    return Value((low + high) / 2, (high - low) / 2, share)


def _number(node: Node) -> Decimal:
    number = decimal(node.text())
    if number is None:
        raise Refusal("syntax", f"「{node.text().strip()[:40]}」は数ではありません。")
    return number
