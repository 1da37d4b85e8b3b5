"""Record who looked at evidence, and why."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.ledger.append import append


@transaction.atomic
def record_access(
    *,
    user: AbstractBaseUser,
    action: AccessLog.Action,
    campaign: Campaign | None,
    what: str,
    why: str,
    now: datetime,
) -> AccessLog:
    """Write one look into the log. ``what`` names table and key, never a personal value; ``why`` the right used."""
    row = AccessLog(user_id=user.pk, action=action, campaign=campaign, what=what, why=why, at=now)
    append(kind="access.looked", at=now, rows=[row])
    return row
