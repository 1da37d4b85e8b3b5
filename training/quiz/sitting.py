"""A person sits an understanding check: the paper is drawn, answers are kept, the paper is handed in and marked.

The clock is the server's. A paper with a time limit is marked on what was kept in time, whenever it is handed in.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, Subquery
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Assignment, Campaign, Completion, Task
from training.campaigns.progress import (
    completion_for,
    count_completion,
    lock,
    require_asked,
    require_both,
    require_read,
    require_version,
)
from training.campaigns.queries import closed_by
from training.catalogue.models import ModuleVersion, ModuleVersionQuestion
from training.errors import Conflict, Invalid, NotReady
from training.ledger.append import append, append_within, hide
from training.ledger.models import Evidence
from training.prepared import Given, Prepared
from training.quiz.drawing import drawing_for
from training.quiz.frozen import blueprint_of, contents
from training.quiz.models import Answer, Attempt, Marking, SavedAnswer, Submission, Withdrawal
from training.quiz.queries import expired_papers, sitting_of
from training.quiz.responses import Misfit, added, answered, read
from training.quiz.scoring import mark
from training.quiz.turn import turn

LATE = "late"


@transaction.atomic
def start(*, task: Task, version: UUID | str, seed: str, now: datetime) -> Attempt:
    """Draw a paper, or return the one that is open.

    ``seed`` is fresh random text from the caller; the paper follows from it,
    the pools and what the person met last year. The task's version is fixed
    from here on. Raises ``Conflict`` for another version than the task's, or
    where the module is complete, and ``NotReady`` where a section has not
    been reached, no attempt is left, or the cool-down lasts.
    """
    locked = lock(task)
    require_version(locked, version)
    if hasattr(locked, "completion"):
        raise Conflict(_("You have passed this understanding check already."))
    sitting = sitting_of(locked, now=now)
    if sitting.open is not None:
        return sitting.open
    require_asked(locked.assignment)
    if sitting.left == 0:
        raise NotReady(_("You have no attempt left. HR will arrange a make-up (再教育) with you."))
    require_read(locked)
    if sitting.may_start_at is not None:
        minutes = math.ceil((sitting.may_start_at - now).total_seconds() / 60)
        raise NotReady(_("Please take a break first: you can try again in %(minutes)s minutes.") % {"minutes": minutes})
    drawing = drawing_for(locked)
    drawn = drawing.paper(seed)
    if not drawn:
        raise NotReady(_("This understanding check has no questions at the moment. HR has to publish it anew."))
    limit = sitting.blueprint.time_limit_minutes
    attempt = Attempt(
        task=locked,
        number=sitting.used + 1,
        module_version=locked.version,
        seed=seed,
        drawn=drawn,
        started_at=now,
        deadline=now + timedelta(minutes=limit) if limit else None,
    )
    append(kind="quiz.started", at=now, rows=[attempt], facts={"assignment": locked.assignment_id} | drawing.facts)
    if locked.fixed_at is None:
        locked.fixed_at = now
        locked.save(update_fields=["fixed_at"])
    return attempt


def _checked(paper: Mapping[str, Mapping[str, Any]], responses: Mapping[str, Any]) -> dict[str, Any]:
    """Only what belongs to the paper, in its stored form; raises ``Invalid`` for what does not."""
    checked: dict[str, Any] = {}
    for key, response in responses.items():
        content = paper.get(key)
        if content is None:
            raise Invalid(_("The answer is to a question that is not on this paper."))
        try:
            checked[key] = read(content, response)
        except Misfit as reason:
            if reason.several:
                raise Invalid(_("This question takes one answer only.")) from reason
            if content["type"] in {"short_text", "numeric"}:
                raise Invalid(_("The answer cannot be read. Please check how it is written.")) from reason
            raise Invalid(_("The answer names an option that this question does not have.")) from reason
    return checked


def is_late(attempt: Attempt, now: datetime) -> bool:
    """Whether the paper's time is up."""
    return attempt.deadline is not None and now > attempt.deadline


@dataclass(frozen=True, slots=True)
class _State:
    """A paper as it stands once the task is held: handed in or not, task complete or not, answers kept.

    ``withdrawn`` says that a question of the module's was found faulty; it need not be on this paper. ``campaign`` is
    the campaign's state, ``shut`` the cause for which the assignment was closed.
    """

    submitted: bool
    completed: bool
    saved: Mapping[str, Any]
    withdrawn: bool
    campaign: str
    shut: str | None


_ATTEMPT = Given("attempt", Attempt._meta.pk)
# Questions side by side, each by its own key: as joins, PostgreSQL thinks about their order longer than it answers.
_STATE = Prepared(
    lambda: (
        Attempt.objects.filter(pk=_ATTEMPT)
        .order_by()
        .values_list(
            Exists(Submission.objects.filter(attempt=_ATTEMPT)),
            Exists(Completion.objects.filter(task=Given("task", Task._meta.pk))),
            Exists(
                Withdrawal.objects.filter(
                    question_version__in=ModuleVersionQuestion.objects.filter(
                        module_version=Given("version", ModuleVersion._meta.pk)
                    ).values("question_version")
                )
            ),
            Subquery(Campaign.objects.filter(pk=Given("campaign", Campaign._meta.pk)).order_by().values("state")),
            closed_by(Given("assignment", Assignment._meta.pk)),
            F("saved_answers__question_version"),
            F("saved_answers__response"),
        )
    )
)


