"""How far a manager's own people are with what is under way: no answer, no score."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, OuterRef, QuerySet, Subquery, UUIDField, Value
from django.db.models.functions import Coalesce

from training.attestation.standing import SETTLED, Standing, with_standing
from training.campaigns.models import Assignment, Campaign
from training.campaigns.posts import department_on, number_on
from training.people.managing import Team
from training.people.models import PersonName
from training.people.queries import on
from training.reminders.by_hand import Last, last_by_hand


@dataclass(frozen=True, slots=True)
class Member:
    """One assignment of one person. ``last`` is the last reminder by hand, ``again`` whether there can be one today.

    ``second`` is the department of the team in which the person has a second post.
    """

    employee: UUID
    number: str
    name: str
    kana: str
    department: str
    second: str
    campaign: str
    standing: Standing
    overdue: bool
    due_on: date
    done: int
    modules: int
    away: bool
    last: Last | None
    again: bool


def team_assignments(team: Team, *, today: date) -> QuerySet[Any]:
    """The assignments of a team's people in open campaigns, as they stand today; those that were closed are left out.

    A person belongs to the department of the main post, and by a second post (兼務) to that department, too:
    ``second`` is one of these that the manager answers for, where there is one.
    """
    names = on(PersonName.objects.filter(employee=OuterRef("employment__employee")), today)
    rows: QuerySet[Any] = Assignment.objects.filter(campaign__state=Campaign.State.OPEN).annotate(
        department=department_on(today, held=True),
        number=number_on(today),
        name=Coalesce(Subquery(names.values("name")[:1], output_field=CharField()), Value("")),
        kana=Coalesce(Subquery(names.values("kana")[:1], output_field=CharField()), Value("")),
        second=Subquery(
            team.second_posts(today)
            .filter(held_by=OuterRef("employment__employee"))
            .order_by("valid_from", "department")
            .values("department")[:1],
            output_field=UUIDField(),
        ),
    )
    mine = rows.filter(team.condition(department="department", employee="employment__employee", day=today))
    return with_standing(mine, day=today).exclude(standing=Standing.CLOSED).select_related("campaign", "employment")


def members(rows: Iterable[Any], paths: dict[UUID, str], *, today: date) -> list[Member]:
    """The lines of a page of ``team_assignments``. One query."""
    page = list(rows)
    reminded = last_by_hand({row.employment.employee_id for row in page})
    lines = []
    for row in page:
        employee = row.employment.employee_id
        last, gone = reminded.get(employee), row.away
        lines.append(
            Member(
                employee=employee,
                number=row.number,
                name=row.name,
                kana=row.kana,
                department=paths.get(row.department, ""),
                second=paths.get(row.second, ""),
                campaign=row.campaign.title,
                standing=Standing(row.standing),
                overdue=row.overdue,
                due_on=row.due_on,
                done=row.done,
                modules=row.modules,
                away=gone,
                last=last,
                again=row.standing not in SETTLED and not gone and (last is None or today >= last.again),
            )
        )
    return lines
