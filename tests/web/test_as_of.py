"""An auditor asks for a day: figures and numbers on the page, names in the file, every look in the log."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.building import NOW, account, assignment_of, campaign, later, officer, person, sign, train
from tests.cutting import everything
from tests.web.browsing import Page
from tests.web.conftest import Clock
from training.access.grant import grant
from training.access.models import AccessLog
from training.attestation.paper import enter_paper
from training.campaigns.models import Assignment, Campaign
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.people.enrol import rename
from training.people.models import PersonName
from training.reports.as_of import as_of_csv
from training.roles import Role

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def sealed() -> Checkpoint:
    """The checkpoint over all that has been written."""
    seal(now=NOW, key=load_key())
    return Checkpoint.objects.latest("size")


def campaign_of(count: int) -> Campaign:
    """A campaign of so many people, of whom the first has signed."""
    people = [person(f"{n:06d}", f"氏名{n}") for n in range(count)]
    made = campaign()
    train(assignment_of(people[0]))
    sign(assignment_of(people[0]), "氏名0")
    return made


@pytest.fixture
def auditor() -> Client:
    """An auditor's browser."""
    client = Client()
    client.force_login(account("auditor", Role.AUDITOR))
    return client


def let_in(client: Client, made: Campaign) -> None:
    """Grant the campaign."""
    grant(
        user=client_user(client),
        campaigns=[made],
        first_day=TODAY,
        last_day=date(2026, 11, 30),
        by=account("officer2", Role.PRIVACY_OFFICER),
        now=NOW,
    )


def client_user(client: Client) -> Any:
    """Whose browser it is."""
    return get_user_model().objects.get(pk=client.session["_auth_user_id"])


def ask(client: Client, code: str = "FY2026", **asked: Any) -> Any:
    """Send the form."""
    return client.get(reverse("training:audit_as_of", args=[code]), asked)


def words(response: Any) -> str:
    """What the page says."""
    return " ".join(Page(response.content.decode()).words)


def test_the_form_alone_shows_nobody_and_is_no_look(auditor: Client) -> None:
    let_in(auditor, campaign_of(1))
    sealed()

    response = ask(auditor)

    assert response.status_code == 200
    assert "000000" not in words(response)
    assert AccessLog.objects.count() == 0


def test_the_day_is_shown_by_number_and_department_without_a_name_and_the_look_is_logged(auditor: Client) -> None:
    made = campaign_of(3)
    let_in(auditor, made)
    checkpoint = sealed()

    response = ask(auditor, day="2026-11-24")

    assert response.context["shown"].figures.employed == 3
    assert (response.context["shown"].figures.passed, response.context["shown"].figures.signed) == (1, 1)
    page = words(response)
    for number in ("000000", "000001", "000002"):
        assert number in page
    assert checkpoint.root in page
    assert "営業本部/第一営業部/二課" in page
    assert not any(f"氏名{n}" in page for n in range(3))
    (look,) = AccessLog.objects.all()
    assert (look.action, look.campaign, look.what) == (
        "list",
        made,
        f"as of 2026-11-24 at {checkpoint.size} of FY2026",
    )


def test_the_file_has_names_is_the_same_ever_after_and_each_download_is_logged(auditor: Client, clock: Clock) -> None:
    made = campaign_of(2)
    let_in(auditor, made)
    checkpoint = sealed()
    url = reverse("training:audit_as_of_csv", args=["FY2026", "2026-11-24", checkpoint.size])
    assert url in Page(ask(auditor, day="2026-11-24").content.decode()).links

    response: Any = auditor.get(url)
    first = b"".join(response.streaming_content)
    rename(
        employee=PersonName.objects.get(name="氏名1").employee, name="𠮷野", kana="", since=TODAY, now=later(hours=1)
    )
    sealed()
    clock.move(days=2)
    auditor.force_login(client_user(auditor))
    second = b"".join(auditor.get(url).streaming_content)

    assert "氏名1" in first.decode("utf-8-sig")
    assert second == first == b"".join(as_of_csv(day=TODAY, checkpoint=checkpoint, campaign=made))
    assert response["Content-Disposition"] == (
        f'attachment; filename="FY2026-as-of-2026-11-24-at-{checkpoint.size}.csv"'
    )
    assert [look.action for look in AccessLog.objects.order_by("at", "action")].count("download") == 2


def test_the_latest_checkpoint_is_chosen_where_none_is_named_and_an_older_one_where_it_is(auditor: Client) -> None:
    let_in(auditor, campaign_of(1))
    old = sealed()
    person("000777", "後から")
    new = sealed()

    assert "000777" in words(ask(auditor, day="2026-11-24"))
    assert "000777" in words(ask(auditor, day="2026-11-24", checkpoint=new.size))
    assert "000777" not in words(ask(auditor, day="2026-11-24", checkpoint=old.size))


