"""Say who manages a department."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.calendar import day_of
from training.conf import conf
from training.errors import TrainingError
from training.people.appoint import appoint
from training.people.models import Employee
from training.people.numbers import plain_number
from training.people.queries import employed_on
from training.people.roster_believed import paths_now, require_department


class Command(BaseCommand):
    """Appoint, or with ``--nobody`` leave the department without a manager of its own."""

    help = "Say who manages a department, and everything below it that has no manager of its own, from a day on."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("department", help="the department's path, such as 営業本部/第一営業部")
        who = parser.add_mutually_exclusive_group(required=True)
        who.add_argument("number", nargs="?", help="the manager's staff number, such as 000101")
        who.add_argument("--nobody", action="store_true", help="the manager of the department above it answers for it")
        parser.add_argument(
            "--since", type=date.fromisoformat, help="from this day on, such as 2026-04-01; without it, today"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be recorded, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Find both, appoint, and say so."""
        now = timezone.now()
        since = options["since"] or day_of(now, conf.time_zone)
        manager = None if options["nobody"] else _employee(options["number"], since)
        try:
            department = require_department(options["department"], paths_now())
            appoint(department=department, manager=manager, since=since, by=None, now=now)
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if options["dry_run"]:
            transaction.set_rollback(True)
        number = None if options["nobody"] else plain_number(options["number"])
        if options["json"]:
            told = {"department": options["department"], "manager": number, "since": since.isoformat()}
            self.stdout.write(json.dumps({**told, "dry_run": options["dry_run"]}, ensure_ascii=False))
        else:
            words = _("%(department)s is managed by %(number)s from %(day)s on.") if number else None
            words = words or _("%(department)s has no manager of its own from %(day)s on.")
            self.stdout.write(words % {"department": options["department"], "number": number, "day": since})


def _employee(number: str, day: date) -> Employee:
    employment = employed_on(day).filter(number=plain_number(number)).select_related("employee").first()
    if employment is None:
        raise CommandError(
            _("Nobody has the staff number %(number)s on %(day)s.") % {"number": number, "day": day.isoformat()}
        )
    return employment.employee
