"""SCIM over HTTP, as Entra ID and Okta speak it, and as somebody speaks it who wants in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import get_resolver, reverse
from pytest_django import DjangoAssertNumQueries

from tests.building import NOW, account
from tests.cutting import everything
from tests.web.conftest import Clock
from training.people.models import Employment, PersonName, Supervision
from training.people.scim_clients import SCOPES, make_client
from training.people.scim_models import ScimClient, ScimUser
from training.people.scim_schema import ENTERPRISE
from training.web.scim.urls import urlpatterns

pytestmark = pytest.mark.django_db
CORE = "urn:ietf:params:scim:schemas:core:2.0"
API = "urn:ietf:params:scim:api:messages:2.0"
BASE = "/scim/v2"


class Provider:
    """An identity provider with a token."""

    def __init__(self, *scopes: str, name: str = "Entra ID", succeeds: Sequence[ScimClient] = ()) -> None:
        self.row, self.token = make_client(name=name, scopes=scopes or SCOPES, by=None, now=NOW, succeeds=succeeds)
        ScimClient.objects.update(last_used_at=NOW)  # it has called before: that is noted every few minutes only
        self.http = Client(enforce_csrf_checks=True)

    def send(self, method: str, path: str, payload: Any = None, *, raw: bytes | None = None, **headers: str) -> Any:
        """A request as providers send it."""
        body = raw if raw is not None else b"" if payload is None else json.dumps(payload).encode()
        headers = {"Authorization": f"Bearer {self.token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
        address = path if path.startswith("http") else f"{BASE}{path}"
        return self.http.generic(method, address, body, content_type="application/scim+json", headers=headers)

    def add(self, number: str = "000101", name: str = "髙橋 一郎", **more: Any) -> dict[str, Any]:
        """A user who is in the roster thereby."""
        answer = self.send("POST", "/Users", entra(number, name, **more))
        assert answer.status_code == 201, answer.content
        return dict(answer.json())

    def patch(self, kind: str, key: str, *operations: dict[str, Any]) -> Any:
        """A patch."""
        return self.send("PATCH", f"/{kind}/{key}", {"schemas": [f"{API}:PatchOp"], "Operations": list(operations)})


def entra(number: str = "000101", name: str = "髙橋 一郎", **more: Any) -> dict[str, Any]:
    """A user as Entra ID makes one, with more than anybody asked for."""
    return {
        "schemas": [f"{CORE}:User", ENTERPRISE],
        "userName": f"{number}@example.com",
        "externalId": f"ext-{number}",
        "displayName": name,
        "active": True,
        "emails": [{"type": "work", "value": f"{number}@example.com", "primary": True}],
        "phoneNumbers": [{"type": "mobile", "value": "090-0000-0000"}],
        "password": "sehr-geheim",
        "title": "部長",
        ENTERPRISE: {"employeeNumber": number, "department": "営業本部/第一営業部", "costCenter": "4711"},
        **more,
    }


@pytest.fixture
def provider() -> Provider:
    """One that may do everything."""
    return Provider()


def errors(answer: Any) -> tuple[int, str | None]:
    """Status and keyword of an error in the RFC's form."""
    body = answer.json()
    assert answer["Content-Type"] == "application/scim+json"
    assert body["schemas"] == [f"{API}:Error"]
    assert body["status"] == str(answer.status_code)
    return answer.status_code, body.get("scimType")


# --- who may ---


def concrete(pattern: Any) -> str:
    """An address of a pattern."""
    values = {"key": "00000000-0000-0000-0000-000000000000", "rest": "x/y"}
    return reverse(f"scim:{pattern.name}", kwargs={name: values[name] for name in pattern.pattern.converters})


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_nobody_gets_anything_without_a_token_and_is_told_so_in_scims_form(method: str) -> None:
    user = account("root")
    user.is_superuser = user.is_staff = True
    user.save()
    browser = Client()
    browser.force_login(user)
    before = everything()
    with override_settings(PRIVACY_TRAINING={"SCIM_FAILURES_PER_MINUTE": 1000}):
        for pattern in urlpatterns:
            answer = browser.generic(method, concrete(pattern), b"{}", content_type="application/json")
            assert answer.status_code == 401, pattern
            assert answer["WWW-Authenticate"].startswith("Bearer")
    assert everything() == before


