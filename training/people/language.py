"""In which language somebody is written to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import get_supported_language_variant
from django.utils.translation import gettext_lazy as _

from training.conf import conf
from training.errors import Invalid
from training.people.account_models import MailLanguage
from training.people.models import Employee


def language_of(employee: UUID | None) -> str:
    """In which language somebody is written to: as the person has chosen, else as the identity provider says.

    Who is known by neither is written to in the company's. One query.
    """
    chosen, resource = _told_of(employee) if employee else ("", {})
    return known_language(str(chosen or resource.get("preferredLanguage") or resource.get("locale") or ""))


def choose_language(*, employee: Employee, language: str) -> None:
    """Keep in which of the site's languages the person wishes to be written to. Raises ``Invalid`` for another."""
    if language not in dict(settings.LANGUAGES):
        raise Invalid(_("This site does not write in this language."))
    MailLanguage.objects.update_or_create(employee=employee, defaults={"language": language})


def _told_of(employee: UUID) -> tuple[str, dict[str, Any]]:
    rows = Employee.objects.filter(pk=employee).values_list("mail_language__language", "scim_user__resource")
    chosen, resource = rows.first() or (None, None)
    return chosen or "", resource or {}


def known_language(wanted: str) -> str:
    """The site's language that comes nearest to a tag such as ``en-US``; the company's where none does."""
    tag = wanted.split(",")[0].strip().lower().replace("_", "-")
    try:
        found = get_supported_language_variant(tag)
    except LookupError:
        return conf.language
    return found if found in dict(settings.LANGUAGES) else conf.language
