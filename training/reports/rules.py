"""A campaign's stored rules in the words of ``rule_words``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import get_language

from training.campaigns import audience, due
from training.campaigns import credits as credit_rules
from training.reports.rule_words import audience_words, credit_words, due_words


def in_words(campaign: Any, *, paths: Mapping[UUID, str], language: str | None = None) -> dict[str, Any]:
    """Return ``who``, ``when`` and ``credit`` of a campaign, in a language, the reader's where none is named.

    ``paths`` are the departments' (``people.queries.department_paths``).
    """
    spoken = language or get_language() or "ja"
    rule = due.from_json(campaign.due_rule) if campaign.due_rule else None
    counting = credit_rules.from_json(campaign.credit_rule) if campaign.credit_rule else None
    asked = audience.from_json(campaign.audience)
    return {
        "who": audience_words(asked, kind=campaign.kind, departments=paths, language=spoken),
        "when": due_words(rule, due_on=campaign.due_on, kind=campaign.kind, language=spoken),
        "credit": credit_words(counting, language=spoken),
    }
