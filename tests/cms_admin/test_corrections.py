"""HR and the privacy officer put right what was signed or certified wrongly, and take the files that there are."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import building, cutting
from tests.cms_admin.conftest import AN_HOUR_LATER
from tests.cms_admin.reading import links, text
from tests.typesetting import reading
from training.access.models import AccessLog
from training.attestation.annul import annul
from training.attestation.models import Annulment
from training.certificates.edition import issue_edition
from training.certificates.models import Certificate, CertificateEvent
from training.certificates.queries import check, pdf_of
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.ledger.models import Entry

REASON = "<b>本人</b>が\n申し出た（𠮷田）"


@pytest.fixture
def year() -> building.Year:
    return building.year()


def page(name: str, year: building.Year, *arguments: Any) -> str:
    """An address of the person's record."""
    return reverse(f"training_campaigns:{name}", args=["FY2026", year.assignment.pk, *arguments])


def record(client: Client, year: building.Year) -> Any:
    return client.get(page("assignment", year))


def annulling(year: building.Year, number: int = 1) -> str:
    return page("annul", year, number)


def revoking(year: building.Year, serial: str = "FY2026-000001") -> str:
    return page("revoke", year, serial)


def reissuing(year: building.Year, serial: str = "FY2026-000001") -> str:
    return page("reissue", year, serial)


def fields_in_error(response: Any) -> set[str]:
    return set(response.context["form"].errors)


def test_the_officer_is_offered_all_three_steps_and_hr_only_the_new_certificate(
    officer: Client, hr: Client, year: building.Year
) -> None:
    steps = {annulling(year), revoking(year), reissuing(year)}
    assert steps <= set(links(record(officer, year)))
    assert steps & set(links(record(hr, year))) == {reissuing(year)}


def test_the_officer_annuls_a_signature_and_the_record_says_who_when_and_why(
    officer: Client, officer_account: Any, hr: Client, year: building.Year
) -> None:
    asked = officer.get(annulling(year))
    assert "髙橋 一郎" in text(asked)

    response = officer.post(annulling(year), {"cause": "wrong_person", "reason": REASON})

    assert response["Location"] == page("assignment", year)
    row = Annulment.objects.get()
    assert (row.cause, row.by, row.at) == ("wrong_person", officer_account, AN_HOUR_LATER)
    assert row.entry.sequence is not None
    for client in (officer, hr):
        found = record(client, year)
        assert "本人" in text(found)
        assert b"&lt;b&gt;" in found.content
        assert "officer" in text(found)
        assert page("issued", year, "FY2026-000001") in links(found)
        assert annulling(year) not in links(found)


def test_the_officer_revokes_a_certificate_and_its_check_page_says_so(officer: Client, year: building.Year) -> None:
    response = officer.post(revoking(year), {"reason": REASON})

    assert response["Location"] == page("assignment", year)
    checked = check(token=year.certificate.token, day=building.NOW.date())
    assert checked is not None
    assert checked.status == "revoked"
    assert CertificateEvent.objects.get().entry.sequence is not None
    found = record(officer, year)
    assert "申し出た" in text(found)
    assert not {revoking(year), reissuing(year)} & set(links(found))
    assert annulling(year) in links(found)


def test_hr_issues_a_certificate_again_after_a_change_of_name(hr: Client, hr_account: Any, year: building.Year) -> None:
    building.married(year.employment)
    asked = hr.get(reissuing(year))
    assert "髙橋 一郎" in text(asked)
    assert "佐藤 一郎" in text(asked)

    response = hr.post(reissuing(year), {"reason": REASON})

    assert response["Location"] == page("assignment", year)
    new = Certificate.objects.get(supersedes=year.certificate)
    assert new.entry.sequence is not None
    assert CertificateEvent.objects.get().by == hr_account
    found = record(hr, year)
    assert new.serial in text(found)
    assert page("issued", year, "FY2026-000001") in links(found)
    assert reissuing(year, new.serial) in links(found)
    assert reissuing(year) not in links(found)


