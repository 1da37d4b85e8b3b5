"""The certificate on paper: one A4 page, drawn from its face and look and nothing else."""

from __future__ import annotations

from training.certificates.drawing_body import Body
from training.certificates.drawing_page import OF_JAPAN
from training.certificates.face import CertificateFace, TooLong
from training.certificates.layout import QR, SEAL
from training.certificates.look import PLAIN, Look
from training.certificates.ornament import BRONZE, border, ground
from training.certificates.qr import QUIET_ZONE, qr_path
from training.certificates.seal import VERMILION, seal
from training.typesetting.engraving import Colour
from training.typesetting.fonts import Fonts
from training.typesetting.picture import picture
from training.typesetting.sheet import INK, Style

WHITE: Colour = (1.0, 1.0, 1.0)
BESIDE_NUMBER = 220.0  # how much narrower a title is with the certificate's number at its height
SIGNED_IN = 290.0  # how much of the strip's width the signature takes


def draw_certificate(face: CertificateFace, *, fonts: Fonts, look: Look = PLAIN) -> bytes:
    """Return the certificate as a PDF of one A4 page: the same bytes for the same face, look, fonts and ReportLab.

    Raises ``NoGlyph`` naming every character that the fonts lack, ``TooLong``
    for what does not fit, and ``ValueError`` for a language without wording.
    """
    return _Page(face, fonts, look).drawn()


class _Page(Body):
    """One certificate being drawn, from the top down."""

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
        if title and OF_JAPAN.search(title):
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

    @property
    def sealed(self) -> bool:
        """Whether there is a seal: a company's own, or one to be drawn of its Japanese name."""
        return bool(self.look.seal or OF_JAPAN.search(self.face.company))

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


__all__ = ["CertificateFace", "TooLong", "draw_certificate"]
