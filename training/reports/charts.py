"""Charts: one drawing that is an SVG on the page and vectors in a PDF.

Pure. The SVG goes into the page itself: it has no style attribute, no script
and no address, so that the strictest content security policy lets it pass; its
ink is the page's, light or dark, and so is its font. In a PDF the drawing goes
through the sheet, as all else does: fonts embedded, a character that no font
has refused by name, one figure with a text to be read in its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.dom.minidom import Element

from reportlab.graphics.renderSVG import SVGCanvas
from reportlab.graphics.renderSVG import draw as draw_svg
from reportlab.graphics.shapes import Drawing, Line, Rect, Shape, String
from reportlab.lib.colors import Color

from training.typesetting.engraving import Colour
from training.typesetting.fonts import Font
from training.typesetting.sheet import INK, Sheet, Style

WIDTH = 380
SIZE = 12
ROW, BAR, GAP = 40, 10, 8  # heights: of a row, of its bar, and between the two columns of its words
FOOT = 18
BLUE, RED, GREY = (0.23, 0.49, 0.85), (0.80, 0.25, 0.20), (0.55, 0.57, 0.60)
PERCENT = 100
_ANCHORS = {"start": 0.0, "middle": 0.5, "end": 1.0}


@dataclass(frozen=True, slots=True)
class Bar:
    """A share from 0 to 1 under its name; None: not told. ``value`` says it in words; ``marked`` stands out."""

    name: str
    share: float | None
    value: str
    marked: bool = False


def bars(rows: Sequence[Bar], *, font: Font, ticks: Sequence[float] = ()) -> Drawing:
    """Draw shares as bars one below the other. ``ticks`` cross each bar: the bounds by which it is judged.

    The name stands above its bar and not beside it, so that the chart can be read on a telephone.
    """
    height = ROW * len(rows) + FOOT
    drawing = Drawing(WIDTH, height)
    style = Style(font, SIZE)
    for shape in _shapes(rows, height, style, ticks):
        drawing.add(shape)
    return drawing


# The stubs of ReportLab take what a shape is made with for something else.
_rect: Any = Rect
_text: Any = String


def _shapes(rows: Sequence[Bar], height: float, style: Style, ticks: Sequence[float]) -> Iterator[Shape]:
    for number, row in enumerate(rows):
        top = height - ROW * number
        words, bottom = top - SIZE - 2, top - SIZE - GAP - BAR
        yield _string(0, words, _fitted(row.name, WIDTH - style.width(row.value) - GAP, style), style)
        yield _string(WIDTH, words, row.value, style, anchor="end")
        if row.share is not None:
            colour = RED if row.marked else BLUE
            yield _rect(0, bottom, WIDTH * row.share, BAR, fillColor=Color(*colour), strokeColor=None)
        yield _rect(0, bottom, WIDTH, BAR, fillColor=None, strokeColor=Color(*GREY), strokeWidth=0.7)
        for tick in ticks:
            x = WIDTH * tick
            yield Line(x, bottom - 2, x, bottom + BAR + 2, strokeColor=Color(*GREY), strokeWidth=0.7)
    small = style.at(SIZE - 2)
    for share, anchor in ((0, "start"), (0.5, "middle"), (1, "end")):
        yield _string(WIDTH * share, 4, f"{round(PERCENT * share)}%", small, anchor=anchor)


def _string(x: float, y: float, text: str, style: Style, *, anchor: str = "start") -> String:
    made: String = _text(
        x, y, text, fontName=style.font.fontName, fontSize=style.size, fillColor=Color(*INK), textAnchor=anchor
    )
    return made


def _fitted(text: str, width: float, style: Style) -> str:
    """The text, cut where it is longer than this."""
    if style.width(text) <= width:
        return text
    while text and style.width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def svg(drawing: Drawing, *, key: str, title: str, description: str) -> str:
    """Return the drawing as an element of HTML. ``key`` is its own among the ids of the page."""
    canvas: Any = _Canvas((drawing.width, drawing.height))
    draw_svg(drawing, canvas, 0, 0, showBoundary=0)
    root: Element = canvas.svg
    for name in ("width", "height", "version", "xmlns:xlink", "fill-rule"):
        root.removeAttribute(name)
    root.setAttribute("class", "pt-chart")
    root.setAttribute("role", "img")
    root.setAttribute("aria-labelledby", f"{key}-title {key}-description")
    for tag, text in (("title", title), ("desc", description)):
        (said,) = root.getElementsByTagName(tag)
        said.setAttribute("id", f"{key}-{'title' if tag == 'title' else 'description'}")
        words: Any = said.firstChild
        words.data = text
    for clip in root.getElementsByTagName("clipPath"):
        root.removeChild(clip)
    for element in root.getElementsByTagName("*"):
        _plain(element)
    markup: str = root.toxml()
    return markup


def _plain(element: Element) -> None:
    """Turn a style attribute, which the policy forbids, into the attributes that say the same."""
    if element.tagName in {"g", "rect", "path", "text"}:
        if element.hasAttribute("id"):
            element.removeAttribute("id")
        style = element.getAttribute("style")
        if element.hasAttribute("style"):
            element.removeAttribute("style")
        for said in filter(None, (part.strip() for part in style.split(";"))):
            name, value = (word.strip() for word in said.split(":", 1))
            if name not in {"font-family", "clip-path"}:
                element.setAttribute(name, "currentColor" if value == _INK else value)


_INK = "rgb({:d}%,{:d}%,{:d}%)".format(*(int(part * PERCENT) for part in INK))


class _Canvas(SVGCanvas):
    """ReportLab's, which measures a text to place its end; the reader's font is another, and measures it itself."""

    def drawString(self, s: str, x: float, y: float, *_more: Any, text_anchor: str = "start", **_others: Any) -> None:
        """Draw a text that begins, is centred or ends at x."""
        super().drawString(s, x, y)
        self.currGroup.lastChild.setAttribute("text-anchor", text_anchor)


def place(drawing: Drawing, sheet: Sheet, *, at: tuple[float, float], font: Font, description: str) -> None:
    """Draw the drawing on a sheet with its bottom left at ``at``: one figure, read by its description."""
    left, bottom = at
    with sheet.element("Figure", alt=description):
        for shape in drawing.contents:
            match shape:
                case Rect():
                    sheet.rectangle(
                        (left + shape.x, bottom + shape.y),
                        (left + shape.x + shape.width, bottom + shape.y + shape.height),
                        stroke=_colour(shape.strokeColor),
                        fill=_colour(shape.fillColor),
                        weight=shape.strokeWidth,
                    )
                case Line():
                    sheet.rule(
                        left + shape.x1,
                        bottom + shape.y1,
                        left + shape.x2,
                        bottom + shape.y2,
                        weight=shape.strokeWidth,
                        colour=_colour(shape.strokeColor) or INK,
                    )
                case String():
                    style = Style(font, shape.fontSize, _colour(shape.fillColor) or INK)
                    align = _ANCHORS[shape.textAnchor]
                    sheet.text(left + shape.x, bottom + shape.y, shape.text, style, align=align)
                case _:
                    raise TypeError(f"a chart has no {type(shape).__name__}")


def _colour(colour: Color | None) -> Colour | None:
    return (colour.red, colour.green, colour.blue) if colour else None
