"""Sends one clearly marked test message to a chat tool, and says at once what became of it.

It is signed and sent like any other, and never tried again. What it came to stands with the other deliveries, which is
how a second one within the minute is known on whatever machine it is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import requests
from django.contrib.auth.models import AbstractBaseUser
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from training.campaigns.deciders import require_office
from training.conf import conf
from training.errors import Invalid, NotReady
from training.reminders import signing
from training.reminders.models import WebhookDelivery
from training.reminders.webhooks import TEST_TYPE, BadAddress, body_of, hooks, post_signed

WINDOW = 60  # seconds, of which each has one test of each chat tool
UNFINISHED = "cut off"
ERRORS: dict[str, str | Promise] = {
    "BadAddress": _(
        "The address that is set is not one that is called: it must begin with https:// and hold no password."
    ),
    "BadSecret": _("The secret that is set is none: whsec_ and the base64 of 24 to 64 random bytes."),
    "ConnectionError": _("Nobody answers at the address that is set."),
    "ConnectTimeout": _("Nobody answers at the address that is set."),
    "ReadTimeout": _("The chat tool did not answer in time."),
    "SSLError": _("The chat tool's certificate is not trusted."),
    "ProxyError": _("The company's proxy does not let the message out."),
}


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of a test: the answer's HTTP status, or the code of the mistake where nobody answered."""

    status: int | None
    error: str

    @property
    def taken(self) -> bool:
        """Whether the chat tool took the message."""
        return not self.error

    @property
    def words(self) -> str:
        """What became of it, in words. Neither address nor secret is in them."""
        if self.status is None:
            return str(ERRORS.get(self.error) or gettext("It could not be sent (%(code)s).") % {"code": self.error})
        if self.taken:
            return gettext("The chat tool took the message (HTTP %(status)d).") % {"status": self.status}
        return gettext("The chat tool did not take the message (HTTP %(status)d).") % {"status": self.status}


def host_of(url: str) -> str:
    """Where a webhook leads, as may be shown: many chat tools have their key in the rest of the address."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def send_test(*, hook: str, by: AbstractBaseUser | None, now: datetime) -> Tested:
    """Send a test message to the chat tool of this name, once, and return what became of it.

    It names nobody and has no figures. Raises ``NotAllowed`` for whoever is neither HR nor privacy officer, ``Invalid``
    for a chat tool that is not set, and ``NotReady`` where one was tested within the same minute.
    """
    require_office(by)
    known = next((one for one in hooks() if one.name == hook), None)
    if known is None:
        raise Invalid(_("No chat tool of this name is set."))
    with translation.override(conf.language):
        text = gettext("[TEST] Privacy training: a test message. There is nothing to do.")
    second = int(now.timestamp())
    body = {"type": TEST_TYPE, "timestamp": now.isoformat(), "text": text, "data": {"test": True}}
    row, fresh = WebhookDelivery.objects.get_or_create(
        key=f"test:{known.name}:{second // WINDOW}",
        defaults={
            "hook": known.name,
            "body": body,
            "made_at": now,
            "not_before": now,
            "tries": 1,
            # Never waiting: nobody is to send it again if this process ends in between.
            "state": WebhookDelivery.State.FAILED,
            "error": UNFINISHED,
        },
    )
    if not fresh:
        words = _("This chat tool has just been tested. Please wait %(seconds)d seconds.")
        raise NotReady(words % {"seconds": WINDOW - second % WINDOW})
    tested = _sent(row, now, url=known.url, secret=known.secret)
    row.status, row.error = tested.status, tested.error
    if tested.taken:
        row.state, row.delivered_at = WebhookDelivery.State.DELIVERED, now
    row.save(update_fields=["status", "error", "state", "delivered_at"])
    return tested


def _sent(row: WebhookDelivery, now: datetime, *, url: str, secret: str) -> Tested:
    try:
        status = post_signed(url=url, secret=secret, message=f"msg_{row.pk.hex}", body=body_of(row), now=now)
    except (BadAddress, signing.BadSecret, requests.RequestException) as reason:
        return Tested(None, type(reason).__name__)
    taken = requests.codes.ok <= status < requests.codes.multiple_choices
    return Tested(status, "" if taken else f"HTTP {status}")
