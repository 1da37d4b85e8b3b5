"""Follow the roster in every open campaign, daily."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.models import Campaign
from training.rounds.daily import Outcome, daily_round

BAR = 40


class Command(BaseCommand):
    """Draft next year's campaigns, take newcomers in, close leavers, move due days, credit."""

    help = (
        "Daily: draft what repeating plans ask for; in every open campaign (or those named) assign newcomers, close "
        "leavers, move due days after leaves, and credit earlier signatures. Exit 1 where a campaign could not be done."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument(
            "codes", nargs="*", metavar="CODE", help="campaigns, such as FY2026; without any, all open ones"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be done to whom, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what was done, campaign by campaign."""
        for code in options["codes"]:
            if not Campaign.objects.filter(code=code, state=Campaign.State.OPEN).exists():
                raise CommandError(_("There is no open campaign %(code)s.") % {"code": code})
        progress = self._progress if sys.stderr.isatty() else None
        found = daily_round(now=timezone.now(), dry_run=options["dry_run"], codes=options["codes"], progress=progress)
        if options["json"]:
            campaigns = [_result(outcome) for outcome in found.campaigns]
            self.stdout.write(json.dumps({"drafted": found.drafted, "campaigns": campaigns}, ensure_ascii=False))
        else:
            for code in found.drafted:
                self.stdout.write(_("%(code)s: drafted, to be approved.") % {"code": code})
            for outcome in found.campaigns:
                self._say(outcome, people=options["dry_run"])
        if found.failed:
            raise CommandError(_("Not every campaign could be followed."))

    def _say(self, outcome: Outcome, *, people: bool) -> None:
        if outcome.assigned is None:
            self.stderr.write(f"{outcome.code}: {outcome.failed}")
            return
        self.stdout.write(
            _(
                "%(code)s: %(added)d added, %(closed)d closed, %(reopened)d opened again, "
                "%(due_moved)d due days moved, %(credited)d credited, %(unchanged)d unchanged."
            )
            % _result(outcome)
        )
        if outcome.failed:
            self.stderr.write(f"{outcome.code}: {outcome.failed}")
        if people:
            for what, numbers in outcome.assigned.people.items():
                for number in numbers:
                    self.stdout.write(f"  {what}\t{number}")

    def _progress(self, done: int, of: int) -> None:
        """Draw a bar on a terminal, on one line that the result then overwrites."""
        bar = "#" * (BAR * done // max(of, 1))
        sys.stderr.write(f"\r[{bar:<{BAR}}] {done}/{of}" + ("\r" if done >= of else ""))
        sys.stderr.flush()


def _result(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = {"code": outcome.code, **({"failed": outcome.failed} if outcome.failed else {})}
    if outcome.assigned is None:
        return found
    one = outcome.assigned
    return found | {
        "added": one.added,
        "closed": one.closed,
        "reopened": one.reopened,
        "due_moved": one.due_moved,
        "unchanged": one.unchanged,
        "credited": outcome.credited,
        "people": {name: list(numbers) for name, numbers in one.people.items()},
    }
