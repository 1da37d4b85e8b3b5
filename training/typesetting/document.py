"""A document of any length on A4: its blocks set in rows, the rows on pages, each page with head and foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from itertools import count

from reportlab.lib.pagesizes import A4

from training.typesetting.blocks import (
    Block,
    Column,
    Frame,
    Ground,
    Heading,
    Illustration,
    Items,
    Look,
    Paragraph,
    Table,
    Words,
)
from training.typesetting.engraving import Colour
from training.typesetting.flow import Row, pages
from training.typesetting.fonts import Fonts
from training.typesetting.looks import GREY, PAINTS, PALE, Paint, Setting, headings, looks
from training.typesetting.picture import Picture
from training.typesetting.runs import Line, draw_line, set_in_lines
from training.typesetting.sheet import INK, Sheet, Style

WIDTH, HEIGHT = A4
LEFT, RIGHT = 64.0, WIDTH - 64.0
TOP, FOOT = HEIGHT - 76.0, 74.0
PAD = 10.0  # between the edge of a frame and its words
GAP, NARROW_GAP = 12.0, 8.0  # between two columns of a table, and where there are many
MANY_COLUMNS = 7
WHOLE_ROWS, LOW_ROW = 8, 2  # a table of no more rows, of no more lines each, is not parted where it need not be
CELL = 4.0  # above and below the words of a cell
LOW_FRAME = 9  # a frame of no more lines is not parted where it need not be
DOT = 0.5  # the side of a picture's dot in points: 144 to an inch
TALLEST = 260.0  # a picture, in points
# Backgrounds of rows that touch overlap by this much, lest a seam shows between them.
_SEAM = 0.4


@dataclass(frozen=True, slots=True)
class Margins:
    """What stands on every page: two texts at the head, lines at the foot; the page's number is added."""

    left: str
    right: str
    foot: tuple[str, ...] = ()


