"""Publish a policy's text as its newest revision."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from training.errors import TrainingError
from training.policy.publish import publish_revision


class Command(BaseCommand):
    """Read, publish, and say what was found."""

    help = "Publish FILE as the policy's newest revision, clause by clause. The same text again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what would be published, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        now = timezone.now()
        try:
            source = path.read_text(encoding="utf-8")
            with transaction.atomic():
                revision = publish_revision(source=source, now=now)
                kinds = list(revision.clauses.values_list("kind", flat=True))
                if options["dry_run"]:
                    transaction.set_rollback(True)
        except (OSError, UnicodeDecodeError) as reason:
            raise CommandError(f"{path}: {reason}") from reason
        except TrainingError as reason:
            raise CommandError("\n".join(f"{path}: {line}" for line in str(reason).splitlines())) from reason
        result = {
            "dry_run": options["dry_run"],
            "state": "new" if revision.published_at == now else "unchanged",
            "revision": revision.number,
            "title": revision.title,
            "enacted_on": revision.enacted_on.isoformat(),
            "articles": kinds.count("article"),
            "items": kinds.count("item"),
            "digest": revision.digest,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        self.stdout.write(
            _("%(title)s, revision %(revision)d, enacted on %(enacted_on)s: %(articles)d articles, %(items)d items.")
            % result
        )
        if result["state"] == "unchanged":
            self.stdout.write(_("It was published before: nothing changed."))
