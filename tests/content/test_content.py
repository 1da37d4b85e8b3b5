"""The product's nine lesson files: each good by itself, and together no copies, no guessing, no hole."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from tests.content.rules import FIXTURES, NEAR_COPY, STRATEGIES, guessing_score, load, problems, similarity
from training.policy.clauses import parse

FILES = sorted((FIXTURES / "content").glob("article-*.yaml"))
POLICY = parse((FIXTURES / "policy.ja.txt").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def modules() -> list[dict]:
    return [load(path) for path in FILES]


def test_there_is_one_file_an_article_each_under_its_own_name() -> None:
    assert [path.stem for path in FILES] == [f"article-{article.ref}" for article in POLICY.articles]
    assert len(FILES) == 9


def test_each_file_is_named_as_its_slug_and_its_article(modules: list[dict]) -> None:
    assert [module["slug"] for module in modules] == [path.stem for path in FILES]
    assert [module["article"] for module in modules] == [path.stem.removeprefix("article-") for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_satisfies_every_rule(path: Path) -> None:
    assert problems(load(path)) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_no_habit_of_guessing_passes_a_module(path: Path, strategy: str) -> None:
    module = load(path)

    assert guessing_score(strategy, module["questions"]) * 100 < module["blueprint"]["pass_mark"]


def test_there_are_at_least_ninety_questions_and_more_than_are_drawn(modules: list[dict]) -> None:
    assert sum(len(module["questions"]) for module in modules) >= 90
    assert all(len(module["questions"]) >= max(8, module["blueprint"]["draw"]) for module in modules)


def test_no_key_is_used_in_two_modules(modules: list[dict]) -> None:
    keys = [question["key"] for module in modules for question in module["questions"]]

    assert len(set(keys)) == len(keys)


def test_no_two_questions_of_different_modules_are_near_copies(modules: list[dict]) -> None:
    stems = [(question["key"], question["stem"]) for module in modules for question in module["questions"]]

    alike = [(a, b) for (a, one), (b, other) in combinations(stems, 2) if similarity(one, other) > NEAR_COPY]
    assert alike == []


def test_every_clause_named_is_in_the_policy(modules: list[dict]) -> None:
    known = {clause.ref for clause in POLICY.clauses}
    named = {ref for module in modules for q in module["questions"] for ref in [*q["clauses"], *q["quotes"]]}
    named |= {ref for module in modules for ref in taught(module)}

    assert named <= known


def taught(module: dict) -> set[str]:
    """The clauses that the module quotes and explains."""
    blocks = [block for section in module["sections"] for block in section["blocks"]]
    return {block["clause"]["ref"] for block in blocks if "clause" in block}


def test_every_one_of_the_39_items_is_taught_and_tested_in_its_own_article(modules: list[dict]) -> None:
    items = {item.ref for item in POLICY.items}
    assert len(items) == 39

    for module in modules:
        own = {ref for ref in items if ref.startswith((f"{module['article']}.", f"{module['article']}("))}
        tested = {ref for question in module["questions"] for ref in question["clauses"]}
        assert own <= taught(module), f"{module['slug']}: not taught {sorted(own - taught(module))}"
        assert own <= tested, f"{module['slug']}: not tested {sorted(own - tested)}"


def test_every_articles_introduction_is_explained(modules: list[dict]) -> None:
    assert [module["slug"] for module in modules if module["article"] not in taught(module)] == []


def test_every_awareness_topic_is_taught_and_tested_in_every_module(modules: list[dict]) -> None:
    for module in modules:
        assert {t for section in module["sections"] for t in section["topics"]} == set("abcd"), module["slug"]
        assert {t for question in module["questions"] for t in question["topics"]} == set("abcd"), module["slug"]


def test_wrong_options_each_have_an_explanation_of_their_own(modules: list[dict]) -> None:
    for module in modules:
        for question in module["questions"]:
            explanations = [option["explanation"] for option in question["options"]]
            assert len(set(explanations)) == len(explanations), question["key"]


def test_no_policy_sentence_is_pasted_into_a_lesson(modules: list[dict]) -> None:
    sentences = [s for clause in POLICY.clauses for s in clause.text.split("。") if len(s) >= 30]
    for path in FILES:
        text = "".join(path.read_text(encoding="utf-8").split())
        assert [s for s in sentences if "".join(s.split()) in text] == [], path.name
