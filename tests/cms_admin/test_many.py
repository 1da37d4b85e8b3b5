"""HR chooses several people in a campaign's list and prolongs, exempts or reminds them in one step."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import rows, text
from tests.reminders.company import member
from tests.reminders.post import PostOffice
from training.campaigns.close import close
from training.campaigns.models import Assignment, Campaign, DueSet, Exemption
from training.campaigns.standing_by_hand import remove
from training.people.enrol import link_account
from training.people.models import Employment
from training.reminders.models import Letter
from training.roles import Role

WHY = "本社移転のため（𠮷田・<b>確認済み</b>）"
ASKED = {"due_on": "2027-01-29", "reason": WHY}
LIST = "/admin/training/campaigns/FY2026/"


@pytest.fixture
def people() -> list[Employment]:
    return [member(f"00020{place}", f"𠮷田 {place}") for place in range(4)]


@pytest.fixture
def campaign(people: list[Employment]) -> Campaign:
    return building.campaign()


def chosen(step: str, *people: Employment) -> str:
    """The address of a step for these people."""
    keys = [("id", str(building.assignment_of(one).pk)) for one in people]
    return f"{LIST}chosen/{step}/?{urlencode(keys)}"


def prolonged() -> dict[str, str]:
    """Who has another day by hand, and until when."""
    found = DueSet.objects.filter(reason="extension").select_related("assignment__employment")
    return {row.assignment.employment.number: row.due_on.isoformat() for row in found}


def levels(response: Any) -> list[str]:
    return [message.level_tag for message in response.context["messages"]]


def test_the_list_of_an_open_campaign_has_a_box_for_each_person(hr: Client, campaign: Campaign) -> None:
    page = hr.get(LIST).content.decode()
    for assignment in campaign.assignments.all():
        assert f'name="id" value="{assignment.pk}"' in page
    for step in ("remind", "prolong", "exempt"):
        assert f'formaction="{LIST}chosen/{step}/"' in page

    close(campaign=campaign, reason="終わり", by=building.officer(), now=building.later(minutes=1))
    assert 'name="id"' not in hr.get(LIST).content.decode()


def test_those_chosen_are_prolonged_in_one_step_each_by_itself(
    hr: Client, campaign: Campaign, people: list[Employment]
) -> None:
    address = chosen("prolong", people[1], people[0])
    shown = hr.get(address)
    assert [line[0] for line in rows(shown)] == ["000200", "000201"]

    done = hr.post(address, ASKED, follow=True)

    assert done.redirect_chain[-1][0] == LIST
    assert levels(done) == ["success"]
    assert prolonged() == {"000200": "2027-01-29", "000201": "2027-01-29"}
    entries = {row.entry_id for row in DueSet.objects.filter(reason="extension")}
    assert len(entries) == 2


def test_afterwards_hr_is_back_in_the_list_as_it_was_filtered_and_ordered(
    hr: Client, campaign: Campaign, people: list[Employment]
) -> None:
    asked = {"q": "𠮷田", "ordering": "number"}
    page = hr.get(f"{LIST}results/", {**asked, "_w_filter_fragment": "true"}).content.decode()
    shown = re.search(r'name="list" value="([^"]*)"', page)
    assert shown is not None
    hostile = "%00\r\nX: 1"  # stays a query, in one line
    cases = ((unescape(shown[1]), f"{LIST}?{urlencode(asked)}"), ("", LIST), (hostile, f"{LIST}?%00%0D%0AX%3A+1="))
    for person, (told, led) in zip(people, cases, strict=False):
        address = f"{chosen('prolong', person)}&{urlencode({'list': told})}"
        assert hr.get(address).context["back"] == led
        assert hr.post(address, ASKED)["Location"] == led
    assert hr.post(f"{LIST}chosen/remind/?{urlencode({'list': 'q=x'})}")["Location"] == f"{LIST}?q=x"


def test_who_is_refused_is_named_with_the_reason_and_the_others_are_done(
    hr: Client, hr_account: Any, campaign: Campaign, people: list[Employment]
) -> None:
    signed, out, own, _rest = people
    building.train(building.assignment_of(signed))
    building.sign(building.assignment_of(signed), "𠮷田 0")
    remove(assignment=building.assignment_of(out), reason=WHY, by=building.officer(), now=building.NOW)
    link_account(employee=own.employee, user=hr_account, now=building.NOW)

    done = hr.post(chosen("prolong", *people), ASKED, follow=True)

    assert prolonged() == {"000203": "2027-01-29"}
    assert levels(done) == ["success", "warning", "warning", "warning"]
    told = text(done)
    for number in ("000200 𠮷田 0", "000201 𠮷田 1", "000202 𠮷田 2"):
        assert number in told
    assert b"<b>" not in done.content


def test_where_nobody_can_be_done_what_was_typed_stays_and_the_reason_is_said_at_the_form(
    hr: Client, campaign: Campaign, people: list[Employment]
) -> None:
    address = chosen("prolong", *people)
    for sent in (
        {"due_on": "2026-12-25", "reason": WHY},
        {"due_on": "2030-01-01", "reason": WHY},
        {"due_on": "", "reason": WHY},
        {"due_on": "2027-01-29", "reason": "  "},
    ):
        answer = hr.post(address, sent)
        assert answer.status_code == 200
        assert answer.context["form"].errors
    assert prolonged() == {}
    hr.post(address, ASKED)
    assert hr.post(address, ASKED).context["form"].errors  # a second click
    assert len(prolonged()) == DueSet.objects.filter(reason="extension").count() == 4


def test_those_chosen_are_exempt_for_one_cause(hr: Client, campaign: Campaign, people: list[Employment]) -> None:
    asked = {"cause": "elsewhere", "until": "", "reason": WHY}
    assert hr.get(chosen("exempt", *people[:2])).status_code == 200
    hr.post(chosen("exempt", people[0]), asked, follow=True)

    done = hr.post(chosen("exempt", *people[:2]), asked, follow=True)

    assert Exemption.objects.count() == 2
    assert levels(done) == ["success", "warning"]
    assert "000200" in text(done)


def test_those_chosen_are_reminded_once_and_who_has_no_address_is_named(
    hr: Client, hr_account: Any, people: list[Employment], office: PostOffice
) -> None:
    silent = building.person("000299", "宛先 無")
    building.campaign()
    address = chosen("remind", people[0], people[1], silent)

    done = hr.post(address, follow=True)

    assert levels(done) == ["success", "warning"]
    assert "000299 宛先 無" in text(done)
    assert Letter.objects.filter(asked_by=hr_account, state="sent").count() == 2
    assert len(office.mails) == 2
    again = hr.post(address)
    assert again.status_code == 200
    assert again.context["form"].non_field_errors()
    assert len(office.mails) == 2


@pytest.mark.parametrize("step", ["prolong", "exempt", "remind"])
def test_what_names_nobody_or_somebody_elsewhere_does_nothing(
    hr: Client, campaign: Campaign, people: list[Employment], step: str
) -> None:
    address = f"{LIST}chosen/{step}/"
    asked = ASKED | {"cause": "other", "until": ""}
    for send in (hr.get, hr.post):
        assert send(address, asked if send == hr.post else {}).url == LIST
        for wrong in ("x", str(uuid4()), "' OR 1=1"):
            assert send(f"{address}?{urlencode({'id': wrong})}").status_code == 404
    mixed = f"{chosen(step, people[0])}&id={uuid4()}"
    assert hr.post(mixed, asked).status_code == 404
    many = urlencode([("id", str(uuid4())) for _n in range(51)])
    assert hr.post(f"{address}?{many}", asked).status_code == 400
    for role in (None, Role.EDITOR):
        other = signed_in(building.account(f"other{role}", *filter(None, [role])))
        assert other.post(chosen(step, people[0]), asked).status_code in {302, 403}
    assert (prolonged(), Exemption.objects.count(), Letter.objects.count()) == ({}, 0, 0)
    close(campaign=campaign, reason="終わり", by=building.officer(), now=building.later(minutes=1))
    assert hr.get(chosen(step, people[0])).status_code == 409
    assert hr.post(chosen(step, people[0]), asked).status_code == 409


def test_somebody_of_another_campaign_is_not_found(hr: Client, campaign: Campaign, people: list[Employment]) -> None:
    building.campaign(("article-4",), code="FY2027")
    other = building.assignment_of(people[0], "FY2027")
    assert hr.post(f"{LIST}chosen/prolong/?id={other.pk}", ASKED).status_code == 404
    assert prolonged() == {}


def test_looking_takes_as_many_queries_for_many_as_for_few(
    hr: Client, campaign: Campaign, people: list[Employment], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hr.get(chosen("prolong", people[0]))
    addresses = [chosen("prolong", *some) for some in (people[:1], people)]
    with django_assert_num_queries(14):
        hr.get(addresses[0])
    with django_assert_num_queries(14):
        assert len(rows(hr.get(addresses[1]))) == 4
    assert Assignment.objects.count() == 4
    assert reverse("training_campaigns:prolong_many", args=["FY2026"]) in addresses[0]
