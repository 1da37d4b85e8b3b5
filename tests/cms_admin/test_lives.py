"""HR extends, renews, closes and cancels a campaign: each page says before in numbers what will be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import building
from tests.cms_admin.conftest import AN_HOUR_LATER, signed_in
from tests.cms_admin.reading import facts, links, text
from training.campaigns.models import AssignmentEvent, Campaign, CampaignEvent, DueSet
from training.campaigns.prolong import prolong
from training.ledger.models import Disclosure, Entry
from training.roles import Role

BASE = "/admin/training/campaigns/FY2026/"
WHY = "業務の都合（𠮷田・<b>確認済み</b>）"
LATER = {"due_on": "2027-01-29", "last_day": "2027-03-31", "valid_until": "2027-12-31", "reason": WHY}


@pytest.fixture
def campaign() -> Campaign:
    """Three people: one has signed, one has begun, one has a day of their own."""
    people = [building.person(f"00010{n}", f"架空 {n}") for n in range(1, 4)]
    made = building.campaign()
    signed = building.assignment_of(people[0])
    building.train(signed)
    building.sign(signed, "架空 1")
    building.read(building.assignment_of(people[1]).tasks.get())
    prolong(
        assignment=building.assignment_of(people[2]),
        due_on=date(2027, 2, 1),
        reason="個別",
        by=building.officer(),
        now=building.NOW,
    )
    return made


def test_extending_says_how_many_get_the_day_and_how_many_keep_their_own(hr: Client, campaign: Campaign) -> None:
    page = hr.get(f"{BASE}extend/")

    assert page.context["view"].dues == {"on": 1, "before": 0, "after": 1}
    assert page.context["form"]["due_on"].value() == date(2026, 12, 25)
    assert page.status_code == 200


def test_the_campaign_is_extended_once_and_the_plan_tells_of_it(
    hr: Client, hr_account: Any, campaign: Campaign
) -> None:
    response = hr.post(f"{BASE}extend/", LATER)
    again = hr.post(f"{BASE}extend/", LATER)

    assert response["Location"] == BASE
    assert again.status_code == 200
    assert again.context["form"].errors
    event = CampaignEvent.objects.get(kind=CampaignEvent.Kind.EXTENDED)
    assert (event.by_id, event.at, event.facts["moved"]) == (hr_account.pk, AN_HOUR_LATER, 1)
    assert DueSet.objects.filter(due_on=date(2027, 1, 29)).count() == 1
    plan = hr.get(f"{BASE}plan/")
    assert WHY in text(plan)
    assert b"<b>" not in plan.content
    assert not Entry.objects.filter(sequence__isnull=True).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"reason": " "},
        {"reason": "あ" * 1001},
        {"due_on": "2026-12-01"},
        {"due_on": "2026-12-25"},
        {"due_on": "明日"},
        {"valid_until": "2027-01-01"},
        {"due_on": ""},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(hr: Client, campaign: Campaign, wrong: dict[str, str]) -> None:
    page = hr.post(f"{BASE}extend/", {**LATER, **wrong})

    assert page.status_code == 200
    form = page.context["form"]
    assert form.errors
    assert form["reason"].value() == wrong.get("reason", WHY)
    assert not CampaignEvent.objects.filter(kind=CampaignEvent.Kind.EXTENDED).exists()


def test_a_newer_version_is_adopted_for_who_has_not_begun(hr: Client, campaign: Campaign) -> None:
    assert hr.get(f"{BASE}adopt/").context["over"]
    building.module_version(title="改めた題")

    page = hr.get(f"{BASE}adopt/")
    (key,) = page.context["view"].newer
    assert "改めた題" in text(page)
    response = hr.post(f"{BASE}adopt/", {"module": key, "reason": WHY}, follow=True)

    event = CampaignEvent.objects.get(kind=CampaignEvent.Kind.ADOPTED)
    assert event.facts["tasks"] == {"moved": 1, "stayed": 2}
    assert "1人" in text(response)
    assert hr.post(f"{BASE}adopt/", {"module": key, "reason": WHY}).context["form"].errors


def test_closing_shows_the_figures_that_it_fixes(hr: Client, campaign: Campaign) -> None:
    page = hr.get(f"{BASE}close/")
    shown = facts(page)
    assert {"3人", "1人", "2人"} <= set(shown.values())

    hr.post(f"{BASE}close/", {"reason": WHY})

    figures = CampaignEvent.objects.get(kind=CampaignEvent.Kind.CLOSED).facts["figures"]
    assert (figures["assigned"], figures["signed"], figures["outstanding"]) == (3, 1, 2)
    campaign.refresh_from_db()
    assert campaign.state == Campaign.State.CLOSED
    head = hr.get(BASE)
    assert head.context["ended"]
    for step in ("extend", "adopt", "close", "cancel"):
        assert f"{BASE}{step}/" not in links(head)
        assert hr.get(f"{BASE}{step}/").status_code in (403, 409)
        assert hr.post(f"{BASE}{step}/", {**LATER, "module": ""}).status_code != 302


def test_a_draft_is_cancelled_by_hr_and_what_was_approved_by_the_officer_alone(hr: Client, officer: Client) -> None:
    building.person()
    building.draft(code="DRAFT")
    building.campaign(code="FY2026")

    assert hr.post("/admin/training/campaigns/DRAFT/cancel/", {"reason": WHY}).status_code == 302
    assert hr.get(f"{BASE}cancel/").status_code == 403
    assert hr.post(f"{BASE}cancel/", {"reason": WHY}).status_code == 403
    assert Campaign.objects.get(code="FY2026").state == Campaign.State.OPEN
    assert officer.post(f"{BASE}cancel/", {"reason": WHY}).status_code == 302
    assert {one.state for one in Campaign.objects.all()} == {Campaign.State.CANCELLED}


def test_cancelling_says_whom_it_closes_and_leaves_who_signed(officer: Client, campaign: Campaign) -> None:
    page = officer.get(f"{BASE}cancel/")
    assert page.context["view"].figures.signed == 1

    officer.post(f"{BASE}cancel/", {"reason": WHY})

    assert AssignmentEvent.objects.filter(cause=AssignmentEvent.Cause.CANCELLED).count() == 2
    assert Disclosure.objects.filter(name="reason", value=WHY).exists()
    lines = officer.get(f"{BASE}?state=closed")
    assert len(lines.context["object_list"]) == 2
    assert len(officer.get(f"{BASE}?state=signed").context["object_list"]) == 1


def test_an_editor_decides_nothing(campaign: Campaign) -> None:
    editor = signed_in(building.account("editor", Role.EDITOR))

    for step in ("extend", "adopt", "close", "cancel"):
        assert editor.post(f"{BASE}{step}/", {**LATER, "module": ""}).status_code == 403
    assert list(CampaignEvent.objects.order_by("kind").values_list("kind", flat=True)) == [
        "approved",
        "drafted",
        "opened",
    ]


def test_the_menu_offers_what_can_be_done_and_the_statistics(hr: Client, campaign: Campaign) -> None:
    found = links(hr.get(BASE))

    assert "/admin/training/statistics/FY2026/" in found
    for step in ("plan", "extend", "adopt", "close", "cancel", "add", "group-session", "why", "samples", "make-ups"):
        assert f"{BASE}{step}/" in found
    assert "/admin/training/campaigns/new/draft/?missed=FY2026" in found


@pytest.mark.parametrize("step", ["extend", "adopt", "close"])
def test_a_decision_costs_the_same_for_few_and_for_many(hr: Client, step: str) -> None:
    def cost(code: str, people: int) -> int:
        for n in range(people):
            building.person(f"{code}{n:03d}", f"架空 {n}")
        building.campaign(code=code)
        address = f"/admin/training/campaigns/{code}/{step}/"
        hr.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert hr.get(address).status_code == 200
        return len(queries)

    assert cost("A", 2) == cost("B", 30) <= 15
