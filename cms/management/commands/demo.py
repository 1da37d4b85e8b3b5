"""Run the main job on real input, then serve the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cms.demo.browser import Unexpected
from cms.demo.company import NobodyLeft
from cms.demo.run import run
from training.errors import TrainingError


class Command(BaseCommand):
    """Make an invented company, drive one employee through the whole year over HTTP, and serve the result."""

    help = (
        "Make an invented company of thirty, drive one employee through the year's training over real HTTP, show HR's "
        "and the auditor's side, and serve the site. Each run drives the next employee. State lives under var/."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Name the options."""
        parser.add_argument("--no-serve", action="store_true", help="stop after the main job")
        parser.add_argument("--port", type=int, default=8000, help="port on the loopback address (default 8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run it; what goes wrong is said in one line and exits 1."""
        if not settings.DEBUG:
            raise CommandError("The demo runs only with development settings: it makes accounts with passwords.")
        try:
            run(
                folder=Path(settings.VAR) / "demo",
                fixtures=Path(settings.BASE_DIR) / "fixtures",
                port=options["port"],
                serve=not options["no_serve"],
                say=self.stdout.write,
            )
        except (TrainingError, Unexpected, NobodyLeft, OSError) as reason:
            raise CommandError(str(reason)) from reason