def _state(attempt: Attempt, task: Task) -> _State:
    """One query, as often as a paper is handed in: a row for each answer kept, or one without."""
    rows = _STATE(
        attempt=attempt.pk,
        task=task.pk,
        version=attempt.module_version_id,
        campaign=task.assignment.campaign_id,
        assignment=task.assignment_id,
    )
    submitted, completed, withdrawn, campaign, shut, _key, _response = rows[0]
    return _State(
        submitted=bool(submitted),
        completed=bool(completed),
        withdrawn=bool(withdrawn),
        campaign=campaign,
        shut=shut,
        saved={str(key): response for *_rest, key, response in rows if key is not None},
    )


def _require_asked(task: Task, state: _State) -> None:
    """As ``progress.require_asked`` does, of what is read already."""
    task.assignment.campaign.state = state.campaign
    require_both(task.assignment.campaign, state.shut)


@turn()
def save_answers(*, attempt: Attempt, responses: Mapping[str, Any], now: datetime) -> None:
    """Keep answers while the paper is open, by question version id; the last word counts.

    Of a scenario it counts part by part: a part left out says nothing. Raises
    ``Conflict`` where the paper has been handed in or its time is up,
    ``NotReady`` where campaign or assignment was closed meanwhile,
    ``Invalid`` for what is not on it.
    """
    task = lock(attempt.task, lean=True)
    state = _state(attempt, task)
    if state.submitted:
        raise Conflict(_("This paper has been handed in already."))
    if is_late(attempt, now):
        raise Conflict(_("The time is up. What was saved in time is marked."))
    _require_asked(task, state)
    paper = contents(attempt.drawn)
    checked = _checked(paper, responses)
    for key in [key for key in checked if paper[key]["type"] == "scenario" and key in state.saved]:
        checked[key] = added(paper[key], state.saved[key], checked[key])
    SavedAnswer.objects.bulk_create(
        [
            SavedAnswer(attempt=attempt, question_version_id=key, response=chosen, saved_at=now)
            for key, chosen in checked.items()
        ],
        update_conflicts=True,
        unique_fields=["attempt", "question_version"],
        update_fields=["response", "saved_at"],
    )


@turn()
def submit(*, attempt: Attempt, version: UUID | str, responses: Mapping[str, Any], now: datetime) -> Submission:
    """Hand the paper in, mark it, and complete the task where it is passed.

    Handing in again returns the first submission and changes nothing. Answers
    given here count over saved ones; every question must have one. Where the
    time is up the paper is marked on what was saved in time, answered or not,
    and what comes now is left aside. Raises ``Conflict`` for another version
    than the task's, ``NotReady`` where a question is unanswered (what was
    given is kept by ``save_answers``, not here), ``Invalid`` for what is not
    on the paper.
    """
    task = lock(attempt.task, lean=True)
    state = _state(attempt, task)
    if state.submitted:
        return Submission.objects.get(attempt=attempt)
    late = is_late(attempt, now)
    if not late:
        require_version(task, version)
        _require_asked(task, state)
    paper = contents(attempt.drawn)
    given = dict(state.saved)
    if not late:
        checked = _checked(paper, responses)
        given |= {key: added(paper[key], given.get(key), response) for key, response in checked.items()}
    missing = [
        number
        for number, (key, content) in enumerate(paper.items(), 1)
        if not late and not answered(content, given.get(key))
    ]
    if missing:
        raise NotReady(
            _("Please answer every question. Unanswered: %(numbers)s.")
            % {"numbers": "、".join(str(n) for n in missing)}
        )
    return _hand_in(attempt, task, state, paper, given, late=late, now=now)


def _hand_in(
    attempt: Attempt,
    task: Task,
    state: _State,
    paper: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, Any],
    *,
    late: bool,
    now: datetime,
) -> Submission:
    submission = Submission(attempt=attempt, at=now)
    hidden = {key: hide(f"response/{key}", given.get(key)) for key in paper}
    answers = [
        Answer(submission=submission, question_version_id=key, response_digest=hidden[key].digest) for key in paper
    ]
    marking = _marking(attempt, submission, state, paper, given, now=now)
    rows: list[Evidence] = [submission, *answers, marking]
    completes = marking.passed and not state.completed
    if completes:
        rows.append(completion_for(task, now=now))
    append_within(
        kind="quiz.submitted",
        at=now,
        rows=rows,
        facts={"assignment": task.assignment_id} | ({LATE: True} if late else {}),
        disclosures=list(hidden.values()),
    )
    if state.saved:
        attempt.saved_answers.all().delete()
    if completes:
        count_completion(task)
    return submission


def _marking(
    attempt: Attempt,
    submission: Submission,
    state: _State,
    paper: Mapping[str, Mapping[str, Any]],
    given: Mapping[str, Any],
    *,
    now: datetime,
) -> Marking:
    """The first marking. A question that was withdrawn while the paper was open counts for nobody."""
    out = set()
    if state.withdrawn:
        rows = Withdrawal.objects.filter(question_version__in=attempt.drawn)
        out = {str(key) for key in rows.values_list("question_version_id", flat=True)}
    counted = [(key, content) for key, content in paper.items() if key not in out]
    result = mark(paper=counted, responses=given, pass_mark=blueprint_of(attempt.module_version_id).pass_mark)
    return Marking(
        submission=submission,
        number=1,
        points=result.points,
        score=result.score,
        out_of=result.out_of,
        passed=result.passed and bool(counted),
        reason="submitted",
        by=None,
        at=now,
    )


def close_if_expired(*, attempt: Attempt, now: datetime) -> Submission | None:
    """Mark a paper whose time is up on what was saved in time; None while it is not."""
    if not is_late(attempt, now):
        return None
    return submit(attempt=attempt, version="", responses={}, now=now)


def close_expired(*, now: datetime) -> int:
    """Mark every open paper whose time is up, each in a transaction of its own; return how many there were."""
    closed = 0
    for attempt in list(expired_papers(now=now).select_related("task")):
        close_if_expired(attempt=attempt, now=now)
        closed += 1
    return closed
