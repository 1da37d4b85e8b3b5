"""What people do to a certificate's PDF, by accident or not: each function returns another file, nothing is mended."""

from __future__ import annotations

import re
import zlib
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.pdf_utils.generic import TextStringObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.certificates.faces import face
from tests.certificates.test_sign import AT, END, START, credentials
from tests.certificates.verifying import signature
from tests.typesetting.reading import FONTS
from training.certificates.drawing import draw_certificate
from training.certificates.keys import self_signed
from training.certificates.record import NAME
from training.certificates.sign import Credentials, room, sign
from training.typesetting.archive import UNKNOWN, Attachment, SignaturePlace, archive

TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
BOMBS = (
    "a gigabyte in a stream",
    "packed twice",
    "a thousand megabytes",
    "nested arrays",
    "nested dictionaries",
    "a huge table",
    "streams that are none",
    "empty blocks",
    "ranges",
    "blanks",
    "signatures",
    "nested signature",
    "tokens",
    "half tokens",
)


def record(token: str = TOKEN) -> bytes:
    """As much of a record as names a certificate."""
    return f'{{"schema":"privacy-training/certificate/1","serial":"FY2026-000017","token":"{token}"}}'.encode()


@cache
def made(token: str = TOKEN, *, attached: bool = True) -> bytes:
    """A certificate's file, signed with the first of our keys."""
    by = credentials()
    files = [Attachment(name=NAME, data=record(token), type="application/json", description="")] if attached else []
    place = SignaturePlace(size=room(by, stamped=False), signer="見本商事", label="電子署名", at=AT)
    return sign(archive(draw_certificate(face(), fonts=FONTS), attachments=files, place=place), credentials=by)


@cache
def stranger() -> Credentials:
    """A key that is not ours, and the certificate that its owner made for it."""
    key = ec.generate_private_key(ec.SECP256R1())
    return Credentials(key=key, certificates=(self_signed(key, company="他社", start=START, end=END),))


def flipped(pdf: bytes, at: int, bits: int = 1) -> bytes:
    """One byte is another."""
    return pdf[:at] + bytes([pdf[at] ^ bits]) + pdf[at + 1 :]


def page_at(pdf: bytes) -> int:
    """Where a byte of the drawn page is, in the middle of its packed contents."""
    with pikepdf.open(BytesIO(pdf)) as file:
        contents = file.pages[0].Contents
        raw = (contents if isinstance(contents, pikepdf.Stream) else contents[0]).read_raw_bytes()
    return pdf.index(raw) + len(raw) // 2


def record_at(pdf: bytes) -> int:
    """Where a byte of the attached record is, in the middle of what is packed."""
    with pikepdf.open(BytesIO(pdf)) as file:
        raw = next(iter(file.Root.AF)).EF.F.read_raw_bytes()
    return pdf.index(raw) + len(raw) // 2


def signature_at(pdf: bytes) -> int:
    """Where the signature value ends, which is the last of the signature."""
    found = signature(pdf)
    return found.start + 2 * len(found.cms) - 2


