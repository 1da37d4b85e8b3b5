"""The plan is approved by the privacy officer as it was shown, and opened as it was shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from tests import building
from tests.cms_admin.reading import facts, hidden, links, rows, text
from training.campaigns.models import Assignment, Campaign, CampaignEvent
from training.campaigns.plan import plan
from training.catalogue.models import Module

BASE = "/admin/training/campaigns/FY2026/"


@pytest.fixture
def draft() -> Campaign:
    """A draft of two modules, and two people to ask."""
    building.person("000101", "髙橋 一郎")
    building.person("000102", "山﨑 花子")
    for slug in ("article-1", "article-2"):
        building.module_version(slug)
    return plan(
        code="FY2026",
        title="2026年度 個人情報保護研修",
        kind=Campaign.Kind.YEARLY,
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        due_on=date(2026, 12, 25),
        valid_until=date(2027, 12, 31),
        revision=building.revision(),
        statement=building.statement(),
        modules=list(Module.objects.order_by("-slug")),
        by=building.officer(),
        now=building.NOW,
    )


def state(campaign: Campaign) -> str:
    """As stored."""
    return Campaign.objects.get(pk=campaign.pk).state


def test_the_confirmation_shows_what_is_approved(officer: Client, draft: Campaign) -> None:
    page = officer.get(f"{BASE}approve/")

    shown = facts(page)
    assert shown["研修"] == "2026年度 個人情報保護研修（FY2026）"
    assert shown["実施期間"] == "2026年4月1日–2027年3月31日"
    assert shown["期限"] == "2026年12月25日"
    assert shown["修了証の有効期限"] == "2027年12月31日"
    assert shown["対象者"].startswith("2人")
    assert [line[:4] for line in rows(page)] == [["1", "研修 article-2", "1", "1"], ["2", "研修 article-1", "1", "1"]]
    assert "1. 法令等を守ります。" in text(page)


def test_the_officer_approves_what_was_shown_and_the_approval_is_recorded(
    officer: Client, officer_account: Any, draft: Campaign
) -> None:
    shown = officer.get(f"{BASE}approve/")

    response = officer.post(f"{BASE}approve/", hidden(shown))

    assert response["Location"] == BASE
    assert state(draft) == Campaign.State.APPROVED
    event = CampaignEvent.objects.get(kind=CampaignEvent.Kind.APPROVED)
    assert event.by_id == officer_account.pk
    assert "計画の承認（officer）" in text(officer.get(f"{BASE}plan/"))


def test_hr_may_read_the_plan_and_not_approve_it(hr: Client, officer: Client, draft: Campaign) -> None:
    digest = hidden(officer.get(f"{BASE}approve/"))

    assert hr.get(f"{BASE}plan/").status_code == 200
    assert f"{BASE}approve/" not in links(hr.get(f"{BASE}plan/"))
    assert f"{BASE}approve/" in links(officer.get(f"{BASE}plan/"))
    assert hr.post(f"{BASE}approve/", digest).status_code == 403
    assert state(draft) == Campaign.State.DRAFT


def test_hr_is_told_whose_approval_a_draft_waits_for(hr: Client, officer: Client, draft: Campaign) -> None:
    assert hr.get(f"{BASE}plan/").context["waits"]
    assert not officer.get(f"{BASE}plan/").context["waits"]


@pytest.mark.parametrize("step", ["approve", "open"])
def test_a_plan_that_changed_after_it_was_shown_is_shown_again(step: str, officer: Client, draft: Campaign) -> None:
    if step == "open":
        officer.post(f"{BASE}approve/", hidden(officer.get(f"{BASE}approve/")))
    before = state(draft)
    shown = hidden(officer.get(f"{BASE}{step}/"))
    building.module_version("article-1", title="改めた題")

    assert officer.post(f"{BASE}{step}/", shown).status_code == 409
    assert officer.post(f"{BASE}{step}/", {"digest": ""}).status_code == 409
    assert officer.post(f"{BASE}{step}/").status_code == 409
    assert state(draft) == before
    assert not Assignment.objects.exists()


@pytest.mark.parametrize("who", ["hr", "officer"])
def test_an_approved_campaign_is_opened_once_to_everybody(
    who: str, officer: Client, draft: Campaign, request: pytest.FixtureRequest
) -> None:
    client = request.getfixturevalue(who)
    officer.post(f"{BASE}approve/", hidden(officer.get(f"{BASE}approve/")))
    shown = hidden(client.get(f"{BASE}open/"))

    first = client.post(f"{BASE}open/", shown, follow=True)
    again = client.post(f"{BASE}open/", shown)

    assert "2人に受講を割り当てました" in text(first)
    assert again.status_code == 409
    assert state(draft) == Campaign.State.OPEN
    assert Assignment.objects.count() == 2
    assert client.get(f"{BASE}open/")["Location"] == f"{BASE}plan/"


def test_a_draft_cannot_be_opened_unapproved(hr: Client, officer: Client, draft: Campaign) -> None:
    digest = hidden(officer.get(f"{BASE}approve/"))

    assert hr.get(f"{BASE}open/")["Location"] == f"{BASE}plan/"
    refusal = hr.post(f"{BASE}open/", digest)

    assert refusal.status_code == 409
    assert "承認済み" in text(refusal)
    assert not Assignment.objects.exists()


def test_a_plan_that_was_changed_after_approval_says_so(hr: Client, officer: Client, draft: Campaign) -> None:
    officer.post(f"{BASE}approve/", hidden(officer.get(f"{BASE}approve/")))
    Campaign.objects.filter(pk=draft.pk).update(due_on=date(2027, 1, 29))

    refusal = hr.post(f"{BASE}open/", hidden(hr.get(f"{BASE}open/")))

    assert refusal.status_code == 409
    assert state(draft) == Campaign.State.APPROVED


def test_what_stands_in_the_way_of_opening_is_said_before(officer: Client) -> None:
    building.campaign(opened=False)

    page = officer.get(f"{BASE}open/")

    assert "このままでは開始できません" in text(page)
    assert hidden(page) == {}
