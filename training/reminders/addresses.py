"""Where people are written to, and in which language."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Subquery
from django.utils.translation import get_supported_language_variant

from training.access.roles import Role
from training.conf import conf
from training.people.models import EmailAddress, Employee
from training.people.queries import on
from training.people.scim_models import ScimUser


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


def language_of(employee: UUID | None) -> str:
    """In which language somebody is written to: as the identity provider says, or else as the company does."""
    user = ScimUser.objects.filter(employee=employee).first() if employee else None
    resource: dict[str, Any] = user.resource if user else {}
    return known_language(str(resource.get("preferredLanguage") or resource.get("locale") or ""))


def known_language(wanted: str) -> str:
    """The site's language that comes nearest to a tag such as ``en-US``; the company's where none does."""
    tag = wanted.split(",")[0].strip().lower().replace("_", "-")
    try:
        found = get_supported_language_variant(tag)
    except LookupError:
        return conf.language
    return found if found in dict(settings.LANGUAGES) else conf.language