def resaved(pdf: bytes, **options: Any) -> bytes:
    """Opened and saved by another program, as it saves."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as file:
        file.save(out, **options)
    return out.getvalue()


def renamed_in_the_page(pdf: bytes) -> bytes:
    """The page draws something more, and the file is saved whole."""
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as file:
        file.pages[0].contents_add(b"q 0 0 50 50 re f Q")
        file.save(out)
    return out.getvalue()


def annotated(pdf: bytes) -> bytes:
    """An incremental update by pypdf."""
    writer = pypdf.PdfWriter(BytesIO(pdf), incremental=True)
    writer.add_metadata({"/Title": "別の題名"})
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def retouched(pdf: bytes) -> bytes:
    """An incremental update by pyHanko."""
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    writer.root["/Lang"] = TextStringObject("xx")
    writer.update_root()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_once_more(pdf: bytes, by: Credentials) -> bytes:
    """A second signature after the first, by pyHanko; it covers the whole file as it then is."""
    key = by.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = signers.SimpleSigner(
        signing_cert=asn1.Certificate.load(by.certificate.public_bytes(Encoding.DER)),
        signing_key=asn1_keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),
    )
    about = signers.PdfSignatureMetadata(field_name="second", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
    return signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)), about, signer=signer).getvalue()


def signed_anew(pdf: bytes, by: Credentials) -> bytes:
    """The first signature taken out and another put into its place, over the file as it is."""
    found = signature(pdf)
    range_ = re.search(rb"/ByteRange \[ ([^\]]*)\]", pdf)
    assert range_ is not None
    unknown = f"{UNKNOWN} {UNKNOWN} {UNKNOWN}".encode()
    figures = b"0 " + unknown + b" "
    assert len(range_[1]) >= len(figures) - 1
    empty = b"<" + b"0" * (found.end - found.start - 2) + b">"
    prepared = pdf[: found.start] + empty + pdf[found.end :]
    at = range_.start(1)
    prepared = prepared[:at] + figures.ljust(len(range_[1]))[: len(range_[1])] + prepared[at + len(range_[1]) :]
    return sign(prepared, credentials=by)


def forged(pdf: bytes, by: Credentials) -> bytes:
    """A byte outside of all streams is another, and all is signed anew."""
    at = pdf.index(b"/Producer") if b"/Producer" in pdf else 12
    return signed_anew(flipped(pdf, at + 1), by)


def encrypted(pdf: bytes) -> bytes:
    """Saved with a password."""
    return resaved(pdf, encryption=pikepdf.Encryption(owner="owner", user="user"))


def of_another_company() -> bytes:
    """A PDF that has nothing to do with us, signed by its own maker."""
    return made("f" * 32, attached=False)


def bombs() -> dict[str, bytes]:
    """Files made to tire or fill whoever reads them. Each is small, and none of it is needed to know that."""
    billion = zlib.compressobj(9)
    zeros = b"".join(billion.compress(bytes(1 << 20)) for _ in range(1024)) + billion.flush()
    twice = zlib.compress(zeros, 9)
    stream = b"%%PDF-1.7\n1 0 obj<</Type/%s/Length %d/Filter/FlateDecode>>stream\n%s\nendstream endobj\n"
    end = b"startxref\n9\n%%EOF\n"
    spread = zlib.compress(bytes(1 << 20), 9)
    signature = b"/ByteRange [ 0 10 20 %d]/Contents <" + b"30" * 4000 + b">"
    return {
        "a gigabyte in a stream": stream % (b"XRef", len(zeros), zeros) + end,
        "packed twice": stream % (b"ObjStm", len(twice), twice) + end,
        "a thousand megabytes": b"%PDF-1.7\n" + (b"stream\n" + spread) * 3000 + end,
        "nested arrays": b"%PDF-1.7\n1 0 obj" + b"[" * 4_000_000 + end,
        "nested dictionaries": b"%PDF-1.7\n1 0 obj" + b"<</A" * 1_000_000 + end,
        "a huge table": b"%PDF-1.7\nxref\n0 4294967295\n" + b"0000000000 65535 f \n" * 200_000 + end,
        "streams that are none": b"%PDF-1.7\n" + b"stream\n" * 700_000 + end,
        "empty blocks": b"%PDF-1.7\n" + (b"stream\n\x78\x9c" + b"\x00\x00\x00\xff\xff" * 1000) * 1000 + end,
        "ranges": b"%PDF-1.7\n" + b"/ByteRange [ 0 10 20 30]" * 200_000 + end,
        "blanks": b"%PDF-1.7\n" + (b"/ByteRange" + b" " * 500 + b"[" + b" " * 500) * 5000 + end,
        "signatures": b"%PDF-1.7\n" + (signature % 90) * 600 + end,
        "nested signature": b"%PDF-1.7\n/Contents <" + b"3080" * 32_000 + b">" + end,
        "tokens": b"%PDF-1.7\n" + b"".join(b'"token":"%032x"' % n for n in range(100_000)) + end,
        "half tokens": b"%PDF-1.7\n" + b'"token":"0123456789abcdef' * 200_000 + end,
    }
