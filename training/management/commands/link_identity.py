"""Link somebody's account to the identity at the company's identity provider."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.conf import conf
from training.errors import TrainingError
from training.people.link_identity import link_identity
from training.people.sign_in import account_of_number


class Command(BaseCommand):
    """Find the account by its staff number, and link it."""

    help = "Link the account behind a staff number to SUBJECT, the provider's unchanging identifier of a person (sub)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", metavar="NUMBER")
        parser.add_argument("subject", metavar="SUBJECT")
        parser.add_argument("--provider", metavar="ID", help="which provider, where several are configured")
        parser.add_argument("--replace", action="store_true", help="remove the link to another identity first")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        provider = self._provider(options["provider"])
        user = account_of_number(options["number"], day=timezone.localdate(timezone=conf.time_zone))
        if user is None:
            raise CommandError(_("There is no account behind this staff number."))
        try:
            with transaction.atomic():
                link_identity(user=user, provider=provider, subject=options["subject"], replace=options["replace"])
                transaction.set_rollback(options["dry_run"])
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        result = {"number": options["number"], "provider": provider, "linked": not options["dry_run"]}
        line = _("Would link %(number)s.") if options["dry_run"] else _("Linked %(number)s.")
        self.stdout.write(json.dumps(result) if options["json"] else line % {"number": options["number"]})

    def _provider(self, named: str | None) -> str:
        configured = [app.provider_id or app.provider for app in get_adapter().list_apps(None)]
        if named is None and len(configured) == 1:
            return str(configured[0])
        if named is None or named not in configured:
            raise CommandError(
                _("Name one of the identity providers that are configured: %(providers)s.")
                % {"providers": ", ".join(configured) or "-"}
            )
        return named
