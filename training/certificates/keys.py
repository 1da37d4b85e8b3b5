"""The company's key and certificate, with which each certificate's PDF is signed: any reader of PDF can check that."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext_lazy as _

from training.certificates.sign import Credentials
from training.conf import conf
from training.errors import Conflict, Invalid, NotReady

SHORTEST_RSA = 2048
LONGEST_COMMON_NAME = 64  # RFC 5280, ub-common-name; in bytes, as libraries count
DAYS = 3653


def load_credentials(*, on: datetime) -> Credentials:
    """Return key and certificates from the configured files (PEM), to sign with at this moment.

    Raises ``NotReady`` where a file is not configured or cannot be read, or
    the certificate has expired; ``Invalid`` where they hold nothing of use, or
    do not belong together.
    """
    credentials = _loaded(
        *_stamped(conf.signing_key_file, "SIGNING_KEY_FILE"),
        *_stamped(conf.signing_certificate_file, "SIGNING_CERTIFICATE_FILE"),
    )
    until = credentials.certificate.not_valid_after_utc
    if on > until:
        raise NotReady(
            _("The signing certificate expired on %(day)s. Configure a new one (SIGNING_CERTIFICATE_FILE).")
            % {"day": until.date().isoformat()}
        )
    return credentials


def _stamped(path: Path | None, setting: str) -> tuple[Path, int]:
    """Return a configured file with the time of its last change: one put in its place is read anew."""
    if path is None:
        raise NotReady(_("No key for signing certificates is configured (%(setting)s).") % {"setting": setting})
    try:
        return path, path.stat().st_mtime_ns
    except OSError as reason:
        raise _unreadable(path, reason) from reason


@lru_cache(maxsize=4)
def _loaded(key_path: Path, key_time: int, certificate_path: Path, certificate_time: int) -> Credentials:
    """Read both files, once for each state of them: checking an RSA key takes longer than drawing a certificate."""
    try:
        read = load_pem_private_key(_bytes(key_path), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as reason:
        raise Invalid(
            _("The signing key file %(path)s holds no readable private key.") % {"path": key_path}
        ) from reason
    key = _usable(read)
    if key is None:
        raise Invalid(
            _("The signing key file %(path)s holds neither a P-256 key nor an RSA key of 2048 bits or more.")
            % {"path": key_path}
        )
    try:
        certificates = tuple(x509.load_pem_x509_certificates(_bytes(certificate_path)))
    except ValueError as reason:
        raise Invalid(
            _("The signing certificate file %(path)s holds no readable certificate.") % {"path": certificate_path}
        ) from reason
    if _public(key) != _public(certificates[0]):
        raise Invalid(
            _("The first certificate in %(path)s is not that of the signing key.") % {"path": certificate_path}
        )
    return Credentials(key=key, certificates=certificates)


def _usable(key: object) -> EllipticCurvePrivateKey | RSAPrivateKey | None:
    """Return a key of a kind that all readers of PDF know; they differ on others (Ed25519, larger curves)."""
    if isinstance(key, EllipticCurvePrivateKey) and isinstance(key.curve, SECP256R1):
        return key
    if isinstance(key, RSAPrivateKey) and key.key_size >= SHORTEST_RSA:
        return key
    return None


def _public(holder: EllipticCurvePrivateKey | RSAPrivateKey | x509.Certificate) -> bytes:
    return holder.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as reason:
        raise _unreadable(path, reason) from reason


def _unreadable(path: Path, reason: OSError) -> NotReady:
    return NotReady(
        _("The signing file %(path)s cannot be read: %(reason)s.") % {"path": path, "reason": reason.strerror or reason}
    )


def make_credentials(
    *, key_path: Path, certificate_path: Path, company: str, now: datetime, days: int = DAYS
) -> Credentials:
    """Write a new P-256 key and its self-signed certificate, both readable by their owner only, and return them.

    Raises ``Conflict`` if one of the files exists: a key that has signed is
    never replaced. Raises ``NotReady`` if there is no company to name, or a
    file cannot be written; then neither is.
    """
    if not company:
        raise NotReady(_("Set COMPANY_NAME first: the signing certificate names the company."))
    key = generate_private_key(SECP256R1())
    certificate = self_signed(key, company=company, start=now, end=now + timedelta(days=days))
    for path in (key_path, certificate_path):
        if path.exists():
            raise Conflict(_("%(path)s exists already: no key is ever overwritten.") % {"path": path})
    _write(key_path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        _write(certificate_path, certificate.public_bytes(Encoding.PEM))
    except (Conflict, NotReady):
        key_path.unlink()
        raise
    return Credentials(key=key, certificates=(certificate,))


def self_signed(
    key: EllipticCurvePrivateKey | RSAPrivateKey, *, company: str, start: datetime, end: datetime
) -> x509.Certificate:
    """Return a certificate by which the company vouches for itself, to sign documents with and nothing else."""
    short = company.encode()[:LONGEST_COMMON_NAME].decode(errors="ignore")
    name = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, company), x509.NameAttribute(NameOID.COMMON_NAME, short)]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    except OSError as reason:
        if isinstance(reason, FileExistsError) and path.exists():
            raise Conflict(_("%(path)s exists already: no key is ever overwritten.") % {"path": path}) from reason
        raise NotReady(
            _("The key file %(path)s cannot be written: %(reason)s.")
            % {"path": path, "reason": reason.strerror or reason}
        ) from reason
