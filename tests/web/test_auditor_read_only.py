"""Whatever an auditor asks for, by whatever method: nothing changes but the record of the looks and the samples."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.views.generic import View

from tests import building
from tests.building import NOW
from tests.cutting import everything
from tests.web.browsing import PATTERNS
from training.access.grant import grant, revoke
from training.access.log import record_access
from training.access.models import AccessLog, AuditorGrant, Sample
from training.access.sample import draw_sample
from training.campaigns.models import Task
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint, Disclosure, Entry
from training.ledger.seal import seal
from training.people.enrol import ask_for_name
from training.people.models import Employment, PersonName
from training.quiz.models import Attempt
from training.roles import Role, ensure_groups
from training.web.auditor.readonly import Guard, ReadOnly, WriteRefused

pytestmark = pytest.mark.django_db
LOOKS = {model._meta.db_table for model in (Entry, Disclosure, AccessLog, Sample, Checkpoint)}
ASKS_FIRST = {"audit_person", "audit_as_of", "audit_pack"}  # a form, and nothing shown before it is filled in
METHODS = ("get", "head", "options", "post", "put", "patch", "delete")


class Company:
    """A year of one employee, somebody who has not finished, and an auditor who may look at it."""

    def __init__(self) -> None:
        self.user = building.account("auditor", Role.AUDITOR)
        learner = building.account("learner")
        employment = building.person(user=learner)
        other = building.person("000102", "佐藤 二郎")
        self.campaign = building.campaign()
        self.assignment = building.assignment_of(employment)
        building.train(self.assignment)
        self.attestation = building.sign(self.assignment, "髙橋 一郎")
        self.certificate = building.certify(self.attestation)
        building.read(building.assignment_of(other).tasks.get())
        self.grant = grant(
            user=self.user,
            campaigns=[self.campaign],
            first_day=NOW.date(),
            last_day=NOW.date(),
            by=building.officer(),
            now=NOW,
        )
        self.sample = draw_sample(user=self.user, campaign=self.campaign, size=1, by_department=True, now=NOW)
        seal(now=NOW, key=load_key())  # an evidence pack seals what waits, which would show as a change of its entry
        self.client = Client(raise_request_exception=True)
        self.client.force_login(self.user)

    @property
    def body(self) -> dict[str, Any]:
        """Something plausible for every field of every form of the site."""
        return {
            "version": self.attestation.signed["modules"][0]["digest"],
            "attempt": Attempt.objects.get().pk,
            "digest": self.attestation.digest,
            "agree": "on",
            "typed_name": "髙橋 一郎",
            "reason": "理由",
            "cause": "other",
            "name": "別人",
            "kana": "ベツジン",
            "note": "一言",
            "why": "claim",
            "size": "1",
            "by_department": "on",
            "language": "en",
            "user": self.user.pk,
            "campaigns": [self.campaign.pk],
            "first_day": "2026-11-24",
            "last_day": "2026-12-24",
            "purpose": "監査",
            "confirmed": "yes",
            "correct": "yes",
            "hand_in": "1",
        }

    def arguments(self, name: str) -> dict[str, Any]:
        """A value for each argument of a page of ours."""
        known = {
            "assignment": self.assignment.pk,
            "module": "article-3",
            "position": 1,
            "code": "FY2026",
            "serial": self.certificate.serial,
            "token": self.certificate.token,
            "sample": self.sample.pk,
            "language": "en",
            "day": "2026-11-24",
            "size": Checkpoint.objects.latest("size").size,
        }
        return {key: known[key] for key in PATTERNS[name].pattern.converters}


@pytest.fixture
def company() -> Company:
    return Company()


def routes(resolver: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the site, as patterns."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, route)
        elif isinstance(pattern, URLPattern):
            yield route


def address(route: str, company: Company) -> str:
    """An address that fits a pattern, about what there is where it can be."""
    named = {
        "assignment": str(company.assignment.pk),
        "pk": str(company.assignment.pk),
        "sample": str(company.sample.pk),
        "code": "FY2026",
        "serial": company.certificate.serial,
        "token": company.certificate.token,
        "module": "article-3",
        "number": "1",
        "language": "en",
    }
    plain = {"int": "1", "str": "1", "slug": "x", "label": "x", "uuid": str(company.assignment.pk), "path": "x"}

    def value(match: re.Match[str]) -> str:
        kind, name = match[1] or "str", match[2]
        if name in named and kind != "int":
            return named[name]
        return plain.get(kind, "1")

    route = re.sub(r"<(?:(\w+):)?(\w+)>", value, re.sub(r"\(\?P<\w+>[^)]*\)|\([^)]*\)", "1", route))
    return "/" + re.sub(r"[\^$\\?*+]|\.\*", "", route)


def drained(response: Any) -> Any:
    if response.streaming:
        b"".join(response.streaming_content)
    return response


def all_tables() -> dict[str, list[str]]:
    """Every row of every table but the sessions'."""
    found: dict[str, list[str]] = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if model._meta.managed and table != "django_session":
                cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
                found[table] = sorted(repr(row) for row in cursor.fetchall())
    return found


