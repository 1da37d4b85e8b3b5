"""Cancel a campaign."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from training.campaigns.cancel import cancel
from training.campaigns.models import Campaign, CampaignEvent
from training.management.decision import Decision


class Command(Decision):
    """Ask nothing of anybody any more; what was signed stays signed."""

    help = "Cancel a draft, approved or open campaign: everybody who has not signed is closed; what was signed stays."

    def decide(self, campaign: Campaign, options: dict[str, Any], now: datetime) -> CampaignEvent:
        """Cancel it."""
        return cancel(campaign=campaign, reason=options["reason"], by=None, now=now)

    def words(self, campaign: Campaign, result: dict[str, Any]) -> str:
        """That it is so."""
        return _("%(code)s is cancelled.") % result
