"""A signature covers the whole file, and programs that know nothing of this project find it valid."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import CertificateBuilder
from pyhanko.sign.validation.status import SignatureCoverageLevel

from tests.certificates.faces import FACE
from tests.certificates.verapdf import failures
from tests.certificates.verifying import ades, authority, but_the_signature, openssl, pdfsig, signature, status
from tests.typesetting.reading import FONTS
from training.certificates.drawing import draw_certificate
from training.certificates.keys import self_signed
from training.certificates.sign import Credentials, room, sign
from training.certificates.stamp import time_stamp
from training.typesetting.archive import Attachment, SignaturePlace, archive

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
START, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2047, 1, 1, tzinfo=UTC)
RECORD = Attachment(name="record.json", data='{"holder":"髙橋 𠮷乃"}'.encode(), type="application/json", description="")


def credentials(kind: str = "P-256") -> Credentials:
    return _made(kind)


@cache
def _made(kind: str) -> Credentials:
    key = ec.generate_private_key(ec.SECP256R1()) if kind == "P-256" else rsa.generate_private_key(65537, 2048)
    return Credentials(key=key, certificates=(self_signed(key, company="見本商事株式会社", start=START, end=END),))


@cache
def drawing() -> bytes:
    return draw_certificate(FACE, fonts=FONTS)


def prepared(by: Credentials, *, stamped: bool = False, size: int | None = None) -> bytes:
    place = SignaturePlace(size=size or room(by, stamped=stamped), signer="見本商事", label="電子署名", at=AT)
    return archive(drawing(), attachments=[RECORD], place=place)


@pytest.fixture(params=["P-256", "RSA"])
def signed(request: Any) -> tuple[bytes, Credentials]:
    by = credentials(request.param)
    return sign(prepared(by), credentials=by), by


def test_poppler_finds_it_valid_and_over_the_total_document(signed: tuple[bytes, Credentials], tmp_path: Path):
    told = pdfsig(signed[0], tmp_path)
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert "ETSI.CAdES.detached" in told
    assert "見本商事株式会社" in told
    assert told.count("Signature #") == 1


def test_openssl_finds_it_valid_over_all_bytes_but_its_own(signed: tuple[bytes, Credentials], tmp_path: Path):
    pdf, by = signed
    assert signature(pdf).covers_the_file
    assert openssl(pdf, by.certificate, tmp_path)
    assert not openssl(pdf, credentials("RSA" if by is credentials() else "P-256").certificate, tmp_path)


def test_pyhanko_finds_it_valid_over_the_entire_file(signed: tuple[bytes, Credentials]):
    pdf, by = signed
    verdict = status(pdf, by.certificate)
    assert verdict.bottom_line
    assert verdict.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert ades(pdf, by.certificate) == "OK"


@pytest.mark.parametrize("profile", ["3B", "UA1"])
def test_it_is_pdf_a_and_tagged_none_the_less(signed: tuple[bytes, Credentials], profile: str):
    assert failures(signed[0], profile) == []


def test_it_has_what_pades_asks_for_and_nothing_that_it_forbids(signed: tuple[bytes, Credentials]):
    (info,) = cms.ContentInfo.load(signature(signed[0]).cms, strict=True)["content"]["signer_infos"]
    attributes = {attribute["type"].native for attribute in info["signed_attrs"]}
    assert attributes == {"content_type", "message_digest", "signing_certificate_v2"}  # no signing_time: /M has it
    assert not info["unsigned_attrs"]


def test_a_byte_changed_anywhere_breaks_it(tmp_path: Path):
    by = credentials()
    pdf = sign(prepared(by), credentials=by)
    found = signature(pdf)
    for at in (9, found.start - 300, found.end + 5, len(pdf) // 2, len(pdf) - 30):
        forged = bytearray(pdf)
        forged[at] ^= 1
        assert not openssl(bytes(forged), by.certificate, tmp_path), at


def test_bytes_appended_are_seen_by_who_asks_for_coverage_of_the_file(tmp_path: Path):
    by = credentials()
    longer = sign(prepared(by), credentials=by) + b"\n% and more\n"
    assert openssl(longer, by.certificate, tmp_path) is False
    assert "Total document signed" not in pdfsig(longer, tmp_path)


def test_all_but_the_signature_is_the_same_each_time():
    by = credentials()
    one, other = (sign(prepared(by), credentials=by) for _ in range(2))
    assert but_the_signature(one) == but_the_signature(other)
    assert len(one) == len(other)


def test_certificates_that_vouch_for_the_signer_are_in_it(tmp_path: Path):
    root = ec.generate_private_key(ec.SECP256R1())
    top = self_signed(root, company="認証局", start=START, end=END)
    key = ec.generate_private_key(ec.SECP256R1())
    leaf = (
        CertificateBuilder()
        .subject_name(self_signed(key, company="社", start=START, end=END).subject)
        .issuer_name(top.subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(START)
        .not_valid_after(END)
        .sign(root, top.signature_hash_algorithm)
    )
    by = Credentials(key=key, certificates=(leaf, top))
    pdf = sign(prepared(by), credentials=by)
    held = cms.ContentInfo.load(signature(pdf).cms)["content"]["certificates"]
    assert {c.chosen.serial_number for c in held} == {7, top.serial_number}
    assert "Signature is Valid." in pdfsig(pdf, tmp_path)


def test_signing_works_where_an_event_loop_is_running(tmp_path: Path):
    key = ec.generate_private_key(ec.SECP256R1())
    by = Credentials(key=key, certificates=(self_signed(key, company="社", start=START, end=END),))

    async def within() -> bytes:
        return sign(prepared(by), credentials=by)

    assert openssl(asyncio.run(within()), by.certificate, tmp_path)


def test_a_file_without_an_empty_signature_is_refused():
    by = credentials()
    for pdf in (b"", b"%PDF-1.7", archive(drawing()), sign(prepared(by), credentials=by)):
        with pytest.raises(ValueError, match="no empty signature"):
            sign(pdf, credentials=by)


def test_a_place_too_small_is_refused():
    by = credentials()
    with pytest.raises(ValueError, match="does not fit its place of 200"):
        sign(prepared(by, size=200), credentials=by)


def test_with_a_time_stamp_authority_it_says_when_it_was_there(tmp_path: Path):
    by = credentials()
    with authority() as trusted:
        pdf = sign(prepared(by, stamped=True), credentials=by, stamp=partial(time_stamp, url=trusted.url))
    verdict = status(pdf, by.certificate, authority=trusted.certificate)
    assert verdict.bottom_line
    assert verdict.timestamp_validity.valid
    assert verdict.timestamp_validity.intact
    assert abs(verdict.timestamp_validity.timestamp - datetime.now(UTC)) < timedelta(minutes=5)
    assert ades(pdf, by.certificate, authority=trusted.certificate) == "OK"
    assert openssl(pdf, by.certificate, tmp_path)
    assert "Total document signed" in pdfsig(pdf, tmp_path)
    assert failures(pdf, "3B") == failures(pdf, "UA1") == []
