"""Ornament that is the same in every document: computed and compressed once, then only referred to."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from reportlab.pdfgen.pathobject import PDFPathObject

Colour = tuple[float, float, float]
Point = tuple[float, float]


@dataclass(frozen=True)
class Engraving:
    """A finished picture: PDF operators, deflated, and the box that they stay in (left, bottom, right, top)."""

    box: tuple[float, float, float, float]
    content: bytes


class Plate:
    """A picture being made of paths, each laid over those before."""

    def __init__(self) -> None:
        self._operators: list[str] = []

    def cut(
        self,
        path: PDFPathObject,
        *,
        at: Point = (0.0, 0.0),
        upright: bool = False,
        stroke: Colour | None = None,
        fill: Colour | None = None,
        weight: float = 1.0,
    ) -> None:
        """Draw a path with its origin at ``at``; ``upright`` turns it a quarter to the left.

        Parts that overlap are filled as one; a part drawn the other way round is a hole.
        """
        turn = "0 1 -1 0" if upright else "1 0 0 1"
        self._operators.append(f"q {turn} {at[0]:.3f} {at[1]:.3f} cm")
        if stroke is not None:
            self._operators.append(f"{_numbers(stroke)} RG {weight:.2f} w")
        if fill is not None:
            self._operators.append(f"{_numbers(fill)} rg")
        paint = {(True, True): "B", (True, False): "S", (False, True): "f"}[stroke is not None, fill is not None]
        self._operators.append(f"{path.getCode()} {paint} Q")

    def rectangle(
        self,
        corner: Point,
        opposite: Point,
        *,
        stroke: Colour | None = None,
        fill: Colour | None = None,
        weight: float = 1.0,
    ) -> None:
        """Draw a rectangle between two corners."""
        path = PDFPathObject()
        path.rect(*corner, opposite[0] - corner[0], opposite[1] - corner[1])
        self.cut(path, stroke=stroke, fill=fill, weight=weight)

    def engraving(self, box: tuple[float, float, float, float]) -> Engraving:
        """Return the picture as drawn so far, cut off at the box."""
        return Engraving(box, zlib.compress("\n".join(self._operators).encode("ascii"), 9))


def _numbers(colour: Colour) -> str:
    return " ".join(f"{part:.3f}" for part in colour)
