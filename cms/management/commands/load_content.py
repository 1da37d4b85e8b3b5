"""Bring the lesson files into Wagtail and publish them."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from cms.load_content import content_files, load_content
from training.errors import TrainingError


class Command(BaseCommand):
    """Load, publish, and say what changed."""

    help = (
        "Load policies (.txt), pledges (.md) and modules (.yaml), and publish what is new or changed in them. "
        "Loading twice changes nothing; what somebody has edited in the admin since is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument(
            "files", metavar="FILE", type=Path, nargs="*", help="default: all that come with the product"
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="replace what was edited or unpublished in the admin"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load; a refusal names file, place and fault, and exits 1."""
        files = options["files"] or content_files()
        self.done, self.total = 0, len(files)
        try:
            loaded = load_content(
                files=files,
                now=timezone.now(),
                dry_run=options["dry_run"],
                overwrite=options["overwrite"],
                progress=self._progress,
            )
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if options["json"]:
            self.stdout.write(json.dumps({"dry_run": options["dry_run"], **asdict(loaded)}, ensure_ascii=False))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        words = {"new": _("new"), "changed": _("changed"), "unchanged": _("unchanged"), "kept": _("kept as edited")}
        for name, state in loaded.files.items():
            self.stdout.write(f"{name}: {words[state]}")
        counts = ", ".join(f"{words[state]} {count}" for state, count in loaded.questions.items() if count)
        if counts:
            self.stdout.write(_("Questions: %(counts)s") % {"counts": counts})

    def _progress(self, name: str) -> None:
        """Count on a terminal, on one line that the result then overwrites."""
        self.done += 1
        if self.stderr.isatty():
            self.stderr.write(f"\r{self.done}/{self.total} {name} ", ending="")
            self.stderr.flush()
