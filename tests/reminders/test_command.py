"""``send_reminders``: lists who would get what and why, or says it, once."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.building import NOW, account, campaign, draft, officer, on_leave
from tests.cutting import everything
from tests.reminders.company import at, heads, member, settings_with
from tests.reminders.post import PostOffice
from training.campaigns.approve import approve
from training.reminders.checks import reminder_settings
from training.reminders.models import Letter
from training.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Stand the clock still."""

    def stand_at(day: str) -> None:
        monkeypatch.setattr(timezone, "now", lambda: at(day))

    return stand_at


def call(*options: str) -> Any:
    out = StringIO()
    call_command("send_reminders", *options, stdout=out)
    return json.loads(out.getvalue()) if "--json" in options else out.getvalue()


def test_a_dry_run_lists_who_would_get_what_and_why_and_does_nothing(clock: Any):
    boss = member("000300", "課長", department="営業部")
    member("000201", "𠮷田", department="営業部")
    away = member("000202", "休職", department="営業部")
    heads(boss, of=boss)
    campaign()
    on_leave(away, at("2026-12-01").date(), None)
    clock("2027-01-04")
    before = everything()
    found = call("--dry-run", "--json")
    assert (found["day"], found["rest"], found["letters"]) == ("2027-01-04", False, 3)
    assert {
        "reader": "manager", "to": "000300", "number": "000201", "campaign": "FY2026", "due_on": "2026-12-25",
        "rung": 7, "why": "期限を7日以上過ぎているため",
    } in found["told"]  # fmt: skip
    assert {"reader": "learner", "number": "000202", "campaign": "FY2026", "why": "away"} in found["silent"]
    words = call("--dry-run")
    assert "000201 FY2026 2026-12-25" in words
    assert "000202 FY2026: 休職・休業中" in words
    assert everything() == before
    assert mail.outbox == []


def test_a_dry_run_lists_who_would_be_told_of_which_plan_and_who_would_not(clock: Any):
    chief = officer()
    chief.email = "officer@example.com"
    chief.save()
    account("second", Role.PRIVACY_OFFICER)
    draft(by=account("jinji", Role.HR))
    approve(campaign=draft(code="LATE"), by=chief, now=NOW)
    clock("2026-12-11")
    before = everything()
    found = call("--dry-run", "--json")
    assert found["letters"] == 1
    assert found["plans"] == [
        {"reader": "officer", "to": "officer", "campaign": "FY2026", "first_day": "2026-04-01", "why": "new"}
    ]
    assert found["plans_silent"] == [
        {"reader": "officer", "to": "second", "campaign": "FY2026", "why": "no_address"},
        {"reader": "hr", "to": None, "campaign": "LATE", "why": "no_address"},
    ]
    lines = call("--dry-run").splitlines()
    assert lines[0].endswith("通知メール1通。")
    assert lines[1].startswith("個人情報保護管理責任者 officer: FY2026 2026-04-01 – ")
    assert lines[2:] == [
        "- 個人情報保護管理責任者 second: FY2026: メールアドレスの登録なし",
        "- 人事: LATE: メールアドレスの登録なし",
    ]
    assert everything() == before
    assert mail.outbox == []


def test_a_run_sends_and_a_second_one_sends_nothing(office: PostOffice, clock: Any):
    for number in range(3):
        member(f"00020{number}", f"氏名{number}")
    campaign()
    clock("2026-12-11")
    found = call("--json")
    assert found == {
        "day": "2026-12-11", "rest": False, "written": 3, "sent": 3, "waiting": 0, "failed": 0, "silent": 0, "webhooks": 0,
        "invitations_sent": 0, "invitations_waiting": 0,
    }  # fmt: skip
    again = call("--json")
    assert (again["written"], again["sent"], again["silent"]) == (0, 0, 3)
    assert len(office.mails) == 3
    assert "新規0通" in call()


def test_a_day_of_rest_is_said(clock: Any):
    member("000201", "氏名")
    campaign()
    clock("2026-12-12")
    assert "休日" in call()
    assert "休日" in call("--dry-run")
    assert call("--json")["rest"] is True
    assert not Letter.objects.exists()


def test_a_mail_that_is_given_up_makes_the_command_fail_and_is_said_without_the_address(
    office: PostOffice, clock: Any, settings: Any
):
    settings_with(settings, REMINDER_TRIES=1)
    office.answer = lambda address: "550 no such user"
    member("000201", "氏名")
    campaign()
    clock("2026-12-11")
    with pytest.raises(CommandError, match="配信できなかった") as refused:
        call("--json")
    assert "example.com" not in str(refused.value)


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({"REMINDER_LADDER": {"before": [0]}}, ["E007"]),
        ({"REMINDER_LADDER": {"ahead": [7]}}, ["E007"]),
        ({"REMINDER_LADDER": {"before": "7"}}, ["E007"]),
        ({"REMINDER_LADDER": {"on_assignment": 14}}, ["E007"]),
        ({"REMINDER_LADDER": {"on_assignment": "no"}}, ["E007"]),
        ({"REMINDER_LADDER": {"on_assignment": False}}, []),
        ({"REMINDER_LADDER": {"plans": "no"}}, ["E007"]),
        ({"REMINDER_LADDER": {"plans": False}}, []),
        ({"CLOSED_DAYS": ["New Year"]}, ["E008"]),
        ({"CLOSED_DAYS": "12-29"}, ["E008"]),
        ({"CLOSED_DAYS": ["2026-08-14/2026-08-10"]}, ["E008"]),
        ({"CLOSED_DAYS": 1229}, ["E008"]),
        ({"CLOSED_DAYS": ["12-29", "01-02"]}, []),
        ({"CLOSED_DAYS": ["12-29/01-03", "2026-08-10/2026-08-14", "2026-09-24"]}, []),
        ({"WEBHOOKS": [{"name": "a", "url": "http://chat.example/", "secret": "whsec_" + "A" * 40}]}, ["E009"]),
        ({"WEBHOOKS": [{"name": "a", "url": "https://chat.example/", "secret": "no"}]}, ["E009"]),
        ({"WEBHOOKS": [{"url": "https://chat.example/", "secret": "whsec_" + "A" * 40}]}, ["E009"]),
        ({"WEBHOOKS": [{"name": "a", "url": "https://chat.example/", "secret": "whsec_" + "A" * 40}] * 2}, ["E009"]),
        ({"WEBHOOKS": [{"name": "a", "url": "https://chat.example/", "secret": "whsec_" + "A" * 40}]}, []),
    ],
)
def test_a_setting_that_a_run_would_stumble_over_is_named_at_start_up(
    settings: Any, change: dict[str, Any], ids: list[str]
):
    settings_with(settings, **change)
    assert [str(message.id).removeprefix("privacy_training.") for message in reminder_settings()] == ids
