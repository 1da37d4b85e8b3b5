"""Mark open papers whose time is up, and papers that still count a withdrawn question."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from training.quiz.queries import expired_papers
from training.quiz.remark import mark_again, to_mark_again
from training.quiz.sitting import close_expired


class Command(BaseCommand):
    """Close, then mark again; run it as often as you like."""

    help = (
        "Mark every open paper whose time is up on what was saved in time, "
        "and mark every paper again that still counts a withdrawn question."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--dry-run", action="store_true", help="say how many papers wait, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print how many there were of each."""
        now = timezone.now()
        if options["dry_run"]:
            result = {"closed": 0, "remarked": 0, "passed": 0}
            waiting = {"expired": expired_papers(now=now).count(), "to_remark": len(to_mark_again())}
        else:
            closed = close_expired(now=now)
            remarked = mark_again(now=now)
            result = {"closed": closed, "remarked": remarked.papers, "passed": remarked.passed}
            waiting = {"expired": 0, "to_remark": 0}
        if options["json"]:
            self.stdout.write(json.dumps(result | waiting))
        elif options["dry_run"]:
            self.stdout.write(_("%(expired)d papers are to be closed, %(to_remark)d to be marked again.") % waiting)
        else:
            self.stdout.write(
                _("%(closed)d papers closed, %(remarked)d marked again, of which %(passed)d are passed now.") % result
            )
