"""The evidence pack that a granted auditor downloads."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests import building
from training.access.grant import grant
from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.ledger.models import Entry
from training.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: building.later(hours=1))


@pytest.fixture
def auditor() -> Any:
    return building.account("examiner", Role.AUDITOR)


def granted(auditor: Any, *campaigns: Campaign) -> Client:
    day = building.NOW.date()
    officer = building.account("granting", Role.PRIVACY_OFFICER)
    grant(user=auditor, campaigns=campaigns, first_day=day, last_day=day, by=officer, now=building.NOW)
    client = Client()
    client.force_login(auditor)
    return client


def url(code: str = "FY2026") -> str:
    return reverse("training:audit_evidence", args=[code])


def test_the_pack_is_streamed_as_of_the_latest_checkpoint_and_then_seals_what_it_is(auditor: Any) -> None:
    year = building.year()
    client = granted(auditor, year.assignment.campaign)
    sealed = Entry.objects.exclude(sequence__isnull=True).count()

    response = client.get(url())
    data = b"".join(response)

    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="FY2026-evidence.zip"'
    pack = zipfile.ZipFile(io.BytesIO(data))
    assert pack.testzip() is None
    assert json.loads(pack.read("manifest.json"))["campaigns"] == ["FY2026"]
    assert not Entry.objects.filter(sequence__isnull=True).exists()
    entries = pack.read("ledger/entries.jsonl").decode()
    assert "access.granted" not in entries, "it was sealed after the state that the pack shows"
    assert "access.pack_written" in entries
    assert json.loads(pack.read("summary.json"))["campaigns"]["FY2026"]["unsealed"] > 0
    assert Entry.objects.count() > sealed


def test_the_export_is_logged_before_the_first_byte(auditor: Any) -> None:
    year = building.year()
    client = granted(auditor, year.assignment.campaign)

    response = client.get(url())

    row = AccessLog.objects.get(action=AccessLog.Action.EXPORT)
    assert (row.user_id, row.campaign_id, row.why) == (auditor.pk, year.assignment.campaign_id, "grant")
    assert row.what == "evidence pack of FY2026"
    response.close()


def test_a_second_campaign_needs_a_grant_of_its_own(auditor: Any) -> None:
    year = building.year()
    other = building.campaign(code="FY2027")
    client = granted(auditor, year.assignment.campaign)

    assert client.get(url(), {"with": "FY2027"}).status_code == 403
    assert not AccessLog.objects.filter(action=AccessLog.Action.EXPORT).exists()

    both = Client()
    second = building.account("second", Role.AUDITOR)
    officer = building.account("granting2", Role.PRIVACY_OFFICER)
    day = building.NOW.date()
    grant(
        user=second,
        campaigns=[year.assignment.campaign, other],
        first_day=day,
        last_day=day,
        by=officer,
        now=building.NOW,
    )
    both.force_login(second)
    response = both.get(url(), {"with": "FY2027"})
    names = zipfile.ZipFile(io.BytesIO(b"".join(response))).namelist()
    assert "FY2026/tables/roster.csv" in names
    assert "FY2027/tables/roster.csv" in names
    assert AccessLog.objects.filter(action=AccessLog.Action.EXPORT).count() == 2


def test_a_campaign_named_twice_is_refused_and_not_logged(auditor: Any) -> None:
    year = building.year()
    client = granted(auditor, year.assignment.campaign)

    assert client.get(url(), {"with": "FY2026"}).status_code == 400
    assert not AccessLog.objects.filter(action=AccessLog.Action.EXPORT).exists()


def test_before_anything_is_sealed_the_refusal_says_what_to_do(auditor: Any) -> None:
    building.person()
    client = granted(auditor, building.campaign())

    assert client.get(url()).status_code == 409
    assert not AccessLog.objects.filter(action=AccessLog.Action.EXPORT).exists()


def test_the_page_offers_the_other_campaigns_granted_and_no_others(auditor: Any) -> None:
    year = building.year()
    building.campaign(code="FY2027")
    client = granted(auditor, year.assignment.campaign)

    page = client.get(reverse("training:audit_pack", args=["FY2026"]))

    assert page.status_code == 200
    assert url() in page.content.decode()
    assert "FY2027" not in page.content.decode()
    assert not AccessLog.objects.filter(action=AccessLog.Action.EXPORT).exists()


def test_a_days_table_goes_in_where_it_is_asked_for(auditor: Any) -> None:
    year = building.year()
    client = granted(auditor, year.assignment.campaign)
    day = building.NOW.date()

    names = zipfile.ZipFile(io.BytesIO(b"".join(client.get(url(), {"as_of": day.isoformat()})))).namelist()
    without = zipfile.ZipFile(io.BytesIO(b"".join(client.get(url(), {"as_of": ""})))).namelist()

    assert [name for name in names if "as-of" in name or "as_of" in name]
    assert not [name for name in without if "as-of" in name or "as_of" in name]


@pytest.mark.parametrize("asked", ["yesterday", "2026-02-30", "2999-01-01"])
def test_what_is_no_day_is_refused_before_anything_is_logged(auditor: Any, asked: str) -> None:
    year = building.year()
    client = granted(auditor, year.assignment.campaign)

    assert client.get(url(), {"as_of": asked}).status_code == 400
    assert not AccessLog.objects.filter(action=AccessLog.Action.EXPORT).exists()
