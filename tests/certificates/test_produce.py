"""A certificate's file by all its promises at once: tagged, PDF/A-3b, its record attached, signed over the whole."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pyhanko.sign.validation.status import SignatureCoverageLevel

from tests.building import NOW, assignment_of, campaign, later, person, sign, train
from tests.certificates.verapdf import failures
from tests.certificates.verifying import (
    ades,
    authority,
    but_the_signature,
    embedded_files,
    openssl,
    pdfsig,
    signature,
    status,
)
from tests.cutting import everything
from tests.typesetting import reading
from training.attestation.copy import pledge_pdf
from training.attestation.models import Attestation
from training.certificates.issue import issue, issue_waiting
from training.certificates.keys import load_credentials
from training.certificates.models import Certificate
from training.certificates.produce import produce
from training.certificates.queries import face_of, pdf_of
from training.errors import NotReady
from training.ledger.canonical import canonical, plain
from training.ledger.disclosure import digest_of
from training.ledger.keys import load_key, verifier
from training.ledger.merkle import leaf_hash, verify_inclusion
from training.ledger.note import Note, TreeHead, VerifierKey
from training.ledger.seal import seal

pytestmark = pytest.mark.django_db
NAME = "髙橋 𠮷乃"
TOKEN = "0f" * 16


def signed() -> Attestation:
    employment = person("000101", NAME)
    campaign()
    assignment = assignment_of(employment)
    train(assignment)
    return sign(assignment, NAME)


@pytest.fixture
def attestation() -> Attestation:
    made = signed()
    seal(now=NOW, key=load_key())
    return made


def produced(attestation: Attestation, **changes: Any) -> bytes:
    about: dict[str, Any] = {"serial": "FY2026-000001", "token": TOKEN, "language": "ja", "issued_at": later(days=1)}
    return produce(attestation=attestation, **(about | {"valid_until": date(2027, 12, 31)} | changes)).pdf


def record_in(pdf: bytes) -> Any:
    (data,) = embedded_files(pdf)
    assert data == canonical(json.loads(data))
    return json.loads(data)


def test_one_file_keeps_every_promise_at_once(attestation: Attestation, tmp_path: Path):
    made = issue(attestation=attestation, now=later(days=1))
    pdf, certificate = pdf_of(made).read_bytes(), load_credentials(on=NOW).certificate
    assert sha256(pdf).hexdigest() == made.pdf_sha256
    assert failures(pdf, "3B") == []
    assert failures(pdf, "UA1") == []
    told = pdfsig(pdf, tmp_path)
    assert "Signature is Valid." in told
    assert "Total document signed" in told
    assert openssl(pdf, certificate, tmp_path)
    verdict = status(pdf, certificate)
    assert verdict.bottom_line
    assert verdict.coverage is SignatureCoverageLevel.ENTIRE_FILE
    assert ades(pdf, certificate) == "OK"
    assert NAME in reading.text(pdf)
    assert record_in(pdf)["printed"]["holder"] == NAME


def test_the_record_is_the_certificate_s(attestation: Attestation):
    made = issue(attestation=attestation, now=later(days=1))
    record = record_in(pdf_of(made).read_bytes())
    key = verifier(load_key())
    assert record["printed"] == face_of(made)
    assert {name: record[name] for name in ("serial", "token", "language", "issued_at", "valid_until")} == {
        name: plain(getattr(made, name)) for name in ("serial", "token", "language", "issued_at", "valid_until")
    }
    assert record["check_url"] == record["printed"]["check_url"]
    assert record["attestation"] == {
        "id": str(attestation.pk),
        "digest": attestation.digest,
        "signed": attestation.signed,
    }
    assert (record["key"], record["fingerprint"]) == (key.render(), key.fingerprint)


def test_the_record_proves_by_itself_what_was_signed_by_whom(attestation: Attestation):
    record = record_in(produced(attestation))
    key = VerifierKey.parse(record["key"])
    note = Note.parse(record["checkpoint"])
    assert note.verify([key]) == [key]
    head, proof = TreeHead.parse(note.text), record["proof"]
    assert head.size == proof["size"]
    body = record["entry"]["body"]
    verify_inclusion(
        leaf=leaf_hash(body.encode()),
        index=proof["sequence"],
        size=proof["size"],
        proof=[bytes.fromhex(step) for step in proof["hashes"]],
        root=head.root,
    )
    content = json.loads(body)
    encoded = record["entry"]["disclosures"]
    assert sorted(map(digest_of, encoded)) == content["disclosures"]
    told = dict(json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))[1:] for text in encoded)
    printed = record["printed"]
    assert (told["name"], told["number"], told["department"]) == (
        printed["holder"],
        printed["staff_number"],
        printed["department"],
    )
    (row,) = content["rows"]["privacy_training_attestation"]
    assert row["id"] == record["attestation"]["id"]
    assert row["digest"] == record["attestation"]["digest"]
    assert sha256(canonical(record["attestation"]["signed"])).hexdigest() == row["digest"]


def test_the_same_certificate_has_the_same_bytes_but_for_the_signature_s(attestation: Attestation):
    one, other = produced(attestation), produced(attestation)
    assert but_the_signature(one) == but_the_signature(other)
    assert signature(one).cms != signature(other).cms
    assert but_the_signature(one) != but_the_signature(produced(attestation, token="1f" * 16))


def test_the_signature_is_dated_with_the_issue(attestation: Attestation):
    with pikepdf.open(BytesIO(produced(attestation))) as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].V.M) == "D:20261125100000+09'00'"


def test_producing_writes_nothing(attestation: Attestation):
    before = everything()
    produced(attestation)
    assert everything() == before


def test_a_signature_that_is_not_sealed_has_no_certificate():
    made = signed()
    with pytest.raises(NotReady):
        produced(made)


@pytest.mark.parametrize("name", ["SIGNING_KEY_FILE", "SIGNING_CERTIFICATE_FILE", "LEDGER_KEY_FILE"])
def test_without_a_key_nothing_is_issued_and_the_setting_is_named(attestation: Attestation, settings: Any, name: str):
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, name: None}
    before = everything()
    with pytest.raises(NotReady, match=name):
        issue(attestation=attestation, now=NOW)
    assert everything() == before


def test_with_an_authority_each_certificate_bears_its_time_stamp(
    attestation: Attestation, settings: Any, tmp_path: Path
):
    with authority() as trusted:
        settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "TSA_URL": trusted.url}
        pdf = pdf_of(issue(attestation=attestation, now=NOW)).read_bytes()
    certificate = load_credentials(on=NOW).certificate
    verdict = status(pdf, certificate, authority=trusted.certificate)
    assert verdict.bottom_line
    assert verdict.timestamp_validity.valid
    assert ades(pdf, certificate, authority=trusted.certificate) == "OK"
    assert "Total document signed" in pdfsig(pdf, tmp_path)
    assert failures(pdf, "3B") == failures(pdf, "UA1") == []


def test_while_the_authority_is_silent_nothing_is_issued_and_later_it_is(attestation: Attestation, settings: Any):
    with authority(lambda answer: (503, b"")) as closed:
        settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "TSA_URL": closed.url}
        before = everything()
        outcome = issue_waiting(now=NOW)
        assert list(outcome.refused) == [attestation.pk]
        assert everything() == before
    with authority() as open_again:
        settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "TSA_URL": open_again.url}
        assert len(issue_waiting(now=NOW).issued) == 1
    assert Certificate.objects.get().serial == "FY2026-000001"


def test_the_copy_of_the_pledge_conforms_as_well(attestation: Attestation):
    pdf = pledge_pdf(attestation)
    assert failures(pdf, "3B") == []
    assert failures(pdf, "UA1") == []
    assert pdf == pledge_pdf(attestation)
    assert NAME in reading.text(pdf)


def test_a_copy_with_the_stamp_void_conforms_too(attestation: Attestation):
    pdf = pledge_pdf(attestation, annulled_at=NOW)
    assert failures(pdf, "3B") == []
    assert failures(pdf, "UA1") == []
    assert "無効" in reading.text(pdf)
