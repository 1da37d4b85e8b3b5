"""A faulty question is withdrawn: new markings beside the old, a pass stays, a fail may become a pass."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from tests.building import (
    NOW,
    account,
    assignment_of,
    campaign,
    later,
    officer,
    person,
    read,
    right_answers,
    sign,
    sit,
    wrong_answers,
)
from tests.cutting import writes_whole_or_not_at_all
from training.attestation.models import Attestation
from training.campaigns.models import Completion, Tally, Task
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.models import Disclosure, Entry
from training.quiz import remark
from training.quiz.models import Attempt, Marking, Submission, Withdrawal
from training.quiz.queries import last_marking, review_of
from training.quiz.remark import Remarked, mark_again, to_mark_again, withdraw
from training.quiz.sitting import start, submit
from training.roles import Role

pytestmark = pytest.mark.django_db


def ready(**blueprint: Any) -> Task:
    employment = person()
    campaign(snapshots={"article-3": {"blueprint": Blueprint(**{"draw": 3, "pass_mark": 66} | blueprint)}})
    return read(assignment_of(employment).tasks.get())


def sat(task: Task, right: int) -> Submission:
    """A paper of which so many questions are answered right, the first ones."""
    attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
    key, wrong = right_answers(attempt), wrong_answers(attempt)
    answers = {one: (key if place < right else wrong)[one] for place, one in enumerate(attempt.drawn)}
    return submit(attempt=attempt, version=str(task.version_id), responses=answers, now=NOW)


def drop(key: str, **changes: Any) -> list[Withdrawal]:
    question = QuestionVersion.objects.get(pk=key)
    return withdraw(
        **{"questions": [question], "reason": "正解が二つある", "by": officer(), "now": later(hours=1)} | changes
    )


def test_a_fail_that_was_the_question_s_fault_becomes_a_pass_as_of_the_marking():
    task = ready(pass_mark=100)
    submission = sat(task, right=2)
    assert not Completion.objects.exists()
    drop(submission.attempt.drawn[2])
    assert mark_again(now=later(hours=2)) == Remarked(papers=1, passed=1)
    old, new = submission.markings.order_by("number")
    assert (old.score, old.out_of, old.passed, old.reason) == (2, 3, False, "submitted")
    assert (new.score, new.out_of, new.passed, new.reason, new.by) == (2, 2, True, "withdrawn", officer())
    assert Completion.objects.get().at == later(hours=2)
    assert Tally.objects.get().trained == 1
    assert mark_again(now=later(hours=3)) == Remarked(papers=0, passed=0)


def test_a_pass_that_was_signed_on_stays():
    task = ready()
    submission = sat(task, right=2)
    sign(task.assignment, "髙橋 一郎")
    drop(submission.attempt.drawn[0])
    mark_again(now=later(hours=2))
    marking = last_marking(submission)
    assert (marking.score, marking.out_of, marking.passed) == (1, 2, True)
    assert Attestation.objects.count() == Completion.objects.count() == 1


def test_a_paper_of_which_nothing_is_left_keeps_its_result():
    task = ready(draw=1, pass_mark=100)
    submission = sat(task, right=0)
    drop(submission.attempt.drawn[0])
    mark_again(now=later(hours=2))
    marking = last_marking(submission)
    assert (marking.score, marking.out_of, marking.passed, marking.percent) == (0, 0, False, 0)


def test_the_review_shows_which_question_was_withdrawn():
    submission = sat(ready(), right=3)
    drop(submission.attempt.drawn[1])
    mark_again(now=later(hours=2))
    shown = review_of(submission.attempt, submission, last_marking(submission))
    assert [question.withdrawn for question in shown] == [False, True, False]


def test_later_papers_do_not_draw_it_and_an_open_one_does_not_count_it():
    task = ready(draw=3)
    attempt = start(task=task, version=str(task.version_id), seed="seed", now=NOW)
    faulty = attempt.drawn[0]
    drop(faulty)
    submission = submit(
        attempt=attempt, version=str(task.version_id), responses=wrong_answers(attempt), now=later(hours=2)
    )
    assert faulty not in last_marking(submission).points
    assert to_mark_again() == []
    for seed in "abc":
        again = start(task=task, version=str(task.version_id), seed=seed, now=later(hours=3))
        assert faulty not in again.drawn
        assert len(again.drawn) == 3
        submit(attempt=again, version=str(task.version_id), responses=wrong_answers(again), now=later(hours=3))


def test_a_response_that_was_erased_does_not_change_what_it_earned():
    submission = sat(ready(pass_mark=100), right=2)
    kept = Disclosure.objects.filter(digest__in=submission.answers.values("response_digest"))
    assert kept.count() == 3
    drop(submission.attempt.drawn[2])
    mark_again(now=later(hours=2))
    assert last_marking(submission).score == 2


def test_each_paper_is_an_entry_of_its_own_and_is_marked_whole_or_not_at_all():
    submission = sat(ready(pass_mark=100), right=2)
    writes_whole_or_not_at_all(lambda: drop(submission.attempt.drawn[2]))
    writes_whole_or_not_at_all(lambda: mark_again(now=later(hours=2)))
    assert Entry.objects.filter(kind="quiz.remarked").count() == 1
    reason = Disclosure.objects.get(entry__kind="quiz.question_withdrawn")
    assert (reason.name, reason.value) == ("reason", "正解が二つある")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR, None])
def test_only_hr_and_the_privacy_officer_withdraw(role: Role | None):
    submission = sat(ready(), right=3)
    with pytest.raises(NotAllowed):
        drop(submission.attempt.drawn[0], by=account("other", *([role] if role else [])))
    assert drop(submission.attempt.drawn[0], by=account("hr", Role.HR))


def test_withdrawing_needs_a_reason_and_happens_once():
    key = sat(ready(), right=3).attempt.drawn[0]
    for changes in ({"reason": " 　"}, {"reason": "理" * 1001}, {"questions": []}):
        with pytest.raises(Invalid):
            drop(key, **changes)
    drop(key)
    with pytest.raises(Conflict):
        drop(key)
    assert Withdrawal.objects.count() == 1


def test_of_two_who_withdraw_at_once_the_second_is_told(monkeypatch: pytest.MonkeyPatch):
    key = sat(ready(), right=3).attempt.drawn[0]
    append = remark.append

    def overtaken(**fact: Any) -> Entry:
        monkeypatch.setattr(remark, "append", append)
        drop(key)  # between the other's look and the other's writing
        return append(**fact)

    monkeypatch.setattr(remark, "append", overtaken)
    with pytest.raises(Conflict):
        drop(key)


def test_another_paper_passed_meanwhile_completes_the_task_once():
    task = ready(pass_mark=100)
    submission = sat(task, right=2)
    sit(task, seed="2")
    drop(submission.attempt.drawn[2])
    mark_again(now=later(hours=2))
    assert Completion.objects.count() == 1
    assert Tally.objects.get().trained == 1


def test_the_command_marks_again_and_closes_what_is_due():
    submission = sat(ready(pass_mark=100), right=2)
    drop(submission.attempt.drawn[2])
    out = StringIO()
    call_command("close_expired_papers", json=True, dry_run=True, stdout=out)
    assert json.loads(out.getvalue()) == {"closed": 0, "remarked": 0, "passed": 0, "expired": 0, "to_remark": 1}
    assert Marking.objects.count() == 1
    out = StringIO()
    call_command("close_expired_papers", json=True, stdout=out)
    assert json.loads(out.getvalue())["remarked"] == 1
    assert Attempt.objects.count() == 1
