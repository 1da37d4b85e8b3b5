"""A character's outline as a path, for characters that are a picture and not text (a seal)."""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from reportlab.pdfgen.pathobject import PDFPathObject

from training.typesetting.fonts import Font
from training.typesetting.glyphs import NoGlyph

Point = tuple[float, float]
Contour = list[tuple[float, float, bool]]

# OpenType 1.9, glyf table: flags of a point, and of a component.
_ON_CURVE, _X_SHORT, _Y_SHORT, _REPEAT, _X_SAME, _Y_SAME = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
_WORDS, _XY, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x01, 0x02, 0x08, 0x20, 0x40, 0x80


def contours(character: str, font: Font) -> list[Contour]:
    """Return the closed curves of a character in font units: points, each on the curve or a quadratic control point.

    Raises ``NoGlyph`` where the font lacks it, and ``ValueError`` for a glyph
    put together in a way that these fonts do not use (scaled or anchored parts).
    """
    if not font.draws(character):
        raise NoGlyph(character)
    face = font.face
    table: bytes = face.get_table("glyf")  # type: ignore[no-untyped-call]
    return list(_glyph(face.charToGlyph[ord(character)], font, table))


def _glyph(index: int, font: Font, table: bytes) -> Iterator[Contour]:
    start, end = font.face.glyphPos[index], font.face.glyphPos[index + 1]
    if start == end:
        return
    (count,) = unpack_from(">h", table, start)
    if count < 0:
        yield from _composite(start + 10, font, table)
    else:
        yield from _simple(start + 10, count, table)


def _composite(at: int, font: Font, table: bytes) -> Iterator[Contour]:
    flags = _MORE
    while flags & _MORE:
        flags, index = unpack_from(">HH", table, at)
        if not flags & _XY or flags & (_SCALE | _TWO_SCALES | _MATRIX):
            raise ValueError(f"glyph {index} is put together by scaling or anchors")
        dx, dy = unpack_from(">hh" if flags & _WORDS else ">bb", table, at + 4)
        at += 8 if flags & _WORDS else 6
        for contour in _glyph(index, font, table):
            yield [(x + dx, y + dy, on) for x, y, on in contour]


def _simple(at: int, count: int, table: bytes) -> Iterator[Contour]:
    ends = unpack_from(f">{count}H", table, at)
    at += 2 * count
    at += 2 + unpack_from(">H", table, at)[0]  # the hinting program
    flags: list[int] = []
    while len(flags) <= ends[-1]:
        flag = table[at]
        times = 1 + table[at + 1] if flag & _REPEAT else 1
        at += 2 if flag & _REPEAT else 1
        flags += [flag] * times
    xs, at = _coordinates(at, flags, table, _X_SHORT, _X_SAME)
    ys, at = _coordinates(at, flags, table, _Y_SHORT, _Y_SAME)
    first = 0
    for end in ends:
        yield [(x, y, bool(f & _ON_CURVE)) for x, y, f in zip(xs, ys, flags, strict=True)][first : end + 1]
        first = end + 1


def _coordinates(at: int, flags: list[int], table: bytes, short: int, same: int) -> tuple[list[float], int]:
    value, values = 0, []
    for flag in flags:
        if flag & short:
            value += table[at] if flag & same else -table[at]
            at += 1
        elif not flag & same:
            value += unpack_from(">h", table, at)[0]
            at += 2
        values.append(float(value))
    return values, at


def add(
    path: PDFPathObject, curves: list[Contour], *, a: float, b: float, c: float, d: float, e: float, f: float
) -> None:
    """Add the curves to the path, each point (x, y) taken to (ax + cy + e, bx + dy + f) as by the PDF operator ``cm``.

    Coordinates are rounded to a thousandth of a point.
    """
    for curve in curves:
        points = [((round(a * x + c * y + e, 3), round(b * x + d * y + f, 3)), on) for x, y, on in curve]
        _trace(path, points)


def _trace(path: PDFPathObject, points: list[tuple[Point, bool]]) -> None:
    """Draw one closed quadratic curve with cubic ones. Halfway between two control points lies a point of the curve."""
    whole: list[tuple[Point, bool]] = []
    for (here, on), (after, after_on) in zip(points, points[1:] + points[:1], strict=True):
        whole.append((here, on))
        if not on and not after_on:
            whole.append((_between(here, after, 0.5), True))
    first = next(index for index, (_, on) in enumerate(whole) if on)
    whole = whole[first:] + whole[: first + 1]
    at = whole[0][0]
    path.moveTo(*at)
    control: Point | None = None
    for point, on in whole[1:]:
        if not on:
            control = point
            continue
        if control is None:
            path.lineTo(*point)
        else:
            path.curveTo(*_between(at, control, 2 / 3), *_between(point, control, 2 / 3), *point)
        at, control = point, None
    path.close()


def _between(a: Point, b: Point, part: float) -> Point:
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
