"""Remind one person by hand, not too often."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.campaigns.deciders import is_office
from training.campaigns.models import Assignment
from training.conf import conf
from training.errors import Conflict, NotAllowed, NotReady
from training.people.managing import team_of
from training.people.models import Employee, Posting
from training.people.queries import employee_of, on
from training.reminders.addresses import addresses_of
from training.reminders.again import again_from
from training.reminders.models import Letter, ReaderChoice
from training.reminders.rungs import Asked, Quiet, asked, is_working

PREFIX = "by_hand"
COUNTED = (Letter.State.WAITING, Letter.State.SENDING, Letter.State.SENT)


@dataclass(frozen=True, slots=True)
class Last:
    """When somebody was last reminded by hand, and from which day on it can be done again."""

    day: date
    again: date


def last_by_hand(employees: Collection[UUID]) -> dict[UUID, Last]:
    """The last reminder by hand of each of these people who had one. One query."""
    working, found = is_working(), {}
    rows = Letter.objects.filter(to__in=employees, asked_by__isnull=False, state__in=COUNTED)
    for employee, at in rows.order_by("made_at").values_list("to", "made_at"):
        day = day_of(at, conf.time_zone)
        found[employee] = Last(day, again_from(last=day, days=conf.reminder_by_hand_days, is_working=working))
    return found


@transaction.atomic
def remind_by_hand(*, employee: Employee, by: AbstractBaseUser | AnonymousUser, now: datetime) -> Letter:
    """Write a letter to somebody about all that is asked of the person, at the wish of the manager or the office.

    It goes out at once, or on the next working day. Raises ``NotAllowed`` for whoever neither manages the person
    nor is HR or privacy officer, ``NotReady`` while the person is on leave or has no address, and ``Conflict`` where
    nothing is asked of the person or the last reminder by hand is too fresh.
    """
    locked = Employee.objects.select_for_update().get(pk=employee.pk)
    today = day_of(now, conf.time_zone)
    _require_right(locked, by, today)
    mine = [one for lot in asked(_assignments(locked), today=today, beyond=True) for one in lot]
    there = [one for one in mine if one.quiet is not Quiet.GONE]
    if not there:
        raise Conflict(_("Nothing is asked of this person now."))
    if any(one.quiet is Quiet.AWAY for one in there):
        raise NotReady(_("This person is on leave: reminders rest until the return."))
    if not addresses_of([locked.pk], today):
        raise NotReady(_("No e-mail address of this person is known. Please talk to the person."))
    last = last_by_hand([locked.pk]).get(locked.pk)
    if last is not None and today < last.again:
        raise Conflict(
            _("This person was reminded on %(day)s. You can do it again from %(again)s.")
            % {"day": date_format(last.day), "again": date_format(last.again)}
        )
    return _written(locked, there, by, now, today)


def _require_right(employee: Employee, by: AbstractBaseUser | AnonymousUser, today: date) -> None:
    if is_office(by):
        return
    manager = employee_of(by)
    if manager is not None and (team := team_of(manager, today)):
        posts = on(Posting.objects.filter(employment__employee=employee), today)
        departments = set(posts.values_list("department", flat=True))
        if manager.pk != employee.pk and (departments & team.departments or employee.pk in team.supervised):
            return
    raise NotAllowed(_("You can remind people of your own team only."))


def _assignments(employee: Employee) -> QuerySet[Assignment]:
    return Assignment.objects.filter(employment__employee=employee)


def _written(
    employee: Employee, told: list[Asked], by: AbstractBaseUser | AnonymousUser, now: datetime, today: date
) -> Letter:
    return Letter.objects.create(
        key=f"{PREFIX}:{employee.pk}:{today.isoformat()}:{int(now.timestamp())}",
        reader=ReaderChoice.LEARNER,
        to=employee,
        covers=[[str(one.assignment), one.due_number, None] for one in told],
        asked_by_id=by.pk,
        made_at=now,
        not_before=now,
    )
