"""HR reminds one person by hand from the person's record, as often as a manager may."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from tests import building
from tests.cms_admin.reading import facts, links, text
from tests.reminders.company import member
from training.reminders.models import Letter


@pytest.fixture
def at() -> str:
    """The page of one person who has an address and is asked in an open campaign."""
    employment = member("000101", "髙橋 一郎", mail="ichiro@example.com")
    building.campaign()
    return f"/admin/training/campaigns/FY2026/assignments/{building.assignment_of(employment).pk}/"


def test_one_mail_goes_out_and_the_page_says_so_and_when_it_was(hr: Client, hr_account: Any, at: str) -> None:
    assert f"{at}remind/" in links(hr.get(at))
    asked = hr.get(f"{at}remind/")
    assert "髙橋 一郎" in facts(asked).values()
    assert "なし" in facts(asked).values()

    done = hr.post(f"{at}remind/", follow=True)

    assert "催促の送信を受け付けました" in text(done)
    [letter] = Letter.objects.all()
    assert (letter.asked_by, letter.state) == (hr_account, "sent")
    [sent] = mail.outbox
    assert sent.to == ["ichiro@example.com"]
    assert "人事の研修担当から" in sent.body
    assert "2026年11月24日" in facts(hr.get(f"{at}remind/")).values()


def test_too_soon_after_the_last_it_is_refused_with_the_day_and_nothing_goes_out(hr: Client, at: str) -> None:
    hr.post(f"{at}remind/")
    again = hr.post(f"{at}remind/")
    assert again.status_code == 409
    assert "2026年11月27日" in text(again)
    assert len(mail.outbox) == 1
