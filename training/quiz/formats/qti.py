"""An assessment item of QTI 2.1, 2.2 or 3.0, all in the spelling of 2.x: what ``qti2`` and ``qti3`` read.

Pure. The grammar is 1EdTech's. An item is taken only if its scoring is wholly understood: the standard templates, or
conditions that come to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from html import escape

from training.quiz.formats.check import enough
from training.quiz.formats.clean import clean, name_of, one_line, plain
from training.quiz.formats.model import (
    FOLDS,
    NOTHING,
    ONE,
    Accepted,
    Option,
    Pair,
    Question,
    Refusal,
    Value,
)
from training.quiz.formats.numbers import decimal, snapped
from training.quiz.formats.safe import Node

BLANK = "_____"
TRUE_FALSE = "true-false"  # an item's label, by which our own export names the type that QTI lacks
_NO_STEM = {"rubricBlock", "feedbackBlock", "stylesheet", "templateBlock", "catalogInfo", "positionObjectStage"}


def interactions(item: Node) -> list[Node]:
    """What is asked in the item."""
    body = item.child("itemBody")
    return [node for node in body.walk() if node.name.endswith("Interaction")] if body else []


def kind_of(item: Node) -> str:
    """The name of the first interaction, as the file spells it."""
    return next((node.get("xml:spelt", node.name) for node in interactions(item)), "")


def title_of(item: Node) -> str:
    """What the item is called."""
    return one_line(item.get("title")) or one_line(item.get("identifier"))


def question_of(item: Node) -> Question:
    """The item as a question. Raises ``Refusal`` where the engine would ask or score otherwise."""
    asked = interactions(item)
    if not asked:
        raise Refusal("type", "回答欄のない項目には対応していません。")
    node = asked[0]
    if len(asked) > 1:
        raise Refusal("type", f"回答欄が二つ以上ある項目（{kind_of(item)}…）には対応していません。")
    if node.name not in _READERS:
        raise Refusal("type", f"形式「{kind_of(item)}」には対応していません。")
    if item.get("adaptive") == "true" or item.children("templateDeclaration", "templateProcessing"):
        raise Refusal("scoring", "適応型・テンプレート型の項目には対応していません。")
    for one in item.walk():
        if one.name in {"img", "object", "video", "audio", "math"}:
            raise Refusal("image", "画像などの埋め込みがあります。文だけの設問にしてください。")
    key = _Key(item, node)
    members = _READERS[node.name](item, node, key)
    stem = _stem(item, node)
    return Question(
        name=name_of(title_of(item), stem),
        stem=stem,
        feedback=_general(item, key),
        language=item.get("xml:lang").split("-")[0].lower()[:3],
        **members,  # type: ignore[arg-type]
    )


# --- what is said ---


def _without(node: Node, names: set[str]) -> Node:
    content = [
        one if isinstance(one, str) else _without(one, names)
        for one in node.content
        if isinstance(one, str) or one.name not in names
    ]
    return Node(node.name, node.attributes, node.line, content)


def _stem(item: Node, asked: Node) -> str:
    body = item.child("itemBody")
    assert body is not None  # noqa: S101  (an interaction was found in it)
    inline = asked.name in {"textEntryInteraction", "inlineChoiceInteraction"}
    prompt = asked.child("prompt")
    mark = "\ufdef"

    def written(node: Node) -> str:
        pieces = []
        for one in node.content:
            if isinstance(one, str):
                pieces.append(escape(one.replace(mark, ""), quote=False))
            elif one is asked:
                pieces.append(mark if inline else f"<div>{prompt.html()}</div>" if prompt else "")
            elif one.name not in _NO_STEM:
                inner = written(one)
                pieces.append(inner if one.name.endswith("Interaction") else _element(one, inner))
        return "".join(pieces)

    html = written(body)
    before, marked, after = html.partition(mark)
    if marked:
        html = before + (BLANK if plain(clean(after)) else "") + after
    return tidy(html)


def tidy(html: str) -> str:
    """Clean HTML without the empty blocks that an interaction leaves."""
    found = clean(html)
    while (less := found.replace("<p></p>", "").replace("<div></div>", "")) != found:
        found = clean(less)
    if found.startswith("<div>") and found.endswith("</div>") and found.count("<div>") == 1:
        found = clean(found[5:-6])
    return found


def _element(node: Node, inner: str) -> str:
    return Node(node.name, node.attributes, node.line, []).outer().removesuffix(f"</{node.name}>") + (
        "" if node.name in {"br", "hr"} else f"{inner}</{node.name}>"
    )


def _content(node: Node) -> str:
    return clean(_without(node, {"feedbackInline"}).html())


def _feedback(item: Node, key: _Key, answer: str, choice: Node | None = None) -> str:
    """What is said to who gave an answer, by its identifier."""
    inline = (
        [node.html() for node in choice.all("feedbackInline") if node.get("identifier") == answer] if choice else []
    )
    shown = [
        _modal(node)
        for node in item.children("modalFeedback")
        if node.get("identifier") == answer and node.get("showHide", "show") == "show"
    ]
    return clean("".join([*inline, *shown]))


def _modal(node: Node) -> str:
    body = node.child("contentBody")
    return (body or node).html()


def _general(item: Node, key: _Key) -> str:
    """What is shown to everybody: feedback hidden only for an answer that there is not."""
    known = {node.get("identifier") for node in item.walk() if node.name in {"simpleChoice", "inlineChoice"}}
    shown = [
        _modal(node)
        for node in item.children("modalFeedback")
        if node.get("showHide") == "hide" and node.get("identifier") not in known
    ]
    return clean("".join(shown))


# --- what is right ---


@dataclass(slots=True)
class _Branch:
    """One answer that the conditions name: its text, points, tolerance and feedback's identifier."""

    answer: str
    points: Fraction
    margin: tuple[Decimal, Decimal] = (Decimal(0), Decimal(0))
    case: bool = True
    feedback: str = ""


