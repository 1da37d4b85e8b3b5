"""An account is linked to its identity by a verb, by hand at a terminal; to one, and never to somebody else's."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command

from tests.building import account, person
from training.errors import Conflict, Invalid
from training.people.link_identity import identity_of, link_identity

pytestmark = pytest.mark.django_db


def app(name: str) -> dict[str, Any]:
    return {
        "provider_id": name,
        "name": name,
        "client_id": "training",
        "settings": {"server_url": "https://idp.example"},
    }


@pytest.fixture
def user(settings: Any) -> Any:
    """Somebody with an account, at a site with one provider."""
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app("company")]}}
    found = account("ichiro")
    person(user=found)
    return found


def links() -> list[tuple[str, str, str]]:
    return list(SocialAccount.objects.order_by("pk").values_list("user__username", "provider", "uid"))


def test_the_same_link_twice_is_one(user: Any):
    first = link_identity(user=user, provider="company", subject="𠮷@idp")
    assert link_identity(user=user, provider="company", subject="𠮷@idp") == first == identity_of(user)
    assert links() == [("ichiro", "company", "𠮷@idp")]


def test_a_second_identity_is_refused_unless_it_replaces_the_first(user: Any):
    link_identity(user=user, provider="company", subject="one")
    for provider, subject in (("company", "two"), ("another", "one")):
        with pytest.raises(Conflict):
            link_identity(user=user, provider=provider, subject=subject)
    link_identity(user=user, provider="company", subject="two", replace=True)
    assert links() == [("ichiro", "company", "two")]


def test_an_identity_is_nobody_else_s_even_to_replace_one(user: Any):
    other = account("jiro")
    link_identity(user=other, provider="company", subject="two")
    link_identity(user=user, provider="company", subject="one")
    with pytest.raises(Conflict):
        link_identity(user=user, provider="company", subject="two", replace=True)
    assert links() == [("jiro", "company", "two"), ("ichiro", "company", "one")]


@pytest.mark.parametrize("subject", ["", "x" * 192, "a\x00b", "a\nb"])
def test_what_no_provider_gives_is_refused(user: Any, subject: str):
    with pytest.raises(Invalid):
        link_identity(user=user, provider="company", subject=subject)
    assert links() == []


def test_the_command_links_by_staff_number(user: Any, capsys: pytest.CaptureFixture[str]):
    call_command("link_identity", "０００１０１", "one", "--json")
    assert json.loads(capsys.readouterr().out) == {"number": "０００１０１", "provider": "company", "linked": True}
    call_command("link_identity", "000101", "two", "--replace")
    assert "000101" in capsys.readouterr().out
    assert links() == [("ichiro", "company", "two")]


def test_a_dry_run_links_nobody_and_still_says_what_is_wrong(user: Any, capsys: pytest.CaptureFixture[str]):
    call_command("link_identity", "000101", "one", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out)["linked"] is False
    assert links() == []
    link_identity(user=account("jiro"), provider="company", subject="one")
    with pytest.raises(CommandError):
        call_command("link_identity", "000101", "one", "--dry-run")


def test_the_command_refuses_who_is_unknown_and_a_provider_that_is_not_configured(user: Any, settings: Any):
    with pytest.raises(CommandError):
        call_command("link_identity", "999999", "one")
    with pytest.raises(CommandError, match="company"):
        call_command("link_identity", "000101", "one", "--provider", "elsewhere")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app("a"), app("b")]}}
    with pytest.raises(CommandError, match="a, b"):
        call_command("link_identity", "000101", "one")
    call_command("link_identity", "000101", "one", "--provider", "b")
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    with pytest.raises(CommandError):
        call_command("link_identity", "000101", "one")
    assert links() == [("ichiro", "b", "one")]
