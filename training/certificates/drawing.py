"""The certificate on paper: one A4 page, drawn from its face and look and nothing else."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate, combinations_with_replacement, pairwise

from training.certificates.layout import LAYOUTS, QR, SEAL
from training.certificates.look import JAPANESE, PLAIN, Look
from training.certificates.ornament import BRONZE, border, ground
from training.certificates.qr import QUIET_ZONE, qr_path
from training.certificates.seal import VERMILION, seal
from training.certificates.wording import WORDINGS, Wording, said
from training.typesetting.engraving import Colour
from training.typesetting.fonts import Fonts
from training.typesetting.picture import picture
from training.typesetting.sheet import INK, Sheet, Style

JAPAN = timezone(timedelta(hours=9), "JST")

GREY: Colour = (0.34, 0.35, 0.38)
WHITE: Colour = (1.0, 1.0, 1.0)

CAPTION, NARROWEST = 26.0, 9.0
BETWEEN = 0.42  # between two modules, in ems
# Sizes of the sentence, each with those of the modules beside it, in the order of preference.
EASY = (9.5, 9.0, 8.5)
SIZES = (
    *((size, EASY) for size in (12.0, 11.0, 10.5)),
    *((size, (small,)) for small in (8.0, 7.5) for size in (12.0, 11.0, 10.0)),
    *((size, (small,)) for small in (7.0, 6.5, 6.0) for size in (10.0, 9.0)),
)
BESIDE_NUMBER = 220.0  # how much narrower a title is with the certificate's number at its height
SIGNED_IN = 290.0  # how much of the strip's width the signature takes
_OF_JAPAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]")


@dataclass(frozen=True, kw_only=True)
class CertificateFace:
    """What is printed on a certificate, as it is printed.

    Fingerprints and the checkpoint's root are texts: how they are shortened
    and grouped is decided by who makes the face. The checkpoint is the one
    whose proof the certificate carries, ``checkpoint_size`` its entries;
    ``signing_fingerprint`` is that of the certificate which the PDF is signed
    with. ``specimen`` marks a certificate of the demo.
    """

    serial: str
    holder: str
    staff_number: str
    department: str
    campaign: str
    first_day: date
    last_day: date
    modules: tuple[str, ...]
    policy_title: str
    policy_number: int
    policy_enacted_on: date
    signed_on: date
    issued_on: date
    valid_until: date
    company: str
    officer_title: str
    officer_name: str
    check_url: str
    record_fingerprint: str
    key_fingerprint: str
    checkpoint_size: int
    checkpoint_root: str
    signing_fingerprint: str
    specimen: bool = False
    language: str = "ja"


class TooLong(ValueError):
    """A text does not fit its place on the page even in the smallest type; the message quotes it.

    ``place`` is the field of the face or the look whose place it is; ``body``
    is that of sentence and modules together.
    """

    def __init__(self, text: str, *, place: str) -> None:
        super().__init__(text)
        self.place = place


def draw_certificate(face: CertificateFace, *, fonts: Fonts, look: Look = PLAIN) -> bytes:
    """Return the certificate as a PDF of one A4 page: the same bytes for the same face, look, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack, ``TooLong``
    for what does not fit, and ``ValueError`` for a language without wording.
    """
    return _Page(face, fonts, look).drawn()


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


class _Page:
    """One certificate being drawn, from the top down."""

    def __init__(self, face: CertificateFace, fonts: Fonts, look: Look) -> None:
        if face.language not in WORDINGS:
            raise ValueError(f"no wording for a certificate in {face.language!r}")
        self.face, self.fonts, self.look = face, fonts, look
        self.words: Wording = WORDINGS[face.language]
        self.layout = LAYOUTS[look.orientation]
        self.day = self.words.era_day if look.era == JAPANESE else self.words.day
        self.facts = {name: self.day(value) if isinstance(value, date) else value for name, value in vars(face).items()}
        self.facts["title"] = look.title or self.words.title
        self.facts["entries"] = f"{face.checkpoint_size:,}"
        self.sheet = Sheet(
            title=self.said(self.words.document),
            author=face.company,
            subject=face.campaign,
            language=face.language,
            dated=datetime(face.issued_on.year, face.issued_on.month, face.issued_on.day, tzinfo=JAPAN),
            font=fonts.serif,
            size=(self.layout.width, self.layout.height),
        )

    def said(self, template: str) -> str:
        """Return a wording with the face's facts in place."""
        return template.format_map(self.facts)

    def tongue(self, text: str) -> str:
        """Return the language of a fact where it is not the page's: for who has it read aloud."""
        return "ja" if self.face.language != "ja" and _OF_JAPAN.search(text) else ""

    def serif(self, size: float, colour: Colour = INK, tracking: float = 0.0) -> Style:
        return Style(self.fonts.serif, size, colour, tracking)

    def bold(self, size: float, colour: Colour = INK, tracking: float = 0.0) -> Style:
        return Style(self.fonts.serif_bold, size, colour, tracking)

    def sans(self, size: float, colour: Colour = GREY) -> Style:
        return Style(self.fonts.sans, size, colour)

    def drawn(self) -> bytes:
        layout = self.layout
        self.sheet.stamp(ground(layout.rosette), at=(layout.middle, layout.rosette_middle))
        self.sheet.stamp(border(layout.width, layout.height))
        self.heading()
        self.holder()
        self.body()
        if layout.strip:
            self.sheet.rule(layout.left, layout.check_top, layout.right, layout.check_top, weight=0.5, colour=BRONZE)
            self.signature_in_strip()
        else:
            self.signature()
        self.check()
        return self.sheet.finish()

    def heading(self) -> None:
        sheet, words, layout = self.sheet, self.words, self.layout
        left, y = layout.left, layout.serial
        if self.face.specimen:
            mark = self.serif(9.5, VERMILION, 0.07)
            width = mark.width(words.specimen) + 12.5
            sheet.rectangle((left, y - 5), (left + width, y + 11), stroke=VERMILION, weight=0.8)
            with sheet.element("P"):
                sheet.text(left + width / 2, y - 0.4, words.specimen, mark, align=0.5)
                sheet.text(left + width + 7, y, words.specimen_note, self.sans(6.5, VERMILION))
        sheet.text(layout.right, y, self.said(words.serial), self.serif(9), align=1)
        self.title()
        if not self.look.title:
            with sheet.element("P", language=words.subtitle_language):
                style = self.serif(8.5, BRONZE, 0.32)
                sheet.text(layout.middle, layout.subtitle, words.subtitle, style, align=0.5)

    def title(self) -> None:
        """Draw the title: a short one wide apart, a long one smaller and closer, on two lines where it must."""
        title, words, layout = self.look.title, self.words, self.layout
        size, tracking = words.title_size, words.title_tracking
        width = layout.measure - (BESIDE_NUMBER if layout.strip else 0)
        if title and _OF_JAPAN.search(title):
            tracking = max(0.06, min(0.5, 1.6 / len(title)))
        style = self.bold(size, tracking=tracking)
        style, lines = self.fitted(title or words.title, style, width, smallest=22, floor=15, place="title")
        y = layout.title + (len(lines) - 1) * style.size * 0.55 - (8 if title else 0)  # no line below one's own
        with self.sheet.element("H1"):
            for line in lines:
                self.sheet.text(layout.middle, y, line, style, align=0.5)
                y -= style.size * 1.3

    def holder(self) -> None:
        """Draw department, number and name, the name as large as it fits, on two lines where it must, then 殿."""
        sheet, layout, words = self.sheet, self.layout, self.words
        belongs = "　".join(filter(None, (self.face.department, self.said(words.staff_number))))
        style, lines = self.fitted(belongs, self.serif(10), layout.measure, smallest=8.5, floor=6, place="department")
        with sheet.element("P"):
            for number, line in reversed(list(enumerate(reversed(lines)))):
                sheet.text(layout.middle, layout.belongs + number * style.size * 1.4, line, style, align=0.5)

        after = self.serif(17)
        reserved = after.width(words.honorific) + 16 if words.honorific else 0.0
        name = self.serif(30, tracking=0.07)
        style, lines = self.fitted(
            self.face.holder, name, layout.measure - 40 - reserved, smallest=layout.two_lines, floor=9, place="holder"
        )
        width = max(map(style.width, lines))
        left = layout.middle - (width + reserved) / 2
        leading = style.size * 1.35
        base = layout.holder + (len(lines) - 1) * (leading - 4)
        foot = base - (len(lines) - 1) * leading
        with sheet.element("P", language=self.tongue(self.face.holder)):
            for number, line in enumerate(lines):
                sheet.text(left + width / 2, base - number * leading, line, style, align=0.5)
            sheet.text(left + width + 16, foot, words.honorific, after)
        end = left + width + reserved + 22
        sheet.rule(left - 22, foot - 13, end, foot - 13, weight=0.6, colour=BRONZE)

    def body(self) -> None:
        """Draw sentence, modules and details, the room left over shared between them."""
        layout = self.layout
        details = [(label, self.said(value)) for label, value in self.words.details]
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
        words = self.words.indent + (said(own, self.facts) if own else self.said(self.words.sentence))
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

    @property
    def sealed(self) -> bool:
        """Whether there is a seal: a company's own, or one to be drawn of its Japanese name."""
        return bool(self.look.seal or _OF_JAPAN.search(self.face.company))

    def seal(self, corner: tuple[float, float]) -> None:
        """Draw the seal in its square: the company's own, which is read as a figure, or the drawn one.

        That one is an ornament, engraved as such seals are: a name in Latin script has none.
        """
        sheet, face = self.sheet, self.face
        if self.look.seal:
            own = picture(self.look.seal)
            scale = SEAL / max(own.width, own.height)
            size = own.width * scale, own.height * scale
            left, foot = corner[0] + (SEAL - size[0]) / 2, corner[1] + (SEAL - size[1]) / 2
            with sheet.element("Figure", alt=f"{self.words.seal} {face.company}"):
                sheet.picture(own, corner=(left, foot), size=size)
        elif self.sealed and sheet.able(face.company, self.fonts.serif_bold):
            sheet.stamp(seal(face.company, self.fonts.serif_bold, SEAL), at=corner)

    def signature(self) -> None:
        """Draw the day of issue, then company and officer with the seal after their lines."""
        sheet, face, layout, y = self.sheet, self.face, self.layout, self.layout.issued
        day, dated = self.day(face.issued_on), self.serif(12)
        sheet.text(layout.left, y, day, dated)
        end = layout.right - (SEAL + 8 if self.sealed else 0)
        width = end - layout.left - max(110.0, dated.width(day) + 20)
        style, (company,) = self.fitted(face.company, self.serif(13), width, smallest=7, place="company")
        with sheet.element("P", language=self.tongue(company)):
            sheet.text(end, y, company, style, align=1)
        style, (officer,) = self.fitted(
            face.officer_name, self.serif(15, tracking=0.07), end - layout.left - 150, smallest=8, place="officer_name"
        )
        edge = end - style.width(officer) - 12
        small, (title,) = self.fitted(
            face.officer_title, self.serif(10.5), edge - layout.left, smallest=6, place="officer_title"
        )
        with sheet.element("P", language=self.tongue(officer)):
            sheet.text(edge, y - 27, title, small, align=1)
            sheet.text(end, y - 27, officer, style, align=1)
        self.seal((layout.right - SEAL, y - 38))

    def signature_in_strip(self) -> None:
        """Draw the day of issue, company, title and name one below the other, the seal after them."""
        sheet, face, layout = self.sheet, self.face, self.layout
        end, y = layout.right - (SEAL + 10 if self.sealed else 0), layout.issued
        width = end - layout.right + SIGNED_IN
        lines = (
            (self.day(face.issued_on), self.serif(10), 8.0, "issued_on", 19.0),
            (face.company, self.serif(12.5), 6.5, "company", 16.5),
            (face.officer_title, self.serif(9.5), 6.0, "officer_title", 19.5),
            (face.officer_name, self.serif(15, tracking=0.07), 7.0, "officer_name", 0.0),
        )
        for text, style, smallest, place, down in lines:
            fitted, (line,) = self.fitted(text, style, width, smallest=smallest, place=place)
            with sheet.element("P", language=self.tongue(line)):
                sheet.text(end, y, line, fitted, align=1)
            y -= down
        self.seal((layout.right - SEAL, layout.check_top - SEAL - 14))

    def check(self) -> None:
        """Draw the QR code, and beside it what it leads to and what that proves."""
        sheet, words, face, layout = self.sheet, self.words, self.face, self.layout
        code, side = qr_path(face.check_url)
        module = QR / side
        top = layout.check_top
        corner, foot = layout.left - QUIET_ZONE * module, top - QR - 8  # the dark modules stand on the margin
        if not layout.strip:
            sheet.rule(layout.left, top, layout.right, top, weight=0.5, colour=BRONZE)
        sheet.rectangle((corner, foot), (corner + QR, foot + QR), fill=WHITE)
        with sheet.element("Figure", alt=f"QR {face.check_url}"):
            sheet.path(code, at=(corner, foot), scale=module, fill=INK)
        x = layout.left + QR + 4
        width = layout.right - x - (SIGNED_IN + 16 if layout.strip else 0)
        y = top - 18
        with sheet.element("H2"):
            sheet.text(x, y, words.check_title, self.bold(8))
        small = self.sans(6.8)
        lines = small.lines(words.check, width)
        if words.centred:  # set ragged, as its sentence is not stretched either
            with sheet.element("P"):
                for line in lines:
                    y -= 10.5
                    sheet.text(x, y, line, small)
            y -= 12
        else:
            y = sheet.paragraph(x, y - 12, lines, small, leading=10.5, width=width)
        url = self.sans(7, INK)
        for part in self.check_url_lines(url, width):
            style, (line,) = self.fitted(part, url, width, smallest=4, place="check_url")
            with sheet.element("P", key="url"):
                sheet.text(x, y - 2, line, style)
            y -= 10
        if layout.strip:
            half = layout.measure / 2
            self.marks(((layout.left, foot - 9), (layout.left + half + 6, foot - 9)), half - 6)
        else:
            self.marks(((x, y - 4),), width)

    def marks(self, columns: tuple[tuple[float, float], ...], width: float) -> None:
        """Draw by what a stranger recognises record, ledger and signature, in columns from these first base lines."""
        face, words = self.face, self.words
        rows = (
            (words.record, face.record_fingerprint),
            (words.checkpoint, face.checkpoint_root),
            (words.key, face.key_fingerprint),
            (words.signing, face.signing_fingerprint),
        )
        each = len(rows) // len(columns)
        for number, (label, value) in enumerate(rows):
            x, top = columns[number // each]
            y = top - number % each * 8.5
            beside = words.marks_width
            small, (name,) = self.fitted(self.said(label), self.sans(6), beside - 3, smallest=4, place="marks")
            style, (line,) = self.fitted(value, self.sans(6), width - beside, smallest=4.5, place="marks")
            with self.sheet.element("P"):
                self.sheet.text(x, y, name, small)
                self.sheet.text(x + beside, y, line, style)

    def check_url_lines(self, style: Style, width: float) -> list[str]:
        """Return the address on one line or, too long for that, with its token whole on a second."""
        url = self.face.check_url
        cut = url.rstrip("/").rfind("/") + 1
        return [url] if style.at(6).width(url) <= width else [url[:cut], url[cut:]]

    def fitted(
        self, text: str, style: Style, width: float, *, smallest: float, place: str, floor: float | None = None
    ) -> tuple[Style, list[str]]:
        """Return the text on one line, as large as it fits; with a floor, on two lines where one would be too small."""
        length = style.at(1).width(text)
        # A closing mark may hang over by half: what does not fit at once might with that.
        most = int(2 * (width + style.size) / length) if length else int(2 * style.size)
        largest = min(int(2 * style.size), most)
        for half in range(largest, int(2 * smallest) - 1, -1):
            lines = style.at(half / 2).lines(text, width)
            if len(lines) == 1:
                return style.at(half / 2), lines
        if floor is not None:
            for half in range(int(2 * smallest), int(2 * floor) - 1, -1):
                lines = style.at(half / 2).lines(text, width)
                if len(lines) <= 2:
                    return style.at(half / 2), lines
        raise TooLong(text, place=place)
