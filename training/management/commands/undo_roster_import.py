"""Take an import of a staff list back."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.campaigns.calendar import day_of
from training.conf import conf
from training.errors import TrainingError
from training.people.roster_models import RosterImport
from training.people.undo_import import preview_undoing, undo_import
from training.reports.dependents import concerned, dependents_among, dependents_of

A_FEW = 50


class Command(BaseCommand):
    """Say what depends on the import, and take it back."""

    help = (
        "Take back what import NUMBER changed, by another import. People whose records were changed since stay as they "
        "are. What evidence there is of these people since the import is counted, and with --people told by person."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("number", metavar="NUMBER", type=int)
        parser.add_argument("--dry-run", action="store_true", help="say what would be taken back, and write nothing")
        parser.add_argument(
            "--people",
            metavar="MOST",
            type=int,
            nargs="?",
            const=A_FEW,
            default=0,
            help=f"name the people of whom there is evidence since, and how much; at most so many, {A_FEW} by default",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Take it back."""
        roster_import = RosterImport.objects.filter(number=options["number"]).first()
        if roster_import is None:
            raise CommandError(_("There is no import %(number)d.") % {"number": options["number"]})
        try:
            undoing = preview_undoing(roster_import=roster_import)
            depends = dependents_of(roster_import)
            people = concerned(roster_import)
            most = max(options["people"], 0)
            # Before it is done: whoever came by this import is in the records no more afterwards.
            today = day_of(timezone.now(), conf.time_zone)
            shown = dependents_among(list(people[:most]), roster_import, today=today) if most else []
            made = None
            if not options["dry_run"]:
                made = undo_import(roster_import=roster_import, depends=depends, by=None, now=timezone.now())
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        result: dict[str, Any] = {
            "dry_run": options["dry_run"],
            "import": made.number if made else None,
            "restored": len(undoing.restored),
            "kept": len(undoing.kept),
            "renumbered": len(undoing.renumbered),
            "depends": depends,
        }
        if most:
            result["people"] = [{"number": one.number, "name": one.name, **one.counts} for one in shown]
            result["concerned"] = people.count()
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        self.stdout.write(_("Restored: %(restored)d. Changed since, and left as they are: %(kept)d.") % result)
        if undoing.renumbered:
            self.stdout.write(_("Have their former staff numbers again: %(renumbered)d.") % result)
        self.stdout.write(
            _(
                "Evidence since about these people: %(assignments)d assignments, %(completions)d completed modules, "
                "%(signatures)d signatures, %(certificates)d certificates."
            )
            % depends
        )
        for one in shown:
            told = _(
                "%(assignments)d assignments, %(completions)d completed modules, %(signatures)d signatures, "
                "%(certificates)d certificates"
            )
            self.stdout.write(f"  {one.number} {one.name}: {told % one.counts}")
        if most and (more := result["concerned"] - len(shown)):
            self.stdout.write(
                ngettext("… and %(count)d more person", "… and %(count)d more people", more) % {"count": more}
            )
