"""Issue the certificates that signatures wait for."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.certificates.issue import issue_waiting, waiting
from training.errors import TrainingError


class Command(BaseCommand):
    """Seal, then issue whatever is missing; run it as often as you like."""

    help = "Seal the ledger and issue every certificate that a signature waits for. Exit 1 where one cannot be issued."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--dry-run", action="store_true", help="say how many wait, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print what was issued, and what was not and why."""
        if options["dry_run"]:
            result: dict[str, Any] = {"waiting": len(waiting()), "issued": [], "refused": []}
        else:
            try:
                outcome = issue_waiting(now=timezone.now())
            except TrainingError as reason:
                raise CommandError(str(reason)) from reason
            result = {
                "waiting": len(outcome.refused),
                "issued": [certificate.serial for certificate in outcome.issued],
                "refused": [{"attestation": str(key), "reason": str(why)} for key, why in outcome.refused.items()],
            }
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self.stdout.write(
                _("Issued %(issued)d certificates; %(waiting)d wait.")
                % {"issued": len(result["issued"]), "waiting": result["waiting"]}
            )
            for row in result["refused"]:
                self.stderr.write(f"{row['attestation']}: {row['reason']}")
        if result["refused"]:
            raise CommandError(_("Not every certificate could be issued."))
