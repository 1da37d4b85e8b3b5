"""Record who looked at evidence, and why."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.ledger.append import append, hide

NOTE = "note"


class Why(models.TextChoices):
    """By what right somebody looked, or for which of an auditor's purposes a person was opened."""

    GRANT = "grant", _("By the auditor's grant")
    HR = "hr", _("As HR")
    PRIVACY_OFFICER = "privacy_officer", _("As the privacy officer")
    SAMPLE = "sample", _("Examining a sample")
    CLAIM = "claim", _("Checking a statement or a claim")
    OTHER = "other", _("Another purpose")


@transaction.atomic
def record_access(
    *,
    user: AbstractBaseUser,
    action: AccessLog.Action,
    campaign: Campaign | None,
    what: str,
    why: str,
    now: datetime,
    note: str = "",
) -> AccessLog:
    """Write one look into the log.

    ``what`` names table and key, never a personal value; ``why`` is one of
    ``Why``. What the person adds in own words may name somebody: ``note`` is
    a disclosure of the entry, and can be erased.
    """
    row = AccessLog(user_id=user.pk, action=action, campaign=campaign, what=what, why=why, at=now)
    append(kind="access.looked", at=now, rows=[row], disclosures=[hide(NOTE, note)] if note else [])
    return row
