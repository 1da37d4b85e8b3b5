"""Every day, people outside get the latest checkpoint, once."""

from __future__ import annotations

import json
import smtplib
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.ledger.conftest import NOW
from training.errors import NotReady
from training.ledger.against import verify_against
from training.ledger.keys import load_key, verifier
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.ledger.witness import WITNESSED, mail_checkpoint

pytestmark = pytest.mark.django_db
WITNESSES = ("auditor@outside.example", "ＣＰＡ@事務所.example")


@pytest.fixture
def witnesses(settings: Any) -> None:
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "WITNESS_ADDRESSES": WITNESSES}


def send(**options: Any):
    return mail_checkpoint(key=verifier(load_key()), **{"now": NOW, **options})


def test_each_witness_gets_a_mail_of_their_own_with_the_note_attached(log: list[Entry], witnesses: None):
    done = send()
    assert done.addresses == WITNESSES
    assert [message.to for message in mail.outbox] == [[address] for address in WITNESSES]
    [(name, content, kind)] = mail.outbox[0].attachments
    assert (name, kind) == ("checkpoint-2026-04-01-5.txt", "text/plain")
    assert content == Checkpoint.objects.get(size=5).note
    assert verify_against(content, keys=[verifier(load_key())]) is None


def test_the_mail_says_in_japanese_what_it_is_for_and_what_to_compare(log: list[Entry], witnesses: None):
    with translation.override("en"):
        send()
    body = mail.outbox[0].body
    assert "保管" in body
    assert verifier(load_key()).fingerprint in body
    assert Checkpoint.objects.get(size=5).root in body
    assert "verify_ledger --against" in body
    assert "{" not in body
    assert "&" not in body


def test_a_second_run_on_the_same_day_sends_nothing_and_the_next_day_does(log: list[Entry], witnesses: None):
    send()
    assert send(now=NOW + timedelta(hours=14)).addresses == ()  # 23:30 in Tokyo
    assert len(mail.outbox) == 2
    assert send(now=NOW + timedelta(hours=15)).addresses == WITNESSES
    assert send(now=NOW + timedelta(hours=15), again=True).addresses == WITNESSES


def test_sending_is_recorded_and_the_addresses_are_disclosures_only(log: list[Entry], witnesses: None):
    send()
    entry = Entry.objects.get(kind=WITNESSED)
    assert json.loads(entry.body)["facts"] == {
        "size": 5, "root": Checkpoint.objects.get(size=5).root, "addresses": 2
    }  # fmt: skip
    assert "outside.example" not in entry.body
    assert sorted(Disclosure.objects.filter(entry=entry).values_list("value", flat=True)) == sorted(WITNESSES)


def test_a_mail_that_cannot_be_handed_over_leaves_no_record(log: list[Entry], witnesses: None, monkeypatch: Any):
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({})

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send()
    assert not Entry.objects.filter(kind=WITNESSED).exists()


def test_without_witnesses_or_checkpoint_it_says_what_is_missing(settings: Any):
    with translation.override("en"):
        with pytest.raises(NotReady, match="WITNESS_ADDRESSES"):
            send()
        settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "WITNESS_ADDRESSES": WITNESSES}
        with pytest.raises(NotReady, match="Nothing has been sealed"):
            send()
    assert mail.outbox == []


def test_the_command_says_how_many_got_it(log: list[Entry], witnesses: None):
    out = StringIO()
    call_command("mail_checkpoint", "--json", "--dry-run", stdout=out)
    assert (json.loads(out.getvalue()), mail.outbox) == ({"size": 5, "sent": 0, "addresses": 2}, [])
    out = StringIO()
    call_command("mail_checkpoint", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"size": 5, "sent": 2, "addresses": 2}


def test_the_command_refuses_with_the_reason(log: list[Entry]):
    with pytest.raises(CommandError, match="WITNESS_ADDRESSES"):
        call_command("mail_checkpoint", stdout=StringIO())
