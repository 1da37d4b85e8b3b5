"""What a day's round comes to, line by line, for whoever wants to see it before anything is sent."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from training.campaigns.calendar import day_of
from training.campaigns.ladder import Reader, notice_rung
from training.campaigns.models import Campaign, DueSet
from training.conf import conf
from training.people.models import Employment
from training.people.queries import on
from training.reminders.compose import Cover
from training.reminders.models import Letter, LetterReader, WebhookDelivery
from training.reminders.plan import Planned, Round
from training.reminders.plans import Plans
from training.reminders.rungs import Asked
from training.reminders.webhooks import TEST_TYPE

LOT = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """One line of one letter: who hears of whose training, and why today."""

    reader: str
    to: UUID | None
    to_number: str
    asked: Asked
    campaign: str
    why: object


def told_lines(found: Round) -> list[Told]:
    """Every line of every letter of a round. Two queries for each thousand readers."""
    codes = campaign_codes()
    numbers = numbers_of({letter.to for letter in found.letters if letter.to is not None}, found.day)
    found_lines = []
    for letter in found.letters:
        number = numbers.get(letter.to, "") if letter.to is not None else ""
        for one in letter.lines:
            why = why_told(one, letter)
            found_lines.append(Told(letter.reader.value, letter.to, number, one, codes[one.campaign], why))
    return found_lines


def why_told(one: Asked, letter: Planned) -> object:
    """Why somebody hears of an assignment today, in words."""
    if one.rung and one.rung.notice:
        return _("newly assigned, and not told of it yet")
    days = one.rung.days if one.rung else 0
    if letter.reader is not Reader.LEARNER:
        words = ngettext_lazy("overdue for %(days)d day or more", "overdue for %(days)d days or more", "days")
        return words % {"days": days}
    if days < 0:
        words = ngettext_lazy(
            "%(days)d day or less before the due day", "%(days)d days or less before the due day", "days"
        )
        return words % {"days": -days}
    if days == 0:
        return _("on the due day, or the first working day after it")
    words = ngettext_lazy("overdue for %(days)d day or more", "overdue for %(days)d days or more", "days")
    return words % {"days": days}


def notices_among(covers: Collection[Cover]) -> set[str]:
    """Of what a letter tells those lines, by their assignment, that are the notice of it. One query."""
    rungs = {(cover.assignment, cover.due_number): cover.rung for cover in covers}
    dues = DueSet.objects.filter(assignment__in=[cover.assignment for cover in covers])
    found = set()
    for key, number, due_on, at in dues.values_list("assignment", "number", "due_on", "assignment__at"):
        notice = notice_rung(due_on=due_on, assigned_on=day_of(at, conf.time_zone))
        if rungs.get((str(key), number)) == notice:
            found.add(str(key))
    return found


def campaign_codes() -> dict[int, str]:
    """The code of each open campaign by its key. One query."""
    return dict(Campaign.objects.filter(state=Campaign.State.OPEN).values_list("pk", "code"))


def numbers_of(employees: Collection[UUID], day: date) -> dict[UUID, str]:
    """The staff number of each of these people on a day."""
    found: dict[UUID, str] = {}
    keys = list(employees)
    for start in range(0, len(keys), LOT):
        here = on(Employment.objects.filter(employee__in=keys[start : start + LOT]), day)
        found |= dict(here.order_by("-number").values_list("employee", "number"))
    return found


def letter_counts() -> dict[str, int]:
    """How many letters are in which state. One query."""
    rows = Letter.objects.order_by().values("state").annotate(n=Count("pk")).values_list("state", "n")
    return dict.fromkeys(Letter.State.values, 0) | dict(rows)


def reader_label(reader: str) -> object:
    """Who a reader is, in words."""
    return LetterReader(reader).label


def accounts_of(plans: Plans) -> dict[Any, str]:
    """The user name of each account that is told of plans, or is not. One query, none where there are none."""
    keys = {letter.account for letter in plans.letters} | {one.account for one in plans.unheard}
    keys.discard(None)
    if not keys:
        return {}
    users = get_user_model()
    return dict(users.objects.filter(pk__in=keys).values_list("pk", users.USERNAME_FIELD))


def failing_webhooks() -> list[WebhookDelivery]:
    """The last messages to chat tools that were not delivered yet, tests apart, newest first. One query."""
    rows = WebhookDelivery.objects.exclude(state=WebhookDelivery.State.DELIVERED).exclude(tries=0)
    rows = rows.exclude(body__type=TEST_TYPE)
    return list(rows.order_by("-made_at")[:20])
