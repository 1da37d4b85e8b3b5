"""Papers as shown, and results as they may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from training.campaigns.models import Assignment, Campaign, Task
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import Module, ModuleVersion, QuestionVersion
from training.ledger.models import Disclosure
from training.prepared import Given, Prepared
from training.quiz.frozen import blueprint_of, contents
from training.quiz.models import Attempt, MakeUp, Marking, Submission
from training.quiz.papers import (
    Order,
    PaperItem,
    PaperOption,
    PaperPrompt,
    PaperQuestion,
    ReviewOption,
    ReviewPair,
    ReviewQuestion,
    paper_question,
    review_question,
)


def _order_of(attempt: Attempt) -> Order:
    return Order(seed=attempt.seed, shuffle=blueprint_of(attempt.module_version_id).shuffle)


def questions_of(attempt: Attempt) -> list[QuestionVersion]:
    """The attempt's questions in the paper's order."""
    found = {str(question.pk): question for question in QuestionVersion.objects.filter(pk__in=attempt.drawn)}
    return [found[key] for key in attempt.drawn]


def paper_of(attempt: Attempt, *, saved: bool = True) -> list[PaperQuestion]:
    """The open paper, with the answers kept so far unless ``saved`` is false.

    One query for these, and two more in a process that never saw the paper.
    """
    kept = {str(row.question_version_id): row.response for row in attempt.saved_answers.all()} if saved else {}
    order = _order_of(attempt)
    return [
        paper_question(content, key=key, number=number, order=order, response=kept.get(key))
        for number, (key, content) in enumerate(contents(attempt.drawn).items(), 1)
    ]


def responses_of(submission: Submission) -> dict[str, object]:
    """What was answered, by question version id; what was erased, or never given, is None or missing. Two queries."""
    digests = dict(submission.answers.values_list("response_digest", "question_version_id"))
    return {str(digests[row.digest]): row.value for row in Disclosure.objects.filter(digest__in=digests)}


def review_of(attempt: Attempt, submission: Submission, marking: Marking) -> list[ReviewQuestion]:
    """The marked paper, as far as the blueprint lets it be seen. A response that was erased shows as not given.

    ``full``: own answer, right answer, explanation and clause; ``answers``: own answer and whether it was right;
    ``result``: nothing. Two queries, and two more in a process that never saw the paper.
    """
    review = blueprint_of(attempt.module_version_id).review
    if review == "result":
        return []
    given, order = responses_of(submission), _order_of(attempt)
    worth = marking.out_of // len(marking.points) if marking.points else 0
    return [
        review_question(
            content,
            key=key,
            number=number,
            order=order,
            response=given.get(key),
            earned=Fraction(marking.points[key], worth) if key in marking.points else None,
            told=review == "full",
            withdrawn=key not in marking.points,
        )
        for number, (key, content) in enumerate(contents(attempt.drawn).items(), 1)
    ]


@dataclass(frozen=True, slots=True)
class Sitting:
    """How far somebody is with a module's understanding check, and whether another paper may be begun."""

    blueprint: Blueprint
    open: Attempt | None
    last: Attempt | None
    used: int
    allowed: int | None
    make_ups: int
    may_start_at: datetime | None

    @property
    def left(self) -> int | None:
        """How many papers may still be begun; None: any number."""
        return None if self.allowed is None else max(0, self.allowed - self.used)

    @property
    def needs_make_up(self) -> bool:
        """Whether no paper is open and none may be begun until HR has granted a make-up (再教育)."""
        return self.open is None and self.left == 0


def sitting_of(task: Task, *, now: datetime) -> Sitting:
    """Where a task's understanding check stands. Two queries, and one in a process that never saw the module.

    ``may_start_at`` is when the cool-down ends, None where it has. Whether the
    module is complete, or is to be read first, the task itself knows.
    """
    blueprint = blueprint_of(task.version_id)
    attempts = list(task.attempts.select_related("submission").order_by("number"))
    granted = list(task.make_ups.values_list("attempts", flat=True))
    begun = [attempt for attempt in attempts if not hasattr(attempt, "submission")]
    handed_in = [attempt for attempt in attempts if hasattr(attempt, "submission")]
    again_at = None
    if handed_in and blueprint.cool_down_minutes:
        again_at = ended_at(handed_in[-1]) + timedelta(minutes=blueprint.cool_down_minutes)
    return Sitting(
        blueprint=blueprint,
        open=begun[0] if begun else None,
        last=handed_in[-1] if handed_in else None,
        used=len(attempts),
        allowed=None if blueprint.attempts is None else blueprint.attempts + sum(granted),
        make_ups=len(granted),
        may_start_at=again_at if again_at and again_at > now else None,
    )


