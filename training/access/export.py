"""Record that evidence was exported where no account stands behind it: by a command on the server."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from training.campaigns.models import Campaign
from training.ledger.append import append
from training.ledger.models import Entry

EXPORTED = "access.exported"


@transaction.atomic
def record_export(*, campaigns: Sequence[Campaign], now: datetime) -> Entry:
    """Write an export by a command into the ledger: who may run one has the database itself, and needs no account."""
    facts = {"campaigns": [campaign.code for campaign in campaigns], "by": "command"}
    return append(kind=EXPORTED, at=now, facts=facts)
