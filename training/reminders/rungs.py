"""Who is asked for something, and on which rung of the ladder each stands today.

A fixed number of queries for each thousand people, whatever their campaigns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextChoices,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from training.attestation.standing import outstanding
from training.campaigns.calendar import day_of, end_of
from training.campaigns.candidates import rows_of, staff_on
from training.campaigns.closed_days import closed_days_of
from training.campaigns.due import Away
from training.campaigns.ladder import A_DAY, NOTICE_DAYS, Ladder, Rung, last_day_of_rest, notice_rung, rung_today
from training.campaigns.models import AssignmentEvent
from training.campaigns.working_days import LONGEST_CLOSED, IsWorking, working_days
from training.conf import conf
from training.people.managing import Post
from training.people.models import Employment, Leave
from training.people.queries import on
from training.reminders.models import ReaderChoice, ReminderSent

LOT = 1000
COLUMNS = (
    "pk", "employment", "employment__employee", "employment__number", "campaign", "at",
    "due_on", "due_number", "standing", "asked_at", "told",
)  # fmt: skip


class Quiet(TextChoices):
    """Why somebody hears nothing today."""

    AWAY = "away", _("On leave")
    GONE = "gone", _("Does not work here today")
    TOLD = "told", _("Told already")
    TOMORROW = "tomorrow", _("There is a mail of today already; this goes on the next working day")
    NO_ADDRESS = "no_address", _("No e-mail address is known")
    NO_MANAGER = "no_manager", _("No manager is known")


@dataclass(frozen=True, slots=True)
class Asked:
    """An assignment that asks something of somebody. ``rung`` is None where nothing is to be said today.

    ``employment`` and ``number`` are those of today, whatever they were when the assignment was made. ``told`` is
    whether the person knows of it, having been written to or having begun.
    """

    assignment: UUID
    employment: UUID
    employee: UUID
    number: str
    campaign: int
    due_on: date
    due_number: int
    standing: str
    assigned_on: date
    told: bool
    rung: Rung | None
    quiet: Quiet | None

    @property
    def post(self) -> Post:
        """The person under the number of this employment."""
        return self.employee, self.number

    @property
    def notice(self) -> int:
        """The rung of the notice, by its days from the due day: no other rung of this due date has them."""
        return notice_rung(due_on=self.due_on, assigned_on=self.assigned_on)


def ladder() -> Ladder:
    """The ladder as it is set."""
    given = conf.reminder_ladder
    return Ladder(**{**given, "before": tuple(given["before"])} if "before" in given else given)


def is_working() -> IsWorking:
    """What tells the company's working days."""
    return working_days(closed_days_of(conf.closed_days))


def asked(assignments: QuerySet[Any], *, today: date, beyond: bool = False) -> Iterator[list[Asked]]:
    """Of these assignments those that ask something, in lots; whoever is away or gone is named as quiet.

    Those that are due later than the ladder reaches are left out, unless ``beyond`` wants them too; but not those of
    whom a notice may be due.
    """
    steps, working = ladder(), is_working()
    rows = _with_notice(outstanding(assignments, day=today))
    if not beyond:
        reached = last_day_of_rest(today, working) + timedelta(days=max(steps.before, default=0))
        rows = rows.filter(Q(due_on__lte=reached) | _news(today) if steps.on_assignment else Q(due_on__lte=reached))
    stream = rows.order_by("pk").values_list(*COLUMNS).iterator(chunk_size=LOT)
    while lot := list(islice(stream, LOT)):
        keys = {row[2] for row in lot}
        here = set(on(Employment.objects.filter(employee__in=keys), today).values_list("employee", "number"))
        lot = _of_today(lot, here, today)
        away: dict[Post, list[Away]] = {}
        leaves = Leave.objects.filter(employment__employee__in=keys, superseded_at__isnull=True, valid_from__lte=today)
        for who, number, first, last in leaves.values_list(
            "employment__employee", "employment__number", "valid_from", "valid_to"
        ):
            away.setdefault((who, number), []).append(Away(first, last))
        yield [_asked(row, here, away, steps, working, today) for row in lot]


def _with_notice(assignments: QuerySet[Any]) -> QuerySet[Any]:
    """Assignments with ``asked_at``, when they were made or last opened again, and ``told``, as of ``Asked``."""
    again = AssignmentEvent.objects.filter(assignment=OuterRef("pk"), kind=AssignmentEvent.Kind.REOPENED)
    written = ReminderSent.objects.filter(assignment=OuterRef("pk"), reader=ReaderChoice.LEARNER)
    found: QuerySet[Any] = assignments.annotate(
        asked_at=Coalesce(Subquery(again.order_by("-number").values("at")[:1]), "at", output_field=DateTimeField()),
        told=ExpressionWrapper(Q(opened=True) | Exists(written), output_field=BooleanField()),
    )
    return found


def _news(today: date) -> Q:
    """Whose assignment, or return from a leave, is so young that a notice may be due; the ladder decides it.

    Days on which everybody rests make it no older where nobody has worked since, so this looks back over these too.
    """
    first = today - timedelta(days=max(NOTICE_DAYS, LONGEST_CLOSED))
    back = Leave.objects.filter(
        employment__employee=OuterRef("employment__employee"),
        superseded_at__isnull=True,
        valid_to__gte=first,
        valid_to__lt=today,
    )
    return Q(Q(asked_at__gte=end_of(first - A_DAY, conf.time_zone)) | Q(Exists(back)), told=False)


def _of_today(lot: list[tuple[Any, ...]], here: set[Post], today: date) -> list[tuple[Any, ...]]:
    """The lot with today's row and number of whoever works here under another number than the assignment names.

    No query where there is nobody.
    """
    others = {row[0]: row for row in lot if (row[2], row[3]) not in here}
    if not others:
        return lot
    staff = staff_on(today, {row[2] for row in others.values()})
    rows = rows_of({row[1] for row in others.values()})
    found = []
    for one in lot:
        row = one
        spell = staff.spell_of(rows[row[1]], day=day_of(row[5], conf.time_zone)) if row[0] in others else None
        if spell is not None and spell.holds(today):
            row = (row[0], spell.employment, row[2], spell.number, *row[4:])
        found.append(row)
    return found


def _asked(
    row: tuple[Any, ...],
    here: set[Post],
    away: dict[Post, list[Away]],
    steps: Ladder,
    working: IsWorking,
    today: date,
) -> Asked:
    assignment, employment, employee, number, campaign, at, due_on, due_number, standing, asked_at, told = row
    leaves = away.get((employee, number), [])
    away_today = any(one.last is None or one.last >= today for one in leaves)
    quiet = Quiet.GONE if (employee, number) not in here else Quiet.AWAY if away_today else None
    assigned_on = day_of(at, conf.time_zone)
    rung = rung_today(
        steps,
        due_on=due_on,
        assigned_on=assigned_on,
        today=today,
        leaves=leaves,
        is_working=working,
        asked_from=day_of(asked_at, conf.time_zone),
        told=told,
    )
    return Asked(
        assignment=assignment,
        employment=employment,
        employee=employee,
        number=number,
        campaign=campaign,
        due_on=due_on,
        due_number=due_number,
        standing=standing,
        assigned_on=assigned_on,
        told=told,
        rung=None if quiet else rung,
        quiet=quiet,
    )
