"""Record that evidence was exported: who took it where no account stands behind it, and what went out, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from training.campaigns.models import Campaign
from training.conf import conf
from training.ledger.append import append, hide
from training.ledger.models import Entry

EXPORTED = "access.exported"
PACKED = "access.pack_written"
FILES = "files"


@transaction.atomic
def record_export(*, campaigns: Sequence[Campaign], now: datetime) -> Entry:
    """Write an export by a command into the ledger: who may run one has the database itself, and needs no account."""
    facts = {"campaigns": [campaign.code for campaign in campaigns], "by": "command"}
    return append(kind=EXPORTED, at=now, facts=facts)


@transaction.atomic
def record_pack(
    *, campaigns: Iterable[Campaign], size: int, files: dict[str, Any], count: int, made_at: datetime, now: datetime
) -> Entry:
    """Write into the ledger what an evidence pack consists of, so that none of its files can be made anew unseen.

    ``size`` is that of the checkpoint whose state the pack shows, ``files``
    what it holds by path and SHA-256, ``count`` how many that are. Paths name
    people, and what identifies nobody may still be guessed from its digest:
    ``files`` is a disclosure, and only the rest is public.
    """
    facts = {
        "campaigns": [campaign.code for campaign in campaigns],
        "size": size,
        "count": count,
        "made_at": made_at,
        "zone": conf.time_zone.key,
    }
    return append(kind=PACKED, at=now, facts=facts, disclosures=[hide(FILES, files)])
