"""What was done on paper is entered with its scan: of one person, or of a whole session, for all of it or nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from django.utils.formats import date_format

from tests import asking, building
from tests.campaigns.staffing import corrected
from tests.cms_admin.reading import links, text
from training.access.models import AccessLog
from training.attestation.models import Attestation, PaperRecord
from training.campaigns.assign import assign
from training.campaigns.models import Campaign, Completion
from training.campaigns.standing_by_hand import remove
from training.certificates.models import Certificate
from training.people.renumber import renumber

BASE = "/admin/training/campaigns/FY2026/"
SCAN = asking.picture().data


def scan(data: bytes = SCAN, name: str = "署名簿.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="image/png")


def sheet(**changes: Any) -> dict[str, Any]:
    return {"kind": "paper", "held_on": "2026-11-20", "scan": scan(), "note": "所属長が読み上げた", **changes}


@pytest.fixture
def campaign() -> Campaign:
    """Three people without a PC."""
    for n in range(1, 4):
        building.person(f"00010{n}", f"架空 {n}")
    return building.campaign()


def at(campaign: Campaign, number: str = "000101") -> str:
    return f"{BASE}assignments/{campaign.assignments.get(employment__number=number).pk}/"


def test_one_persons_sheet_completes_signs_and_certifies_as_paper(hr: Client, campaign: Campaign) -> None:
    page = hr.get(f"{at(campaign)}paper/")
    assert page.status_code == 200

    response = hr.post(f"{at(campaign)}paper/", sheet(), follow=True)

    assert Completion.objects.get().how == Completion.How.PAPER
    assert Attestation.objects.get().method == Attestation.Method.PAPER
    assert Certificate.objects.count() == 1
    assert "所属長が読み上げた" in text(response)
    assert f"{at(campaign)}papers/1/scan/" in links(response)
    assert len(hr.get(f"{BASE}?state=signed").context["object_list"]) == 1


def test_the_scan_is_handed_out_as_given_and_logged(hr: Client, campaign: Campaign) -> None:
    hr.post(f"{at(campaign)}paper/", sheet())

    response = hr.get(f"{at(campaign)}papers/1/scan/")

    assert b"".join(response.streaming_content) == SCAN
    assert response["Content-Disposition"].startswith("attachment")
    assert response["Content-Type"] == "image/png"
    assert AccessLog.objects.filter(action=AccessLog.Action.DOWNLOAD).count() == 1
    assert hr.get(f"{at(campaign)}papers/2/scan/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"scan": ""},
        {"scan": scan(b"<script>alert(1)</script>", "x.png")},
        {"scan": scan(b"%PDF-1.7 broken", "x.pdf")},
        {"scan": scan(b"", "x.png")},
        {"held_on": "2026-12-31"},
        {"held_on": "2025-01-01"},
        {"held_on": ""},
        {"kind": "telepathy"},
        {"note": "あ" * 1001},
    ],
)
def test_what_is_no_sheet_is_refused_and_the_words_stay(hr: Client, campaign: Campaign, wrong: dict[str, Any]) -> None:
    page = hr.post(f"{at(campaign)}paper/", sheet(**wrong))

    assert page.status_code == 200
    assert page.context["form"].errors
    assert page.context["form"]["note"].value() == wrong.get("note", "所属長が読み上げた")
    assert not PaperRecord.objects.exists()


def test_it_is_entered_once(hr: Client, campaign: Campaign) -> None:
    assert hr.post(f"{at(campaign)}paper/", sheet()).status_code == 302
    assert hr.post(f"{at(campaign)}paper/", sheet()).status_code == 409
    assert hr.get(f"{at(campaign)}paper/").status_code == 409
    assert PaperRecord.objects.count() == 1


def test_a_session_is_entered_for_everybody_on_the_sheet_with_one_scan(hr: Client, campaign: Campaign) -> None:
    assert hr.get(f"{BASE}group-session/").context["form"].initial["kind"] == "group"

    response = hr.post(
        f"{BASE}group-session/", sheet(kind="group", numbers="000101\n０００１０２, 000103"), follow=True
    )

    assert PaperRecord.objects.count() == 3
    assert len(set(PaperRecord.objects.values_list("sha256", flat=True))) == 1
    assert Attestation.objects.count() == 3
    assert "3" in text(response)


@pytest.mark.parametrize(
    ("numbers", "said"),
    [("000101 999999", "999999"), ("000101 000900", "000900"), ("", ""), ("000101 000103", "000103")],
)
def test_a_session_is_entered_for_everybody_or_for_nobody(
    hr: Client, campaign: Campaign, numbers: str, said: str
) -> None:
    building.person("000900", "架空 後入")
    done = campaign.assignments.get(employment__number="000103")
    building.train(done)
    building.sign(done, "架空 3")

    page = hr.post(f"{BASE}group-session/", sheet(kind="group", numbers=numbers))

    assert page.status_code == 200
    assert said in str(page.context["form"].errors)
    assert not PaperRecord.objects.exists()
    assert Attestation.objects.count() == 1


def test_nothing_is_entered_where_the_campaign_is_not_under_way(hr: Client) -> None:
    building.person("000101", "架空 1")
    building.campaign(opened=False)

    assert hr.get(f"{BASE}group-session/").context["over"]
    assert hr.post(f"{BASE}group-session/", sheet(kind="group", numbers="000101")).context["form"].errors
    assert not PaperRecord.objects.exists()


def test_more_than_a_hundred_are_refused_at_the_form(
    hr: Client, campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.attestation.paper.MOST_AT_ONCE", 2)
    page = hr.post(f"{BASE}group-session/", sheet(kind="group", numbers="000101 000102 000103"))
    assert page.context["form"].non_field_errors()
    assert not PaperRecord.objects.exists()


LAST = "2026-11-22"


@pytest.fixture
def left(campaign: Campaign) -> Campaign:
    """The first of the three has left, and the daily round has closed what was asked."""
    row = campaign.assignments.get(employment__number="000101").employment
    corrected(row, valid_to=date.fromisoformat(LAST))
    assign(campaign=campaign, now=building.NOW)
    return campaign


def test_the_form_of_whoever_has_left_is_reached_from_the_record_and_says_until_when(
    hr: Client, left: Campaign
) -> None:
    with translation.override("ja"):
        day = date_format(date.fromisoformat(LAST), "DATE_FORMAT")
    assert f"{at(left)}paper/" in links(hr.get(at(left)))
    page = hr.get(f"{at(left)}paper/")
    assert page.status_code == 200
    assert day in text(page)

    late = hr.post(f"{at(left)}paper/", sheet(held_on="2026-11-23"))
    assert day in str(late.context["form"].non_field_errors())
    assert not PaperRecord.objects.exists()

    response = hr.post(f"{at(left)}paper/", sheet(held_on=LAST), follow=True)
    assert Attestation.objects.get().method == Attestation.Method.PAPER
    assert Certificate.objects.count() == 1
    assert f"{at(left)}paper/" not in links(response)
    assert len(hr.get(f"{BASE}?state=signed").context["object_list"]) == 1
    assert not hr.get(f"{BASE}?state=closed").context["object_list"]
    assert hr.get(f"{at(left)}paper/").status_code == 409


@pytest.mark.parametrize("step", ["prolong", "exempt", "remove"])
def test_nothing_else_is_decided_of_whoever_has_left(hr: Client, left: Campaign, step: str) -> None:
    assert hr.get(f"{at(left)}{step}/").status_code == 409


def test_whoever_was_taken_out_has_no_such_form(hr: Client, campaign: Campaign) -> None:
    mine = campaign.assignments.get(employment__number="000101")
    remove(assignment=mine, reason="x", by=building.officer(), now=building.NOW)
    assert f"{at(campaign)}paper/" not in links(hr.get(at(campaign)))
    assert hr.get(f"{at(campaign)}paper/").status_code == 409
    assert hr.post(f"{at(campaign)}paper/", sheet()).status_code == 409


def test_a_session_takes_whoever_has_left_and_whoever_got_another_number(hr: Client, left: Campaign) -> None:
    row = left.assignments.get(employment__number="000102").employment
    renumber(employment=row, number="900102", since=date(2026, 11, 1), now=building.NOW)

    hr.post(f"{BASE}group-session/", sheet(kind="group", numbers="000101 900102 000102"), follow=True)

    assert PaperRecord.objects.count() == Attestation.objects.count() == 2
    assert set(PaperRecord.objects.values_list("assignment__employment__number", flat=True)) == {"000101", "000102"}
