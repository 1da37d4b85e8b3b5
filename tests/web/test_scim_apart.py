"""Each identity provider keeps its own users and groups, and knows nothing of another's; what is gone is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.building import NOW
from tests.cutting import everything, writes_whole_or_not_at_all
from tests.web.test_scim import API, CORE, Provider, entra, errors
from training.errors import Conflict
from training.ledger.models import Entry
from training.people import scim_groups, scim_users
from training.people.models import Employment
from training.people.scim_clients import SCOPES, make_client, revoke_client
from training.people.scim_models import ScimGroup, ScimUser
from training.people.scim_schema import ENTERPRISE
from training.web.scim.views import OneResource

pytestmark = pytest.mark.django_db
GROUP = {"schemas": [f"{CORE}:Group"], "displayName": "営業"}


@pytest.fixture
def one() -> Provider:
    """An identity provider with a user and a group."""
    return Provider()


@pytest.fixture
def other(one: Provider) -> Provider:
    """Another, which has its own."""
    return Provider(name="Okta")


def group_of(provider: Provider, **more: Any) -> str:
    """A group of the provider's."""
    answer = provider.send("POST", "/Groups", {**GROUP, **more})
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


@pytest.mark.parametrize(
    ("method", "payload"),
    [
        ("GET", None),
        ("PUT", {**entra(), "displayName": "別人 花子"}),
        ("PATCH", {"schemas": [f"{API}:PatchOp"], "Operations": [{"op": "replace", "path": "active", "value": False}]}),
        ("DELETE", None),
    ],
)
def test_anothers_user_is_none(method: str, payload: Any, one: Provider, other: Provider) -> None:
    key = one.add()["id"]
    before = everything()
    assert errors(other.send(method, f"/Users/{key}", payload)) == (404, None)
    assert everything() == before
    assert one.send("GET", f"/Users/{key}").status_code == 200


@pytest.mark.parametrize(
    ("method", "payload"),
    [
        ("GET", None),
        ("PUT", {**GROUP, "displayName": "総務"}),
        ("PATCH", {"schemas": [f"{API}:PatchOp"], "Operations": [{"op": "remove", "path": "members"}]}),
        ("DELETE", None),
    ],
)
def test_anothers_group_is_none(method: str, payload: Any, one: Provider, other: Provider) -> None:
    key = group_of(one, members=[{"value": one.add()["id"]}])
    before = everything()
    assert errors(other.send(method, f"/Groups/{key}", payload)) == (404, None)
    assert everything() == before


def test_verbs_refuse_anothers_rows_too(one: Provider, other: Provider) -> None:
    one.add()
    group_of(one)
    user, group = ScimUser.objects.get(), ScimGroup.objects.get()
    before = everything()
    with pytest.raises(scim_users.Gone):
        scim_users.delete_user(user=user, client=other.row, expected=None, now=user.made_at)
    with pytest.raises(scim_users.Gone):
        scim_groups.delete_group(group=group, client=other.row, expected=None, now=group.made_at)
    assert everything() == before


def test_nothing_of_anothers_is_found_or_counted(one: Provider, other: Provider) -> None:
    key = one.add()["id"]
    group_of(one, members=[{"value": key}])
    for path in (
        "/Users",
        f'/Users?filter=id+eq+"{key}"',
        '/Users?filter=userName+eq+"000101%40example.com"',
        '/Users?filter=displayName+pr',
        "/Groups",
        '/Groups?filter=displayName+eq+"営業"',
        f'/Groups?filter=members.value+eq+"{key}"',
    ):  # fmt: skip
        assert one.send("GET", path).json()["totalResults"] == 1, path
        assert other.send("GET", path).json()["totalResults"] == 0, path
    assert other.send("POST", "/.search", {"schemas": [f"{API}:SearchRequest"]}).json()["totalResults"] == 0


def test_anothers_user_becomes_neither_member_nor_manager(one: Provider, other: Provider) -> None:
    key = one.add()["id"]
    assert errors(other.send("POST", "/Groups", {**GROUP, "members": [{"value": key}]})) == (400, "invalidValue")
    reports = entra("000102", "佐藤 二")
    reports[ENTERPRISE]["manager"] = {"value": key}
    assert errors(other.send("POST", "/Users", reports)) == (400, "invalidValue")
    assert other.send("GET", "/Groups").json()["totalResults"] == 0


def test_a_name_or_staff_number_that_another_has_is_taken(one: Provider, other: Provider) -> None:
    one.add()
    group_of(one)
    before = everything()
    assert errors(other.send("POST", "/Users", entra("000102", userName="000101@EXAMPLE.com"))) == (409, "uniqueness")
    assert errors(other.send("POST", "/Users", entra(userName="other"))) == (409, "uniqueness")
    assert errors(other.send("POST", "/Groups", GROUP)) == (409, "uniqueness")
    assert everything() == before


