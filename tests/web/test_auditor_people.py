"""An auditor finds people without their names, and opens one by one, each for a reason that is kept."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import building
from tests.building import NOW, account, assignment_of, campaign, certify, person, sign, train
from tests.cutting import everything
from tests.web.browsing import Page
from tests.web.conftest import Clock
from training.access.grant import grant
from training.access.models import AccessLog
from training.access.queries import notes_of
from training.access.sample import draw_sample
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.paper import enter_paper
from training.campaigns.exempt import exempt
from training.campaigns.models import Campaign
from training.ledger.models import Entry
from training.people.models import Employment
from training.reminders.models import ReminderSent
from training.roles import Role

pytestmark = pytest.mark.django_db
NAMES = ("髙橋 一郎", "𠮷田 次郎", "邉見 三郎", "葛󠄀城 四郎")


@pytest.fixture
def training() -> Campaign:
    """Four people: one certified, one trained who cannot sign, two who have not begun."""
    departments = ("営業本部/第一営業部", "営業本部/第二営業部", "総務部", "総務部")
    people = [person(f"00010{n}", NAMES[n], department=departments[n]) for n in range(4)]
    made = campaign()
    for employment in people[:2]:
        train(assignment_of(employment))
    certify(sign(assignment_of(people[0]), NAMES[0]))
    decline(assignment=assignment_of(people[1]), reason="誰にも見せない理由", now=NOW)
    return made


@pytest.fixture
def auditor(training: Campaign) -> Client:
    user = account("auditor", Role.AUDITOR)
    grant(
        user=user,
        campaigns=[training],
        first_day=NOW.date(),
        last_day=NOW.date() + timedelta(days=9),
        by=account("officer2", Role.PRIVACY_OFFICER),
        now=NOW,
    )
    client = Client()
    client.force_login(user)
    return client


def listed(client: Client, **asked: str) -> list[str]:
    response = client.get("/audit/FY2026/people/", asked)
    assert response.status_code == 200
    return [row.number for row in response.context["rows"]]


def page_of(number: str, code: str = "FY2026") -> str:
    return reverse("training:audit_person", args=[code, assignment_of(Employment.objects.get(number=number)).pk])


def opened(client: Client, number: str = "000100", **form: str) -> Any:
    """Give the reason, and see."""
    url = page_of(number)
    response = client.post(url, {"why": "claim", **form})
    assert (response.status_code, response["Location"]) == (302, url)
    return client.get(url)


def looks() -> list[AccessLog]:
    return list(AccessLog.objects.filter(action="open").order_by("at", "what"))


def test_the_list_shows_number_department_and_state_and_nobodys_name(auditor: Client):
    html = auditor.get("/audit/FY2026/people/").content.decode()
    for words in ("000100", "000103", "営業本部/第一営業部", "総務部"):
        assert words in html
    assert not any(name in html or name.split()[1] in html for name in NAMES)
    (row,) = AccessLog.objects.all()
    assert (row.action, row.what, row.why) == ("list", "assignments of FY2026", "grant")


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, ["000100", "000101", "000102", "000103"]),
        ({"state": "signed"}, ["000100"]),
        ({"state": "declined"}, ["000101"]),
        ({"state": "not_started"}, ["000102", "000103"]),
        ({"department": "営業本部"}, ["000100", "000101"]),
        ({"department": "営業本部/第二営業部"}, ["000101"]),
        ({"department": "総務部", "state": "signed"}, []),
        ({"number": "０００１０２"}, ["000102"]),
        ({"number": "% OR 1=1"}, []),
        ({"department": "ない部", "state": "bogus"}, ["000100", "000101", "000102", "000103"]),
    ],
)
def test_the_list_is_narrowed_down(auditor: Client, asked: dict[str, str], numbers: list[str]):
    assert listed(auditor, **asked) == numbers


def test_the_list_comes_a_hundred_a_page_and_keeps_what_it_is_narrowed_to(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("training.web.auditor.pages.LINES", 1)
    assert listed(auditor, page="2") == ["000101"]
    links = Page(auditor.get("/audit/FY2026/people/", {"department": "総務部"}).content.decode()).links
    (following,) = [link for link in links if "page=2" in link]
    assert [row.number for row in auditor.get(f"/audit/FY2026/people/{following}").context["rows"]] == ["000103"]


def test_a_person_is_not_named_before_a_reason_was_given(auditor: Client):
    response = auditor.get(page_of("000100"))
    html = response.content.decode()
    assert response.status_code == 200
    assert "000100" in html
    assert not any(words in html for words in ("髙橋", "FY2026-000001"))
    assert looks() == []


@pytest.mark.parametrize("form", [{}, {"why": "bogus"}, {"why": "other"}, {"why": "other", "note": " "},
                                  {"why": "claim", "note": "あ" * 101}])  # fmt: skip
def test_without_a_reason_nothing_opens(auditor: Client, form: dict[str, str]):
    before = everything()
    response = auditor.post(page_of("000100"), form)
    assert response.status_code == 200
    assert "髙橋" not in response.content.decode()
    assert "髙橋" not in auditor.get(page_of("000100")).content.decode()
    assert everything() == before


def test_with_a_reason_everything_is_shown_and_the_look_is_logged_with_it(auditor: Client, training: Campaign):
    response = opened(auditor, why="other", note="本人の申告の確認")
    html = response.content.decode()
    dossier = response.context["dossier"]
    for words in ("髙橋 一郎", "000100", dossier.attestation.digest, "FY2026-000001", dossier.attestation.entry.leaf):
        assert words in html
    for module in dossier.studied:
        assert module.step.task.version.digest in html
        assert "3/3" in html
    (row,) = looks()
    key = response.context["assignment"].pk
    assert (row.what, row.why, row.campaign) == (f"assignment {key}", "other", training)
    assert notes_of([row]) == {row.entry_id: "本人の申告の確認"}
    assert all(
        "髙橋" not in body and "申告" not in body for body in Entry.objects.filter(pk=row.entry_id).values_list("body")
    )


def test_each_look_is_logged_again(auditor: Client):
    opened(auditor)
    auditor.get(page_of("000100"))
    assert len(looks()) == 2


def test_a_reason_opens_one_person_only(auditor: Client):
    opened(auditor, "000100")
    assert "𠮷田" not in auditor.get(page_of("000101")).content.decode()
    assert len(looks()) == 1


def test_a_reason_holds_for_a_quarter_of_an_hour(auditor: Client, clock: Clock):
    opened(auditor)
    clock.move(minutes=14)
    assert "髙橋" in auditor.get(page_of("000100")).content.decode()
    clock.move(minutes=2)
    assert "髙橋" not in auditor.get(page_of("000100")).content.decode()
    assert len(looks()) == 2


def test_a_reason_dies_with_the_grant(auditor: Client, clock: Clock):
    clock.set(NOW.replace(hour=14, minute=55) + timedelta(days=9))  # five minutes before midnight in Tokyo
    auditor.force_login(type(account("x")).objects.get(username="auditor"))
    assert "髙橋" in opened(auditor).content.decode()
    clock.move(minutes=6)
    assert auditor.get(page_of("000100")).status_code == 403


def test_another_session_needs_its_own_reason(auditor: Client):
    opened(auditor)
    other = Client()
    other.force_login(type(account("x")).objects.get(username="auditor"))
    assert "髙橋" not in other.get(page_of("000100")).content.decode()


def test_why_somebody_cannot_sign_stays_between_the_person_and_hr(auditor: Client):
    html = opened(auditor, "000101").content.decode()
    assert "𠮷田 次郎" in html
    assert "誰にも見せない理由" not in html


def test_who_has_done_nothing_can_be_opened_too(auditor: Client):
    assert "葛󠄀城 四郎" in opened(auditor, "000103").content.decode()


def test_who_comes_from_a_sample_is_led_back_to_it(auditor: Client, training: Campaign):
    user = type(account("x")).objects.get(username="auditor")
    sample = draw_sample(user=user, campaign=training, size=4, by_department=False, now=NOW)
    url = f"{page_of('000100')}?sample={sample.pk}"
    assert auditor.get(url).context["form"].initial == {"why": "sample"}
    assert auditor.post(url, {"why": "sample"})["Location"] == url
    back = reverse("training:audit_sample", args=["FY2026", sample.pk])
    assert back in Page(auditor.get(url).content.decode()).links
    for nonsense in ("1", "x" * 500, "00000000-0000-0000-0000-000000000000", "\x00"):
        assert auditor.get(page_of("000100"), {"sample": nonsense}).context["sample"] is None


def test_a_person_of_another_campaign_is_404_under_a_granted_one(auditor: Client):
    other = campaign(["article-5"], code="FY2027")
    key = other.assignments.first().pk
    assert auditor.get(f"/audit/FY2026/people/{key}/").status_code == 404
    assert auditor.post(f"/audit/FY2026/people/{key}/", {"why": "claim"}).status_code == 404
    assert auditor.get(f"/audit/FY2027/people/{key}/").status_code == 403
    assert looks() == []


def test_a_name_that_tries_to_be_markup_is_text(auditor: Client):
    Employment.objects.get(number="000102").employee.names.update(name="<script>alert(1)</script>")
    assert "<script>alert" not in opened(auditor, "000102").content.decode()


def test_what_was_decided_is_shown_with_reason_and_account_and_so_are_reminders(auditor: Client) -> None:
    officer = building.officer()
    waiting = assignment_of(Employment.objects.get(number="000102"))
    until = NOW.date() + timedelta(days=9)
    exempt(assignment=waiting, cause="long_leave", reason="海外の現場", until=until, by=officer, now=NOW)
    sent = ReminderSent(assignment=waiting, due_number=1, rung=-7, reader="learner", at=NOW)
    building.recorded("reminders.sent", sent)

    page = opened(auditor, "000102").content.decode()

    assert "海外の現場" in page
    assert "officer" in page
    assert str(ReminderSent.objects.get().get_reader_display()) in page


def test_the_scan_of_a_sheet_is_named_by_its_digest(auditor: Client) -> None:
    scan = b"%PDF-1.4 sheet\n%%EOF\n"
    enter_paper(
        assignment=assignment_of(Employment.objects.get(number="000102")),
        kind="paper",
        held_on=NOW.date(),
        scan=scan,
        note="工場の食堂",
        by=building.officer(),
        now=NOW,
    )

    page = opened(auditor, "000102").content.decode()

    assert sha256(scan).hexdigest() in page
    assert "工場の食堂" in page


MARK = "紙または集合研修（人事による入力。確からしさは低い）"
SIGNED_ON_PAPER = "紙に署名（人事による入力。確からしさは低い）"


@pytest.fixture
def on_paper(training: Campaign) -> dict[str, str]:
    """One entered from paper, one from a session whose signature was annulled."""
    for number, kind in (("000102", "paper"), ("000103", "group")):
        enter_paper(
            assignment=assignment_of(Employment.objects.get(number=number)),
            kind=kind, held_on=NOW.date(), scan=b"%PDF-1.4 sheet\n%%EOF\n", note="", by=building.officer(), now=NOW,
        )  # fmt: skip
    annulled = assignment_of(Employment.objects.get(number="000103")).attestations.get()
    annul(
        attestation=annulled,
        cause="other",
        reason="署名簿の取り違え",
        by=building.officer(),
        now=building.later(hours=1),
    )
    return {
        "000100": "署名済み",
        "000101": "署名できない",
        "000102": f"署名済み{MARK}",
        "000103": f"全課程合格・未署名{MARK}",
    }


def marks(client: Client, url: str) -> dict[str, str]:
    """What a list says of each person's state, by number."""
    table = BeautifulSoup(client.get(url).content.decode(), "html.parser").find("table")
    assert table is not None
    lines = [line for line in table.select("tbody tr") if line.select(".pt-state")]
    return {
        next(iter(line.select("a")[0].stripped_strings)): line.select(".pt-state")[0]
        .find_parent("td")
        .get_text("", strip=True)
        for line in lines
    }


