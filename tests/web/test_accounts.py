"""Signing in over HTTP, by staff number or account name, and nobody making an account for oneself."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.building import PASSWORD, account, person
from tests.web.browsing import Learner

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
