"""Where people stand in their campaigns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery

from training.campaigns.models import Assignment, Campaign, DueSet, Pin, SectionReached, Task
from training.catalogue.models import ModuleVersion
from training.people.models import Employee


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

    @property
    def state(self) -> str:
        """``done``, ``quiz`` (all sections reached), ``reading`` or ``new``."""
        if self.completed:
            return "done"
        if self.reached and self.reached >= self.sections:
            return "quiz"
        return "reading" if self.task.opened_at else "new"


def due_dates() -> Subquery:
    """The due day that counts, for annotating assignments."""
    return Subquery(DueSet.objects.filter(assignment=OuterRef("pk")).order_by("-number").values("due_on")[:1])


def with_progress(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Assignments with ``due_on``, ``modules``, ``done`` and ``opened`` counts."""
    return assignments.annotate(
        due_on=due_dates(),
        modules=Count("tasks"),
        done=Count("tasks", filter=Q(tasks__completion__isnull=False)),
        opened=Count("tasks", filter=Q(tasks__opened_at__isnull=False)),
    )


def assignments_of(employee: Employee) -> list[Any]:
    """A person's assignments in open and closed campaigns, newest first, with progress."""
    states = [Campaign.State.OPEN, Campaign.State.CLOSED]
    mine = Assignment.objects.filter(employment__employee=employee, campaign__state__in=states)
    return list(
        with_progress(mine)
        .select_related("campaign__revision", "campaign__statement", "employment")
        .order_by("-campaign__first_day", "campaign__code")
    )


def due_on(assignment: Assignment) -> date:
    """The due day that counts."""
    return assignment.due_dates.order_by("-number").values_list("due_on", flat=True)[0]


def steps_of(assignment: Assignment) -> list[Step]:
    """The assignment's modules in order. A task not yet opened shows the pinned version. Three queries."""
    pins = {
        pin.campaign_module_id: pin.module_version
        for pin in Pin.objects.filter(campaign_module__campaign_id=assignment.campaign_id).select_related(
            "module_version"
        )
    }
    tasks = (
        Task.objects.filter(assignment=assignment)
        .select_related("campaign_module__module", "version", "completion")
        .prefetch_related(Prefetch("reached", SectionReached.objects.order_by("position")))
        .order_by("campaign_module__order")
    )
    steps = []
    for task in tasks:
        version = task.version or pins[task.campaign_module_id]
        reached = max((row.position for row in task.reached.all() if row.version_id == version.pk), default=0)
        steps.append(
            Step(
                task=task,
                pinned=pins[task.campaign_module_id],
                title=version.title,
                summary=version.content["summary"],
                minutes=version.content["minutes"],
                sections=len(version.content["sections"]),
                reached=reached,
                completed=hasattr(task, "completion"),
            )
        )
    return steps


def next_step(steps: list[Step]) -> Step | None:
    """The first module that is not done, in order, or None when all are."""
    return next((step for step in steps if not step.completed), None)


def next_task(assignment: Assignment) -> Task | None:
    """The first task that is not complete, in order, or None when all are. One query."""
    left = Task.objects.filter(assignment=assignment, completion__isnull=True)
    return left.select_related("campaign_module__module").order_by("campaign_module__order").first()


def all_completed(assignment_id: UUID) -> bool:
    """Whether every task of an assignment is complete; an assignment without tasks is not. One query."""
    completions = Task.objects.filter(assignment_id=assignment_id).values_list("completion", flat=True)
    return bool(completions) and None not in completions
