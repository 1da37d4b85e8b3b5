"""Questions of every type, as hypothesis makes them up: what the formats are tried with."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from training.quiz.formats.check import checked
from training.quiz.formats.clean import clean, html_of, one_line, plain
from training.quiz.formats.model import (
    FOLDS,
    Accepted,
    Option,
    Pair,
    Question,
    Refusal,
    Unit,
    Value,
)

# What formats trip over: their own signs, and Japanese.
SIGNS = st.sampled_from(
    [
        *":#={}~\\%[]*\"'&<>,;|/-→→｜",
        "\\n",
        "->",
        "//",
        "::",
        "####",
        "..",
        "𠮷",
        "個人情報",
        "　",
        "１",
        "&amp;",
        "]]>",
        "$CATEGORY:",
    ]
)
PLAIN = st.lists(SIGNS | st.text(max_size=4), max_size=8).map("".join)
TEXT = PLAIN.map(one_line).filter(bool)
MARKED = st.sampled_from(
    [
        "<p>{}</p>",
        "<b>{}</b>",
        "{}<br>{}",
        "<ul><li>{}</li><li>{}</li></ul>",
        "{}<sup>{}</sup>",
        "<table><tbody><tr><td>{}</td></tr></tbody></table>",
    ]
)


@st.composite
def html(draw: Any) -> str:
    texts = [html_of(draw(TEXT)) for _ in range(2)]
    return clean(draw(st.just("{}") | MARKED).format(*texts))


HTML = html().filter(plain)
MAYBE = st.just("") | HTML
PLAIN_HTML = TEXT.map(html_of).filter(plain)
WEIGHTS = st.sampled_from(
    [
        Fraction(text)
        for text in ["0", "1", "1/2", "1/3", "2/3", "1/4", "3/4", "1/5", "1/6", "1/7", "1/8", "1/9", "1/10", "1/20"]
    ]
)
DECIMALS = st.decimals(min_value=-(10**6), max_value=10**6, places=3).map(lambda d: Decimal(format(d, "f")))


def some(each: Any, least: int = 2, most: int = 6) -> Any:
    return st.lists(
        each, min_size=least, max_size=most, unique_by=lambda one: plain(one) if isinstance(one, str) else one.text
    ).map(tuple)


def _option(penalties: bool) -> Any:
    weights = WEIGHTS | WEIGHTS.map(lambda w: -w) if penalties else WEIGHTS
    return st.builds(Option, HTML, weights, MAYBE)


@st.composite
def questions(
    draw: Any,
    types: tuple[str, ...] = ("single", "multiple", "true_false", "matching", "ordering", "short_text", "numeric"),
) -> Question:
    kind = draw(st.sampled_from(types))
    members: dict[str, Any] = {}
    if kind in ("single", "multiple"):
        members["options"] = draw(
            st.lists(_option(True), min_size=2, max_size=6, unique_by=lambda o: plain(o.text)).map(tuple)
        )
        members["grading"] = draw(st.sampled_from(["all", "partial"])) if kind == "multiple" else "all"
        if members["grading"] == "all" and kind == "multiple":
            right = draw(st.integers(1, len(members["options"])))
            members["options"] = tuple(
                Option(o.text, Fraction(1, right) if n < right else Fraction(0), o.feedback)
                for n, o in enumerate(members["options"])
            )
    elif kind == "true_false":
        members |= {"truth": draw(st.booleans()), "if_true": draw(MAYBE), "if_false": draw(MAYBE)}
    elif kind == "matching":
        choices = draw(some(PLAIN_HTML, 2, 5))
        prompts = draw(some(HTML, 2, 5))
        members["pairs"] = tuple(Pair(p, draw(st.sampled_from(choices))) for p in prompts)
        members["distractors"] = tuple(c for c in choices if c not in {p.choice for p in members["pairs"]})
    elif kind == "ordering":
        members |= {"items": draw(some(HTML)), "grading": draw(st.sampled_from(["all", "partial"]))}
    elif kind == "short_text":
        members["accepted"] = draw(
            st.lists(st.builds(Accepted, TEXT, WEIGHTS, MAYBE), min_size=1, max_size=4, unique_by=lambda a: a.text).map(
                tuple
            )
        )
        members["fold"] = draw(st.sampled_from([FOLDS, ("width", "kana", "spaces")]))
    else:
        members["values"] = draw(
            st.lists(st.builds(Value, DECIMALS, DECIMALS.map(abs), WEIGHTS, MAYBE), min_size=1, max_size=3).map(tuple)
        )
        members["unit"] = draw(
            st.none()
            | st.builds(
                Unit,
                st.lists(TEXT.filter(lambda t: len(t) < 40), min_size=1, max_size=3, unique=True).map(tuple),
                st.booleans(),
            )
        )
    question = Question(
        name=draw(TEXT),
        type=kind,
        stem=draw(HTML),
        feedback=draw(MAYBE),
        tags=draw(st.lists(TEXT.filter(lambda t: ":" not in t), max_size=2).map(tuple)),
        difficulty=draw(st.integers(1, 3)),
        language=draw(st.sampled_from(["", "ja", "en"])),
        clauses=draw(st.sampled_from([(), ("3.3",), ("3.3", "A.3.4")])),
        topics=draw(st.sampled_from([(), ("a",), ("b", "d")])),
        **members,
    )
    try:
        return checked(question)
    except Refusal:
        assume(False)
        raise
