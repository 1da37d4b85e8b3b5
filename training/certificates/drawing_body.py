"""The middle of a certificate: the sentence, the modules in columns and the details, as large as the page allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, combinations_with_replacement, pairwise

from training.certificates.drawing_page import Page
from training.certificates.face import TooLong
from training.certificates.ornament import BRONZE
from training.certificates.wording import said
from training.typesetting.sheet import Style

CAPTION, NARROWEST = 26.0, 9.0
BETWEEN = 0.42  # between two modules, in ems
# Sizes of the sentence, each with those of the modules beside it, in the order of preference.
EASY = (9.5, 9.0, 8.5)
SIZES = (
    *((size, EASY) for size in (12.0, 11.0, 10.5)),
    *((size, (small,)) for small in (8.0, 7.5) for size in (12.0, 11.0, 10.0)),
    *((size, (small,)) for small in (7.0, 6.5, 6.0) for size in (10.0, 9.0)),
)


@dataclass(frozen=True)
class _Block:
    """Lines of the body that belong together, set in one style."""

    lines: list[str]
    style: Style
    leading: float

    @property
    def height(self) -> float:
        return len(self.lines) * self.leading


def _height(column: Sequence[_Block]) -> float:
    return sum(item.height + item.style.size * BETWEEN for item in column)


def _line_count(columns: Sequence[Sequence[_Block]]) -> int:
    return sum(len(item.lines) for column in columns for item in column)


def _in_columns(blocks: list[_Block], count: int) -> list[list[_Block]]:
    """Return the blocks in so many columns, in order and as even as they come, the first ones the longer."""
    sums = [0.0, *accumulate(item.height + item.style.size * BETWEEN for item in blocks)]

    def unevenness(ends: tuple[int, ...]) -> tuple[float, ...]:
        heights = (sums[last] - sums[first] for first, last in pairwise((0, *ends, len(blocks))))
        return (round(max(heights), 3), *(-end for end in ends))

    ends = min(combinations_with_replacement(range(len(blocks) + 1), count - 1), key=unevenness)
    return [blocks[first:last] for first, last in pairwise((0, *ends, len(blocks)))]


class Body(Page):
    """A page with its middle."""

    def body(self) -> None:
        """Draw sentence, modules and details, the room left over shared between them."""
        layout = self.layout
        details = [(label, self.said(value)) for label, value in self.words.details]
        if self.face.on_paper:
            details.insert(-1, (self.words.paper_detail, self.words.on_paper[self.face.on_paper]))
        beside = self.words.details_width + 12
        rows = [self.serif(9.5).lines(value, layout.measure - beside) for _, value in details]
        below = rows[:-1] if layout.strip else rows
        room = layout.body_top - layout.body_foot - sum(len(lines) * layout.detail for lines in below)
        sentence, columns = self.sentence_and_modules(room)
        room -= sentence.height
        height = CAPTION + max(map(_height, columns))
        gap = min(30.0, (room - height) / 3)
        self.sentence(sentence, layout.body_top - sentence.style.size)
        top = layout.body_top - sentence.height - gap
        self.modules(columns, top)
        self.details(details, rows, top - height - gap)

    def sentence_and_modules(self, room: float) -> tuple[_Block, list[list[_Block]]]:
        """Return the sentence and the titles in their columns, both set as large as the room allows."""
        own = self.look.sentence
        usual = self.words.paper_sentence if self.face.on_paper else self.words.sentence
        words = self.words.indent + (said(own, self.facts) if own else self.said(usual))
        layout = self.layout
        for size, smaller in SIZES:
            style = self.serif(size)
            sentence = _Block(self.sentence_lines(words, style), style, size * layout.leading)
            left = room - sentence.height - CAPTION - 3 * NARROWEST
            choices = [self.module_columns(self.serif(small)) for small in smaller]
            fitting = [columns for columns in choices if max(map(_height, columns)) <= left]
            if fitting:  # the one that takes the fewest lines, then the largest
                return sentence, min(fitting, key=_line_count)
        raise TooLong("、".join((own or self.face.campaign, *self.face.modules)), place="body")

    def sentence_lines(self, words: str, style: Style) -> list[str]:
        """Return the sentence in lines, centred ones about equally long."""
        width = self.layout.measure
        lines = style.lines(words, width)
        while self.words.centred and len(lines) > 1 and len(closer := style.lines(words, width - 12)) == len(lines):
            lines, width = closer, width - 12
        return lines

    def module_columns(self, style: Style) -> list[list[_Block]]:
        """Return the titles in columns, in order and as even as they come."""
        width = self.layout.measure / self.layout.columns - 26
        blocks = [_Block(style.lines(title, width), style, style.size * 1.45) for title in self.face.modules]
        return _in_columns(blocks, self.layout.columns)

    def sentence(self, block: _Block, y: float) -> None:
        sheet, layout = self.sheet, self.layout
        if not self.words.centred:
            sheet.paragraph(layout.left, y, block.lines, block.style, leading=block.leading, width=layout.measure)
            return
        with sheet.element("P"):
            for line in block.lines:
                sheet.text(layout.middle, y, line, block.style, align=0.5)
                y -= block.leading

    def modules(self, columns: list[list[_Block]], top: float) -> None:
        sheet, layout, label = self.sheet, self.layout, self.serif(9.5, BRONZE, 0.07)
        width = label.width(self.words.modules)
        base = top - 10
        with sheet.element("H2"):
            sheet.text(layout.middle, base, self.words.modules, label, align=0.5)
        ends = ((layout.left, layout.middle - width / 2 - 12), (layout.middle + width / 2 + 12, layout.right))
        for start, end in ends:
            sheet.rule(start, base + 3.4, end, base + 3.4, weight=0.5, colour=BRONZE)
        number = 0
        for place, column in enumerate(columns):
            x = layout.left + place * (layout.measure / layout.columns + 6 / (layout.columns - 1))
            y = top - CAPTION - 6
            for item in column:
                number += 1
                tongue = self.tongue("".join(item.lines))
                with sheet.element("L", key="modules"), sheet.element("LI"):
                    with sheet.element("Lbl"):
                        sheet.text(x + 12, y, str(number), self.serif(item.style.size, BRONZE), align=1)
                    with sheet.element("LBody", language=tongue):
                        for line in item.lines:
                            sheet.text(x + 20, y, line, item.style)
                            y -= item.leading
                y -= item.style.size * BETWEEN

    def details(self, details: list[tuple[str, str]], rows: list[list[str]], top: float) -> None:
        sheet, layout, x, y = self.sheet, self.layout, self.layout.left + 4, top - 12
        sheet.rule(layout.left, top + 5, layout.right, top + 5, weight=0.5, colour=BRONZE)
        for number, ((label, _), lines) in enumerate(zip(details, rows, strict=True), start=1):
            if layout.strip and number == len(rows):
                x, y = layout.right - self.words.details_width - 96, top - 12
            with sheet.element("Table", key="details"), sheet.element("TR"):
                with sheet.element("TH", scope="Row"):
                    sheet.text(x, y, label, self.serif(9.5, BRONZE))
                with sheet.element("TD"):
                    for line in lines:
                        sheet.text(x + self.words.details_width, y, line, self.serif(9.5))
                        y -= layout.detail