@dataclass(slots=True)
class _Rule:
    """How the response is scored: ``match``, ``map``, or ``branches``."""

    kind: str
    margin: tuple[str, str, str] = ("exact", "0", "0")
    case: bool = True
    branches: list[_Branch] = field(default_factory=list)


class _Key:
    """The declaration of what is answered, and how it is scored."""

    def __init__(self, item: Node, asked: Node) -> None:
        self.identifier = asked.get("responseIdentifier")
        declared = [one for one in item.children("responseDeclaration") if one.get("identifier") == self.identifier]
        if not declared:
            raise Refusal("key", "回答の宣言（responseDeclaration）がありません。")
        self.node = declared[0]
        self.cardinality, self.base = self.node.get("cardinality", "single"), self.node.get("baseType", "identifier")
        correct, mapping = self.node.child("correctResponse"), self.node.child("mapping")
        self.correct = [value.text().strip() for value in correct.children("value")] if correct else []
        self.mapping = mapping
        self.rule = _rule(item.child("responseProcessing"), self)
        if self.rule.kind == "match" and not self.correct:
            raise Refusal("key", "正解（correctResponse）がありません。")

    def points(self) -> dict[str, Fraction]:
        """The mapping's points, by answer."""
        if self.mapping is None:
            raise Refusal("key", "配点の表（mapping）がありません。")
        if _points(self.mapping.get("lowerBound") or "0") > 0:
            raise Refusal("scoring", "最低点が0より大きい採点には対応していません。")
        entries = enough(self.mapping.children("mapEntry"))
        return {entry.get("mapKey").strip(): _points(entry.get("mappedValue")) for entry in entries}

    def usual(self) -> Fraction:
        """The points of an answer that is not in the mapping."""
        return _points((self.mapping.get("defaultValue") if self.mapping else "") or "0")

    def shares(self, names: list[str]) -> list[Fraction]:
        """Each answer's weight, out of the mapping."""
        points = self.points()
        if set(points) - set(names):
            raise Refusal("key", "配点の表が、ない選択肢を指しています。")
        each = [points.get(name, self.usual()) for name in names]
        most = max(each) if self.cardinality == "single" else sum((one for one in each if one > 0), NOTHING)
        bound = self.mapping.get("upperBound") if self.mapping else ""
        if bound:
            most = min(most, _points(bound))
        if most <= 0:
            raise Refusal("key", "点になる答えがありません。")
        if self.cardinality == "single":
            each = [min(one, most) for one in each]
        return [_bounded(one / most) for one in each]


