"""How long somebody who has left can still sign in: as long as the records are kept, to read the own ones."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from training.conf import conf
from training.people.models import Employee, Employment


def left_on(employee: UUID, *, day: date) -> date | None:
    """The last day of somebody who has left before a day; None for who works here then, or is to, or never did."""
    last: date | None = None
    believed = Employment.objects.filter(employee=employee, superseded_at__isnull=True)
    for valid_to in believed.values_list("valid_to", flat=True):
        if valid_to is None or valid_to >= day:
            return None
        last = valid_to if last is None else max(last, valid_to)
    return last


def leavers(day: date) -> QuerySet[Employee]:
    """Who has left before a day, as ``left_on`` tells of one."""
    believed = Employment.objects.filter(employee=OuterRef("pk"), superseded_at__isnull=True)
    return Employee.objects.filter(Exists(believed), ~Exists(believed.exclude(valid_to__lt=day)))


def kept_until(last: date, *, years: int) -> date:
    """The last day on which the records of who left on a day are kept; from 29 February on, 28 February."""
    try:
        return last.replace(year=last.year + years)
    except ValueError:
        return last.replace(year=last.year + years, day=28)


def shut_out_since(user: int, *, day: date) -> date | None:
    """The last day on which an account could sign in, where its person left too long ago; None where it can."""
    employee = Employee.objects.filter(user=user).values_list("pk", flat=True).first()
    last = left_on(employee, day=day) if employee is not None else None
    if last is None:
        return None
    until = kept_until(last, years=conf.retention_years)
    return until if until < day else None
