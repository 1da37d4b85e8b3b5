"""The key that certificates are signed with: made once, kept by its owner, read anew when it was replaced."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command

from training.certificates.keys import load_credentials, make_credentials, self_signed
from training.errors import Conflict, Invalid, NotReady

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
COMPANY = "富士インフォックス・ネット株式会社"


@pytest.fixture
def files(tmp_path: Path, settings: Any) -> tuple[Path, Path]:
    """Where key and certificate are looked for, and nothing there yet."""
    paths = tmp_path / "keys" / "signing.pem", tmp_path / "keys" / "signing.crt.pem"
    named = {"SIGNING_KEY_FILE": paths[0], "SIGNING_CERTIFICATE_FILE": paths[1]}
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, **named}
    return paths


def make(files: tuple[Path, Path], **changes: Any) -> Any:
    about = {"key_path": files[0], "certificate_path": files[1], "company": COMPANY, "now": NOW}
    return make_credentials(**(about | changes))


def put(files: tuple[Path, Path], key: Any, certificate: x509.Certificate | None = None) -> None:
    files[0].parent.mkdir(exist_ok=True)
    files[0].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    if certificate is not None:
        files[1].write_bytes(certificate.public_bytes(Encoding.PEM))


def own(key: Any) -> x509.Certificate:
    return self_signed(key, company=COMPANY, start=NOW, end=NOW + timedelta(days=9))


def refusal(error: type[Exception]) -> str:
    with pytest.raises(error) as caught:
        load_credentials(on=NOW)
    return str(caught.value)


def test_what_was_made_is_what_is_read(files: tuple[Path, Path]):
    made, read = make(files), load_credentials(on=NOW)
    assert read.certificates == made.certificates
    assert read.fingerprint == made.fingerprint == sha256(made.certificate.public_bytes(Encoding.DER)).hexdigest()


def test_both_files_are_their_owner_s_alone(files: tuple[Path, Path]):
    make(files)
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600, 0o600]


def test_the_certificate_names_the_company_and_is_for_signing_alone(files: tuple[Path, Path]):
    certificate = make(files).certificate
    (name,) = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    assert name.value == COMPANY
    assert certificate.issuer == certificate.subject
    usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert not usage.key_cert_sign
    assert not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


@pytest.mark.parametrize("company", ["独立行政法人日本サーバー・データセンター連携推進機構", "𠮷" * 40, "A" * 64])
def test_a_long_name_is_whole_in_the_certificate(company: str):
    subject = self_signed(ec.generate_private_key(ec.SECP256R1()), company=company, start=NOW, end=NOW).subject
    assert subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)[0].value == company
    assert company.startswith(str(subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value))


@pytest.mark.parametrize("there", [0, 1])
def test_no_key_and_no_certificate_is_ever_overwritten(files: tuple[Path, Path], there: int):
    files[there].parent.mkdir()
    files[there].write_text("kept")
    with pytest.raises(Conflict, match=str(files[there])):
        make(files)
    assert files[there].read_text() == "kept"
    assert not files[1 - there].exists()


def test_without_a_company_none_is_made(files: tuple[Path, Path]):
    with pytest.raises(NotReady, match="COMPANY_NAME"):
        make(files, company="")
    assert not any(path.exists() for path in files)


def test_a_key_whose_certificate_cannot_be_written_is_not_left_behind(files: tuple[Path, Path], tmp_path: Path):
    (tmp_path / "file").write_text("")
    with pytest.raises(NotReady):
        make(files, certificate_path=tmp_path / "file" / "certificate.pem")
    assert not files[0].exists()


@pytest.mark.parametrize("name", ["SIGNING_KEY_FILE", "SIGNING_CERTIFICATE_FILE"])
def test_a_setting_that_is_missing_is_named(files: tuple[Path, Path], settings: Any, name: str):
    make(files)
    settings.PRIVACY_TRAINING = {key: value for key, value in settings.PRIVACY_TRAINING.items() if key != name}
    assert name in refusal(NotReady)


@pytest.mark.parametrize("gone", [0, 1])
def test_a_file_that_is_not_there_is_named(files: tuple[Path, Path], gone: int):
    make(files)
    files[gone].unlink()
    assert str(files[gone]) in refusal(NotReady)


@pytest.mark.parametrize("broken", [0, 1])
@pytest.mark.parametrize("content", [b"", b"-----BEGIN nothing-----", b"\xff\x00"])
def test_a_file_that_holds_nothing_of_use_is_named(files: tuple[Path, Path], broken: int, content: bytes):
    make(files)
    files[broken].write_bytes(content)
    assert str(files[broken]) in refusal(Invalid)


@pytest.mark.parametrize(
    "key",
    [
        ed25519.Ed25519PrivateKey.generate(),
        ec.generate_private_key(ec.SECP521R1()),
        rsa.generate_private_key(65537, 1024),
    ],
    ids=["Ed25519", "P-521", "RSA of 1024 bits"],
)
def test_a_key_that_readers_do_not_know_or_trust_is_refused(files: tuple[Path, Path], key: Any):
    put(files, key)
    files[1].touch()
    assert str(files[0]) in refusal(Invalid)


def test_another_key_s_certificate_is_refused(files: tuple[Path, Path]):
    put(files, ec.generate_private_key(ec.SECP256R1()), own(ec.generate_private_key(ec.SECP256R1())))
    assert str(files[1]) in refusal(Invalid)


def test_an_rsa_key_with_its_chain_serves_as_well(files: tuple[Path, Path]):
    key = rsa.generate_private_key(65537, 2048)
    leaf, other = own(key), own(ec.generate_private_key(ec.SECP256R1()))
    put(files, key, leaf)
    files[1].write_bytes(files[1].read_bytes() + other.public_bytes(Encoding.PEM))
    assert load_credentials(on=NOW).certificates == (leaf, other)


def test_an_expired_certificate_signs_nothing_more(files: tuple[Path, Path]):
    make(files, days=30)
    load_credentials(on=NOW + timedelta(days=30))
    with pytest.raises(NotReady, match="2026-12-24"):
        load_credentials(on=NOW + timedelta(days=30, seconds=1))


def test_files_put_in_place_of_others_are_read_without_a_restart(files: tuple[Path, Path]):
    make(files)
    before = load_credentials(on=NOW)
    assert load_credentials(on=NOW) is before
    key = ec.generate_private_key(ec.SECP256R1())
    put(files, key, own(key))
    for path in files:
        os.utime(path, ns=(1, 1))
    assert load_credentials(on=NOW).fingerprint != before.fingerprint


def run(*arguments: Any) -> str:
    out = StringIO()
    call_command("make_signing_key", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_the_command_makes_both_and_says_the_fingerprint(files: tuple[Path, Path]):
    told = json.loads(run(*files, "--days", 30, "--json"))
    read = load_credentials(on=datetime.now(UTC))
    assert told["fingerprint"] == read.fingerprint
    assert told["valid_until"] == read.certificate.not_valid_after_utc.date().isoformat()
    assert told["written"] is True
    assert (told["key"], told["certificate"]) == tuple(map(str, files))


def test_the_command_without_json_says_the_same_in_words(files: tuple[Path, Path]):
    told = run(*files)
    assert load_credentials(on=datetime.now(UTC)).fingerprint in told
    assert all(str(path) in told for path in files)


def test_a_dry_run_writes_nothing(files: tuple[Path, Path]):
    assert str(files[0]) in run(*files, "--dry-run")
    assert not any(path.exists() for path in files)


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_the_command_refuses_to_overwrite(files: tuple[Path, Path], options: list[str]):
    run(*files)
    with pytest.raises(CommandError, match=str(files[0])):
        run(*files, *options)
