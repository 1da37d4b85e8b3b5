"""Take a list of staff over."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from training.conf import conf
from training.errors import Invalid, TrainingError
from training.people.import_roster import Unaccepted, import_roster, preview
from training.people.roster_dates import NoDay, read_day
from training.people.roster_plan import KINDS, Plan
from training.people.roster_reasons import KINDS as KIND_WORDS
from training.people.roster_reasons import reason_of
from training.people.roster_sheet import sheet_of
from training.people.roster_values import lines_of

SHOWN = 20


def _lines(text: str) -> frozenset[int]:
    try:
        return frozenset(lines_of(text))
    except ValueError as reason:
        raise ArgumentTypeError(f"no line numbers: {text!r}") from reason


def _day(text: str) -> date:
    try:
        day = read_day(text)
    except NoDay as reason:
        raise ArgumentTypeError(f"no day: {text!r}") from reason
    if day is None:
        raise ArgumentTypeError("a day is needed")
    return day


class Command(BaseCommand):
    """Read, compare, write all of it or nothing, and say what became of each line."""

    help = (
        "Take the staff list in FILE over (CSV or Excel: number, name, reading, department, type, manager, joined, "
        "left, e-mail, second postings). Nothing is written while a line is refused that --accept-lines does not name. "
        "Exit status: 0 done, 1 refused, 2 wrong usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--day", type=_day, help="the day that the list tells of (default: today)")
        parser.add_argument(
            "--accept-lines",
            metavar="LINES",
            type=_lines,
            default=frozenset(),
            help="refused lines to leave out: 5,9,12-20",
        )
        parser.add_argument(
            "--left-if-missing", action="store_true", help="who is in no line left the day before; else only listed"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import."""
        path: Path = options["file"]
        now = timezone.now()
        day = options["day"] or timezone.localdate(now, timezone=conf.time_zone)
        try:
            data = path.read_bytes()
            self._progress(_("reading the file"))
            sheet = sheet_of(data)
            if options["dry_run"]:
                self._progress(_("comparing"))
                plan = preview(sheet=sheet, day=day, left_if_missing=options["left_if_missing"])
                made = None
            else:
                plan, made = import_roster(
                    sheet=sheet,
                    data=data,
                    day=day,
                    by=None,
                    now=now,
                    accepted=options["accept_lines"],
                    left_if_missing=options["left_if_missing"],
                    progress=self._progress,
                )
        except OSError as reason:
            raise CommandError(f"{path}: {reason.strerror}") from reason
        except Unaccepted as reason:
            self._tell(reason.plan, None, options)
            raise CommandError(str(reason)) from reason
        except TrainingError as reason:
            if options["json"] and isinstance(reason, Invalid):
                empty: dict[str, Any] = {kind: [] for kind in KINDS}
                refused = [{"line": None, "number": "", "reason": str(reason)}]
                self.stdout.write(json.dumps({**empty, "refused": refused}, ensure_ascii=False))
            raise CommandError(f"{path}: {reason}") from reason
        self._tell(plan, made.number if made else None, options)
        if {row.line for row in plan.refused} - options["accept_lines"]:
            raise CommandError(_("As it stands, the list would be refused."))

    def _progress(self, stage: str) -> None:
        """Say on a terminal what is being done."""
        if sys.stderr.isatty():
            self.stderr.write(f"{stage}…", ending="\r")

    def _tell(self, plan: Plan, number: int | None, options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps(as_json(plan, number, dry_run=options["dry_run"]), ensure_ascii=False))
            return
        if options["dry_run"]:
            self.stdout.write(_("Dry run: nothing was written."))
        elif number is not None:
            self.stdout.write(_("Import %(number)d.") % {"number": number})
        for kind, count in plan.counts.items():
            self.stdout.write(f"{KIND_WORDS[kind]}: {count}")
        for refused in plan.refused:
            self.stdout.write(f"- {refused.line} {refused.number}: {reason_of(refused)}")
        for path, people in plan.departments:
            text = ngettext(
                "New department: %(path)s (%(people)d person)",
                "New department: %(path)s (%(people)d people)",
                people,
            )
            self.stdout.write(text % {"path": "/".join(path), "people": people})
        for change in plan.changes:
            if change.perhaps:
                words = _("%(numbers)s may be this person. Give it as the former number if so.")
                self.stdout.write(f"? {change.line} {change.number}: {words % {'numbers': ', '.join(change.perhaps)}}")
        for change in plan.missing[:SHOWN]:
            self.stdout.write(_("Not in the list: %(number)s") % {"number": change.number})
        if not plan.effective and not plan.refused:
            self.stdout.write(_("Nothing changes."))


def as_json(plan: Plan, number: int | None, *, dry_run: bool) -> dict[str, Any]:
    """The result for programs: each line of the file once, under what became of it."""
    found: dict[str, Any] = {
        kind: [
            {"line": change.line, "number": change.number, "changes": list(change.fields)} for change in plan.of(kind)
        ]
        for kind in KINDS
    }
    found["refused"] = [
        {"line": refused.line, "number": refused.number, "reason": reason_of(refused)} for refused in plan.refused
    ]
    found["missing"] = [change.number for change in plan.missing]
    found["passed_over"] = list(plan.passed_over)
    found["departments"] = [{"path": "/".join(path), "people": people} for path, people in plan.departments]
    found["perhaps"] = [
        {"line": change.line, "number": change.number, "here": list(change.perhaps)}
        for change in plan.changes
        if change.perhaps
    ]
    return {**found, "day": plan.day.isoformat(), "dry_run": dry_run, "import": number}
