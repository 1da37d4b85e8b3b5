"""HR bends one person's assignment with a reason, adds and takes out, and says why somebody is asked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import building
from tests.cms_admin.conftest import AN_HOUR_LATER, signed_in
from tests.cms_admin.reading import facts, links, text
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet, Exemption
from training.people.models import Employment
from training.reports.queries import State
from training.roles import Role

BASE = "/admin/training/campaigns/FY2026/"
WHY = "長期の出張（𠮷田・<b>確認済み</b>）"


@pytest.fixture
def campaign() -> Campaign:
    """One person, asked in an open campaign."""
    building.person("000101", "髙橋 一郎")
    return building.campaign()


def assignment() -> Assignment:
    return building.assignment_of(Employment.objects.get(number="000101"))


def at(step: str = "") -> str:
    return f"{BASE}assignments/{assignment().pk}/{step}"


def states(client: Client, state: str) -> int:
    return len(client.get(f"{BASE}?state={state}").context["object_list"])


def test_hr_exempts_until_a_day_and_the_record_says_who_until_when_and_why(
    hr: Client, hr_account: Any, campaign: Campaign
) -> None:
    page = hr.get(at("exempt/"))
    assert "髙橋 一郎" in facts(page).values()

    response = hr.post(at("exempt/"), {"cause": "elsewhere", "until": "2026-11-30", "reason": WHY}, follow=True)

    row = Exemption.objects.get()
    assert (row.by, row.at, row.until) == (hr_account, AN_HOUR_LATER, date(2026, 11, 30))
    assert WHY in text(response)
    assert b"<b>" not in response.content
    assert states(hr, "exempt") == 1
    assert at("lift/") in links(response)
    assert at("exempt/") not in links(response)
    assert hr.get(BASE).context["view"].figures.exempt == 1


def test_an_exemption_is_not_granted_twice_and_is_lifted_once(hr: Client, campaign: Campaign) -> None:
    asked = {"cause": "other", "until": "", "reason": WHY}
    assert hr.get(at("lift/")).status_code == 409
    assert hr.post(at("exempt/"), asked).status_code == 302
    assert hr.post(at("exempt/"), asked).context["form"].errors
    assert hr.get(at("lift/")).status_code == 200
    assert hr.post(at("lift/"), {"reason": WHY}).status_code == 302
    assert hr.post(at("lift/"), {"reason": WHY}).status_code == 409
    assert Exemption.objects.count() == 2
    assert states(hr, "exempt") == 0


@pytest.mark.parametrize(
    ("step", "sent"),
    [
        ("exempt", {"cause": "", "until": "", "reason": WHY}),
        ("exempt", {"cause": "other", "until": "2026-11-01", "reason": WHY}),
        ("exempt", {"cause": "other", "until": "", "reason": "  "}),
        ("prolong", {"due_on": "2026-12-25", "reason": WHY}),
        ("prolong", {"due_on": "2030-01-01", "reason": WHY}),
        ("prolong", {"due_on": "", "reason": WHY}),
        ("remove", {"reason": ""}),
        ("remove", {"reason": "あ" * 1001}),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_done(
    hr: Client, campaign: Campaign, step: str, sent: dict[str, str]
) -> None:
    page = hr.post(at(f"{step}/"), sent)

    assert page.status_code == 200
    assert page.context["form"].errors
    assert page.context["form"]["reason"].value() == sent["reason"]
    assert not Exemption.objects.exists()
    assert not AssignmentEvent.objects.exists()
    assert DueSet.objects.count() == 1


def test_one_person_gets_more_time(hr: Client, campaign: Campaign) -> None:
    response = hr.post(at("prolong/"), {"due_on": "2027-01-15", "reason": WHY}, follow=True)

    assert DueSet.objects.latest("number").due_on == date(2027, 1, 15)
    assert "2027年1月15日" in text(response)
    assert WHY in text(response)
    assert "（hr）" in text(response)


def test_somebody_taken_out_is_closed_not_deleted_and_asked_again_by_number(hr: Client, campaign: Campaign) -> None:
    assert hr.post(at("remove/"), {"reason": WHY}).status_code == 302
    assert states(hr, "closed") == 1
    assert hr.get(at("remove/")).status_code == 409
    assert hr.post(at("remove/"), {"reason": WHY}).status_code == 409
    record = hr.get(at())
    assert f"{BASE}add/?number=000101" in links(record)
    assert hr.get(f"{BASE}add/?number=000101").context["form"]["numbers"].value() == "000101"

    hr.post(f"{BASE}add/", {"numbers": "000101", "reason": WHY})

    assert states(hr, "closed") == 0
    assert [row.kind for row in AssignmentEvent.objects.order_by("number")] == ["closed", "reopened"]


def test_people_are_added_all_or_nobody(hr: Client, campaign: Campaign) -> None:
    building.person("000201", "山﨑 花子")
    building.person("000202", "架空 未来", joined=building.NOW.date() + timedelta(days=30))

    refused = hr.post(f"{BASE}add/", {"numbers": "000201 000202", "reason": WHY})
    assert "000202" in str(refused.context["form"].non_field_errors())
    assert Assignment.objects.count() == 1

    hr.post(f"{BASE}add/", {"numbers": "０００２０１", "reason": WHY})
    assert Assignment.objects.get(employment__number="000201").cause == Assignment.Cause.MANUAL
    twice = hr.post(f"{BASE}add/", {"numbers": "000201", "reason": WHY})
    assert twice.context["form"].non_field_errors()
    assert Assignment.objects.count() == 2


def test_why_somebody_is_asked_or_not_is_said_in_sentences(hr: Client, campaign: Campaign) -> None:
    building.person("000301", "架空 次郎")

    asked = hr.get(f"{BASE}why/?number=０００１０１")
    other = hr.get(f"{BASE}why/?number=000301")
    nobody = hr.get(f"{BASE}why/?number=<b>9</b>")

    assert asked.context["why"].is_in
    assert at() in links(asked)
    assert f"{BASE}add/?number=000301" in links(other) or other.context["why"].is_in
    assert "why" not in nobody.context
    assert nobody.context["form"].errors
    assert b"<b>9" not in nobody.content
    assert hr.get(f"{BASE}why/").status_code == 200


def test_nothing_is_offered_for_who_has_signed(hr: Client, campaign: Campaign) -> None:
    building.train(assignment())
    building.sign(assignment(), "髙橋 一郎")

    found = links(hr.get(at()))

    for step in ("exempt", "prolong", "remove", "paper"):
        assert at(f"{step}/") not in found
        assert hr.get(at(f"{step}/")).status_code == 409


def test_an_editor_bends_nothing(campaign: Campaign) -> None:
    editor = signed_in(building.account("editor", Role.EDITOR))

    for step in ("exempt/", "lift/", "prolong/", "remove/", "paper/"):
        assert editor.post(at(step), {"reason": WHY}).status_code == 403
    assert editor.post(f"{BASE}add/", {"numbers": "000101", "reason": WHY}).status_code == 403
    assert not AssignmentEvent.objects.exists()


def test_another_campaigns_assignment_is_not_found(hr: Client, campaign: Campaign) -> None:
    building.draft(code="OTHER")
    other = at("exempt/").replace("FY2026", "OTHER")

    assert hr.get(other).status_code == 404


def test_every_state_can_be_asked_for(hr: Client, campaign: Campaign) -> None:
    for state in State.values:
        assert hr.get(f"{BASE}?state={state}").status_code == 200
