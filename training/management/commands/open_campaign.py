"""Open an approved campaign."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.models import Campaign
from training.campaigns.open import audience_of
from training.errors import TrainingError
from training.rounds.begin import begin
from training.rounds.named import named_for


class Command(BaseCommand):
    """Pin the versions, assign whoever is in the audience today, and credit what was signed before."""

    help = "Open an approved campaign: pin the published modules, assign its audience of today, and credit by its rule."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("code", help="the campaign's code, such as FY2026")
        parser.add_argument("--dry-run", action="store_true", help="say how many would be assigned, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Open it, or say why not."""
        campaign = Campaign.objects.filter(code=options["code"]).first()
        if campaign is None:
            raise CommandError(_("There is no campaign %(code)s.") % {"code": options["code"]})
        now = timezone.now()
        try:
            if options["dry_run"]:
                assigned = len(audience_of(campaign=campaign, now=now, named=named_for(campaign)))
            else:
                begin(campaign=campaign, by=None, now=now)
                assigned = campaign.assignments.count()
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        result = {"code": campaign.code, "state": campaign.state, "assigned": assigned}
        if options["json"]:
            self.stdout.write(json.dumps(result))
        elif options["dry_run"]:
            self.stdout.write(_("%(assigned)d people would be assigned.") % result)
        else:
            self.stdout.write(_("%(code)s is open; %(assigned)d people are assigned.") % result)
