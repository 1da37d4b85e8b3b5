"""Fifty people press the button in the same moment, each in a browser of their own; and what a paper costs then."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.asking import typed
from tests.building import assignment_of, campaign, right_answers, wrong_answers
from tests.test_at_once import at_once, counters_hold
from tests.web.browsing import SLUG, Learner, learner_in_training
from tests.web.test_queries import count_queries
from training.campaigns.models import Completion
from training.catalogue.blueprint import Blueprint
from training.catalogue.snapshots import MEMBERS
from training.ledger.models import Disclosure, Entry
from training.quiz.frozen import contents
from training.quiz.models import Answer, Attempt, Marking, SavedAnswer, Submission
from training.quiz.responses import read

CROWD = 50
MOST = 14
QUESTIONS = tuple(typed(SLUG, kind) for kind in MEMBERS)
EVERY_TYPE = {"questions": QUESTIONS, "blueprint": Blueprint(draw=len(QUESTIONS), pass_mark=80)}


@pytest.mark.django_db(transaction=True)
def test_fifty_browsers_hand_in_at_once_and_nothing_is_lost_or_doubled():
    learners = [Learner(f"person{n}", f"{n:06}", f"氏名{n}") for n in range(CROWD)]
    made = campaign(snapshots={SLUG: EVERY_TYPE})
    papers: list[tuple[Learner, Attempt, dict[str, Any]]] = []
    for number, learner in enumerate(learners):
        learner.read()
        attempt = learner.start()
        answers = wrong_answers(attempt) if number % 5 == 0 else right_answers(attempt)
        if number % 2:
            assert learner.post("quiz_save", learner.paper(attempt, answers)).json()["saved"]
        papers.append((learner, attempt, answers))

    def press(learner: Learner, attempt: Attempt, answers: dict[str, Any]) -> Callable[[], Any]:
        url, sent = learner.url("quiz"), learner.paper(attempt, answers, hand_in="1")
        return lambda: learner.client.post(url, sent)

    # Everybody presses twice.
    results = at_once(*[press(*paper) for paper in papers for _twice in range(2)])

    assert {(result.status_code, result["Location"]) for result in results} == {
        (302, learner.url("result")) for learner in learners
    }
    assert Submission.objects.count() == Marking.objects.count() == CROWD
    assert Answer.objects.count() == CROWD * len(QUESTIONS)
    assert Entry.objects.filter(kind="quiz.submitted").count() == CROWD
    assert not SavedAnswer.objects.exists()
    for _learner, attempt, answers in papers:
        given = attempt.submission.answers.values_list("question_version_id", "response_digest")
        meant = {key: read(content, answers[key]) for key, content in contents(attempt.drawn).items()}
        assert {str(key): Disclosure.objects.get(pk=digest).value for key, digest in given} == meant
    assert Completion.objects.count() == Marking.objects.filter(passed=True).count() == CROWD * 4 // 5
    assert counters_hold(made).trained == CROWD * 4 // 5


@pytest.mark.django_db
@pytest.mark.parametrize("saved", [False, True], ids=["nothing kept before", "every answer kept before"])
def test_handing_in_costs_at_most_fourteen_queries(saved: bool):
    learner = Learner()
    campaign(snapshots={SLUG: EVERY_TYPE})
    learner.read()
    attempt = learner.start()
    sent = learner.paper(attempt, right_answers(attempt), hand_in="1")
    if saved:
        assert learner.post("quiz_save", sent).json()["saved"]
    url = learner.url("quiz")
    assert count_queries(lambda: learner.client.post(url, sent)) <= MOST
    assert Marking.objects.get().passed
    assert assignment_of(learner.employment).tasks.get().completion


@pytest.mark.django_db
def test_the_paper_of_one_module_among_many_costs_no_more():
    learner = learner_in_training("article-1", SLUG, "article-4")
    learner.read()
    attempt = learner.start()
    url, sent = learner.url("quiz"), learner.paper(attempt, right_answers(attempt), hand_in="1")
    assert count_queries(lambda: learner.client.post(url, sent)) <= MOST
