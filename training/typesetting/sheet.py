"""The sheet that a document is drawn on: the only file that speaks to ReportLab's canvas.

Everything visible goes through a handful of methods, so that what must hold of
every PDF (fonts embedded, text that copies out, the same bytes for the same
document, all text tagged, ornament marked as such) holds by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from typing import Any

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from training.typesetting.dates import pdf_date
from training.typesetting.engraving import Colour, Engraving
from training.typesetting.fonts import Font
from training.typesetting.glyphs import NoGlyph
from training.typesetting.lines import spans, visible_width
from training.typesetting.picture import Picture
from training.typesetting.structure import PICTURES, Element, Tree, hexadecimal

# Streams as they are and not in ASCII 85, a habit from the days of seven-bit mail that doubles the time of a page.
rl_config.useA85 = 0

INK: Colour = (0.10, 0.11, 0.14)
# Readers guess spaces from gaps: letters further apart than this fall into words of one letter, the space in 林 花
# is lost and the wide one in 林　花 becomes a column. Such text is given to them once more, as it was written.
_READ_AS_ONE_WORD = 0.08
_GUESSED_WRONG = re.compile(r"\S\u3000\S|(?:^| )\S \S| \S(?: |$)")
_STRETCH = 0.07
_OVERHANG = 1.6


@dataclass(frozen=True)
class Style:
    """How a piece of text looks. ``tracking`` is the space added after each character, in ems.

    ``rise`` lifts it, and ``stroke`` draws a line at this height along it,
    both in ems of the text; who sets runs of words heeds these two.
    """

    font: Font
    size: float
    colour: Colour = INK
    tracking: float = 0.0
    rise: float = 0.0
    stroke: float | None = None

    def width(self, text: str) -> float:
        """Return the length of the text as drawn, in points."""
        shown = self.font.shown(text)
        return self._length(shown) - self.tracking * self.size * bool(shown)

    def lines(self, text: str, width: float) -> list[str]:
        """Return the text in lines of at most this width."""
        shown = self.font.shown(text)
        if self._length(shown) <= width:
            return [shown.rstrip(" ")]
        each, between = self.size / 1000, self.tracking * self.size
        lengths = [length * each + between for length in self.font.widths(shown)]
        return [shown[first:last] for first, last in spans(shown, width=width, lengths=lengths)]

    def at(self, size: float) -> Style:
        """Return the same style in another size."""
        return replace(self, size=size)

    def _length(self, shown: str) -> float:
        return self.font.width(shown, self.size) + self.tracking * self.size * len(shown)


class Sheet:
    """A document in the making. The origin is at the bottom left, lengths are points.

    ``dated`` is the document's own date (its time zone included): it stands as
    the file's date, so that the same document gives the same bytes whenever it
    is drawn. ``finish`` raises ``NoGlyph`` naming every character that some
    font could not draw, in place of a document with boxes in it.

    Text is read as what ``element`` says, in the order in which the elements
    were begun; without a word about it each piece of text is a paragraph.
    """

    def __init__(
        self,
        *,
        title: str,
        author: str,
        subject: str,
        language: str,
        dated: datetime,
        font: Font,
        size: tuple[float, float] = A4,
    ) -> None:
        if dated.tzinfo is None:
            raise ValueError("a document dated without a time zone is no evidence")
        self.width, self.height = size
        self._file = BytesIO()
        self._canvas = Canvas(
            self._file,
            pagesize=size,
            pageCompression=1,
            invariant=1,
            lang=language,
            # Else every file refers to Helvetica, which is not embedded. (The stubs take the name for a number.)
            initialFontName=font.fontName,  # type: ignore[arg-type]
            pdfVersion=(1, 7),
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setSubject(subject)
        self._canvas.setCreator("privacy-training")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        moment = pdf_date(dated)
        self._canvas.setDateFormatter(lambda *_: moment)
        self._missing: dict[str, None] = {}
        self._engravings: dict[Engraving, str] = {}
        self._pictures: dict[Picture, str] = {}
        self._tree = Tree()
        self._element = self._tree.document
        self._continued: dict[str, Element] = {}
        self._marked: Element | None = None
        self._unread = False

    @contextmanager
    def element(
        self,
        role: str,
        *,
        alt: str = "",
        language: str = "",
        scope: str = "Column",
        columns: int = 1,
        key: str = "",
    ) -> Iterator[None]:
        """Let what is drawn inside be read as this: H1, P, L, LI, LBody, Table, TR, TH, TD or another type of PDF 1.7.

        Elements may lie in one another: text in a cell, a cell in a row, a row
        in a table; one row has as many columns as the others, ``columns``
        counting for a cell that spans several. ``scope`` says what a TH heads:
        its Column or its Row. ``alt`` is read in place of a Figure, whose
        paths and stamps are then no ornament. ``language`` is for words in
        another than the document's. What is drawn later under the same ``key``
        goes on with the same element, be it after other rows or on the next page.
        """
        before = self._element
        self._element = self._continued.get(key) or Element(
            role, parent=before, alt=alt, language=language, scope=scope, columns=columns
        )
        if key:
            self._continued[key] = self._element
        try:
            yield
        finally:
            self._element = before

    def able(self, text: str, font: Font) -> bool:
        """Say whether the font has every character of a text drawn elsewhere; ``finish`` names those it lacks."""
        lacking = font.lacks(text)
        self._missing.update(dict.fromkeys(lacking))
        return not lacking

    def text(self, x: float, y: float, text: str, style: Style, *, align: float = 0.0) -> None:
        """Draw one line on the base line ``y``.

        ``align`` says which part of it stands at ``x``: 0 its left end, 0.5
        its middle, 1 its right end.
        """
        self.able(text, style.font)
        font = style.font
        shown = font.shown(text)
        if not shown:
            return
        self._read(self._element)
        if align:
            x -= align * style.width(shown)
        # Written out, which ReportLab would do a number at a time, with the state of its own that nothing here asks.
        red, green, blue = style.colour
        written = [f"BT {red:.3f} {green:.3f} {blue:.3f} rg 1 0 0 1 {x:.3f} {y:.3f} Tm"]
        if style.tracking:
            written.append(f"{style.tracking * style.size:.3f} Tc")
        document = self._canvas._doc  # type: ignore[attr-defined]  # (the stubs leave it out)
        for subset, codes in font.splitString(shown, document):
            name = font.getSubsetInternalName(subset, document)
            written.append(f"{name} {style.size:.2f} Tf <{codes.hex()}> Tj")
        if style.tracking:
            written.append("0 Tc")
        # Nothing follows on the next line; but by its beginning some readers tell that this one is over.
        written.append(f"{style.size * 1.2:.2f} TL T* ET")
        if style.tracking > _READ_AS_ONE_WORD or _GUESSED_WRONG.search(shown):
            written = [f"/Span <</ActualText {hexadecimal(shown)}>> BDC", *written, "EMC"]
        self._canvas.addLiteral(" ".join(written))

    def line(self, x: float, y: float, line: str, style: Style, *, width: float) -> None:
        """Draw one line stretched to the width, unless that would show."""
        gap = width - visible_width(line, style.width)
        stretch = gap / style.size / max(1, len(line) - 1)
        wanted = 0 < stretch < _STRETCH and gap <= _OVERHANG * style.size
        self.text(x, y, line, replace(style, tracking=stretch) if wanted else style)

    def paragraph(
        self, x: float, y: float, lines: Sequence[str], style: Style, *, leading: float, width: float
    ) -> float:
        """Draw lines one below the other, all but the last stretched to the width; return the base line after them."""
        if self._element.holds_paragraphs and not self._unread:
            with self.element("P"):
                return self.paragraph(x, y, lines, style, leading=leading, width=width)
        for line in lines[:-1]:
            self.line(x, y, line, style, width=width)
            y -= leading
        for line in lines[-1:]:
            self.text(x, y, line, style)
            y -= leading
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, weight: float, colour: Colour) -> None:
        """Draw a straight line: ornament, which a screen reader passes over, unless it is part of a Figure."""
        with self._picture():
            self._canvas.setStrokeColorRGB(*colour)
            self._canvas.setLineWidth(weight)
            self._canvas.line(x0, y0, x1, y1)

    def rectangle(
        self,
        corner: tuple[float, float],
        opposite: tuple[float, float],
        *,
        stroke: Colour | None = None,
        fill: Colour | None = None,
        weight: float = 1.0,
    ) -> None:
        """Draw a rectangle between two corners: ornament."""
        path = PDFPathObject()
        path.rect(*corner, opposite[0] - corner[0], opposite[1] - corner[1])
        self.path(path, stroke=stroke, fill=fill, weight=weight)

    def path(
        self,
        path: PDFPathObject,
        *,
        at: tuple[float, float] = (0.0, 0.0),
        scale: float = 1.0,
        stroke: Colour | None = None,
        fill: Colour | None = None,
        weight: float = 1.0,
    ) -> None:
        """Draw a path as ornament, enlarged by ``scale``, its own origin at ``at``. Parts that overlap fill as one."""
        canvas = self._canvas
        with self._picture():
            canvas.transform(scale, 0, 0, scale, *at)
            if stroke is not None:
                canvas.setStrokeColorRGB(*stroke)
                canvas.setLineWidth(weight)
            if fill is not None:
                canvas.setFillColorRGB(*fill)
            canvas.drawPath(path, stroke=int(stroke is not None), fill=int(fill is not None), fillMode=1)

    def stamp(self, engraving: Engraving, *, at: tuple[float, float] = (0.0, 0.0)) -> None:
        """Draw an engraving with its origin at ``at``; it is in the file once, however often it is stamped."""
        canvas = self._canvas
        if engraving not in self._engravings:
            name = f"engraving{len(self._engravings)}"
            self._engravings[engraving] = name
            canvas.beginForm(name, *engraving.box)  # type: ignore[arg-type]  # (the stubs allow whole points only)
            deflated = PDFDictionary({"Filter": PDFName("FlateDecode")})
            canvas.endForm(Contents=PDFStream(deflated, engraving.content))
        with self._picture():
            canvas.translate(*at)
            canvas.doForm(self._engravings[engraving])

    def picture(self, picture: Picture, *, corner: tuple[float, float], size: tuple[float, float]) -> None:
        """Draw a picture of this size, its bottom left at ``corner``: ornament, unless it is part of a Figure."""
        canvas = self._canvas
        if picture not in self._pictures:
            name = f"picture{len(self._pictures)}"
            self._pictures[picture] = name
            document = canvas._doc  # type: ignore[attr-defined]  # (the stubs leave it out)
            document.addForm(name, _image(picture, document, name))
        with self._picture():
            canvas.transform(size[0], 0, 0, size[1], *corner)
            canvas.doForm(self._pictures[picture])

    @contextmanager
    def ornament(self) -> Iterator[None]:
        """Mark what is drawn inside as no part of the text (ISO 32000-2, 14.8.2.2), and undo its graphics state.

        Text too: what every page repeats at its head and foot is not for reading on.
        """
        if self._unread:  # within ornament already
            yield
            return
        self._end_mark()
        self._canvas.addLiteral("/Artifact BMC")
        self._canvas.saveState()
        self._unread = True
        yield
        self._unread = False
        self._canvas.restoreState()
        self._canvas.addLiteral("EMC")

    @contextmanager
    def _picture(self) -> Iterator[None]:
        """Draw as part of the Figure that is being drawn, else as ornament; undo the graphics state."""
        if self._unread or self._element.role in PICTURES:
            if not self._unread:
                self._read(self._element)
            self._canvas.saveState()
            yield
            self._canvas.restoreState()
        else:
            with self.ornament():
                yield

    def _read(self, element: Element) -> None:
        """Begin to mark what is drawn as this element's, where it is not marked so already."""
        if self._unread or element is self._marked:
            return
        self._end_mark()
        if element.holds_paragraphs:
            element = Element("P", parent=element)
        elif not element.holds_text:
            raise ValueError(f"text drawn in a {element.role}, but in none of its items, rows or cells")
        self._canvas.addLiteral(f"/{element.role} <</MCID {self._tree.mark(element)}>> BDC")
        self._marked = element

    def _end_mark(self) -> None:
        if self._marked is not None:
            self._canvas.addLiteral("EMC")
            self._marked = None

    def next_page(self) -> None:
        """Begin another page."""
        self._end_mark()
        self._tree.next_page()
        self._canvas.showPage()

    def finish(self) -> bytes:
        """Return the document's bytes."""
        if self._missing:
            raise NoGlyph(self._missing)
        self._end_mark()
        self._canvas.showPage()
        self._tree.write(self._canvas._doc)  # type: ignore[attr-defined]  # (the stubs leave it out)
        self._canvas.save()
        return self._file.getvalue()


def _image(picture: Picture, document: Any, name: str) -> PDFStream:
    """Return the picture as an image of the document, its transparency an image of its own (ISO 32000-1, 11.6.5.3).

    Plain RGB and grey are what the output intent of the archived file says they are: sRGB.
    """
    about = {
        "Type": PDFName("XObject"),
        "Subtype": PDFName("Image"),
        "Width": picture.width,
        "Height": picture.height,
        "BitsPerComponent": 8,
        "Filter": PDFName("FlateDecode"),
    }
    colours = {**about, "ColorSpace": PDFName("DeviceRGB")}
    if picture.cover is not None:
        mask = PDFStream(PDFDictionary({**about, "ColorSpace": PDFName("DeviceGray")}), picture.cover)
        colours["SMask"] = document.Reference(mask, f"{name}.cover")
    return PDFStream(PDFDictionary(colours), picture.colours)