Path = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where blocks are set: the measure, what they lie in for a reader, and the grounds below them, outermost first.

    ``marks`` stand beside the first line: those of the items that begin here.
    """

    left: float
    right: float
    path: Path = ()
    grounds: tuple[tuple[float, float, Paint], ...] = ()
    marks: tuple[tuple[Line, _Place], ...] = ()

    @property
    def width(self) -> float:
        return self.right - self.left


def set_document(
    blocks: Sequence[Block],
    *,
    sheet: Sheet,
    fonts: Fonts,
    margins: Margins,
    pictures: Mapping[str, Picture] | None = None,
) -> bytes:
    """Draw the blocks on as many pages as they take, and return the finished document.

    ``pictures`` are those at hand, by SHA-256. Raises ``NoGlyph`` naming
    every character that the fonts lack.
    """
    setter = _Setter(sheet, fonts, pictures or {})
    rows = list(setter.rows(blocks, _Place(LEFT, RIGHT)))
    filled = pages(rows, first=TOP - FOOT, others=TOP - FOOT)
    for number, page in enumerate(filled, start=1):
        if number > 1:
            sheet.next_page()
        for depth, row in page:
            row.draw(TOP - depth)
        with sheet.ornament():
            setter.margins(margins, number, len(filled))
    return sheet.finish()


class _Setter:
    """Makes rows of blocks."""

    def __init__(self, sheet: Sheet, fonts: Fonts, pictures: Mapping[str, Picture]) -> None:
        self.sheet, self.fonts, self.pictures = sheet, fonts, pictures
        self._keys = count(1)
        self.looks, self.headings = looks(fonts), headings(fonts)

    def margins(self, margins: Margins, number: int, total: int) -> None:
        sheet, small = self.sheet, Style(self.fonts.sans, 7.5, GREY)
        room = (RIGHT - LEFT) - small.width(margins.right) - 20
        shown = small.lines(margins.left, room)
        sheet.text(LEFT, HEIGHT - 46, shown[0] if len(shown) == 1 else f"{shown[0]}…", small)
        sheet.text(RIGHT, HEIGHT - 46, margins.right, small, align=1)
        sheet.rule(LEFT, HEIGHT - 53, RIGHT, HEIGHT - 53, weight=0.4, colour=PALE)
        sheet.rule(LEFT, 58, RIGHT, 58, weight=0.4, colour=PALE)
        tiny = Style(self.fonts.sans, 6.5, GREY)
        for line, text in enumerate(margins.foot):
            sheet.text(LEFT, 47 - 10 * line, text, tiny)
        sheet.text(RIGHT, 47, f"{number} / {total}", small, align=1)

    # blocks

    def rows(self, blocks: Sequence[Block], place: _Place) -> Iterator[Row]:
        for number, block in enumerate(blocks):
            place = replace(place, marks=()) if number else place
            match block:
                case Heading():
                    yield from self.heading(block, place)
                case Paragraph():
                    look = self.looks[block.look]
                    yield from self.words(block.words, look, self.within(place, "P"), keep=block.keep)
                case Items():
                    yield from self.items(block, self.within(place, "L"))
                case Frame():
                    yield from self.frame(block, place)
                case Table():
                    yield from self.table(block, self.within(place, "Table"))
                case Illustration():
                    yield from self.illustration(block, place)

    def heading(self, block: Heading, place: _Place) -> Iterator[Row]:
        level = min(block.level, 4)
        rows = list(self.words(block.words, self.headings[level], self.within(place, f"H{level}"), keep=True))
        yield from rows
        if level == 2:
            yield self.row(8, place, partial(self.ruled, place.left, place.right, INK, 2), keep=True)

    def words(self, words: Words, look: Setting, place: _Place, *, keep: bool = False) -> Iterator[Row]:
        """Yield a paragraph line by line; neither its first nor its last line stands alone on a page."""
        lines = set_in_lines(words, width=place.width, style=look.of)
        for number, line in enumerate(lines):
            together = keep or (len(lines) > 1 and number in (0, len(lines) - 2))
            marks = () if number else place.marks
            space = 0 if number else min(look.space, 4) if marks else look.space
            draw = partial(self.line, line, look, place, marks)
            yield self.row(look.leading, place, draw, space=space, keep=together)

    def items(self, block: Items, place: _Place) -> Iterator[Row]:
        """Yield a list; the mark of an item stands beside its first line, with those of lists that it begins."""
        body = self.looks[Look.BODY]
        hang = block.hang * body.style.size
        above = place.marks
        for item in block.items:
            inner = self.within(replace(place, marks=()), "LI")
            spot = self.within(inner, "Lbl")
            marks = set_in_lines(item.mark, width=place.width, style=body.of)
            within = replace(self.within(inner, "LBody"), left=place.left + hang)
            if len(marks) > 1 or any(mark.length > hang for mark in marks):
                yield from self.words(item.mark, body, replace(spot, marks=above), keep=True)
                yield from self.rows(item.blocks, within)
            else:
                beside = (*above, *((mark, spot) for mark in marks))
                yield from self.rows(item.blocks, replace(within, marks=beside))
            above = ()

    def frame(self, block: Frame, place: _Place) -> Iterator[Row]:
        """Yield the blocks on their ground, which goes on below all of them."""
        yield from self.marks_alone(place)
        paint = PAINTS[block.ground]
        painted = paint.fill is not None or paint.bar is not None
        role = "BlockQuote" if block.ground is Ground.QUOTE else "Div"
        inner = replace(
            self.within(place, role),
            left=place.left + PAD + 3,
            right=place.right - (PAD if painted else 0),
            grounds=(*place.grounds, (place.left, place.right, paint)),
            marks=(),
        )
        if not painted:
            yield from self.rows(block.blocks, inner)
            return
        if place.grounds:
            yield self.row(9, place, keep=True)
        yield replace(self.row(PAD - 4, inner, keep=True), space=0 if place.grounds else 9)
        rows = list(self.rows(block.blocks, inner))
        whole = len(rows) <= LOW_FRAME
        yield from (replace(row, keep=whole or row.keep or row is rows[-1]) for row in rows)
        yield self.row(PAD - 1, inner)

    def illustration(self, block: Illustration, place: _Place) -> Iterator[Row]:
        """Yield a picture as large as its dots make it and the place allows; one that is not at hand in words."""
        picture = self.pictures.get(block.sha256)
        if picture is None:
            yield from self.words(block.words, self.looks[Look.BODY], self.within(place, "P"))
            return
        yield from self.marks_alone(place)
        scale = min(DOT, place.width / picture.width, TALLEST / picture.height)
        size = (picture.width * scale, picture.height * scale)
        yield self.row(size[1] + 4, place, partial(self.pictured, picture, block.alt, size, place), space=6)

    def marks_alone(self, place: _Place) -> Iterator[Row]:
        """Yield the marks of items that begin with no words, on a line of their own."""
        if place.marks:
            body = self.looks[Look.BODY]
            draw = partial(self.line, Line((), 0, goes_on=False), body, place, place.marks)
            yield self.row(body.leading, place, draw, space=4, keep=True)

    def table(self, block: Table, place: _Place) -> Iterator[Row]:
        """Yield the rows of a table, its head again at the top of each page that it runs on to."""
        yield from self.marks_alone(place)
        gap = GAP if len(block.columns) <= MANY_COLUMNS else NARROW_GAP
        room = place.width - gap * (len(block.columns) - 1)
        share = room / sum(column.share for column in block.columns)
        left, cells = place.left, []
        for column in block.columns:
            cells.append((left, left + share * column.share, column))
            left += share * column.share + gap
        head: tuple[Row, ...] = ()
        words = tuple(column.words for column in block.columns)
        if any(words):
            yield from self.cells(words, cells, place, "TH", space=8)
            head = tuple(self.cells(words, cells, replace(place, path=()), ""))
        last = len(block.rows) - 1
        for number, row in enumerate(block.rows):
            keep = number < last and (last < WHOLE_ROWS or number in (0, last - 1))
            space = 0 if number or head else 6
            yield from self.cells(row, cells, place, "TD", space=space, keep=keep, again=head, facts=block.facts)

    def cells(
        self,
        row: Sequence[Words],
        columns: Sequence[tuple[float, float, Column]],
        place: _Place,
        role: str,
        *,
        space: float = 0.0,
        keep: bool = False,
        again: tuple[Row, ...] = (),
        facts: bool = False,
    ) -> Iterator[Row]:
        """Yield one row of a table line by line, its cells side by side; without a role it is nothing to be read."""
        inner = self.within(place, "TR") if role else place
        label = self.looks[Look.LABEL]
        cells = []
        for number, (left, right, column) in enumerate(columns):
            look = label if role in {"TH", ""} else self.looks[column.look]
            lines = set_in_lines(row[number] if number < len(row) else (), width=right - left, style=look.of)
            heads = role == "TH" or (facts and number == 0)
            kind, scope = ("TH", "Row" if facts else "Column") if heads else (role, "")
            spot = replace(self.within(inner, kind, scope) if role else inner, left=left, right=right)
            cells.append((lines, look, spot, column.right))
        leading = max(look.leading for _, look, _, _ in cells)
        most = max(1, *(len(lines) for lines, _, _, _ in cells))
        for number in range(most):
            first, last = number == 0, number == most - 1
            height = leading + (CELL if first else 0) + (CELL if last else 0)
            colour = INK if role in {"TH", ""} else PALE
            rule = partial(self.ruled, place.left, place.right, colour, height)
            draw = partial(self.cell_line, cells, number, leading, CELL if first else 0, rule if last else None)
            draw = draw if role else partial(self.unread, draw)
            together = (keep and most <= LOW_ROW) or not last or role in {"TH", ""}
            yield self.row(height, place, draw, space=space if first else 0, keep=together, again=again)

    # rows

    def within(self, place: _Place, role: str, scope: str = "") -> _Place:
        """Return the same place inside a new element of what is read."""
        return replace(place, path=(*place.path, (role, str(next(self._keys)), scope)))

    def row(
        self,
        height: float,
        place: _Place,
        draw: Callable[[float], None] | None = None,
        *,
        space: float = 0.0,
        keep: bool = False,
        again: tuple[Row, ...] = (),
    ) -> Row:
        """Return a row; on a ground, the space above it is part of the row, lest the ground has gaps."""
        if not place.grounds:
            return Row(height, draw or _nothing, space=space, keep=keep, again=again)
        painted = partial(self.painted, place.grounds, height + space, draw, space)
        return Row(height + space, painted, keep=keep, again=again)

    # drawing, given the height of the top edge

    def painted(
        self,
        grounds: Sequence[tuple[float, float, Paint]],
        height: float,
        draw: Callable[[float], None] | None,
        above: float,
        top: float,
    ) -> None:
        low = top - height - _SEAM
        for left, right, paint in grounds:
            if paint.fill is not None:
                self.sheet.rectangle((left, low), (right, top), fill=paint.fill)
            if paint.bar is not None:
                self.sheet.rectangle((left, low), (left + 2.5, top), fill=paint.bar)
        if draw is not None:
            draw(top - above)

    def line(self, line: Line, look: Setting, place: _Place, marks: Sequence[tuple[Line, _Place]], top: float) -> None:
        y = _base(top, look.leading, look.style.size)
        for mark, spot in marks:
            with self.read(spot.path):
                draw_line(self.sheet, spot.left, y, mark, width=spot.width)
        with self.read(place.path):
            draw_line(self.sheet, place.left, y, line, width=place.width)

    def cell_line(
        self,
        cells: Sequence[tuple[list[Line], Setting, _Place, bool]],
        number: int,
        leading: float,
        above: float,
        rule: Callable[[float], None] | None,
        top: float,
    ) -> None:
        y = _base(top - above, leading, max(look.style.size for _, look, _, _ in cells))
        for lines, _, place, right in cells:
            with self.read(place.path):
                if number >= len(lines):
                    continue
                line = lines[number]
                x = place.right - line.length if right else place.left
                draw_line(self.sheet, x, y, replace(line, goes_on=line.goes_on and not right), width=place.width)
        if rule is not None:
            rule(top)

    def pictured(self, picture: Picture, alt: str, size: tuple[float, float], place: _Place, top: float) -> None:
        with self.read(place.path), self.sheet.element("Figure", alt=alt):
            self.sheet.picture(picture, corner=(place.left, top - 2 - size[1]), size=size)

    def ruled(self, left: float, right: float, colour: Colour, below: float, top: float) -> None:
        self.sheet.rule(left, top - below, right, top - below, weight=0.5, colour=colour)

    def unread(self, draw: Callable[[float], None], top: float) -> None:
        with self.sheet.ornament():
            draw(top)

    def read(self, path: Path) -> ExitStack:
        """Let what is drawn inside be read as the innermost of these elements."""
        stack = ExitStack()
        for role, key, scope in path:
            stack.enter_context(self.sheet.element(role, key=key, scope=scope or "Column"))
        return stack


def _base(top: float, leading: float, size: float) -> float:
    """Return the base line of a line whose top edge is given: its characters in the middle of their leading."""
    return top - leading + (leading - size) / 2 + 0.12 * size


def _nothing(top: float) -> None:
    """Draw nothing: a row that is room only."""
