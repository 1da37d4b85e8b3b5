"""Who has left holds no role: what is left to such an account is to read the own records."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from training.access.grant import revoke
from training.access.models import AuditorGrant
from training.conf import conf
from training.ledger.append import append
from training.people.leavers import leavers


def leavers_with_roles(*, now: datetime) -> list[Any]:
    """The accounts of people who have left that still are in a group, or staff, or superusers, or may read as auditors.

    One query.
    """
    return list(_found(now.astimezone(conf.time_zone).date()))


@transaction.atomic
def withdraw_roles(*, now: datetime, user: Any = None) -> int:
    """Take all roles and permissions from who has left, and end the grants: of one account, or of all.

    Return from how many.
    """
    day = now.astimezone(conf.time_zone).date()
    accounts = list(_found(day) if user is None else _found(day).filter(pk=user.pk))
    for account in accounts:
        for row in _open_grants(day).filter(user=account.pk).order_by("pk"):
            revoke(row=row, by=None, now=now)
        if _holds_roles(account):
            _take_roles(account, now)
    return len(accounts)


def _found(day: date) -> QuerySet[Any]:
    holds = Q(groups__isnull=False) | Q(is_staff=True) | Q(is_superuser=True) | Q(user_permissions__isnull=False)
    let_in = Exists(_open_grants(day).filter(user=OuterRef("pk")))
    return get_user_model().objects.filter(holds | let_in, employee__in=leavers(day)).order_by("pk").distinct()


def _open_grants(day: date) -> QuerySet[AuditorGrant]:
    """The grants that let somebody in on a day, or will."""
    return AuditorGrant.objects.filter(last_day__gte=day, revoked_at__isnull=True)


def _holds_roles(account: Any) -> bool:
    flags = account.is_staff or account.is_superuser
    return bool(flags or account.groups.exists() or account.user_permissions.exists())


def _take_roles(account: Any, now: datetime) -> None:
    names = sorted(account.groups.values_list("name", flat=True))
    facts = {"user": account.pk, "groups": names, "staff": account.is_staff, "superuser": account.is_superuser}
    append(kind="access.roles_withdrawn", at=now, facts=facts)
    account.groups.clear()
    account.user_permissions.clear()
    account.is_staff = account.is_superuser = False
    account.save(update_fields=["is_staff", "is_superuser"])
