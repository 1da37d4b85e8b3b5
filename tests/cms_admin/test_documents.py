"""The plan is read as a document before it is approved, and it is that plan which is; the report is at hand as well."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from tests import building, cutting
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, hidden, links, text
from tests.typesetting import reading
from training.access.models import AccessLog
from training.campaigns.approve import approve, fingerprint_of
from training.campaigns.extend import extend_campaign
from training.campaigns.models import Campaign, CampaignEvent
from training.campaigns.open import open_campaign
from training.errors import Conflict
from training.ledger.canonical import canonical, sha256_hex
from training.reports.planned import plan_digest
from training.roles import Role

BASE = "/admin/training/campaigns/FY2026/"
PLAN, REPORT = f"{BASE}plan.pdf", f"{BASE}report.pdf"
DIGEST = "計画の指紋（SHA-256）"


@pytest.fixture
def draft() -> Campaign:
    """A draft that asks two people."""
    building.person("000101", "髙橋 一郎")
    building.person("000102", "山﨑 花子")
    return building.draft(["article-1"])


def pdf(client: Client, url: str) -> bytes:
    response = client.get(url)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    return b"".join(response.streaming_content)


def said(client: Client, url: str) -> str:
    return reading.run_together(pdf(client, url))


def test_a_draft_is_read_as_a_document_with_whom_it_would_ask_today(officer: Client, draft: Campaign) -> None:
    words = said(officer, PLAN)

    assert "教育計画書" in words
    assert "承認前" in words
    assert "2026年11月24日の名簿では、次の人数です。" in words
    assert "正社員2人計2人" in words
    assert "人数は、開始の時に名簿から定まります。" in words


def test_what_is_approved_is_what_was_read(officer: Client, draft: Campaign) -> None:
    """Document, page of the approval and the ledger's entry name one and the same fingerprint."""
    words = said(officer, PLAN)
    shown = officer.get(f"{BASE}approve/")
    officer.post(f"{BASE}approve/", hidden(shown))

    event = CampaignEvent.objects.get(kind=CampaignEvent.Kind.APPROVED)
    plan = {name: value for name, value in event.facts.items() if name != "versions"}
    digests = [version["digest"] for version in event.facts["versions"]]
    recorded = sha256_hex(canonical({"plan": plan, "versions": digests}))
    assert facts(shown)[DIGEST].replace(" ", "") == recorded
    assert recorded in words
    approved = said(officer, PLAN)
    assert recorded in approved
    assert "2026年11月24日承認officer" in approved
    assert "承認前" not in approved


def test_another_plan_has_another_fingerprint_and_the_old_approval_does_not_pass(
    officer: Client, draft: Campaign
) -> None:
    shown = officer.get(f"{BASE}approve/")
    building.module_version("article-1", title="改めた題")

    assert facts(shown)[DIGEST].replace(" ", "") not in said(officer, PLAN)
    assert officer.post(f"{BASE}approve/", hidden(shown)).status_code == 409


def test_after_an_extension_and_a_newer_version_the_document_tells_what_was_approved_and_what_holds(
    officer: Client, officer_account: Any, draft: Campaign
) -> None:
    officer.post(f"{BASE}approve/", hidden(officer.get(f"{BASE}approve/")))
    approved = fingerprint_of(CampaignEvent.objects.get(kind=CampaignEvent.Kind.APPROVED).facts)
    open_campaign(campaign=draft, by=officer_account, now=timezone.now())
    assert "この計画の指紋" not in said(officer, PLAN)
    draft.refresh_from_db()
    extend_campaign(
        campaign=draft,
        due_on=draft.due_on + timedelta(days=7),
        last_day=draft.last_day + timedelta(days=7),
        valid_until=draft.valid_until,
        reason="期限の延長",
        by=officer_account,
        now=timezone.now(),
    )

    words = said(officer, PLAN)
    draft.refresh_from_db()
    assert plan_digest(draft) != approved
    assert f"この計画の指紋{plan_digest(draft)}" in words
    assert f"承認した計画の指紋{approved}" in words
    assert approved in "".join(text(officer.get(f"{BASE}plan/")).split())


