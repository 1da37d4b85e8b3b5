"""The pictures that editors put into questions, by the names under which they are frozen."""

from __future__ import annotations

import re
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

from django.core.files import File
from django.utils.functional import cached_property
from wagtail.images import get_image_model
from wagtail.images.models import Filter, SourceImageIOError
from wagtail.rich_text.rewriters import FIND_EMBED_TAG, extract_attrs

from training.catalogue.images import why_no_image
from training.catalogue.snapshots import ImageSnapshot

# Small enough for a phone, turned upright, and without what a camera writes into its files, such as where it stood.
RENDITION = "max-1600x1600|format-webp|webpquality-85"
_NOWHERE = "0" * 64


class Pictures:
    """Puts frozen names in the place of Wagtail's, and remembers whose bytes are meant.

    One for each snapshot. Text without pictures costs nothing.
    """

    def __init__(self) -> None:
        self._found: dict[str, tuple[ImageSnapshot, str] | None] = {}
        self._undescribed = False

    def html(self, html: str) -> str:
        """The text with its pictures named by their SHA-256."""
        return FIND_EMBED_TAG.sub(self._named, html) if "<embed" in html else html

    def _named(self, match: re.Match[str]) -> str:
        attributes = extract_attrs(match[1])
        if attributes.get("embedtype") != "image":
            return ""
        key, alt = attributes.get("id", ""), attributes.get("alt", "").strip()
        if key not in self._found:
            self._found[key] = _read(key)
        self._undescribed |= not alt
        found = self._found[key]
        source = found[0].source if found else f"sha256:{_NOWHERE}"
        return f'<img src="{source}" alt="{escape(alt)}">'

    @property
    def images(self) -> tuple[ImageSnapshot, ...]:
        """Every picture met so far."""
        return tuple(found[0] for found in self._found.values() if found)

    @cached_property
    def addresses(self) -> dict[str, str]:
        """Where each picture can be seen before it is frozen, by SHA-256."""
        return {found[0].sha256: found[1] for found in self._found.values() if found}

    def faults(self) -> list[str]:
        """Why the pictures met so far cannot be frozen, one sentence each."""
        faults = [reason for image in self.images if (reason := why_no_image(image.data))]
        if None in self._found.values():
            faults.append("画像の中身がありません。入れ直してください。")
        if self._undescribed:
            faults.append("代替テキストのない画像があります。見えない人にも伝わる説明を書いてください。")
        return faults


def _read(key: str) -> tuple[ImageSnapshot, str] | None:
    """The picture as it will be frozen, and where it is seen meanwhile; None when it is gone."""
    image = get_image_model().objects.filter(pk=key).first() if key.isdecimal() else None
    if image is None:
        return None
    try:
        rendition = image.renditions.filter(filter_spec=RENDITION).first() or _rendition(image)
        with rendition.file.open("rb") as file:
            return ImageSnapshot(data=file.read()), rendition.url
    except (SourceImageIOError, OSError):
        return None


def _rendition(image: Any) -> Any:
    """Make and keep it once, so that the same picture has the same bytes. Wagtail's own way leaves a file open."""
    made = Filter(spec=RENDITION).run(image, BytesIO())
    name = f"{Path(image.file.name).stem}.frozen.webp"
    file = File(BytesIO(made.f.getvalue()), name=name)
    return image.renditions.get_or_create(filter_spec=RENDITION, focal_point_key="", defaults={"file": file})[0]
