"""Send the ledger's latest checkpoint to its witnesses."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.conf import conf
from training.errors import TrainingError
from training.ledger.keys import load_key, verifier
from training.ledger.queries import latest_checkpoint
from training.ledger.witness import mail_checkpoint


class Command(BaseCommand):
    """Run daily, after seal_ledger; a second run on the same day sends nothing."""

    help = "Mail the latest checkpoint to WITNESS_ADDRESSES, once a day. Run it daily, after seal_ledger."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--again", action="store_true", help="send although today's mail has gone")
        parser.add_argument("--dry-run", action="store_true", help="say what would be sent, and send nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print which checkpoint went to how many."""
        try:
            if options["dry_run"]:
                checkpoint, sent = latest_checkpoint(), len(conf.witness_addresses)
            else:
                key = verifier(load_key())
                done = mail_checkpoint(key=key, now=timezone.now(), again=options["again"])
                checkpoint, sent = done.checkpoint, len(done.addresses)
        except (TrainingError, OSError) as reason:
            raise CommandError(_("The checkpoint was not sent: %(reason)s") % {"reason": reason}) from reason
        size = checkpoint.size if checkpoint else 0
        if options["json"]:
            self.stdout.write(json.dumps({"size": size, "sent": 0 if options["dry_run"] else sent, "addresses": sent}))
        elif options["dry_run"]:
            self.stdout.write(_("The checkpoint of %(size)d entries would go to %(n)d.") % {"size": size, "n": sent})
        elif not sent:
            self.stdout.write(_("Today's checkpoint has been sent already."))
        else:
            words = ngettext(
                "Sent the checkpoint of %(size)d entries to %(n)d address.",
                "Sent the checkpoint of %(size)d entries to %(n)d addresses.",
                sent,
            )
            self.stdout.write(words % {"size": size, "n": sent})
