"""Give a department another name or place."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from training.campaigns.calendar import day_of
from training.conf import conf
from training.errors import TrainingError
from training.people.models import PATH_SEPARATOR
from training.people.reorganise import below, reorganise
from training.people.roster_believed import paths_now, require_department


class Command(BaseCommand):
    """Move a department, with all below it."""

    help = (
        "Give a department another name, another place in the tree, or both, from a day on. It stays the same "
        "department: people keep their posts, and earlier days show the earlier path."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("department", help="the department's path, such as 営業本部/第一営業部")
        parser.add_argument(
            "path", help="what its path is to be, such as 事業本部/第一事業部; what is above it is there"
        )
        parser.add_argument(
            "--since", type=date.fromisoformat, help="from this day on, such as 2026-04-01; without it, today"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be recorded, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Find it and what it is to belong to, move it, and say what moved along."""
        now = timezone.now()
        since = options["since"] or day_of(now, conf.time_zone)
        paths = paths_now()
        *above, name = options["path"].split(PATH_SEPARATOR)
        try:
            department = require_department(options["department"], paths)
            parent = require_department(PATH_SEPARATOR.join(above), paths) if above else None
            along = len(below(department.pk, paths)) - 1
            reorganise(department=department, name=name, parent=parent, since=since, by=None, now=now)
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if options["dry_run"]:
            transaction.set_rollback(True)
        if options["json"]:
            told = {"department": options["department"], "path": options["path"], "since": since.isoformat()}
            self.stdout.write(json.dumps({**told, "below": along, "dry_run": options["dry_run"]}, ensure_ascii=False))
            return
        words = _("%(department)s is %(path)s from %(day)s on; departments below it that move along: %(count)d.")
        self.stdout.write(
            words
            % {
                "department": options["department"],
                "path": options["path"],
                "day": date_format(since),
                "count": along,
            }
        )
