"""Make the key that signs the ledger's checkpoints."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from training.errors import TrainingError
from training.ledger.keys import make_key, verifier


class Command(BaseCommand):
    """Write a new private key, and print what the outside may know of it."""

    help = "Write a new Ed25519 key for the ledger to FILE (readable by its owner only). Never overwrites."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say whether FILE could be made, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        result = {"file": str(path), "written": not options["dry_run"], "verifier": None, "fingerprint": None}
        if options["dry_run"]:
            if path.exists():
                raise CommandError(_("%(path)s exists already: no key is ever overwritten.") % {"path": path})
            lines = [_("Would write a new key to %(path)s.") % {"path": path}]
        else:
            try:
                public = verifier(make_key(path=path))
            except TrainingError as reason:
                raise CommandError(str(reason)) from reason
            result |= {"verifier": public.render(), "fingerprint": public.fingerprint}
            lines = [
                _("Wrote a new key to %(path)s. Keep a copy of it off this machine.") % {"path": path},
                _("Verifier key: %(key)s") % {"key": public.render()},
                _("Fingerprint: %(fingerprint)s") % {"fingerprint": public.fingerprint},
            ]
        self.stdout.write(json.dumps(result) if options["json"] else "\n".join(lines))