WANTED = {
    ("GET", "users"): "users:read",
    ("POST", "users"): "users:write",
    ("GET", "user"): "users:read",
    ("PUT", "user"): "users:write",
    ("PATCH", "user"): "users:write",
    ("DELETE", "user"): "users:write",
    ("POST", "search_users"): "users:read",
    ("GET", "groups"): "groups:read",
    ("POST", "groups"): "groups:write",
    ("GET", "group"): "groups:read",
    ("PUT", "group"): "groups:write",
    ("PATCH", "group"): "groups:write",
    ("DELETE", "group"): "groups:write",
    ("POST", "search_groups"): "groups:read",
    ("POST", "search"): "users:read groups:read",
}


@pytest.mark.parametrize("scope", SCOPES)
def test_a_token_opens_what_its_scope_says_and_nothing_else(scope: str) -> None:
    provider = Provider(scope)
    patterns = {pattern.name: pattern for pattern in urlpatterns}
    for (method, name), wanted in WANTED.items():
        answer = provider.send(method, concrete(patterns[name]).removeprefix(BASE), {})
        allowed = wanted == scope
        assert (answer.status_code == 403) is not allowed, (method, name, answer.content)
    for path in ("/ServiceProviderConfig", "/Schemas", "/ResourceTypes"):
        assert provider.send("GET", path).status_code == 200
    assert not Employment.objects.exists()


def test_every_address_is_a_scim_views_and_has_no_other() -> None:
    names = {pattern.name for pattern in urlpatterns}
    described = {"config", "resource_types", "resource_type", "schemas", "schema", "bulk", "me", "root", "nothing"}
    assert names == {name for _method, name in WANTED} | described
    assert get_resolver().reverse_dict is not None


def test_a_revoked_token_and_a_token_of_another_scheme_are_refused(provider: Provider) -> None:
    assert provider.send("GET", "/Users", Authorization=f"Basic {provider.token}").status_code == 401
    assert provider.send("GET", "/Users", Authorization=provider.token).status_code == 401
    assert provider.send("GET", "/Users", Authorization=f"bearer  {provider.token}").status_code == 200
    ScimClient.objects.update(revoked_at=NOW)
    assert errors(provider.send("GET", "/Users")) == (401, None)


def test_who_guesses_tokens_has_to_wait(provider: Provider, clock: Clock) -> None:
    with override_settings(PRIVACY_TRAINING={"SCIM_FAILURES_PER_MINUTE": 3}):
        statuses = [provider.send("GET", "/Users", Authorization="Bearer scim_x").status_code for _turn in range(5)]
        assert statuses == [401, 401, 401, 429, 429]
        assert provider.send("GET", "/Users").status_code == 200
        clock.move(minutes=1)
        assert provider.send("GET", "/Users", Authorization="Bearer scim_x").status_code == 401


def test_no_session_is_opened_and_no_cookie_set(provider: Provider) -> None:
    answer = provider.send("POST", "/Users", entra())
    assert not answer.cookies
    assert "sessionid" not in provider.http.cookies
    assert answer["Cache-Control"] == "no-store"


# --- as Entra ID speaks ---


def test_entra_looks_makes_changes_and_ends_a_user(provider: Provider) -> None:
    looked = provider.send("GET", '/Users?filter=userName+eq+"000101%40EXAMPLE.com"&startIndex=1&count=10')
    assert (looked.status_code, looked.json()["totalResults"]) == (200, 0)
    made = provider.add()
    key = made["id"]
    assert made["meta"]["location"].endswith(f"/scim/v2/Users/{key}")
    assert not {"phoneNumbers", "password", "title"} & made.keys()
    assert "sehr-geheim" not in json.dumps(ScimUser.objects.get().resource)
    found = provider.send("GET", '/Users?filter=userName+eq+"000101%40EXAMPLE.com"').json()
    assert [one["id"] for one in found["Resources"]] == [key]

    chief = provider.add("000100", "部長 零")
    changed = provider.patch(
        "Users",
        key,
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": chief["id"]},
        {"op": "Replace", "path": "displayName", "value": "佐藤 一郎"},
        {"op": "Add", "path": 'emails[type eq "work"].value', "value": "sato@example.com"},
        {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "03-0000-0000"},
    )
    assert changed.status_code == 200, changed.content
    assert changed.json()["emails"][0]["value"] == "sato@example.com"
    assert Supervision.objects.count() == 1
    assert PersonName.objects.filter(superseded_at__isnull=True, name="佐藤 一郎").exists()

    gone = provider.patch("Users", key, {"op": "Replace", "path": "active", "value": "False"})
    assert gone.json()["active"] is False
    assert Employment.objects.get(number="000101", superseded_at__isnull=True).valid_to == NOW.date()
    assert provider.send("DELETE", f"/Users/{key}").status_code == 204
    assert errors(provider.send("GET", f"/Users/{key}")) == (404, None)
    assert Employment.objects.filter(number="000101").exists()


