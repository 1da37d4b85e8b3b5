"""Setting the own password by a link or a slip, over HTTP; leavers at the door."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from tests.building import NOW, PASSWORD, account, import_staff, person
from tests.people.rosters import row, simple
from tests.web.conftest import Clock
from training.people.account_models import Invitation
from training.people.invite import MOST_TRIES, invite
from training.people.models import Employee, Employment
from training.roles import Role

pytestmark = pytest.mark.django_db
NEW = "あたらしい-passw0rd"
SLIP = "/welcome/"


def secret(employment: Employment, means: Invitation.Means) -> str:
    """A link's secret, or a code."""
    return invite(employees=[employment.employee], means=means, by=None, now=NOW)[0].secret


def passwords(one: str = NEW, other: str | None = None) -> dict[str, str]:
    """The fields of a password."""
    return {"password": one, "again": other if other is not None else one}


def signed_in(login: str, password: str = NEW) -> Any:
    """Somebody signs in."""
    client = Client()
    answer: Any = client.post(reverse("account_login"), {"login": login, "password": password})
    answer.browser, answer.signed_in = client, "_auth_user_id" in client.session
    return answer


def test_a_link_leads_to_a_password_and_the_password_to_the_own_training() -> None:
    url = reverse("training:invitation", args=[secret(person(), Invitation.Means.MAIL)])
    client = Client()
    page = client.get(url)
    assert "000101" in page.content.decode()
    assert "髙橋" not in page.content.decode()
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "same-origin")
    assert client.get(url).status_code == 200  # opening it uses nothing up

    assert client.post(url, passwords()).url == reverse("account_login")
    assert client.get(url).status_code == 409
    assert client.post(url, passwords()).status_code == 409
    answer = signed_in("000101")
    assert answer.signed_in
    assert answer.browser.get("/my/").status_code == 200


@pytest.mark.parametrize(
    "form",
    [
        passwords("short"),
        passwords("000101000101"),
        passwords(NEW, "another"),
        passwords(""),
        passwords("password1234"),
    ],
)
def test_a_password_that_is_weak_or_mistyped_is_asked_for_again(form: dict[str, str]) -> None:
    url = reverse("training:invitation", args=[secret(person(), Invitation.Means.MAIL)])
    page = Client().post(url, form)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert form["password"] not in page.content.decode() or not form["password"]
    assert Employee.objects.get().user is None


@pytest.mark.parametrize("secret", ["x", "..", "%00", "𠮷", "a" * 3000])
def test_a_link_that_is_none_is_refused(secret: str) -> None:
    assert Client().get(f"{SLIP}{secret}/").status_code in {404, 409}


def test_a_slip_leads_to_a_password() -> None:
    code = secret(person(), Invitation.Means.SLIP)
    form = {"number": "０００１０１", "code": code.lower(), **passwords()}
    assert Client().post(SLIP, form).url == reverse("account_login")
    assert signed_in("000101").signed_in
    assert Client().post(SLIP, form).context["form"].errors["code"]


def test_a_wrong_number_and_a_wrong_code_are_refused_alike_and_the_code_dies() -> None:
    code = secret(person(), Invitation.Means.SLIP)
    wrong = {"number": "000101", "code": "AAAA-AAAA-AAAA", **passwords()}
    one = Client().post(SLIP, wrong).context["form"].errors
    assert Client().post(SLIP, {**wrong, "number": "999999"}).context["form"].errors == one
    for _turn in range(MOST_TRIES - 1):
        Client().post(SLIP, wrong)
    assert Client().post(SLIP, {**wrong, "code": code}).context["form"].errors == one


def test_who_tries_too_often_has_to_wait(clock: Clock) -> None:
    with override_settings(PRIVACY_TRAINING={"INVITATION_TRIES_PER_MINUTE": 2}):
        statuses = [Client().post(SLIP, {}).status_code for _turn in range(3)]
        assert statuses == [200, 200, 429]
        assert Client().get(SLIP).status_code == 200
        clock.move(minutes=1)
        assert Client().post(SLIP, {}).status_code == 200


def test_whoever_was_signed_in_at_the_screen_is_no_more() -> None:
    client = Client()
    client.force_login(account("somebody"))
    client.post(reverse("training:invitation", args=[secret(person(), Invitation.Means.MAIL)]), passwords())
    assert "_auth_user_id" not in client.session


def test_an_account_name_is_not_asked_for_by_sign_up_but_the_slip_is_offered() -> None:
    assert SLIP in Client().get(reverse("account_login")).content.decode()


# --- leavers ---


def left(on: str) -> None:
    """An employee who has left, with an account that is HR's too."""
    import_staff(simple(row(joined="2010/4/1", left=on)))
    Employee.objects.update(user=account("ichiro", Role.HR), notice_read_at=NOW)


def test_who_has_left_signs_in_reads_the_own_records_and_holds_no_role() -> None:
    left("2026/10/31")
    answer = signed_in("000101", PASSWORD)
    assert answer.signed_in
    assert answer.browser.get("/my/").status_code == 200
    assert answer.browser.get("/")["Location"] == "/my/"
    user = Employee.objects.get().user
    assert user is not None
    assert user.groups.count() == 0


def test_who_left_too_long_ago_is_refused_in_words(clock: Clock) -> None:
    left("2021/3/31")
    answer = signed_in("000101", PASSWORD)
    assert not answer.signed_in
    assert answer.status_code == 403
    assert "2026年3月31日" in answer.content.decode()
    wrong = signed_in("000101", "falsch")
    assert (wrong.status_code, wrong.signed_in) == (200, False)
    assert "2026年" not in wrong.content.decode()


def test_on_the_last_day_of_the_years_one_still_reads(clock: Clock) -> None:
    left("2021/11/24")
    assert signed_in("000101", PASSWORD).signed_in
    clock.move(days=1)
    assert not signed_in("000101", PASSWORD).signed_in
    assert date(2026, 11, 24) == NOW.date()
