"""Scans of sheets that were signed on paper: checked, kept under their SHA-256, and found again."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from training.conf import conf
from training.errors import Invalid

PDF = "application/pdf"
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg"}
MOST_PIXELS = 60_000_000  # A4 at 800 dots to an inch
_HEAD, _TAIL = b"%PDF-", b"%%EOF"
_TAIL_WITHIN = 2048


def scan_path(sha256: str) -> Path:
    """Where the scan with this SHA-256 is kept."""
    return conf.evidence_root / "scans" / sha256[:2] / sha256


def media_type_of(scan: bytes) -> str:
    """What a scan is: a PDF, PNG or JPEG file that is whole. Raises ``Invalid`` for anything else.

    A picture is decoded to its end; of a PDF its beginning and its end are
    looked at. It is kept as given, and only ever handed out as a download.
    """
    if not scan:
        raise Invalid(_("Please choose the scan of the signed sheet."))
    if len(scan) > conf.scan_limit:
        raise Invalid(
            _("The scan is too large: at most %(most)s MB, please.") % {"most": conf.scan_limit // 1024 // 1024}
        )
    if scan.startswith(_HEAD):
        if _TAIL not in scan[-_TAIL_WITHIN:]:
            raise Invalid(_("The PDF file breaks off. Please scan the sheet once more."))
        return PDF
    return _picture(scan)


def _picture(scan: bytes) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(scan), formats=tuple(PICTURES)) as picture:
                kind = str(picture.format)
                if picture.width * picture.height > MOST_PIXELS:
                    raise Invalid(_("The scan has too many pixels. 300 dots to an inch are enough."))
                picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as reason:
        raise Invalid(_("A scan is a PDF, PNG or JPEG file; this is none, or it is broken.")) from reason
    return PICTURES[kind]
