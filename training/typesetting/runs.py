"""Words in several faces, set in lines of one measure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from training.typesetting.blocks import Run
from training.typesetting.glyphs import drawable
from training.typesetting.lines import HALF_WHEN_LAST, spans
from training.typesetting.sheet import Sheet, Style

# How far the characters of a line are drawn apart to make it as long as the others, in ems: more would show.
_STRETCH = 0.07
_OVERHANG = 1.6
_STROKE = 0.05  # how thick a line along words is, in ems


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its parts in their faces, its length up to the ink of its end, and whether its text goes on."""

    parts: tuple[tuple[str, Style], ...]
    length: float
    goes_on: bool


def set_in_lines(runs: Sequence[Run], *, width: float, style: Callable[[Run], Style]) -> list[Line]:
    """Return the runs in lines of at most this width; ``style`` says how each looks. No words are no line."""
    lines: list[Line] = []
    for part in _parted(runs):
        text = "".join(run.text for run in part)
        looks = [look for run in part for look in [style(run)] * len(run.text)]
        lengths = [look.font.width(character, look.size) for character, look in zip(text, looks, strict=True)]
        places = spans(text, width=width, lengths=lengths)
        for number, (first, last) in enumerate(places):
            ink = sum(lengths[first:last])
            if last > first and text[last - 1] in HALF_WHEN_LAST:
                ink -= lengths[last - 1] / 2
            pieces = tuple(_in_faces(text, looks, first, last))
            lines.append(Line(parts=pieces, length=ink, goes_on=number < len(places) - 1))
    return lines


def draw_line(sheet: Sheet, x: float, y: float, line: Line, *, width: float) -> None:
    """Draw a line, stretched to the width where its text goes on, unless that would show."""
    tracking = 0.0
    if line.goes_on and line.parts:
        size = line.parts[0][1].size
        gap = width - line.length
        stretch = gap / size / max(1, sum(len(text) for text, _ in line.parts) - 1)
        tracking = stretch if 0 < stretch < _STRETCH and gap <= _OVERHANG * size else 0.0
    for text, style in line.parts:
        high = y + style.rise * style.size
        sheet.text(x, high, text, replace(style, tracking=tracking) if tracking else style)
        length = style.font.width(text, style.size) + tracking * style.size * len(text)
        if style.stroke is not None:
            along = high + style.stroke * style.size
            sheet.rule(x, along, x + length, along, weight=style.size * _STROKE, colour=style.colour)
        x += length


def _parted(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """Yield what stands between line feeds, as it is drawn."""
    part: list[Run] = []
    for run in runs:
        first, *others = run.text.split("\n")
        part.append(replace(run, text=drawable(first)))
        for other in others:
            yield part
            part = [replace(run, text=drawable(other))]
    if any(run.text for run in part):
        yield part


def _in_faces(text: str, looks: Sequence[Style], first: int, last: int) -> Iterator[tuple[str, Style]]:
    """Yield the parts of a line that are each in one face."""
    begin = first
    for place in range(first + 1, last + 1):
        if place == last or looks[place] is not looks[begin]:
            yield text[begin:place], looks[begin]
            begin = place
