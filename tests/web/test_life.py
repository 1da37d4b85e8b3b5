"""What the public and the person are told when a signature was annulled, a certificate revoked or issued again."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import building, cutting
from tests.building import NOW, later
from tests.web.browsing import Learner, learner_in_training
from tests.web.conftest import Clock
from training.access.grant import grant
from training.access.models import AccessLog
from training.attestation.annul import annul
from training.attestation.models import Attestation
from training.certificates.models import Certificate, Edition
from training.certificates.queries import certificate_of, pdf_of
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.ledger import triggers
from training.ledger.keys import load_key
from training.ledger.models import Disclosure
from training.ledger.seal import seal
from training.roles import Role

pytestmark = pytest.mark.django_db
REASON = "内密の理由"


def visit(certificate: Certificate) -> HttpResponse:
    """The check page, in English."""
    url = reverse("training:check", args=[certificate.token])
    return Client().get(url, headers={"accept-language": "en"})


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def erase(certificate: Certificate) -> None:
    triggers.remove()
    Disclosure._base_manager.filter(entry=certificate.entry)._raw_delete("default")
    triggers.install()


# the check page


def test_a_revoked_certificate_says_so_on_its_check_page_and_not_why():
    made = building.year().certificate
    revoke(certificate=made, reason=REASON, by=building.officer(), now=later(hours=1))
    response = visit(made)
    assert (response.status_code, response.context["checked"].status) == (200, "revoked")
    assert "revoked this certificate on 2026年11月24日" in words(response)
    assert "髙橋 一郎" in words(response)
    assert REASON not in words(response)


def test_an_annulled_certificate_says_so_and_not_why():
    made = building.year().certificate
    annul(attestation=made.attestation, cause="wrong_person", reason=REASON, by=building.officer(), now=later(days=1))
    response = visit(made)
    assert response.context["checked"].status == "annulled"
    assert "was annulled on 2026年11月25日" in words(response)
    assert REASON not in words(response)
    assert "Signed by another person" not in words(response)


def test_a_replaced_certificate_says_when_and_leads_nobody_to_the_newer_one():
    year = building.year()
    building.married(year.employment)
    new = reissue(certificate=year.certificate, reason=REASON, by=building.officer(), now=later(days=1))
    seal(now=later(days=1), key=load_key())
    response = visit(year.certificate)
    assert response.context["checked"].status == "superseded"
    assert "replaced by a newer one on 2026年11月25日" in words(response)
    for hidden in (new.token, new.serial, "佐藤", REASON):
        assert hidden not in words(response)
    newer = visit(new)
    assert newer.context["checked"].status == "valid"
    assert "佐藤 一郎" in words(newer)
    assert "髙橋" not in words(newer)


def test_a_certificate_that_is_not_sealed_yet_says_that_nothing_is_proved_so_far():
    year = building.year()
    building.married(year.employment)
    new = reissue(certificate=year.certificate, reason=REASON, by=building.officer(), now=later(hours=1))
    response = visit(new)
    assert response.context["checked"].status == "unsealed"
    assert "not sealed in the log yet" in words(response)


def test_a_revoked_and_erased_certificate_says_both():
    made = building.year().certificate
    revoke(certificate=made, reason=REASON, by=building.officer(), now=later(hours=1))
    erase(made)
    response = visit(made)
    assert response.context["checked"].status == "revoked"
    assert "have been erased" in words(response)
    assert "髙橋" not in words(response)


def test_every_state_has_words_of_its_own_and_each_page_names_key_and_moment(clock: Clock):
    year = building.year()
    said = {"valid": words(visit(year.certificate))}
    building.married(year.employment)
    new = reissue(certificate=year.certificate, reason=REASON, by=building.officer(), now=later(hours=1))
    said["superseded"], said["unsealed"] = words(visit(year.certificate)), words(visit(new))
    seal(now=later(hours=1), key=load_key())
    clock.set(datetime(2028, 1, 1, tzinfo=UTC))
    said["expired"] = words(visit(new))
    erase(new)
    said["erased"] = words(visit(new))
    revoke(certificate=new, reason=REASON, by=building.officer(), now=later(hours=1))
    said["revoked"] = words(visit(new))
    annul(attestation=year.attestation, cause="other", reason=REASON, by=building.officer(), now=later(days=1))
    said["annulled"] = words(visit(new))
    key = visit(new).context["fingerprint"]
    verdicts = {}
    for state, page in said.items():
        assert key in page, state
        assert "Checked at" in page, state
        verdicts[state] = page.partition("pt-verdict-line")[2].partition("<dl")[0]
    assert len(set(verdicts.values())) == 7


def test_editions_are_checked_on_the_same_page():
    learner = certified_learner()
    order(learner)
    edition = Edition.objects.get()
    page = words(visit(edition.certificate))
    assert edition.pdf_sha256 in page
    assert edition.certificate.pdf_sha256 in page


# the person's own pages


def certified_learner() -> Learner:
    """Somebody who has done everything at the browser."""
    learner = learner_in_training()
    learner.pass_all()
    learner.confirm()
    learner.sign()
    return learner


def order(learner: Learner, language: str = "en") -> Any:
    return learner.post("edition", {"language": language})


@pytest.fixture
def learner() -> Learner:
    return certified_learner()


def annulled(learner: Learner) -> None:
    attestation = Attestation.objects.get(assignment=learner.assignment)
    annul(attestation=attestation, cause="wrong_name", reason=REASON, by=building.officer(), now=NOW)


def test_who_signed_wrongly_is_told_so_with_the_cause_and_asked_to_sign_again(learner: Learner):
    annulled(learner)
    learner.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    for page in (learner.get("mine"), learner.get("pledge")):
        assert "Your signature of 2026年11月24日 was annulled" in words(page)
        assert "Signed under a wrong name" in words(page)
        assert REASON not in words(page)
    assert learner.url("pledge") in words(learner.get("mine"))
    assert learner.get("receipt")["Location"] == learner.url("mine")
    assert learner.get("certificate_pdf").status_code == 404
    assert learner.get("pledge_pdf").status_code == 404


def test_signing_again_needs_another_authentication_and_gives_another_certificate(learner: Learner):
    annulled(learner)
    assert learner.get("sign")["Location"] == learner.url("pledge")
    learner.confirm()
    assert learner.sign().status_code == 302
    assert [a.number for a in Attestation.objects.order_by("number")] == [1, 2]
    certificate = certificate_of(learner.assignment)
    assert certificate.serial == "FY2026-000002"
    served = b"".join(learner.get("certificate_pdf").streaming_content)
    assert served == pdf_of(certificate).read_bytes()
    assert "pt-callout-warn" not in words(learner.get("mine"))


def test_after_signing_again_and_before_the_new_certificate_the_old_one_is_not_offered(learner: Learner):
    annulled(learner)
    building.sign(learner.assignment, learner.name)
    page = learner.get("receipt")
    assert page.context["certificate"] is None
    assert learner.get("certificate_pdf").status_code == 404


def test_the_holder_of_a_revoked_certificate_is_told_and_not_why(learner: Learner):
    revoke(certificate=Certificate.objects.get(), reason=REASON, by=building.officer(), now=NOW)
    learner.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    for page in (learner.get("mine"), learner.get("receipt")):
        assert "Your certificate was revoked on 2026年11月24日." in words(page)
        assert REASON not in words(page)
    assert learner.get("receipt").context["status"] == "revoked"
    assert learner.url("edition") not in words(learner.get("receipt"))
    assert order(learner).status_code == 409


def test_after_a_change_of_name_the_person_gets_the_new_certificate(learner: Learner):
    building.married(learner.employment)
    old = Certificate.objects.get()
    new = reissue(certificate=old, reason=REASON, by=building.officer(), now=NOW)
    assert learner.get("receipt").context["certificate"] == new
    assert b"".join(learner.get("certificate_pdf").streaming_content) == pdf_of(new).read_bytes()


def test_the_english_edition_is_ordered_once_and_downloaded_as_issued(learner: Learner):
    assert learner.get("edition_pdf", language="en").status_code == 404
    response = order(learner)
    assert response["Location"] == learner.url("edition_pdf", language="en")
    edition = Edition.objects.get()
    assert edition.entry.sequence is not None
    file = learner.client.get(response["Location"])
    assert b"".join(file.streaming_content) == pdf_of(edition).read_bytes()
    assert f"{edition.certificate.serial}-en.pdf" in file["Content-Disposition"]
    before = cutting.everything()
    assert order(learner).status_code == 302
    assert cutting.everything() == before
    assert learner.url("edition_pdf", language="en") in words(learner.get("receipt"))


@pytest.mark.parametrize("language", ["", "ja", "fr", "../en", "\0"])
def test_no_other_language_is_made(learner: Learner, language: str):
    before = cutting.everything()
    assert order(learner, language).status_code == 400
    assert cutting.everything() == before


def test_nobody_orders_or_reads_an_edition_of_somebody_elses(learner: Learner):
    order(learner)
    other = Learner("jiro", "000102", "佐藤 二郎")
    assert other.client.post(learner.url("edition"), {"language": "en"}).status_code == 404
    assert other.client.get(learner.url("edition_pdf", language="en")).status_code == 404


# the auditor's archive


def test_an_auditor_takes_the_archive_in_parts_by_day_of_issue_and_each_is_logged(learner: Learner):
    auditor, client = building.account("auditor", Role.AUDITOR), Client()
    made = learner.assignment.campaign
    day = NOW.date()
    grant(user=auditor, campaigns=[made], first_day=day, last_day=day, by=building.officer(), now=NOW)
    client.force_login(auditor)
    url = reverse("training:audit_zip", args=[made.code])
    for query, names in (("from=2026-11-24&to=2026-11-24", 1), ("from=2026-11-25", 0)):
        data = b"".join(client.get(f"{url}?{query}").streaming_content)
        assert len(zipfile.ZipFile(io.BytesIO(data)).namelist()) == names
    logged = set(AccessLog.objects.values_list("what", flat=True))
    assert logged == {
        "1 certificates of FY2026 issued 2026-11-24..2026-11-24",
        "0 certificates of FY2026 issued 2026-11-25..",
    }


@pytest.mark.parametrize("field", ["from", "to"])
def test_a_day_that_is_none_is_refused_by_the_name_of_its_field_and_not_logged(learner: Learner, field: str):
    auditor, client = building.account("auditor", Role.AUDITOR), Client()
    day = NOW.date()
    grant(
        user=auditor,
        campaigns=[learner.assignment.campaign],
        first_day=day,
        last_day=day,
        by=building.officer(),
        now=NOW,
    )
    client.force_login(auditor)
    response = client.get(reverse("training:audit_zip", args=["FY2026"]), {field: "2026-13-01"})
    assert response.status_code == 400
    assert field in words(response)
    assert not AccessLog.objects.exists()
