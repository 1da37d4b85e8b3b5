"""The signer's copy of a pledge (誓約書の写し) on paper: A4, on as many pages as the words take."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from itertools import count

from reportlab.lib.pagesizes import A4

from training.attestation.statement import paragraphs
from training.attestation.wording import WORDINGS, Wording
from training.typesetting.engraving import Colour
from training.typesetting.flow import Row, pages
from training.typesetting.fonts import Fonts
from training.typesetting.sheet import INK, Sheet, Style

GREY: Colour = (0.36, 0.37, 0.40)
PALE: Colour = (0.72, 0.73, 0.76)
VERMILION: Colour = (0.78, 0.16, 0.13)
WHITE: Colour = (1.0, 1.0, 1.0)

WIDTH, HEIGHT = A4
LEFT, RIGHT = 74.0, WIDTH - 74.0
MEASURE = RIGHT - LEFT
TOP, FOOT = HEIGHT - 78.0, 78.0
LEADING = 18.5
LABEL = 108.0

# 1. 2． (3) （4） 第5条 ・ –: what an item of a list may begin with.
_ITEM = re.compile(r"(?:[0-9０-９]+[.．]|[(（][0-9０-９一二三四五六七八九十]+[)）]|第[0-9０-９]+条|[・–-])[ 　]?")


@dataclass(frozen=True, kw_only=True)
class SignedModule:
    """A module as studied: its title, version number and digest (hexadecimal)."""

    title: str
    number: int
    digest: str


@dataclass(frozen=True, kw_only=True)
class PledgeCopy:
    """What a copy shows, as recorded at the signature. ``words`` is the exact text; ``method`` is told in words.

    ``signed_at`` and ``annulled_at`` are printed in the time zone that they
    come in; a copy of a signature that was annulled says on every page that it is void. ``paper_on`` is the day on
    which it was signed on paper, where it was; ``signed_at`` is then when that was entered.
    """

    title: str
    words: str
    statement_number: int
    campaign: str
    policy_title: str
    policy_number: int
    policy_enacted_on: date
    policy_digest: str
    modules: tuple[SignedModule, ...]
    name: str
    typed_name: str
    staff_number: str
    department: str
    signed_at: datetime
    method: str
    digest: str
    entry: str
    company: str
    annulled_at: datetime | None = None
    paper_on: date | None = None
    specimen: bool = False
    language: str = "ja"


def draw_pledge(copy: PledgeCopy, *, fonts: Fonts) -> bytes:
    """Return the copy as a PDF: the same bytes for the same copy, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack, and
    ``ValueError`` for a language without wording or a time without a zone.
    """
    return _Copy(copy, fonts).drawn()


class _Copy:
    """One copy being drawn: first its rows, then the pages that they fill."""

    def __init__(self, copy: PledgeCopy, fonts: Fonts) -> None:
        if copy.language not in WORDINGS:
            raise ValueError(f"no wording for a pledge in {copy.language!r}")
        self.copy, self.fonts = copy, fonts
        self.words: Wording = WORDINGS[copy.language]
        self.facts = asdict(copy) | {
            "signed_at": self.words.moment(copy.signed_at),
            "annulled_at": self.words.moment(copy.annulled_at) if copy.annulled_at else "",
            "policy_enacted_on": self.words.day(copy.policy_enacted_on),
            "paper_on": self.words.day(copy.paper_on) if copy.paper_on else "",
        }
        self.sheet = Sheet(
            title=self.said(self.words.document),
            author=copy.company,
            subject=copy.campaign,
            language=copy.language,
            dated=copy.signed_at,
            font=fonts.serif,
        )
        self.tables, self.numbers = 0, count()
        self.body = Style(fonts.serif, 10.5)
        self.head = Style(fonts.serif_bold, 10.5)
        self.small = Style(fonts.serif, 9)
        self.label = Style(fonts.sans, 8, GREY)
        self.code = Style(fonts.sans, 7.5, GREY)

    def said(self, template: str, **more: object) -> str:
        """Return a wording with the copy's facts in place."""
        return template.format_map(self.facts | more)

    def drawn(self) -> bytes:
        rows = [*self.title(), *self.statement(), *self.covered(), *self.signature(), *self.record()]
        filled = pages(rows, first=TOP - FOOT, others=TOP - FOOT)
        for number, page in enumerate(filled, start=1):
            if number > 1:
                self.sheet.next_page()
            for depth, row in page:
                row.draw(TOP - depth)
            if number == 1:
                self.margins(number, len(filled))
            else:
                with self.sheet.ornament():  # read once
                    self.margins(number, len(filled))
        return self.sheet.finish()

    def margins(self, number: int, total: int) -> None:
        """Draw what stands on every page: that this is a copy, whose, and which page of how many."""
        sheet, tag = self.sheet, Style(self.fonts.sans, 8, VERMILION)
        width = tag.width(self.words.copy) + 14
        sheet.rectangle((RIGHT - width, HEIGHT - 56), (RIGHT, HEIGHT - 41), stroke=VERMILION, weight=0.7)
        sheet.text(RIGHT - width / 2, HEIGHT - 51.4, self.words.copy, tag, align=0.5)
        if self.copy.annulled_at:
            void = Style(self.fonts.sans_bold, 8, WHITE)
            left = RIGHT - width - 6 - void.width(self.words.void) - 14
            sheet.rectangle((left, HEIGHT - 56), (RIGHT - width - 6, HEIGHT - 41), fill=VERMILION)
            sheet.text((left + RIGHT - width - 6) / 2, HEIGHT - 51.4, self.words.void, void, align=0.5)
            width = RIGHT - left
        if self.copy.specimen:
            small = Style(self.fonts.sans, 7, VERMILION)
            sheet.text(RIGHT - width - 8, HEIGHT - 51.4, self.words.specimen, small, align=1)
        sheet.text(LEFT, HEIGHT - 51.4, self.copy.campaign, self.label)
        sheet.rule(LEFT, 58, RIGHT, 58, weight=0.4, colour=PALE)
        sheet.text(LEFT, 46, f"{self.words.entry}　{self.copy.entry}", self.code)
        sheet.text(RIGHT, 46, self.said(self.words.page, page=number, pages=total), self.label, align=1)

    # rows

    def title(self) -> Iterator[Row]:
        style = Style(self.fonts.serif_bold, 17, tracking=0.06)
        lines = style.lines(self.copy.title, MEASURE)
        if self.copy.annulled_at:
            yield Row(62, self.stamp_row, keep=True)
        for line in lines:
            yield Row(28, partial(self.centred, line, style, 20, "H1"), keep=True)
        yield Row(22, partial(self.centred, self.said(self.words.statement_number), self.label, 10, "P"), keep=True)

    def statement(self) -> Iterator[Row]:
        """Yield the pledge line by line: each line break as signed, each item hanging from its number."""
        for number, block in enumerate(paragraphs(self.copy.words)):
            item = _ITEM.match(block[0])
            mark = item.group() if item else ""
            headed = bool(item) and len(block) > 1
            style = self.head if headed else self.body
            hang = style.width(mark)
            first = block[0][len(mark) :]
            yield from self.signed_line(first, style, f"{number}.0", mark=mark, hang=hang, space=9, keep=headed)
            for further, line in enumerate(block[1:], start=1):
                yield from self.signed_line(line, self.body, f"{number}.{further}", hang=hang if headed else 0)

    def signed_line(
        self,
        line: str,
        style: Style,
        key: str,
        *,
        mark: str = "",
        hang: float = 0,
        space: float = 0,
        keep: bool = False,
    ) -> Iterator[Row]:
        """Yield one line of the pledge in as many lines as the paper needs, all of them read as one paragraph.

        Neither its first nor its last part stands alone on a page, nor a heading without its text.
        """
        parts = style.lines(line, MEASURE - hang)
        for number, part in enumerate(parts):
            last = number == len(parts) - 1
            draw = partial(self.signed_row, part, style, mark if number == 0 else "", hang, key, stretched=not last)
            together = keep or (len(parts) > 1 and number in (0, len(parts) - 2))
            yield Row(LEADING, draw, space=space if number == 0 else 0, keep=together)

    def covered(self) -> Iterator[Row]:
        """Yield what the signature covers besides the words: the policy's revision and each module's version."""
        copy, words = self.copy, self.words
        yield self.heading(words.covered)
        yield from self.fact(words.policy, self.said(words.policy_version), short(copy.policy_digest))
        for number, module in enumerate(copy.modules):
            version = words.module_version.format(number=module.number)
            yield from self.fact(
                words.modules if number == 0 else "", f"{module.title}　{version}", short(module.digest)
            )

    def signature(self) -> Iterator[Row]:
        yield self.heading(self.words.signature)
        signer = self.words.paper_signer if self.copy.paper_on else self.words.signer
        for label, value in (*signer, *([self.words.annulled] if self.copy.annulled_at else [])):
            yield from self.fact(label, self.said(value))

    def record(self) -> Iterator[Row]:
        copy, words = self.copy, self.words
        yield self.heading(words.record)
        figures = Style(self.fonts.sans, 8)
        yield from self.fact(words.entry, copy.entry, style=figures)
        yield from self.fact(words.digest, grouped(copy.digest), style=figures)
        note = Style(self.fonts.serif, 8.5, GREY)
        lines = note.lines(words.paper_note if copy.paper_on else words.note, MEASURE)
        for number, line in enumerate(lines):
            draw = partial(self.note_row, line, note, stretched=number < len(lines) - 1)
            yield Row(14, draw, space=10 if number == 0 else 0, keep=number < len(lines) - 1)

    def heading(self, text: str) -> Row:
        self.tables += 1
        return Row(24, partial(self.heading_row, text), space=18, keep=True)

    def fact(self, label: str, value: str, code: str = "", *, style: Style | None = None) -> Iterator[Row]:
        """Yield a label, its value and, at the right, a short code."""
        style = style or self.small
        labels = self.label.lines(label, LABEL - 12) if label else [""]
        room = MEASURE - LABEL - (self.code.width(code) + 12 if code else 0)
        values = style.lines(value, room)
        table, row = f"table {self.tables}", f"row {next(self.numbers)}"
        for number in range(max(len(labels), len(values))):
            draw = partial(
                self.fact_row,
                labels[number] if number < len(labels) else "",
                values[number] if number < len(values) else "",
                code if number == 0 else "",
                style,
                table,
                row,
            )
            yield Row(15, draw, keep=number < max(len(labels), len(values)) - 1)

    # drawing of one row, given the height of its top edge

    def centred(self, text: str, style: Style, drop: float, role: str, top: float) -> None:
        with self.sheet.element(role, key=f"{role} {text}" if role == "P" else role):
            self.sheet.text(WIDTH / 2, top - drop, text, style, align=0.5)

    def stamp_row(self, top: float) -> None:
        """Draw the stamp 無効 above everything else, in a double frame."""
        style = Style(self.fonts.serif_bold, 27, VERMILION, tracking=0.3)
        half = style.width(self.words.void) / 2 + 18
        for edge, weight in ((0.0, 2.0), (4.0, 0.6)):
            self.sheet.rectangle(
                (WIDTH / 2 - half + edge, top - 48 + edge),
                (WIDTH / 2 + half - edge, top - edge),
                stroke=VERMILION,
                weight=weight,
            )
        self.centred(self.words.void, style, 34, "P", top)

    def signed_row(
        self, line: str, style: Style, mark: str, hang: float, key: str, top: float, *, stretched: bool
    ) -> None:
        y = top - LEADING + 5
        with self.sheet.element("P", key=key):
            if mark:
                self.sheet.text(LEFT, y, mark, style)
            if stretched:
                self.sheet.line(LEFT + hang, y, line, style, width=MEASURE - hang)
            else:
                self.sheet.text(LEFT + hang, y, line, style)

    def heading_row(self, text: str, top: float) -> None:
        with self.sheet.element("H2"):
            self.sheet.text(LEFT, top - 12, text, Style(self.fonts.serif_bold, 10.5))
        self.sheet.rule(LEFT, top - 18, RIGHT, top - 18, weight=0.5, colour=INK)

    def fact_row(self, label: str, value: str, code: str, style: Style, table: str, row: str, top: float) -> None:
        sheet, y = self.sheet, top - 11
        with sheet.element("Table", key=table), sheet.element("TR", key=row):
            with sheet.element("TH", scope="Row", key=f"{row} label"):
                sheet.text(LEFT, y, label, self.label)
            with sheet.element("TD", key=f"{row} value"):
                sheet.text(LEFT + LABEL, y, value, style)
                sheet.text(RIGHT, y, code, self.code, align=1)

    def note_row(self, line: str, style: Style, top: float, *, stretched: bool) -> None:
        with self.sheet.element("P", key="note"):
            if stretched:
                self.sheet.line(LEFT, top - 10, line, style, width=MEASURE)
            else:
                self.sheet.text(LEFT, top - 10, line, style)


def grouped(digest: str) -> str:
    """Return a digest in groups of four, as people compare them."""
    return " ".join(digest[start : start + 4] for start in range(0, len(digest), 4))


def short(digest: str) -> str:
    """Return the first 64 bits of a digest, enough to tell versions apart on paper."""
    return f"{grouped(digest[:16])} …"
