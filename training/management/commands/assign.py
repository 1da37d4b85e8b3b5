"""Follow the roster in every open campaign, daily."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.campaigns.assign import Assigned
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
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would be drafted, what would be done to whom and who would be credited; write nothing",
        )
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
            if options["dry_run"]:
                self.stdout.write(_("Dry run: nothing was written."))
            for draft in found.drafts:
                self._say_drafted(draft, dry_run=options["dry_run"])
            for outcome in found.campaigns:
                self._say(outcome, people=options["dry_run"])
        if found.failed:
            raise CommandError(_("Not every campaign could be followed."))

    def _say_drafted(self, draft: Campaign, *, dry_run: bool) -> None:
        if not dry_run:
            self.stdout.write(_("%(code)s: drafted, to be approved.") % {"code": draft.code})
            return
        said = {
            "code": draft.code,
            "title": draft.title,
            "first": date_format(draft.first_day, "DATE_FORMAT"),
            "last": date_format(draft.last_day, "DATE_FORMAT"),
        }
        self.stdout.write(_("%(code)s: would be drafted: “%(title)s”, %(first)s to %(last)s.") % said)

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
            for what, numbers in _people(outcome, outcome.assigned).items():
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
        "people": {name: list(numbers) for name, numbers in _people(outcome, one).items()},
    }


def _people(outcome: Outcome, assigned: Assigned) -> Mapping[str, tuple[str, ...]]:
    """Staff numbers by what is done; a dry run names those who would be credited too."""
    return {**assigned.people, **({"credited": outcome.credits} if outcome.credits else {})}
