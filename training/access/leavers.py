"""Who has left holds no role: what is left to such an account is to read the own records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Q

from training.conf import conf
from training.ledger.append import append
from training.people.leavers import left_on
from training.people.models import Employee


def leavers_with_roles(*, now: datetime) -> list[Any]:
    """The accounts of people who have left that still are in a group, or staff, or superusers."""
    day = now.astimezone(conf.time_zone).date()
    holds = Q(groups__isnull=False) | Q(is_staff=True) | Q(is_superuser=True) | Q(user_permissions__isnull=False)
    accounts = get_user_model().objects.filter(holds, employee__isnull=False).select_related("employee").distinct()
    return [user for user in accounts if left_on(user.employee.pk, day=day) is not None]


@transaction.atomic
def withdraw_roles(*, now: datetime, user: Any = None) -> int:
    """Take all roles and permissions from who has left: from one account, or from all; return from how many."""
    if user is None:
        accounts = leavers_with_roles(now=now)
    else:
        employee = Employee.objects.filter(user=user.pk).first()
        day = now.astimezone(conf.time_zone).date()
        left = employee is not None and left_on(employee.pk, day=day) is not None
        held = user.is_staff or user.is_superuser or user.groups.exists() or user.user_permissions.exists()
        accounts = [user] if left and held else []
    for account in accounts:
        names = sorted(account.groups.values_list("name", flat=True))
        facts = {"user": account.pk, "groups": names, "staff": account.is_staff, "superuser": account.is_superuser}
        append(kind="access.roles_withdrawn", at=now, facts=facts)
        account.groups.clear()
        account.user_permissions.clear()
        account.is_staff = account.is_superuser = False
        account.save(update_fields=["is_staff", "is_superuser"])
    return len(accounts)
