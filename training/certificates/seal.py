"""The company's square seal (角印), drawn from the company's name: a picture, not text."""

from __future__ import annotations

from functools import lru_cache
from math import log

from reportlab.pdfgen.pathobject import PDFPathObject

from training.typesetting.engraving import Colour, Engraving, Plate
from training.typesetting.fonts import Font
from training.typesetting.glyphs import drawable
from training.typesetting.outlines import add, contours

VERMILION: Colour = (0.78, 0.16, 0.13)

_LEFT_OUT = "・·.,、。"
_LYING = "ー―—–〜～-"


@lru_cache(maxsize=64)
def seal(name: str, font: Font, size: float) -> Engraving:
    """Return the seal, from the origin up: a frame and the name in columns from right to left.

    Raises ``NoGlyph`` for a character that the font lacks.
    """
    path = PDFPathObject()
    _frame(path, size)
    margin = size * 0.085
    columns = seal_columns(name)
    wide = (size - 2 * margin) / max(1, len(columns))
    for column, characters in enumerate(columns):
        high = (size - 2 * margin) / len(characters)
        for row, character in enumerate(characters):
            middle = size - margin - (column + 0.5) * wide, size - margin - (row + 0.5) * high
            _engrave(path, character, font, middle, wide, high)
    plate = Plate()
    plate.cut(path, fill=VERMILION)
    return plate.engraving((0.0, 0.0, size, size))


def seal_columns(name: str) -> list[str]:
    """Return the characters of a seal, column by column from the right.

    Spaces and middle dots are left out, as engravers do, and 印 or 之印 is
    added where the characters then fill the square better.
    """
    plain = "".join(c for c in drawable(name) if not c.isspace() and c not in _LEFT_OUT)
    _, rows, text = min(
        (_raggedness(len(plain + tail), rows), rows, plain + tail)
        for tail in ("", "印", "之印")
        for rows in range(1, max(2, len(plain + tail) + 1))
    )
    return [text[start : start + rows] for start in range(0, len(text), rows)]


def _raggedness(length: int, rows: int) -> float:
    """How far this many characters in columns of so many rows are from a full square."""
    columns = max(1, -(-length // rows))
    return (rows * columns - length) / rows + abs(log(rows / columns)) + 0.02 * length


def _frame(path: PDFPathObject, size: float) -> None:
    """Draw a square ring: the inner square runs the other way round, so that it stays open."""
    low, high = size * 0.045, size * 0.955
    path.roundRect(0, 0, size, size, size * 0.06)
    path.moveTo(low, low)
    path.lineTo(low, high)
    path.lineTo(high, high)
    path.lineTo(high, low)
    path.close()


def _engrave(
    path: PDFPathObject, character: str, font: Font, middle: tuple[float, float], wide: float, high: float
) -> None:
    """Draw a character about its cell's middle, stretched with the cell; ー stands upright, as in a column it must."""
    curves = contours(character, font)
    xs = [x for curve in curves for x, _, _ in curve]
    ys = [y for curve in curves for _, y, _ in curve]
    if not xs:
        return
    x, y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    across, up = wide / font.face.unitsPerEm, high / font.face.unitsPerEm
    if character in _LYING:
        add(path, curves, a=0, b=-up, c=across, d=0, e=middle[0] - across * y, f=middle[1] + up * x)
    else:
        add(path, curves, a=across, b=0, c=0, d=up, e=middle[0] - across * x, f=middle[1] - up * y)