def test_a_plan_that_changes_while_it_is_approved_is_not(
    officer: Client, officer_account: Any, draft: Campaign
) -> None:
    read = plan_digest(draft)
    building.module_version("article-1", title="改めた題")
    before = cutting.everything()
    with pytest.raises(Conflict):
        approve(campaign=draft, by=officer_account, now=timezone.now(), fingerprint=read)
    assert cutting.everything() == before
    approve(campaign=draft, by=officer_account, now=timezone.now(), fingerprint=plan_digest(draft))


def test_the_same_draft_is_the_same_file(officer: Client, draft: Campaign) -> None:
    assert pdf(officer, PLAN) == pdf(officer, PLAN)


def test_it_is_shown_in_the_browser_and_saved_under_a_japanese_name(hr: Client, draft: Campaign) -> None:
    header = hr.get(PLAN)["Content-Disposition"]

    assert header == f"inline; filename*=utf-8''{quote('教育計画書_FY2026_2026年度 個人情報保護研修.pdf')}"


def test_a_title_that_no_file_can_have_is_made_one(hr: Client) -> None:
    building.person()
    building.draft(["article-1"], title='../../a"b: y𠮷' + "長" * 150)

    header = hr.get(PLAN)["Content-Disposition"]

    assert "%2F" not in header
    assert "/" not in header.removeprefix("inline; ")
    assert len(header) < 800


def test_plan_approval_and_campaign_lead_to_the_documents(hr: Client, officer: Client, draft: Campaign) -> None:
    assert PLAN in links(hr.get(f"{BASE}plan/"))
    assert PLAN in links(officer.get(f"{BASE}approve/"))
    building.approve_and_open(draft)
    assert {PLAN, REPORT} <= set(links(hr.get(BASE)))
    assert PLAN in links(hr.get(f"{BASE}plan/"))


def test_the_report_is_as_of_today_and_the_plan_of_an_open_campaign_counts_who_is_assigned(hr: Client) -> None:
    building.year()

    assert "教育実施報告書" in said(hr, REPORT)
    words = said(hr, PLAN)
    assert "正社員1人計1人" in words
    assert "の名簿では、" not in words


@pytest.mark.parametrize("state", ["draft", "approved"])
def test_there_is_no_report_before_the_campaign_is_opened(officer: Client, draft: Campaign, state: str) -> None:
    if state == "approved":
        officer.post(f"{BASE}approve/", hidden(officer.get(f"{BASE}approve/")))

    response = officer.get(REPORT)

    assert response.status_code == 409
    assert "開始されていません" in text(response)
    assert not AccessLog.objects.exists()


def test_every_reading_is_logged_and_said_in_words(hr: Client, officer: Client, hr_account: Any) -> None:
    building.year()
    pdf(hr, PLAN)
    pdf(hr, REPORT)

    looks = list(AccessLog.objects.order_by("at", "pk").values_list("user", "action", "what", "why"))
    assert sorted(look[2] for look in looks) == ["plan document of FY2026", "report document of FY2026"]
    assert {look[0] for look in looks} == {hr_account.pk}
    assert {look[1] for look in looks} == {AccessLog.Action.DOWNLOAD}
    words = text(officer.get("/admin/training/access-log/"))
    assert "教育計画書（PDF）" in words
    assert "教育実施報告書（PDF）" in words


def test_a_plan_that_no_font_can_write_is_refused_in_words(hr: Client) -> None:
    building.person()
    building.draft(["article-1"], title="研修 \U0001f600")

    assert hr.get(PLAN).status_code == 400
    assert not AccessLog.objects.exists()


def test_no_editor_reads_either(draft: Campaign) -> None:
    building.approve_and_open(draft)
    editor = signed_in(building.account("editor", Role.EDITOR))

    assert [editor.get(url).status_code for url in (PLAN, REPORT)] == [403, 403]
    assert not AccessLog.objects.exists()
