"""Signing in over HTTP, by staff number or account name, and nobody making an account for oneself."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress as AccountAddress
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils.http import base36_to_int

from tests.building import NOW, PASSWORD, account, person
from tests.web.browsing import Learner
from training.people.models import EmailAddress, Employment

pytestmark = pytest.mark.django_db


def sign_in(login: str, password: str = PASSWORD) -> Any:
    client = Client()
    response: Any = client.post(reverse("account_login"), {"login": login, "password": password})
    response.signed_in = "_auth_user_id" in client.session
    return response


@pytest.mark.parametrize("login", ["000101", "０００１０１", " 000101 ", "ichiro"])
def test_people_sign_in_by_number_however_it_is_typed_or_by_name(login: str):
    Learner()
    response = sign_in(login)
    assert (response.status_code, response.signed_in) == (302, True)
    assert response["Location"] == "/"


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("000102", PASSWORD),
        ("000101", "x"),
        ("", PASSWORD),
        ("000101", ""),
        ("a\x00b", PASSWORD),
        ("0" * 5000, PASSWORD),
    ],
)
def test_a_wrong_number_and_a_wrong_password_are_refused_alike(login: str, password: str):
    Learner()
    response = sign_in(login, password)
    assert (response.status_code, response.signed_in) == (200, False)


def test_the_refusal_does_not_say_which_of_the_two_was_wrong():
    Learner()
    one, other = sign_in("000101", "falsch"), sign_in("999999", "falsch")
    assert one.context["form"].errors == other.context["form"].errors


def test_a_locked_account_is_not_signed_in():
    learner = Learner()
    learner.user.is_active = False
    learner.user.save()
    assert not sign_in("000101").signed_in
    assert not sign_in("ichiro").signed_in


def test_after_five_wrong_passwords_the_right_one_has_to_wait():
    Learner()
    for _ in range(5):
        sign_in("000101", "falsch")
    assert not sign_in("000101").signed_in


def test_the_page_asked_for_is_reached_after_signing_in():
    Learner()
    client = Client()
    asked = client.get(reverse("training:name"))["Location"]
    assert client.post(asked, {"login": "000101", "password": PASSWORD})["Location"] == reverse("training:name")


def test_nobody_is_sent_to_another_site_after_signing_in():
    Learner()
    url = reverse("account_login") + "?next=https://evil.example/"
    assert Client().post(url, {"login": "000101", "password": PASSWORD})["Location"] == "/"


def test_nobody_makes_an_account_for_oneself():
    data = {"username": "eve", "password1": PASSWORD, "password2": PASSWORD}
    assert Client().get(reverse("account_signup")).status_code == 200
    Client().post(reverse("account_signup"), data)
    assert not get_user_model().objects.filter(username="eve").exists()


def test_an_account_linked_to_nobody_may_sign_in_and_is_told_so():
    account("nobody")
    person()
    client = Client()
    client.post(reverse("account_login"), {"login": "nobody", "password": PASSWORD})
    assert client.get(reverse("training:mine")).status_code == 403


# --- wrong passwords ---


def fails(*logins: str) -> None:
    """Wrong passwords under these logins, each from an address of its own."""
    for turn, login in enumerate(logins):
        Client(REMOTE_ADDR=f"192.0.2.{turn}").post(reverse("account_login"), {"login": login, "password": "falsch"})


SPELLINGS = ["０００１０１", " 000101", "000101　", "00０101", "000\uff11\uff10\uff11"]


@pytest.mark.parametrize("login", ["000101", "０００１０１", "ichiro", "ICHIRO", "Ichiro@Example.com"])
def test_another_way_of_typing_the_same_account_gives_no_fresh_tries(login: str):
    listed(Learner().employment, "ichiro@example.com")
    fails(*SPELLINGS)
    assert not sign_in(login).signed_in


def test_every_way_of_typing_counts():
    listed(Learner().employment, "ichiro@example.com")
    fails("ichiro", "IchirO", "ichiro@example.com", "000101", "０００１０１")
    assert not sign_in("000101").signed_in


def test_a_dash_typed_otherwise_gives_no_fresh_tries():
    person("A-0101", user=account("ichiro"))
    fails("Ａ－０１０１", "A‐0101", "A–0101", "A—0101", "A−0101")
    assert not sign_in("A-0101").signed_in


def test_nobody_else_has_to_wait_for_that():
    Learner()
    person("000102", "佐藤 二", user=account("jiro"))
    fails(*SPELLINGS, "#1", "account 1", f"account {get_user_model().objects.get(username='jiro').pk}", "typed jiro")
    assert sign_in("000102").signed_in


@pytest.mark.parametrize("login", ["999999", "９９９９９９", " 999999 "])
def test_who_is_nobody_has_to_wait_alike(login: str):
    fails("999999", "９９９９９９", "999999 ", "99９999", "９99999")
    waiting = Client().post(reverse("account_login"), {"login": login, "password": "falsch"})
    assert waiting.context["form"].errors.as_data()["__all__"][0].code == "too_many_login_attempts"


# --- a new password by mail ---


def listed(employment: Employment, email: str, until: date | None = None) -> None:
    """The company writes to the person there, by the staff list."""
    EmailAddress.objects.create(
        employee=employment.employee,
        email=email,
        valid_from=date(2020, 4, 1),
        valid_to=until,
        recorded_at=NOW,
        entry=employment.entry,
    )


def links_mailed(address: str) -> list[tuple[list[str], str]]:
    """To whom a link to a new password is mailed, when somebody asks for one at an address, and for which account."""
    mail.outbox.clear()
    answer = Client().post(reverse("account_reset_password"), {"email": address})
    assert answer.status_code == 302
    found = ((list(one.to), re.search(r"/key/([0-9a-z]+)-", str(one.body))) for one in mail.outbox)
    return [(to, str(get_user_model().objects.get(pk=base36_to_int(key[1])))) for to, key in found if key]


def test_a_new_password_is_mailed_to_the_address_in_the_staff_list_as_it_stands_there():
    listed(Learner().employment, "Ichiro@Example.com")
    assert links_mailed("ichiro@example.COM") == [(["Ichiro@Example.com"], "ichiro")]


def test_a_new_password_is_not_mailed_where_the_account_or_its_person_says():
    """Neither need be the person's any more: only the staff list follows."""
    learner = Learner()
    learner.user.email = "before@example.com"
    learner.user.save()
    AccountAddress.objects.create(user=learner.user, email="own@example.com", verified=True, primary=True)
    for address in ("before@example.com", "own@example.com", "nobody@example.com"):
        assert links_mailed(address) == []


