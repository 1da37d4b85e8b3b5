"""An auditor draws samples, and everybody who reads one can draw it again."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.building import NOW, account, campaign, person
from tests.cutting import everything
from tests.web.browsing import Page
from training.access.grant import grant
from training.access.models import AccessLog, Sample
from training.access.queries import population_of
from training.access.sampling import draw
from training.campaigns.models import Assignment, Campaign
from training.roles import Role

pytestmark = pytest.mark.django_db
URL = "/audit/FY2026/samples/"


@pytest.fixture
def training() -> Campaign:
    for n in range(30):
        person(f"{n:06}", f"氏名{n}", department=f"部{n % 3}")
    return campaign()


@pytest.fixture
def auditor(training: Campaign) -> Client:
    user = account("auditor", Role.AUDITOR)
    officer = account("officer2", Role.PRIVACY_OFFICER)
    grant(user=user, campaigns=[training], first_day=NOW.date(), last_day=NOW.date(), by=officer, now=NOW)
    client = Client()
    client.force_login(user)
    return client


def drawn(client: Client, **form: Any) -> Any:
    response = client.post(URL, {"size": "5", **form})
    assert response.status_code == 302, response.context["form"].errors
    return client.get(response["Location"])


def test_twenty_five_are_proposed(auditor: Client):
    assert auditor.get(URL).context["form"].initial == {"size": 25}


def test_a_sample_is_drawn_recorded_and_shown_with_its_seed_and_without_names(auditor: Client):
    response = drawn(auditor)
    row = Sample.objects.get()
    html = response.content.decode()
    for words in (row.seed, row.population_digest, str(row.entry_id)):
        assert words in html
    assert row.drawn == draw(population_of(row), seed=row.seed, size=5)
    numbers = [line["standing"].number for line in response.context["rows"]]
    assert numbers == [Assignment.objects.get(pk=key).employment.number for key in row.drawn]
    assert "氏名" not in html
    assert response.context["shares"] == []


def test_by_department_the_shares_are_shown(auditor: Client):
    shares = drawn(auditor, size="6", by_department="on").context["shares"]
    assert shares == [{"department": f"部{n}", "people": 10, "drawn": 2} for n in range(3)]


@pytest.mark.parametrize("form", [{"size": "0"}, {"size": "31"}, {"size": "-1"}, {"size": "二"}, {"size": ""},
                                  {"size": "9" * 400}, {"size": "1.5"}])  # fmt: skip
def test_a_number_that_cannot_be_drawn_is_asked_for_again(auditor: Client, form: dict[str, str]):
    response = auditor.post(URL, form)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not Sample.objects.exists()


def test_a_sample_leads_to_each_person_and_marks_whom_one_has_opened(auditor: Client):
    response = drawn(auditor)
    row = Sample.objects.get()
    links = [link for link in Page(response.content.decode()).links if "?sample=" in link]
    assert len(links) == 5
    assert auditor.post(links[2], {"why": "sample"}).status_code == 302
    assert auditor.get(links[2]).status_code == 200
    again = auditor.get(reverse("training:audit_sample", args=["FY2026", row.pk]))
    assert [line["opened"] for line in again.context["rows"]] == [False, False, True, False, False]
    (look,) = AccessLog.objects.filter(action="open", what__startswith="assignment")
    assert (look.what, look.why) == (f"assignment {row.drawn[2]}", "sample")


def test_what_another_auditor_opened_is_not_marked(auditor: Client):
    links = [link for link in Page(drawn(auditor).content.decode()).links if "?sample=" in link]
    other = Client()
    user = account("auditor3", Role.AUDITOR)
    officer = account("officer3", Role.PRIVACY_OFFICER)
    grant(user=user, campaigns=[Campaign.objects.get()], first_day=NOW.date(), last_day=NOW.date(), by=officer, now=NOW)
    other.force_login(user)
    other.post(links[0], {"why": "sample"})
    other.get(links[0])
    url = reverse("training:audit_sample", args=["FY2026", Sample.objects.get().pk])
    assert not any(line["opened"] for line in auditor.get(url).context["rows"])
    assert other.get(url).context["rows"][0]["opened"]


def test_every_draw_stays_in_the_list(auditor: Client):
    drawn(auditor)
    drawn(auditor)
    html = auditor.get(URL).content.decode()
    assert all(str(pk) in html for pk in Sample.objects.values_list("pk", flat=True))


def test_a_large_sample_comes_a_hundred_a_page(auditor: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("training.web.auditor.pages.LINES", 4)
    drawn(auditor)
    url = reverse("training:audit_sample", args=["FY2026", Sample.objects.get().pk])
    assert [line["place"] for line in auditor.get(url, {"page": "2"}).context["rows"]] == [5]


def test_a_sample_of_another_campaign_is_404_under_a_granted_one(auditor: Client):
    drawn(auditor)
    campaign(["article-5"], code="FY2027")
    key = Sample.objects.get().pk
    assert auditor.get(f"/audit/FY2027/samples/{key}/").status_code == 403
    assert auditor.get("/audit/FY2026/samples/00000000-0000-0000-0000-000000000000/").status_code == 404
    before = everything()
    assert auditor.post("/audit/FY2027/samples/", {"size": "5"}).status_code == 403
    assert everything() == before


def test_a_campaign_without_people_offers_no_draw(auditor: Client):
    planned = campaign(["article-5"], code="FY2028", opened=False)
    user = type(account("x")).objects.get(username="auditor")
    officer = account("officer3", Role.PRIVACY_OFFICER)
    grant(user=user, campaigns=[planned], first_day=NOW.date(), last_day=NOW.date(), by=officer, now=NOW)
    for name in ("audit_campaign", "audit_people", "audit_samples", "audit_certificates"):
        assert auditor.get(reverse(f"training:{name}", args=["FY2028"])).status_code == 200
    assert auditor.post("/audit/FY2028/samples/", {"size": "1"}).status_code == 200
    assert not Sample.objects.exists()
