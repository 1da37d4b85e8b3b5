"""A PDF on the check page: one plain verdict each, nothing kept, and nobody made to wait for somebody else's files."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from tests import building, cutting
from tests.certificates import tampering
from tests.certificates.tampering import stranger
from tests.web.browsing import Page
from tests.web.conftest import Clock
from training.certificates.check import ENDED
from training.certificates.edition import issue_edition
from training.certificates.inspect import Verdict
from training.certificates.keys import load_credentials
from training.certificates.produce import grouped
from training.certificates.queries import pdf_of
from training.certificates.reissue import reissue
from training.certificates.revoke import revoke
from training.certificates.status import Status
from training.ledger.keys import load_key, verifier
from training.web.check import limit
from training.web.check.upload import CappedUploadHandler
from training.web.check.views import CheckPdfView

pytestmark = pytest.mark.django_db
START = "/check/"
NAME = "髙橋 一郎"
VALID = "pt-status-valid"  # the one mark of a certificate that counts


@pytest.fixture
def year() -> building.Year:
    return building.year()


@pytest.fixture
def pdf(year: building.Year) -> bytes:
    return pdf_of(year.certificate).read_bytes()


def sent(data: bytes, url: str = START, *, name: str = "certificate.pdf", **extra: Any) -> HttpResponse:
    """The page after the file was sent, as a stranger sees it who reads English."""
    headers = {"accept-language": "en"} | extra.pop("headers", {})
    type_ = extra.pop("type", "application/pdf")
    return Client().post(url, {"pdf": SimpleUploadedFile(name, data, type_)}, headers=headers, **extra)


def page_of(certificate: Any) -> str:
    return reverse("training:check", args=[certificate.token])


def limits(settings: Any, **changes: Any) -> None:
    settings.PRIVACY_TRAINING = settings.PRIVACY_TRAINING | {key.upper(): value for key, value in changes.items()}


# verdicts


def test_the_file_as_issued_is_valid_and_its_page_shows_what_was_compared(pdf: bytes, year: building.Year):
    for url in (START, page_of(year.certificate)):
        response = sent(pdf, url)
        html = response.content.decode()
        assert response.status_code == 200
        assert response.context["pdf"].verdict is Verdict.ORIGINAL
        assert VALID in html
        assert "byte for byte" in html
        for shown in (
            NAME,
            "000101",
            year.certificate.serial,
            year.certificate.pdf_sha256,
            f"{len(pdf)} bytes",
            grouped(verifier(load_key()).fingerprint),
            grouped(load_credentials(on=building.NOW).fingerprint),
            "2026年11月24日 10:00:00",
        ):
            assert shown in html, shown
        assert not response.context["other"]


def test_the_english_edition_is_valid_too(year: building.Year):
    edition = issue_edition(certificate=year.certificate, language="en", by=year.user, now=building.NOW)
    response = sent(pdf_of(edition).read_bytes())
    assert VALID in response.content.decode()
    assert edition.pdf_sha256 in response.content.decode()


def changed(pdf: bytes) -> dict[Verdict, bytes]:
    return {
        Verdict.CHANGED: tampering.flipped(pdf, tampering.page_at(pdf)),
        Verdict.APPENDED: pdf + b"\n",
        Verdict.UPDATED: tampering.retouched(pdf),
        Verdict.RESIGNED: tampering.forged(pdf, stranger()),
        Verdict.CUT: pdf[:-100],
        Verdict.UNKNOWN: tampering.of_another_company(),
        Verdict.NOT_A_PDF: b"PK\x03\x04 something else",
    }


def test_each_other_file_has_words_of_its_own_and_none_is_called_valid(pdf: bytes, year: building.Year):
    said = set()
    for verdict, data in changed(pdf).items():
        for url in (START, page_of(year.certificate)):
            response = sent(data, url)
            html = response.content.decode()
            assert response.status_code == 200
            assert response.context["pdf"].verdict is verdict
            assert VALID not in html, verdict
            assert "is valid" not in html, verdict
            badge = re.search(r'pt-verdict-line"><span class="[^"]*">([^<]+)<', html)
            lead = re.search(r'class="lead">([^<]+)<', html)
            assert badge, verdict
            assert lead, verdict
            said.add((badge[1], lead[1]))
    assert len(said) == len(changed(pdf))


def test_a_file_that_names_a_certificate_is_shown_beside_what_was_issued(pdf: bytes, year: building.Year):
    for verdict, data in changed(pdf).items():
        html = sent(data).content.decode()
        known = verdict not in {Verdict.UNKNOWN, Verdict.NOT_A_PDF}
        assert (NAME in html) == known, verdict
        assert (page_of(year.certificate) in html) == known, verdict


def test_the_signer_of_a_file_that_was_signed_anew_is_named_by_fingerprint(pdf: bytes):
    html = sent(tampering.forged(pdf, stranger())).content.decode()
    assert grouped(stranger().fingerprint) in html
    assert "with another key" in html
    own = sent(tampering.forged(pdf, load_credentials(on=building.NOW))).content.decode()
    assert "own signature" in own
    assert "another key" not in own


def test_a_file_that_was_superseded_says_so_and_when(pdf: bytes, year: building.Year):
    building.married(year.employment)
    reissue(certificate=year.certificate, reason="改姓", by=building.officer(), now=building.later(hours=1))
    response = sent(pdf)
    html = response.content.decode()
    assert response.context["pdf"].verdict is Verdict.OLDER
    assert VALID not in html
    assert "superseded" in html
    assert NAME in html


def test_a_file_that_was_revoked_says_so(pdf: bytes, year: building.Year):
    revoke(certificate=year.certificate, reason="誤発行", by=building.officer(), now=building.NOW)
    html = sent(pdf).content.decode()
    assert VALID not in html
    assert "revoked" in html
    assert "誤発行" not in html
    assert Status.REVOKED in ENDED


def test_a_file_that_has_expired_is_the_original_and_not_valid(pdf: bytes, clock: Clock):
    clock.move(days=800)
    response = sent(pdf)
    assert response.context["pdf"].verdict is Verdict.ORIGINAL
    assert VALID not in response.content.decode()
    assert "expired" in response.content.decode()


def test_a_changed_file_of_a_revoked_certificate_says_both(pdf: bytes, year: building.Year):
    revoke(certificate=year.certificate, reason="誤発行", by=building.officer(), now=building.NOW)
    html = sent(pdf + b"\n").content.decode()
    assert "bytes added" in html
    assert "revoked" in html


def test_the_pdf_of_another_certificate_than_the_pages_is_said_to_be_that(pdf: bytes, year: building.Year):
    building.married(year.employment)
    new = reissue(certificate=year.certificate, reason="改姓", by=building.officer(), now=building.later(hours=1))
    for data in (pdf, pdf + b"\n"):
        response = sent(data, page_of(new))
        assert response.context["other"]
        html = response.content.decode()
        assert f"page of certificate {new.serial}" in html
        assert VALID not in html
    turned = sent(pdf_of(new).read_bytes(), page_of(year.certificate))
    assert turned.context["other"]


def test_a_verdict_is_there_in_japanese(pdf: bytes):
    with translation.override("ja"):
        html = sent(pdf, headers={"accept-language": "ja"}).content.decode()
    assert "有効" in html


@pytest.mark.parametrize(
    ("name", "type_"),
    [("修了証_𠮷田.pdf", "application/pdf"), ("a.txt", "text/plain"), ("<b>.pdf", "image/png"), ("x" * 400, "")],
)
def test_what_a_file_is_called_or_said_to_be_does_not_matter(pdf: bytes, name: str, type_: str):
    response = sent(pdf, name=name, type=type_)
    assert response.context["pdf"].verdict is Verdict.ORIGINAL
    assert "<b>" not in response.content.decode()
    assert "x" * 50 not in response.content.decode()


def test_a_file_on_the_page_of_an_unknown_certificate_gets_the_same_404(pdf: bytes):
    url = f"/check/{'f' * 32}/"
    response = sent(pdf, url)
    assert response.status_code == 404
    assert response.content == Client().get(url, headers={"accept-language": "en"}).content
    assert NAME not in response.content.decode()


# what is refused


def test_without_a_file_or_with_two_or_an_empty_one_the_form_says_so(pdf: bytes, year: building.Year):
    file = SimpleUploadedFile("a.pdf", pdf)
    for url in (START, page_of(year.certificate)):
        for data in ({}, {"pdf": SimpleUploadedFile("a.pdf", b"")}, {"pdf": [file, file]}, {"pdf": "text"}):
            file.seek(0)
            response = Client().post(url, data)
            assert response.status_code == 200
            assert response.context["upload_form"].errors["pdf"]
            assert 'class="invalid-feedback"' in response.content.decode()
            assert "pdf" not in response.context


def test_a_file_over_the_limit_is_refused_and_nothing_of_it_is_looked_at(
    pdf: bytes, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    limits(settings, check_upload_limit=len(pdf) - 1)
    monkeypatch.setattr("training.web.check.views.check_pdf", None)  # not even called
    response = sent(pdf)
    assert (response.status_code, response.context["pdf"].verdict) == (413, Verdict.TOO_LARGE)
    assert VALID not in response.content.decode()


def test_a_file_of_just_the_limit_is_looked_at(pdf: bytes, settings: Any):
    limits(settings, check_upload_limit=len(pdf))
    assert sent(pdf).context["pdf"].verdict is Verdict.ORIGINAL


def test_two_files_together_are_not_more_than_the_limit(pdf: bytes, settings: Any):
    limits(settings, check_upload_limit=len(pdf) + 10)
    files = [SimpleUploadedFile("a.pdf", pdf), SimpleUploadedFile("b.pdf", pdf)]
    response = Client().post(START, {"pdf": files[0], "other": files[1]})
    assert (response.status_code, response.context["pdf"].verdict) == (413, Verdict.TOO_LARGE)


class Unread(BytesIO):
    """A request's body that counts how much of it is taken."""

    taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.taken += len(data)
        return data


