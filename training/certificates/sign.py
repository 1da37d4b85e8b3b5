"""Sign a PDF as PAdES baseline B-B, or B-T where a time stamp authority is asked (ETSI EN 319 142-1).

pyHanko builds the signature's format (CMS) once for each key, as a sample; a
certificate's own takes over all of it but the document's digest and the
signature value, which costs a fiftieth of building it anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256

from asn1crypto import cms
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate
from pyhanko.sign.general import simple_cms_attribute
from pyhanko.sign.signers.pdf_cms import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from training.typesetting.archive import UNKNOWN

# An ECDSA signature differs in length by a few bytes; what is not used stays zero.
_SLACK = 32
LONGEST_TIME_STAMP = 16_384
_SEQUENCE, _SET, _OCTETS, _UNSIGNED = 0x30, 0x31, 0x04, 0xA1

Stamper = Callable[[bytes], cms.ContentInfo]


@dataclass(frozen=True, slots=True, eq=False)
class Credentials:
    """A private key, and its certificate with those that vouch for it after it."""

    key: EllipticCurvePrivateKey | RSAPrivateKey
    certificates: tuple[Certificate, ...]

    @property
    def certificate(self) -> Certificate:
        """The key's own certificate."""
        return self.certificates[0]

    @property
    def fingerprint(self) -> str:
        """What people compare: SHA-256 of the certificate (DER), as readers of PDF show it."""
        return self.certificate.fingerprint(SHA256()).hex()


def room(credentials: Credentials, *, stamped: bool) -> int:
    """Return how many bytes a signature with these credentials may need."""
    return len(_sample(credentials).der) + _SLACK + (LONGEST_TIME_STAMP if stamped else 0)


def sign(prepared: bytes, *, credentials: Credentials, stamp: Stamper | None = None) -> bytes:
    """Return the file with its empty signature (``typesetting.archive``) filled in. It covers every other byte.

    ``stamp`` returns a time stamp token over a SHA-256 digest. Raises
    ``ValueError`` where the file has no empty signature, or one too small.
    """
    start, end, covered = _place(prepared)
    digest = sha256(covered)
    value = _signature(digest.digest(), credentials, stamp)
    if len(value) * 2 > end - start - 2:
        raise ValueError(f"a signature of {len(value)} bytes does not fit its place of {(end - start - 2) // 2}")
    return b"".join((covered[:start], b"<", value.hex().encode().ljust(end - start - 2, b"0"), b">", covered[start:]))


def _place(prepared: bytes) -> tuple[int, int, bytes]:
    """Return where the empty signature begins and ends, and all around it, its byte range written down."""
    unknown = f"{UNKNOWN} {UNKNOWN} {UNKNOWN}".encode()
    start = prepared.rfind(b"/Contents <000000") + len(b"/Contents ")
    end = prepared.find(b">", start) + 1
    if start < len(b"/Contents ") or not end or prepared.count(unknown) != 1:
        raise ValueError("the file has no empty signature")
    known = f"{start} {end} {len(prepared) - end}".encode().ljust(len(unknown))
    around = prepared[:start] + prepared[end:]
    return start, end, around.replace(unknown, known)


def _signature(digest: bytes, credentials: Credentials, stamp: Stamper | None) -> bytes:
    sample = _sample(credentials)
    attributes = sample.attributes.replace(sample.digest, digest)
    value = _raw(credentials, attributes)
    more = b""
    if stamp is not None:
        token = simple_cms_attribute("signature_time_stamp_token", stamp(sha256(value).digest()))  # type: ignore[no-untyped-call]
        more = _tlv(_UNSIGNED, token.dump())
    return sample.with_signature(attributes, value, more)


@dataclass(frozen=True, slots=True)
class _Sample:
    """A signature over nothing in particular, in the pieces that others are put together from."""

    der: bytes
    digest: bytes
    attributes: bytes  # as signed: a SET; within the signature its tag is another
    before: bytes
    signer: bytes
    algorithm: bytes

    def with_signature(self, attributes: bytes, value: bytes, more: bytes = b"") -> bytes:
        """Return the whole with other signed attributes, another signature value and unsigned attributes."""
        embedded = b"\xa0" + attributes[1:]
        info = _tlv(_SEQUENCE, self.signer + embedded + self.algorithm + _tlv(_OCTETS, value) + more)
        signed = _tlv(_SEQUENCE, self.before + _tlv(_SET, info))
        kind = cms.ContentType("signed_data").dump()
        return _tlv(_SEQUENCE, kind + _tlv(0xA0, signed))


@lru_cache(maxsize=8)
def _sample(credentials: Credentials) -> _Sample:
    digest = sha256(b"a sample").digest()
    with ThreadPoolExecutor(1) as other:  # where an event loop runs in this thread, no second one may
        made = other.submit(asyncio.run, _Kept(credentials).async_sign(digest, "sha256", use_pades=True)).result()
    der: bytes = made.dump()
    data = cms.ContentInfo.load(der)["content"]
    (info,) = data["signer_infos"]
    sample = _Sample(
        der=der,
        digest=digest,
        attributes=info["signed_attrs"].untag().dump(),
        before=b"".join(data[name].dump() for name in ("version", "digest_algorithms", "encap_content_info"))
        + data["certificates"].dump(),
        signer=b"".join(info[name].dump() for name in ("version", "sid", "digest_algorithm")),
        algorithm=info["signature_algorithm"].dump(),
    )
    again = sample.with_signature(sample.attributes, info["signature"].native)
    if again != der or sample.attributes.count(digest) != 1:
        raise ValueError("pyHanko's signature is not made of the expected parts")
    return sample


class _Kept(Signer):
    """pyHanko's signer, with a key that was read already."""

    def __init__(self, credentials: Credentials) -> None:
        leaf, *chain = (asn1.Certificate.load(c.public_bytes(Encoding.DER)) for c in credentials.certificates)
        store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
        store.register_multiple(chain)
        super().__init__(signing_cert=leaf, cert_registry=store)
        self._credentials = credentials

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        return _raw(self._credentials, data)


def _raw(credentials: Credentials, data: bytes) -> bytes:
    key = credentials.key
    if isinstance(key, RSAPrivateKey):
        return key.sign(data, PKCS1v15(), SHA256())
    return key.sign(data, ECDSA(SHA256()))


def _tlv(tag: int, content: bytes) -> bytes:
    """Return a value in DER (X.690, 8.1): tag, length, content."""
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + content
