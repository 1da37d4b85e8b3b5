"""The calendar feed of a person's due days: its secret address, and what stands in it."""

from __future__ import annotations

import re
import secrets
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from training.attestation.standing import SETTLED, Standing, with_standing
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign, DueSet
from training.conf import conf
from training.people.language import language_of
from training.people.models import Employee
from training.reminders.calendar_file import DueDay, calendar_file
from training.reminders.models import CalendarFeed

TOKEN_BYTES = 32
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")  # what token_urlsafe makes of them
REMIND_BEFORE = 7
A_YEAR = timedelta(days=366)


@transaction.atomic
def renew_feed(*, employee: Employee, now: datetime) -> CalendarFeed:
    """Give the person's feed a new address, the first or another; an earlier one leads nowhere from now on."""
    Employee.objects.select_for_update().get(pk=employee.pk)
    token = {"token": secrets.token_urlsafe(TOKEN_BYTES), "made_at": now}
    return CalendarFeed.objects.update_or_create(employee=employee, defaults=token)[0]


@transaction.atomic
def revoke_feed(*, employee: Employee) -> None:
    """Take the feed's address back; there is none from now on."""
    CalendarFeed.objects.filter(employee=employee).delete()


def feed_address(feed: CalendarFeed) -> str:
    """The address to give to a calendar program."""
    return f"{conf.public_url}{reverse('training:calendar_feed', args=[feed.token])}"


def feed_of(token: str) -> CalendarFeed | None:
    """The feed under a token, unless the person's account is locked. One query, none for what is no token."""
    if TOKEN.fullmatch(token) is None:
        return None
    found = CalendarFeed.objects.filter(token=token).exclude(employee__user__is_active=False)
    return found.select_related("employee").first()


def feed_file(feed: CalendarFeed, *, now: datetime) -> bytes:
    """The feed as a calendar reads it: what is asked of the person, and what the person has done. Three queries."""
    today = day_of(now, conf.time_zone)
    mine = Assignment.objects.filter(employment__employee=feed.employee_id, campaign__state=Campaign.State.OPEN)
    rows = list(
        with_standing(mine, day=today)
        .exclude(standing__in=[Standing.CLOSED, Standing.EXEMPT])
        .select_related("campaign")
        .order_by("due_on", "pk")
    )
    dues = DueSet.objects.filter(assignment__in=[row.pk for row in rows]).order_by("number")
    set_at = dict(dues.values_list("assignment", "entry__at"))
    language = language_of(feed.employee_id)
    with translation.override(language):
        return calendar_file(
            [_due_day(row, set_at[row.pk]) for row in rows],
            name=_("Due days of the privacy training"),
            language=language,
            zone=conf.time_zone.key,
            since=min([today, *(row.due_on for row in rows)]) - A_YEAR,
            until=_far(today),
        )


def _far(today: date) -> date:
    return date(today.year + 10, 1, 1)


def _due_day(row: Any, set_at: datetime) -> DueDay:
    done = row.standing in SETTLED
    words = _("Done: %(title)s") if done else _("Due: %(title)s")
    return DueDay(
        uid=f"{row.pk}@{urlsplit(conf.public_url).hostname or 'localhost'}",
        day=row.due_on,
        times=row.due_number,
        changed_at=max(set_at, row.signed_at or set_at),
        summary=words % {"title": row.campaign.title},
        description=str(Standing(row.standing).label),
        url=f"{conf.public_url}{reverse('training:mine')}",
        remind_before=None if done else REMIND_BEFORE,
    )