def ended_at(attempt: Attempt) -> datetime:
    """When a paper that was handed in ended: then, or when its time was up if nobody came back before."""
    at = attempt.submission.at
    return min(at, attempt.deadline) if attempt.deadline else at


def expired_papers(*, now: datetime) -> QuerySet[Attempt]:
    """Open papers whose time is up, the oldest first."""
    return Attempt.objects.filter(submission__isnull=True, deadline__lt=now).order_by("deadline")


def waiting_for_make_up(campaign: Campaign) -> list[Task]:
    """Tasks of which every attempt is used up and none passed: what HR has to arrange. Two queries, and one a module.

    Each comes with its assignment, employment and module, with the ``title``
    that is taught, and ``since`` when the last paper was handed in. Where no module limits attempts, the
    tasks are not looked at.
    """
    taught = Task.objects.filter(assignment__campaign=campaign, version__isnull=False).order_by()
    versions = ModuleVersion.objects.filter(module__in=campaign.campaign_modules.values("module")).values_list(
        "pk", flat=True
    )
    limited = [key for key in versions if blueprint_of(key).attempts is not None]
    if not limited:
        return []
    granted = MakeUp.objects.filter(task=OuterRef("pk")).values("task").annotate(sum=Sum("attempts")).values("sum")
    tasks = (
        taught.filter(completion__isnull=True, version__in=limited)
        .annotate(
            used=Count("attempts"),
            since=Max("attempts__submission__at"),
            title=F("version__title"),
            begun=Count("attempts", filter=Q(attempts__submission__isnull=True)),
            granted=Coalesce(Subquery(granted), 0),
        )
        .filter(used__gt=0, begun=0)
        .select_related("assignment__employment__employee", "campaign_module__module")
        .order_by("assignment__employment__number", "campaign_module__order")
    )
    return [
        task
        for task in tasks
        if (most := blueprint_of(task.version_id).attempts) is not None and task.used >= most + task.granted
    ]


def last_marking(submission: Submission) -> Marking:
    """The marking that counts."""
    return submission.markings.order_by("-number")[0]


def open_attempt(task: Task) -> Attempt | None:
    """The paper that is open, if any."""
    return task.attempts.filter(submission__isnull=True).select_related("module_version").first()


_OWN_OPEN_PAPER = Prepared(
    lambda: (
        Attempt.objects.filter(
            task__assignment=Given("assignment", Assignment._meta.pk),
            task__assignment__employment__employee__user=Given("user", get_user_model()._meta.pk),
            task__campaign_module__module__slug=Given("module", Module._meta.get_field("slug")),
            submission__isnull=True,
        )
        .select_related("task")
        .order_by("number")[:1]
    )
)


def own_open_paper(*, user: Any, assignment: UUID, module: str) -> Attempt | None:
    """This account's open paper of a module of this assignment, with its task; one query."""
    return next(iter(_OWN_OPEN_PAPER(user=user.pk, assignment=assignment, module=module)), None)


def last_submitted(task: Task) -> Attempt | None:
    """The paper handed in last, if any."""
    return (
        task.attempts.filter(submission__isnull=False)
        .select_related("submission", "module_version")
        .order_by("-number")
        .first()
    )


__all__ = [
    "PaperItem",
    "PaperOption",
    "PaperPrompt",
    "PaperQuestion",
    "ReviewOption",
    "ReviewPair",
    "ReviewQuestion",
    "Sitting",
    "ended_at",
    "expired_papers",
    "last_marking",
    "last_submitted",
    "open_attempt",
    "own_open_paper",
    "paper_of",
    "questions_of",
    "responses_of",
    "review_of",
    "sitting_of",
    "waiting_for_make_up",
]
