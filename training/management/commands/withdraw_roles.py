"""Take their roles from people who have left, daily."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from training.access.leavers import leavers_with_roles, withdraw_roles


class Command(BaseCommand):
    """Withdraw the roles of leavers; their accounts stay, to read the own records."""

    help = "Daily: take roles and permissions from accounts of people who have left. What is theirs stays readable."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("--dry-run", action="store_true", help="list the accounts, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say from whom."""
        now = timezone.now()
        names = sorted(user.get_username() for user in leavers_with_roles(now=now))
        if not options["dry_run"]:
            withdraw_roles(now=now)
        if options["json"]:
            self.stdout.write(json.dumps({"accounts": names}, ensure_ascii=False))
            return
        for name in names:
            self.stdout.write(name)
        self.stdout.write(_("%(count)d accounts of people who have left.") % {"count": len(names)})