def only_looks_were_added(before: dict[str, list[str]], after: dict[str, list[str]]) -> None:
    """Nothing is gone or changed, and nothing is new but entries, disclosures, looks, samples and their seal."""
    changed = {table for table in before if before[table] != after[table]}
    assert changed <= LOOKS
    for table in changed:
        assert set(before[table]) <= set(after[table]), table


@pytest.mark.parametrize("method", METHODS)
def test_no_address_of_the_site_lets_an_auditor_change_anything(company: Company, method: str):
    addresses = sorted({address(route, company) for route in routes() if "logout" not in route})
    ours = [a for a in addresses if a.startswith(("/audit/", "/my/", "/check/"))]
    assert len(ours) >= 20
    before, entries = all_tables(), set(Entry.objects.values_list("pk", flat=True))
    for url in addresses:
        # A body of its own, for some forms must not be filled in: an account is its holder's to change.
        body = {} if url.startswith("/accounts/") else company.body
        response = drained(getattr(company.client, method)(url, body if method in {"get", "head", "post"} else b""))
        assert response.status_code < 500, (url, response.status_code)
    only_looks_were_added(before, all_tables())
    kinds = set(Entry.objects.exclude(pk__in=entries).values_list("kind", flat=True))
    assert kinds <= {"access.looked", "access.sampled", "access.pack_written"}


def test_each_page_of_the_room_records_the_look_and_no_more(company: Company):
    rooms = [name for name in PATTERNS if name.startswith("audit_")]
    for name in rooms:
        seal(now=timezone.now(), key=load_key())
        before, looks = everything(), AccessLog.objects.count()
        url = f"/{PATTERNS[name].pattern._route}"
        for key, value in company.arguments(name).items():
            url = re.sub(rf"<\w+:{key}>", str(value), url)
        assert drained(company.client.get(url)).status_code == 200, name
        only_looks_were_added(before, everything())
        assert AccessLog.objects.count() == looks + (name not in ASKS_FIRST), name


def test_what_is_recorded_is_evidence_with_its_entry(company: Company):
    entries = Entry.objects.count()
    company.client.get("/audit/FY2026/")
    assert Entry.objects.count() == entries + 1
    assert AccessLog.objects.latest("at").entry.kind == "access.looked"


