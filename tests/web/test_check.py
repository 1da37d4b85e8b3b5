"""The page behind the QR code: one certificate to whoever holds its token, and nothing else to anybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.building import later, year
from tests.web.conftest import Clock
from training.certificates.models import Certificate
from training.ledger import triggers
from training.ledger.models import Disclosure

pytestmark = pytest.mark.django_db
FIELDS = (
    "FY2026-000001",
    "髙橋 一郎",
    "000101",
    "営業本部/第一営業部/二課",
    "2026年度 個人情報保護研修",
    "研修 article-3",
    "2027年12月31日",
)


def visit(token: str, **headers: str) -> HttpResponse:
    return Client().get(reverse("training:check", args=[token]), headers=headers)


def test_a_valid_certificate_shows_its_status_and_what_is_printed_on_it(clock: Clock):
    made = year().certificate
    clock.move(days=30)
    response = visit(made.token)
    html = response.content.decode()
    assert response.status_code == 200
    assert response.context["checked"].status == "valid"
    for field in FIELDS:
        assert field in html, field
    assert made.pdf_sha256 in html
    assert response.context["fingerprint"] in html


def test_a_valid_certificate_is_called_yukou_in_japanese():
    html = visit(year().certificate.token, **{"accept-language": "ja"}).content.decode()
    assert "有効" in html


def test_the_address_of_the_qr_code_is_this_page():
    made = year().certificate
    face = Disclosure.objects.get(entry=made.entry, name="face").value
    path = face["check_url"].split("8000", 1)[1]
    assert Client().get(path).context["checked"].certificate == made


def test_anything_else_is_404_in_one_and_the_same_shape():
    token = year().certificate.token
    unknown = visit("f" * 32)
    other = token[:-1] + ("0" if token[-1] != "0" else "1")
    shown = 0
    for address in (other, "0" * 32, "x", "%00", "%25", "FY2026-000001", "髙", "0" * 5000, "..", "' OR 1=1 --", "😀"):
        response = Client().get(f"/check/{address}/")
        assert response.status_code == 404, address
        if "X-Robots-Tag" in response:
            assert response.content == unknown.content, address
            shown += 1
        for field in FIELDS:
            assert field not in response.content.decode(), address
    assert shown >= 10


def test_the_page_is_neither_stored_nor_indexed_nor_named_to_others():
    for token in (year().certificate.token, "0" * 32):
        response = visit(token)
        assert response["Cache-Control"] == "no-store"
        assert "noindex" in response["X-Robots-Tag"]
        assert response["Referrer-Policy"] == "same-origin"


def test_the_page_needs_no_account_and_sets_no_cookie_but_that_of_its_form():
    made = year().certificate
    client = Client()
    assert client.get(reverse("training:check", args=[made.token])).status_code == 200
    assert set(client.cookies) == {"csrftoken"}


def test_the_page_of_an_unknown_certificate_sets_no_cookie():
    client = Client()
    assert client.get(f"/check/{'0' * 32}/").status_code == 404
    assert not client.cookies


def test_from_the_day_after_its_last_in_tokyo_it_is_expired(clock: Clock):
    token = year().certificate.token
    clock.set(datetime(2027, 12, 31, 14, 59, 59, tzinfo=UTC))
    assert visit(token).context["checked"].status == "valid"
    clock.set(datetime(2027, 12, 31, 15, 0, tzinfo=UTC))
    response = visit(token)
    assert (response.status_code, response.context["checked"].status) == (200, "expired")


def test_a_certificate_replaced_says_so():
    made = year().certificate
    newer = Certificate(
        assignment=made.assignment,
        attestation=made.attestation,
        supersedes=made,
        serial="FY2026-000002",
        token="f" * 32,
        language="ja",
        issued_at=later(days=1),
        valid_until=made.valid_until,
        pdf_sha256=made.pdf_sha256,
        entry=made.entry,
    )
    newer.save()
    assert visit(made.token).context["checked"].status == "superseded"


def test_a_certificate_whose_personal_values_were_erased_shows_none():
    made = year().certificate
    triggers.remove()
    Disclosure._base_manager.filter(entry=made.entry)._raw_delete("default")
    triggers.install()
    response = visit(made.token)
    assert (response.status_code, response.context["checked"].status) == (200, "erased")
    html = response.content.decode()
    for field in FIELDS[1:]:
        assert field not in html
    assert made.serial in html


def test_the_bare_address_asks_for_a_file_and_lists_nothing():
    made = year().certificate
    response = Client().get("/check/")
    assert response.status_code == 200
    for known in (*FIELDS, made.token, made.pdf_sha256):
        assert known not in response.content.decode(), known


def test_nothing_but_a_file_is_sent_to_the_page():
    url = reverse("training:check", args=[year().certificate.token])
    for method in ("put", "delete", "patch"):
        assert getattr(Client(), method)(url).status_code == 405, method
    response = Client().post(url, {"token": "0" * 32})
    assert response.status_code == 200
    assert response.context["upload_form"].errors["pdf"]


def test_known_and_unknown_tokens_cost_at_most_three_queries(django_assert_max_num_queries: Any):
    token = year().certificate.token
    with django_assert_max_num_queries(3):
        visit(token)
    with django_assert_max_num_queries(3):
        visit("0" * 32)
