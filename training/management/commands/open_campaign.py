"""Open an approved campaign."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.calendar import day_of
from training.campaigns.models import Campaign
from training.campaigns.open import open_campaign
from training.conf import conf
from training.errors import TrainingError
from training.people.queries import employed_on


class Command(BaseCommand):
    """Pin the versions and assign everyone who is employed today."""

    help = "Open an approved campaign: pin the published modules, and assign everyone who is employed today."

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
        if options["dry_run"]:
            assigned = employed_on(day_of(now, conf.time_zone)).count()
        else:
            try:
                open_campaign(campaign=campaign, by=None, now=now)
            except TrainingError as reason:
                raise CommandError(str(reason)) from reason
            assigned = campaign.assignments.count()
        result = {"code": campaign.code, "state": campaign.state, "assigned": assigned}
        if options["json"]:
            self.stdout.write(json.dumps(result))
        elif options["dry_run"]:
            self.stdout.write(_("%(assigned)d people would be assigned.") % result)
        else:
            self.stdout.write(_("%(code)s is open; %(assigned)d people are assigned.") % result)
