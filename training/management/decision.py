"""What commands that decide on a whole campaign share: a code, a reason, a dry run that is taken back, JSON."""

from __future__ import annotations

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.models import Campaign, CampaignEvent
from training.errors import TrainingError


def day(text: str) -> date:
    """An option's day."""
    try:
        return date.fromisoformat(text)
    except ValueError as reason:
        raise ArgumentTypeError(f"no day such as 2026-12-25: {text!r}") from reason


class Decision(BaseCommand):
    """One verb on one campaign. A dry run does it and takes it back, so that it says exactly what would be."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name what each of them takes."""
        parser.add_argument("code", help="the campaign's code, such as FY2026")
        parser.add_argument("--reason", required=True, help="why; kept beside the record, at most 1,000 characters")
        parser.add_argument("--dry-run", action="store_true", help="say what would be, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, or say why not."""
        campaign = Campaign.objects.filter(code=options["code"]).first()
        if campaign is None:
            raise CommandError(_("There is no campaign %(code)s.") % {"code": options["code"]})
        try:
            with transaction.atomic():
                event = self.decide(campaign, options, timezone.now())
                campaign.refresh_from_db()
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        result = {"code": campaign.code, "state": campaign.state, "dry_run": options["dry_run"], **self.said(event)}
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        self.stdout.write(self.words(campaign, result))

    def decide(self, campaign: Campaign, options: dict[str, Any], now: datetime) -> CampaignEvent:
        """Call the verb."""
        raise NotImplementedError

    def said(self, event: CampaignEvent) -> dict[str, Any]:
        """What of the event is printed."""
        return dict(event.facts.get("figures", {}))

    def words(self, campaign: Campaign, result: dict[str, Any]) -> str:
        """The result in a sentence."""
        raise NotImplementedError
