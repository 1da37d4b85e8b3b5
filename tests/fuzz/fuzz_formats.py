"""Every parser of files from outside, a minute each on made-up and broken input: nothing but outcomes comes out.

``make fuzz`` runs them; ``FUZZ_SECONDS`` shortens the minute. What is found is printed by hypothesis, to become a test.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.quiz.formats.strategies import questions
from training.quiz.formats import aiken, gift, moodle_xml, package, qti3, qti12, sheet
from training.quiz.formats.model import Outcome, Question, Refusal
from training.quiz.formats.reading import as_json, read

SECONDS = float(os.environ.get("FUZZ_SECONDS", "60"))
GIFT = [
    "::",
    "{",
    "}",
    "=",
    "~",
    "#",
    "####",
    "%50%",
    "->",
    "\\",
    "\n\n",
    "//",
    "$CATEGORY:",
    "[html]",
    "..",
    ":",
    "T",
    ">ALL",
    "1",
    "字",
    "\n",
]
LINES = ["問題", "A. ", "B) ", "ANSWER: A", "ANSWER:", "\n", "\r\n", "\n\n", "x", "\t"]
CELLS = [*sheet.HEADINGS, *sheet.TYPE_WORDS, ",", "\n", "\r\n", '"', "1", "1/3", "→", "｜", "正", "\t", "="]
TAGS = [
    "quiz",
    "question",
    "name",
    "text",
    "questiontext",
    "answer",
    "feedback",
    "subquestion",
    "single",
    "tolerance",
    "units",
    "unit",
    "questestinterop",
    "item",
    "presentation",
    "material",
    "mattext",
    "response_lid",
    "render_choice",
    "response_label",
    "resprocessing",
    "respcondition",
    "conditionvar",
    "varequal",
    "not",
    "and",
    "or",
    "setvar",
    "assessmentItem",
    "itemBody",
    "responseDeclaration",
    "correctResponse",
    "value",
    "mapping",
    "mapEntry",
    "choiceInteraction",
    "simpleChoice",
    "orderInteraction",
    "matchInteraction",
    "simpleMatchSet",
    "simpleAssociableChoice",
    "textEntryInteraction",
    "responseProcessing",
    "responseCondition",
    "responseIf",
    "match",
    "variable",
    "correct",
    "setOutcomeValue",
    "baseValue",
    "equal",
]
NAMES = [
    'type="multichoice"',
    'type="numerical"',
    'type="matching"',
    'ident="a"',
    'identifier="RESPONSE"',
    'responseIdentifier="RESPONSE"',
    'cardinality="single"',
    'cardinality="multiple"',
    'baseType="float"',
    'rcardinality="Multiple"',
    'fraction="100"',
    'mapKey="a',
    'b"',
    'mappedValue="1"',
    'maxChoices="0"',
    'template="x/match_correct"',
    'format="html"',
]


@st.composite
def xml(draw: Callable[..., object]) -> bytes:
    """A well-formed tree of the formats' own elements, in any order."""

    def node(depth: int) -> str:
        tag = draw(st.sampled_from(TAGS))
        names = {str(one).split("=")[0]: one for one in draw(st.lists(st.sampled_from(NAMES), max_size=3))}  # type: ignore[attr-defined]
        inner = "".join(node(depth + 1) for _ in range(draw(st.integers(0, 3 if depth < 5 else 0)))) or draw(
            st.sampled_from(["", "1", "a", "字", "&lt;b>"])
        )  # type: ignore[call-overload]
        return f"<{tag} {' '.join(map(str, names.values()))}>{inner}</{tag}>"

    root = draw(st.sampled_from(["quiz", "questestinterop", "assessmentItem", "item"]))
    return f"<{root}>{''.join(node(0) for _ in range(draw(st.integers(1, 3))))}</{root}>".encode()  # type: ignore[call-overload]


def words(pieces: list[str]) -> st.SearchStrategy[bytes]:
    text = st.lists(st.sampled_from(pieces) | st.text(max_size=3), max_size=40).map("".join)
    return text.map(lambda one: one.encode("utf-8", "replace")) | st.binary(max_size=200)


@st.composite
def damaged(draw: Callable[..., object], write: Callable[[list[Question]], object]) -> bytes:
    """A file of ours with some bytes changed, dropped or doubled."""
    data = bytearray(write([draw(questions())]).data)  # type: ignore[attr-defined]
    chance = random.Random(draw(st.integers(0, 2**32)))  # type: ignore[arg-type]
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(data) or 1)
        data[place : place + chance.randint(0, 4)] = bytes(
            chance.choice(b'<>&"={}~#[],\n\x00\x80a1') for _ in range(chance.randint(0, 3))
        )
    return bytes(data)


PARSERS = {
    "gift": (gift.read, words(GIFT) | damaged(gift.write)),
    "aiken": (aiken.read, words(LINES)),
    "moodle_xml": (moodle_xml.read, xml() | damaged(moodle_xml.write)),
    "qti12": (qti12.read, xml()),
    "qti": (qti3.read, xml()),
    "package": (package.read, damaged(qti3.write) | st.binary(max_size=200).map(b"PK\x03\x04".__add__)),
    "csv": (sheet.read_csv, words(CELLS)),
    "xlsx": (sheet.read_xlsx, damaged(sheet.write)),
}


@pytest.mark.parametrize("name", PARSERS)
def fuzz_a_parser_gives_an_outcome_or_a_refusal_and_nothing_else(name: str):
    parser, inputs = PARSERS[name]
    end, tried = time.monotonic() + SECONDS, 0

    @settings(
        database=None, max_examples=200, suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink]
    )
    @given(inputs)
    def once(data: bytes) -> None:
        try:
            outcome: Outcome | None = parser(data)
        except Refusal:
            outcome = None
        through = read(data, "file.xml" if name in {"moodle_xml", "qti12", "qti"} else "file.txt")
        assert not any(
            "Error" in refused.reason
            and refused.type == "file"
            and "：" not in refused.reason
            and "syntax: 読めません" in refused.reason
            for refused in through.refused
        ), through
        if outcome is not None:
            as_json(outcome)

    while time.monotonic() < end:
        once()
        tried += 200
    print(f"{name}: {tried} files")
