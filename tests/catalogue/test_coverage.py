"""Coverage counts what is taught and what is tested, and names every hole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.asking import question, snapshot
from tests.building import module_version, revision
from training.catalogue.coverage import coverage
from training.catalogue.freeze import SectionSnapshot
from training.catalogue.queries import coverage_of


def module(slug: str, *sections: tuple[list[str], list[str]], questions: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "slug": slug,
        "sections": [{"clauses": clauses, "topics": topics} for clauses, topics in sections],
        "questions": list(questions),
    }


def asked(clauses: list[str], topics: list[str]) -> dict[str, Any]:
    return {"question": "u", "clauses": clauses, "topics": topics}


def test_without_modules_everything_is_a_hole():
    holes = coverage(required=["1", "1.1"], modules=[], questions={}).holes
    assert holes == [
        f"{name}: not {what}"
        for name in ("1", "1.1", "topic a", "topic b", "topic c", "topic d")
        for what in ("taught", "tested")
    ]


def test_taught_without_a_question_and_tested_without_a_section_are_holes():
    result = coverage(
        required=["1", "2"],
        modules=[module("m", (["1"], ["a", "b"]), questions=("q",))],
        questions={"q": asked(["2"], ["a", "c"])},
    )
    assert result.holes == [
        "1: not tested",
        "2: not taught",
        "topic b: not tested",
        "topic c: not taught",
        "topic d: not taught",
        "topic d: not tested",
    ]
    assert not result.clauses["1"].whole
    assert result.topics["a"].whole


def test_each_place_is_named():
    result = coverage(
        required=["1"],
        modules=[module("m", (["1"], []), ([], []), (["1"], []), questions=("q", "r"))],
        questions={"q": asked(["1"], []), "r": asked(["1"], [])},
    )
    assert result.clauses["1"].taught == ["m#1", "m#3"]
    assert result.clauses["1"].tested == ["m:u", "m:u"]


def test_an_article_is_not_covered_by_its_items():
    result = coverage(
        required=["3", "3.3"],
        modules=[module("m", (["3.3"], list("abcd")), questions=("q",))],
        questions={"q": asked(["3.3"], list("abcd"))},
    )
    assert result.holes == ["3: not taught", "3: not tested"]


def test_clauses_that_are_not_required_are_no_holes_and_no_cover():
    result = coverage(
        required=[],
        modules=[module("m", (["9"], list("abcd")), questions=("q",))],
        questions={"q": asked(["8"], list("abcd"))},
    )
    assert result.clauses == {}
    assert result.holes == []


@pytest.mark.django_db
def test_one_module_on_one_clause_leaves_the_rest_of_the_real_policy_open():
    module_version("article-3")
    result = coverage_of(revision(), language="ja")
    assert len(result.clauses) == 48
    assert result.clauses["3.3"].whole
    assert {name for name, cover in result.clauses.items() if cover.taught or cover.tested} == {"3.3"}
    assert coverage_of(revision(), language="en").clauses["3.3"].whole is False


@pytest.mark.django_db
def test_only_the_newest_version_counts():
    module_version("article-3")
    other = SectionSnapshot("k", "節", "<p>文</p>", ("1(1).2",), ("b",))
    module_version(
        "article-3", sections=(other,), questions=tuple(question("article-3", n, clause="2.17") for n in range(3))
    )
    result = coverage_of(revision(), language="ja")
    assert result.clauses["1(1).2"].taught
    assert result.clauses["2.17"].tested
    assert not result.clauses["3.3"].taught
    assert not result.clauses["3.3"].tested


@pytest.mark.django_db
def test_measuring_costs_the_same_for_one_module_and_for_nine(django_assert_max_num_queries: Any):
    for number in range(1, 10):
        module_version(f"article-{number}", **({} if number == 3 else {"covers": ("3",)}))
    made = revision()
    with django_assert_max_num_queries(4):
        coverage_of(made, language="ja")


def test_the_builder_s_own_module_is_teachable():
    assert snapshot().questions
