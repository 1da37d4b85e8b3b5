"""The ornament of a certificate: a border of guilloche and a rosette. Curves only, each computed once in a process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import cos, pi, sin

from reportlab.pdfgen.pathobject import PDFPathObject

from training.typesetting.engraving import Colour, Engraving, Plate

BRONZE: Colour = (0.55, 0.43, 0.20)
MIST: Colour = (0.95, 0.93, 0.885)
WHITE: Colour = (1.0, 1.0, 1.0)

MARGIN = 34.0
BAND = 17.0
INNER = MARGIN + BAND + 6.0  # where the innermost line runs: text stays well inside it

# Control points at these fractions of the length make one cubic follow half a sine wave within 2 % of its height.
_NEAR, _HIGH = 0.3642, 4 / 3


@cache
def ground(radius: float) -> Engraving:
    """Return the pale rosette that the text stands on, about the origin."""
    plate = Plate()
    plate.cut(rosette(radius, lobes=16, turns=5, inner=0.36, bend=7.0), stroke=MIST, weight=0.35)
    plate.cut(rosette(radius * 0.42, lobes=12, turns=4, inner=0.08, bend=2.0), stroke=MIST, weight=0.35)
    return plate.engraving((-radius, -radius, radius, radius))


@cache
def border(width: float, height: float) -> Engraving:
    """Return two fine double lines around a page of this size, guilloche between them and a rosette in each corner."""
    plate = Plate()
    right, top = width - MARGIN, height - MARGIN
    for inset, weight in ((0.0, 1.3), (3.0, 0.35), (3.0 + BAND, 0.35), (6.0 + BAND, 0.8)):
        plate.rectangle((MARGIN + inset, MARGIN + inset), (right - inset, top - inset), stroke=BRONZE, weight=weight)
    start, half = MARGIN + 3.0 + BAND, BAND / 2
    sides, levels = (start - half, width - start + half), (start - half, height - start + half)
    for y in levels:
        plate.cut(waves(width - 2 * start), at=(start, y), stroke=BRONZE, weight=0.28)
    for x in sides:
        plate.cut(waves(height - 2 * start), at=(x, start), upright=True, stroke=BRONZE, weight=0.28)
    corner = rosette(half * 0.93, lobes=8, turns=3, inner=0.2, bend=0.0)
    for x in sides:
        for y in levels:
            plate.rectangle((x - half, y - half), (x + half, y + half), fill=WHITE, stroke=BRONZE, weight=0.35)
            plate.cut(corner, at=(x, y), stroke=BRONZE, weight=0.3)
    return plate.engraving((0.0, 0.0, width, height))


def waves(length: float) -> PDFPathObject:
    """Return a band of guilloche along the x axis, of this length.

    Strands of nine heights meet in knots and form a chain of lenses; a second
    chain, half a lens along, weaves through the first.
    """
    count = round(length / 26.0)
    lens = length / count
    path = PDFPathObject()
    for step in range(-4, 5):
        rise = BAND * 0.43 * step / 4
        for start in (0.0, lens / 2):
            _move(path, (start, 0))
            for n in range(count if start == 0 else count - 1):
                x = start + n * lens
                high = _HIGH * rise * (-1) ** n
                _curve(path, (x + _NEAR * lens, high), (x + (1 - _NEAR) * lens, high), (x + lens, 0))
    return path


def rosette(radius: float, *, lobes: int, turns: int, inner: float, bend: float) -> PDFPathObject:
    """Return a rosette about the origin: ``turns`` closed curves of ``lobes`` lobes, each turned a little further.

    A curve swings between ``inner`` and 1 times the radius; ``bend`` leans its
    lobes over, as an engine-turning lathe does.
    """
    path = PDFPathObject()
    for turn in range(turns):
        shift = 2 * pi * turn / turns / lobes

        def curve(t: float, shift: float = shift) -> tuple[float, float]:
            r = radius * (inner + (1 - inner) * (0.5 + 0.5 * cos(lobes * t)))
            angle = t + shift + bend * sin(lobes * t) / lobes
            return r * cos(angle), r * sin(angle)

        _closed(path, curve, pieces=lobes * 5)
    return path


def _closed(path: PDFPathObject, curve: Callable[[float], tuple[float, float]], *, pieces: int) -> None:
    """Draw a closed curve over 0 to 2 pi in cubic pieces that share its tangents (Hermite form)."""
    step, hair = 2 * pi / pieces, 1e-5

    def tangent(t: float) -> tuple[float, float]:
        (x0, y0), (x1, y1) = curve(t - hair), curve(t + hair)
        return (x1 - x0) / (2 * hair) * step / 3, (y1 - y0) / (2 * hair) * step / 3

    _move(path, curve(0))
    for piece in range(pieces):
        (x0, y0), (x1, y1) = curve(piece * step), curve((piece + 1) * step)
        (u0, v0), (u1, v1) = tangent(piece * step), tangent((piece + 1) * step)
        _curve(path, (x0 + u0, y0 + v0), (x1 - u1, y1 - v1), (x1, y1))
    path.close()


# A hundredth of a point is finer than any printer; six decimals would double the size of the file.


def _move(path: PDFPathObject, to: tuple[float, float]) -> None:
    path.moveTo(*(round(value, 2) for value in to))


def _curve(path: PDFPathObject, *points: tuple[float, float]) -> None:
    path.curveTo(*(round(value, 2) for point in points for value in point))
