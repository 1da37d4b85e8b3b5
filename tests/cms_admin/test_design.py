"""HR and the privacy officer decide how certificates look, and see it before it is kept."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests import building, cutting
from tests.certificates.verifying import embedded_files
from tests.cms_admin.reading import hidden, links, text
from tests.typesetting import reading
from training.certificates.issue import issue
from training.certificates.models import Design
from training.certificates.queries import pdf_of
from training.ledger.keys import load_key
from training.ledger.models import Disclosure, Entry
from training.ledger.seal import seal

DESIGNS = "/admin/training/designs/"
JAPANESE = f"{DESIGNS}ja/"
PREVIEW = f"{JAPANESE}preview.pdf"


def png() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (60, 60), (200, 30, 30, 128)).save(file, "PNG")
    return file.getvalue()


def filled(**changes: Any) -> dict[str, Any]:
    usual = {
        "orientation": "landscape",
        "era": "japanese",
        "title": "受講証明書",
        "sentence": "{holder}さんは{campaign}を{signed_on}に修めました。",
        "officer_title": "社長",
        "officer_name": "𠮷田 德子",
        "seal_from": "drawn",
        "seen": "",
    }
    return usual | changes


def picture(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("seal.png", data, content_type="image/png")


def errors(response: Any) -> dict[str, list[str]]:
    return dict(response.context["form"].errors)


def test_every_language_is_listed_and_leads_to_its_design(hr: Client) -> None:
    response = hr.get(DESIGNS)

    assert {JAPANESE, f"{DESIGNS}en/"} <= set(links(response))
    assert "修了証" in text(response)
    assert "Certificate of Completion" in text(response)


def test_what_is_saved_is_what_the_next_certificate_looks_like(hr: Client) -> None:
    employment = building.person("000101", "髙橋 一郎")
    building.campaign()
    assignment = building.assignment_of(employment)
    building.train(assignment)
    attestation = building.sign(assignment, "髙橋 一郎")
    seal(now=building.NOW, key=load_key())

    assert hr.post(JAPANESE, filled()).status_code == 302

    certificate = issue(attestation=attestation, now=building.later(days=1))
    pdf = pdf_of(certificate).read_bytes()
    printed = reading.run_together(pdf)
    assert "受講証明書" in printed
    assert "髙橋一郎さんは" in printed
    assert "令和8年11月24日に修めました。" in printed
    assert "社長𠮷田德子" in printed
    assert reading.info(pdf)["Page size"].startswith("841.89 x 595.276")
    (record,) = map(json.loads, embedded_files(pdf))
    assert record["printed"]["officer_name"] == "𠮷田 德子"
    named = json.loads(certificate.entry.body)["facts"]["design"]
    changed = json.loads(Entry.objects.get(kind="certificates.redesigned").body)["facts"]
    assert named == changed["design"]


def test_the_preview_shows_what_is_typed_and_keeps_nothing(hr: Client) -> None:
    before = cutting.everything()

    response = hr.post(PREVIEW, filled())

    assert response["Content-Type"] == "application/pdf"
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    printed = reading.run_together(response.content)
    assert "受講証明書" in printed
    assert "見本花子さんは" in printed
    assert "効力はありません" in printed
    assert cutting.everything() == before
    assert not Design.objects.exists()


def test_the_preview_names_nobody_who_is_employed(hr: Client) -> None:
    building.person("000101", "実在 太郎")
    building.campaign()

    assert "実在" not in reading.text(hr.post(PREVIEW, filled()).content)


def test_the_preview_of_something_wrong_says_what_is_wrong(hr: Client) -> None:
    response = hr.post(PREVIEW, filled(sentence="{password} {holder.__class__} {"))

    assert response.status_code == 400
    assert "{password}" in text(response)
    assert "{holder.__class__}" in text(response)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sentence": "{oops}"}, "sentence"),
        ({"title": "𰻞"}, "title"),
        ({"officer_name": "山田\U00030ede"}, "officer_name"),
        ({"title": "長" * 41}, "title"),
        ({"officer_title": "長" * 100}, "officer_title"),
        ({"orientation": "sideways"}, "orientation"),
        ({"seal_from": "own"}, "seal"),
        ({"seal_from": "own", "seal": picture(b"<svg/>")}, "seal"),
        ({"seal_from": "own", "seal": picture(png()[:-30])}, "seal"),
        ({"seal_from": "own", "seal": picture(b"\x89PNG\r\n\x1a\n" + b"0" * 1_000_001)}, "seal"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_kept(
    hr: Client, changes: dict[str, Any], field: str
) -> None:
    before = cutting.everything()

    response = hr.post(JAPANESE, filled(**changes))

    assert response.status_code == 200
    assert list(errors(response)) == [field]
    assert response.context["form"]["officer_title"].value()  # what was typed is still there
    assert cutting.everything() == before


def test_an_own_seal_is_kept_until_the_drawn_one_is_chosen(hr: Client) -> None:
    hr.post(JAPANESE, filled(seal_from="own", seal=picture(png())))
    first = Design.objects.get()
    hr.post(JAPANESE, filled(seal_from="own", title="別の題", **hidden(hr.get(JAPANESE))))
    second = Design.objects.get()
    hr.post(JAPANESE, filled(seal_from="drawn", **hidden(hr.get(JAPANESE))))

    assert bytes(first.seal) == bytes(second.seal)
    assert (second.title, Design.objects.get().seal) == ("別の題", None)


def test_two_who_change_it_at_once_do_not_overwrite_each_other(hr: Client, officer: Client) -> None:
    seen = hidden(hr.get(JAPANESE))
    officer.post(JAPANESE, filled(title="先の題", **seen))

    response = hr.post(JAPANESE, filled(title="後の題", **seen))

    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert Design.objects.get().title == "先の題"
    assert Entry.objects.filter(kind="certificates.redesigned").count() == 1


def test_the_english_design_knows_no_japanese_eras(hr: Client) -> None:
    english = f"{DESIGNS}en/"

    assert 'name="era"' not in hr.get(english).content.decode()
    assert hr.post(english, filled(title="Certificate", sentence="{holder}")).status_code == 302
    assert Design.objects.get().era == "western"


def test_a_language_without_wording_is_not_found(hr: Client) -> None:
    assert hr.get(f"{DESIGNS}fr/").status_code == 404
    assert hr.post(f"{DESIGNS}fr/preview.pdf", filled()).status_code == 404


def test_the_officers_name_is_a_disclosure_and_no_fact(hr: Client) -> None:
    hr.post(JAPANESE, filled())

    entry = Entry.objects.get(kind="certificates.redesigned")
    assert "𠮷田" not in entry.body
    assert Disclosure.objects.get(entry=entry).value == "𠮷田 德子"


def test_the_pages_cost_few_queries(hr: Client, django_assert_max_num_queries: Any) -> None:
    building.year()
    for address in (DESIGNS, JAPANESE, PREVIEW):
        with django_assert_max_num_queries(20):
            hr.get(address)