def test_an_address_that_is_somebody_elses_now_opens_their_account_alone():
    former = Learner().employment
    listed(former, "info@example.com", until=NOW.date() - timedelta(days=1))
    former.employee.user.email = "info@example.com"
    former.employee.user.save()
    assert links_mailed("info@example.com") == []
    listed(person("000102", "佐藤 二", user=account("jiro")), "info@example.com")
    assert links_mailed("info@example.com") == [(["info@example.com"], "jiro")]


def test_nobody_gets_a_new_password_by_an_address_of_several():
    listed(Learner().employment, "shop@example.com")
    listed(person("000102", "佐藤 二", user=account("jiro")), "shop@example.com")
    assert links_mailed("shop@example.com") == []


def test_who_has_left_or_is_locked_gets_no_new_password_by_the_companys_mail():
    learner = Learner()
    listed(learner.employment, "ichiro@example.com")
    Employment.objects.update(valid_to=NOW.date() - timedelta(days=1))
    assert links_mailed("ichiro@example.com") == []
    Employment.objects.update(valid_to=None)
    assert links_mailed("ichiro@example.com") != []
    learner.user.is_active = False
    learner.user.save()
    assert links_mailed("ichiro@example.com") == []


def test_the_page_for_a_new_password_says_whom_to_ask_otherwise():
    assert "HR" in Client().get(reverse("account_reset_password"), headers={"Accept-Language": "en"}).content.decode()
