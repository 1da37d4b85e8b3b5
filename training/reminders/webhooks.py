"""Tells chat tools the day's figures: signed, tried again, given up in the end. No personal value leaves by this way.

The address is the site's own setting, and must be https; no redirect is followed, so that nobody who answers there
leads the machine elsewhere. A message keeps its id however often it is sent: the receiver takes it once.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson
import requests
from django.db import transaction
from django.db.models import Count, Q
from django.utils import translation
from django.utils.translation import gettext as _

from training.attestation.standing import with_standing
from training.backoff import next_try
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign
from training.conf import conf
from training.reminders import signing
from training.reminders.models import Letter, WebhookDelivery
from training.reminders.rungs import is_working

TYPE = "training.day"
TEST_TYPE = "training.test"
CLAIM = timedelta(minutes=5)
TIMEOUT = (5, 10)  # seconds to connect, and to answer
GONE = 410
LONGEST_ERROR = 200


class BadAddress(ValueError):
    """A webhook may not lead there."""


@dataclass(frozen=True, slots=True)
class Hook:
    """A chat tool's address, and the secret that messages to it are signed with."""

    name: str
    url: str
    secret: str


def hooks() -> list[Hook]:
    """The chat tools as set."""
    return [Hook(str(one["name"]), str(one["url"]), str(one["secret"])) for one in conf.webhooks]


def require_address(url: str) -> None:
    """Raise ``BadAddress`` for anything but https, or this very machine where that is allowed."""
    parts = urlsplit(url)
    if parts.username or parts.password or not parts.hostname:
        raise BadAddress(url)
    if parts.scheme == "https" or (parts.scheme == "http" and _this_machine(url) and conf.webhook_to_this_machine):
        return
    raise BadAddress(url)


def _this_machine(url: str) -> bool:
    try:
        return ipaddress.ip_address(urlsplit(url).hostname or "").is_loopback
    except ValueError:
        return False


@transaction.atomic
def queue_figures(*, now: datetime) -> int:
    """Write down one message for each chat tool, once a day and on working days only; return how many are new."""
    today = day_of(now, conf.time_zone)
    known = hooks()
    if not known or not is_working()(today):
        return 0
    data = figures(today)
    if not data["campaigns"]:
        return 0
    rows = [
        WebhookDelivery(
            key=f"{hook.name}:{today.isoformat()}",
            hook=hook.name,
            body={"type": TYPE, "timestamp": now.isoformat(), "text": in_words(data), "data": data},
            made_at=now,
            not_before=now,
        )
        for hook in known
    ]
    keys = WebhookDelivery.objects.filter(key__in=[row.key for row in rows])
    there = set(keys.values_list("key", flat=True))
    WebhookDelivery.objects.bulk_create([row for row in rows if row.key not in there], ignore_conflicts=True)
    return len([row for row in rows if row.key not in there])


def figures(today: date) -> dict[str, Any]:
    """How the open campaigns stand. Three queries."""
    soon = today + timedelta(days=7)
    rows = with_standing(Assignment.objects.filter(campaign__state=Campaign.State.OPEN), day=today)
    counted = (
        rows.order_by()
        .values("campaign__code", "campaign__title")
        .annotate(
            assigned=Count("pk"),
            done=Count("pk", filter=Q(standing__in=["signed", "credited"])),
            excused=Count("pk", filter=Q(standing__in=["closed", "exempt"])),
            overdue=Count("pk", filter=Q(overdue=True)),
            soon=Count("pk", filter=Q(standing__in=["new", "started", "trained"], due_on__gte=today, due_on__lte=soon)),
        )
        .order_by("campaign__code")
    )
    campaigns = [
        {
            "code": row["campaign__code"],
            "title": row["campaign__title"],
            **{name: row[name] for name in ("assigned", "done", "excused", "overdue")},
            "due_within_a_week": row["soon"],
        }
        for row in counted
    ]
    failed = Letter.objects.filter(state=Letter.State.FAILED).count()
    return {"day": today.isoformat(), "campaigns": campaigns, "undeliverable_mails": failed}


def in_words(data: Mapping[str, Any]) -> str:
    """The figures in the company's language, as chat tools show them."""
    with translation.override(conf.language):
        lines = [
            _("%(title)s: %(done)d of %(assigned)d done, %(overdue)d overdue, %(due_within_a_week)d due within a week")
            % campaign
            for campaign in data["campaigns"]
        ]
    return "\n".join(lines)


def deliver_next(*, now: datetime) -> WebhookDelivery | None:
    """Deliver the message that has waited longest; return it as it then is, None where none waits."""
    row = _claim(now)
    if row is None:
        return None
    hook = next((one for one in hooks() if one.name == row.hook), None)
    if row.tries > conf.reminder_tries:
        return _settle(row, None, "cut off", now, final=True)
    if hook is None:
        return _settle(row, None, "no such webhook is set", now, final=True)
    try:
        status = post_signed(url=hook.url, secret=hook.secret, message=f"msg_{row.pk.hex}", body=body_of(row), now=now)
    except (BadAddress, signing.BadSecret) as reason:
        return _settle(row, None, type(reason).__name__, now, final=True)
    except requests.RequestException as reason:
        return _settle(row, None, type(reason).__name__, now)
    if requests.codes.ok <= status < requests.codes.multiple_choices:
        return _settle(row, status, "", now)
    return _settle(row, status, f"HTTP {status}", now, final=status == GONE)


def body_of(row: WebhookDelivery) -> bytes:
    """The bytes that are sent, the same at each try."""
    return orjson.dumps(row.body, option=orjson.OPT_SORT_KEYS)


def post_signed(*, url: str, secret: str, message: str, body: bytes, now: datetime) -> int:
    """Sign a message and send it once; return the answer's status. Raises ``BadAddress`` and ``BadSecret`` first."""
    require_address(url)
    headers = {
        "content-type": "application/json",
        "user-agent": "privacy-training",
        **signing.headers(message=message, at=now, body=body, secret=secret),
    }
    with requests.Session() as session:
        session.trust_env = not _this_machine(url)  # the company's proxy, but not to this machine
        answer = session.post(url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True)
        answer.close()
        return answer.status_code


@transaction.atomic
def _claim(now: datetime) -> WebhookDelivery | None:
    waiting = WebhookDelivery.objects.filter(state=WebhookDelivery.State.WAITING, not_before__lte=now)
    row = waiting.select_for_update(skip_locked=True).order_by("not_before", "made_at", "pk").first()
    if row is None:
        return None
    row.tries += 1
    row.not_before = now + CLAIM
    row.save(update_fields=["tries", "not_before"])
    return row


@transaction.atomic
def _settle(
    row: WebhookDelivery, status: int | None, error: str, now: datetime, *, final: bool = False
) -> WebhookDelivery:
    locked = WebhookDelivery.objects.select_for_update().get(pk=row.pk)
    if locked.state != WebhookDelivery.State.WAITING or locked.tries != row.tries:
        return locked
    locked.status, locked.error = status, error[:LONGEST_ERROR]
    again = next_try(tries=locked.tries, most=conf.reminder_tries, now=now)
    if not error:
        locked.state, locked.delivered_at = WebhookDelivery.State.DELIVERED, now
    elif final or again is None:
        locked.state = WebhookDelivery.State.FAILED
    else:
        locked.not_before = again
    locked.save(update_fields=["state", "status", "error", "not_before", "delivered_at"])
    return locked
