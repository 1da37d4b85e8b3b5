"""The certificate on paper: one A4 page, drawn from its face and nothing else."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta, timezone

from reportlab.lib.pagesizes import A4

from training.certificates.ornament import BRONZE, border, ground
from training.certificates.qr import QUIET_ZONE, qr_path
from training.certificates.seal import VERMILION, seal
from training.certificates.wording import WORDINGS, Wording
from training.typesetting.engraving import Colour
from training.typesetting.fonts import Fonts
from training.typesetting.sheet import INK, Sheet, Style

JAPAN = timezone(timedelta(hours=9), "JST")

GREY: Colour = (0.34, 0.35, 0.38)
WHITE: Colour = (1.0, 1.0, 1.0)

WIDTH, HEIGHT = A4
LEFT, RIGHT, MIDDLE = 88.0, WIDTH - 88.0, WIDTH / 2
MEASURE = RIGHT - LEFT

# Base lines of what stands still; the sentence, the modules and the details share what is between.
SERIAL, TITLE, SUBTITLE, BELONGS, HOLDER = 752.0, 688.0, 663.0, 620.0, 577.0
BODY_TOP, BODY_FOOT = 540.0, 256.0
CAPTION, DETAIL, NARROWEST = 26.0, 16.0, 9.0
BETWEEN = 0.42  # between two modules, in ems
ISSUED, CHECK_TOP = 222.0, 158.0
SEAL, QR = 62.0, 76.0


@dataclass(frozen=True, kw_only=True)
class CertificateFace:
    """What is printed on a certificate, as it is printed.

    ``record_fingerprint`` and ``key_fingerprint`` are texts: how they are
    shortened and grouped is decided by who makes the face. ``specimen`` marks
    a certificate of the demo.
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
    specimen: bool = False
    language: str = "ja"


class TooLong(ValueError):
    """A text does not fit its place on the page even in the smallest type; the message quotes it."""


def draw_certificate(face: CertificateFace, *, fonts: Fonts) -> bytes:
    """Return the certificate as a PDF of one A4 page: the same bytes for the same face, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack, ``TooLong``
    for what does not fit, and ``ValueError`` for a language without wording.
    """
    return _Page(face, fonts).drawn()


@dataclass(frozen=True)
class _Block:
    """Lines of the body that belong together, set in one style."""

    lines: list[str]
    style: Style
    leading: float

    @property
    def height(self) -> float:
        return len(self.lines) * self.leading


def _height(column: list[_Block]) -> float:
    return sum(item.height + item.style.size * BETWEEN for item in column)


def _line_count(columns: list[list[_Block]]) -> int:
    return sum(len(item.lines) for column in columns for item in column)