def test_the_list_says_in_words_who_did_it_on_paper_or_in_a_session_and_so_does_a_sample(
    auditor: Client, on_paper: dict[str, str], training: Campaign
) -> None:
    assert marks(auditor, "/audit/FY2026/people/") == on_paper

    user = type(account("x")).objects.get(username="auditor")
    sample = draw_sample(user=user, campaign=training, size=4, by_department=False, now=NOW)
    assert marks(auditor, reverse("training:audit_sample", args=["FY2026", sample.pk])) == on_paper


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({"basis": "paper"}, ["000102", "000103"]),
        ({"basis": "online"}, ["000100", "000101"]),
        ({"basis": "paper", "state": "signed"}, ["000102"]),
        ({"basis": "bogus"}, ["000100", "000101", "000102", "000103"]),
    ],
)
def test_the_list_is_narrowed_by_how_it_was_completed(
    auditor: Client, on_paper: dict[str, str], asked: dict[str, str], numbers: list[str]
) -> None:
    assert listed(auditor, **asked) == numbers


def test_the_list_stays_narrowed_by_how_it_was_completed_on_the_next_page(
    auditor: Client, on_paper: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("training.web.auditor.pages.LINES", 1)
    links = Page(auditor.get("/audit/FY2026/people/", {"basis": "paper"}).content.decode()).links
    (following,) = [link for link in links if "page=2" in link]
    assert [row.number for row in auditor.get(f"/audit/FY2026/people/{following}").context["rows"]] == ["000103"]


def test_the_record_of_who_passed_online_and_signed_on_paper_says_that_the_signature_is(auditor: Client) -> None:
    enter_paper(
        assignment=assignment_of(Employment.objects.get(number="000101")),
        kind="paper", held_on=NOW.date(), scan=b"%PDF-1.4 sheet\n%%EOF\n", note="", by=building.officer(), now=NOW,
    )  # fmt: skip

    page = BeautifulSoup(opened(auditor, "000101").content.decode(), "html.parser")

    assert [mark.get_text() for mark in page.select(".pt-basis")] == [SIGNED_ON_PAPER]


def test_the_marks_cost_no_query_a_person(auditor: Client, on_paper: dict[str, str]) -> None:
    costs = []
    for asked in ({"number": "000102"}, {}, {"basis": "paper"}):
        auditor.get("/audit/FY2026/people/", asked)
        with CaptureQueriesContext(connection) as queries:
            listed(auditor, **asked)
        costs.append(len(queries))
    assert len(set(costs)) == 1, costs