def test_okta_patches_without_a_path_and_replaces(provider: Provider) -> None:
    key = provider.add()["id"]
    assert provider.patch("Users", key, {"op": "replace", "value": {"active": False}}).json()["active"] is False
    again = provider.send("PUT", f"/Users/{key}", {**entra(), "id": key, "displayName": "髙橋 二郎"})
    assert again.status_code == 200, again.content
    assert again.json()["displayName"] == "髙橋 二郎"
    assert Employment.objects.get(superseded_at__isnull=True).valid_to is None


def test_groups_take_and_lose_members_in_every_way(provider: Provider) -> None:
    one, two = provider.add()["id"], provider.add("000102", "佐藤 二")["id"]
    made = provider.send("POST", "/Groups", {"schemas": [f"{CORE}:Group"], "displayName": "営業", "externalId": "g"})
    key = made.json()["id"]

    def members() -> set[str]:
        return {m["value"] for m in provider.send("GET", f"/Groups/{key}").json().get("members", [])}

    provider.patch("Groups", key, {"op": "Add", "path": "members", "value": [{"value": one}, {"value": two}]})
    assert members() == {one, two}
    provider.patch("Groups", key, {"op": "Remove", "path": "members", "value": [{"value": one}]})
    assert members() == {two}
    provider.patch("Groups", key, {"op": "add", "path": "members", "value": [{"value": one}]})
    provider.patch("Groups", key, {"op": "remove", "path": f'members[value eq "{two}"]'})
    assert members() == {one}
    assert provider.send("GET", f"/Users/{one}").json()["groups"][0]["display"] == "営業"
    listed = provider.send("GET", '/Groups?filter=displayName+eq+"営業"&excludedAttributes=members').json()
    assert [("members" in group, group["id"]) for group in listed["Resources"]] == [(False, key)]
    found = provider.send("GET", f'/Groups?filter=members+eq+"{one}"').json()
    assert found["totalResults"] == 1
    provider.patch("Groups", key, {"op": "remove", "path": "members"})
    assert members() == set()
    assert errors(provider.send("POST", "/Groups", {"schemas": [], "displayName": "営業"})) == (409, "uniqueness")


# --- searching ---


@pytest.mark.parametrize(
    ("filter", "numbers"),
    [
        ('userName eq "000101@example.com"', "1"),
        ('USERNAME EQ "000101@EXAMPLE.COM"', "1"),
        ('userName sw "0001"', "123"),
        ('userName co "02@"', "2"),
        ('userName ew ".com" and active eq true', "12"),
        ('externalId eq "ext-000102"', "2"),
        ('externalId eq "EXT-000102"', ""),
        ('active eq false or externalId eq "ext-000101"', "13"),
        ('not (userName eq "000101@example.com")', "23"),
        ('emails[type eq "work" and value co "02"]', "2"),
        ('emails.value eq "000103@example.com"', "3"),
        ('name.familyName pr or displayName pr', "123"),
        ('displayName sw "佐藤"', "2"),
        (f'{ENTERPRISE}:employeeNumber eq "000102"', "2"),
        (f'{ENTERPRISE}:department eq "営業本部/第一営業部" and active eq true', "12"),
        ('meta.lastModified ge "2020-01-01T00:00:00Z"', "123"),
        ('id eq "nonsense"', ""),
        ('groups.value eq "nonsense"', ""),
    ],
)  # fmt: skip
def test_filters_find_who_they_name(filter: str, numbers: str, provider: Provider) -> None:
    provider.add()
    provider.add("000102", "佐藤 二")
    key = provider.add("000103", "鈴木 三")["id"]
    provider.patch("Users", key, {"op": "replace", "path": "active", "value": False})

    by_get = provider.http.get(
        f"{BASE}/Users", {"filter": filter}, headers={"Authorization": f"Bearer {provider.token}"}
    ).json()
    by_post = provider.send("POST", "/Users/.search", {"schemas": [f"{API}:SearchRequest"], "filter": filter}).json()

    for found in (by_get, by_post):
        assert {one["userName"][5] for one in found.get("Resources", [])} == set(numbers)
        assert found["totalResults"] == len(numbers)