def test_a_day_that_is_not_over_is_shown_with_a_word_about_it(auditor: Client) -> None:
    let_in(auditor, campaign_of(1))
    sealed()

    assert ask(auditor, day="2026-11-24").context["shown"].early
    assert not ask(auditor, day="2026-11-23").context["shown"].early


@pytest.mark.parametrize(
    "asked",
    [
        {"day": ""},
        {"day": "2026-11-25"},
        {"day": "9999-12-31"},
        {"day": "昨日"},
        {"day": "\0"},
        {"day": "2026-02-30"},
        {"day": "2026-11-24", "checkpoint": "0"},
        {"day": "2026-11-24", "checkpoint": "-5"},
        {"day": "2026-11-24", "checkpoint": "9" * 40},
        {"day": "2026-11-24", "checkpoint": "' OR 1=1"},
        {"day": "2026-11-24", "checkpoint": "1.5"},
    ],
)
def test_what_is_no_day_or_no_checkpoint_is_said_beside_the_field(auditor: Client, asked: dict[str, str]) -> None:
    let_in(auditor, campaign_of(1))
    sealed()

    response = ask(auditor, **asked)

    assert response.status_code == 200
    assert response.context["shown"] is None
    assert response.context["form"].errors
    assert "invalid-feedback" in response.content.decode()
    assert AccessLog.objects.count() == 0


def test_before_the_first_checkpoint_the_page_says_what_to_do(auditor: Client) -> None:
    let_in(auditor, campaign_of(1))

    assert "seal_ledger" in words(ask(auditor, day="2026-11-24"))


@pytest.mark.parametrize(
    ("day", "size", "status"),
    [("2026-11-25", None, 400), ("2026-2-30", None, 400), ("x", None, 400), ("2026-11-24", 10**30, 400)],
)
def test_an_address_without_such_a_day_or_checkpoint_is_refused_with_the_reason(
    auditor: Client, day: str, size: int | None, status: int
) -> None:
    let_in(auditor, campaign_of(1))
    checkpoint = sealed()
    before = everything()

    response = auditor.get(reverse("training:audit_as_of_csv", args=["FY2026", day, size or checkpoint.size]))

    assert response.status_code == status
    assert everything() == before


def test_a_page_of_the_list_that_there_is_not_is_refused_with_the_reason(auditor: Client) -> None:
    let_in(auditor, campaign_of(1))
    sealed()

    for after in ("x", "1.2.3", "\0", "0." + "0" * 32 + ".\0"):
        assert ask(auditor, day="2026-11-24", after=after).status_code == 400


def test_another_campaign_is_refused(auditor: Client) -> None:
    let_in(auditor, campaign_of(1))
    campaign(code="FY2027")
    checkpoint = sealed()

    assert ask(auditor, code="FY2027", day="2026-11-24").status_code == 403
    assert (
        auditor.get(reverse("training:audit_as_of_csv", args=["FY2027", "2026-11-24", checkpoint.size])).status_code
        == 403
    )


def test_the_page_says_what_of_a_person_was_entered_from_a_sheet(auditor: Client) -> None:
    made = campaign_of(2)
    let_in(auditor, made)
    enter_paper(
        assignment=Assignment.objects.get(employment__number="000001"), kind="group", held_on=TODAY, note="",
        scan=b"%PDF-1.4 sheet\n%%EOF\n", by=officer(), now=NOW,
    )  # fmt: skip
    sealed()

    page = words(ask(auditor, day="2026-11-24"))

    assert page.count("修了：紙または集合研修（人事による入力。確からしさは低い）") == 1
    assert page.count("署名：紙に署名（人事による入力。確からしさは低い）") == 1


def test_a_hundred_lines_make_a_page_and_the_queries_stay_the_same(auditor: Client) -> None:
    made = campaign_of(99)
    let_in(auditor, made)
    sealed()

    def count(**asked: Any) -> tuple[int, Any]:
        with CaptureQueriesContext(connection) as seen:
            response = ask(auditor, day="2026-11-24", **asked)
        return len(seen), response

    few, _ = count()
    for n in range(200, 204):
        person(f"{n:06d}", "=悪 意", department=f"<script>{n}</script>")
    sealed()
    many, first = count()
    again, second = count(after=first.context["shown"].after)

    assert few <= many <= few + 1  # the unassigned have a query of their own
    assert again <= many <= 24
    assert [len(response.context["shown"].lines) for response in (first, second)] == [100, 3]
    assert "<script>203" not in second.content.decode()
    assert "&lt;script&gt;203" in second.content.decode()
    assert first.context["shown"].after.endswith("000200")


def test_dates_are_those_of_tokyo(auditor: Client, clock: Clock) -> None:
    let_in(auditor, campaign_of(1))
    sealed()
    clock.set(datetime(2026, 11, 24, 15, 0, tzinfo=UTC))
    auditor.force_login(client_user(auditor))

    assert ask(auditor, day="2026-11-25").context["shown"] is not None
