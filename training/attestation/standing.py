"""Where an assignment stands on a day, in one word: the one rule that reminders, lists and counters share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Credit, Decline
from training.attestation.queries import counting, held_days
from training.campaigns.models import Assignment, Campaign, DueSet, Task
from training.campaigns.queries import closed_by, truth, with_closing, with_exemption
from training.people.models import Employee
from training.people.queries import away_on


class Standing(TextChoices):
    """Signed goes before everything else; a person who signed and left has signed."""

    SIGNED = "signed", _("Signed")
    CLOSED = "closed", _("Closed")
    CREDITED = "credited", _("Credited")
    EXEMPT = "exempt", _("Exempt")
    TRAINED = "trained", _("All passed, not signed")
    STARTED = "started", _("In progress")
    NEW = "new", _("Not started")


__all__ = [
    "DECIDING",
    "SETTLED",
    "Standing",
    "credit_of",
    "outstanding",
    "own",
    "standing_credits",
    "with_closing",
    "with_exemption",
    "with_standing",
]

SETTLED = frozenset({Standing.SIGNED, Standing.CLOSED, Standing.CREDITED, Standing.EXEMPT})

# What is asked in this order; whoever fits none of them is new.
DECIDING = (
    (Standing.SIGNED, Q(signed_at__isnull=False)),
    (Standing.CLOSED, Q(closed=True)),
    (Standing.CREDITED, Q(credited=True)),
    (Standing.EXEMPT, Q(exempt=True)),
    (Standing.TRAINED, Q(done=F("modules"))),
    (Standing.STARTED, Q(opened=True)),
)


def standing_credits() -> QuerySet[Credit]:
    """The credits that count: those whose signature nobody has annulled."""
    return Credit.objects.filter(attestation__annulment__isnull=True)


def with_standing(assignments: QuerySet[Any], *, day: date) -> QuerySet[Any]:
    """Assignments with ``standing`` and all that it follows from, as of a day, as now recorded.

    Also ``due_on`` and ``due_number`` (of the due date that counts), ``signed_at``, ``closed``, ``exempt``,
    ``credited``, ``modules``, ``done``, ``opened`` (whether any module was), ``away`` (on leave that day), and
    ``overdue``, which nobody is who is settled or away: the clock stands still.
    """
    signatures = counting().filter(assignment=OuterRef("pk")).order_by("-number")
    due = DueSet.objects.filter(assignment=OuterRef("pk")).order_by("-number")
    tasks = Task.objects.filter(assignment=OuterRef("pk"))
    facts = with_exemption(with_closing(assignments), day=day).annotate(
        due_on=Subquery(due.values("due_on")[:1], output_field=DateField()),
        due_number=Subquery(due.values("number")[:1], output_field=IntegerField()),
        signed_at=Subquery(signatures.values("at")[:1]),
        credited=Exists(standing_credits().filter(assignment=OuterRef("pk"))),
        modules=_count(tasks),
        done=_count(tasks.filter(completion__isnull=False)),
        opened=Exists(tasks.filter(opened_at__isnull=False)),
        # By person: a correction makes new rows of the same employment.
        away=Exists(away_on(day).filter(employment__employee=OuterRef("employment__employee"))),
    )
    judged = facts.annotate(
        standing=Case(
            *(When(holds, then=Value(standing.value)) for standing, holds in DECIDING),
            default=Value(Standing.NEW.value),
        )
    )
    found: QuerySet[Any] = judged.annotate(overdue=truth(Q(due_on__lt=day, away=False) & ~Q(standing__in=SETTLED)))
    return found


def own(employee: Employee, *, day: date) -> list[Any]:
    """A person's assignments in campaigns that were opened, newest first, with standing. One query.

    Also ``shut``, the cause for which it is closed, and ``declined_at``, when the person last said no to signing.
    """
    states = [Campaign.State.OPEN, Campaign.State.CLOSED, Campaign.State.CANCELLED]
    mine = Assignment.objects.filter(employment__employee=employee, campaign__state__in=states)
    declines = Decline.objects.filter(assignment=OuterRef("pk")).order_by("-at")
    rows = with_standing(mine, day=day).annotate(shut=closed_by(), declined_at=Subquery(declines.values("at")[:1]))
    related = rows.select_related("campaign__revision", "campaign__statement", "employment")
    return list(related.order_by("-campaign__first_day", "campaign__code"))


def credit_of(assignment: Assignment) -> Any:
    """The credit that counts, if there is one, with the signature and its campaign; ``held_on`` is of one on paper."""
    rows = standing_credits().filter(assignment=assignment).select_related("attestation__assignment__campaign")
    return rows.annotate(held_on=held_days("attestation__")).order_by("-at").first()


def outstanding(assignments: QuerySet[Any], *, day: date) -> QuerySet[Any]:
    """Of assignments in open campaigns those that still ask something of somebody, with their standing."""
    rows = assignments.filter(campaign__state=Campaign.State.OPEN)
    return with_standing(rows, day=day).exclude(standing__in=SETTLED)


def _count(tasks: QuerySet[Task]) -> Coalesce:
    counted = tasks.order_by().values("assignment").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
