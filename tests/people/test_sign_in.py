"""Signing in by staff number, as people type it."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import MD5PasswordHasher

from tests.building import NOW, PASSWORD, account, person
from training.people.enrol import link_account
from training.people.models import Employment
from training.people.sign_in import StaffNumberBackend

pytestmark = pytest.mark.django_db


def sign_in(number: str | None, password: str | None = PASSWORD) -> object:
    return StaffNumberBackend().authenticate(None, username=number, password=password)


@pytest.mark.parametrize("typed", ["000101", "０００１０１", " 000101 ", "000１０1", "　000101　"])
def test_a_staff_number_is_read_however_its_digits_are_typed(typed: str):
    user = account("ichiro")
    person("000101", user=user)
    assert sign_in(typed) == user


def test_a_number_of_letters_and_digits_is_read_however_it_is_typed():
    user = account("ichiro")
    person("A-0101", user=user)
    assert sign_in("Ａ－０１０１") == user


def test_a_number_enrolled_in_full_width_is_found_in_half_width():
    user = account("ichiro")
    person("０００１０１", user=user)
    assert sign_in("000101") == user


@pytest.mark.parametrize("number", ["000102", "101", "", "0", "髙", "' OR 1=1 --", "\x00", "9" * 5000])
def test_an_unknown_number_signs_nobody_in(number: str):
    person("000101", user=account("ichiro"))
    assert sign_in(number) is None


@pytest.mark.parametrize("password", ["", "wrong", None, PASSWORD + " ", PASSWORD.upper()])
def test_a_wrong_password_signs_nobody_in(password: str | None):
    person("000101", user=account("ichiro"))
    assert sign_in("000101", password) is None


def test_nobody_signs_in_without_a_number():
    person("000101", user=account("ichiro"))
    assert sign_in(None) is None


def test_a_person_without_an_account_does_not_sign_in():
    person("000101")
    assert sign_in("000101") is None


def test_an_account_without_a_password_does_not_sign_in_by_number():
    person("000101", user=account("ichiro", password=None))
    assert sign_in("000101", "") is None
    assert sign_in("000101", "!") is None


def test_a_locked_account_does_not_sign_in():
    user = account("ichiro")
    person("000101", user=user)
    user.is_active = False
    user.save()
    assert sign_in("000101") is None


def test_a_number_given_to_somebody_else_is_the_present_holder_s():
    former, present = account("former", password="とおい-むかし-1"), account("present")
    old = person("000101", "前の 人", user=former)
    Employment.objects.filter(pk=old.pk).update(valid_to=date(2025, 3, 31))
    person("000101", "今の 人", joined=date(2025, 4, 1), user=present)
    assert sign_in("000101") == present
    assert sign_in("000101", "とおい-むかし-1") is None


def test_a_number_whose_present_holder_has_no_account_is_not_the_former_holder_s_key():
    former = account("former")
    old = person("000101", "前の 人", user=former)
    Employment.objects.filter(pk=old.pk).update(valid_to=date(2025, 3, 31))
    person("000101", "今の 人", joined=date(2025, 4, 1))
    assert sign_in("000101") is None


def test_a_corrected_number_no_longer_signs_in():
    user = account("ichiro")
    employment = person("000101", user=user)
    Employment.objects.filter(pk=employment.pk).update(superseded_at=NOW)
    assert sign_in("000101") is None


def test_an_account_name_still_signs_in_beside_the_number():
    user = account("ichiro")
    employment = person("000101")
    link_account(employee=employment.employee, user=user, now=NOW)
    assert authenticate(None, username="ichiro", password=PASSWORD) == user
    assert authenticate(None, username="000101", password=PASSWORD) == user


def test_a_wrong_number_costs_as_much_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch):
    """Compared by what takes the time: how many passwords are hashed."""
    person("000101", user=account("ichiro"))
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    sign_in("000101", "wrong")
    assert hashed == ["wrong"]
    sign_in("999999", "wrong")
    assert hashed == ["wrong", "wrong"]
