"""Where people are written to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Subquery

from training.conf import conf
from training.people.models import EmailAddress, Employee
from training.people.queries import on
from training.roles import Role


def addresses_of(employees: Collection[UUID], day: date) -> dict[UUID, str]:
    """The address of each person who has one: the staff list's on that day, or else the account's. Two queries."""
    accounts = Employee.objects.filter(pk__in=employees, user__is_active=True).exclude(user__email="")
    found = dict(accounts.values_list("pk", "user__email"))
    found |= dict(on(EmailAddress.objects.filter(employee__in=employees), day).values_list("employee", "email"))
    return {employee: address for employee, address in found.items() if address.strip()}


def hr_addresses(day: date) -> list[str]:
    """Where HR is written to: as set, or else every active account of HR that has an address, by the staff list first.

    One query.
    """
    if conf.reminder_hr_addresses:
        return list(conf.reminder_hr_addresses)
    listed = on(EmailAddress.objects.filter(employee__user=OuterRef("pk")), day).values("email")[:1]
    accounts = get_user_model().objects.filter(groups__name=Role.HR.group_name, is_active=True)
    known = accounts.annotate(listed=Subquery(listed)).values_list("listed", "email")
    return sorted({address for listed, own in known if (address := listed or own)})
