"""A person sits an understanding check: the paper is drawn, answers are kept, the paper is handed in and marked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Task
from training.campaigns.progress import (
    completion_for,
    count_completion,
    lock,
    require_open,
    require_read,
    require_version,
)
from training.catalogue.models import ModuleVersionQuestion, QuestionVersion
from training.errors import Conflict, Invalid, NotReady
from training.ledger.append import append, hide
from training.ledger.models import Evidence
from training.quiz.draw import draw
from training.quiz.models import Answer, Attempt, Marking, SavedAnswer, Submission
from training.quiz.queries import questions_of
from training.quiz.scoring import known_options, mark

MOST_OPTIONS = 50


@transaction.atomic
def start(*, task: Task, version: UUID | str, seed: str, now: datetime) -> Attempt:
    """Draw a paper, or return the one that is open.

    ``seed`` is fresh random text from the caller; the paper follows from it
    alone. The task's version is fixed from here on. Raises ``Conflict`` for
    another version than the task's, or where the module is complete, and
    ``NotReady`` where a section has not been reached.
    """
    locked = lock(task)
    require_version(locked, version)
    if hasattr(locked, "completion"):
        raise Conflict(_("You have passed this understanding check already."))
    open_attempt = locked.attempts.filter(submission__isnull=True).first()
    if open_attempt is not None:
        return open_attempt
    require_open(locked.assignment.campaign)
    require_read(locked)
    assert locked.version is not None  # noqa: S101  (require_read has seen to it)
    pool = ModuleVersionQuestion.objects.filter(module_version=locked.version).values_list(
        "question_version_id", flat=True
    )
    drawn = draw(seed=seed, pool=[str(key) for key in pool], count=locked.version.content["blueprint"]["draw"])
    attempt = Attempt(
        task=locked,
        number=locked.attempts.count() + 1,
        module_version=locked.version,
        seed=seed,
        drawn=drawn,
        started_at=now,
    )
    append(kind="quiz.started", at=now, rows=[attempt])
    if locked.fixed_at is None:
        locked.fixed_at = now
        locked.save(update_fields=["fixed_at"])
    return attempt


def _checked(questions: Sequence[QuestionVersion], responses: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Only what belongs to the paper; raises ``Invalid`` for an option or question that does not."""
    contents: dict[str, Any] = {str(question.pk): question.content for question in questions}
    checked: dict[str, list[str]] = {}
    for key, response in responses.items():
        content = contents.get(key)
        if content is None:
            raise Invalid(_("The answer is to a question that is not on this paper."))
        chosen = sorted(set(response))
        if len(chosen) > MOST_OPTIONS or not known_options(content, chosen):
            raise Invalid(_("The answer names an option that this question does not have."))
        if content["type"] == "single" and len(chosen) > 1:
            raise Invalid(_("This question takes one answer only."))
        checked[key] = chosen
    return checked


@transaction.atomic
def save_answers(*, attempt: Attempt, responses: Mapping[str, Sequence[str]], now: datetime) -> None:
    """Keep answers while the paper is open, by question version id; the last word counts.

    Raises ``Conflict`` where the paper has been handed in, ``Invalid`` for
    what is not on it.
    """
    lock(attempt.task)
    if Submission.objects.filter(attempt=attempt).exists():
        raise Conflict(_("This paper has been handed in already."))
    checked = _checked(questions_of(attempt), responses)
    SavedAnswer.objects.bulk_create(
        [
            SavedAnswer(attempt=attempt, question_version_id=key, response=chosen, saved_at=now)
            for key, chosen in checked.items()
        ],
        update_conflicts=True,
        unique_fields=["attempt", "question_version"],
        update_fields=["response", "saved_at"],
    )


@transaction.atomic
def submit(
    *, attempt: Attempt, version: UUID | str, responses: Mapping[str, Sequence[str]], now: datetime
) -> Submission:
    """Hand the paper in, mark it, and complete the task where it is passed.

    Handing in again returns the first submission and changes nothing. Answers
    given here count over saved ones; every question must have one. Raises
    ``Conflict`` for another version than the task's, ``NotReady`` where a
    question is unanswered (what was given is kept by ``save_answers``, not
    here), ``Invalid`` for what is not on the paper.
    """
    task = lock(attempt.task)
    handed_in = Submission.objects.filter(attempt=attempt).first()
    if handed_in is not None:
        return handed_in
    require_version(task, version)
    require_open(task.assignment.campaign)
    questions = questions_of(attempt)
    saved = {str(row.question_version_id): row.response for row in attempt.saved_answers.all()}
    given = {**saved, **_checked(questions, responses)}
    missing = [number for number, question in enumerate(questions, 1) if not given.get(str(question.pk))]
    if missing:
        raise NotReady(
            _("Please answer every question. Unanswered: %(numbers)s.")
            % {"numbers": "、".join(str(n) for n in missing)}
        )

    submission = Submission(attempt=attempt, at=now)
    hidden = {str(question.pk): hide(f"response/{question.pk}", given[str(question.pk)]) for question in questions}
    answers = [
        Answer(submission=submission, question_version=question, response_digest=hidden[str(question.pk)].digest)
        for question in questions
    ]
    result = mark(
        paper=[(str(question.pk), question.content) for question in questions],
        responses=given,
        pass_mark=attempt.module_version.content["blueprint"]["pass_mark"],
    )
    marking = Marking(
        submission=submission,
        number=1,
        points=result.points,
        score=result.score,
        out_of=result.out_of,
        passed=result.passed,
        reason="submitted",
        by=None,
        at=now,
    )
    rows: list[Evidence] = [submission, *answers, marking]
    completes = result.passed and not hasattr(task, "completion")
    if completes:
        rows.append(completion_for(task, now=now))
    append(kind="quiz.submitted", at=now, rows=rows, disclosures=list(hidden.values()))
    attempt.saved_answers.all().delete()
    if completes:
        count_completion(task)
    return submission
