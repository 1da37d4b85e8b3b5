"""Rebuild how things stood at the end of a day."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.calendar import day_of
from training.campaigns.models import Campaign
from training.conf import conf
from training.errors import TrainingError
from training.reports.as_of import as_of_csv
from training.reports.as_of_page import asked_checkpoint, asked_day, figures_as_of


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise ArgumentTypeError(_("%(text)s is no number of entries") % {"text": text})
    return int(text)


class Command(BaseCommand):
    """Write the file of a day, or its figures as JSON."""

    help = (
        "Rebuild who was employed, assigned, trained and signed at the end of a day, as known at a checkpoint of the "
        "ledger: CSV on standard output or in a file. The same day and checkpoint give the same bytes ever after."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the arguments."""
        parser.add_argument("day", help="the day, as 2026-11-24; its end in the company's time zone counts")
        parser.add_argument("--checkpoint", type=_size, metavar="SIZE", help="entries sealed; default: the latest")
        parser.add_argument("--campaign", metavar="CODE", help="one campaign only, such as FY2026; default: all")
        parser.add_argument("--out", type=Path, metavar="FILE", help="write the CSV file here")
        parser.add_argument(
            "--json", action="store_true", help="print figures, checkpoint and the file's SHA-256 as JSON"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it, or say why not."""
        try:
            day = asked_day(options["day"], today=day_of(timezone.now(), conf.time_zone))
            checkpoint = asked_checkpoint(options["checkpoint"])
            campaign = self._campaign(options["campaign"])
            parts = as_of_csv(day=day, checkpoint=checkpoint, campaign=campaign)
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        digest, size = self._write(parts, options["out"], quiet=options["json"])
        if options["json"]:
            figures = asdict(figures_as_of(day=day, checkpoint=checkpoint, campaign=campaign))
            result = {
                "day": day.isoformat(),
                "time_zone": conf.time_zone.key,
                "campaign": campaign.code if campaign else None,
                "checkpoint": checkpoint.size,
                "root": checkpoint.root,
                **figures,
                "sha256": digest,
                "bytes": size,
                "file": str(options["out"]) if options["out"] else None,
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        elif options["out"]:
            self._told(day, checkpoint.size, options["out"], digest)

    def _campaign(self, code: str | None) -> Campaign | None:
        if code is None:
            return None
        campaign = Campaign.objects.filter(code=code).first()
        if campaign is None:
            raise CommandError(_("There is no campaign %(code)s.") % {"code": code})
        return campaign

    def _write(self, parts: Iterator[bytes], out: Path | None, *, quiet: bool) -> tuple[str, int]:
        """Send the parts where they belong; a file appears under its name only when it is whole."""
        digest, size = sha256(), 0
        unfinished = out.with_name(f"{out.name}.part") if out else None
        try:
            file = unfinished.open("wb") if unfinished else None
            try:
                for part in parts:
                    digest.update(part)
                    size += len(part)
                    if file:
                        file.write(part)
                    elif not quiet:
                        self._raw(part)
            finally:
                if file:
                    file.close()
            if unfinished and out:
                unfinished.replace(out)
        except OSError as reason:
            raise CommandError(
                _("%(path)s cannot be written: %(reason)s.") % {"path": out, "reason": reason.strerror or reason}
            ) from reason
        return digest.hexdigest(), size

    def _raw(self, part: bytes) -> None:
        """Bytes as they are, where standard output takes bytes."""
        stream = getattr(self.stdout, "_out", sys.stdout)
        buffer = getattr(stream, "buffer", None)
        if buffer is not None:
            buffer.write(part)
        else:
            self.stdout.write(part.decode(), ending="")

    def _told(self, day: date, size: int, out: Path, digest: str) -> None:
        self.stdout.write(
            _("%(path)s: the end of %(day)s as known at the checkpoint of %(size)d entries. SHA-256 %(digest)s")
            % {"path": out, "day": day.isoformat(), "size": size, "digest": digest}
        )