def answered(body: Unread, **environ: Any) -> HttpResponse:
    """The page for a body as a server hands it over, with what the client says of it."""
    given = {"wsgi.input": body, "CONTENT_TYPE": "multipart/form-data; boundary=xx", **environ}
    request = WSGIRequest({**RequestFactory().post(START).environ, **given})
    request._dont_enforce_csrf_checks = True
    request.user = AnonymousUser()
    return CheckPdfView.as_view()(request)


def body_of(size: int) -> Unread:
    head = b'--xx\r\nContent-Disposition: form-data; name="pdf"; filename="a.pdf"\r\n\r\n'
    return Unread(head + b"%PDF-1.7" + b"0" * size + b"\r\n--xx--\r\n")


def test_a_body_announced_as_too_large_is_not_read_at_all():
    body = body_of(10)
    response = answered(body, CONTENT_LENGTH=str(10 * 1024 * 1024))
    assert (response.status_code, body.taken) == (413, 0)


@pytest.mark.parametrize("announced", ["", "x"])
def test_a_body_that_does_not_say_how_long_it_is_is_not_read(announced: str):
    body = body_of(1000)
    response = answered(body, CONTENT_LENGTH=announced, HTTP_TRANSFER_ENCODING="chunked")
    assert (response.status_code, body.taken) == (200, 0)
    assert "invalid-feedback" in response.content.decode()


