"""HR and the privacy officer ask for a day: with names, of one campaign or of all, every look in the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import building
from tests.cms_admin.reading import links, rows, text
from training.access.models import AccessLog
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.reports.as_of import as_of_csv

DAY = date(2026, 11, 24)


def sealed() -> Checkpoint:
    """The checkpoint over all that has been written."""
    seal(now=building.NOW, key=load_key())
    return Checkpoint.objects.latest("size")


def ask(client: Client, **asked: Any) -> Any:
    """Send the form."""
    return client.get(reverse("training_as_of:index"), asked)


@pytest.fixture
def checkpoint() -> Checkpoint:
    """Two people and two campaigns, of which the second person is in the later one only."""
    building.person("000101", "髙橋 一郎")
    building.campaign(code="FY2026")
    building.train(building.assignment_of(building.Employment.objects.get()))
    building.person("000102", "𠮷田 <b>次郎</b>", department="営業本部")
    building.campaign(code="FY2027")
    return sealed()


def test_the_form_alone_shows_nobody_and_is_no_look(hr: Client, checkpoint: Checkpoint) -> None:
    page = ask(hr)

    assert "髙橋" not in text(page)
    assert 'value="2026-11-24"' in page.content.decode()
    assert AccessLog.objects.count() == 0


def test_the_day_is_shown_with_names_and_the_look_is_logged(
    hr: Client, hr_account: Any, checkpoint: Checkpoint
) -> None:
    page = ask(hr, day="2026-11-24")

    assert [(row[0], row[1].split(" ")[0], row[4], row[6]) for row in rows(page)] == [
        ("000101", "髙橋", "FY2026", "1/1"),
        ("000101", "髙橋", "FY2027", "0/1"),
        ("000102", "𠮷田", "FY2027", "0/1"),
    ]
    assert "<b>次郎" not in page.content.decode()
    assert checkpoint.root in text(page)
    (look,) = AccessLog.objects.all()
    assert (look.action, look.user_id, look.campaign, look.why) == ("list", hr_account.pk, None, "hr")
    assert look.what == f"as of 2026-11-24 at {checkpoint.size}"


def test_one_campaign_shows_who_is_not_in_it_too(officer: Client, checkpoint: Checkpoint) -> None:
    page = ask(officer, day="2026-11-24", campaign="FY2026")

    assert rows(page)[0][:1] + rows(page)[0][4:5] == ["000101", "FY2026"]
    assert len(rows(page)) == 2
    assert AccessLog.objects.get().campaign.code == "FY2026"
    assert reverse("training_as_of:csv", args=["2026-11-24", checkpoint.size]) + "?campaign=FY2026" in links(page)


@pytest.mark.parametrize("code", ["", "FY2027"])
def test_the_file_is_the_rooms_and_the_export_is_logged(hr: Client, checkpoint: Checkpoint, code: str) -> None:
    page = ask(hr, day="2026-11-24", campaign=code)
    (link,) = [link for link in links(page) if ".csv" in link]
    response: Any = hr.get(link)
    data = b"".join(response.streaming_content)

    campaign = building.Campaign.objects.filter(code=code).first()
    assert data == b"".join(as_of_csv(day=DAY, checkpoint=checkpoint, campaign=campaign))
    assert f"as-of-2026-11-24-at-{checkpoint.size}.csv" in response["Content-Disposition"]
    assert AccessLog.objects.filter(action="export").count() == 1


@pytest.mark.parametrize(
    "asked",
    [
        {"day": "2026-11-25"},
        {"day": ""},
        {"day": "x"},
        {"day": "2026-11-24", "checkpoint": "1"},
        {"day": "2026-11-24", "checkpoint": "x"},
        {"day": "2026-11-24", "campaign": "FY1999"},
        {"day": "2026-11-24", "campaign": "\0"},
    ],
)
def test_what_is_not_there_is_said_beside_the_field_and_is_no_look(
    hr: Client, checkpoint: Checkpoint, asked: dict[str, str]
) -> None:
    page = ask(hr, **asked)

    assert page.status_code == 200
    assert page.context["form"].errors
    assert rows(page) == []
    assert AccessLog.objects.count() == 0


def test_an_address_that_there_is_not_is_refused_with_the_reason(hr: Client, checkpoint: Checkpoint) -> None:
    def status(day: str, size: int, query: str = "") -> int:
        return hr.get(reverse("training_as_of:csv", args=[day, size]) + query).status_code

    assert status("2026-11-25", checkpoint.size) == 400
    assert status("2026-11-24", checkpoint.size + 1) == 400
    assert status("2026-11-24", checkpoint.size, "?campaign=FY1999") == 404
    assert ask(hr, day="2026-11-24", after="x").status_code == 400
    assert AccessLog.objects.count() == 0


def test_the_address_goes_on_after_a_hundred_lines_with_as_many_queries(hr: Client) -> None:
    for n in range(3):
        building.person(f"{n:06d}", "架空 太郎")
    building.campaign()
    sealed()

    def count(**asked: Any) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as seen:
            page = ask(hr, day="2026-11-24", **asked)
        return len(seen), page

    count()
    few, _ = count()
    for n in range(100, 201):
        building.person(f"{n:06d}", "架空 太郎")
    building.campaign(code="FY2027")
    sealed()
    many, first = count()
    (following,) = [link for link in links(first) if "after=" in link]
    second = hr.get(reverse("training_as_of:index") + following)

    assert many == few
    assert len(rows(first)) == 100
    assert len(rows(second)) == 7
    assert rows(first)[-1] < rows(second)[0]


def test_a_day_that_has_just_begun_in_tokyo_can_be_asked_for(
    hr: Client, checkpoint: Checkpoint, clock: Callable[[datetime], None]
) -> None:
    assert ask(hr, day="2026-11-25").context["form"].errors
    clock(datetime.fromisoformat("2026-11-25T00:00:00+09:00"))

    assert len(rows(ask(hr, day="2026-11-25"))) == 3
