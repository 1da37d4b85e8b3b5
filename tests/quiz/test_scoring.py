"""An answer is worth a point when it is exactly right, and the pass mark is not rounded."""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.quiz.responses import Misfit, read
from training.quiz.scoring import mark, score

IDS = ["a", "b", "c", "d"]


def content(right: Collection[str]) -> dict[str, object]:
    return {"type": "multiple", "options": [{"id": key, "correct": key in right} for key in IDS]}


RIGHT = st.sets(st.sampled_from(IDS), min_size=1)


@given(RIGHT, st.lists(st.sampled_from([*IDS, "x"]), max_size=8))
def test_only_exactly_the_right_options_earn_the_point_whatever_their_order_or_repetition(
    right: set[str], response: list[str]
):
    assert score(content(right), response) == int(set(response) == right)


def test_an_empty_response_earns_nothing_even_where_nothing_is_right():
    assert score(content([]), []) == 0


@given(st.lists(st.sampled_from([*IDS, "x", "A", ""]), max_size=6))
def test_an_option_is_known_only_if_the_question_has_it(response: list[str]):
    if all(key in IDS for key in response):
        assert read(content(["a"]), response) == sorted(set(response))
    else:
        with pytest.raises(Misfit):
            read(content(["a"]), response)


@pytest.mark.parametrize(
    ("pass_mark", "out_of", "least"),
    [
        (80, 9, 8),
        (80, 10, 8),
        (80, 8, 7),
        (66, 3, 2),
        (67, 3, 3),
        (1, 10, 1),
        (100, 10, 10),
        (99, 10, 10),
        (70, 3, 3),
        (50, 3, 2),
        (33, 3, 1),
        (34, 3, 2),
    ],
)
def test_the_fewest_points_that_pass(pass_mark: int, out_of: int, least: int):
    paper = [(str(n), content(["a"])) for n in range(out_of)]
    for right in range(out_of + 1):
        result = mark(paper=paper, responses={str(n): ["a"] for n in range(right)}, pass_mark=pass_mark)
        assert (result.score, result.out_of) == (right, out_of)
        assert result.passed is (right >= least)


@given(st.lists(st.tuples(RIGHT, st.sets(st.sampled_from(IDS))), min_size=1, max_size=12), st.integers(1, 100))
def test_a_paper_is_passed_exactly_when_the_share_of_points_reaches_the_mark(
    answered: list[tuple[set[str], set[str]]], pass_mark: int
):
    paper = [(str(n), content(right)) for n, (right, _) in enumerate(answered)]
    responses = {str(n): response for n, (_, response) in enumerate(answered)}
    result = mark(paper=paper, responses=responses, pass_mark=pass_mark)
    assert result.points == {str(n): int(right == response) for n, (right, response) in enumerate(answered)}
    assert result.score == sum(result.points.values())
    assert result.passed is (Fraction(result.score, result.out_of) >= Fraction(pass_mark, 100))


def test_a_question_that_was_not_answered_earns_nothing_and_still_counts():
    result = mark(
        paper=[("1", content(["a"])), ("2", content(["b"]))], responses={"1": ["a"], "9": ["a"]}, pass_mark=50
    )
    assert result.points == {"1": 1, "2": 0}
    assert (result.score, result.out_of, result.passed) == (1, 2, True)
