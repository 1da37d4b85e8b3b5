"""How a document looks: its colours, and the faces, sizes and distances of its headings, paragraphs and frames."""

from __future__ import annotations

from dataclasses import dataclass, replace

from training.typesetting.blocks import Ground, Look, Place, Run, Stroke
from training.typesetting.engraving import Colour
from training.typesetting.fonts import Fonts
from training.typesetting.sheet import INK, Style

GREY: Colour = (0.36, 0.37, 0.40)
PALE: Colour = (0.80, 0.81, 0.84)
BLUE: Colour = (0.11, 0.29, 0.52)
GREEN: Colour = (0.11, 0.42, 0.24)
AMBER: Colour = (0.55, 0.36, 0.03)
RED: Colour = (0.63, 0.13, 0.12)
WHITE: Colour = (1.0, 1.0, 1.0)
SMALLER = 0.68
RISES = {Place.ABOVE: 0.55, Place.BELOW: -0.2}
STROKES = {Stroke.UNDER: -0.16, Stroke.THROUGH: 0.36}


@dataclass(frozen=True, slots=True)
class Setting:
    """How words are set: their faces, the distance of their lines, and the space above them."""

    style: Style
    strong: Style
    stressed: Style
    leading: float
    space: float

    def of(self, run: Run) -> Style:
        """Return the face of a run."""
        style = self.strong if run.strong else self.stressed if run.stressed else self.style
        if run.place is not None:
            style = replace(style, size=style.size * SMALLER, rise=RISES[run.place])
        return style if run.stroke is None else replace(style, stroke=STROKES[run.stroke])


@dataclass(frozen=True, slots=True)
class Paint:
    """A frame's ground, and the bar at its left."""

    fill: Colour | None
    bar: Colour | None


PAINTS = {
    Ground.QUOTE: Paint((0.93, 0.95, 0.98), BLUE),
    Ground.MEANING: Paint(None, None),
    Ground.CASE: Paint((0.965, 0.967, 0.972), GREY),
    Ground.PLAIN: Paint(WHITE, PALE),
    Ground.GOOD: Paint((0.94, 0.97, 0.945), GREEN),
    Ground.FAIR: Paint((0.985, 0.965, 0.92), AMBER),
    Ground.BAD: Paint((0.985, 0.945, 0.94), RED),
}


def looks(fonts: Fonts) -> dict[Look, Setting]:
    """Return how each kind of paragraph is set: words to be read in mincho, what is about them in gothic."""

    def mincho(size: float, leading: float, space: float) -> Setting:
        heavy, stressed = Style(fonts.sans_bold, size), Style(fonts.sans, size)
        return Setting(Style(fonts.serif, size), heavy, stressed, leading=leading, space=space)

    return {
        Look.BODY: mincho(10, 17, 6),
        Look.STRONG: _gothic(fonts, 10, INK, 16.5, 8),
        Look.SMALL: mincho(9, 14, 5),
        Look.LABEL: _gothic(fonts, 8, GREY, 13, 6, bold=False),
        Look.LEAD: _gothic(fonts, 8.5, BLUE, 14, 6),
        Look.NOTE: _gothic(fonts, 8, GREY, 13, 5, bold=False),
        Look.CODE: _gothic(fonts, 7.5, GREY, 12, 4, bold=False),
        Look.GOOD: _gothic(fonts, 8.5, GREEN, 14, 5),
        Look.FAIR: _gothic(fonts, 8.5, AMBER, 14, 5),
        Look.BAD: _gothic(fonts, 8.5, RED, 14, 5),
    }


def headings(fonts: Fonts) -> dict[int, Setting]:
    """Return how headings are set, by level."""
    title, second = Style(fonts.serif_bold, 17), Style(fonts.serif_bold, 12.5)
    return {
        1: Setting(title, title, title, leading=26, space=0),
        2: Setting(second, second, second, leading=19, space=24),
        3: _gothic(fonts, 10.5, INK, 17, 14),
        4: _gothic(fonts, 10, BLUE, 16, 10),
    }


def _gothic(fonts: Fonts, size: float, colour: Colour, leading: float, space: float, *, bold: bool = True) -> Setting:
    heavy = Style(fonts.sans_bold, size, colour)
    usual = heavy if bold else Style(fonts.sans, size, colour)
    return Setting(usual, heavy, usual, leading=leading, space=space)
