"""What a file that claims to be a certificate is: read without trusting it, and judged by what was issued.

Pure: the bytes come in, and what the company knows of them; nothing is looked
up, stored or opened. Whoever sends a file is a stranger, so no part of it is
parsed as PDF and nothing is unpacked without a limit. Two sources decide: the
digest of what was issued, and, to say why another file is not that, the
signature. Only a signature over every byte of the file counts.
"""

from __future__ import annotations

import re
import zlib
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum
from hashlib import new, sha256
from itertools import chain, islice

from asn1crypto import cms, x509
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

HEAD = TAIL = 1024  # where readers look for a PDF's first line and for its end
LONGEST_SIGNATURE = 65_536  # a time stamp included
MOST_AT_AN_END = 4  # of byte ranges and signatures, from the file's beginning and from its end
MOST_STREAMS, MOST_TOKENS = 1000, 8
PIECE, MOST_PACKED, MOST_UNPACKED = 1024, 262_144, 524_288  # of one stream
MOST_WORK = 16_777_216  # of all streams, packed and unpacked

_RANGE = re.compile(rb"/ByteRange\s{0,8}\[\s{0,8}0\s{1,16}(\d{1,10})\s{1,16}(\d{1,10})\s{1,16}(\d{1,10})\s{0,64}\]")
_CONTENTS = re.compile(rb"/Contents\s{0,8}<([0-9A-Fa-f]{200,%d})>" % (2 * LONGEST_SIGNATURE))
_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_UPDATE = re.compile(rb"startxref\s{1,16}\d")
_TOKEN = re.compile(rb'(?:"token":"|/check/)([0-9a-f]{32})(?![0-9a-f])')
_DIGESTS = {"sha256", "sha384", "sha512"}
# What a signature that is none makes its readers raise.
_UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    NotImplementedError,
    RecursionError,
    UnsupportedAlgorithm,
    SignatureValidationError,
)


class Verdict(StrEnum):
    """What a file is. Only ``ORIGINAL`` may be relied on, and only while its certificate is in force."""

    ORIGINAL = "original"  # byte for byte what was issued, nothing having taken its worth since
    OLDER = "older"  # byte for byte what was issued, and superseded, revoked or annulled since
    APPENDED = "appended"  # what was issued, and other bytes after it
    UPDATED = "updated"  # what was issued, and after it an update that readers of PDF show in its place
    CHANGED = "changed"  # names a certificate of ours, or bears our signature, and its bytes are others
    RESIGNED = "resigned"  # names a certificate of ours, its bytes are others, and a signature over all of them fits
    CUT = "cut"  # ends before its end
    UNKNOWN = "unknown"  # a PDF, and no certificate of this company
    TOO_LARGE = "too_large"  # not read
    NOT_A_PDF = "not_a_pdf"


@dataclass(frozen=True, slots=True)
class Beginning:
    """The part of a file that a signature in it claims, where more follows. ``updated``: readers would follow that."""

    digest: str
    updated: bool


@dataclass(frozen=True, slots=True)
class Traces:
    """What the bytes themselves say; nothing of it is believed yet.

    ``signers``: fingerprints of the certificates that signatures name.
    ``signer``: that of one whose signature is valid over the whole file.
    """

    size: int
    digest: str
    is_pdf: bool = False
    complete: bool = False
    beginnings: tuple[Beginning, ...] = ()
    tokens: tuple[str, ...] = ()
    signers: frozenset[str] = frozenset()
    signer: str | None = None


def read(data: bytes) -> Traces:
    """Return what a file says of itself, in time and memory bounded whatever it holds."""
    digest = sha256(data).hexdigest()
    if b"%PDF-" not in data[:HEAD]:
        return Traces(size=len(data), digest=digest)
    ranges = [_Range(*map(int, found.groups())) for found in _ends(_RANGE, data)]
    signatures = [(claimed, _signature(data[claimed.start + 1 : claimed.end - 1])) for claimed in ranges]
    named = [_signature(found[1]) for found in _ends(_CONTENTS, data)]
    valid = (
        found.fingerprint
        for claimed, found in signatures
        if found is not None and claimed.is_all_of(data) and found.signs(data[: claimed.start], data[claimed.end :])
    )
    return Traces(
        size=len(data),
        digest=digest,
        is_pdf=True,
        complete=b"%%EOF" in data[-TAIL:] and all(claimed.length <= len(data) for claimed in ranges),
        beginnings=tuple(_beginning(data, claimed.length) for claimed in ranges if claimed.length < len(data)),
        tokens=tuple(islice(dict.fromkeys(_tokens(data)), MOST_TOKENS)),
        signers=frozenset(found.fingerprint for found in (*named, *(s for _, s in signatures)) if found is not None),
        signer=next(valid, None),
    )


