"""Close a campaign."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from training.campaigns.close import close
from training.campaigns.models import Campaign, CampaignEvent
from training.management.decision import Decision


class Command(Decision):
    """Fix the figures; nobody can go on afterwards."""

    help = "Close an open campaign: its figures are fixed, and nobody can go on. There is no opening again."

    def decide(self, campaign: Campaign, options: dict[str, Any], now: datetime) -> CampaignEvent:
        """Close it."""
        return close(campaign=campaign, reason=options["reason"], by=None, now=now)

    def words(self, campaign: Campaign, result: dict[str, Any]) -> str:
        """The figures as fixed."""
        return (
            _(
                "%(code)s is closed. Assigned %(assigned)d: signed %(signed)d, credited %(credited)d, "
                "exempt %(exempt)d, closed %(closed)d, outstanding %(outstanding)d."
            )
            % result
        )
