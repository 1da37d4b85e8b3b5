"""GIFT and Aiken as people write them."""

from __future__ import annotations

import pytest

from training.quiz.formats.reading import as_json, read


def one(text: str, name: str = "a.gift") -> dict[str, object]:
    found = as_json(read(text.encode(), name))
    assert found["refused"] == []
    (question,) = found["imported"]
    return question


def refused(text: str, name: str = "a.gift") -> list[tuple[str, str, int | None, str]]:
    found = as_json(read(text.encode(), name))
    assert found["imported"] == []
    return [(r["name"], r["type"], r["line"], r["reason"].split(":")[0]) for r in found["refused"]]


def test_escaped_signs_are_words():
    question = one(r"::a\:b:: 2\=2 \{x\} \~ \# \\ x\ny {=1\=1 ~no}")
    assert (question["name"], question["stem"]) == ("a:b", "2=2 {x} ~ # \\ x\ny")
    assert question["options"] == [{"text": "1=1", "weight": "1"}, {"text": "no", "weight": "0"}]


def test_answers_in_the_middle_leave_a_gap():
    assert one("個人情報は{=利用目的 ~気分}の範囲で使う。")["stem"] == "個人情報は_____の範囲で使う。"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ("#3:2", [("3", "2", "1")]),
        ("#1..5", [("3", "2", "1")]),
        ("#-1.5", [("-1.5", "0", "1")]),
        ("#=10:1 =%50%10:3#近い ~#違う", [("10", "1", "1"), ("10", "3", "1/2")]),
        ("#１２", [("12", "0", "1")]),
    ],
)
def test_numbers_have_a_tolerance_or_a_range(answers: str, expected: list[tuple[str, str, str]]):
    question = one(f"いくつ？{{{answers}}}")
    assert [(a["value"], a["tolerance"], a["weight"]) for a in question["answers"]] == expected


def test_shares_are_exact_and_without_a_right_answer_several_are_ticked():
    question = one("どれ？{~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}")
    assert (question["type"], question["grading"]) == ("multiple", "partial")
    assert [o["weight"] for o in question["options"]] == ["1/3", "1/3", "1/3", "-1"]


def test_a_catch_all_is_dropped_and_any_other_wildcard_refused():
    assert one("q{=%100%a =%0%*#違います}")["answers"] == [{"text": "a", "weight": "1"}]
    assert refused("q{=a*b}") == [("q", "shortanswer", 1, "scoring")]


def test_types_that_the_engine_lacks_are_named():
    assert refused("// c\n\n作文 {}\n\n説明だけ\n\n") == [
        ("作文", "essay", 3, "type"),
        ("説明だけ", "description", 5, "type"),
    ]


def test_a_blank_line_inside_a_question_refuses_it_once():
    assert refused("q {=a\n\n~b}\n") == [("q {=a", "", 1, "syntax")]


def test_a_broken_question_does_not_touch_its_neighbours():
    found = as_json(read(b"a {T}\n\nb {=x\n\nc {F}\n", "a.gift"))
    assert [q["stem"] for q in found["imported"]] == ["a", "c"]
    assert [(r["line"], r["reason"].split(":")[0]) for r in found["refused"]] == [(3, "syntax")]


def test_a_category_takes_no_question_with_it():
    assert one("$CATEGORY: x/y\nq {T}")["stem"] == "q"


def test_aiken_is_single_choice():
    question = one("何をしますか。\nA. 報告\nB) 放置\nANSWER: A\n", "a.txt")
    assert question["options"] == [{"text": "報告", "weight": "1"}, {"text": "放置", "weight": "0"}]


def test_aiken_without_an_answer_or_with_one_that_is_no_choice_is_refused():
    text = "一\nA. x\nB. y\n\n二\nA. x\nB. y\nANSWER: C\n"
    assert refused(text, "a.txt") == [("一", "multichoice", 1, "syntax"), ("二", "multichoice", 5, "key")]
