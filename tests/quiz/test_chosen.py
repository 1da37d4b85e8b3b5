"""What was answered is counted for every type of question, and no typed text of a few is shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import asking
from training.catalogue.freeze import ClauseWords, freeze_question
from training.catalogue.snapshots import MEMBERS
from training.quiz.chosen import Row, Tally, dead, mistake, tallies
from training.quiz.statistics import JUDGED, LEAST

CLAUSES = {"3": ClauseWords("第3条", "前書き"), "3.3": ClauseWords("第3条 第3号", "教育・研修の実施")}


def frozen(type: str) -> dict[str, Any]:
    return freeze_question(asking.typed("q", type), CLAUSES)


def counted(tally: Tally) -> list[tuple[str, bool | None, int]]:
    return [(row.text, row.right, row.count) for row in tally.rows]


def test_each_option_is_counted_and_markup_read_as_text() -> None:
    content = frozen("single")
    ids = [option["id"] for option in content["options"]]

    (tally,) = tallies(content, [([ids[0]], 30), ([ids[2]], 9), ([ids[3]], 1), (None, 4), ([], 2)])

    assert counted(tally) == [
        ("選択肢0", True, 30),
        ("選択肢1", False, 0),
        ("選択肢2", False, 9),
        ("選択肢3", False, 1),
    ]
    assert tally.answered == 40
    assert [row.text for row in tally.dead] == ["選択肢1", "選択肢3"]  # 1 of 40 is less than one in twenty


def test_a_lure_that_one_in_twenty_took_works_and_of_a_few_answers_nothing_is_said() -> None:
    content = frozen("single")
    ids = [option["id"] for option in content["options"]]

    assert [r.text for r in dead(tallies(content, [([ids[0]], JUDGED - 3), *(([i], 1) for i in ids[1:])]))] == []
    assert [r.text for r in dead(tallies(content, [([ids[0]], JUDGED)]))] == ["選択肢1", "選択肢2", "選択肢3"]
    assert dead(tallies(content, [([ids[0]], JUDGED - 1)])) == []


def test_options_of_the_first_schema_are_plain_text() -> None:
    content = freeze_question(asking.question("q", 1), CLAUSES)
    content["options"][0]["text"] = "5 < 6 の場合"

    (tally,) = tallies(content, [])

    assert content["schema"] == 1
    assert tally.rows[0].text == "5 < 6 の場合"


def test_of_several_options_each_that_was_ticked_counts() -> None:
    content = frozen("multiple")
    ids = [option["id"] for option in content["options"]]

    (tally,) = tallies(content, [([ids[0], ids[1]], 5), ([ids[0], ids[3]], 2)])

    assert [row.count for row in tally.rows] == [7, 5, 0, 2]
    assert tally.answered == 7


def test_true_and_false_are_counted_and_which_is_right_is_said() -> None:
    (tally,) = tallies(frozen("true_false"), [(["true"], 3), (["false"], 8)])

    assert counted(tally) == [("true", False, 3), ("false", True, 8)]


def test_each_prompt_of_a_matching_says_what_it_was_given_and_the_spare_choice_stands_apart() -> None:
    content = frozen("matching")
    (p0, p1), (c0, c1, c2) = [p["id"] for p in content["prompts"]], [c["id"] for c in content["choices"]]

    first, second, spare = tallies(content, [({p0: c0, p1: c1}, 20), ({p0: c1, p1: c2}, 3), ({p0: c0}, 1)])

    assert (first.heading, first.answered) == ("語0", 24)
    assert counted(first) == [("相手0", True, 21), ("相手1", False, 3), ("相手2", False, 0)]
    assert counted(second) == [("相手0", False, 0), ("相手1", True, 20), ("相手2", False, 3)]
    assert (second.answered, counted(spare)) == (23, [("相手2", False, 3)])
    assert spare.dead == ()


def test_an_item_is_counted_where_it_stood_in_its_own_place() -> None:
    content = frozen("ordering")
    ids = [item["id"] for item in content["items"]]

    (tally,) = tallies(content, [(ids, 4), ([ids[0], ids[2], ids[1], ids[3]], 3), (ids[::-1], 1)])

    assert [row.count for row in tally.rows] == [7, 4, 4, 7]
    assert [row.right for row in tally.rows] == [None] * 4


def test_accepted_texts_are_counted_however_they_are_written_and_others_shown_only_if_enough_typed_them() -> None:
    content = frozen("short_text")

    (tally,) = tallies(
        content,
        [("マイナンバー", 8), ("ﾏｲﾅﾝﾊﾞｰ", 2), ("番号", 3), ("社員番号", LEAST - 1), ("社員 番号", 1), ("𠮷田太郎", 4)],
    )

    assert counted(tally) == [
        ("マイナンバー", True, 10),
        ("番号", True, 3),
        ("社員番号", False, 5),
        ("", False, 4),
    ]
    assert tally.rows[-1].others
    assert tally.answered == 22


def test_numbers_are_counted_by_the_answer_whose_tolerance_they_meet() -> None:
    (tally,) = tallies(
        frozen("numeric"),
        [({"value": "72", "unit": "時間"}, 6), ({"value": "72.5", "unit": "h"}, 1), ({"value": "24", "unit": "h"}, 7),
         ({"value": "", "unit": "h"}, 2)],
    )  # fmt: skip

    assert counted(tally) == [("72 ± 0.5", True, 7), ("24 h", False, 7)]


@pytest.mark.parametrize("nothing", ["0", "0.0", "0.000000"])
def test_an_exact_number_is_named_without_a_tolerance(nothing: str) -> None:
    content = frozen("numeric")
    content["answers"][0]["tolerance"] = nothing

    (tally,) = tallies(content, [({"value": "72", "unit": "時間"}, 6)])

    assert counted(tally) == [("72", True, 6)]


def test_the_parts_of_a_scenario_are_counted_each_by_itself() -> None:
    content = frozen("scenario")
    true_false, text, several = content["parts"]
    whole = {true_false["id"]: ["false"], text["id"]: "番号", several["id"]: [several["options"][0]["id"]]}

    found = tallies(content, [(whole, 6), ({true_false["id"]: ["true"]}, 2)])

    assert [(tally.heading, tally.type, tally.answered) for tally in found] == [
        ("1. 小問0", "true_false", 8),
        ("2. 小問1", "short_text", 6),
        ("3. 小問2", "multiple", 6),
    ]
    assert found[0].rows[1].count == 6


@pytest.mark.parametrize("type", list(MEMBERS))
def test_the_mistake_made_most_is_found_for_every_type_that_has_one(type: str) -> None:
    content = frozen(type)
    right, wrong = asking.right_response(content), asking.wrong_response(content)

    found = mistake(content, [(right, 30), (wrong, 6)])

    assert (found is None) == (type == "ordering")
    assert found is None or found.count == 6
    assert mistake(content, [(right, 3)]) is None
    assert mistake(content, []) is None


def test_a_mistake_says_what_it_was_given_to_and_never_what_a_few_typed() -> None:
    content = frozen("matching")
    (p0, p1), (_c0, _c1, c2) = [p["id"] for p in content["prompts"]], [c["id"] for c in content["choices"]]

    assert mistake(content, [({p0: c2, p1: c2}, 2), ({p0: c2}, 1)]) == Row("語0: 相手2", False, 3)
    assert mistake(frozen("short_text"), [("𠮷田太郎", LEAST - 1)]) is None


@given(st.data(), st.sampled_from(list(MEMBERS)))
def test_whatever_was_answered_no_row_counts_more_than_answered(data: st.DataObject, type: str) -> None:
    content = frozen(type)
    kinds = [asking.right_response(content), asking.wrong_response(content), None]
    given = data.draw(st.lists(st.tuples(st.sampled_from(kinds), st.integers(1, 50)), max_size=6))

    for tally in tallies(content, given):
        most = tally.answered * (len(content["prompts"]) if type == "matching" and not tally.heading else 1)
        assert all(0 <= row.count <= most for row in tally.rows)
        assert tally.answered <= sum(count for _kind, count in given)
        if tally.type in {"single", "true_false", "short_text", "numeric"}:
            assert sum(row.count for row in tally.rows) == tally.answered