def _bounded(share: Fraction) -> Fraction:
    share = snapped(share)
    if abs(share) > 1:
        raise Refusal("weight", "配点が-100%〜100%の外です。")
    return share


def _points(text: str) -> Fraction:
    number = decimal(text)
    if number is None:
        raise Refusal("weight", f"配点「{text[:40]}」が数ではありません。")
    return Fraction(number)


def _rule(processing: Node | None, key: _Key) -> _Rule:
    if processing is None:
        return _Rule("match" if key.correct else "map")
    template = (processing.get("template") or processing.get("templateLocation")).rpartition("/")[2]
    if template:
        for name, kind in (("match_correct", "match"), ("map_response", "map")):
            if template.removesuffix(".xml") == name:
                return _Rule(kind)
        raise Refusal("scoring", f"採点のテンプレート「{template[:60]}」には対応していません。")
    scoring = [node for node in processing.children() if _sets_score(node)]
    if not scoring:
        return _Rule("match" if key.correct else "map")
    if len(scoring) > 1:
        raise Refusal("scoring", "採点の条件が二つ以上あります。")
    if scoring[0].name == "setOutcomeValue":
        return _only([_condition(None, scoring[0], key, "")])
    if scoring[0].name != "responseCondition":
        raise Refusal("scoring", f"採点の規則「{scoring[0].name}」には対応していません。")
    return _only([rule for branch in scoring[0].children() if (rule := _branch(branch, key))])


def _sets_score(node: Node) -> bool:
    return any(one.name == "setOutcomeValue" and one.get("identifier") == "SCORE" for one in node.walk())


def _branch(branch: Node, key: _Key) -> _Rule | None:
    parts = branch.children()
    test = None if branch.name == "responseElse" else parts[0] if parts else None
    actions = [one for one in parts if one is not test]
    if any(one.name != "setOutcomeValue" for one in actions):
        raise Refusal("scoring", "採点の条件が入り組んでいます。")
    score = next((one for one in actions if one.get("identifier") == "SCORE"), None)
    feedback = next((one.text().strip() for one in actions if one.get("identifier") == "FEEDBACK"), "")
    return None if score is None else _condition(test, score, key, feedback)


def _condition(test: Node | None, score: Node, key: _Key, feedback: str) -> _Rule | None:
    """One branch as a rule; None for a branch that gives nothing to who answered nothing, or anything else."""
    value = score.children()[0] if score.children() else None
    if value is not None and value.name == "sum":
        others = [one for one in value.children() if one.name != "variable" or one.get("identifier") != "SCORE"]
        value = others[0] if len(others) == 1 else None
    if value is not None and value.name == "mapResponse" and (test is None or test.name == "not"):
        return _Rule("map")
    if value is None or value.name != "baseValue":
        raise Refusal("scoring", "採点の式には対応していません。")
    points = _points(value.text().strip())
    if points == 0 and (test is None or test.name == "isNull"):
        return None
    if test is None or not any(
        one.name == "variable" and one.get("identifier") == key.identifier for one in test.walk()
    ):
        raise Refusal("scoring", "採点の条件には対応していません。")
    return _tested(test, points, feedback)


def _tested(test: Node, points: Fraction, feedback: str) -> _Rule:
    sides = test.children()
    other = next((one for one in sides if one.name in {"correct", "baseValue"}), None)
    if test.name not in {"match", "equal", "stringMatch"} or len(sides) != 2 or other is None:
        raise Refusal("scoring", f"採点の条件「{test.name}」には対応していません。")
    if test.get("substring") == "true" or "false" in (test.get("includeLowerBound"), test.get("includeUpperBound")):
        raise Refusal("scoring", "部分一致や、境界を含まない範囲には対応していません。")
    low, _, high = (test.get("tolerance").strip() or "0").partition(" ")
    margin = (test.get("toleranceMode") or "exact", low, high.strip() or low)
    case = test.get("caseSensitive", "true") != "false"
    if other.name == "correct":
        return _Rule("match", margin, case)
    answer = other.text().strip()
    bounds = _margin(margin, decimal(answer)) if test.name == "equal" else (Decimal(0), Decimal(0))
    return _Rule("branches", branches=[_Branch(answer, points, bounds, case, feedback)])