def judge(
    traces: Traces,
    *,
    issued: Collection[str],
    ended: bool,
    named: bool,
    begins: bool | None,
    issuer: str | None,
) -> Verdict:
    """Say what a file is.

    ``issued``: digests under which files were issued. ``ended``: the
    certificate of the file's own digest is superseded, revoked or annulled.
    ``named``: a token in the file is a certificate's. ``begins``: whether a
    file issued for that certificate begins with these bytes; None where there
    is none to compare with. ``issuer``: fingerprint of what we sign with.
    """
    if traces.digest in issued:
        return Verdict.OLDER if ended else Verdict.ORIGINAL
    if not traces.is_pdf:
        return Verdict.NOT_A_PDF
    for beginning in traces.beginnings:
        if beginning.digest in issued:
            return Verdict.UPDATED if beginning.updated else Verdict.APPENDED
    if named and traces.signer is not None:
        return Verdict.RESIGNED
    if begins or (begins is None and not traces.complete):
        return Verdict.CUT
    # A document of ours that is no certificate bears our signature too, and there it is valid.
    spoilt = issuer in traces.signers and traces.signer is None
    return Verdict.CHANGED if named or spoilt else Verdict.UNKNOWN


@dataclass(frozen=True, slots=True)
class _Range:
    """What a signature claims to cover: all up to ``start``, and ``rest`` bytes from ``end`` on."""

    start: int
    end: int
    rest: int

    @property
    def length(self) -> int:
        return self.end + self.rest

    def is_all_of(self, data: bytes) -> bool:
        """Whether nothing but the signature itself, between its brackets, is left out."""
        brackets = data[self.start : self.start + 1] + data[self.end - 1 : self.end]
        return self.start + 2 <= self.end and self.length == len(data) and brackets == b"<>"


@dataclass(frozen=True, slots=True)
class _Signature:
    """A signature as far as it can be read."""

    info: cms.SignerInfo
    certificate: x509.Certificate
    fingerprint: str

    def signs(self, *parts: bytes) -> bool:
        """Whether it is a valid signature over these bytes, by whomever."""
        try:
            algorithm = self.info["digest_algorithm"]["algorithm"].native
            if algorithm not in _DIGESTS:
                return False
            digest = new(algorithm)
            for part in parts:
                digest.update(part)
            return validate_sig_integrity(self.info, self.certificate, "data", digest.digest()) == (True, True)
        except _UNREADABLE:
            return False


def _signature(hexadecimal: bytes) -> _Signature | None:
    """Read a signature, zeros after it ignored; None where it cannot be read."""
    if len(hexadecimal) > 2 * LONGEST_SIGNATURE:
        return None
    try:
        content = cms.ContentInfo.load(bytes.fromhex(hexadecimal.decode("ascii")))["content"]
        certificate = extract_certificate_info(content).signer_cert
        return _Signature(extract_signer_info(content), certificate, sha256(certificate.dump()).hexdigest())
    except _UNREADABLE:
        return None


def _ends(pattern: re.Pattern[bytes], data: bytes) -> list[re.Match[bytes]]:
    """Return the first and the last matches: a file with more of them than both was made to tire its reader."""
    found = pattern.finditer(data)
    return [*islice(found, MOST_AT_AN_END), *deque(found, MOST_AT_AN_END)]


def _beginning(data: bytes, length: int) -> Beginning:
    return Beginning(sha256(data[:length]).hexdigest(), _UPDATE.search(data, length) is not None)


def _tokens(data: bytes) -> Iterator[str]:
    """Yield what may be a certificate's token: in the record, packed or not, or in an address."""
    for text in chain([data], _unpacked(data)):
        for found in _TOKEN.finditer(text):
            yield found[1].decode()


def _unpacked(data: bytes) -> Iterator[bytes]:
    """Yield what the file's streams hold, as far as the limits go. A damaged one is read up to its damage."""
    work = MOST_WORK
    for found in islice(_STREAM.finditer(data), MOST_STREAMS):
        if work <= 0:
            return
        text, packed = _inflated(data[found.end() : found.end() + MOST_PACKED])
        work -= packed + len(text)
        yield text


def _inflated(packed: bytes) -> tuple[bytes, int]:
    """Return the beginning of what is packed here, and how many bytes of it were read for that."""
    inflate, text, at = zlib.decompressobj(), bytearray(), 0
    try:
        while at < len(packed) and not inflate.eof and len(text) < MOST_UNPACKED:
            text += inflate.decompress(packed[at : at + PIECE], MOST_UNPACKED - len(text))
            at += PIECE
    except zlib.error:
        pass
    return bytes(text), at
