"""Whom a campaign's kind names, beside its audience rule."""

from __future__ import annotations

from training.campaigns.choosing import Named
from training.campaigns.models import Campaign
from training.changes.signers import signers_of_earlier


def named_for(campaign: Campaign) -> Named | None:
    """On a change of the policy, those who signed an earlier text; None for every other kind."""
    return signers_of_earlier(campaign) if campaign.kind == Campaign.Kind.CHANGE else None
