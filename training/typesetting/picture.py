"""A picture out of a PNG file, as PDF wants it: colours and transparency apart, each deflated once in a process."""

from __future__ import annotations

import warnings
import zlib
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

LONGEST_SIDE = 4000  # pixels, as handed in
KEPT_SIDE = 720  # pixels: 600 to an inch where 30 mm are printed
SHOWN_SIDE = 1400  # pixels: more than 200 to an inch across a page


class NoPicture(ValueError):
    """Bytes that are no PNG file, one too large, or one in which nothing can be seen."""


@dataclass(frozen=True)
class Picture:
    """Pixels of sRGB and, where the picture is not opaque, how far each covers what lies beneath; both deflated."""

    width: int
    height: int
    colours: bytes
    cover: bytes | None


@lru_cache(maxsize=8)
def picture(png: bytes) -> Picture:
    """Return the picture of a PNG file whose colours are sRGB."""
    with Image.open(BytesIO(png), formats=["PNG"]) as image:
        whole = image.convert("RGBA")
    return _deflated(whole)


def photograph(data: bytes) -> Picture:
    """Return the picture of a whole PNG, JPEG or WebP file as a page of a document shows it.

    Raises ``NoPicture`` for anything else.
    """
    try:
        with Image.open(BytesIO(data), formats=["PNG", "JPEG", "WEBP"]) as image:
            turned = ImageOps.exif_transpose(image)
            whole, profile = turned.convert("RGBA"), image.info.get("icc_profile")
            if profile and turned.mode in ("RGB", "RGBA", "P"):
                whole = _in_srgb(whole, profile)
    except (OSError, ValueError, SyntaxError, ArithmeticError, ImageCms.PyCMSError, zlib.error) as reason:
        raise NoPicture("not a readable picture") from reason
    whole.thumbnail((SHOWN_SIDE, SHOWN_SIDE), Image.Resampling.LANCZOS)
    return _deflated(whole)


def _deflated(whole: Image.Image) -> Picture:
    cover = whole.getchannel("A")
    return Picture(
        width=whole.width,
        height=whole.height,
        colours=zlib.compress(whole.convert("RGB").tobytes(), 9),
        cover=None if cover.getextrema() == (255, 255) else zlib.compress(cover.tobytes(), 9),
    )


def cleaned(png: bytes) -> bytes:
    """Return the picture as a PNG of sRGB with nothing beside its pixels, no larger than a page can show.

    A file that was cleaned is returned as it is. Raises ``NoPicture`` for what
    a stranger may hand in: another format, a broken file, more pixels than a
    scanner makes of a seal, a picture that is transparent throughout.
    """
    try:
        with warnings.catch_warnings(action="error"), Image.open(BytesIO(png), formats=["PNG"]) as image:
            if max(image.size) > LONGEST_SIDE:
                raise NoPicture(f"{image.width} × {image.height} pixels")
            whole, profile = image.convert("RGBA"), image.info.get("icc_profile")
            if profile and image.mode in ("RGB", "RGBA", "P"):
                whole = _in_srgb(whole, profile)
    except NoPicture:
        raise
    except (OSError, ValueError, SyntaxError, ArithmeticError, ImageCms.PyCMSError, Warning, zlib.error) as reason:
        raise NoPicture("not a readable PNG") from reason
    if whole.getchannel("A").getextrema()[1] == 0:
        raise NoPicture("transparent throughout")
    if max(whole.size) > KEPT_SIDE:
        whole.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.LANCZOS)
    file = BytesIO()
    whole.save(file, "PNG", optimize=True)
    return file.getvalue()


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image:
    """Return the picture with the colours that its own profile means; its transparency stays."""
    given, wanted = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
    colours = ImageCms.profileToProfile(image.convert("RGB"), given, wanted, outputMode="RGB")
    assert colours is not None  # noqa: S101  (only in place it returns nothing)
    colours.putalpha(image.getchannel("A"))
    return colours