def _margin(margin: tuple[str, str, str], value: Decimal | None) -> tuple[Decimal, Decimal]:
    mode, below, above = margin
    low, high = decimal(below), decimal(above)
    if value is None or low is None or high is None or low < 0 or high < 0:
        raise Refusal("syntax", "数値の正解か許容誤差が、数ではありません。")
    if mode == "exact":
        return Decimal(0), Decimal(0)
    return (low, high) if mode == "absolute" else (abs(value) * low / 100, abs(value) * high / 100)


def _only(rules: list[_Rule | None]) -> _Rule:
    found = [rule for rule in rules if rule is not None]
    kinds = {rule.kind for rule in found}
    if kinds == {"branches"}:
        return _Rule("branches", branches=[branch for rule in found for branch in rule.branches])
    if len(found) != 1:
        raise Refusal("scoring", "採点の条件を一つに絞れません。")
    return found[0]


# --- the interactions ---


def _choices(node: Node, name: str) -> dict[str, Node]:
    found = enough(node.all(name))
    names = [one.get("identifier") for one in found]
    if len(set(names)) < len(names):
        raise Refusal("duplicate", "同じ識別子の選択肢が二つあります。")
    return dict(zip(names, found, strict=True))


def _choice(item: Node, node: Node, key: _Key) -> dict[str, object]:
    choices = _choices(node, "inlineChoice" if node.name == "inlineChoiceInteraction" else "simpleChoice")
    names = list(choices)
    single = key.cardinality == "single" or node.get("maxChoices") == "1"
    grading = "all"
    if key.rule.kind == "match":
        if not set(key.correct) <= set(names) or (single and len(key.correct) != 1):
            raise Refusal(
                "key", "正解が、選択肢のどれか一つに決まりません。" if single else "正解の選択肢がありません。"
            )
        right = set(key.correct)
        shares = [Fraction(1, len(right)) if name in right else NOTHING for name in names]
    elif key.rule.kind == "map":
        shares, grading = key.shares(names), "all" if single else "partial"
    else:
        shares = _branched(names, key, single)
    options = [
        Option(_content(choice), share, _feedback(item, key, name, choice))
        for (name, choice), share in zip(choices.items(), shares, strict=True)
    ]
    if single and item.get("label") == TRUE_FALSE and names == ["true", "false"]:
        truth = options[0].weight == ONE
        return {"type": "true_false", "truth": truth, "if_true": options[0].feedback, "if_false": options[1].feedback}
    return {"type": "single" if single else "multiple", "grading": grading, "options": tuple(options)}


def _branched(names: list[str], key: _Key, single: bool) -> list[Fraction]:
    points = {branch.answer: branch.points for branch in reversed(key.rule.branches)}
    if not single or not set(points) <= set(names):
        raise Refusal("scoring", "選択肢ごとの採点の条件が分かりません。")
    most = max(points.values())
    if most <= 0:
        raise Refusal("key", "点になる答えがありません。")
    return [_bounded(points.get(name, NOTHING) / most) for name in names]


def _order(item: Node, node: Node, key: _Key) -> dict[str, object]:
    choices = _choices(node, "simpleChoice")
    if key.rule.kind != "match":
        raise Refusal("scoring", "並べ替えの一部正解の採点には対応していません。")
    if sorted(key.correct) != sorted(choices):
        raise Refusal("key", "正解の順に、すべての項目がちょうど一度ずつありません。")
    return {"type": "ordering", "items": tuple(_content(choices[name]) for name in key.correct)}


