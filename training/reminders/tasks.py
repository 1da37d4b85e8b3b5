"""What workers do: send what waits. Each may run on any number of machines at once; who is killed loses nothing."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone

from training.background import task
from training.reminders.models import Letter, WebhookDelivery
from training.reminders.send import send_next
from training.reminders.webhooks import deliver_next


@task()
def send_letters() -> dict[str, int]:
    """Send every letter whose time has come; return how many were ``sent``, ``failed`` and so on."""
    found = dict.fromkeys(Letter.State.values, 0)
    while letter := send_next(now=timezone.now()):
        found[letter.state] += 1
    return found


@task()
def send_letter(letter: str) -> str:
    """Send one letter (a UUID as text), as far as its time has come; return its state."""
    send_next(now=timezone.now(), only=UUID(letter))
    return str(Letter.objects.values_list("state", flat=True).get(pk=UUID(letter)))


@task()
def deliver_webhooks() -> dict[str, int]:
    """Deliver every message to a chat tool whose time has come; return how many are in which state."""
    found = dict.fromkeys(WebhookDelivery.State.values, 0)
    while row := deliver_next(now=timezone.now()):
        found[row.state] += 1
    return found
