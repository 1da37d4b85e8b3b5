"""Send the latest checkpoint to people outside, so that the log cannot be rewritten behind them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from training.conf import conf
from training.errors import NotReady
from training.ledger.append import append, hide
from training.ledger.canonical import moment
from training.ledger.models import Checkpoint, Entry
from training.ledger.note import VerifierKey
from training.turns import wait_for_turn

WITNESSED = "ledger.witnessed"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What was sent: the checkpoint, and to how many; to nobody where that day's mail has gone already."""

    checkpoint: Checkpoint
    addresses: tuple[str, ...]


def mail_checkpoint(*, key: VerifierKey, now: datetime, again: bool = False) -> Witnessed:
    """Mail the latest checkpoint to every configured witness, once a day in the company's zone, and record it.

    ``again`` sends a second time on the same day. The addresses are personal
    values: disclosures of the entry. Where a mail cannot be handed over,
    nothing is recorded, and the next run sends to all.

    Nobody who writes or seals waits while a mail server thinks. Of two runs at
    once one waits for the other on PostgreSQL; on SQLite, whose transactions
    would hold up every writer, both may send, and then both are recorded.

    Raises ``NotReady`` where nobody is configured or nothing has been sealed.
    """
    addresses = conf.witness_addresses
    if not addresses:
        raise NotReady(gettext_lazy("No witness is configured (WITNESS_ADDRESSES): nobody would keep the checkpoint."))
    with _alone():
        checkpoint = Checkpoint.objects.order_by("-size").first()
        if checkpoint is None:
            raise NotReady(gettext_lazy("Nothing has been sealed yet: there is no checkpoint to send."))
        last = Entry.objects.filter(kind=WITNESSED).order_by("-at").values_list("at", flat=True).first()
        if not again and last is not None and _day(last) == _day(now):
            return Witnessed(checkpoint=checkpoint, addresses=())
        for address in addresses:
            message_of(checkpoint, key=key, to=address).send()
        _record(checkpoint, addresses, now)
    return Witnessed(checkpoint=checkpoint, addresses=addresses)


@contextmanager
def _alone() -> Iterator[None]:
    if connection.vendor == "postgresql":
        with transaction.atomic():
            wait_for_turn("witness")
            yield
    else:
        yield


@transaction.atomic
def _record(checkpoint: Checkpoint, addresses: tuple[str, ...], now: datetime) -> None:
    append(
        kind=WITNESSED,
        at=now,
        facts={"size": checkpoint.size, "root": checkpoint.root, "addresses": len(addresses)},
        disclosures=[hide("address", address) for address in addresses],
    )


def message_of(checkpoint: Checkpoint, *, key: VerifierKey, to: str) -> EmailMessage:
    """Return the mail to one witness: what it is for, and the signed note as a file to keep."""
    with translation.override(conf.language):
        context = {
            "company": conf.company_name,
            "size": checkpoint.size,
            "sealed_at": checkpoint.at.astimezone(conf.time_zone),
            "root": checkpoint.root,
            "fingerprint": key.fingerprint,
            "origin": key.name,
        }
        message = EmailMessage(
            subject=_("Checkpoint of the training ledger: %(size)d entries") % {"size": checkpoint.size},
            body=render_to_string("training/mail/checkpoint.txt", context),
            to=[to],
        )
    name = f"checkpoint-{moment(checkpoint.at)[:10]}-{checkpoint.size}.txt"
    message.attach(name, checkpoint.note, "text/plain")
    return message


def _day(at: datetime) -> str:
    return f"{at.astimezone(conf.time_zone):%Y-%m-%d}"