def _match(item: Node, node: Node, key: _Key) -> dict[str, object]:
    sets = node.children("simpleMatchSet")
    if len(sets) != 2:
        raise Refusal("syntax", "組合せの組が二つではありません。")
    left, right = (_choices(one, "simpleAssociableChoice") for one in sets)
    if key.rule.kind == "map":
        points = {name: value for name, value in key.points().items() if value > 0}
        if len(set(points.values())) != 1 or key.usual() > 0:
            raise Refusal("scoring", "組ごとに配点の違う組合せには対応していません。")
        pairs = [tuple(name.split()) for name in points]
    else:
        pairs = [tuple(value.split()) for value in key.correct]
    if not pairs or any(len(pair) != 2 or pair[0] not in left or pair[1] not in right for pair in pairs):
        raise Refusal("key", "正解の組が、ない項目を指しています。")
    if len({first for first, _second in pairs}) < len(pairs):  # one prompt to several: read it from the other side
        left, right, pairs = right, left, [(second, first) for first, second in pairs]
    answer: dict[str, str] = dict(pairs)  # type: ignore[arg-type]
    if len(answer) < len(pairs) or set(answer) != set(left):
        raise Refusal("key", "相手が一つに決まらない項目があります。")
    used = set(answer.values())
    return {
        "type": "matching",
        "pairs": tuple(Pair(_content(one), _content(right[answer[name]])) for name, one in left.items()),
        "distractors": tuple(_content(one) for name, one in right.items() if name not in used),
    }


def _entry(item: Node, node: Node, key: _Key) -> dict[str, object]:
    enough(key.correct or key.rule.branches)
    if key.base not in {"string", "integer", "float"}:
        raise Refusal("type", f"回答の型「{key.base}」には対応していません。")
    if key.cardinality != "single":
        raise Refusal("scoring", "記入欄の回答が一つではありません。")
    branches = _entered(key)
    most = max(branch.points for branch in branches)
    if most <= 0:
        raise Refusal("key", "点になる答えがありません。")
    if min(branch.points for branch in branches) < 0:
        raise Refusal("weight", "入力する答えの配点が負です。")
    if key.base == "string":
        accepted = [
            Accepted(
                one_line(b.answer), _bounded(b.points / most), _feedback(item, key, b.feedback) if b.feedback else ""
            )
            for b in branches
        ]
        fold = FOLDS if not any(b.case for b in branches) else tuple(one for one in FOLDS if one != "case")
        return {"type": "short_text", "accepted": tuple(accepted), "fold": fold}
    values = []
    for b in branches:
        number = decimal(b.answer)
        if number is None:
            raise Refusal("syntax", f"「{b.answer[:40]}」は数ではありません。")
        low, high = b.margin
        values.append(
            Value(
                number + (high - low) / 2 if low != high else number,
                (low + high) / 2,
                _bounded(b.points / most),
                _feedback(item, key, b.feedback) if b.feedback else "",
            )
        )
    return {"type": "numeric", "values": tuple(values)}


def _entered(key: _Key) -> list[_Branch]:
    if key.rule.kind == "branches":
        return key.rule.branches
    if key.rule.kind == "match":
        return [
            _Branch(value, ONE, _margin(key.rule.margin, decimal(value)) if key.base != "string" else (Decimal(0),) * 2,
                    key.rule.case)
            for value in key.correct
        ]  # fmt: skip
    if key.usual() > 0:
        raise Refusal("scoring", "どんな答えにも点が入ります。")
    assert key.mapping is not None or key.points() is not None  # noqa: S101  (points() refuses)
    cases = {
        entry.get("mapKey").strip(): entry.get("caseSensitive", "true") != "false"
        for entry in (key.mapping.children("mapEntry") if key.mapping else ())
    }
    found = [_Branch(name, points, case=cases[name]) for name, points in key.points().items()]
    if not found:
        raise Refusal("key", "正解がありません。")
    return found


_READERS: dict[str, Callable[[Node, Node, _Key], dict[str, object]]] = {
    "choiceInteraction": _choice,
    "inlineChoiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "textEntryInteraction": _entry,
}
