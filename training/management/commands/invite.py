"""Invite people to set up their accounts: by mail, or list who needs a slip."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.conf import conf
from training.errors import TrainingError
from training.people.invite import address_of, can_be_invited, number_of
from training.people.models import Employee, Employment
from training.people.numbers import plain_number
from training.people.tasks import invite_by_mail


class Command(BaseCommand):
    """Mail a link to everybody without an account, or to those named."""

    help = (
        "Mail a link by which people set the own password: to the staff numbers named, or with --all to everybody "
        "who works here, has no account and has an address. Who has no address is listed: print slips in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="staff numbers")
        parser.add_argument("--all", action="store_true", help="everybody without an account")
        parser.add_argument("--language", default=conf.language, help="of the mail: ja or en")
        parser.add_argument("--dry-run", action="store_true", help="say who would get what, and send nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Invite, and say whom."""
        if bool(options["numbers"]) == options["all"]:
            raise CommandError(_("Name staff numbers, or --all."), returncode=2)
        if options["language"] not in dict(settings.LANGUAGES):
            raise CommandError(_("There is no such language."), returncode=2)
        today = timezone.localdate(timezone=conf.time_zone)
        addressed: list[Employee] = []
        mailed: list[str] = []
        slips: list[str] = []
        for employee in self._chosen(options):
            if address_of(employee.pk, day=today):
                addressed.append(employee)
                mailed.append(number_of(employee))
            else:
                slips.append(number_of(employee))
        failed = 0
        if not options["dry_run"]:
            try:
                failed = invite_by_mail(employees=addressed, by=None, language=options["language"], now=timezone.now())
            except TrainingError as reason:
                raise CommandError(str(reason)) from reason
        if options["json"]:
            self.stdout.write(json.dumps({"mailed": mailed, "without_address": slips}, ensure_ascii=False))
        else:
            for number in mailed:
                self.stdout.write(_("%(number)s: by mail") % {"number": number})
            for number in slips:
                self.stdout.write(_("%(number)s: no address, needs a slip") % {"number": number})
        if failed:
            raise CommandError(_("Some mail could not be handed over; “send_reminders” tries it again."))

    def _chosen(self, options: dict[str, Any]) -> list[Employee]:
        today = timezone.localdate(timezone=conf.time_zone)
        if options["all"]:
            return list(can_be_invited(Employee.objects.order_by("pk"), day=today))
        numbers = [plain_number(number) for number in options["numbers"]]
        held = Employment.objects.filter(number__in=numbers, superseded_at__isnull=True).exclude(valid_to__lt=today)
        found = {row.number: row.employee for row in held.select_related("employee")}
        if unknown := [number for number in numbers if number not in found]:
            raise CommandError(_("Nobody works here under: %(numbers)s") % {"numbers": ", ".join(unknown)})
        return [found[number] for number in dict.fromkeys(numbers)]
