"""Number and sign what waits in the ledger."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.errors import TrainingError
from training.ledger.keys import load_key
from training.ledger.queries import latest_checkpoint, unsealed
from training.ledger.seal import seal


class Command(BaseCommand):
    """Seal once."""

    help = "Give every waiting entry of the ledger its number, and sign one checkpoint over all of them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="say how many entries wait, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        before = latest_checkpoint()
        if options["dry_run"]:
            checkpoint = None
        else:
            try:
                checkpoint = seal(now=timezone.now(), key=load_key())
            except TrainingError as reason:
                raise CommandError(str(reason)) from reason
        latest = checkpoint or before
        waiting = unsealed()
        result = {
            "sealed": checkpoint.size - (before.size if before else 0) if checkpoint else 0,
            "waiting": waiting,
            "size": latest.size if latest else 0,
            "root": latest.root if latest else None,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
        elif options["dry_run"]:
            self.stdout.write(ngettext("%(n)d entry waits.", "%(n)d entries wait.", waiting) % {"n": waiting})
        elif checkpoint is None:
            self.stdout.write(_("Nothing waits: the ledger is sealed up to its end."))
        else:
            self.stdout.write(_("Sealed %(sealed)d entries; the log has %(size)d, its root is %(root)s.") % result)
