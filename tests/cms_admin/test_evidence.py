"""The evidence pack that HR and the privacy officer take out."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import building
from training.access.models import AccessLog
from training.ledger.models import Entry

URL = "/admin/training/campaigns/FY2026/evidence.zip"


def taken(response: Any) -> zipfile.ZipFile:
    assert response.status_code == 200
    return zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content)))


@pytest.mark.parametrize("right", ["hr", "privacy_officer"])
def test_the_pack_holds_its_own_export_and_nothing_waits(right: str, hr: Client, officer: Client) -> None:
    building.year()

    pack = taken((hr if right == "hr" else officer).get(URL))

    row = AccessLog.objects.get()
    assert (row.action, row.what, row.why) == (AccessLog.Action.EXPORT, "evidence pack of FY2026", right)
    assert str(row.pk) in pack.read("ledger/entries.jsonl").decode()
    assert json.loads(pack.read("summary.json"))["campaigns"]["FY2026"]["unsealed"] == 0
    assert not Entry.objects.filter(sequence__isnull=True).exists()


def test_the_privacy_officer_sees_how_much_went_out_and_where_the_ledger_says_so(hr: Client, officer: Client) -> None:
    building.year()
    response = hr.get(URL)
    log = reverse("training_access_log:index")
    assert " (" not in what_was_looked_at(officer.get(log)), "not yet: it may be broken off"

    pack = taken(response)

    entry = Entry.objects.get(kind="access.pack_written")
    said = what_was_looked_at(officer.get(log))
    files = len(pack.namelist()) - 2 - 5  # the manifest and its note, and the ledger's part but for the tasks
    assert json.loads(entry.body)["facts"]["count"] == files
    assert str(files) in said
    assert str(entry.sequence) in said


def what_was_looked_at(response: Any) -> str:
    """The first line's cell of the access log, in words."""
    return str(response.context["object_list"][0].what)


def test_the_export_is_logged_before_the_first_byte(hr: Client) -> None:
    building.year()

    response = hr.get(URL)

    assert AccessLog.objects.filter(action=AccessLog.Action.EXPORT).count() == 1
    response.close()


def test_two_fiscal_years_in_one(hr: Client) -> None:
    building.year()
    building.campaign(code="FY2027")

    response = hr.get(URL, {"with": "FY2027"})

    assert response["Content-Disposition"] == 'attachment; filename="FY2026-FY2027-evidence.zip"'
    assert "FY2027/tables/roster.csv" in taken(response).namelist()
    assert AccessLog.objects.count() == 2


def test_what_was_never_opened_has_no_pack_and_leaves_no_line_in_the_log(hr: Client) -> None:
    building.campaign(opened=False)

    assert hr.get(URL).status_code == 409
    assert hr.get(URL.replace("2026", "1999")).status_code == 404
    assert not AccessLog.objects.exists()


def test_the_campaign_s_page_leads_to_it(hr: Client) -> None:
    building.year()

    page = hr.get(reverse("training_campaigns:campaign", args=["FY2026"])).content.decode()

    assert reverse("training_campaigns:pack", args=["FY2026"]) in page


def test_the_page_says_what_is_in_the_pack_and_offers_another_year_and_a_day(hr: Client) -> None:
    building.year()
    building.campaign(code="FY2027")
    building.campaign(code="FY2028", opened=False)

    page = hr.get(reverse("training_campaigns:pack", args=["FY2026"]))

    words = page.content.decode()
    assert "verify.py" in words
    assert 'value="FY2027"' in words
    assert "FY2028" not in words
    assert not AccessLog.objects.exists()


def test_a_days_table_goes_in_where_it_is_asked_for(hr: Client) -> None:
    building.year()

    names = taken(hr.get(URL, {"as_of": building.NOW.date().isoformat()})).namelist()

    assert [name for name in names if "as-of" in name or "as_of" in name]
    assert hr.get(URL, {"as_of": "2999-01-01"}).status_code == 400
