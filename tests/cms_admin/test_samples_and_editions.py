"""What HR can do since: draw a sample of a campaign's people, and order a certificate in another language."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import building
from tests.cms_admin.conftest import AN_HOUR_LATER
from tests.cms_admin.reading import facts, links, rows, text
from tests.typesetting import reading
from training.access.models import Sample
from training.certificates.design import borrowed_signatory, design_for, redesign
from training.certificates.look import Look
from training.certificates.models import Edition
from training.certificates.queries import pdf_of
from training.certificates.revoke import revoke
from training.ledger.models import Entry


@pytest.fixture
def company() -> Any:
    """Nine people in two departments."""
    for n in range(9):
        building.person(f"00010{n}", f"架空 {n}", department=f"本部/部{n % 2}")
    return building.campaign()


def samples() -> str:
    return reverse("training_campaigns:samples", args=["FY2026"])


def test_hr_draws_a_sample_and_opens_whom_it_names(hr: Client, hr_account: Any, company: Any) -> None:
    campaign_page = hr.get(reverse("training_campaigns:campaign", args=["FY2026"]))
    assert samples() in links(campaign_page)

    response = hr.post(samples(), {"size": "4", "by_department": "on"}, follow=True)

    row = Sample.objects.get()
    assert (row.user, row.size, row.population, row.by_department, row.at) == (hr_account, 4, 9, True, AN_HOUR_LATER)
    assert [line[0] for line in rows(response)] == ["1", "2", "3", "4"]
    wanted = [reverse("training_campaigns:assignment", args=["FY2026", key]) for key in row.drawn]
    assert [link for link in links(response) if link in wanted] == wanted
    assert row.seed in facts(response).values()
    assert reverse("training_campaigns:sample", args=["FY2026", row.pk]) in links(hr.get(samples()))
    assert not Entry.objects.filter(sequence__isnull=True).exists()


@pytest.mark.parametrize("size", ["0", "10", "-1", "", "x", "1.5"])
def test_a_number_that_cannot_be_drawn_is_said_at_its_field(hr: Client, company: Any, size: str) -> None:
    page = hr.post(samples(), {"size": size})
    assert page.status_code == 200
    assert "size" in page.context["form"].errors
    assert not Sample.objects.exists()


def test_another_campaign_s_sample_is_not_there(hr: Client, company: Any) -> None:
    hr.post(samples(), {"size": "1"})
    building.campaign(code="FY2027")
    assert hr.get(reverse("training_campaigns:sample", args=["FY2027", Sample.objects.get().pk])).status_code == 404


def test_a_sample_costs_the_same_for_one_person_and_for_many(hr: Client, company: Any) -> None:
    def cost(size: int) -> int:
        address = hr.post(samples(), {"size": str(size)})["Location"]
        with CaptureQueriesContext(connection) as queries:
            assert len(rows(hr.get(address))) == size
        return len(queries)

    cost(1)
    assert cost(1) == cost(9) <= 15


def ordering(year: building.Year, language: str = "en") -> str:
    return reverse("training_campaigns:order", args=["FY2026", year.assignment.pk, year.certificate.serial, language])


def record(client: Client, year: building.Year) -> Any:
    return client.get(reverse("training_campaigns:assignment", args=["FY2026", year.assignment.pk]))


def english(**changes: Any) -> None:
    """Fill in the English design."""
    look = Look(**{"officer_title": "President", "officer_name": "Shunichi Kondo"} | changes)
    redesign(language="en", look=look, by=building.account("designer", building.Role.HR), now=building.NOW)


def test_hr_orders_the_certificate_in_english_once(hr: Client) -> None:
    year = building.year()
    assert ordering(year) in links(record(hr, year))
    assert "髙橋 一郎" in text(hr.get(ordering(year)))

    response = hr.post(ordering(year))

    assert response["Location"] == reverse("training_campaigns:assignment", args=["FY2026", year.assignment.pk])
    edition = Edition.objects.get()
    assert (edition.certificate, edition.language, edition.issued_at) == (year.certificate, "en", AN_HOUR_LATER)
    assert ordering(year) not in links(record(hr, year))
    assert hr.get(ordering(year)).status_code == 409
    assert hr.post(ordering(year)).status_code == 302
    assert Edition.objects.count() == 1
    assert not Entry.objects.filter(sequence__isnull=True).exists()


def test_its_own_language_and_one_without_wording_are_not_there(hr: Client) -> None:
    year = building.year()
    for language in ("ja", "fr"):
        assert hr.get(ordering(year, language)).status_code == 404
        assert hr.post(ordering(year, language)).status_code == 404
    assert not Edition.objects.exists()


def test_a_revoked_certificate_is_not_issued_in_another_language(hr: Client, officer_account: Any) -> None:
    year = building.year()
    revoke(certificate=year.certificate, reason="誤り", by=officer_account, now=building.NOW)
    assert ordering(year) not in links(record(hr, year))
    assert hr.get(ordering(year)).status_code == 409
    assert hr.post(ordering(year)).status_code == 409
    assert not Edition.objects.exists()


def test_until_the_english_signatory_is_filled_in_hr_is_warned_where_it_matters(hr: Client) -> None:
    year = building.year()
    edit = reverse("training_designs:edit", args=["en"])
    for page in (edit, ordering(year)):
        assert "近藤 俊一" in text(hr.get(page)), page
    assert "近藤 俊一" not in text(hr.get(reverse("training_designs:edit", args=["ja"])))
    assert borrowed_signatory("en") == ["代表取締役", "近藤 俊一"]
    assert borrowed_signatory("ja") == []

    english()

    assert borrowed_signatory("en") == []
    for page in (edit, ordering(year)):
        assert "近藤 俊一" not in text(hr.get(page)), page
    hr.post(ordering(year))
    words = reading.raw(pdf_of(Edition.objects.get()).read_bytes())
    assert "Shunichi Kondo" in words


def test_half_a_signatory_is_warned_of_by_the_half_that_lacks(hr: Client) -> None:
    english(officer_title="")
    assert design_for("en").officer_name == "Shunichi Kondo"
    assert borrowed_signatory("en") == ["代表取締役"]


def test_the_address_in_the_admin_s_account_page_is_not_for_changing(hr: Client, hr_account: Any) -> None:
    page = hr.get(reverse("wagtailadmin_account"))
    assert 'name="name_email-email"' not in page.content.decode()
    hr.post(reverse("wagtailadmin_account"), {"name_email-email": "intruder@elsewhere.example"})
    hr_account.refresh_from_db()
    assert hr_account.email == ""
