"""The page that a certificate is drawn on: its sheet, words and styles, and texts made to fit."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from training.certificates.face import CertificateFace, TooLong
from training.certificates.layout import LAYOUTS
from training.certificates.look import JAPANESE, Look
from training.certificates.wording import WORDINGS, Wording
from training.typesetting.engraving import Colour
from training.typesetting.fonts import Fonts
from training.typesetting.sheet import INK, Sheet, Style

JAPAN = timezone(timedelta(hours=9), "JST")
GREY: Colour = (0.34, 0.35, 0.38)
OF_JAPAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]")


class Page:
    """One certificate's page, nothing drawn on it yet."""

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
        return "ja" if self.face.language != "ja" and OF_JAPAN.search(text) else ""

    def serif(self, size: float, colour: Colour = INK, tracking: float = 0.0) -> Style:
        return Style(self.fonts.serif, size, colour, tracking)

    def bold(self, size: float, colour: Colour = INK, tracking: float = 0.0) -> Style:
        return Style(self.fonts.serif_bold, size, colour, tracking)

    def sans(self, size: float, colour: Colour = GREY) -> Style:
        return Style(self.fonts.sans, size, colour)

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
