"""Each identity provider keeps its own users and groups, and knows nothing of another's; what is gone is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.building import everything
from tests.web.test_scim import API, CORE, Provider, entra, errors
from training.people import scim_groups, scim_users
from training.people.models import Employment
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
