"""Teach a newer version of a module in an open campaign."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import CommandError
from django.utils.translation import gettext as _

from training.campaigns.adopt import adopt
from training.campaigns.models import Campaign, CampaignEvent
from training.catalogue.models import Module
from training.management.decision import Decision


class Command(Decision):
    """Pin the newest version; who has begun the module stays with the one begun."""

    help = "Teach the newest version of MODULE in an open campaign, to everybody who has not opened the module yet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the module."""
        super().add_arguments(parser)
        parser.add_argument("module", help="the module's label, such as article-3")

    def decide(self, campaign: Campaign, options: dict[str, Any], now: datetime) -> CampaignEvent:
        """Adopt it."""
        module = Module.objects.filter(slug=options["module"]).first()
        if module is None:
            raise CommandError(_("There is no module %(module)s.") % {"module": options["module"]})
        return adopt(campaign=campaign, module=module, reason=options["reason"], by=None, now=now)

    def said(self, event: CampaignEvent) -> dict[str, Any]:
        """What was adopted, and for how many tasks."""
        return {"versions": event.facts["adopted"]["versions"], **event.facts["tasks"]}

    def words(self, campaign: Campaign, result: dict[str, Any]) -> str:
        """For how many."""
        return _("%(moved)d people are taught the new version, %(stayed)d stay with the one that they began.") % result