@pytest.mark.parametrize(
    "filter",
    [
        'userName', 'userName eq', 'userName eq "', "((((", 'title eq "x"', 'active gt true', 'password eq "x"',
        'userName eq "a" and', "(" * 5000 + 'userName eq "a"' + ")" * 5000, 'not ' * 100 + '(userName pr)',
        'userName eq "\ud83d', "'; DROP TABLE--", 'emails[type eq "work"', 'userName xx "a"', "\x00",
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused(filter: str, provider: Provider) -> None:
    asked = {"schemas": [f"{API}:SearchRequest"], "filter": filter}
    answer = provider.send("POST", "/Users/.search", asked)
    assert answer.status_code == 400
    assert errors(answer)[1] in {"invalidFilter", "invalidSyntax", "invalidValue"}


def test_pages_begin_where_asked_and_are_never_longer_than_announced(
    provider: Provider, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(7):
        provider.add(f"{number:06}", f"人 {number}")

    def page(**asked: Any) -> tuple[list[str], int, int, int]:
        query = "&".join(f"{name}={value}" for name, value in asked.items())
        found = provider.send("GET", f"/Users?{query}").json()
        names = [one["userName"][:6] for one in found.get("Resources", [])]
        return names, found["totalResults"], found["startIndex"], found["itemsPerPage"]

    whole = page()[0]
    assert sorted(whole) == [f"{number:06}" for number in range(7)]
    assert page(startIndex=3, count=2) == (whole[2:4], 7, 3, 2)
    assert page(startIndex=0, count=0) == ([], 7, 1, 0)
    assert page(startIndex=-5, count=-1) == ([], 7, 1, 0)
    assert page(startIndex=99) == ([], 7, 99, 0)
    assert page(count=99999)[3] == 7
    with django_assert_max_num_queries(5):
        page()
    for asked in ("startIndex=x", "count=1.5", f"count={'9' * 5000}"):
        assert errors(provider.send("GET", f"/Users?{asked}")) == (400, "invalidValue")


def test_a_search_at_the_root_finds_users_and_groups(provider: Provider) -> None:
    provider.add()
    provider.send("POST", "/Groups", {"schemas": [f"{CORE}:Group"], "displayName": "営業"})
    whole = provider.send("POST", "/.search", {"schemas": [f"{API}:SearchRequest"]}).json()
    assert [one["meta"]["resourceType"] for one in whole["Resources"]] == ["User", "Group"]
    second = provider.send("POST", "/.search", {"schemas": [f"{API}:SearchRequest"], "startIndex": 2, "count": 1})
    assert [one["meta"]["resourceType"] for one in second.json()["Resources"]] == ["Group"]


def test_attributes_are_left_out_as_asked(provider: Provider) -> None:
    key = provider.add()["id"]
    only = provider.send("GET", f"/Users/{key}?attributes=userName,emails.value").json()
    assert only.keys() == {"schemas", "id", "userName", "emails"}
    without = provider.send("GET", f"/Users/{key}?excludedAttributes=emails").json()
    assert "emails" not in without
    assert errors(provider.send("GET", f"/Users/{key}?attributes=a&excludedAttributes=b"))[0] == 400


# --- versions ---


def test_a_version_demanded_is_kept_to(provider: Provider) -> None:
    key = provider.add()["id"]
    read = provider.send("GET", f"/Users/{key}")
    assert read["ETag"] == read.json()["meta"]["version"] == 'W/"1"'
    assert provider.send("GET", f"/Users/{key}", If_None_Match='W/"1"').status_code == 304
    renamed = {**entra(), "displayName": "佐藤 一郎"}
    assert provider.send("PUT", f"/Users/{key}", renamed, If_Match='W/"1"')["ETag"] == 'W/"2"'
    for method in ("PUT", "DELETE"):
        assert errors(provider.send(method, f"/Users/{key}", entra(), If_Match='W/"1"')) == (412, None)
    assert provider.send("DELETE", f"/Users/{key}", If_Match="*").status_code == 204


# --- hostile ---


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'"x"', 400),
        (b"\xff\xfe{}", 400),
        (b'{"userName": "\\u0000"}', 400),
        (b'{"userName": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 200 + b"1" + b"}" * 200, 400),
        (b'{"userName": 1}', 400),
        (b'{"userName": ["a"]}', 400),
        (b'{"userName": "a", "emails": {"value": 1}}', 400),
        (b'{"userName": "a", "name": "x"}', 400),
        (b'{"userName": "a", "active": "maybe"}', 400),
        (b'{"displayName": "a"}', 400),
        (b'{"userName": "a", "schemas": "x"}', 400),
    ],
)
def test_a_body_that_is_no_user_is_refused_and_changes_nothing(body: bytes, status: int, provider: Provider) -> None:
    before = everything()
    for method, path in (("POST", "/Users"), ("PUT", f"/Users/{ScimUser().pk}")):
        answer = provider.send(method, path, raw=body)
        assert answer.status_code in {status, 404}, (method, answer.content)
        errors(answer)
    assert everything() == before


def test_a_body_that_is_too_large_is_not_read(provider: Provider) -> None:
    with override_settings(PRIVACY_TRAINING={"SCIM_BODY_LIMIT": 1000}):
        assert errors(provider.send("POST", "/Users", raw=b" " * 1001)) == (413, None)
    answer = provider.http.generic(
        "POST",
        f"{BASE}/Users",
        b"{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {provider.token}"},
        CONTENT_LENGTH="-1",
    )
    assert errors(answer) == (413, None)


