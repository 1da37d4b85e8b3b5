"""Chat tools are told the day's figures, signed, until they have taken them or it is given up."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.building import campaign
from tests.cutting import Cut, cut_off
from tests.reminders.company import at, member, settings_with
from tests.reminders.post import ChatTool, chat_tool
from training.reminders.models import WebhookDelivery
from training.reminders.webhooks import CLAIM, BadAddress, deliver_next, queue_figures, require_address

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
DAY = at("2026-12-28")


@pytest.fixture
def tool(settings: Any) -> Iterator[ChatTool]:
    with chat_tool() as opened:
        hook = {"name": "chat", "url": opened.url, "secret": SECRET}
        settings_with(settings, WEBHOOKS=[hook], WEBHOOK_TO_THIS_MACHINE=True)
        member("000201", "𠮷田 太郎")
        campaign()
        yield opened


def signature(headers: dict[str, str], body: bytes) -> str:
    """What a receiver computes."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(b"s" * 32, signed, hashlib.sha256).digest()).decode()


def test_the_figures_arrive_once_a_day_signed_and_without_a_name(tool: ChatTool):
    assert queue_figures(now=DAY) == 1
    assert queue_figures(now=DAY + timedelta(hours=3)) == 0
    row = deliver_next(now=DAY)
    assert row is not None
    assert (row.state, row.status) == ("delivered", 200)
    assert deliver_next(now=DAY) is None
    [(headers, body)] = tool.calls
    assert headers["webhook-signature"] == signature(headers, body)
    sent = json.loads(body)
    assert sent["type"] == "training.day"
    assert sent["data"]["campaigns"] == [
        {
            "code": "FY2026", "title": "2026年度 個人情報保護研修", "assigned": 1, "done": 0, "excused": 0,
            "overdue": 1, "due_within_a_week": 0,
        }
    ]  # fmt: skip
    assert sent["text"] == "2026年度 個人情報保護研修：1名中0名完了、期限超過1名、1週間以内に期限0名"
    assert "𠮷田" not in body.decode()
    assert "000201" not in body.decode()


def test_on_a_day_of_rest_and_without_campaigns_nothing_is_said(tool: ChatTool):
    assert queue_figures(now=at("2026-12-27")) == 0


def test_a_tool_that_fails_is_asked_again_with_the_same_id_and_bytes(tool: ChatTool):
    tool.status = lambda before: 503 if before < 2 else 204
    queue_figures(now=DAY)
    now, seen = DAY, []
    while (row := deliver_next(now=now)) and row.state == "waiting":
        seen.append(row.error)
        assert deliver_next(now=row.not_before - timedelta(seconds=1)) is None
        now = row.not_before
    assert row is not None
    assert (seen, row.state) == (["HTTP 503", "HTTP 503"], "delivered")
    assert len({headers["webhook-id"] for headers, _body in tool.calls}) == 1
    assert len({body for _headers, body in tool.calls}) == 1
    assert len({headers["webhook-timestamp"] for headers, _body in tool.calls}) == 3
    assert all(headers["webhook-signature"] == signature(headers, body) for headers, body in tool.calls)


def test_it_is_given_up_after_as_many_tries_as_are_set(tool: ChatTool, settings: Any):
    settings_with(settings, REMINDER_TRIES=2)
    tool.status = lambda before: 500
    queue_figures(now=DAY)
    row = deliver_next(now=DAY)
    assert row is not None
    row = deliver_next(now=row.not_before)
    assert row is not None
    assert (row.state, len(tool.calls)) == ("failed", 2)


def test_a_tool_that_is_gone_for_good_is_asked_once(tool: ChatTool):
    tool.status = lambda before: 410
    queue_figures(now=DAY)
    row = deliver_next(now=DAY)
    assert row is not None
    assert (row.state, row.status) == ("failed", 410)


def test_no_redirect_is_followed(tool: ChatTool):
    with chat_tool() as elsewhere:
        tool.status, tool.location = (lambda before: 307), elsewhere.url
        queue_figures(now=DAY)
        row = deliver_next(now=DAY)
        assert row is not None
        assert (row.state, row.error) == ("waiting", "HTTP 307")
        assert elsewhere.calls == []


def test_a_tool_that_nobody_answers_at_is_asked_again(tool: ChatTool, settings: Any):
    hook = {"name": "chat", "url": "http://127.0.0.1:9/", "secret": SECRET}
    settings_with(settings, WEBHOOKS=[hook])
    queue_figures(now=DAY)
    row = deliver_next(now=DAY)
    assert row is not None
    assert (row.state, row.error) == ("waiting", "ConnectionError")


@pytest.mark.parametrize(
    "url",
    [
        "http://chat.example.com/", "ftp://chat.example.com/", "file:///etc/passwd", "https://", "//chat.example.com",
        "https://user:pass@chat.example.com/", "http://10.0.0.1/", "http://169.254.169.254/latest/", "http://localhost/",
        "http://127.0.0.1.example.com/", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_https_is_refused(url: str, settings: Any):
    settings_with(settings, WEBHOOK_TO_THIS_MACHINE=True)
    with pytest.raises(BadAddress):
        require_address(url)


def test_this_machine_is_allowed_only_where_it_is_set(settings: Any):
    require_address("https://chat.example.com/hooks/1")
    with pytest.raises(BadAddress):
        require_address("http://127.0.0.1:8000/")
    settings_with(settings, WEBHOOK_TO_THIS_MACHINE=True)
    require_address("http://127.0.0.1:8000/")
    require_address("http://[::1]:8000/")


@pytest.mark.parametrize("change", [{"url": "http://chat.example.com/"}, {"secret": "short"}, {"name": "another"}])
def test_a_webhook_that_is_set_wrongly_is_given_up_without_a_call(
    tool: ChatTool, settings: Any, change: dict[str, str]
):
    queue_figures(now=DAY)
    settings_with(settings, WEBHOOKS=[{"name": "chat", "url": tool.url, "secret": SECRET, **change}])
    row = deliver_next(now=DAY)
    assert row is not None
    assert (row.state, tool.calls) == ("failed", [])


def test_who_is_killed_delivers_under_the_same_id_again(tool: ChatTool):
    queue_figures(now=DAY)
    with pytest.raises(Cut), cut_off(2):
        deliver_next(now=DAY)
    assert deliver_next(now=DAY) is None
    row = deliver_next(now=DAY + CLAIM)
    assert row is not None
    assert row.state == "delivered"
    assert len({headers["webhook-id"] for headers, _body in tool.calls}) == 1
    assert WebhookDelivery.objects.count() == 1
