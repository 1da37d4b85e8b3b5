"""Verifying a signed PDF as strangers do: poppler and NSS, OpenSSL, pyHanko's validator, and a time stamp authority."""

from __future__ import annotations

import asyncio
import re
import subprocess
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.ades import ades_basic_validation, ades_with_time_validation
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy
from pyhanko_certvalidator.registry import SimpleTrustManager


@dataclass(frozen=True)
class Signature:
    """What the bytes themselves say: where the signature stands, its CMS as it is there, and what it was made over."""

    start: int
    end: int
    length: int
    cms: bytes
    covered: bytes

    @property
    def covers_the_file(self) -> bool:
        return self.length == len(self.covered) + self.end - self.start


def signature(pdf: bytes) -> Signature:
    """Return the one signature of a file, found by its byte range alone."""
    (found,) = re.finditer(rb"/ByteRange *\[ *0 +(\d+) +(\d+) +(\d+) *\]", pdf)
    start, end, rest = (int(figure) for figure in found.groups())
    assert pdf[start : start + 1] == b"<"
    assert pdf[end - 1 : end] == b">"
    padded = bytes.fromhex(pdf[start + 1 : end - 1].decode())
    assert padded[:2] == b"\x30\x82"
    return Signature(
        start=start,
        end=end,
        length=end + rest,
        cms=padded[: 4 + int.from_bytes(padded[2:4], "big")],
        covered=pdf[:start] + pdf[end:],
    )


def but_the_signature(pdf: bytes) -> bytes:
    """Return what is the same whenever the same certificate is made."""
    found = signature(pdf)
    return pdf[: found.start] + pdf[found.end :]


def embedded_files(pdf: bytes) -> list[bytes]:
    """Return the attachments, found with nothing but a pattern and zlib."""
    pattern = rb"<<((?:(?!endobj|stream).)*?/Type */EmbeddedFile(?:(?!endobj|stream).)*?)>>\s*stream\r?\n"
    found = []
    for match in re.finditer(pattern, pdf, re.DOTALL):
        packed = pdf[match.end() : pdf.index(b"endstream", match.end())]
        found.append(zlib.decompress(packed) if b"/FlateDecode" in match[1] else packed)
    return found


def pdfsig(pdf: bytes, folder: Path) -> str:
    file = folder / "signed.pdf"
    file.write_bytes(pdf)
    return subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True).stdout


def openssl(pdf: bytes, certificate: x509.Certificate, folder: Path) -> bool:
    """Whether OpenSSL finds the CMS to be a signature over all bytes but its own, by this certificate."""
    found = signature(pdf)
    for name, data in (
        ("signature.der", found.cms),
        ("covered.bin", found.covered),
        ("certificate.pem", certificate.public_bytes(Encoding.PEM)),
    ):
        (folder / name).write_bytes(data)
    command = "openssl cms -verify -cades -binary -inform DER -in signature.der -content covered.bin -purpose any"
    run = subprocess.run(
        [*command.split(), "-CAfile", "certificate.pem", "-out", "out.bin"], capture_output=True, cwd=folder
    )
    return run.returncode == 0 and (folder / "out.bin").read_bytes() == found.covered


def status(pdf: bytes, certificate: x509.Certificate, *, authority: asn1.Certificate | None = None) -> Any:
    """Return pyHanko's verdict on the file's one signature, trusting this certificate and, if given, the authority's."""
    trusted = [asn1.Certificate.load(certificate.public_bytes(Encoding.DER)), *([authority] if authority else [])]
    (embedded,) = PdfFileReader(BytesIO(pdf), strict=True).embedded_signatures
    return validate_pdf_signature(embedded, ValidationContext(trust_roots=trusted, allow_fetching=False))


def ades(pdf: bytes, certificate: x509.Certificate, *, authority: asn1.Certificate | None = None) -> str:
    """Return the verdict by ETSI EN 319 102-1: on a basic signature, or with an authority on one with time."""
    (embedded,) = PdfFileReader(BytesIO(pdf), strict=True).embedded_signatures
    embedded.compute_integrity_info()

    def trusting(one: asn1.Certificate) -> CertValidationPolicySpec:
        return CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build([one]),
            revinfo_policy=CertRevTrustPolicy(revocation_checking_policy=NO_REVOCATION),
        )

    spec = SignatureValidationSpec(
        cert_validation_policy=trusting(asn1.Certificate.load(certificate.public_bytes(Encoding.DER))),
        ts_cert_validation_policy=trusting(authority) if authority else None,
    )
    validate = ades_with_time_validation if authority else ades_basic_validation
    result = asyncio.run(validate(embedded.signed_data, spec, raw_digest=embedded.compute_digest()))
    return result.ades_subindic.name


@dataclass(frozen=True)
class Authority:
    """A time stamp authority on this machine, and the certificate to trust it by."""

    url: str
    certificate: asn1.Certificate


Spoil = Callable[[bytes], tuple[int, bytes]]


@contextmanager
def authority(spoil: Spoil = lambda answer: (200, answer)) -> Iterator[Authority]:
    """Run an authority (RFC 3161 over HTTP) for as long as needed; ``spoil`` may change what it answers."""
    certificate, key = _authority_key()
    stamper = DummyTimeStamper(certificate, key)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            code, answer = spoil(stamper.request_tsa_response(request).dump())
            self.send_response(code)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Authority(url=f"http://127.0.0.1:{server.server_port}/", certificate=certificate)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _authority_key() -> tuple[asn1.Certificate, asn1_keys.PrivateKeyInfo]:
    key = generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "Time")])
    others = "content_commitment key_encipherment data_encipherment key_agreement key_cert_sign crl_sign"
    usage = dict.fromkeys([*others.split(), "encipher_only", "decipher_only"], False)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2047, 1, 1, tzinfo=UTC))
        .add_extension(x509.KeyUsage(digital_signature=True, **usage), critical=True)
        .add_extension(x509.ExtendedKeyUsage([x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(key, SHA256())
    )
    return (
        asn1.Certificate.load(certificate.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())),
    )
