"""Take questions from a file of another system into a module's pool."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from cms.import_questions import import_questions, look, module_page
from training.errors import TrainingError
from training.quiz.formats.reading import as_json
from training.quiz.formats.sheet import with_errors


class Command(BaseCommand):
    """Read, write drafts, and say what became of each question."""

    help = (
        "Read GIFT, Aiken, Moodle XML, QTI 1.2, 2.1, 2.2 or 3.0 (items and packages), or the question sheet (Excel, "
        "CSV), and put each question into the module's pool as a draft. What cannot be taken over is named."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--module", metavar="SLUG", required=True, help="whose pool the questions go into")
        parser.add_argument("--dry-run", action="store_true", help="say what the file holds, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        parser.add_argument("--report", metavar="XLSX", type=Path, help="the sheet again, with the reasons in it")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import; a question that is refused is no failure of the command."""
        path = Path(options["file"])
        try:
            data = path.read_bytes()
            if options["dry_run"]:
                outcome = look(data=data, name=path.name)
            else:
                page = module_page(options["module"])
                outcome = import_questions(data=data, name=path.name, page=page)
        except OSError as reason:
            raise CommandError(f"{path}: {reason.strerror}") from reason
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if options["report"]:
            try:
                options["report"].write_bytes(with_errors(data, outcome))
            except ValueError as reason:
                raise CommandError(str(reason)) from reason
        if options["json"]:
            self.stdout.write(json.dumps(as_json(outcome), ensure_ascii=False))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        for question in outcome.imported:
            self.stdout.write(f"+ {question.name} ({question.type})")
        for refused in outcome.refused:
            place = f"{refused.line}: " if refused.line else ""
            self.stdout.write(f"- {place}{refused.name} ({refused.type}): {refused.reason}")
