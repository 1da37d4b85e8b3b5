"""閲覧記録: the privacy officer sees every look, narrowed down as wished, and takes it away as a file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import building, cutting
from tests.cms_admin.reading import links, rows, text
from training.access.log import record_access
from training.access.models import AccessLog
from training.campaigns.models import Assignment, Campaign
from training.roles import Role

LOG = "/admin/training/access-log/"
Action = AccessLog.Action


@pytest.fixture
def campaign(officer: Client) -> Campaign:
    """A campaign that two people have been looking at."""
    building.person()
    made = building.campaign()
    auditor, hr = building.account("auditor", Role.AUDITOR), building.account("hr2", Role.HR)
    look(auditor, made, Action.LIST, "assignments of FY2026", "grant")
    key = Assignment.objects.get().pk
    look(auditor, made, Action.OPEN, f"assignment {key}", "other", note="=HYPERLINK(鈴木)", days=1)
    look(hr, made, Action.EXPORT, "1 assignments of FY2026 as csv", "hr", days=2)
    return made


def look(user: Any, campaign: Campaign, action: Any, what: str, why: str, *, note: str = "", days: int = 0) -> None:
    now = building.NOW - timedelta(days=days)
    record_access(user=user, action=action, campaign=campaign, what=what, why=why, note=note, now=now)


def test_each_look_is_listed_with_who_what_when_and_why(officer: Client, campaign: Campaign) -> None:
    listed = rows(officer.get(LOG))

    assert [line[1] for line in listed] == ["auditor", "auditor", "hr2"]
    assert listed[1][4] == "000101"
    assert listed[1][6] == "=HYPERLINK(鈴木)"
    assert {line[7] for line in listed} == {"FY2026"}
    assert f"/admin/training/campaigns/FY2026/assignments/{Assignment.objects.get().pk}/" in links(officer.get(LOG))


def test_no_word_of_the_log_is_left_as_table_and_key(officer: Client, campaign: Campaign) -> None:
    assert "assignments of" not in text(officer.get(LOG))
    assert str(Assignment.objects.get().pk) not in text(officer.get(LOG))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"action": "open"}, ["auditor"]),
        ({"first": "2026-11-23"}, ["auditor", "auditor"]),
        ({"last": "2026-11-23"}, ["auditor", "hr2"]),
        ({"first": "2026-11-23", "last": "2026-11-23"}, ["auditor"]),
        ({"first": "昨日"}, ["auditor", "auditor", "hr2"]),
    ],
)
def test_the_list_is_narrowed_down(
    asked: dict[str, str], found: list[str], officer: Client, campaign: Campaign
) -> None:
    assert [line[1] for line in rows(officer.get(LOG, asked))] == found


def test_the_list_is_narrowed_down_to_an_account_and_a_campaign(officer: Client, campaign: Campaign) -> None:
    other = building.campaign(["article-5"], code="FY2027")
    user = AccessLog.objects.filter(action="export").get().user_id

    assert [line[1] for line in rows(officer.get(LOG, {"user": user}))] == ["hr2"]
    assert len(rows(officer.get(LOG, {"campaign": campaign.pk}))) == 3
    assert rows(officer.get(LOG, {"campaign": other.pk})) == []


def exported(client: Client, kind: str, **query: Any) -> bytes:
    return b"".join(client.get(LOG, {"export": kind, **query}).streaming_content)


def test_the_file_holds_what_the_list_shows_and_its_taking_is_a_look_itself(
    officer: Client, campaign: Campaign
) -> None:
    data = exported(officer, "csv", action="open")

    assert data.startswith(b"\xef\xbb\xbf")
    head, line = csv.reader(io.StringIO(data.decode("utf-8-sig")))
    assert len(head) == 9
    assert line[0] == "2026-11-23 10:00:00"
    assert line[4:6] == [f"assignment {Assignment.objects.get().pk}", '="000101"']
    assert line[7] == "'=HYPERLINK(鈴木)"
    taken = AccessLog.objects.latest("at")
    assert (taken.action, taken.what, taken.why, taken.campaign) == (
        "export",
        "1 looks as csv",
        "privacy_officer",
        None,
    )


def test_the_file_opens_as_a_workbook_too(officer: Client, campaign: Campaign) -> None:
    assert exported(officer, "xlsx")[:2] == b"PK"


def test_a_look_without_a_campaign_is_listed(officer: Client, campaign: Campaign) -> None:
    exported(officer, "csv")

    assert rows(officer.get(LOG))[0][7] == ""


def test_the_list_costs_the_same_for_three_looks_and_for_ninety(officer: Client, campaign: Campaign) -> None:
    officer.get(LOG)
    with CaptureQueriesContext(connection) as few:
        officer.get(LOG)
    auditor = AccessLog.objects.first().user
    key = Assignment.objects.get().pk
    for _ in range(87):
        look(auditor, campaign, Action.OPEN, f"assignment {key}", "sample")

    with CaptureQueriesContext(connection) as many:
        assert len(rows(officer.get(LOG))) == 90
    assert len(many) == len(few)


def test_nothing_in_the_list_can_be_changed(officer: Client, campaign: Campaign) -> None:
    before = cutting.everything()
    for method in ("post", "put", "patch", "delete"):
        assert getattr(officer, method)(LOG).status_code == 405
    assert cutting.everything() == before
