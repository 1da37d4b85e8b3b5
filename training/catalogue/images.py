"""Pictures of frozen text: checked, kept for ever under their SHA-256, and found again."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from training.catalogue.models import FrozenImage
from training.catalogue.snapshots import ImageSnapshot
from training.conf import conf
from training.errors import Invalid
from training.kept import keep

MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MOST_BYTES = 2 * 1024 * 1024
MOST_PIXELS_A_SIDE = 4000


def image_path(sha256: str) -> Path:
    """Where the picture with this SHA-256 is kept."""
    return conf.evidence_root / "images" / sha256[:2] / sha256


def fresh_images(images: Iterable[ImageSnapshot], *, now: datetime) -> list[FrozenImage]:
    """Rows, unsaved, for those pictures that are not frozen yet, whose bytes are kept from here on.

    Bytes without a row are harmless: a publication that was taken back leaves
    them, the next one finds them. Raises ``Invalid`` for what is no picture
    that a browser may be given.
    """
    found = {image.sha256: image for image in images}
    known = set(FrozenImage.objects.filter(sha256__in=found).values_list("sha256", flat=True))
    rows = [_row(image, now=now) for sha256, image in sorted(found.items()) if sha256 not in known]
    for sha256, image in found.items():
        keep(image_path(sha256), image.data)
    return rows


def why_no_image(data: bytes) -> str | None:
    """A sentence for the editor that says why these bytes cannot be shown; None where they can."""
    try:
        _measured(data)
    except Invalid as reason:
        return str(reason.message)
    return None


def _row(image: ImageSnapshot, *, now: datetime) -> FrozenImage:
    media_type, width, height = _measured(image.data)
    return FrozenImage(sha256=image.sha256, media_type=media_type, width=width, height=height, published_at=now)


def _measured(data: bytes) -> tuple[str, int, int]:
    """Media type, width and height of a whole picture; it is decoded to the end, and kept as it was given."""
    if len(data) > MOST_BYTES:
        raise Invalid(
            f"画像が大きすぎます（{len(data) // 1024}KB）。{MOST_BYTES // 1024 // 1024}MBまでにしてください。"
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=tuple(MEDIA_TYPES)) as picture:
                width, height, kind = *picture.size, str(picture.format)
                if max(width, height) > MOST_PIXELS_A_SIDE:
                    raise Invalid(f"画像が{width}×{height}ピクセルあります。{MOST_PIXELS_A_SIDE}までに縮めてください。")
                picture.load()
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as reason:
        raise Invalid("画像がPNG・JPEG・WebPのいずれでもないか、壊れています。") from reason
    return MEDIA_TYPES[kind], width, height
