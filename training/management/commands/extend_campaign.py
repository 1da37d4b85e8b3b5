"""Extend a campaign."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from training.campaigns.extend import extend_campaign
from training.campaigns.models import Campaign, CampaignEvent
from training.management.decision import Decision, day


class Command(Decision):
    """Later days for everybody who still has to do it."""

    help = "Extend an open campaign. Days can only become later; what is not named stays, the last two no earlier."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the days."""
        super().add_arguments(parser)
        parser.add_argument("--due-on", type=day, help="the new due day, such as 2027-01-29")
        parser.add_argument("--last-day", type=day, help="the new last day (default: as it is, or the due day)")
        parser.add_argument("--valid-until", type=day, help="until when certificates are valid (default: as it is)")

    def decide(self, campaign: Campaign, options: dict[str, Any], now: datetime) -> CampaignEvent:
        """Extend it."""
        due_on = options["due_on"] or campaign.due_on
        return extend_campaign(
            campaign=campaign,
            due_on=due_on,
            last_day=options["last_day"] or max(campaign.last_day, due_on),
            valid_until=options["valid_until"] or max(campaign.valid_until, due_on),
            reason=options["reason"],
            by=None,
            now=now,
        )

    def said(self, event: CampaignEvent) -> dict[str, Any]:
        """The days as they are now, and how many people have another."""
        return {name: event.facts[name] for name in ("due_on", "last_day", "valid_until", "moved")}

    def words(self, campaign: Campaign, result: dict[str, Any]) -> str:
        """The new day, and for how many."""
        return _("%(code)s is due on %(due_on)s; %(moved)d people have a new due day.") % result
