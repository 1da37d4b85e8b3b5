"""What is wrong in an answer, for every type: the same mistake in the same words, and nothing of what is right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asking import every_type, right_response, typed, uid, wrong_response
from training.catalogue.freeze import ClauseWords, freeze_question
from training.catalogue.snapshots import MEMBERS
from training.quiz.scoring import score
from training.reports.mistakes import FEWEST_ALIKE, LONGEST, fewest, mistakes


def frozen(kind: str) -> dict[str, Any]:
    clauses = {"3.3": ClauseWords(label="第3条 第3号", text="研修の実施")}
    return freeze_question(typed("article-3", kind), clauses)


def told(kind: str, response: Any) -> list[str]:
    return [words for _place, words in mistakes(frozen(kind), response)]


@pytest.mark.parametrize("kind", MEMBERS)
def test_a_right_answer_holds_no_mistake_and_none_is_none(kind: str):
    assert told(kind, right_response(frozen(kind))) == []
    for nothing in (None, [], {}, ""):
        assert told(kind, nothing) == []


@pytest.mark.parametrize("kind", MEMBERS)
def test_a_wrong_answer_holds_one(kind: str):
    content = frozen(kind)
    response = wrong_response(content)
    assert score(content, response) < 1
    assert told(kind, response)


def key(kind: str, *names: Any) -> str:
    return uid(f"article-3/{kind}", *names)


@pytest.mark.parametrize(
    ("kind", "response", "words"),
    [
        ("single", [key("single", 2)], ["選択肢2"]),
        ("multiple", [key("multiple", 0), key("multiple", 3), key("multiple", 2)], ["選択肢2", "選択肢3"]),
        ("true_false", ["true"], ["正しい"]),
        ("matching", {key("matching", "prompt", 0): key("matching", "choice", 2)}, ["語0 → 相手2"]),
        (
            "ordering",
            [key("ordering", n) for n in (0, 2, 3, 1)],
            ["手順0 の次に 手順2", "手順3 の次に 手順1"],
        ),
        ("short_text", "ＭＹ　番号", ["my番号"]),
        ("short_text", "番号", []),
        ("numeric", {"value": "24", "unit": "時間"}, ["24 時間"]),
        ("numeric", {"value": "72", "unit": ""}, ["72"]),
        ("scenario", {uid("article-3/scenario", 0): ["true"]}, ["小問1：正しい"]),
    ],
)
def test_it_is_said_in_the_question_s_own_words(kind: str, response: Any, words: list[str]):
    assert told(kind, response) == words


def test_what_is_typed_freely_is_told_only_where_several_wrote_the_same():
    assert {kind: fewest(frozen(kind)) for kind in MEMBERS} == {
        kind: FEWEST_ALIKE if kind in {"short_text", "numeric", "scenario"} else 1 for kind in MEMBERS
    }


def test_long_words_are_cut():
    (words,) = told("short_text", "あ" * 500)
    assert len(words) == LONGEST


def test_every_type_is_known():
    assert {question.type for question in every_type()} == set(MEMBERS)
