"""A paper follows from its seed alone, in any language and any year."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.quiz.draw import draw, option_order

SEEDS = st.text(alphabet="0123456789abcdef", min_size=1, max_size=32)
POOLS = st.lists(st.uuids().map(str), min_size=1, max_size=30, unique=True)


def test_a_paper_drawn_in_2026_is_rebuilt_by_sha256sum():
    """Each order is what `printf 'seed-2026\\nq1' | sha256sum | sort` gives."""
    pool = ["q1", "q2", "q3", "q4", "q5", "q6"]
    assert draw(seed="seed-2026", pool=pool, count=6) == ["q4", "q1", "q3", "q2", "q6", "q5"]
    assert draw(seed="seed-2026", pool=pool, count=3) == ["q4", "q1", "q3"]
    assert option_order(seed="seed-2026", question="q1", options=["a", "b", "c", "d"]) == ["a", "c", "d", "b"]


@given(SEEDS, POOLS, st.data())
def test_a_paper_holds_as_many_different_questions_of_the_pool_as_asked(
    seed: str, pool: list[str], data: st.DataObject
):
    count = data.draw(st.integers(1, len(pool)))
    drawn = draw(seed=seed, pool=pool, count=count)
    assert len(drawn) == len(set(drawn)) == count
    assert set(drawn) <= set(pool)


@given(SEEDS, POOLS, st.randoms(use_true_random=False))
def test_the_pool_s_own_order_does_not_matter(seed: str, pool: list[str], chance: random.Random):
    shuffled = pool.copy()
    chance.shuffle(shuffled)
    assert draw(seed=seed, pool=shuffled, count=len(pool)) == draw(seed=seed, pool=pool, count=len(pool))
    assert option_order(seed=seed, question="q", options=shuffled) == option_order(
        seed=seed, question="q", options=pool
    )


@given(SEEDS, POOLS)
def test_the_options_shown_are_the_question_s_own(seed: str, pool: list[str]):
    assert sorted(option_order(seed=seed, question="q", options=pool)) == sorted(pool)


@given(SEEDS, POOLS)
def test_a_shorter_paper_is_the_beginning_of_a_longer_one(seed: str, pool: list[str]):
    whole = draw(seed=seed, pool=pool, count=len(pool))
    assert all(draw(seed=seed, pool=pool, count=n) == whole[:n] for n in range(1, len(pool) + 1))


def test_no_question_and_no_place_is_favoured():
    pool = [f"question-{n}" for n in range(10)]
    papers = [draw(seed=f"{n:032x}", pool=pool, count=5) for n in range(2000)]
    assert all(850 < count < 1150 for count in Counter(q for paper in papers for q in paper).values())
    assert all(130 < count < 270 for count in Counter(paper[0] for paper in papers).values())
    firsts = Counter(option_order(seed=f"{n:032x}", question="q", options=list("abcd"))[0] for n in range(2000))
    assert all(400 < count < 600 for count in firsts.values())


def test_the_same_options_stand_in_another_order_in_another_question():
    orders = {tuple(option_order(seed="seed", question=f"q{n}", options=list("abcd"))) for n in range(40)}
    assert len(orders) > 10


@pytest.mark.parametrize(
    ("pool", "count"), [(["a", "b"], 3), (["a", "b"], 0), (["a", "b"], -1), ([], 1), (["a", "a", "b"], 2)]
)
def test_what_cannot_be_drawn_is_refused(pool: list[str], count: int):
    with pytest.raises(ValueError, match=r"pool|drawn"):
        draw(seed="seed", pool=pool, count=count)
