"""The fonts that documents are drawn with: static TrueType files, parsed once in a process and always embedded."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFObject, PDFStream
from reportlab.pdfbase.ttfonts import FF_NONSYMBOLIC, FF_SYMBOLIC, SUBSETN, TTFont

from training.typesetting.glyphs import drawable, missing
from training.typesetting.subset import Subsetter

LEVEL = 1  # of deflating: outlines hardly get smaller by more effort
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
        self._subsetter = Subsetter(self.face)
        self._widths = _Widths(self.face)
        self._plain: set[str] = set()

    def draws(self, character: str) -> bool:
        """Whether the font has a glyph of its own for this one character."""
        return bool(self.face.charToGlyph.get(ord(character), 0))

    def shown(self, text: str) -> str:
        """Return the text as it is drawn (``glyphs.drawable``)."""
        return text if self._plain.issuperset(text) else drawable(text)

    def lacks(self, text: str) -> list[str]:
        """Return the characters that cannot be drawn (``glyphs.missing``)."""
        if self._plain.issuperset(text):
            return []
        lacking = missing(text, self)
        if not lacking and drawable(text) == text:
            self._plain.update(text)  # once looked at, these need no second look
        return lacking

    def widths(self, text: str) -> list[float]:
        """Return the length of each character in thousandths of the size."""
        return list(map(self._widths.__getitem__, text))

    def width(self, text: str, size: float) -> float:
        """Return the length of the text in points."""
        return sum(map(self._widths.__getitem__, text)) * size / 1000

    def addObjects(self, doc: Any) -> None:
        """Write the font into the document (called by ReportLab when it saves)."""
        state = self.state[doc]
        state.frozen = 1
        fonts = doc.idToObject["BasicFonts"].dict
        for number, subset in enumerate(state.subsets):
            internal = self.getSubsetInternalName(number, doc)[1:]
            name = (SUBSETN(number) + b"+" + self.face.name + self.face.subfontNameX).decode("pdfdoc")
            file = self._subsetter.subset(subset)
            program = doc.Reference(_packed(file, Length1=len(file)), f"fontFile:{internal}")
            face = self.face
            descriptor = (
                f"<< /Type /FontDescriptor /FontName /{name} /Flags {face.flags & ~FF_NONSYMBOLIC | FF_SYMBOLIC} "
                f"/FontBBox [{' '.join(map(_number, face.bbox))}] /ItalicAngle {_number(face.italicAngle)} "
                f"/Ascent {_number(face.ascent)} /Descent {_number(face.descent)} /CapHeight {_number(face.capHeight)} "
                f"/StemV {_number(face.stemV)} /MissingWidth {_number(face.defaultWidth)} "
                f"/FontFile2 {_named(program, doc)} >>"
            )
            described = doc.Reference(Written(descriptor), f"fontDescriptor:{internal}")
            unicode = doc.Reference(_packed(to_unicode(name, subset).encode("ascii")), f"toUnicodeCMap:{internal}")
            widths = " ".join(map(_number, map(face.getCharWidth, subset)))
            written = Written(
                f"<< /Type /Font /Subtype /TrueType /Name /{internal} /BaseFont /{name} /FirstChar 0 "
                f"/LastChar {len(subset) - 1} /Widths [{widths}] /FontDescriptor {_named(described, doc)} "
                f"/ToUnicode {_named(unicode, doc)} >>"
            )
            doc.Reference(written, internal)
            fonts[internal] = written


class _Widths(dict[str, float]):
    """The lengths of characters in thousandths of the size, each looked up in the font once."""

    def __init__(self, face: Any) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, character: str) -> float:
        width = self[character] = float(self._face.charWidths.get(ord(character), self._face.defaultWidth))
        return width


class Written(PDFObject):
    """An object of the document as it is written, in its own place."""

    __RefOnly__ = 1

    def __init__(self, text: str) -> None:
        self.text = text

    def format(self, document: Any) -> bytes:
        """Return it (called by ReportLab when it saves)."""
        return self.text.encode("ascii")


def _packed(data: bytes, **more: int) -> PDFStream:
    """Return a deflated stream."""
    about = {"Filter": PDFName("FlateDecode"), **more}
    return PDFStream(PDFDictionary(about), zlib.compress(data, LEVEL))


def _named(reference: Any, document: Any) -> str:
    written: bytes = reference.format(document)
    return written.decode("ascii")


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")


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

    @cached_property
    def serif(self) -> Font:
        """Mincho: the words of a document."""
        return _font(self.folder / self.FILES["serif"])

    @cached_property
    def serif_bold(self) -> Font:
        """Mincho, heavy: titles."""
        return _font(self.folder / self.FILES["serif_bold"])

    @cached_property
    def sans(self) -> Font:
        """Gothic: small print."""
        return _font(self.folder / self.FILES["sans"])

    @cached_property
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