class _Page:
    """One certificate being drawn, from the top down."""

    def __init__(self, face: CertificateFace, fonts: Fonts) -> None:
        if face.language not in WORDINGS:
            raise ValueError(f"no wording for a certificate in {face.language!r}")
        self.face, self.fonts = face, fonts
        self.words: Wording = WORDINGS[face.language]
        self.facts = {
            name: self.words.day(value) if isinstance(value, date) else value for name, value in asdict(face).items()
        }
        self.sheet = Sheet(
            title=self.said(self.words.document),
            author=face.company,
            subject=face.campaign,
            language=face.language,
            dated=datetime(face.issued_on.year, face.issued_on.month, face.issued_on.day, tzinfo=JAPAN),
            font=fonts.serif,
        )

    def said(self, template: str) -> str:
        """Return a wording with the face's facts in place."""
        return template.format_map(self.facts)

    def serif(self, size: float, colour: Colour = INK, tracking: float = 0.0) -> Style:
        return Style(self.fonts.serif, size, colour, tracking)

    def bold(self, size: float, colour: Colour = INK, tracking: float = 0.0) -> Style:
        return Style(self.fonts.serif_bold, size, colour, tracking)

    def sans(self, size: float, colour: Colour = GREY) -> Style:
        return Style(self.fonts.sans, size, colour)

    def drawn(self) -> bytes:
        self.sheet.stamp(ground(168.0), at=(MIDDLE, 420))
        self.sheet.stamp(border(WIDTH, HEIGHT))
        self.heading()
        self.holder()
        self.body()
        self.signature()
        self.check()
        return self.sheet.finish()

    def heading(self) -> None:
        sheet, words = self.sheet, self.words
        if self.face.specimen:
            sheet.rectangle((LEFT, SERIAL - 5), (LEFT + 32, SERIAL + 11), stroke=VERMILION, weight=0.8)
            sheet.text(LEFT + 16, SERIAL - 0.4, words.specimen, self.serif(9.5, VERMILION, 0.07), align=0.5)
            sheet.text(LEFT + 39, SERIAL, words.specimen_note, self.sans(6.5, VERMILION))
        sheet.text(RIGHT, SERIAL, self.said(words.serial), self.serif(9), align=1)
        sheet.text(MIDDLE, TITLE, words.title, self.bold(46, tracking=0.5), align=0.5)
        sheet.text(MIDDLE, SUBTITLE, words.subtitle, self.serif(8.5, BRONZE, 0.32), align=0.5)

    def holder(self) -> None:
        """Draw department, number and name, the name as large as it fits, on two lines where it must, then 殿."""
        sheet = self.sheet
        belongs = "　".join(filter(None, (self.face.department, self.said(self.words.staff_number))))
        style, lines = self.fitted(belongs, self.serif(10), MEASURE, smallest=8.5, floor=6)
        for number, line in enumerate(reversed(lines)):
            sheet.text(MIDDLE, BELONGS + number * style.size * 1.4, line, style, align=0.5)

        after = self.serif(17)
        reserved = after.width(self.words.honorific) + 16
        name = self.serif(30, tracking=0.07)
        style, lines = self.fitted(self.face.holder, name, MEASURE - 40 - reserved, smallest=17, floor=9)
        width = max(map(style.width, lines))
        left = MIDDLE - (width + reserved) / 2
        leading = style.size * 1.35
        base = HOLDER + (len(lines) - 1) * (leading - 4)
        for number, line in enumerate(lines):
            sheet.text(left + width / 2, base - number * leading, line, style, align=0.5)
        foot = base - (len(lines) - 1) * leading
        sheet.text(left + width + 16, foot, self.words.honorific, after)
        sheet.rule(left - 22, foot - 13, left + width + reserved + 22, foot - 13, weight=0.6, colour=BRONZE)

    def body(self) -> None:
        """Draw sentence, modules and details, the room left over shared between them."""
        details = [(label, self.said(value)) for label, value in self.words.details]
        rows = [self.serif(9.5).lines(value, MEASURE - 96) for _, value in details]
        room = BODY_TOP - BODY_FOOT - sum(len(lines) * DETAIL for lines in rows)
        sentence, columns = self.sentence_and_modules(room)
        room -= sentence.height
        height = CAPTION + max(map(_height, columns))
        gap = min(30.0, (room - height) / 3)

        first = BODY_TOP - sentence.style.size
        self.sheet.paragraph(LEFT, first, sentence.lines, sentence.style, leading=sentence.leading, width=MEASURE)
        top = BODY_TOP - sentence.height - gap
        self.modules(columns, top)
        self.details(details, rows, top - height - gap)

    def sentence_and_modules(self, room: float) -> tuple[_Block, list[list[_Block]]]:
        """Return the sentence and the titles in two columns, both set as large as the room allows."""
        words = "　" + self.said(self.words.sentence)
        for size in (12.0, 11.0, 10.0, 9.0):
            style = self.serif(size)
            sentence = _Block(style.lines(words, MEASURE), style, size * 1.875)
            left = room - sentence.height - CAPTION - 3 * NARROWEST
            for sizes in ((9.5, 9.0, 8.5), (8.0,), (7.5,), (7.0,), (6.5,), (6.0,)):
                choices = [self.module_columns(self.serif(small)) for small in sizes]
                fitting = [columns for columns in choices if max(map(_height, columns)) <= left]
                if fitting:  # of the three easy sizes the one that takes the fewest lines, then the largest
                    return sentence, min(fitting, key=_line_count)
        raise TooLong("、".join((self.face.campaign, *self.face.modules)))

    def module_columns(self, style: Style) -> list[list[_Block]]:
        """Return the titles in two columns, in order and as even as they come."""
        blocks = [_Block(style.lines(t, MEASURE / 2 - 26), style, style.size * 1.45) for t in self.face.modules]
        split = min(range(len(blocks) + 1), key=lambda n: (max(_height(blocks[:n]), _height(blocks[n:])), -n))
        return [blocks[:split], blocks[split:]]

    def modules(self, columns: list[list[_Block]], top: float) -> None:
        sheet, label = self.sheet, self.serif(9.5, BRONZE, 0.07)
        width = label.width(self.words.modules)
        base = top - 10
        sheet.text(MIDDLE, base, self.words.modules, label, align=0.5)
        for start, end in ((LEFT, MIDDLE - width / 2 - 12), (MIDDLE + width / 2 + 12, RIGHT)):
            sheet.rule(start, base + 3.4, end, base + 3.4, weight=0.5, colour=BRONZE)
        number = 0
        for x, column in zip((LEFT, MIDDLE + 6), columns, strict=True):
            y = top - CAPTION - 6
            for item in column:
                number += 1
                sheet.text(x + 12, y, str(number), self.serif(item.style.size, BRONZE), align=1)
                for line in item.lines:
                    sheet.text(x + 20, y, line, item.style)
                    y -= item.leading
                y -= item.style.size * BETWEEN

    def details(self, details: list[tuple[str, str]], rows: list[list[str]], top: float) -> None:
        sheet, y = self.sheet, top - 12
        sheet.rule(LEFT, top + 5, RIGHT, top + 5, weight=0.5, colour=BRONZE)
        for (label, _), lines in zip(details, rows, strict=True):
            sheet.text(LEFT + 4, y, label, self.serif(9.5, BRONZE))
            for line in lines:
                sheet.text(LEFT + 88, y, line, self.serif(9.5))
                y -= DETAIL

    def signature(self) -> None:
        """Draw the day of issue, then company and officer with the seal after their lines."""
        sheet, face = self.sheet, self.face
        if sheet.able(face.company, self.fonts.serif_bold):
            sheet.stamp(seal(face.company, self.fonts.serif_bold, SEAL), at=(RIGHT - SEAL, ISSUED - 38))
        sheet.text(LEFT, ISSUED, self.words.day(face.issued_on), self.serif(12))
        end = RIGHT - SEAL - 8
        style, (company,) = self.fitted(face.company, self.serif(13), end - LEFT - 110, smallest=7)
        sheet.text(end, ISSUED, company, style, align=1)
        name = self.serif(15, tracking=0.07)
        style, (officer,) = self.fitted(face.officer_name, name, end - LEFT - 150, smallest=8)
        sheet.text(end, ISSUED - 27, officer, style, align=1)
        title = end - style.width(officer) - 12
        style, (line,) = self.fitted(face.officer_title, self.serif(10.5), title - LEFT, smallest=6)
        sheet.text(title, ISSUED - 27, line, style, align=1)

    def check(self) -> None:
        """Draw the QR code, and beside it what it leads to and what that proves."""
        sheet, words, face = self.sheet, self.words, self.face
        code, side = qr_path(face.check_url)
        module = QR / side
        corner, foot = LEFT - QUIET_ZONE * module, CHECK_TOP - QR - 8  # the dark modules stand on the margin
        sheet.rule(LEFT, CHECK_TOP, RIGHT, CHECK_TOP, weight=0.5, colour=BRONZE)
        sheet.rectangle((corner, foot), (corner + QR, foot + QR), fill=WHITE)
        sheet.path(code, at=(corner, foot), scale=module, fill=INK)
        x = LEFT + QR + 4
        width = RIGHT - x
        y = CHECK_TOP - 18
        sheet.text(x, y, words.check_title, self.bold(8))
        small = self.sans(6.8)
        y = sheet.paragraph(x, y - 12, small.lines(words.check, width), small, leading=10.5, width=width)
        url = self.sans(7, INK)
        for part in self.check_url_lines(url, width):
            style, (line,) = self.fitted(part, url, width, smallest=4)
            sheet.text(x, y - 2, line, style)
            y -= 10
        tiny = self.sans(6)
        for label, value in ((words.record, face.record_fingerprint), (words.key, face.key_fingerprint)):
            style, lines = self.fitted(f"{label}　{value}", tiny, width, smallest=5.5, floor=5)
            for line in lines:
                sheet.text(x, y - 4, line, style)
                y -= 8.5

    def check_url_lines(self, style: Style, width: float) -> list[str]:
        """Return the address on one line or, too long for that, with its token whole on a second."""
        url = self.face.check_url
        start, slash, token = url.rpartition("/")
        return [url] if style.at(6).width(url) <= width else [start + slash, token]

    def fitted(
        self, text: str, style: Style, width: float, *, smallest: float, floor: float | None = None
    ) -> tuple[Style, list[str]]:
        """Return the text on one line in the largest size down to the smallest that fits it.

        With a floor, a text too long for that goes on two lines, from the
        smallest size down to the floor.
        """
        for most, largest, least in ((1, style.size, smallest), (2, smallest, floor or smallest + 1)):
            for half in range(int(2 * largest), int(2 * least) - 1, -1):
                lines = style.at(half / 2).lines(text, width)
                if len(lines) <= most:
                    return style.at(half / 2), lines
        raise TooLong(text)
