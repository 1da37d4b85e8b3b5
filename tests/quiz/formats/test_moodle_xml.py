"""Moodle XML: its types, its rounded shares, its units."""

from __future__ import annotations

from typing import Any

import pytest

from training.quiz.formats.reading import as_json, read


def question(kind: str, body: str, stem: str = "<p>何を？</p>") -> dict[str, Any]:
    text = f'<quiz>\n<question type="category"><category><text>$course$/x</text></category></question>\n<question type="{kind}"><name><text>名</text></name><questiontext format="html"><text><![CDATA[{stem}]]></text></questiontext>{body}</question></quiz>'
    return as_json(read(text.encode(), "m.xml"))


def answer(fraction: str, text: str, more: str = "") -> str:
    return f'<answer fraction="{fraction}" format="html"><text><![CDATA[{text}]]></text><feedback><text/></feedback>{more}</answer>'


def test_a_choice_is_single_or_multiple_and_its_shares_are_exact():
    body = (
        "<single>{}</single>"
        + answer("33.33333", "a")
        + answer("33.33333", "b")
        + answer("33.33333", "c")
        + answer("-16.66667", "d")
    )
    (found,) = question("multichoice", body.format("false"))["imported"]
    assert (found["type"], found["grading"], found["stem"]) == ("multiple", "partial", "何を？")
    assert [o["weight"] for o in found["options"]] == ["1/3", "1/3", "1/3", "-1/6"]
    (refused,) = question("multichoice", body.format("true"))["refused"]
    assert (refused["name"], refused["type"], refused["line"], refused["reason"][:4]) == (
        "名",
        "multichoice",
        3,
        "key:",
    )


def test_several_wholly_right_options_of_a_single_choice_are_kept():
    (found,) = question("multichoice", answer("100", "a") + answer("100", "b") + answer("0", "c"))["imported"]
    assert (found["type"], [o["weight"] for o in found["options"]]) == ("single", ["1", "1", "0"])


def test_a_choice_of_a_match_without_a_prompt_fits_nothing():
    pair = '<subquestion format="html"><text>{}</text><answer><text>{}</text></answer></subquestion>'
    (found,) = question("matching", pair.format("甲", "1") + pair.format("乙", "2") + pair.format("", "3"))["imported"]
    assert [(a["prompt"], a["choice"], a["weight"]) for a in found["answers"]] == [
        ("甲", "1", "1/2"),
        ("乙", "2", "1/2"),
        (None, "3", "0"),
    ]


def test_a_number_has_tolerance_and_unit_and_what_cannot_be_scored_is_refused():
    value = answer("100", "30", "<tolerance>0.50</tolerance>") + answer("0", "*")
    unit = "<unitgradingtype>{}</unitgradingtype><unitpenalty>{}</unitpenalty><showunits>0</showunits><units><unit><multiplier>{}</multiplier><unit_name>日</unit_name></unit></units>"
    (found,) = question("numerical", value + unit.format(1, 1, 1))["imported"]
    assert found["answers"] == [
        {"value": "30", "tolerance": "0.5", "weight": "1", "unit": {"texts": ["日"], "required": True}}
    ]
    for wrong in (unit.format(1, "0.1", 1), unit.format(0, 0, 24)):
        assert question("numerical", value + wrong)["refused"][0]["reason"].startswith("scoring: ")


@pytest.mark.parametrize("kind", ["essay", "cloze", "description", "ddwtos", "gapselect", "calculated", "stack"])
def test_types_that_the_engine_lacks_are_refused_by_name(kind: str):
    (refused,) = question(kind, "")["refused"]
    assert (refused["name"], refused["type"], refused["line"], refused["reason"][:5]) == ("名", kind, 3, "type:")


def test_a_file_that_hangs_on_a_question_is_a_picture_to_us():
    text = '<quiz><question type="truefalse"><questiontext format="html"><text>x</text><file name="a.png" encoding="base64">iVBORw0=</file></questiontext></question></quiz>'
    assert as_json(read(text.encode(), "m.xml"))["refused"][0]["reason"].startswith("image: ")


def test_orders_and_texts_are_read():
    (order,) = question(
        "ordering", "<gradingtype>ALL_OR_NOTHING</gradingtype>" + answer("1", "一") + answer("2", "二")
    )["imported"]
    assert (order["grading"], order["answers"]) == ("all", [{"text": "一"}, {"text": "二"}])
    (text,) = question("shortanswer", answer("100", "窓口") + answer("50", "a\\*b") + answer("0", "*"))["imported"]
    assert text["answers"] == [{"text": "窓口", "weight": "1"}, {"text": "a*b", "weight": "1/2"}]
