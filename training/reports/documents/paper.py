"""What all documents of this room have in common on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from training.typesetting.archive import archive
from training.typesetting.blocks import Block
from training.typesetting.document import Margins, set_document
from training.typesetting.fonts import Fonts
from training.typesetting.picture import Picture
from training.typesetting.sheet import Sheet

SPECIMEN = "〔デモ環境で作成した見本〕"


def drawn(
    blocks: Sequence[Block],
    *,
    title: str,
    subject: str,
    company: str,
    language: str,
    dated: datetime,
    kind: str,
    foot: tuple[str, ...],
    specimen: bool,
    fonts: Fonts,
    pictures: Mapping[str, Picture] | None = None,
) -> bytes:
    """Return the document as PDF/A-3b and PDF/UA-1: the same bytes for the same blocks, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack.
    """
    sheet = Sheet(
        title=f"{kind} {title}", author=company, subject=subject, language=language, dated=dated, font=fonts.serif
    )
    right = f"{kind}　{SPECIMEN}" if specimen else kind
    margins = Margins(left=subject, right=right, foot=foot)
    return archive(set_document(blocks, sheet=sheet, fonts=fonts, margins=margins, pictures=pictures))


def grouped(digest: str) -> str:
    """Return a digest in groups of eight, so that a line may end between two."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def halved(digest: str) -> str:
    """Return a digest in groups of eight on two lines."""
    half = len(digest) // 2
    return f"{grouped(digest[:half])}\n{grouped(digest[half:])}"
