"""Remind whoever is to be reminded today."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from training.campaigns.calendar import day_of
from training.conf import conf
from training.errors import Invalid, TrainingError
from training.people.invite_send import given_up, waiting
from training.people.tasks import mail_invitations
from training.reminders.plan import Round, plan_letters, plan_round
from training.reminders.plans import Plans
from training.reminders.queries import accounts_of, campaign_codes, letter_counts, reader_label, told_lines
from training.reminders.tasks import deliver_webhooks, send_letters
from training.reminders.try_webhook import send_test
from training.reminders.webhooks import queue_figures


class Command(BaseCommand):
    """Run it every half an hour: what was said is not said again, and what could not be delivered is tried again."""

    help = (
        "Write the day's reminders to people, managers and HR, tell those who decide about plans what waits for them, "
        "and send what waits, invitations too; tell chat tools the figures. Run it as often as you like, on any number "
        "of machines. Exit status: 0 done, 1 a mail was given up or a test not taken, 2 wrong usage."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Name the options."""
        parser.add_argument("--dry-run", action="store_true", help="list who would get what and why, and send nothing")
        parser.add_argument(
            "--test-webhook", metavar="NAME", help="send a test message to this chat tool, and nothing else to anybody"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON, and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, send, say what became of it."""
        now = timezone.now()
        if options["test_webhook"] is not None:
            self._test(options["test_webhook"], now, as_json=options["json"])
            return
        try:
            self._progress(_("finding out who is to be reminded"))
            if options["dry_run"]:
                dry = plan_round(today=day_of(now, conf.time_zone))
                self._list(dry, waiting(now=now).count(), as_json=options["json"])
                return
            before, invited = letter_counts(), waiting(now=now).count()
            lost = given_up(now=now).count()
            found = plan_letters(now=now)
            self._progress(_("sending"))
            send_letters.enqueue()
            messages = queue_figures(now=now)
            deliver_webhooks.enqueue()
            mail_invitations.enqueue()
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        after = letter_counts()
        failed = max(after["failed"] - before["failed"], 0)
        uninvited, forsaken = waiting(now=now).count(), max(given_up(now=now).count() - lost, 0)
        result = {
            "day": found.day.isoformat(),
            "rest": found.rest,
            "written": found.written,
            "sent": after["sent"] - before["sent"],
            "waiting": after["waiting"] + after["sending"],
            "failed": failed,
            "silent": len(found.silent),
            "webhooks": messages,
            "invitations_sent": max(invited - uninvited, 0),
            "invitations_waiting": uninvited,
        }
        if options["json"]:
            self.stdout.write(json.dumps(result))
        elif found.rest:
            self.stdout.write(_("%(day)s is a day of rest: no reminder is sent.") % result)
        else:
            self.stdout.write(
                _("Letters: %(written)d new, %(sent)d sent, %(waiting)d wait, %(failed)d not deliverable.") % result
            )
        if not options["json"] and invited:
            self.stdout.write(_("Invitations: %(invitations_sent)d sent, %(invitations_waiting)d wait.") % result)
        if failed:
            raise CommandError(_("Some mail could not be delivered; HR sees which in the admin, under Reminders."))
        if forsaken:
            raise CommandError(
                _("Some invitations could not be mailed; HR sees which in the admin, under Accounts and invitations.")
            )

    def _test(self, name: str, now: datetime, *, as_json: bool) -> None:
        try:
            tested = send_test(hook=name, by=None, now=now)
        except Invalid as reason:
            raise CommandError(str(reason), returncode=2) from reason
        except TrainingError as reason:
            raise CommandError(str(reason)) from reason
        if as_json:
            self.stdout.write(json.dumps({"webhook": name, "status": tested.status, "error": tested.error}))
        elif tested.taken:
            self.stdout.write(f"{name}: {tested.words}")
        if not tested.taken:
            raise CommandError(f"{name}: {tested.words}")

    def _progress(self, stage: str) -> None:
        """Say on a terminal what is being done."""
        if sys.stderr.isatty():
            self.stderr.write(f"{stage}…", ending="\r")

    def _list(self, found: Round, invitations: int, *, as_json: bool) -> None:
        lines, codes, accounts = told_lines(found), campaign_codes(), accounts_of(found.plans)
        if as_json:
            result = {
                "day": found.day.isoformat(),
                "rest": found.rest,
                "letters": len(found.letters) + len(found.plans.letters),
                "invitations": invitations,
                "told": [
                    {
                        "reader": line.reader,
                        "to": line.to_number or None,
                        "number": line.asked.number,
                        "campaign": line.campaign,
                        "due_on": line.asked.due_on.isoformat(),
                        "rung": line.asked.rung.days if line.asked.rung else None,
                        "why": str(line.why),
                    }
                    for line in lines
                ],
                "silent": [
                    {
                        "reader": one.reader.value,
                        "number": one.asked.number,
                        "campaign": codes[one.asked.campaign],
                        "why": one.why.value,
                    }
                    for one in found.silent
                ],
                "plans": [
                    {
                        "reader": letter.reader.value,
                        "to": accounts.get(letter.account),
                        "campaign": line.plan.campaign.code,
                        "first_day": line.plan.campaign.first_day.isoformat(),
                        "why": line.why.value,
                    }
                    for letter in found.plans.letters
                    for line in letter.lines
                ],
                "plans_silent": [
                    {
                        "reader": one.reader.value,
                        "to": accounts.get(one.account),
                        "campaign": one.campaign.code,
                        "why": one.why.value,
                    }
                    for one in found.plans.unheard
                ],
            }
            self.stdout.write(json.dumps(result, ensure_ascii=False))
            return
        if invitations:
            self.stdout.write(_("Invitations by mail that wait: %(invitations)d.") % {"invitations": invitations})
        if found.rest:
            self.stdout.write(_("%(day)s is a day of rest: no reminder is sent.") % {"day": found.day.isoformat()})
            return
        self.stdout.write(
            _("Dry run: nothing was sent. Letters: %(n)d.") % {"n": len(found.letters) + len(found.plans.letters)}
        )
        for line in lines:
            self.stdout.write(
                f"{reader_label(line.reader)} {line.to_number}: "
                f"{line.asked.number} {line.campaign} {line.asked.due_on.isoformat()} – {line.why}"
            )
        for one in found.silent:
            self.stdout.write(f"- {one.asked.number} {codes[one.asked.campaign]}: {one.why.label}")
        self._list_plans(found.plans, accounts)

    def _list_plans(self, plans: Plans, accounts: dict[Any, str]) -> None:
        for letter in plans.letters:
            for line in letter.lines:
                campaign = line.plan.campaign
                who = f"{letter.reader.label} {accounts.get(letter.account, '')}".strip()
                self.stdout.write(f"{who}: {campaign.code} {campaign.first_day.isoformat()} – {line.why.label}")
        for one in plans.unheard:
            who = f"{one.reader.label} {accounts.get(one.account, '')}".strip()
            self.stdout.write(f"- {who}: {one.campaign.code}: {one.why.label}")
