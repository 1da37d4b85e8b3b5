"""Write the evidence pack of one campaign or several."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.access.export import record_export
from training.campaigns.models import Assignment, Campaign
from training.errors import TrainingError
from training.ledger.keys import load_key
from training.ledger.queries import unsealed
from training.ledger.seal import seal
from training.reports.pack.entries import by_rows, sealed
from training.reports.pack.file import require_free, write_whole
from training.reports.pack.write import Figures, evidence_pack, require_evidence

BAR = 30


class Command(BaseCommand):
    """Record the export, seal, and write the ZIP file."""

    help = (
        "Seal the ledger, and write everything that proves a campaign, or two fiscal years of them, into one ZIP file "
        "that anybody can check offline. The file appears whole or not at all. Exit 1 where it cannot be written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("codes", nargs="+", metavar="CODE", help="a campaign's code, such as FY2026")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.zip", help="the file to write")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="add the table of the end of that day"
        )
        parser.add_argument(
            "--no-pledge-pdfs", action="store_true", help="leave out the readable copies of the pledges"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what it would hold, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, or say why not."""
        campaigns = [self._campaign(code) for code in options["codes"]]
        try:
            require_evidence(campaigns)
            require_free(options["out"])
            result = self._counted(campaigns) if options["dry_run"] else self._written(campaigns, options)
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        elif options["dry_run"]:
            self.stdout.write(
                _("%(people)d people, %(entries)d entries sealed, %(unsealed)d in the whole ledger not yet.") % result
            )
        else:
            self.stdout.write(_("%(file)s: %(people)d people, %(entries)d entries, %(seconds).1f seconds.") % result)
            self.stdout.write(f"SHA-256 {result['sha256']}")

    def _campaign(self, code: str) -> Campaign:
        campaign = Campaign.objects.filter(code=code).select_related("revision", "statement").first()
        if campaign is None:
            raise CommandError(_("There is no campaign %(code)s.") % {"code": code})
        return campaign

    def _counted(self, campaigns: list[Campaign]) -> dict[str, Any]:
        size = 2**63 - 1  # whatever is sealed
        return {
            "file": None,
            "entries": by_rows(campaigns, size=size).count(),
            "people": sealed(Assignment.objects.filter(campaign__in=campaigns), size).count(),
            "unsealed": unsealed(),
        }

    def _written(self, campaigns: list[Campaign], options: dict[str, Any]) -> dict[str, Any]:
        began, key, figures = time.monotonic(), load_key(), Figures()
        record_export(campaigns=campaigns, now=timezone.now())
        seal(now=timezone.now(), key=key)
        pieces = evidence_pack(
            campaigns=campaigns,
            key=key,
            now=timezone.now(),
            as_of=options["as_of"],
            copies=not options["no_pledge_pdfs"],
            progress=self._progress(),
            figures=figures,
            clock=timezone.now,
        )
        digest = write_whole(pieces, path=options["out"])
        return {
            "file": str(options["out"]),
            "sha256": digest,
            "entries": figures.entries,
            "people": figures.people,
            "files": figures.files,
            "checkpoint": figures.checkpoint,
            "seconds": round(time.monotonic() - began, 3),
        }

    def _progress(self) -> Callable[[int, int], None] | None:
        """Draw a bar on a terminal, on one line that the result then overwrites."""
        if not self.stderr.isatty():
            return None
        shown = -1

        def draw(done: int, of: int) -> None:
            nonlocal shown
            percent = 100 * done // max(of, 1)
            if percent != shown:
                shown = percent
                bar = "#" * (BAR * percent // 100)
                self.stderr.write(f"\r[{bar:<{BAR}}] {percent:3}% {done:,}/{of:,}", ending="\r" if done >= of else "")
                self.stderr.flush()

        return draw
