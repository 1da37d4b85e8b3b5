"""Where people are written to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery

from training.conf import conf
from training.people.models import EmailAddress, Employee, PersonName
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
    return sorted(set(account_addresses(holders(Role.HR), day).values()) - {""})


def holders(*roles: Role) -> QuerySet[Any]:
    """The active accounts that hold one of these roles, each once."""
    names = [role.group_name for role in roles]
    accounts: QuerySet[Any] = get_user_model().objects.filter(groups__name__in=names, is_active=True)
    return accounts.distinct()


def account_addresses(accounts: QuerySet[Any], day: date) -> dict[Any, str]:
    """The address of each of these accounts: the staff list's on that day, or else its own; empty where there is none.

    One query.
    """
    listed = on(EmailAddress.objects.filter(employee__user=OuterRef("pk")), day).values("email")[:1]
    known = accounts.annotate(listed=Subquery(listed)).values_list("pk", "listed", "email")
    return {pk: (listed or own).strip() for pk, listed, own in known}


def account_names(accounts: Collection[Any], day: date) -> dict[Any, str]:
    """What each of these accounts is called: as the staff list has the person on that day, or else as it says itself.

    Two queries, none where there is nobody.
    """
    if not accounts:
        return {}
    rows = get_user_model().objects.filter(pk__in=accounts)
    found = {user.pk: f"{user.last_name} {user.first_name}".strip() or user.get_username() for user in rows}
    people = on(PersonName.objects.filter(employee__user__in=accounts), day)
    return found | dict(people.values_list("employee__user", "name"))
