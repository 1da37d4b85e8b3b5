"""Papers from several pools: clause by clause, and not last year's paper again; a function of seed and record."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from training.catalogue.blueprint import Blueprint, Place, PoolDraw, cover, faults_of_blueprint, most_met
from training.quiz.draw import Pool, Wishes, compose, draw

CLAUSES = ("1", "2", "3.1", "3.2", "5")
SEEDS = st.text(alphabet="0123456789abcdef", min_size=1, max_size=16)


@st.composite
def worlds(chosen: st.DrawFn) -> tuple[Blueprint, dict[str, Place]]:
    """A blueprint and the questions of its pools, publishable or not."""
    pools = chosen(st.lists(st.sampled_from(["main", "事例", "法令"]), min_size=1, max_size=3, unique=True))
    questions: dict[str, Place] = {}
    draws = []
    for pool in pools:
        size = chosen(st.integers(1, 8))
        for number in range(size):
            clauses = chosen(st.lists(st.sampled_from(CLAUSES), min_size=1, max_size=2, unique=True))
            questions[f"{pool}{number}"] = Place(pool, tuple(clauses))
        draws.append(PoolDraw(pool, chosen(st.integers(1, size))))
    wanted = chosen(st.lists(st.sampled_from(CLAUSES), max_size=3, unique=True))
    blueprint = Blueprint(
        draw=sum(pool.draw for pool in draws),
        pass_mark=80,
        pools=tuple(draws),
        each_clause=tuple(wanted),
        rotation=chosen(st.sampled_from([0, 30, 50, 100])),
    )
    return blueprint, questions


def paper(blueprint: Blueprint, questions: dict[str, Place], seed: str, met: list[str] | None = None) -> list[str]:
    pools = [
        Pool(pool.name, pool.draw, tuple(key for key, place in questions.items() if place.pool == pool.name))
        for pool in blueprint.drawn
    ]
    wishes = Wishes(
        each_clause=blueprint.each_clause,
        clauses={key: place.clauses for key, place in questions.items()},
        met=frozenset(met or ()),
        most_met=None if met is None else most_met(rotation=blueprint.rotation, last=len(met)),
    )
    return compose(seed=seed, pools=pools, wishes=wishes)


@given(worlds(), SEEDS, SEEDS)
def test_what_was_published_can_be_drawn_two_years_running(
    world: tuple[Blueprint, dict[str, Place]], first: str, second: str
):
    blueprint, questions = world
    assume(not faults_of_blueprint(blueprint, list(questions.values())))
    last_year = paper(blueprint, questions, first)
    this_year = paper(blueprint, questions, second, met=last_year)
    for drawn in (last_year, this_year):
        assert len(drawn) == len(set(drawn)) == blueprint.draw
        for pool in blueprint.drawn:
            assert sum(questions[key].pool == pool.name for key in drawn) == pool.draw
        assert set(blueprint.each_clause) <= {clause for key in drawn for clause in questions[key].clauses}
    assert len(set(this_year) & set(last_year)) <= most_met(rotation=blueprint.rotation, last=len(last_year))


@given(worlds(), SEEDS, st.randoms(use_true_random=False))
def test_the_same_record_gives_the_same_paper_in_whatever_order_it_is_read(
    world: tuple[Blueprint, dict[str, Place]], seed: str, chance: random.Random
):
    blueprint, questions = world
    met = list(questions)[:3]
    shuffled = list(questions.items())
    chance.shuffle(shuffled)
    assert paper(blueprint, dict(shuffled), seed, met) == paper(blueprint, questions, seed, met)


@given(worlds(), SEEDS)
def test_a_wish_that_cannot_be_fulfilled_any_more_never_leaves_somebody_without_a_paper(
    world: tuple[Blueprint, dict[str, Place]], seed: str
):
    blueprint, questions = world
    drawn = paper(blueprint, questions, seed, met=list(questions))
    assert len(drawn) == blueprint.draw


@given(SEEDS, st.lists(st.uuids().map(str), min_size=1, max_size=20, unique=True), st.data())
def test_one_pool_without_wishes_is_drawn_as_it_always_was(seed: str, pool: list[str], data: st.DataObject):
    count = data.draw(st.integers(1, len(pool)))
    assert compose(seed=seed, pools=[Pool("main", count, tuple(pool))]) == draw(seed=seed, pool=pool, count=count)


@given(worlds())
def test_a_cover_holds_every_clause_within_the_room_there_is(world: tuple[Blueprint, dict[str, Place]]):
    blueprint, questions = world
    room = {pool.name: pool.draw for pool in blueprint.drawn}
    found = cover(
        wanted=blueprint.each_clause,
        candidates=list(questions),
        clauses=lambda key: questions[key].clauses,
        pool=lambda key: questions[key].pool,
        room=room,
    )
    if found is not None:
        assert set(blueprint.each_clause) <= {clause for key in found for clause in questions[key].clauses}
        assert all(sum(questions[key].pool == pool for key in found) <= most for pool, most in room.items())


def test_without_shuffling_the_questions_stand_as_they_were_written():
    pools = [Pool("a", 2, ("q1", "q2", "q3")), Pool("b", 1, ("q4",))]
    assert compose(seed="s", pools=pools, shuffle=False) == sorted(compose(seed="s", pools=pools))


def test_a_question_in_two_pools_is_an_error():
    with pytest.raises(ValueError, match="twice"):
        compose(seed="s", pools=[Pool("a", 1, ("q1",)), Pool("b", 1, ("q1",))])


def many(count: int, clause: str = "3.1", pool: str = "main") -> list[Place]:
    return [Place(pool, (clause,))] * count


@pytest.mark.parametrize(
    ("blueprint", "questions", "words"),
    [
        (
            Blueprint(4, 80, pools=(PoolDraw("main", 2), PoolDraw("法令", 2))),
            [*many(4), *many(1, pool="法令")],
            "あと1問",
        ),
        (Blueprint(4, 80, pools=(PoolDraw("main", 2), PoolDraw("法令", 3))), [*many(4), *many(4, pool="法令")], "合計"),
        (Blueprint(2, 80, pools=(PoolDraw("main", 1), PoolDraw("main", 1))), many(4), "二度あります"),
        (Blueprint(1, 80, pools=(PoolDraw("", 1),)), many(4, pool=""), "名前"),
        (Blueprint(1, 80), [*many(2), *many(2, pool="法令")], "「法令」の設問がありますが"),
        (Blueprint(2, 80, each_clause=("5",)), many(4), "条項「5」を必ず出題する設定ですが"),
        (Blueprint(1, 80, each_clause=("5", "3.1")), [*many(2), *many(2, "5")], "1問に収められません"),
        (Blueprint(4, 80, rotation=50), many(5), "プール「main」は今より3問"),
        (
            Blueprint(2, 80, each_clause=("5",), rotation=0),
            [*many(4), Place("main", ("5",))],
            "条項「5」の設問が足りません",
        ),
        (Blueprint(2, 0), many(4), "合格基準"),
        (Blueprint(2, 80, attempts=0), many(4), "受験回数"),
        (Blueprint(2, 80, cool_down_minutes=-1), many(4), "再受験までの時間"),
        (Blueprint(2, 80, time_limit_minutes=0), many(4), "制限時間"),
        (Blueprint(2, 80, review="all"), many(4), "「all」はありません"),
        (Blueprint(2, 80, rotation=101), many(4), "0〜100%"),
    ],
)
def test_a_blueprint_that_the_pool_cannot_satisfy_is_told_what_is_missing(
    blueprint: Blueprint, questions: list[Place], words: str
):
    faults = faults_of_blueprint(blueprint, questions)
    assert any(words in fault for fault in faults), faults
    assert all(fault.endswith("。") for fault in faults)


def test_two_questions_for_each_clause_are_enough_for_half_a_paper_to_be_new():
    questions = [Place("main", (clause,)) for clause in CLAUSES for _ in range(2)]
    assert faults_of_blueprint(Blueprint(5, 80, each_clause=CLAUSES, rotation=50), questions) == []
