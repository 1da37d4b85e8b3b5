"""How far a search reaches: pages beyond the end, values that no database takes, groups with many members."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cutting import everything
from tests.web.test_scim import API, BASE, CORE, Provider, errors, provider
from training.people.scim_models import ScimUser

__all__ = ["provider"]
pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-0000-0000-000000000000"


def asked(provider: Provider, kind: str, **query: Any) -> Any:
    """A search by GET."""
    return provider.http.get(f"{BASE}/{kind}", query, headers={"Authorization": f"Bearer {provider.token}"})


def grouped(provider: Provider, name: str, *members: str) -> str:
    """A group."""
    payload = {"schemas": [f"{CORE}:Group"], "displayName": name, "members": [{"value": key} for key in members]}
    answer = provider.send("POST", "/Groups", payload)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


@pytest.mark.parametrize("kind", ["Users", "Groups"])
def test_a_page_beyond_the_end_is_empty(kind: str, provider: Provider) -> None:
    provider.add()
    grouped(provider, "営業")
    for start in (2, 99, 2**31, 2**63 - 1, 2**63, 2**64, 10**30, 10**300):
        for count in (-(10**30), -1, 0, 1, 10**30):
            found = asked(provider, kind, startIndex=start, count=count)
            assert found.status_code == 200, (start, count, found.content)
            page = found.json()
            assert (page["totalResults"], page["itemsPerPage"], page.get("Resources", [])) == (1, 0, [])
            assert 1 < page["startIndex"] <= start


@pytest.mark.parametrize("start", [3, 2**63, 10**30])
def test_a_search_at_the_root_beyond_the_end_is_empty(start: int, provider: Provider) -> None:
    provider.add()
    grouped(provider, "営業")
    raw = json.dumps({"schemas": [f"{API}:SearchRequest"], "startIndex": start}).encode()
    answer = provider.send("POST", "/.search", raw=raw)
    assert answer.status_code in {200, 400}, answer.content
    assert answer.json().get("Resources", []) == []


@pytest.mark.parametrize(
    "filter",
    [
        'userName eq "{}"', 'userName co "{}"', 'externalId eq "{}"', 'id eq "{}"', 'groups.value eq "{}"',
        'not (displayName sw "{}")', 'emails[type eq "work" and value eq "{}"]',
        'active eq true and (externalId eq "x" or externalId eq "{}")',
    ],
)  # fmt: skip
def test_a_filter_with_what_no_database_takes_is_refused(filter: str, provider: Provider) -> None:
    for value in ("\\u0000", "a\\u0000b", "\\ud83d", "\\udc00\\ud83d", "\x00", "a\x00"):
        written = filter.replace("{}", value)
        assert errors(asked(provider, "Users", filter=written)) == (400, "invalidFilter"), written
        answer = provider.send("POST", "/Users/.search", {"schemas": [f"{API}:SearchRequest"], "filter": written})
        assert errors(answer)[0] == 400


@pytest.mark.parametrize("value", ["\\u0000", "\\ud83d"])
@pytest.mark.parametrize("filter", ['displayName eq "{}"', 'externalId eq "{}"', 'members.value eq "{}"'])
def test_a_filter_of_groups_with_what_no_database_takes_is_refused(filter: str, value: str, provider: Provider) -> None:
    assert errors(asked(provider, "Groups", filter=filter.replace("{}", value))) == (400, "invalidFilter")


@pytest.mark.parametrize("op", ["add", "replace", "remove"])
def test_a_path_with_what_no_database_takes_is_refused(op: str, provider: Provider) -> None:
    key = provider.add()["id"]
    before = everything()
    for value in ("\\u0000", "x\\ud83d", "\x00"):
        for path in ('emails[type eq "{}"].value', 'emails[value eq "{}"]', 'emails.type eq "{}"'):
            operation: dict[str, Any] = {"op": op, "path": path.replace("{}", value)}
            if op != "remove":
                operation["value"] = "a@example.com" if path.endswith(".value") else {"value": "a@example.com"}
            assert errors(provider.patch("Users", key, operation))[0] == 400, operation
    assert everything() == before


@pytest.mark.parametrize("name", ["attributes", "excludedAttributes", "startIndex", "count", "filter"])
def test_a_query_with_u0000_is_refused(name: str, provider: Provider) -> None:
    provider.add()
    assert errors(asked(provider, "Users", **{name: "a\x00"}))[0] == 400


def test_a_backslash_before_u0000_is_text(provider: Provider) -> None:
    assert asked(provider, "Users", filter='userName eq "\\\\u0000"').json()["totalResults"] == 0


@pytest.mark.parametrize("path", ["/Groups", '/Groups?filter=displayName+sw+"組"'])
def test_members_of_a_page_are_read_at_once(path: str, provider: Provider) -> None:
    members = [provider.add(f"{number:06}", f"人 {number}")["id"] for number in range(3)]
    needed = []
    for size in (2, 12):
        for number in range(0 if size == 2 else 2, size):
            grouped(provider, f"組 {number}", *members)
        with CaptureQueriesContext(connection) as queries:
            found = provider.send("GET", path).json()
        assert [len(one["members"]) for one in found["Resources"]] == [3] * size
        needed.append(len(queries))
    assert needed[0] == needed[1] <= 4


@pytest.mark.parametrize(
    ("filter", "found"),
    [
        ('members.value eq "{a}"', "12"),
        ('members eq "{a}"', "12"),
        ('members[value eq "{a}"]', "12"),
        ('members.value eq "{a}" and members.value eq "{b}"', "2"),
        ('members.value eq "{a}" or members.value eq "{b}"', "12"),
        ('not (members.value eq "{b}")', "13"),
        ('members.value eq "{a}" and displayName sw "g2"', "2"),
        ('members.value eq "{b}" or displayName sw "g3"', "23"),
        (f'members.value eq "{NOBODY}"', ""),
        ('members.value eq "nonsense"', ""),
    ],
)
def test_groups_are_found_by_whom_they_have(filter: str, found: str, provider: Provider) -> None:
    a, b = provider.add()["id"], provider.add("000102", "佐藤 二")["id"]
    grouped(provider, "g1", a)
    grouped(provider, "g2", a, b)
    grouped(provider, "g3")
    wanted = filter.replace("{a}", a).replace("{b}", b)
    with CaptureQueriesContext(connection) as queries:
        page = asked(provider, "Groups", filter=wanted).json()
    assert {one["displayName"][1] for one in page.get("Resources", [])} == set(found)
    assert len(queries) <= 4


def test_users_are_found_by_two_groups_at_once(provider: Provider) -> None:
    a, b = provider.add()["id"], provider.add("000102", "佐藤 二")["id"]
    one, two = grouped(provider, "g1", a, b), grouped(provider, "g2", b)
    page = asked(provider, "Users", filter=f'groups.value eq "{one}" and groups.value eq "{two}"').json()
    assert [user["id"] for user in page["Resources"]] == [b]


@pytest.mark.parametrize(
    "filter",
    ["members pr", "members.value pr", 'members.value sw "0"', f'members.value ne "{NOBODY}"', 'members.type eq "User"',
     'members[type eq "User"]', f'members[not (value ne "{NOBODY}")]', 'displayName pr and not (members pr)'],
)  # fmt: skip
def test_a_filter_that_needs_all_members_is_refused(filter: str, provider: Provider) -> None:
    provider.add()
    grouped(provider, "営業", str(ScimUser.objects.get().pk))
    assert errors(asked(provider, "Groups", filter=filter)) == (400, "invalidFilter")
