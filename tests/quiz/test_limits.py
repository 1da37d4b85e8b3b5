"""Attempts, breaks and time by the server's clock; a make-up when all is used up; a paper of every type."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.asking import every_type
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
    sit,
    wrong_answers,
)
from training.campaigns.models import Completion, Task
from training.catalogue.blueprint import Blueprint
from training.errors import Conflict, Invalid, NotAllowed, NotReady
from training.ledger.body import Body
from training.ledger.models import Disclosure
from training.quiz.drawing import drawn_again
from training.quiz.make_up import grant_make_up
from training.quiz.models import Attempt, MakeUp, Marking, SavedAnswer, Submission
from training.quiz.papers import Order
from training.quiz.queries import (
    last_marking,
    paper_of,
    questions_of,
    review_of,
    sitting_of,
    waiting_for_make_up,
)
from training.quiz.sitting import close_expired, close_if_expired, save_answers, start, submit
from training.roles import Role

pytestmark = pytest.mark.django_db


def task_with(draw: int = 3, pass_mark: int = 66, questions: Any = None, **limits: Any) -> Task:
    """A module read to its end, whose blueprint has these limits."""
    employment = person()
    changes: dict[str, Any] = {"blueprint": Blueprint(draw=draw, pass_mark=pass_mark, **limits)}
    if questions:
        changes["questions"] = questions
    campaign(snapshots={"article-3": changes})
    return read(assignment_of(employment).tasks.get())


def begin(task: Task, *, now: datetime = NOW, seed: str = "seed") -> Attempt:
    return start(task=task, version=str(task.version_id), seed=seed, now=now)


def hand_in(attempt: Attempt, answers: dict[str, Any], *, now: datetime = NOW) -> Submission:
    return submit(attempt=attempt, version=str(attempt.module_version_id), responses=answers, now=now)


def test_a_paper_of_every_type_is_sat_marked_and_reviewed():
    attempt = begin(task_with(draw=8, pass_mark=100, questions=every_type()))
    assert {question.type for question in paper_of(attempt)} == {q.type for q in every_type()}
    save_answers(attempt=attempt, responses=right_answers(attempt), now=NOW)
    assert all(question.answered for question in paper_of(attempt))
    submission = hand_in(attempt, {})
    marking = last_marking(submission)
    assert (marking.score, marking.out_of, marking.passed, marking.percent) == (800, 800, True, 100)
    review = review_of(attempt, submission, marking)
    assert all(question.correct and question.answered and question.explanation for question in review)


def test_wrong_answers_of_every_type_earn_nothing_and_are_shown_beside_the_right_ones():
    attempt = begin(task_with(draw=8, pass_mark=100, questions=every_type()))
    submission = hand_in(attempt, wrong_answers(attempt))
    marking = last_marking(submission)
    assert marking.score == 0
    by_type = {question.type: question for question in review_of(attempt, submission, marking)}
    assert not any(question.correct or question.partly for question in by_type.values())
    assert all(pair.given and pair.right and pair.given != pair.right for pair in by_type["matching"].pairs)
    assert by_type["ordering"].given == tuple(reversed(by_type["ordering"].right))
    assert by_type["short_text"].right == ("マイナンバー",)
    assert by_type["numeric"].right == ("72 ± 0.5 時間",)
    assert [part.correct for part in by_type["scenario"].parts] == [False, False, False]


def test_an_open_paper_says_nothing_of_what_is_right():
    attempt = begin(task_with(draw=8, questions=every_type()))
    shown = str(paper_of(attempt))
    for secret in ("解説", "そのとおり", "マイナンバー", "時間", "correct", "weight", "choice="):
        assert secret not in shown, secret
    contents = {question.content["type"]: question.content for question in questions_of(attempt)}
    ordering = next(question for question in paper_of(attempt) if question.type == "ordering")
    assert [item.id for item in ordering.items] != [item["id"] for item in contents["ordering"]["items"]]


@pytest.mark.parametrize(
    ("review", "questions", "told"), [("full", 3, True), ("answers", 3, False), ("result", 0, False)]
)
def test_a_review_shows_what_the_policy_allows(review: str, questions: int, told: bool):
    attempt = begin(task_with(review=review))
    submission = hand_in(attempt, right_answers(attempt))
    shown = review_of(attempt, submission, last_marking(submission))
    assert len(shown) == questions
    assert all(question.told is told and bool(question.explanation) is told for question in shown)
    assert all(question.correct for question in shown)
    assert all((o.correct is not None) is told for question in shown for o in question.options)


def test_no_attempt_is_left_when_all_are_used_up():
    task = task_with(attempts=2)
    for number in (1, 2):
        assert sitting_of(task, now=NOW).left == 3 - number
        sit(task, right=False, seed=f"{number}")
    assert sitting_of(task, now=NOW).needs_make_up
    with pytest.raises(NotReady, match="再教育"):
        begin(task, seed="3")
    assert Attempt.objects.count() == 2


def test_a_break_is_taken_by_the_server_s_clock():
    task = task_with(cool_down_minutes=30)
    sit(task, right=False)
    assert sitting_of(task, now=later(minutes=10)).may_start_at == later(minutes=30)
    with pytest.raises(NotReady, match="20"):
        begin(task, now=later(minutes=10), seed="2")
    with pytest.raises(NotReady, match="あと1分"):
        begin(task, now=later(minutes=29, seconds=59, milliseconds=500), seed="2")
    assert sitting_of(task, now=later(minutes=30)).may_start_at is None
    assert begin(task, now=later(minutes=30), seed="2").number == 2


def test_a_late_paper_is_marked_on_what_was_saved_in_time():
    attempt = begin(task_with(time_limit_minutes=20))
    right = right_answers(attempt)
    first, *others = right
    save_answers(attempt=attempt, responses={first: right[first]}, now=later(minutes=20))
    with pytest.raises(Conflict):
        save_answers(attempt=attempt, responses={key: right[key] for key in others}, now=later(minutes=20, seconds=1))
    submission = hand_in(attempt, right, now=later(minutes=20, seconds=1))
    marking = last_marking(submission)
    assert (marking.score, marking.out_of, marking.passed) == (1, 3, False)
    assert submission.answers.count() == 3
    assert Body.parse(submission.entry.body).facts["late"] is True
    assert not SavedAnswer.objects.exists()


def test_at_the_last_moment_a_paper_is_in_time():
    attempt = begin(task_with(time_limit_minutes=20))
    assert last_marking(hand_in(attempt, right_answers(attempt), now=later(minutes=20))).passed


def test_a_late_paper_whose_answers_were_saved_in_time_passes():
    attempt = begin(task_with(time_limit_minutes=20))
    save_answers(attempt=attempt, responses=right_answers(attempt), now=NOW)
    assert close_if_expired(attempt=attempt, now=later(minutes=20)) is None
    submission = close_if_expired(attempt=attempt, now=later(days=3))
    assert submission is not None
    assert last_marking(submission).passed
    assert Completion.objects.count() == 1
    assert close_if_expired(attempt=attempt, now=later(days=4)) == submission


def test_papers_that_nobody_came_back_to_are_closed_once():
    task = task_with(time_limit_minutes=20, cool_down_minutes=30)
    attempt = begin(task)
    assert close_expired(now=later(minutes=20)) == 0
    assert close_expired(now=later(hours=1)) == 1
    assert close_expired(now=later(hours=2)) == 0
    assert Marking.objects.get(submission__attempt=attempt).score == 0
    assert sitting_of(task, now=later(hours=1)).may_start_at is None, "the break began when the time was up"


def test_a_make_up_asks_to_read_again_and_gives_a_new_paper():
    task = task_with(attempts=1)
    sit(task, right=False)
    assert waiting_for_make_up(task.assignment.campaign) == [task]
    granted = grant_make_up(task=task, what="面談", why="上限に達した", by=officer(), now=NOW)
    assert waiting_for_make_up(task.assignment.campaign) == []
    with pytest.raises(NotReady, match="節"):
        begin(task, seed="2")
    assert len(Body.parse(granted.entry.body).facts["sections_reached_before"]) == 2
    assert {(d.name, d.value) for d in Disclosure.objects.filter(entry=granted.entry)} == {
        ("what", "面談"),
        ("why", "上限に達した"),
    }
    again = begin(read(task), seed="2")
    assert again.number == 2
    assert last_marking(hand_in(again, right_answers(again))).passed
    assert Submission.objects.count() == 2, "every attempt is kept"


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR, None])
def test_only_hr_and_the_privacy_officer_grant_a_make_up(role: Role | None):
    task = task_with(attempts=1)
    sit(task, right=False)
    other = account("other", *([role] if role else []))
    with pytest.raises(NotAllowed):
        grant_make_up(task=task, what="面談", why="上限", by=other, now=NOW)
    assert grant_make_up(task=task, what="面談", why="上限", by=account("hr", Role.HR), now=NOW).number == 1


def test_a_make_up_needs_words_and_somebody_who_has_no_attempt_left():
    task = task_with(attempts=2)
    sit(task, right=False)
    with pytest.raises(NotReady):
        grant_make_up(task=task, what="面談", why="上限", by=officer(), now=NOW)
    sit(task, right=False, seed="2")
    for what, why in (("", "上限"), ("面談", " 　"), ("面" * 1001, "上限")):
        with pytest.raises(Invalid):
            grant_make_up(task=task, what=what, why=why, by=officer(), now=NOW)
    with pytest.raises(Invalid):
        grant_make_up(task=task, what="面談", why="上限", by=officer(), now=NOW, attempts=0)
    grant_make_up(task=task, what="面談", why="上限", by=officer(), now=NOW)
    sit(read(task), seed="3")
    with pytest.raises(Conflict):
        grant_make_up(task=task, what="面談", why="上限", by=officer(), now=NOW)
    assert MakeUp.objects.count() == 1


def test_next_year_s_paper_repeats_no_more_than_allowed_and_is_drawn_again_from_the_record():
    employment = person()
    changes = {"article-3": {"questions": every_type()[:6], "blueprint": Blueprint(3, 66, rotation=0)}}
    campaign(snapshots=changes)
    sit(read(assignment_of(employment).tasks.get()))
    campaign(code="FY2027", now=later(days=365), snapshots=changes)
    second = begin(
        read(assignment_of(employment, "FY2027").tasks.get(), now=later(days=365)), now=later(days=365), seed="next"
    )
    first = Attempt.objects.exclude(pk=second.pk).get()
    assert not set(first.drawn) & set(second.drawn)
    assert Body.parse(second.entry.body).facts["met"] == sorted(first.drawn)
    for attempt in (first, second):
        assert drawn_again(Attempt.objects.get(pk=attempt.pk)) == attempt.drawn


def test_a_deadline_is_the_start_and_the_limit():
    attempt = begin(task_with(time_limit_minutes=15))
    assert attempt.deadline == NOW + timedelta(minutes=15)


@pytest.mark.parametrize(("score", "out_of", "percent"), [(796, 1000, 79), (800, 1000, 80), (2, 3, 66), (0, 0, 0)])
def test_a_score_below_the_mark_never_reads_as_the_mark(score: int, out_of: int, percent: int):
    assert Marking(score=score, out_of=out_of).percent == percent


def test_of_two_things_to_put_in_order_either_may_stand_first():
    two = [{"id": "a"}, {"id": "b"}]
    assert {Order(f"{n}").hidden("q", two)[0]["id"] for n in range(20)} == {"a", "b"}
    three = [*two, {"id": "c"}]
    assert all(Order(f"{n}").hidden("q", three) != three for n in range(20))
