"""The sheet that a document is drawn on: the only file that speaks to ReportLab's canvas.

Everything visible goes through a handful of methods, so that what must hold of
every PDF (fonts embedded, text that copies out, the same bytes for the same
document, ornament marked as such) holds by construction.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFStream
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from training.typesetting.engraving import Colour, Engraving
from training.typesetting.fonts import Font
from training.typesetting.glyphs import NoGlyph, drawable, missing
from training.typesetting.lines import broken, visible_width

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
    """How a piece of text looks. ``tracking`` is the space added after each character, in ems."""

    font: Font
    size: float
    colour: Colour = INK
    tracking: float = 0.0

    def width(self, text: str) -> float:
        """Return the length of the text as drawn, in points."""
        shown = drawable(text)
        return self._length(shown) - self.tracking * self.size * bool(shown)

    def lines(self, text: str, width: float) -> list[str]:
        """Return the text in lines of at most this width."""
        return broken(drawable(text), width=width, measure=self._length)

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
        moment = f"D:{dated:%Y%m%d%H%M%S}{dated:%z}'"
        self._canvas.setDateFormatter(lambda *_: f"{moment[:-3]}'{moment[-3:]}")
        self._missing: dict[str, None] = {}
        self._engravings: dict[Engraving, str] = {}

    def able(self, text: str, font: Font) -> bool:
        """Say whether the font has every character of a text drawn elsewhere; ``finish`` names those it lacks."""
        lacking = missing(text, font)
        self._missing.update(dict.fromkeys(lacking))
        return not lacking

    def text(self, x: float, y: float, text: str, style: Style, *, align: float = 0.0) -> None:
        """Draw one line on the base line ``y``.

        ``align`` says which part of it stands at ``x``: 0 its left end, 0.5
        its middle, 1 its right end.
        """
        self.able(text, style.font)
        shown = drawable(text)
        if not shown:
            return
        canvas = self._canvas
        canvas.setFillColorRGB(*style.colour)
        canvas.setFont(style.font.fontName, style.size)
        whole = style.tracking > _READ_AS_ONE_WORD or _GUESSED_WRONG.search(shown)
        if whole:
            canvas.addLiteral(f"/Span <</ActualText <FEFF{shown.encode('utf-16-be').hex().upper()}>>> BDC")
        canvas.drawString(x - align * style.width(shown), y, shown, charSpace=style.tracking * style.size)
        if whole:
            canvas.addLiteral("EMC")

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
        for line in lines[:-1]:
            self.line(x, y, line, style, width=width)
            y -= leading
        for line in lines[-1:]:
            self.text(x, y, line, style)
            y -= leading
        return y

    def rule(self, x0: float, y0: float, x1: float, y1: float, *, weight: float, colour: Colour) -> None:
        """Draw a straight line: ornament, which a screen reader passes over."""
        with self.ornament():
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
        with self.ornament():
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
        with self.ornament():
            canvas.translate(*at)
            canvas.doForm(self._engravings[engraving])

    @contextmanager
    def ornament(self) -> Iterator[None]:
        """Mark what is drawn inside as no part of the text (ISO 32000-2, 14.8.2.2), and undo its graphics state."""
        self._canvas.addLiteral("/Artifact BMC")
        self._canvas.saveState()
        yield
        self._canvas.restoreState()
        self._canvas.addLiteral("EMC")

    def next_page(self) -> None:
        """Begin another page."""
        self._canvas.showPage()

    def finish(self) -> bytes:
        """Return the document's bytes."""
        if self._missing:
            raise NoGlyph(self._missing)
        self._canvas.showPage()
        self._canvas.save()
        return self._file.getvalue()