def test_no_more_is_kept_than_the_limit_whatever_follows(settings: Any, monkeypatch: pytest.MonkeyPatch):
    limits(settings, check_upload_limit=50_000)
    kept: list[int] = []
    receive = CappedUploadHandler.receive_data_chunk

    def watched(handler: CappedUploadHandler, raw_data: bytes, start: int) -> None:
        try:
            receive(handler, raw_data, start)
        finally:
            kept.append(sum(map(len, handler.pieces)))

    monkeypatch.setattr(CappedUploadHandler, "receive_data_chunk", watched)
    body = body_of(110_000)
    response = answered(body, CONTENT_LENGTH=str(len(body.getvalue())))
    assert response.status_code == 413
    assert kept
    assert max(kept) <= 50_000
    assert kept[-1] == 0


def test_an_upload_never_reaches_the_disk_or_the_database(
    pdf: bytes, settings: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 10  # Django's own handlers would write to the disk
    before = cutting.everything()
    evidence = sorted(Path(settings.PRIVACY_TRAINING["EVIDENCE_ROOT"]).rglob("*"))
    for data in (pdf, pdf + b"\n", b"%PDF-1.7 nothing"):
        assert sent(data, name="髙橋一郎.pdf").status_code == 200
    assert list(tmp_path.iterdir()) == []
    assert cutting.everything() == before
    assert sorted(Path(settings.PRIVACY_TRAINING["EVIDENCE_ROOT"]).rglob("*")) == evidence
    assert "髙橋" not in caplog.text


def test_a_bomb_is_answered_like_any_other_file(settings: Any):
    for kind, data in tampering.bombs().items():
        limits(settings, check_upload_limit=10_000_000, check_uploads_per_minute=100)
        response = sent(data)
        assert response.status_code == 200, kind
        assert response.context["pdf"].verdict in {Verdict.UNKNOWN, Verdict.CUT}, kind


def test_the_form_carries_a_token_and_is_not_taken_without_it(pdf: bytes, year: building.Year):
    for url in (START, page_of(year.certificate)):
        client = Client(enforce_csrf_checks=True)
        file = SimpleUploadedFile("a.pdf", pdf)
        assert client.post(url, {"pdf": file}).status_code == 403
        page = Page(client.get(url).content.decode())
        assert page.actions == [url]
        file.seek(0)
        response = client.post(url, {"csrfmiddlewaretoken": page.fields["csrfmiddlewaretoken"], "pdf": file})
        assert response.status_code == 200
        assert response.context["pdf"].verdict is Verdict.ORIGINAL


def test_a_verdict_is_neither_stored_nor_indexed_nor_named_to_others(pdf: bytes):
    for response in (sent(pdf), sent(b"x"), Client().get(START)):
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"


def test_a_verdict_costs_the_same_queries_whatever_was_sent(
    pdf: bytes, year: building.Year, django_assert_max_num_queries: Any
):
    for data in (pdf, pdf + b"\n", b"%PDF-1.7 nothing", b""):
        with django_assert_max_num_queries(5):
            sent(data)
        with django_assert_max_num_queries(8):
            sent(data, page_of(year.certificate))


# how often


def test_after_so_many_files_in_a_minute_one_waits_and_others_do_not(year: building.Year, clock: Clock):
    answers = [sent(b"x") for _ in range(30)]
    assert [answer.status_code for answer in answers] == [200] * 20 + [429] * 10
    refused = answers[-1]
    assert 1 <= int(refused["Retry-After"]) <= limit.WINDOW
    assert refused["Retry-After"] in refused.content.decode()
    assert "Please wait" in refused.content.decode()
    assert sent(b"x", page_of(year.certificate)).status_code == 429
    assert sent(b"x", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert Client().get(page_of(year.certificate)).status_code == 200
    clock.move(seconds=int(refused["Retry-After"]))
    assert sent(b"x").status_code == 200


def test_pages_are_limited_too_and_by_themselves(year: building.Year, settings: Any):
    limits(settings, check_pages_per_minute=3)
    url = page_of(year.certificate)
    assert [Client().get(url).status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert Client().get(f"/check/{'f' * 32}/").status_code == 429
    assert Client().get(START).status_code == 429
    assert sent(b"x").status_code == 200


def test_a_header_that_anybody_can_write_gives_no_fresh_start(settings: Any):
    limits(settings, check_uploads_per_minute=2)
    codes = [sent(b"x", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code for n in range(4)]
    assert codes == [200, 200, 429, 429]


def test_behind_a_proxy_the_address_is_the_one_that_the_proxy_saw(settings: Any):
    limits(settings, check_uploads_per_minute=1, trusted_proxies=1)
    assert sent(b"x", headers={"x-forwarded-for": "198.51.100.1"}).status_code == 200
    assert sent(b"x", headers={"x-forwarded-for": "203.0.113.9, 198.51.100.1"}).status_code == 429
    assert sent(b"x", headers={"x-forwarded-for": "198.51.100.1, 198.51.100.2"}).status_code == 200


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("髙\n", "unknown"),
    ],
)
def test_a_client_is_an_address_or_a_subscribers_network(address: str, seen: str):
    assert limit.client(RequestFactory().get("/", REMOTE_ADDR=address)) == seen


def test_no_address_is_kept_in_plain(monkeypatch: pytest.MonkeyPatch):
    keys: list[str] = []
    add = cache.add
    monkeypatch.setattr(cache, "add", lambda key, *args, **kwargs: keys.append(key) or add(key, *args, **kwargs))
    sent(b"x", REMOTE_ADDR="192.0.2.7")
    assert keys
    assert not any("192.0.2.7" in key for key in keys)
