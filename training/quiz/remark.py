"""Withdraw a faulty question, and mark again what was marked with it: new markings beside the old, never instead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from training.campaigns.progress import completion_for, count_completion, lock
from training.catalogue.models import QuestionVersion
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.ledger.models import Evidence
from training.quiz.frozen import blueprint_of
from training.quiz.models import Marking, Submission, Withdrawal
from training.quiz.queries import last_marking
from training.roles import Role, has_role

LONGEST_REASON = 1000
WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Remarked:
    """How many papers were marked again, and how many of these are passed now that were not."""

    papers: int
    passed: int


@transaction.atomic
def withdraw(
    *, questions: Sequence[QuestionVersion], reason: str, by: AbstractBaseUser, now: datetime
) -> list[Withdrawal]:
    """Record that questions are faulty: no paper draws them from here on, and none that is open counts them.

    Papers handed in already are marked again by ``mark_again``. HR and the
    privacy officer withdraw (``NotAllowed``). Raises ``Invalid`` without a
    question or a reason, ``Conflict`` where one is withdrawn already.
    """
    if not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR or the privacy officer withdraws a question."))
    reason = reason.strip()
    if not questions or not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(_("Please say why the question is withdrawn, in at most 1,000 characters."))
    keys = {question.pk for question in questions}
    already = Conflict(_("This question has been withdrawn already."))
    if Withdrawal.objects.filter(question_version__in=keys).exists():
        raise already
    rows = [Withdrawal(question_version_id=key, by_id=by.pk, at=now) for key in sorted(keys)]
    try:
        append(kind="quiz.question_withdrawn", at=now, rows=rows, disclosures=[hide("reason", reason)])
    except IntegrityError as overtaken:  # a question is never updated and so not locked; the row is unique instead
        raise already from overtaken
    return rows


def to_mark_again() -> list[UUID]:
    """The submissions whose last marking still counts a question that was withdrawn. One query for each such question.

    Asked of the markings themselves: whatever a crash, or a paper that was
    being handed in at that moment, left behind is found by the next run.
    """
    later = Marking.objects.filter(submission=OuterRef("submission"), number__gt=OuterRef("number"))
    found: set[UUID] = set()
    for key in Withdrawal.objects.values_list("question_version_id", flat=True):
        counting = Marking.objects.filter(submission__answers__question_version=key, points__has_key=str(key))
        found.update(counting.filter(~Exists(later)).values_list("submission_id", flat=True))
    return sorted(found)


def mark_again(*, now: datetime, progress: Callable[[int], None] | None = None, most: int | None = None) -> Remarked:
    """Mark every paper again that still counts a withdrawn question, or ``most`` of them; as often as you like.

    Each paper is one entry in a transaction of its own: ten thousand of them
    keep nobody waiting, and a crash half-way leaves the rest for the next run.
    """
    papers = passed = 0
    for submission in to_mark_again()[:most]:
        before, after = _mark_again(submission, now=now)
        papers += after is not before
        passed += after.passed and not before.passed
        if progress:
            progress(papers)
    return Remarked(papers=papers, passed=passed)


@transaction.atomic
def _mark_again(key: UUID, *, now: datetime) -> tuple[Marking, Marking]:
    """The marking that counted and the one that counts now: the same where nothing withdrawn is left in it."""
    submission = Submission.objects.select_related("attempt__task").get(pk=key)
    task = lock(submission.attempt.task, lean=True)
    before = last_marking(submission)
    faulty = list(Withdrawal.objects.filter(question_version__in=before.points).order_by("at"))
    if not faulty:
        return before, before
    after = _without(before, faulty, blueprint_of(submission.attempt.module_version_id).pass_mark, now)
    rows: list[Evidence] = [after]
    completes = after.passed and not hasattr(task, "completion")
    if completes:
        rows.append(completion_for(task, now=now))
    append(kind="quiz.remarked", at=now, rows=rows, facts={"assignment": task.assignment_id})
    if completes:
        count_completion(task)
    return before, after


def _without(before: Marking, faulty: Sequence[Withdrawal], pass_mark: int, now: datetime) -> Marking:
    """The marking without these questions, which leave both sums. A pass is never taken back.

    What an answer earned is what it earned then, so that a response that has
    been erased since does not change the result.
    """
    out = {str(withdrawal.question_version_id) for withdrawal in faulty}
    worth = before.out_of // len(before.points)
    points = {question: earned for question, earned in before.points.items() if question not in out}
    score, out_of = sum(points.values()), worth * len(points)
    return Marking(
        submission=before.submission,
        number=before.number + 1,
        points=points,
        score=score,
        out_of=out_of,
        passed=before.passed or (out_of > 0 and score * 100 >= pass_mark * out_of),
        reason=WITHDRAWN,
        by_id=faulty[-1].by_id,
        at=now,
    )
