"""The privacy officer lets identity providers in; a token is shown once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.urls import reverse

from tests import building
from tests.cms_admin.reading import facts, rows, text
from training.people.scim_clients import SCOPES, client_of, make_client, revoke_client
from training.people.scim_models import ScimClient, ScimUser

LIST = "/admin/training/identity-providers/"
NOW = building.later(hours=1)


def token_in(page: Any) -> str:
    """The token that a page shows."""
    return next(value for value in facts(page).values() if value.startswith("scim_"))


def test_a_token_is_shown_once_and_works(officer: Client) -> None:
    page = officer.post(f"{LIST}new/", {"name": "Entra ID", "scopes": ["users:read", "users:write"]})

    token = token_in(page)
    client = client_of(token, now=NOW)
    assert client is not None
    assert client.scopes == ["users:read", "users:write"]
    assert "no-store" in page["Cache-Control"]
    assert any(value.endswith("/scim/v2") for value in facts(page).values())
    assert token not in text(officer.get(LIST))
    assert rows(officer.get(LIST))[0][0] == "Entra ID"


def test_a_second_of_the_same_name_or_without_a_scope_is_refused_at_the_form(officer: Client) -> None:
    make_client(name="Okta", scopes=SCOPES, by=None, now=building.NOW)
    for form in ({"name": "Okta", "scopes": ["users:read"]}, {"name": "x"}, {"name": "x", "scopes": ["root"]}):
        assert officer.post(f"{LIST}new/", form).context["form"].errors
    assert ScimClient.objects.count() == 1


def test_a_new_token_leaves_the_old_one_for_as_long_as_chosen(officer: Client) -> None:
    client, old = make_client(name="Okta", scopes=SCOPES, by=None, now=building.NOW)
    address = reverse("training_scim:rotate", args=[client.pk])
    new = token_in(officer.post(address, {"overlap": "1"}))
    assert client_of(old, now=NOW + timedelta(hours=23)) == client_of(new, now=NOW) == client
    newest = token_in(officer.post(address, {"overlap": "0"}))
    assert client_of(new, now=NOW) is None
    assert client_of(newest, now=NOW) == client
    assert officer.post(address, {"overlap": "365"}).context["form"].errors


def test_a_provider_whose_access_was_ended_is_let_in_no_more(officer: Client) -> None:
    client, token = make_client(name="Okta", scopes=SCOPES, by=None, now=building.NOW)
    address = reverse("training_scim:revoke", args=[client.pk])
    assert "Okta" in text(officer.get(address))
    assert officer.post(address).url == LIST
    assert client_of(token, now=NOW) is None
    assert officer.post(address).status_code == 409
    assert officer.post(reverse("training_scim:rotate", args=[client.pk]), {"overlap": "1"}).status_code == 409


def test_hr_lets_nobody_in(hr: Client) -> None:
    assert hr.post(f"{LIST}new/", {"name": "Okta", "scopes": ["users:read"]}).status_code == 403
    assert not ScimClient.objects.exists()


def test_a_new_provider_takes_over_what_the_officer_leaves_ticked(officer: Client) -> None:
    assert "succeeds" not in officer.get(f"{LIST}new/").context["form"].fields
    before, _token = make_client(name="Okta", scopes=SCOPES, by=None, now=building.NOW)
    ScimUser.objects.create(client=before, user_name="a", resource={}, made_at=NOW, changed_at=NOW)
    assert "succeeds" not in officer.get(f"{LIST}new/").context["form"].fields
    form = {"name": "Entra ID", "scopes": ["users:read"], "succeeds": [before.pk]}
    officer.post(f"{LIST}new/", form)
    assert ScimUser.objects.get().client == before

    revoke_client(client=before, by=None, now=NOW)

    field = officer.get(f"{LIST}new/").context["form"].fields["succeeds"]
    assert list(field.initial) == [before]
    officer.post(f"{LIST}new/", {**form, "name": "Neither", "succeeds": []})
    assert ScimUser.objects.get().client == before
    assert officer.post(f"{LIST}new/", {**form, "name": "No one", "succeeds": [0]}).context["form"].errors
    officer.post(f"{LIST}new/", {**form, "name": "After"})
    assert ScimUser.objects.get().client.name == "After"
    assert "succeeds" not in officer.get(f"{LIST}new/").context["form"].fields
