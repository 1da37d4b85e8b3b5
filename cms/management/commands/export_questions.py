"""Write a module's questions into a file for another system."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.import_questions import export_questions, module_page
from training.errors import TrainingError
from training.quiz.formats.reading import WRITERS


class Command(BaseCommand):
    """Write, and name what the format cannot carry."""

    help = "Write the questions of a module's pool as GIFT, Moodle XML, a QTI 3.0 package or an Excel sheet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--module", metavar="SLUG", required=True)
        parser.add_argument("--to", metavar="FORMAT", required=True, choices=list(WRITERS))

    def handle(self, *args: Any, **options: Any) -> None:
        """Export; what the format cannot carry is named and left out."""
        path = Path(options["file"])
        try:
            written = export_questions(page=module_page(options["module"]), to=options["to"])
            path.write_bytes(written.data)
        except OSError as reason:
            raise CommandError(f"{path}: {reason.strerror}") from reason
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        for refused in written.refused:
            self.stderr.write(f"- {refused.name} ({refused.type}): {refused.reason}")
