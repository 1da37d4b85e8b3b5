"""Verify the ledger, and the rows it vouches for."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from training.errors import Invalid, TrainingError
from training.ledger.against import LONGEST, verify_against
from training.ledger.keys import load_key, verifier
from training.ledger.note import VerifierKey
from training.ledger.reading import snapshot
from training.ledger.records import verify_records
from training.ledger.report import Report
from training.ledger.triggers import missing
from training.ledger.verify import verify

SHOWN = 20


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read(LONGEST + 1)
    except (OSError, UnicodeDecodeError) as reason:
        raise CommandError(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": reason}, returncode=2
        ) from reason


class Command(BaseCommand):
    """Run both verifications on one state of the database, and say what is wrong."""

    help = (
        "Verify every entry, checkpoint, disclosure and evidence row. Exit 1, naming the first bad one, if not intact."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--against",
            metavar="FILE",
            type=Path,
            action="append",
            default=[],
            help="a checkpoint kept outside, as mailed to a witness: prove that the log continues it",
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = verifier(load_key())
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        kept = {path: _read(path) for path in options["against"]}
        with snapshot():
            log = verify(keys=[key], progress=self._progress(_("entries")))
            records = verify_records(progress=self._progress(_("entries compared with their rows")))
            for path, text in kept.items():
                self._compare(log, path, text, key)
        triggers = missing()
        if options["json"]:
            result = {
                "intact": log.intact and records.intact,
                "fingerprint": key.fingerprint,
                "ledger": log.as_dict(),
                "records": records.as_dict(),
                "against": [str(path) for path in kept],
                "triggers_missing": triggers,
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            self._tell(log, records, key.fingerprint)
        if triggers:
            self.stderr.write(_("Triggers are missing or altered: %(names)s") % {"names": ", ".join(triggers)})
        if not (log.intact and records.intact):
            first = min([*log.problems, *records.problems], key=lambda problem: problem.order)
            raise CommandError(
                _("The ledger is not intact. First: %(where)s: %(message)s")
                % {"where": first.where, "message": first.message}
            )

    def _compare(self, log: Report, path: Path, text: str, key: VerifierKey) -> None:
        """Add to the report what contradicts a checkpoint from outside."""
        try:
            problem = verify_against(text, keys=[key])
        except Invalid as reason:
            raise CommandError(f"{path}: {reason}", returncode=2) from reason
        if problem:
            log.add(problem)

    def _tell(self, log: Report, records: Report, fingerprint: str) -> None:
        self.stdout.write(
            _("%(entries)d entries: %(sealed)d sealed under %(checkpoints)d checkpoints, %(unsealed)d not sealed yet.")
            % {
                "entries": log.entries_read,
                "sealed": log.sealed,
                "checkpoints": log.checkpoints,
                "unsealed": log.unsealed,
            }
        )
        self.stdout.write(
            _("%(disclosures)d disclosures, %(rows)d evidence rows. Key %(fingerprint)s.")
            % {"disclosures": log.disclosures, "rows": records.rows, "fingerprint": fingerprint}
        )
        problems = [*log.problems, *records.problems]
        for problem in problems[:SHOWN]:
            self.stdout.write(f"{problem.where}: {problem.message}")
        more = log.problem_count + records.problem_count - len(problems[:SHOWN])
        if more:
            self.stdout.write(_("… and %(more)d more.") % {"more": more})
        if not problems:
            self.stdout.write(self.style.SUCCESS(_("The ledger is intact.")))

    def _progress(self, what: str) -> Callable[[int], None] | None:
        """Count on a terminal, on one line that the result then overwrites."""
        if not self.stderr.isatty():
            return None

        def show(count: int) -> None:
            self.stderr.write(f"\r{count} {what} ", ending="")
            self.stderr.flush()

        return show
