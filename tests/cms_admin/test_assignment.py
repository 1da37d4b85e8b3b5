"""One assignment in full, and its certificate."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import building
from tests.cms_admin.reading import facts, links, rows, text
from training.access.models import AccessLog
from training.attestation.attest import decline
from training.campaigns.models import Assignment, Task
from training.certificates.queries import pdf_of


def address(assignment: Assignment) -> str:
    """Where the dossier is."""
    return f"/admin/training/campaigns/{assignment.campaign.code}/assignments/{assignment.pk}/"


@pytest.fixture
def year() -> building.Year:
    """A whole year, beside somebody else's."""
    other = building.person("000999", "別人 花子", kana="ベツジン ハナコ", department="管理本部")
    year = building.year()
    building.train(building.assignment_of(other))
    decline(assignment=building.assignment_of(other), reason="別人の理由です。", now=building.NOW)
    return year


def test_hr_sees_the_person_the_signature_and_the_certificate(hr: Client, year: building.Year) -> None:
    page = hr.get(address(year.assignment))

    shown = facts(page)
    assert shown["社員番号"] == "000101"
    assert shown["所属"] == "営業本部/第一営業部/二課"
    assert shown["状態"] == "署名済み"
    assert shown["署名日時"] == "2026年11月24日10:00"
    assert shown["入力した氏名"] == "髙橋 一郎（名簿のとおり）"
    assert shown["署名した内容の指紋（SHA-256）"] == year.attestation.digest
    assert shown["修了証番号"].startswith(year.certificate.serial)
    assert "別人" not in text(page)


def test_hr_sees_every_paper_with_its_score(hr: Client) -> None:
    employment = building.person()
    building.campaign(["article-1", "article-2"])
    assignment = building.assignment_of(employment)
    first, second = assignment.tasks.order_by("campaign_module__order")
    building.sit(building.read(first), right=False)
    building.sit(Task.objects.get(pk=first.pk), seed="again")
    building.read(second)

    lines = rows(hr.get(address(assignment)))

    assert lines[0][:2] == ["研修 article-1", "1"]
    assert lines[0][3] == "2/2"
    assert lines[0][4] == "2026/11/24 10:00 0/3 不合格 2026/11/24 10:00 3/3 合格"
    assert lines[1][3:] == ["2/2", "", ""]


def test_hr_sees_why_somebody_declined_as_it_was_written(hr: Client, year: building.Year) -> None:
    other = Assignment.objects.exclude(pk=year.assignment.pk).get()
    decline(assignment=other, reason="<b>納得</b>\nできません。", now=building.later(minutes=1))

    page = hr.get(address(other))

    assert "別人の理由です。" in text(page)
    assert b"&lt;b&gt;" in page.content
    assert facts(page)["状態"] == "署名できない"
    assert not any(link.endswith("certificate.pdf") for link in links(page))


def test_the_certificate_is_the_stored_bytes_and_the_look_is_logged(
    hr: Client, hr_account: Any, year: building.Year
) -> None:
    response = hr.get(f"{address(year.assignment)}certificate.pdf")

    assert b"".join(response.streaming_content) == pdf_of(year.certificate).read_bytes()
    assert response["Content-Disposition"] == f'attachment; filename="{year.certificate.serial}.pdf"'
    row = AccessLog.objects.get()
    assert (row.user_id, row.action, row.why) == (hr_account.pk, AccessLog.Action.DOWNLOAD, "hr")
    assert row.what == f"certificate {year.certificate.pk}"


def test_no_certificate_is_not_found_and_not_logged(hr: Client, year: building.Year) -> None:
    other = Assignment.objects.exclude(pk=year.assignment.pk).get()

    assert hr.get(f"{address(other)}certificate.pdf").status_code == 404
    assert not AccessLog.objects.exists()


def test_a_signature_that_waits_for_its_certificate_says_so(hr: Client) -> None:
    employment = building.person()
    building.campaign()
    building.train(building.assignment_of(employment))
    building.sign(building.assignment_of(employment), "髙橋 一郎")

    page = hr.get(address(building.assignment_of(employment)))

    assert "署名済みですが、まだ発行されていません。" in text(page)
    assert facts(page)["封印"] == "まだ"


def test_a_dossier_costs_the_same_with_nine_modules_as_with_one(hr: Client) -> None:
    employment = building.person()
    building.campaign(["article-1"], code="SMALL")
    building.campaign([f"article-{n}" for n in range(1, 10)], code="LARGE")
    costs = []
    for code in ("SMALL", "LARGE"):
        assignment = building.assignment_of(employment, code)
        building.train(assignment)
        hr.get(address(assignment))
        with CaptureQueriesContext(connection) as queries:
            assert hr.get(address(assignment)).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]