# --- at once ---


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> None:
    """Let something happen after a request has read its row, and before its change has its turn."""
    expected = OneResource.expected

    def late(view: OneResource, row: Any) -> int | None:
        monkeypatch.setattr(OneResource, "expected", expected)
        happens()
        return expected(view, row)

    monkeypatch.setattr(OneResource, "expected", late)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_what_is_deleted_meanwhile_is_not_there_any_more(
    method: str, one: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, group = one.add()["id"], group_of(one)
    rename = {"schemas": [f"{API}:PatchOp"], "Operations": [{"op": "replace", "path": "displayName", "value": "佐藤"}]}
    user = {"PUT": {**entra(), "displayName": "佐藤 一郎"}, "PATCH": rename}
    payload = {"PUT": {**GROUP, "displayName": "総務"}, "PATCH": rename}

    meanwhile(monkeypatch, lambda: one.send("DELETE", f"/Users/{key}"))
    assert errors(one.send(method, f"/Users/{key}", user.get(method))) == (404, None)
    meanwhile(monkeypatch, lambda: one.send("DELETE", f"/Groups/{group}"))
    assert errors(one.send(method, f"/Groups/{group}", payload.get(method))) == (404, None)
    assert Employment.objects.filter(superseded_at__isnull=True, valid_to__isnull=False).count() == 1


# --- one after another ---


def succeeding(*before: Provider, name: str = "Okta") -> Provider:
    """A provider that takes over what others kept."""
    return Provider(name=name, succeeds=[provider.row for provider in before])


def test_a_new_provider_takes_over_the_users_and_groups_of_one_whose_access_was_ended(one: Provider) -> None:
    user = one.add()
    boss = one.add("000100", "本部 長")
    group = group_of(one, displayName="営業本部/第一営業部", members=[{"value": user["id"]}])
    revoke_client(client=one.row, by=None, now=NOW)
    employments = Employment.objects.count()

    after = succeeding(one)

    assert Employment.objects.count() == employments
    found = after.send("GET", '/Users?filter=userName+eq+"000101%40example.com"').json()
    assert [(row["id"], row["externalId"]) for row in found["Resources"]] == [(user["id"], "ext-000101")]
    assert after.send("GET", f"/Groups/{group}").json()["members"][0]["value"] == user["id"]
    manager = {"op": "replace", "path": f"{ENTERPRISE}:manager", "value": boss["id"]}
    assert after.patch("Users", user["id"], manager).status_code == 200
    assert after.patch("Users", user["id"], {"op": "replace", "path": "active", "value": False}).status_code == 200
    assert Employment.objects.filter(number="000101", valid_to__isnull=False, superseded_at__isnull=True).exists()
    assert errors(after.send("POST", "/Users", entra("000100", "本部 長"))) == (409, "uniqueness")
    assert one.send("GET", "/Users").status_code == 401


def test_what_nobody_takes_over_stays_taken_until_a_later_one_takes_over_both(one: Provider) -> None:
    one.add()
    revoke_client(client=one.row, by=None, now=NOW)
    second = Provider(name="Second")
    assert errors(second.send("POST", "/Users", entra())) == (409, "uniqueness")
    second.add("000102", "佐藤 二")
    revoke_client(client=second.row, by=None, now=NOW)

    third = succeeding(one, second, name="Third")

    assert third.send("GET", "/Users").json()["totalResults"] == 2
    assert set(ScimUser.objects.values_list("client", flat=True)) == {third.row.pk}


def test_nothing_is_taken_from_a_provider_that_is_let_in(one: Provider) -> None:
    one.add()
    before = everything()
    with pytest.raises(Conflict):
        make_client(name="Okta", scopes=SCOPES, by=None, now=NOW, succeeds=[one.row])
    assert everything() == before


def test_taking_over_is_told_with_whom_and_how_many_and_written_whole_or_not_at_all(one: Provider) -> None:
    one.add()
    group_of(one)
    revoke_client(client=one.row, by=None, now=NOW)

    def verb() -> None:
        make_client(name="Okta", scopes=SCOPES, by=None, now=NOW, succeeds=[one.row])

    assert writes_whole_or_not_at_all(verb) > 0
    body = Entry.objects.filter(kind="people.scim_client_made", body__contains='"name":"Okta"').get().body
    assert f'"succeeds":[{one.row.pk}]' in body
    assert '"users":1' in body
    assert '"groups":1' in body
