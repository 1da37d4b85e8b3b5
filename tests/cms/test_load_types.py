"""Question files of every type: what they say is what is frozen, twice without a trace, with faults named by place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from cms.load_content import Loaded, stable_id
from cms.pages import ModulePage
from cms.questions import Question
from tests.cms.test_load_content import counts, edit
from tests.cms.types import KINDS, every_type
from training.catalogue.models import QuestionVersion
from training.errors import Invalid

Load = Callable[..., Loaded]


def content(key: str) -> dict[str, Any]:
    return QuestionVersion.objects.get(question=stable_id("question", key)).content


def test_every_type_is_frozen_as_its_file_says(load: Load) -> None:
    load({"types.yaml": every_type()})

    assert {key: content(key)["type"] for key in KINDS} == KINDS
    assert {content(key)["schema"] for key in KINDS} == {2}
    assert content("of-single")["schema"] == 1
    truth = content("of-tf")
    assert (truth["answer"], truth["feedback"]["true"]) == (False, "<p>毎年<b>繰り返し</b>ます。</p>")
    match = content("of-match")
    texts = {choice["id"]: choice["text"] for choice in match["choices"]}
    assert [texts[prompt["choice"]] for prompt in match["prompts"]] == ["<p>すぐ知らせる</p>"] * 2 + ["<p>返す</p>"]
    assert sorted(texts.values()) == ["<p>すぐ知らせる</p>", "<p>捨てる</p>", "<p>返す</p>"]
    assert match["difficulty"] == 3
    order = content("of-order")
    assert [item["text"] for item in order["items"]] == ["<p>気づく</p>", "<p>知らせる</p>", "<p>記録する</p>"]
    assert order["grading"] == "partial"
    text = content("of-text")
    assert [(a["text"], a["weight"]) for a in text["answers"]] == [("漏えい", "1"), ("紛失", "0")]
    assert text["fold"] == {"width": True, "kana": True, "case": False, "spaces": False}
    number = content("of-num")
    assert [(a["value"], a["tolerance"]) for a in number["answers"]] == [("72", "0.5")]
    assert number["unit"] == {"texts": ["時間", "h"], "required": True}
    assert [o["weight"] for o in content("of-part")["options"]] == ["1/2", "1/2", "-1"]
    case = content("of-case")
    assert [part["type"] for part in case["parts"]] == ["single", "true_false", "short_text", "matching"]
    assert [part["explanation"] for part in case["parts"]] == [
        "<p>一。</p>",
        "<p>二。</p>",
        "<p>三。</p>",
        "<p>四。</p>",
    ]
    assert case["parts"][2]["fold"]["case"]


def test_loading_every_type_twice_changes_nothing(load: Load) -> None:
    load({"types.yaml": every_type()})
    before = counts()

    again = load({"types.yaml": every_type()})

    assert counts() == before
    assert again.questions == {"new": 0, "changed": 0, "unchanged": 8, "kept": 0}


def test_a_reworded_step_keeps_its_id(load: Load) -> None:
    load({"types.yaml": every_type()})
    before = [item["id"] for item in content("of-order")["items"]]

    assert load({"types.yaml": every_type().replace("記録する", "記録を残す")}).questions["changed"] == 1

    latest = QuestionVersion.objects.filter(question=stable_id("question", "of-order")).latest("number")
    assert [item["id"] for item in latest.content["items"]] == before
    assert latest.content["items"][2]["text"] == "<p>記録を残す</p>"


def test_a_blueprint_with_everything_is_on_the_page_and_in_the_version(load: Load) -> None:
    blueprint = (
        "{draw: 3, pass_mark: 60, pools: [{name: main, draw: 2}, {name: 事例, draw: 1}], each_clause: ['3.3'], "
        "attempts: 2, cool_down_minutes: 30, time_limit_minutes: 20, shuffle: false, review: answers, rotation: 100}"
    )
    text = every_type(blueprint=blueprint).replace("type: scenario", "type: scenario\n    pool: 事例")
    load({"types.yaml": text})
    page = ModulePage.objects.get(slug="types")

    frozen = page.latest_version().content
    assert frozen["blueprint"] == {
        "draw": 3,
        "pass_mark": 60,
        "pools": [{"name": "main", "draw": 2}, {"name": "事例", "draw": 1}],
        "each_clause": ["3.3"],
        "attempts": 2,
        "cool_down_minutes": 30,
        "time_limit_minutes": 20,
        "shuffle": False,
        "review": "answers",
        "rotation": 100,
    }
    assert frozen["pools"] == ["main"] * 7 + ["事例"]
    before = counts()
    assert load({"types.yaml": text}).files["types.yaml"] == "unchanged"
    assert counts() == before


def test_what_an_editor_opened_and_saved_as_it_was_is_no_change(load: Load, officer: Any) -> None:
    load({"types.yaml": every_type()})
    edit(ModulePage.objects.get(slug="types"), officer, **{"action-publish": "yes"})
    before = counts()

    assert load({"types.yaml": every_type()}).files["types.yaml"] == "unchanged"
    assert counts() == before


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("answer: false", "answer: nein", "questions[2].answer: must be true or false"),
        ("if_true: 毎年**繰り返し**ます。\n", "\n", "questions[2]: lacks if_true"),
        ("choice: 返す", "pick: 返す", "questions[3].pairs[3]: lacks choice"),
        ("others: [捨てる]", "others: [7]", "questions[3].others[1]: must be words"),
        (
            "items: [気づく, 知らせる, 記録する]",
            "items: [気づく, 知らせる]",
            "questions[4].items: must have 3 to 6 items",
        ),
        ("grading: partial", "grading: half", "questions[4].grading: must be one of all, partial"),
        ("fold: [width, kana]", "fold: [wide]", "questions[5].fold[1]: must be one of width"),
        ('weight: "0"', "weight: viel", "questions[5].answers[2].weight: must be a fraction"),
        ('value: "72"', "value: 72", "questions[6].answers[1].value: must be a number in quotes"),
        ('value: "72"', 'value: "1,000"', "questions[6].answers[1].value: must be a number in quotes"),
        ("texts: [時間, h]", "texts: 時間", "questions[6].unit.texts: must be a list"),
        ("difficulty: 3", "difficulty: 4", "questions[3].difficulty: must be one of 1, 2, 3"),
        ('id: "2", type: true_false', 'id: "1", type: true_false', "questions[8]: two parts have the same id"),
        (
            "type: single\n        stem",
            "type: scenario\n        stem",
            "questions[8].parts[1]: a part cannot be a scenario",
        ),
    ],
)
def test_a_fault_is_named_with_its_place(load: Load, old: str, new: str, fault: str) -> None:
    assert old in every_type()

    with pytest.raises(Invalid) as refusal:
        load({"types.yaml": every_type().replace(old, new, 1)})

    assert f"types.yaml: {fault}" in str(refusal.value.message)
    assert not Question.objects.exists()


@pytest.mark.parametrize(
    ("blueprint", "fault"),
    [
        ("{draw: 2, pass_mark: 50, review: all}", "blueprint.review: must be one of full, answers, result"),
        ("{draw: 2, pass_mark: 50, shuffle: 1}", "blueprint.shuffle: must be true or false"),
        ("{draw: 2, pass_mark: 50, pools: [{name: a}]}", "blueprint.pools[1]: lacks draw"),
        ("{draw: 2, pass_mark: 50, each_clause: [3]}", "blueprint.each_clause[1]: a clause must stand in quotes"),
        ("{draw: 6, pass_mark: 50, rotation: 50}", "前年と同じ設問を50%（3問）までにするには、設問が足りません。"),
    ],
)
def test_a_blueprint_that_cannot_be_is_refused(load: Load, blueprint: str, fault: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load({"types.yaml": every_type(blueprint=blueprint)})

    assert f"types.yaml: {fault}" in str(refusal.value.message)
