"""A test message to a chat tool: marked, signed, sent once, and told at once what became of it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import building
from tests.cutting import Cut, everything
from tests.reminders.company import at, settings_with
from tests.reminders.post import ChatTool, chat_tool
from tests.reminders.test_webhooks import SECRET, signature
from training.errors import Invalid, NotAllowed, NotReady
from training.reminders.models import WebhookDelivery
from training.reminders.queries import failing_webhooks
from training.reminders.try_webhook import ERRORS, host_of, send_test
from training.reminders.webhooks import deliver_next
from training.roles import Role

pytestmark = pytest.mark.django_db
DAY = at("2026-12-27")  # a Sunday: a test goes out all the same


@pytest.fixture
def tool(settings: Any) -> Iterator[ChatTool]:
    with chat_tool() as opened:
        hooks = [
            {"name": "chat", "url": opened.url, "secret": SECRET},
            {"name": "二", "url": opened.url, "secret": SECRET},
        ]
        settings_with(settings, WEBHOOKS=hooks, WEBHOOK_TO_THIS_MACHINE=True)
        yield opened


def test_a_test_is_marked_signed_and_answered_at_once(tool: ChatTool):
    tested = send_test(hook="chat", by=building.account("hr", Role.HR), now=DAY)

    assert (tested.taken, tested.status, tested.error) == (True, 200, "")
    [(headers, body)] = tool.calls
    assert headers["webhook-signature"] == signature(headers, body)
    sent = json.loads(body)
    assert (sent["type"], sent["data"]) == ("training.test", {"test": True})
    assert sent["text"].startswith("[TEST]") or "テスト" in sent["text"]
    assert "HTTP 200" in tested.words


@pytest.mark.parametrize("status", [301, 400, 401, 404, 410, 500])
def test_what_is_not_taken_is_told_by_its_status_and_never_tried_again(tool: ChatTool, status: int):
    tool.status = lambda before: status
    tool.location = "https://elsewhere.example.com/" if status == 301 else ""

    tested = send_test(hook="chat", by=None, now=DAY)

    assert (tested.taken, tested.status) == (False, status)
    assert f"HTTP {status}" in tested.words
    assert deliver_next(now=DAY + timedelta(days=9)) is None
    assert len(tool.calls) == 1

    real = {"hook": "chat", "made_at": DAY, "not_before": DAY, "tries": 1}
    WebhookDelivery.objects.create(key="chat:2026-12-28", body={"type": "training.day"}, **real)
    # HR is told of figures that did not arrive, and not of a failed test as if it were any.
    assert [row.key for row in failing_webhooks()] == ["chat:2026-12-28"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "http://127.0.0.1:9/"}, "ConnectionError"),
        ({"url": "http://chat.example.com/key"}, "BadAddress"),
        ({"url": "https://user:pass@chat.example.com/"}, "BadAddress"),
        ({"secret": "short"}, "BadSecret"),
    ],
)
def test_a_webhook_that_cannot_be_called_is_told_in_words_without_address_or_secret(
    settings: Any, change: dict[str, str], code: str, caplog: pytest.LogCaptureFixture
):
    hook = {"name": "chat", "url": "https://chat.example.com/key", "secret": SECRET, **change}
    settings_with(settings, WEBHOOKS=[hook], WEBHOOK_TO_THIS_MACHINE=True)

    with caplog.at_level(logging.INFO):
        tested = send_test(hook="chat", by=None, now=DAY)

    assert (tested.taken, tested.status, tested.error, tested.words) == (False, None, code, str(ERRORS[code]))
    for hidden in (hook["url"], hook["secret"], SECRET):
        assert hidden not in tested.words
        assert hidden not in caplog.text


def test_one_chat_tool_is_tested_once_a_minute_and_another_all_the_same(tool: ChatTool):
    send_test(hook="chat", by=None, now=DAY)
    with pytest.raises(NotReady) as refused:
        send_test(hook="chat", by=None, now=DAY + timedelta(seconds=45))
    assert "15" in str(refused.value)
    send_test(hook="二", by=None, now=DAY + timedelta(seconds=45))
    send_test(hook="chat", by=None, now=DAY + timedelta(seconds=60))
    assert len(tool.calls) == 3


def test_a_test_that_is_cut_off_is_not_sent_by_a_worker(tool: ChatTool, monkeypatch: pytest.MonkeyPatch):
    def killed(**message: Any) -> int:
        raise Cut

    monkeypatch.setattr("training.reminders.try_webhook.post_signed", killed)
    with pytest.raises(Cut):
        send_test(hook="chat", by=None, now=DAY)

    assert WebhookDelivery.objects.get().error == "cut off"
    assert deliver_next(now=DAY + timedelta(days=9)) is None
    assert tool.calls == []


def test_who_does_not_run_the_training_and_a_chat_tool_that_is_none_are_refused(tool: ChatTool):
    before = everything()
    for account in (building.account("someone"), building.account("editor", Role.EDITOR)):
        with pytest.raises(NotAllowed):
            send_test(hook="chat", by=account, now=DAY)
    for name in ("", "another", "chat ", "../chat"):
        with pytest.raises(Invalid):
            send_test(hook=name, by=None, now=DAY)
    assert tool.calls == []
    assert everything() == before


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://hooks.example.com/T0/secret", "hooks.example.com"),
        ("https://u:p@h.example/", "h.example"),
        ("//[", ""),
    ],
)
def test_of_an_address_only_the_host_is_shown(url: str, host: str):
    assert host_of(url) == host


def test_the_command_tests_one_chat_tool_and_sends_nothing_else(tool: ChatTool, monkeypatch: pytest.MonkeyPatch):
    moments = iter(DAY + timedelta(minutes=n) for n in range(9))
    monkeypatch.setattr("django.utils.timezone.now", lambda: next(moments))
    out = StringIO()
    call_command("send_reminders", "--test-webhook", "chat", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"webhook": "chat", "status": 200, "error": ""}
    tool.status = lambda before: 404
    with pytest.raises(CommandError, match="404") as refused:
        call_command("send_reminders", "--test-webhook", "chat")
    assert refused.value.returncode == 1
    with pytest.raises(CommandError) as unknown:
        call_command("send_reminders", "--test-webhook", "nobody")
    assert unknown.value.returncode == 2
    assert [json.loads(body)["type"] for _headers, body in tool.calls] == ["training.test"] * 2
