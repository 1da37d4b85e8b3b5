"""The fonts that documents are drawn with: static TrueType files, parsed once in a process and always embedded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

_SPACE = 32
_lock = Lock()


class FontsMissing(FileNotFoundError):
    """Font files are not where they are looked for; the message names each."""


class Font(TTFont):
    """A TrueType font whose text copies out of the PDF as it was put in.

    ReportLab 5.1 writes the ToUnicode map with bare code points, so that a
    character outside the BMP (𠮷, U+20BB7) copies out as something else; here
    it is UTF-16BE (ISO 32000-2, 9.10.3). Unlike its parent it may serve
    several threads at once, each with a document of its own.
    """

    def __init__(self, path: Path) -> None:
        # asciiReadable would embed all of ASCII in every document.
        super().__init__(str(path), str(path), asciiReadable=False, shapable=False)
        # Each document would copy the table of all outlines, 7 MB, to take a hundred from it.
        self.face.get_table = cache(self.face.get_table)  # type: ignore[method-assign]

    def draws(self, character: str) -> bool:
        """Whether the font has a glyph of its own for this one character."""
        return bool(self.face.charToGlyph.get(ord(character), 0))

    def width(self, text: str, size: float) -> float:
        """Return the length of the text in points."""
        widths, other = self.face.charWidths, self.face.defaultWidth
        return float(sum(widths.get(ord(character), other) for character in text)) * size / 1000

    def addObjects(self, doc: Any) -> None:
        """Write the font into the document (called by ReportLab when it saves)."""
        subsets = self.state[doc].subsets
        with _lock:  # the parser keeps its reading position in the font shared by all documents
            super().addObjects(doc)
        for index, subset in enumerate(subsets):
            name = (SUBSETN(index) + b"+" + self.face.name + self.face.subfontNameX).decode("pdfdoc")
            doc.idToObject["toUnicodeCMap:" + name].content = to_unicode(name, subset)


def to_unicode(name: str, subset: list[int]) -> str:
    """Return the CMap that says which character each one-byte code stands for.

    Code 0 is the missing glyph, and spaces anywhere but at 32 fill a place:
    neither is ever shown, so neither is listed. A block holds 100 lines at
    most (Adobe Technical Note 5014).
    """
    pairs = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>"
        for code, point in enumerate(subset)
        if code and (point != _SPACE or code == _SPACE)
    ]
    blocks = [pairs[start : start + 100] for start in range(0, len(pairs), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


@dataclass(frozen=True)
class Fonts:
    """The four faces of the house in one folder, each read when first used."""

    folder: Path

    FILES = {
        "serif": "NotoSerifJP-Regular.ttf",
        "serif_bold": "NotoSerifJP-Bold.ttf",
        "sans": "NotoSansJP-Regular.ttf",
        "sans_bold": "NotoSansJP-Bold.ttf",
    }

    @property
    def serif(self) -> Font:
        """Mincho: the words of a document."""
        return _font(self.folder / self.FILES["serif"])

    @property
    def serif_bold(self) -> Font:
        """Mincho, heavy: titles."""
        return _font(self.folder / self.FILES["serif_bold"])

    @property
    def sans(self) -> Font:
        """Gothic: small print."""
        return _font(self.folder / self.FILES["sans"])

    @property
    def sans_bold(self) -> Font:
        """Gothic, heavy: labels."""
        return _font(self.folder / self.FILES["sans_bold"])


def load(folder: Path) -> Fonts:
    """Return the fonts in this folder.

    Raises ``FontsMissing`` where a file is not there, so that a document is
    refused before it is begun and not halfway through.
    """
    absent = [name for name in Fonts.FILES.values() if not (folder / name).is_file()]
    if absent:
        raise FontsMissing(f"{', '.join(absent)} not found in {folder}")
    return Fonts(folder)


def _font(path: Path) -> Font:
    with _lock:
        return _registered(path)


@cache
def _registered(path: Path) -> Font:
    font = Font(path)
    pdfmetrics.registerFont(font)
    # ReportLab keeps one font for each face name: where it was read from another folder before, that one serves.
    found = pdfmetrics.getFont(font.fontName)
    if not isinstance(found, Font):
        raise TypeError(f"{font.face.name!r} is registered as another kind of font: load fonts only here")
    return found
