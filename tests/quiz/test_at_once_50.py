"""Fifty people hand in at the same moment: no error, no lost or doubled answer, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.building import NOW, assignment_of, campaign, person, read, right_answers, wrong_answers
from tests.test_at_once import at_once, counters_hold
from training.campaigns.models import Completion
from training.ledger.keys import load_key, verifier
from training.ledger.models import Disclosure, Entry
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.ledger.verify import verify
from training.quiz.models import Answer, Attempt, Marking, SavedAnswer, Submission
from training.quiz.sitting import save_answers, start, submit

pytestmark = pytest.mark.django_db(transaction=True)
CROWD = 50


def test_fifty_papers_handed_in_at_once_are_all_marked_once():
    people = [person(f"{n:06}", f"氏名{n}") for n in range(CROWD)]
    made = campaign()
    papers = []
    for number, employment in enumerate(people):
        task = read(assignment_of(employment).tasks.get())
        attempt = start(task=task, version=str(task.version_id), seed=f"{number}", now=NOW)
        answers = wrong_answers(attempt) if number % 5 == 0 else right_answers(attempt)
        save_answers(attempt=attempt, responses=answers, now=NOW)
        papers.append((attempt, answers))

    def hand_in(attempt: Attempt, answers: dict[str, object]) -> Submission:
        return submit(attempt=attempt, version=str(attempt.module_version_id), responses=answers, now=NOW)

    results = at_once(*[lambda paper=paper: hand_in(*paper) for paper in papers])

    assert [type(result) for result in results] == [Submission] * CROWD
    assert Submission.objects.count() == Marking.objects.count() == CROWD
    assert Answer.objects.count() == sum(len(attempt.drawn) for attempt, _answers in papers)
    assert set(Counter(Answer.objects.values_list("submission", "question_version")).values()) == {1}
    assert Completion.objects.count() == Marking.objects.filter(passed=True).count() == CROWD * 4 // 5
    assert Entry.objects.filter(kind="quiz.submitted").count() == CROWD
    assert not SavedAnswer.objects.exists()
    for attempt, answers in papers:
        given = attempt.submission.answers.values_list("question_version_id", "response_digest")
        assert {str(key): Disclosure.objects.get(pk=digest).value for key, digest in given} == answers
    assert counters_hold(made).trained == CROWD * 4 // 5
    seal(now=NOW, key=load_key())
    assert verify_records().intact
    assert verify(keys=[verifier(load_key())]).intact
