"""Say why somebody is in a campaign, or is not."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.calendar import day_of
from training.campaigns.explain import explain
from training.campaigns.models import Campaign
from training.conf import conf
from training.errors import TrainingError
from training.people.models import Employment
from training.people.numbers import plain_number
from training.rounds.named import named_for


class Command(BaseCommand):
    """Print the assignment's facts, and what the campaign's rules say of the person on a day."""

    help = "Say why somebody is in a campaign, or is not: the assignment, its due day, and what the audience says."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("number", help="the staff number, such as 000101")
        parser.add_argument("code", help="the campaign's code, such as FY2026")
        parser.add_argument(
            "--day", type=date.fromisoformat, help="as of this day, such as 2026-11-30; without it, today"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Explain, or say who or what is not there."""
        campaign = Campaign.objects.filter(code=options["code"]).first()
        if campaign is None:
            raise CommandError(_("There is no campaign %(code)s.") % {"code": options["code"]})
        day = options["day"] or day_of(timezone.now(), conf.time_zone)
        employment = _employment(plain_number(options["number"]), day)
        if employment is None:
            raise CommandError(_("Nobody has, or had, the staff number %(number)s.") % {"number": options["number"]})
        try:
            found = explain(campaign=campaign, employment=employment, day=day, named=named_for(campaign))
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if options["json"]:
            result = {
                "number": employment.number,
                "code": campaign.code,
                "day": day.isoformat(),
                "in": found.is_in,
                "assigned": found.assignment is not None,
                "because": found.verdict.cause if found.verdict else None,
                "facts": found.facts,
                "words": found.words,
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(found.words))


def _employment(number: str, day: date) -> Employment | None:
    """The employment under a number that holds on a day, else the nearest; one no longer believed where none is."""
    rows = Employment.objects.filter(number=number).order_by("-valid_from", "-recorded_at")
    believed = rows.filter(superseded_at__isnull=True)
    return believed.filter(valid_from__lte=day).first() or believed.last() or rows.first()