@pytest.mark.parametrize(
    "operations",
    [
        None,
        "x",
        [],
        ["x"],
        [{}],
        [{"op": "explode", "path": "active"}],
        [{"op": "remove"}],
        [{"op": "replace", "path": "nothing[[", "value": 1}],
        [{"op": "replace", "path": "emails[" * 50, "value": 1}],
        [{"op": "replace", "path": "id", "value": "x"}],
        [{"op": "replace", "path": "userName", "value": None}],
        [{"op": "replace", "path": "emails", "value": "x"}],
        [{"op": "add", "path": f"{ENTERPRISE}:manager", "value": "nobody"}],
        [{"op": "replace", "path": "displayName", "value": "x"}] * 1001,
    ],
)
def test_a_patch_that_is_none_is_refused_and_changes_nothing(operations: Any, provider: Provider) -> None:
    key = provider.add()["id"]
    before = everything()
    answer = provider.send("PATCH", f"/Users/{key}", {"schemas": [f"{API}:PatchOp"], "Operations": operations})
    assert errors(answer)[0] == 400
    assert everything() == before


@pytest.mark.parametrize(
    "path", ["/", "/Users/x", "/Users/../Users", "/Nothing", "/Users/{}/2", "/Schemas/x", "/Users?filter=%FF", "/%00"]
)
def test_an_address_that_there_is_not_is_answered_in_scims_form(path: str, provider: Provider) -> None:
    assert errors(provider.send("GET", path))[0] in {404, 400}


def test_what_is_not_served_says_so(provider: Provider) -> None:
    for path in ("/Me", "/Bulk"):
        for method in ("GET", "POST"):
            assert errors(provider.send(method, path, {})) == (501, None)


def test_what_the_roster_refuses_is_said_in_words_and_kept_nowhere(provider: Provider) -> None:
    provider.add()
    answer = provider.send("POST", "/Users", {**entra(), "userName": "other"})
    assert errors(answer) == (409, "uniqueness")
    assert errors(provider.send("POST", "/Users", entra("1.0E+05"))) == (400, "invalidValue")
    assert errors(provider.send("POST", "/Users", {**entra("000102"), "userName": "000101@EXAMPLE.com"})) == (
        409,
        "uniqueness",
    )
    assert ScimUser.objects.count() == 1
