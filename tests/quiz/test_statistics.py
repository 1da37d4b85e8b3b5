"""Facility and discrimination agree with figures reckoned by hand, keep their bounds, and tell nothing of a few."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.quiz.statistics import (
    JUDGED,
    LEAST,
    Figures,
    Flag,
    Paper,
    by_question,
    discrimination,
    flags_of,
    of_papers,
    too_few,
)

NOTHING = frozenset()


def paper(person: int, *, campaign: str = "FY2026", passed: bool = True, seconds: float = 60, **earned: float) -> Paper:
    return Paper(person=person, campaign=campaign, earned=earned, passed=passed, seconds=seconds)


def alone(_paper: Paper, question: str) -> tuple[str]:
    return (question,)


def class_of_six() -> list[Paper]:
    """Reckoned below by hand: who knows more earns more on q, and less on z."""
    return [
        paper(1, q=1, a=1, b=1, z=0, seconds=10),
        paper(2, q=1, a=1, b=1, z=0, seconds=20),
        paper(3, q=1, a=1, b=0, z=1, seconds=30),
        paper(4, q=0, a=1, b=0, z=0, seconds=40),
        paper(5, q=0, a=0, b=0, z=1, seconds=50, passed=False),
        paper(6, q=0, a=0, b=0, z=1, seconds=600, passed=False),
    ]


def test_facility_discrimination_and_time_are_those_reckoned_by_hand() -> None:
    figures = by_question(class_of_six(), few=NOTHING, keys=alone)

    assert (figures["q"].people, figures["q"].answers, figures["q"].facility) == (6, 6, 0.5)
    # Rest of q (a + b + z)/3: 2/3, 2/3, 2/3, 1/3, 1/3, 1/3. It goes with q exactly.
    assert figures["q"].discrimination == pytest.approx(1)
    # Rest of z (q + a + b)/3: 1, 1, 2/3, 1/3, 0, 0, mean 1/2. z: 0 0 1 0 1 1, mean 1/2.
    # Products of deviations: -1/4 -1/4 +1/12 +1/12 -1/4 -1/4 = -5/6; squares of z 6/4,
    # of the rest 1/4 + 1/4 + 1/36 + 1/36 + 1/4 + 1/4 = 19/18. r = -5/6 / sqrt(6/4 * 19/18).
    assert figures["z"].discrimination == pytest.approx(-5 / 6 / sqrt(6 / 4 * 19 / 18))
    assert figures["a"].facility == pytest.approx(4 / 6)
    assert figures["q"].seconds == 35  # the median: the one who went to lunch moves it by nothing
    assert figures["q"].passed == pytest.approx(4 / 6)


def test_a_clause_is_all_of_its_answers_against_the_rest_of_the_paper() -> None:
    clauses = {"q": ("3.1",), "a": ("3.1", "3.2"), "b": (), "z": ()}

    figures = by_question(class_of_six(), few=NOTHING, keys=lambda _paper, question: clauses[question])

    assert (figures["3.1"].answers, figures["3.1"].facility) == (12, pytest.approx(7 / 12))
    # Own (q + a)/2: 1 1 1 1/2 0 0. Rest (b + z)/2: 1/2 1/2 1/2 0 1/2 1/2.
    # Deviations from 7/12 and 5/12: products 5/144 * 3 + 5/144 - 7/144 * 2, squares 3 * 25/144 + 1/144 + 2 * 49/144
    # and 5/144 + 25/144.
    assert figures["3.1"].discrimination == pytest.approx((15 + 5 - 14) / sqrt(174 * 30))
    assert set(figures) == {"3.1", "3.2"}


def test_whole_papers_have_no_discrimination() -> None:
    figures = of_papers(class_of_six(), few=NOTHING)

    assert figures == Figures(
        people=6, papers=6, answers=24, facility=pytest.approx(12 / 24), passed=pytest.approx(4 / 6),
        discrimination=None, seconds=35,
    )  # fmt: skip


@pytest.mark.parametrize(
    "pairs",
    [[], [(1, 1)], [(1, 0.2), (1, 0.9)], [(0, 0.5), (1, 0.5)], [(1 / 3, 0.1), (1 / 3, 0.7), (1 / 3, 0.2)]],
)
def test_what_never_differs_goes_with_nothing(pairs: list[tuple[float, float]]) -> None:
    assert discrimination(pairs) is None


def test_the_top_and_the_bottom_of_the_scale_are_reached() -> None:
    assert discrimination([(0, 0), (1, 1)]) == 1
    assert discrimination([(0, 1), (1, 0)]) == -1
    assert discrimination([(1, 1), (1, 0.5), (0, 0.5), (0, 0)]) == pytest.approx(1 / sqrt(2))


shares = st.sampled_from([0, 0.01, 1 / 3, 0.5, 2 / 3, 1])
papers = st.lists(
    st.builds(
        Paper,
        person=st.integers(0, 12),
        campaign=st.sampled_from(["FY2026", "FY2027"]),
        earned=st.dictionaries(st.sampled_from("abcdefg"), shares, max_size=5),
        passed=st.booleans(),
        seconds=st.floats(0, 1e6),
    ),
    max_size=60,
)


@given(papers)
def test_every_figure_keeps_its_bounds(papers: list[Paper]) -> None:
    few = too_few(papers)
    found = [*by_question(papers, few=few, keys=alone).values(), of_papers(papers, few=few)]

    for figures in filter(None, found):
        assert figures.people >= LEAST
        assert 0 <= figures.facility <= 1
        assert 0 <= figures.passed <= 1
        assert figures.discrimination is None or -1 <= figures.discrimination <= 1
        assert 0 <= figures.seconds <= 1e6


@given(st.lists(st.tuples(shares, shares), max_size=30))
def test_discrimination_does_not_depend_on_the_order_and_turns_round_with_its_sign(
    pairs: list[tuple[float, float]],
) -> None:
    forwards = discrimination(pairs)

    assert discrimination(pairs[::-1]) == pytest.approx(forwards)
    turned = discrimination([(own, 1 - rest) for own, rest in pairs])
    assert (turned is None) == (forwards is None)
    if forwards is not None:
        assert turned == pytest.approx(-forwards)


@given(papers)
def test_what_a_few_answered_is_in_no_figure_so_that_no_difference_of_figures_gives_it_away(
    papers: list[Paper],
) -> None:
    """Every figure is a sum over (campaign, question): changing what a few answered may change none."""
    few = too_few(papers)
    changed = [
        Paper(
            person=p.person, campaign=p.campaign, passed=p.passed, seconds=p.seconds,
            earned={q: 1 - share if (p.campaign, q) in few else share for q, share in p.earned.items()},
        )
        for p in papers
    ]  # fmt: skip

    def sums(papers: list[Paper]) -> list[object]:
        halves = by_question(
            papers, few=few, keys=lambda _p, question: ["abcd" if question in "abcd" else "efg", "all"]
        )
        single = by_question(papers, few=few, keys=lambda p, question: [(p.campaign, question)])
        years = {c: of_papers([p for p in papers if p.campaign == c], few=few) for c in ("FY2026", "FY2027")}
        every = {**halves, **single, **years}
        return [(key, f and (f.people, f.answers, f.facility)) for key, f in sorted(every.items(), key=str)]

    assert sums(papers) == sums(changed)


@given(papers)
def test_every_group_of_answers_that_is_told_consists_of_such_as_enough_people_gave(papers: list[Paper]) -> None:
    few = too_few(papers)
    told = by_question(papers, few=few, keys=lambda p, question: [(p.campaign, question)])

    people: dict[object, set[object]] = {}
    for one in papers:
        for question in one.earned:
            people.setdefault((one.campaign, question), set()).add(one.person)
    assert set(told) == {cell for cell, found in people.items() if len(found) >= LEAST}


def test_four_people_are_told_nothing_of_and_five_are() -> None:
    assert by_question([paper(n, q=1) for n in range(4)], few=NOTHING, keys=alone) == {}
    assert by_question([paper(n, q=1) for n in range(5)], few=NOTHING, keys=alone)["q"].people == 5


def test_one_person_on_five_papers_is_one_person() -> None:
    assert of_papers([paper(1, q=1) for _ in range(5)], few=NOTHING) is None


def test_the_rest_of_a_paper_is_told_only_where_enough_people_have_one() -> None:
    papers = [paper(n, q=n % 2) for n in range(6)] + [paper(n, q=n % 2, a=n % 2) for n in range(6, 9)]

    assert by_question(papers, few=too_few(papers), keys=alone)["q"].discrimination is None


def figures(*, people: int = 40, facility: float = 0.7, discrimination: float | None = 0.3) -> Figures:
    return Figures(people, people, people, facility, 0.8, discrimination, 30)


@pytest.mark.parametrize(
    ("changes", "dead", "said"),
    [
        ({}, 0, ()),
        ({"facility": 0.95}, 0, (Flag.TOO_EASY,)),
        ({"facility": 0.949}, 0, ()),
        ({"facility": 0.3}, 0, ()),
        ({"facility": 0.299}, 0, (Flag.TOO_HARD,)),
        ({"discrimination": -0.01}, 0, (Flag.NEGATIVE,)),
        ({"discrimination": 0.0}, 0, ()),
        ({"discrimination": None}, 2, (Flag.DEAD,)),
        ({"facility": 1.0, "discrimination": None}, 3, (Flag.TOO_EASY, Flag.DEAD)),
        ({"facility": 0.1, "discrimination": -0.5, "people": JUDGED}, 0, (Flag.TOO_HARD, Flag.NEGATIVE)),
        ({"facility": 0.1, "discrimination": -0.5, "people": JUDGED - 1}, 1, ()),
    ],
)
def test_a_question_that_fails_its_purpose_is_flagged(
    changes: dict[str, float], dead: int, said: tuple[Flag, ...]
) -> None:
    assert flags_of(figures(**changes), dead=dead) == said