def test_a_certificate_that_needs_no_new_name_is_refused_in_words(hr: Client, year: building.Year) -> None:
    entries = Entry.objects.count()
    assert hr.post(reissuing(year), {"reason": REASON}).status_code == 409
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("reason", ["", "  ", "x" * 1001])
def test_without_a_reason_nothing_is_done_and_the_field_says_so(
    officer: Client, year: building.Year, reason: str
) -> None:
    building.married(year.employment)
    before = cutting.everything()
    for address in (annulling(year), revoking(year), reissuing(year)):
        response = officer.post(address, {"reason": reason, "cause": "other"})
        assert (response.status_code, fields_in_error(response)) == (200, {"reason"})
    assert cutting.everything() == before


@pytest.mark.parametrize("cause", ["", "whim"])
def test_without_a_cause_no_signature_is_annulled(officer: Client, year: building.Year, cause: str) -> None:
    response = officer.post(annulling(year), {"reason": REASON, "cause": cause})
    assert fields_in_error(response) == {"cause"}
    assert not Annulment.objects.exists()


def test_hr_neither_annuls_nor_revokes(hr: Client, year: building.Year) -> None:
    before = cutting.everything()
    for address in (annulling(year), revoking(year)):
        assert hr.get(address).status_code == 403
        assert hr.post(address, {"reason": REASON, "cause": "other"}).status_code == 403
    assert cutting.everything() == before


def test_what_has_ended_is_not_ended_again(officer: Client, year: building.Year) -> None:
    assert officer.post(revoking(year), {"reason": REASON}).status_code == 302
    assert officer.post(annulling(year), {"reason": REASON, "cause": "other"}).status_code == 302
    entries = Entry.objects.count()
    for address in (annulling(year), revoking(year), reissuing(year)):
        assert officer.get(address).status_code == 409
        assert officer.post(address, {"reason": REASON, "cause": "other"}).status_code == 409
    assert Entry.objects.count() == entries


def test_what_is_somebody_elses_or_nobodys_is_not_found(officer: Client, year: building.Year) -> None:
    other = building.person("000999", "別人 花子", kana="ベツジン ハナコ")
    building.campaign(["article-5"], code="FY2027")
    theirs = building.assignment_of(other, "FY2027")
    for name, argument in (("annul", 1), ("revoke", "FY2026-000001"), ("reissue", "FY2026-000001"), ("pledge", 1)):
        address = reverse(f"training_campaigns:{name}", args=["FY2027", theirs.pk, argument])
        assert officer.get(address).status_code == 404, name
    for address in (annulling(year, 2), revoking(year, "FY2026-000009"), page("issued", year, "FY2026-000009")):
        assert officer.get(address).status_code == 404
    assert not AccessLog.objects.exists()


def test_the_name_of_the_person_is_shown_as_text_on_every_step(officer: Client) -> None:
    year = building.year("<i>髙橋</i> 一郎")
    building.married(year.employment, "<u>佐藤</u> 一郎")
    for address in (annulling(year), revoking(year), reissuing(year), page("assignment", year)):
        html = officer.get(address).content
        assert b"<i>" not in html.partition(b"<main")[2]
        assert b"<u>" not in html.partition(b"<main")[2]


def test_older_certificates_editions_and_pledges_are_taken_as_issued_and_logged(
    hr: Client, officer_account: Any, year: building.Year
) -> None:
    edition = issue_edition(certificate=year.certificate, language="en", by=year.user, now=building.NOW)
    building.married(year.employment)
    new = reissue(certificate=year.certificate, reason=REASON, by=officer_account, now=building.later(minutes=5))
    annul(
        attestation=year.attestation,
        cause="other",
        reason=REASON,
        by=officer_account,
        now=building.later(minutes=9),
    )
    files = {
        page("issued", year, year.certificate.serial): pdf_of(year.certificate).read_bytes(),
        page("issued", year, new.serial): pdf_of(new).read_bytes(),
        page("edition", year, year.certificate.serial, "en"): pdf_of(edition).read_bytes(),
    }
    shown = links(record(hr, year))

    for address, data in files.items():
        assert address in shown
        assert b"".join(hr.get(address).streaming_content) == data
    pledge = hr.get(page("pledge", year, 1))

    assert page("pledge", year, 1) in shown
    assert pledge.content.startswith(b"%PDF")
    assert "pledge-FY2026-1.pdf" in pledge["Content-Disposition"]
    logged = set(AccessLog.objects.values_list("what", flat=True))
    assert logged == {
        f"certificate {year.certificate.pk}",
        f"certificate {new.pk}",
        f"edition {edition.pk}",
        f"signed pledge {year.attestation.pk}",
    }


