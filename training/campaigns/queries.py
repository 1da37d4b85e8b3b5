"""Where people stand in their campaigns."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    Expression,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from training.campaigns.models import (
    Assignment,
    AssignmentEvent,
    Campaign,
    CampaignEvent,
    Completion,
    DueSet,
    Exemption,
    Pin,
    SectionReached,
    Task,
)
from training.catalogue.models import ModuleVersion


@dataclass(frozen=True, slots=True)
class Step:
    """One module on a person's way: what it is called, how far it is, and whether it is done."""

    task: Task
    pinned: ModuleVersion
    title: str
    summary: str
    minutes: int
    sections: int
    reached: int
    completed: bool
    on_paper: bool

    @property
    def state(self) -> str:
        """``done``, ``quiz`` (all sections reached), ``reading`` or ``new``."""
        if self.completed:
            return "done"
        if self.reached and self.reached >= self.sections:
            return "quiz"
        return "reading" if self.task.opened_at else "new"


def truth(condition: Q) -> Case:
    """A condition as a column."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def with_closing(assignments: QuerySet[Any]) -> QuerySet[Any]:
    """Assignments with ``closed``: whether the last closing or reopening closed it."""
    events = AssignmentEvent.objects.filter(assignment=OuterRef("pk")).order_by("-number")
    kinds = events.annotate(shut=truth(Q(kind=AssignmentEvent.Kind.CLOSED))).values("shut")[:1]
    found: QuerySet[Any] = assignments.annotate(
        closed=Coalesce(Subquery(kinds, output_field=BooleanField()), Value(False))
    )
    return found


def with_exemption(assignments: QuerySet[Any], *, day: date) -> QuerySet[Any]:
    """Assignments with ``exempt``: whether the last exemption granted holds on the day."""
    holds = Q(kind=Exemption.Kind.GRANTED, first_day__lte=day) & (Q(until__isnull=True) | Q(until__gte=day))
    rows = Exemption.objects.filter(assignment=OuterRef("pk")).order_by("-number")
    last = rows.annotate(holds=truth(holds)).values("holds")[:1]
    found: QuerySet[Any] = assignments.annotate(
        exempt=Coalesce(Subquery(last, output_field=BooleanField()), Value(False))
    )
    return found


def with_signature(assignments: QuerySet[Any]) -> QuerySet[Any]:
    """Assignments with ``has_signed``: whether a signature counts that nobody has annulled.

    Signatures belong to a room above this one, which knows them by what leads to them alone.
    """
    signed = Assignment.objects.filter(
        pk=OuterRef("pk"), attestations__isnull=False, attestations__annulment__isnull=True
    )
    found: QuerySet[Any] = assignments.annotate(has_signed=Exists(signed))
    return found


def unsettled(assignments: QuerySet[Any]) -> QuerySet[Any]:
    """Of assignments those that are neither signed nor closed, whether or not somebody is exempt or credited."""
    return with_signature(with_closing(assignments)).filter(has_signed=False, closed=False)


def closed_by(assignment: Expression | str = "pk") -> Subquery:
    """The cause of the closing that stands, None where none does, for annotating what leads to an assignment.

    ``assignment`` is a path that leads there, or an expression of its key.
    """
    key = OuterRef(assignment) if isinstance(assignment, str) else assignment
    last = AssignmentEvent.objects.filter(assignment=key).order_by("-number")
    shut = Case(When(kind=AssignmentEvent.Kind.CLOSED, then=F("cause")), default=Value(None), output_field=CharField())
    return Subquery(last.annotate(shut=shut).values("shut")[:1])


def still_asked(assignment_id: UUID) -> tuple[str, str | None]:
    """The state of an assignment's campaign, and the cause for which the assignment is closed, None where it is not."""
    rows = Assignment.objects.filter(pk=assignment_id).annotate(shut=closed_by())
    state, shut = rows.values_list("campaign__state", "shut").get()
    return state, shut


def last_approval(campaign: Campaign) -> CampaignEvent | None:
    """The approval that counts, with who gave it, if there was any.

    Of several at one instant it is the one that stands last in the ledger, or will: sealing numbers by time and key.
    """
    approvals = CampaignEvent.objects.filter(campaign=campaign, kind=CampaignEvent.Kind.APPROVED)
    last = F("entry__sequence").desc(nulls_first=True)
    return approvals.select_related("by").order_by("-at", last, "-entry_id").first()


