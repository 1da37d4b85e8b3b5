"""A learner chooses the language of the own mails."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests import building
from tests.reminders.company import member
from training.conf import conf
from training.people.account_models import MailLanguage
from training.people.enrol import link_account
from training.reminders.by_hand import remind_by_hand
from training.reminders.tasks import send_letters
from training.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def me(client: Client) -> Client:
    """Somebody who has an address and is asked in an open campaign, signed in."""
    employment = member("000101", "髙橋 一郎", mail="ichiro@example.com")
    user = building.account("ichiro")
    link_account(employee=employment.employee, user=user, now=building.NOW)
    building.campaign()
    client.force_login(user)
    return client


def test_the_choice_is_kept_and_the_next_mail_is_in_it_and_leads_back_here(
    me: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = me.get(reverse("training:mails"))
    assert page.context["form"]["language"].value() == "ja"
    assert "English" in page.content.decode()

    done = me.post(reverse("training:mails"), {"language": "en"}, follow=True)

    assert done.redirect_chain == [(reverse("training:mine"), 302)]
    assert me.get(reverse("training:mails")).context["form"]["language"].value() == "en"
    now = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now)
    remind_by_hand(employee=MailLanguage.objects.get().employee, by=building.account("hr", Role.HR), now=now)
    send_letters.call()
    [sent] = mail.outbox
    assert "HR asks you to do the following training." in sent.body
    address = f"{conf.public_url}{reverse('training:mails')}"
    assert f"In another language: {address}\n" in sent.body
    assert f'href="{address}"' in str(sent.alternatives[0].content)


@pytest.mark.parametrize("forged", ["", "zh", "en\x00", "en" * 200])
def test_another_language_is_refused_and_nothing_is_kept(me: Client, forged: str) -> None:
    assert me.post(reverse("training:mails"), {"language": forged}).context["form"].errors
    assert not MailLanguage.objects.exists()
