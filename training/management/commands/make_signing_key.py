"""Make the key that certificates are signed with, and its certificate."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.certificates.keys import DAYS, make_credentials
from training.conf import conf
from training.errors import TrainingError


class Command(BaseCommand):
    """Write a new private key and a certificate that names the company, and print what people compare."""

    help = (
        "Write a new P-256 key to KEY and its self-signed certificate, which names COMPANY_NAME, to CERTIFICATE "
        "(readable by their owner only). Never overwrites."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY", type=Path)
        parser.add_argument("certificate", metavar="CERTIFICATE", type=Path)
        parser.add_argument("--days", type=int, default=DAYS, help="how long the certificate is valid (%(default)s)")
        parser.add_argument("--dry-run", action="store_true", help="say whether both could be made, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        paths = {"key": options["key"], "certificate": options["certificate"]}
        result: dict[str, Any] = {name: str(path) for name, path in paths.items()}
        result |= {"written": not options["dry_run"], "fingerprint": None, "valid_until": None}
        if options["dry_run"]:
            for path in paths.values():
                if path.exists():
                    raise CommandError(_("%(path)s exists already: no key is ever overwritten.") % {"path": path})
            lines = [_("Would write a new key to %(path)s.") % {"path": paths["key"]}]
        else:
            try:
                made = make_credentials(
                    key_path=paths["key"],
                    certificate_path=paths["certificate"],
                    company=conf.company_name,
                    now=timezone.now(),
                    days=options["days"],
                )
            except TrainingError as reason:
                raise CommandError(str(reason)) from reason
            until = made.certificate.not_valid_after_utc.date().isoformat()
            result |= {"fingerprint": made.fingerprint, "valid_until": until}
            lines = [
                _("Wrote a new key to %(path)s. Keep a copy of it off this machine.") % {"path": paths["key"]},
                _("Certificate: %(path)s, valid until %(day)s.") % {"path": paths["certificate"], "day": until},
                _("Fingerprint: %(fingerprint)s") % {"fingerprint": made.fingerprint},
            ]
        self.stdout.write(json.dumps(result) if options["json"] else "\n".join(lines))