def forbidden(company: Company) -> dict[str, Any]:
    """Ways to write, by the names of who might."""
    employment = Employment.objects.first()
    return {
        "an update": lambda: Task.objects.update(opened_at=NOW),
        "a save": lambda: Employment.objects.first().save(),
        "an insert": lambda: PersonName.objects.create(
            employee=employment.employee, name="x", valid_from=NOW.date(), recorded_at=NOW, entry=company.sample.entry
        ),
        "a deletion": lambda: AuditorGrant.objects.all().delete(),
        "many": lambda: Task.objects.bulk_update(list(Task.objects.all()), ["opened_at"]),
        "a verb": lambda: revoke(row=company.grant, by=building.officer(), now=NOW),
        "a wish": lambda: ask_for_name(employee=employment.employee, name="x", kana="", note="", now=NOW),
        "groups": lambda: company.user.groups.add(*ensure_groups().values()),
        "a look past the door": lambda: record_access(
            user=company.user, action=AccessLog.Action.OPEN, campaign=None, what="x", why="grant", now=NOW
        ),
        "raw SQL": lambda: raw(f"DELETE FROM {AuditorGrant._meta.db_table}"),
        "raw SQL in disguise": lambda: raw(f"/* SELECT */ UPDATE {Task._meta.db_table} SET opened_at = NULL"),
        "a table expression": lambda: raw(f"WITH x AS (SELECT 1) DELETE FROM {AuditorGrant._meta.db_table}"),
        "a replacement": lambda: raw(f"REPLACE INTO {AuditorGrant._meta.db_table} DEFAULT VALUES"),
        "an entry's text": lambda: raw(f'UPDATE "{Entry._meta.db_table}" SET body = body'),
        "an entry's text beside its number": lambda: raw(
            f'UPDATE "{Entry._meta.db_table}" SET sequence = 0, seal = NULL, body = body WHERE id = 0'
        ),
        "a table": lambda: raw("CREATE TABLE hidden (x int)"),
        "a pragma": lambda: raw("PRAGMA foreign_keys = OFF"),
    }


def raw(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


WAYS = ["an update", "a save", "an insert", "a deletion", "many", "a verb", "a wish", "groups",
        "a look past the door", "raw SQL", "raw SQL in disguise", "a table expression", "a replacement", "an entry's text",
        "an entry's text beside its number", "a table",
        "a pragma"]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_behind_the_guard_nothing_is_written(company: Company, way: str):
    ways = forbidden(company)
    assert list(ways) == WAYS
    before = all_tables()
    with connection.execute_wrapper(Guard()), pytest.raises(WriteRefused), transaction.atomic():
        ways[way]()
    assert all_tables() == before


@pytest.mark.parametrize("way", [way for way in WAYS if way != "a look past the door"])
def test_even_while_a_look_is_recorded_nothing_else_is_written(company: Company, way: str):
    ways = forbidden(company)
    before = all_tables()
    guard = Guard()
    with (
        connection.execute_wrapper(guard),
        guard.recording(),
        pytest.raises(WriteRefused),
        transaction.atomic(),
    ):
        ways[way]()
    assert all_tables() == before


def test_a_view_that_writes_or_a_stream_that_does_is_stopped(company: Company):
    class Writes(ReadOnly, View):
        def get(self, request: Any) -> HttpResponse:
            Task.objects.update(opened_at=NOW)
            return HttpResponse()

    class Streams(ReadOnly, View):
        def get(self, request: Any) -> StreamingHttpResponse:
            return StreamingHttpResponse(self.parts())

        def parts(self) -> Iterator[bytes]:
            yield str(Task.objects.count()).encode()
            Task.objects.update(opened_at=NOW)
            yield b"never"

    before = everything()
    with pytest.raises(WriteRefused), transaction.atomic():
        Writes.as_view()(RequestFactory().get("/"))
    stream = iter(Streams.as_view()(RequestFactory().get("/")).streaming_content)
    assert next(stream) == b"2"
    with pytest.raises(WriteRefused), transaction.atomic():
        next(stream)
    assert everything() == before


def test_the_guard_stays_with_no_connection_after_the_answer(company: Company):
    for url in ("/audit/FY2026/", "/audit/FY2026/all.zip", "/audit/FY1999/"):
        drained(company.client.get(url))
        assert connection.execute_wrappers == []
    company.grant.save()  # and a server's next request writes as ever