def left_on(assignment: Assignment) -> date | None:
    """The last day of work of whom the closing that stands says that they left; None of everybody else."""
    last = last_event(assignment)
    if last is None or (last.kind, last.cause) != (AssignmentEvent.Kind.CLOSED, AssignmentEvent.Cause.LEFT):
        return None
    return last.day - timedelta(days=1)


def last_event(assignment: Assignment) -> AssignmentEvent | None:
    """The last closing or reopening, if there was any."""
    return AssignmentEvent.objects.filter(assignment=assignment).order_by("-number").first()


def last_exemption(assignment: Assignment) -> Exemption | None:
    """The last exemption granted or lifted, if there was any."""
    return Exemption.objects.filter(assignment=assignment).order_by("-number").first()


def due_dates() -> Subquery:
    """The due day that counts, for annotating assignments."""
    return Subquery(DueSet.objects.filter(assignment=OuterRef("pk")).order_by("-number").values("due_on")[:1])


def due_numbers() -> Subquery:
    """The number of the due date that counts, for annotating assignments."""
    return Subquery(DueSet.objects.filter(assignment=OuterRef("pk")).order_by("-number").values("number")[:1])


def event_numbers() -> Coalesce:
    """The number of the last closing or reopening, 0 where there was none, for annotating assignments."""
    events = AssignmentEvent.objects.filter(assignment=OuterRef("pk")).order_by("-number")
    return Coalesce(Subquery(events.values("number")[:1]), 0)


def last_due(assignment: Assignment) -> DueSet:
    """The due date that counts."""
    return assignment.due_dates.order_by("-number")[0]


def due_on(assignment: Assignment) -> date:
    """The due day that counts."""
    return assignment.due_dates.order_by("-number").values_list("due_on", flat=True)[0]


def steps_of(assignment: Assignment) -> list[Step]:
    """The assignment's modules in order. A task not yet opened shows the pinned version. Two queries."""
    pins = {
        pin.campaign_module_id: pin.module_version
        for pin in Pin.objects.filter(campaign_module__campaign_id=assignment.campaign_id).select_related(
            "module_version"
        )
    }
    reached = SectionReached.objects.filter(task=OuterRef("pk"), version=OuterRef("version"))
    tasks: QuerySet[Any] = (
        Task.objects.filter(assignment=assignment)
        .select_related("campaign_module__module", "version", "completion")
        .annotate(last_reached=Subquery(reached.order_by("-position").values("position")[:1]))
        .order_by("campaign_module__order")
    )
    steps = []
    for task in tasks:
        version = task.version or pins[task.campaign_module_id]
        steps.append(
            Step(
                task=task,
                pinned=pins[task.campaign_module_id],
                title=version.title,
                summary=version.content["summary"],
                minutes=version.content["minutes"],
                sections=len(version.content["sections"]),
                reached=task.last_reached or 0,
                completed=(done := hasattr(task, "completion")),
                on_paper=done and task.completion.how == Completion.How.PAPER,
            )
        )
    return steps


def minutes_left(assignments: Collection[UUID]) -> dict[UUID, int]:
    """About how many minutes each of these assignments still takes: of the modules that are not done. Two queries."""
    left: dict[UUID, int] = {}
    tasks = Task.objects.filter(assignment__in=assignments, completion__isnull=True)
    rows = list(tasks.values_list("assignment", "campaign_module", "version__content__minutes"))
    pins = Pin.objects.filter(campaign_module__in={module for _assignment, module, _minutes in rows})
    pinned = dict(pins.values_list("campaign_module", "module_version__content__minutes"))
    for assignment, module, minutes in rows:
        left[assignment] = left.get(assignment, 0) + (minutes or pinned.get(module, 0))
    return left


def next_step(steps: list[Step]) -> Step | None:
    """The first module that is not done, in order, or None when all are."""
    return next((step for step in steps if not step.completed), None)


def next_task(assignment: Assignment) -> Task | None:
    """The first task that is not complete, in order, or None when all are. One query."""
    left = Task.objects.filter(assignment=assignment, completion__isnull=True)
    return left.select_related("campaign_module__module").order_by("campaign_module__order").first()


def all_completed(assignment_id: UUID) -> bool:
    """Whether every task of an assignment is complete; without tasks, whether its campaign has no modules either."""
    completions = Task.objects.filter(assignment_id=assignment_id).values_list("completion", flat=True)
    if completions:
        return None not in completions
    return Campaign.objects.filter(assignments=assignment_id, campaign_modules__isnull=True).exists()
