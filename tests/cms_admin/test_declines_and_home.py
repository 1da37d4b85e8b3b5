"""Refusals with their reasons, and what HR and the privacy officer see first."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, links, rows, text
from training.attestation.attest import decline
from training.campaigns.models import Campaign
from training.people.enrol import ask_for_name
from training.roles import Role

DECLINES = "/admin/training/declines/"


def refuse(*numbers: str) -> None:
    """These people train, and cannot sign."""
    for number in numbers:
        building.person(number, f"架空 {number}", department=f"本部/部{number}")
    building.campaign()
    for n, assignment in enumerate(Campaign.objects.get().assignments.order_by("employment__number")):
        building.train(assignment)
        number = assignment.employment.number
        decline(assignment=assignment, reason=f"{number}の<i>理由</i>", now=building.later(minutes=n))


def test_each_refusal_stands_beside_its_own_person(hr: Client) -> None:
    refuse("000101", "000102")
    signer = Campaign.objects.get().assignments.get(employment__number="000102")
    building.sign(signer, "架空 000102")

    title = "2026年度 個人情報保護研修"
    assert [line[:4] + line[5:] for line in rows(hr.get(DECLINES))] == [
        ["架空 000102", "000102", "本部/部000102", title, "000102の<i>理由</i>", "2026/11/24 10:00"],
        ["架空 000101", "000101", "本部/部000101", title, "000101の<i>理由</i>", ""],
    ]
    assert [line[1] for line in rows(hr.get(DECLINES, {"signed": "no"}))] == ["000101"]
    assert [line[1] for line in rows(hr.get(f"{DECLINES}results/", {"signed": "yes"}))] == ["000102"]
    assert any(link.endswith(f"/assignments/{signer.pk}/") for link in links(hr.get(DECLINES)))


def test_refusals_are_filtered_by_campaign(hr: Client) -> None:
    refuse("000101")
    other = building.campaign(code="FY2027")

    assert rows(hr.get(DECLINES, {"campaign": other.pk})) == []
    assert len(rows(hr.get(DECLINES, {"campaign": Campaign.objects.get(code="FY2026").pk}))) == 1


def test_the_list_of_refusals_costs_the_same_whatever_its_length(hr: Client) -> None:
    refuse(*(f"{n:06d}" for n in range(12)))
    costs = []
    for query in ({"p": 1}, {"p": 1, "signed": "no"}):
        hr.get(DECLINES, query)
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(hr.get(DECLINES, query))) == 12
        costs.append(len(queries))
    building.sign(Campaign.objects.get().assignments.get(employment__number="000000"), "架空 000000")
    with CaptureQueriesContext(connection) as queries:
        assert len(rows(hr.get(DECLINES, {"signed": "yes"}))) == 1

    assert {*costs, len(queries)} == {costs[0]}


def test_hr_sees_the_open_campaign_and_what_waits(hr: Client) -> None:
    refuse("000101", "000102")
    employee = Campaign.objects.get().assignments.get(employment__number="000101").employment.employee
    ask_for_name(employee=employee, name="別名", kana="", note="", now=building.NOW)
    building.campaign(code="FY2027", opened=False)

    page = hr.get("/admin/")

    shown = facts(page)
    assert (shown["対象者"], shown["受講開始"], shown["全課程合格"], shown["署名済み"]) == ("2", "2", "2", "0")
    assert shown["期限"] == "2026年12月25日"
    found = links(page)
    assert "/admin/training/campaigns/FY2026/" in found
    assert "/admin/training/campaigns/FY2027/open/" in found
    assert "/admin/training/names/?state=open" in found
    assert "/admin/training/declines/?signed=no" in found
    assert "回答待ちの氏名訂正の依頼が1件あります" in text(page)
    assert "署名できない旨の申告が2件あります" in text(page)


def test_the_officer_is_led_to_the_plan_that_waits_and_hr_only_told(hr: Client, officer: Client) -> None:
    building.campaign(opened=False)
    Campaign.objects.update(state=Campaign.State.DRAFT)

    assert "/admin/training/campaigns/FY2026/approve/" in links(officer.get("/admin/"))
    assert "があなたの承認を待っています" in text(officer.get("/admin/"))
    assert "/admin/training/campaigns/FY2026/approve/" not in links(hr.get("/admin/"))
    assert "/admin/training/campaigns/FY2026/plan/" in links(hr.get("/admin/"))


def test_an_editor_sees_no_figures(hr: Client) -> None:
    refuse("000101")
    editor = signed_in(building.account("editor", Role.EDITOR))

    page = editor.get("/admin/")

    assert page.status_code == 200
    assert "対象者" not in facts(page)
    assert "申告" not in text(page)
