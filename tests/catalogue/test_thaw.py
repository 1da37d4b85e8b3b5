"""A frozen question, thawed and frozen again, is the same question to the byte."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.asking import every_type, options, question, typed
from training.catalogue.freeze import freeze_question
from training.catalogue.snapshots import MEMBERS, Choice, ClauseWords, NumberAnswer, Numeric, QuestionSnapshot
from training.catalogue.thaw import thawed_question

CLAUSES = {"3.3": ClauseWords("第3条 第3号", "定期的な教育"), "3.4": ClauseWords("第3条 第4号", "物理的対策")}


def frozen(snapshot: QuestionSnapshot) -> dict[str, Any]:
    return freeze_question(snapshot, CLAUSES)


@pytest.mark.parametrize(
    "snapshot",
    [
        question("a", 1),
        question("a", 2, type="multiple"),
        *every_type(),
        *(typed("hard", kind, difficulty=3, clauses=("3.3", "3.4"), quotes=()) for kind in MEMBERS),
        replace(question("hard", 1), difficulty=1),
        typed("plain", "single", members=Choice(options("plain"), rich=False)),
        typed("all", "multiple", members=Choice(options("all", right=2), rich=True)),
        typed(
            "weighted",
            "single",
            members=Choice(
                tuple(replace(one, weight=w) for one, w in zip(options("w"), ("1", "1/2", "0", "-1/3"), strict=True)),
                rich=True,
            ),
        ),
        typed("no unit", "numeric", members=Numeric((NumberAnswer("1234567.50", "0.05"),))),
    ],
    ids=lambda one: f"{one.stem}-{one.difficulty}",
)
def test_thawed_and_frozen_again_it_is_the_same(snapshot: QuestionSnapshot) -> None:
    content = frozen(snapshot)
    assert frozen(thawed_question(content)) == content


@pytest.mark.parametrize("kind", list(MEMBERS))
def test_under_a_later_text_only_its_quotation_differs(kind: str) -> None:
    content = frozen(typed("later", kind))
    later = freeze_question(thawed_question(content), {"3.3": ClauseWords("第3条 第3号", "年二回の教育")})
    assert {name for name in content if content[name] != later[name]} == {"quotes"}
    assert later["quotes"][0]["text"] == "年二回の教育"
