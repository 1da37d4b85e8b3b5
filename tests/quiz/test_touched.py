"""What a withdrawal would touch is what it touches; what came of it is told for each question by itself."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.building import NOW, assignment_of, campaign, later, officer, person, read, right_answers, sit, wrong_answers
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.quiz.models import Submission, Withdrawal
from training.quiz.remark import Remarked, mark_again, to_mark_again, withdraw
from training.quiz.sitting import start, submit
from training.quiz.touched import Touched, outcomes_of, touched_by, versions_of, withdrawals

pytestmark = pytest.mark.django_db


def papers(*wrong: int) -> list[Submission]:
    """A paper of the same four questions for each of these people, with so many wrong answers, the first ones."""
    people = [person(f"00010{n}", f"架空 {n}") for n in range(len(wrong))]
    campaign(snapshots={"article-3": {"blueprint": Blueprint(draw=4, pass_mark=100)}})
    made = []
    for employment, count in zip(people, wrong, strict=True):
        task = read(assignment_of(employment).tasks.get())
        attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
        key, other = right_answers(attempt), wrong_answers(attempt)
        answers = {one: (other if n < count else key)[one] for n, one in enumerate(sorted(attempt.drawn))}
        made.append(submit(attempt=attempt, version=str(task.version_id), responses=answers, now=NOW))
    return made


def questions(submission: Submission, *places: int) -> list[QuestionVersion]:
    drawn = sorted(submission.attempt.drawn)
    return [QuestionVersion.objects.get(pk=drawn[place]) for place in places]


def drop(chosen: list[QuestionVersion], *, hours: int = 1) -> list[Withdrawal]:
    return withdraw(questions=chosen, reason="誤り", by=officer(), now=later(hours=hours))


def test_what_is_foretold_comes_true():
    made = papers(0, 1, 2, 3)
    chosen = questions(made[0], 0, 1)
    told = touched_by(chosen)
    assert told == Touched(papers=4, people=4, turning=2, passed=1, begun=0)
    drop(chosen)
    assert mark_again(now=later(hours=2)) == Remarked(papers=told.papers, passed=told.turning)
    assert touched_by(chosen) == Touched(papers=0, people=0, turning=0, passed=0, begun=0)


def test_where_nothing_would_be_left_nobody_passes_by_it():
    made = papers(4)
    assert touched_by(questions(made[0], 0, 1, 2, 3)).turning == 0


def test_each_question_is_told_what_came_of_it_alone():
    made = papers(0, 1, 2)
    first, second = questions(made[0], 0, 1)
    drop([first])
    mark_again(now=later(hours=2))
    drop([second], hours=3)
    mark_again(now=later(hours=4))
    found = {
        row.withdrawal.question_version: (row.papers, row.passed, row.reason) for row in outcomes_of(withdrawals())
    }
    assert found == {first: (3, 1, "誤り"), second: (3, 1, "誤り")}


def test_a_few_at_a_time_come_to_the_same():
    made = papers(0, 1, 2)
    drop(questions(made[0], 0))
    assert mark_again(now=later(hours=2), most=2).papers == 2
    assert len(to_mark_again()) == 1
    assert mark_again(now=later(hours=2), most=2).papers == 1
    assert mark_again(now=later(hours=2), most=2) == Remarked(papers=0, passed=0)


def test_versions_come_with_their_withdrawal():
    made = papers(0)
    (faulty,) = questions(made[0], 0)
    drop([faulty])
    (version,) = versions_of(faulty.question)
    assert version.withdrawal.question_version == faulty


def test_the_queries_do_not_grow_with_the_papers():
    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert touched_by(chosen).papers == count
        return len(asked)

    made = papers(0, 1, 2, 3, 0)
    chosen = questions(made[0], 0)
    touched_by(chosen)
    assert cost(5) <= 3
    drop(chosen)
    mark_again(now=later(hours=2))
    with CaptureQueriesContext(connection) as asked:
        outcomes_of(withdrawals())
    assert len(asked) == 3


def test_somebody_with_papers_of_two_years_is_one_person():
    employment = person()
    changes = {"article-3": {"blueprint": Blueprint(draw=4, pass_mark=100)}}
    for code, now in (("FY2026", NOW), ("FY2027", later(days=365))):
        campaign(code=code, now=now, snapshots=changes)
        made = sit(read(assignment_of(employment, code).tasks.get(), now=now), now=now)
    told = touched_by(questions(made, 0))
    assert (told.papers, told.people) == (2, 1)
