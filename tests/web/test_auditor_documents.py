"""An auditor reads the plan and the report of what was granted, and of nothing else; each reading is in the log."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import building
from tests.typesetting import reading
from tests.web.test_evidence_pack import granted
from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.roles import Role

pytestmark = pytest.mark.django_db
NAMES = ("audit_plan", "audit_report")


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: building.later(hours=1))


@pytest.fixture
def auditor() -> Any:
    return building.account("examiner", Role.AUDITOR)


def url(name: str, code: str = "FY2026") -> str:
    return reverse(f"training:{name}", args=[code])


def test_both_are_read_in_the_browser_and_logged_before_they_go_out(auditor: Any) -> None:
    client = granted(auditor, building.year().assignment.campaign)

    for name, kind in zip(NAMES, ("教育計画書", "教育実施報告書"), strict=True):
        response = client.get(url(name))
        assert response["Content-Type"] == "application/pdf"
        assert response["Content-Disposition"].startswith("inline; filename*=utf-8''")
        assert "no-store" in response["Cache-Control"]
        words = reading.run_together(b"".join(response.streaming_content))
        assert kind in words
        assert "髙橋" not in words

    looks = AccessLog.objects.filter(user=auditor).order_by("entry__at", "what")
    assert [(look.action, look.what) for look in looks] == [
        (AccessLog.Action.DOWNLOAD, "plan document of FY2026"),
        (AccessLog.Action.DOWNLOAD, "report document of FY2026"),
    ]


def test_the_campaigns_page_leads_to_both(auditor: Any) -> None:
    client = granted(auditor, building.year().assignment.campaign)

    page = client.get(reverse("training:audit_campaign", args=["FY2026"])).content.decode()

    assert all(url(name) in page for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_what_was_not_granted_is_not_read(auditor: Any, name: str) -> None:
    client = granted(auditor, building.year().assignment.campaign)
    building.draft(code="OTHER")

    assert client.get(url(name, "OTHER")).status_code == 403
    assert client.get(url(name, "NONE")).status_code == 403
    assert not AccessLog.objects.exists()


def test_a_campaign_that_was_never_opened_has_a_plan_and_no_report(auditor: Any) -> None:
    building.person()
    client = granted(auditor, building.draft())

    assert Client().get(url("audit_plan")).status_code == 302
    assert client.get(url("audit_plan")).status_code == 200
    assert client.get(url("audit_report")).status_code == 409
    assert AccessLog.objects.count() == 1
    assert Campaign.objects.get().state == Campaign.State.DRAFT
