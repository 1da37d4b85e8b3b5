"""The counters are what counting afresh would give, whatever people do and in whatever order."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import suppress

import pytest

from tests.building import NOW, assignment_of, campaign, person, right_answers, sign, wrong_answers
from training.attestation.models import Attestation
from training.campaigns.models import Assignment, Campaign, Completion, Tally, Task
from training.campaigns.progress import open_task, reach_section, sections_reached
from training.campaigns.tally import COUNTERS, move, rebuild
from training.errors import Conflict, NotReady
from training.quiz.queries import open_attempt
from training.quiz.sitting import start, submit

pytestmark = pytest.mark.django_db
PEOPLE = 4


def counted(made: Campaign) -> dict[str, int]:
    tally = Tally.objects.get(campaign=made)
    return {name: getattr(tally, name) for name in COUNTERS}


def step(chance: random.Random, seed: str) -> str:
    """Somebody does something: what is possible, and as often what is not."""
    task = chance.choice(list(Task.objects.select_related("version", "assignment").order_by("pk")))
    attempt = open_attempt(task)
    what = chance.choice(
        ["open", "next", "next", "next", "skip", "start", "start", "right", "right", "wrong", "sign", "again"]
    )
    if what == "open":
        open_task(task=task, language="ja", now=NOW)
    elif what in {"next", "skip", "again"}:
        position = sections_reached(task) + {"next": 1, "skip": 2, "again": 0}[what]
        reach_section(task=task, version=str(task.version_id), position=position, now=NOW)
    elif what == "start":
        start(task=task, version=str(task.version_id), seed=seed, now=NOW)
    elif what in {"right", "wrong"} and attempt:
        answers = right_answers(attempt) if what == "right" else wrong_answers(attempt)
        for _ in range(chance.choice([1, 2])):
            submit(attempt=attempt, version=str(task.version_id), responses=answers, now=NOW)
    elif what == "sign":
        sign(assignment_of(task.assignment.employment), "髙橋 一郎")
    return what


@pytest.mark.parametrize("seed", range(2))
def test_after_any_walk_the_counters_are_those_of_a_count_afresh(seed: int):
    chance = random.Random(seed)
    for number in range(PEOPLE):
        person(f"{number}")
    made = campaign(["article-1", "article-3"])
    done: Counter[str] = Counter()
    for number in range(160):
        with suppress(Conflict, NotReady):
            done[step(chance, f"{seed}/{number}")] += 1
        if number % 20 == 0:
            kept = counted(made)
            rebuild(campaign=made)
            assert counted(made) == kept
    kept = counted(made)
    rebuild(campaign=made)
    assert counted(made) == kept
    assert kept["assigned"] == PEOPLE
    assert kept["started"] >= kept["trained"] >= kept["signed"]
    assert Completion.objects.exists(), "the walk never got anywhere"
    assert done["right"] >= 1
    assert kept["signed"] == Attestation.objects.values("assignment").distinct().count()


def test_a_whole_year_moves_each_counter_by_one():
    employment = person()
    person("2", "ほか")
    made = campaign(["article-1", "article-3"])
    assignment = assignment_of(employment)
    seen = [counted(made)]
    for task in assignment.tasks.order_by("campaign_module__order"):
        task = open_task(task=task, language="ja", now=NOW)
        for position in (1, 2):
            reach_section(task=task, version=task.version_id or "", position=position, now=NOW)
        attempt = start(task=task, version=task.version_id or "", seed="s", now=NOW)
        submit(attempt=attempt, version=task.version_id or "", responses=right_answers(attempt), now=NOW)
        seen.append(counted(made))
    sign(assignment, "髙橋 一郎")
    seen.append(counted(made))
    assert [(c["assigned"], c["started"], c["trained"], c["signed"]) for c in seen] == [
        (2, 0, 0, 0),
        (2, 1, 0, 0),
        (2, 1, 1, 0),
        (2, 1, 1, 1),
    ]


def test_counting_afresh_mends_a_tally_that_was_lost_or_wrong():
    person()
    made = campaign()
    Tally.objects.update(**dict.fromkeys(COUNTERS, 9))
    rebuild(campaign=made)
    assert counted(made) == {"assigned": 1} | dict.fromkeys(COUNTERS - {"assigned"}, 0)
    Tally.objects.all().delete()
    rebuild(campaign=made)
    assert counted(made)["assigned"] == 1


def test_counting_afresh_counts_one_campaign_alone():
    person()
    first = campaign()
    second = campaign(["article-5"], code="FY2027")
    open_task(task=Task.objects.filter(assignment__campaign=second)[0], language="ja", now=NOW)
    rebuild(campaign=first)
    rebuild(campaign=second)
    assert (counted(first)["started"], counted(second)["started"]) == (0, 1)
    assert Assignment.objects.count() == 2


def test_a_counter_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="no counter"):
        move(campaign_id=1, counter="campaign_id")
