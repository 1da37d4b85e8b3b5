"""Begin a campaign: open it to those whom its kind and its audience name, and credit what they signed before."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction

from training.attestation.credit import credit
from training.campaigns.models import Campaign, CampaignEvent
from training.campaigns.open import open_campaign
from training.rounds.named import named_for


@transaction.atomic
def begin(*, campaign: Campaign, by: AbstractBaseUser | None, now: datetime) -> CampaignEvent:
    """Open an approved campaign, and credit by its rule; both or neither. Raises as ``open_campaign`` does."""
    event = open_campaign(campaign=campaign, by=by, now=now, named=named_for(campaign))
    credit(campaign=campaign, now=now)
    return event
