"""Sends the letters that wait, one at a time: claimed, handed over, recorded.

A worker claims a letter for a while before it opens a connection, so that of several machines one sends it. Whoever is
killed before the mail server took the mail has sent nothing: the claim runs out, and the letter is sent by the next.
Whoever is killed after that and before the record sends the mail a second time, under the same Message-ID, which mail
programs show once. What is recorded is recorded with the evidence, in one transaction.
"""

from __future__ import annotations

import re
import smtplib
from datetime import date, datetime, timedelta
from uuid import UUID

from django import VERSION
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from training.backoff import next_try, refusal
from training.campaigns.calendar import day_of
from training.conf import conf
from training.errors import Conflict
from training.ledger.append import append
from training.reminders.compose import Cover, Made, compose
from training.reminders.compose_plans import compose_plans
from training.reminders.models import Letter, ReminderSent
from training.reminders.nudge import PlanCover
from training.reminders.plan import wait_for_my_turn
from training.reminders.rungs import is_working

if VERSION >= (6, 1):
    from django.core.mail import mailers
else:
    from django.core.mail import get_connection

CLAIM = timedelta(minutes=10)  # a mail server is given up on after seconds
SENT = "reminders.sent"
LONGEST_ERROR = 200
ADDRESS = re.compile(r"[!-?A-~]+@[^\s@<>(),;:\\\"]+")
NO_ADDRESS = "no address"
BAD_ADDRESS = "bad address"
CUT_OFF = "cut off"


def send_next(*, now: datetime, only: UUID | None = None) -> Letter | None:
    """Send the letter that has waited longest, or ``only`` this one; return it as it then is, None where none waits.

    Nothing is sent on a day of rest. A mail that cannot be handed over waits for the next try, and is given up
    after as many as are set.
    """
    today = day_of(now, conf.time_zone)
    if not is_working()(today):
        return None
    letter = claim(now=now, only=only)
    if letter is None:
        return None
    if letter.tries > conf.reminder_tries:
        return _settle(letter, Letter.State.FAILED, error=CUT_OFF)
    made = _compose(letter, today)
    if made is None:
        return _settle(letter, Letter.State.DROPPED)
    if not made.message.to:
        return _settle(letter, Letter.State.FAILED, error=NO_ADDRESS)
    if not all(map(ADDRESS.fullmatch, made.message.to)):  # every Django makes something else of such a one
        return _settle(letter, Letter.State.FAILED, error=BAD_ADDRESS)
    try:
        hand_over(made.message)
    except (smtplib.SMTPException, OSError, ValueError) as reason:
        return _put_off(letter, reason, now)
    return _record(letter, made.told, now)


def _compose(letter: Letter, today: date) -> Made | None:
    if letter.about == Letter.About.PLANS:
        return compose_plans(letter, today=today)
    return compose(letter, today=today)


def hand_over(message: EmailMultiAlternatives) -> None:
    """Give a mail to the mail server."""
    connection = mailers.default if VERSION >= (6, 1) else get_connection()
    connection.send_messages([message])


@transaction.atomic
def claim(*, now: datetime, only: UUID | None = None) -> Letter | None:
    """Take a letter for a while, so that nobody else does; one whose claim has run out is free again."""
    waiting = _unfinished().filter(not_before__lte=now)
    if only is not None:
        waiting = waiting.filter(pk=only)
    free = waiting.select_for_update(skip_locked=True, of=("self",)).order_by("not_before")
    letter = free.first()
    if letter is None:
        return None
    letter.state = Letter.State.SENDING
    letter.tries += 1
    letter.not_before = now + CLAIM
    letter.save(update_fields=["state", "tries", "not_before"])
    return letter


@transaction.atomic
def send_again(*, letter: Letter, now: datetime) -> Letter:
    """Let a letter that was given up wait to be sent once more. Raises ``Conflict`` where it was not given up."""
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    if locked.state != Letter.State.FAILED:
        raise Conflict(_("Only what could not be delivered can be sent again."))
    locked.state, locked.tries, locked.not_before, locked.error = Letter.State.WAITING, 0, now, ""
    locked.save(update_fields=["state", "tries", "not_before", "error"])
    return locked


def unsent() -> int:
    """How many letters wait, or are on their way."""
    return _unfinished().count()


def _unfinished() -> QuerySet[Letter]:
    return Letter.objects.filter(state__in=(Letter.State.WAITING, Letter.State.SENDING))


@transaction.atomic
def _settle(letter: Letter, state: Letter.State, *, error: str = "") -> Letter:
    """Put a letter where it stays, unless its claim had run out and somebody else has taken it."""
    locked = _mine(letter)
    if locked is None:
        return Letter.objects.get(pk=letter.pk)
    locked.state, locked.error = state, error[:LONGEST_ERROR]
    locked.save(update_fields=["state", "error"])
    return locked


@transaction.atomic
def _put_off(letter: Letter, reason: Exception, now: datetime) -> Letter:
    locked = _mine(letter)
    if locked is None:
        return Letter.objects.get(pk=letter.pk)
    again = next_try(tries=locked.tries, most=conf.reminder_tries, now=now)
    if again is None or isinstance(reason, ValueError):  # no server would take such an address
        locked.state = Letter.State.FAILED
    else:
        locked.state, locked.not_before = Letter.State.WAITING, again
    locked.error = refusal(reason)[:LONGEST_ERROR]
    locked.save(update_fields=["state", "not_before", "error"])
    return locked


@transaction.atomic
def _record(letter: Letter, told: tuple[Cover | PlanCover, ...], now: datetime) -> Letter:
    """Write down what was told to whom; of what was told of an assignment it is evidence."""
    wait_for_my_turn()
    locked = _mine(letter)
    if locked is None:
        return Letter.objects.get(pk=letter.pk)
    if rungs := [cover for cover in told if isinstance(cover, Cover)]:
        _testify(locked, rungs, now)
    locked.state, locked.sent_at, locked.error = Letter.State.SENT, now, ""
    locked.covers = [list(cover) for cover in told]
    locked.save(update_fields=["state", "sent_at", "error", "covers"])
    return locked


def _testify(letter: Letter, told: list[Cover], now: datetime) -> None:
    keys = [UUID(cover.assignment) for cover in told]
    rows = ReminderSent.objects.filter(assignment__in=keys, reader=letter.reader, rung__isnull=False)
    there = {(str(pk), number, rung) for pk, number, rung in rows.values_list("assignment", "due_number", "rung")}
    append(
        kind=SENT,
        at=now,
        facts={"letter": letter.pk, "reader": letter.reader, "to": letter.to_id},
        rows=[
            ReminderSent(
                assignment_id=UUID(cover.assignment),
                due_number=cover.due_number,
                rung=cover.rung,
                reader=letter.reader,
                asked_by_id=letter.asked_by_id,
                at=now,
            )
            for cover in told
            if cover not in there
        ],
    )


def _mine(letter: Letter) -> Letter | None:
    """The letter, locked, while this claim is the last; None where somebody else has taken it."""
    locked = Letter.objects.select_for_update().get(pk=letter.pk)
    return locked if locked.state == Letter.State.SENDING and locked.tries == letter.tries else None
