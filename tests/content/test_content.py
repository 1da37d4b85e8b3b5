"""The product's nine lesson files: each good by itself, and together no copies, no guessing, no hole."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from tests.content.guessing import STRATEGIES, asked, credit, guessing_score, similarity
from tests.content.rules import FIXTURES, NEAR_COPY, TYPES, load, problems
from training.catalogue.blueprint import Blueprint, Place, faults_of_blueprint, most_met
from training.policy.clauses import parse
from training.quiz.draw import Pool, Wishes, compose, draw

FILES = sorted((FIXTURES / "content").glob("article-*.yaml"))
SEEDS = range(60)
MOST_OF_A_TYPE = 2 / 3  # what a habit may earn of the questions of one type, over the whole bank
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


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_habit_of_guessing_passes_any_of_sixty_papers(path: Path) -> None:
    module = load(path)
    questions = {question["key"]: question for question in module["questions"]}
    count, pass_mark = module["blueprint"]["draw"], module["blueprint"]["pass_mark"]

    for strategy in STRATEGIES:
        earned = {key: credit(strategy, question) for key, question in questions.items()}
        papers = [draw(seed=f"paper {seed}", pool=list(questions), count=count) for seed in SEEDS]
        assert [p for p in papers if sum(earned[key] for key in p) * 100 >= pass_mark * count] == [], strategy


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind != "scenario"])
def test_no_habit_goes_far_with_a_type_by_itself(modules: list[dict], kind: str) -> None:
    found = [one for module in modules for q in module["questions"] for one in asked(q) if one["type"] == kind]

    assert {s: score for s in STRATEGIES if (score := guessing_score(s, found)) > MOST_OF_A_TYPE} == {}


def test_there_are_at_least_155_questions_and_several_of_every_type(modules: list[dict]) -> None:
    questions = [question for module in modules for question in module["questions"]]
    types = Counter(question["type"] for question in questions)

    assert len(questions) >= 155
    assert set(types) == set(TYPES)
    assert min(types.values()) >= 5
    assert sum(q["type"] == "multiple" and q.get("grading") == "partial" for q in questions) >= 5


def test_every_module_has_most_of_the_types(modules: list[dict]) -> None:
    few = {
        module["slug"]: sorted(found)
        for module in modules
        if len(found := {one["type"] for question in module["questions"] for one in asked(question)}) < 6
    }
    assert few == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_two_years_of_papers_repeat_at_most_half(path: Path) -> None:
    module = load(path)
    asking, questions = module["blueprint"], module["questions"]
    keys = tuple(question["key"] for question in questions)

    assert asking["rotation"] == 50
    assert len(keys) >= 2 * asking["draw"]
    assert faults_of_blueprint(Blueprint(**asking), [Place("main", tuple(q["clauses"])) for q in questions]) == []

    most = most_met(rotation=50, last=asking["draw"])
    pools = [Pool("main", asking["draw"], keys)]
    for seed in SEEDS:
        last = compose(seed=f"last {seed}", pools=pools)
        this = compose(seed=f"this {seed}", pools=pools, wishes=Wishes(met=frozenset(last), most_met=most))
        assert len(this) == asking["draw"]
        assert len(set(this) & set(last)) <= most


def test_no_key_is_used_in_two_modules(modules: list[dict]) -> None:
    keys = [question["key"] for module in modules for question in module["questions"]]

    assert len(set(keys)) == len(keys)


def test_no_two_stems_of_the_bank_are_near_copies(modules: list[dict]) -> None:
    """The parts of a scenario stand by themselves here: a story does not hide that two of them ask the same."""
    questions = [question for module in modules for question in module["questions"]]
    stems = [(question["key"], question["stem"]) for question in questions]
    stems += [(f"{q['key']}/{part['id']}", part["stem"]) for q in questions for part in q.get("parts", [])]

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


def test_every_one_of_the_39_items_is_tested_by_two_questions_at_least(modules: list[dict]) -> None:
    asking = Counter(ref for module in modules for question in module["questions"] for ref in question["clauses"])

    assert [item.ref for item in POLICY.items if asking[item.ref] < 2] == []


def test_every_articles_introduction_is_explained(modules: list[dict]) -> None:
    assert [module["slug"] for module in modules if module["article"] not in taught(module)] == []


def test_every_awareness_topic_is_taught_and_tested_in_every_module(modules: list[dict]) -> None:
    for module in modules:
        assert {t for section in module["sections"] for t in section["topics"]} == set("abcd"), module["slug"]
        assert {t for question in module["questions"] for t in question["topics"]} == set("abcd"), module["slug"]


def test_true_and_false_are_about_as_often_right(modules: list[dict]) -> None:
    answers = [one["answer"] for module in modules for q in module["questions"] for one in asked(q) if "answer" in one]

    assert 0.4 <= sum(answers) / len(answers) <= 0.6


def test_wrong_options_each_have_an_explanation_of_their_own(modules: list[dict]) -> None:
    for module in modules:
        for question in module["questions"]:
            for one in asked(question):
                explanations = [option["explanation"] for option in one.get("options", [])]
                assert len(set(explanations)) == len(explanations), question["key"]


def test_no_policy_sentence_is_pasted_into_a_lesson(modules: list[dict]) -> None:
    sentences = [s for clause in POLICY.clauses for s in clause.text.split("。") if len(s) >= 30]
    for path in FILES:
        text = "".join(path.read_text(encoding="utf-8").split())
        assert [s for s in sentences if "".join(s.split()) in text] == [], path.name
