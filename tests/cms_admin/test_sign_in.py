"""The admin's door is the site's: the same limit of attempts, the same refusal of leavers, no way round by Wagtail's."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.core.checks import run_checks
from django.test import Client, override_settings
from django.test.utils import override_script_prefix
from django.urls import include, path, reverse
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.checks import DOOR
from tests import building
from tests.building import PASSWORD
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import text
from training.roles import Role

pytestmark = pytest.mark.django_db
ADMIN, PAGES = "/admin/login/", "/pages/_util/login/"
LISTS = "/admin/training/staff-lists/"

urlpatterns: list[Any] = [
    path("admin/", include(wagtailadmin_urls)),
    path("pages/", include(wagtail_urls)),
]


@pytest.fixture(autouse=True)
def nothing_counted_yet() -> None:
    """Wrong passwords of the test before are no matter."""
    cache.clear()


def next_of(answer: Any) -> str:
    """Where the sign-in that an answer leads to would go on to."""
    where = urlsplit(answer["Location"])
    assert (answer.status_code, where.netloc, where.path) == (302, "", reverse("account_login"))
    return parse_qs(where.query)["next"][0]


def is_in(client: Client) -> bool:
    """Whether somebody is signed in there."""
    return "_auth_user_id" in client.session


def tried(client: Client, door: str, password: str, login: str = "hr") -> Any:
    """Type a name and a password at a door, and at every form that it leads to."""
    sent = {"username": login, "login": login, "password": password}
    answer = client.post(door, sent)
    return client.post(answer["Location"], sent) if answer.status_code == 302 and not is_in(client) else answer


def test_somebody_of_hr_signs_in_where_everybody_does_and_arrives_where_the_link_led() -> None:
    building.account("hr", Role.HR)
    client = Client()
    door = client.get(LISTS)["Location"]
    answer = client.get(door)
    assert next_of(answer) == LISTS
    assert client.post(answer["Location"], {"login": "hr", "password": PASSWORD})["Location"] == LISTS
    assert client.get(LISTS).status_code == 200


def test_without_a_page_asked_for_the_door_leads_to_the_admins_first_page() -> None:
    assert next_of(Client().get(ADMIN)) == "/admin/"


@pytest.mark.parametrize("door", [ADMIN, PAGES])
def test_no_password_is_read_at_wagtails_own_doors(door: str) -> None:
    building.account("hr", Role.HR)
    client = Client()
    answer = client.post(door, {"username": "hr", "password": PASSWORD})
    assert next_of(answer) == "/admin/"
    assert not is_in(client)


@pytest.mark.parametrize("door", [ADMIN, PAGES])
def test_after_five_wrong_passwords_the_right_one_has_to_wait_at_every_door(door: str) -> None:
    building.account("hr", Role.HR)
    for turn in range(5):
        tried(Client(REMOTE_ADDR=f"192.0.2.{turn}"), door, "falsch")
    for other in (ADMIN, PAGES):
        client = Client()
        tried(client, other, PASSWORD)
        assert not is_in(client)


@pytest.mark.parametrize("door", [ADMIN, PAGES])
def test_who_left_longer_ago_than_records_are_kept_is_refused_in_words(door: str) -> None:
    account = building.account("hr", Role.HR)
    building.person("000101", "髙橋 一郎", user=account)
    building.import_staff("社員番号,氏名,退職日\n000101,髙橋 一郎,2026/10/31\n".encode(), day=date(2026, 11, 1))
    client = Client()
    with override_settings(PRIVACY_TRAINING={**settings.PRIVACY_TRAINING, "RETENTION_YEARS": 0}):
        answer = tried(client, door, PASSWORD)
    assert answer.status_code == 403
    assert "2026年10月31日" in text(answer)
    assert not is_in(client)


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/admin/",
        "/\\evil.example",
        "javascript:alert(1)",
        "https:///evil.example",
        "http://testserver@evil.example/",
        "\r\nSet-Cookie: a=b",
    ],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_the_door_leads_to_no_other_site(elsewhere: str, method: str) -> None:
    building.account("hr", Role.HR)
    hr = signed_in(building.account("other", Role.HR))
    for door in (ADMIN, PAGES):
        assert next_of(getattr(Client(), method)(door, {"next": elsewhere})) == "/admin/"
        assert getattr(hr, method)(door, {"next": elsewhere})["Location"] == "/admin/"


@pytest.mark.parametrize("role", [None, Role.AUDITOR])
def test_who_is_signed_in_and_has_no_business_here_is_told_so_and_sent_round_no_circle(role: Role | None) -> None:
    client = signed_in(building.account("somebody", *([role] if role else [])))
    answer = client.get(LISTS, follow=True)
    assert answer.status_code == 403
    assert len(answer.redirect_chain) == 1
    assert "no-cache" in answer["Cache-Control"]
    assert "permission" not in text(answer)
    assert client.get(PAGES, {"next": "/pages/"}).status_code == 403


def test_who_is_signed_in_already_goes_on(hr: Client) -> None:
    assert hr.get(ADMIN, {"next": LISTS})["Location"] == LISTS
    assert hr.get(ADMIN)["Location"] == "/admin/"
    assert hr.get(ADMIN, {"next": f"{ADMIN}?next={ADMIN}"}, follow=True).status_code == 200


@pytest.mark.parametrize("door", [ADMIN, PAGES])
def test_a_door_is_only_looked_through(door: str) -> None:
    assert Client().head(door).status_code == 302
    for method in ("put", "patch", "delete"):
        assert getattr(Client(), method)(door).status_code == 405


def test_wagtail_mails_nobody_a_new_password_by_any_of_its_addresses() -> None:
    account = building.account("hr", Role.HR)
    account.email = "hr@example.com"
    account.save()
    addresses = [
        reverse("wagtailadmin_password_reset"),
        reverse("wagtailadmin_password_reset_done"),
        reverse("wagtailadmin_password_reset_confirm", args=["MQ", "set-password"]),
        reverse("wagtailadmin_password_reset_complete"),
    ]
    for address in addresses:
        assert Client().get(address).status_code == 404
        assert Client().post(address, {"email": "hr@example.com"}).status_code == 404
    assert mail.outbox == []


def test_a_site_that_leaves_wagtails_doors_open_is_told_at_start_up() -> None:
    assert DOOR not in {found.id for found in run_checks()}
    with override_settings(ROOT_URLCONF=__name__):
        hints = [found.hint or "" for found in run_checks() if found.id == DOOR]
    assert len(hints) == 2
    assert any('path("admin/login/"' in hint for hint in hints)


def test_a_site_below_a_path_is_checked_like_any_other() -> None:
    with override_script_prefix("/kenshu/"):
        assert DOOR not in {found.id for found in run_checks()}
        with override_settings(ROOT_URLCONF=__name__):
            hints = [found.hint or "" for found in run_checks() if found.id == DOOR]
    assert any('path("admin/login/"' in hint for hint in hints)