def test_a_file_that_is_lost_is_not_found_and_not_logged(hr: Client, year: building.Year) -> None:
    pdf_of(year.certificate).unlink()
    assert hr.get(page("issued", year, year.certificate.serial)).status_code == 404
    assert not AccessLog.objects.exists()


def test_a_record_costs_the_same_however_much_has_happened(hr: Client, officer_account: Any) -> None:
    year = building.year()
    record(hr, year)
    with CaptureQueriesContext(connection) as before:
        record(hr, year)
    for n, name in enumerate(("佐藤 一郎", "鈴木 一郎", "田中 一郎"), 1):
        building.married(year.employment, name, now=building.later(days=n))
        newest = Certificate.objects.order_by("-serial")[0]
        reissue(certificate=newest, reason=REASON, by=officer_account, now=building.later(days=n))
    revoke(certificate=Certificate.objects.order_by("-serial")[0], reason=REASON, by=officer_account, now=building.NOW)
    annul(attestation=year.attestation, cause="other", reason=REASON, by=officer_account, now=building.NOW)
    building.sign(year.assignment, "髙橋 一郎")
    with CaptureQueriesContext(connection) as after:
        assert record(hr, year).status_code == 200
    assert len(after) == len(before)


# all of a campaign


def test_hr_takes_all_certificates_or_those_of_some_days_and_it_is_logged(hr: Client, year: building.Year) -> None:
    offer = reverse("training_campaigns:archive", args=["FY2026"])
    address = reverse("training_campaigns:zip", args=["FY2026"])
    assert offer in links(hr.get(reverse("training_campaigns:campaign", args=["FY2026"])))
    form = BeautifulSoup(hr.get(offer).content, "html.parser").select_one(f'form[action="{address}"]')
    assert form is not None
    assert {field["name"] for field in form.select("input")} == {"from", "to"}

    found = {}
    for query in ("", "from=2026-11-24&to=2026-11-24", "from=2026-11-25", "from=&to="):
        data = b"".join(hr.get(f"{address}?{query}").streaming_content)
        found[query] = zipfile.ZipFile(io.BytesIO(data)).namelist()

    name = ["000101_髙橋 一郎.pdf"]
    assert list(found.values()) == [name, name, [], name]
    assert AccessLog.objects.filter(action=AccessLog.Action.DOWNLOAD_ALL, why="hr").count() == 4
    assert year.certificate.serial not in str(found)


@pytest.mark.parametrize("query", ["from=2026-02-30", "to=tomorrow", "from=2026-11-25&to=2026-11-24"])
def test_a_day_that_is_none_is_refused_and_not_logged(hr: Client, year: building.Year, query: str) -> None:
    assert year
    response = hr.get(f"{reverse('training_campaigns:zip', args=['FY2026'])}?{query}")
    assert response.status_code == 400
    assert query.partition("=")[0] in text(response)
    assert not AccessLog.objects.exists()


def test_the_copy_of_an_annulled_signature_bears_the_stamp(officer: Client, hr: Client, year: building.Year) -> None:
    assert "無効" not in reading.raw(hr.get(page("pledge", year, 1)).content)
    officer.post(annulling(year), {"cause": "wrong_person", "reason": REASON})
    assert "無効" in reading.raw(hr.get(page("pledge", year, 1)).content)
