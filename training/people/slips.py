"""Slips on paper with a staff number and a first code, to be cut apart and handed out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from reportlab.lib.pagesizes import A4

from training.typesetting.archive import archive
from training.typesetting.dates import english_day, japanese_day
from training.typesetting.fonts import Fonts
from training.typesetting.looks import GREY, PALE
from training.typesetting.sheet import Sheet, Style

WIDTH, HEIGHT = A4
A_PAGE = 4
EACH = HEIGHT / A_PAGE
LEFT, RIGHT = 56.0, WIDTH - 56.0
SECOND = LEFT + 190.0  # where the code stands, beside the number
DASH, GAP = 6.0, 4.0


@dataclass(frozen=True, slots=True)
class Slip:
    """What one person is handed."""

    name: str
    number: str
    department: str
    code: str
    until: date


@dataclass(frozen=True, slots=True)
class _Words:
    title: str
    number: str
    code: str
    address: str
    until: str
    how: str
    head: str


_WORDS = {
    "ja": _Words(
        title="個人情報保護研修　アカウントのご案内",
        number="社員番号",
        code="初回コード",
        address="開くページ",
        until="有効期限",
        how=(
            "ページを開き、社員番号と初回コードを入力して、ご自分のパスワードを決めてください。コードは一度だけ使えます。"
            "5回まちがえると使えなくなります。この紙を他の人に見せないでください。"
        ),
        head="切り離して本人に手渡してください",
    ),
    "en": _Words(
        title="Privacy training: your account",
        number="Staff number",
        code="First code",
        address="Page to open",
        until="Good until",
        how=(
            "Open the page, type your staff number and the first code, and choose a password of your own. The code can "
            "be used once. After five wrong tries it is dead. Do not show this slip to anybody."
        ),
        head="Cut apart, and hand to each person",
    ),
}


def draw_slips(
    slips: Sequence[Slip], *, address: str, company: str, dated: datetime, fonts: Fonts, language: str = "ja"
) -> bytes:
    """Return the slips as a PDF on A4, four to a page. Raises ``NoGlyph`` naming what the fonts lack."""
    words = _WORDS.get(language, _WORDS["en"])
    sheet = Sheet(
        title=words.title, author=company, subject=words.head, language=language, dated=dated, font=fonts.sans
    )
    for place, slip in enumerate(slips):
        if place and place % A_PAGE == 0:
            sheet.next_page()
        top = HEIGHT - EACH * (place % A_PAGE)
        _draw(sheet, slip, words, fonts, top=top, address=address, company=company, language=language)
    return archive(sheet.finish())


def _draw(
    sheet: Sheet, slip: Slip, words: _Words, fonts: Fonts, *, top: float, address: str, company: str, language: str
) -> None:
    """One slip, from its upper edge down, and the line to cut along below it."""
    small, label = Style(fonts.sans, 8, GREY), Style(fonts.sans, 8.5, GREY)
    body, large = Style(fonts.sans, 9.5), Style(fonts.sans_bold, 18)
    with sheet.element("H1"):
        sheet.text(LEFT, top - 34, words.title, Style(fonts.sans_bold, 10.5))
    sheet.text(RIGHT, top - 34, company, small, align=1)
    sheet.rule(LEFT, top - 42, RIGHT, top - 42, weight=0.4, colour=PALE)
    until = japanese_day(slip.until) if language == "ja" else english_day(slip.until)
    to = f"{slip.name} 様" if language == "ja" else slip.name
    sheet.text(LEFT, top - 62, _cut(to, Style(fonts.sans_bold, 13), RIGHT - LEFT), Style(fonts.sans_bold, 13))
    sheet.text(LEFT, top - 76, _cut(slip.department, small, RIGHT - LEFT), small)
    for x, name, value in ((LEFT, words.number, slip.number), (SECOND, words.code, slip.code)):
        sheet.text(x, top - 97, name, label)
        room = (SECOND - LEFT - 12) if x == LEFT else (RIGHT - SECOND)
        fitting = large.at(min(large.size, large.size * room / max(large.width(value), 1)))
        sheet.text(x, top - 117, value, fitting)
    y = top - 137
    for name, value in ((words.address, address), (words.until, until)):
        sheet.text(LEFT, y, name, label)
        sheet.text(LEFT + 84, y, value, body)
        y -= 14
    sheet.paragraph(LEFT, y - 3, small.lines(words.how, RIGHT - LEFT), small, leading=12, width=RIGHT - LEFT)
    x = 0.0
    while x < WIDTH:
        sheet.rule(x, top - EACH, min(x + DASH, WIDTH), top - EACH, weight=0.5, colour=PALE)
        x += DASH + GAP


def _cut(text: str, style: Style, room: float) -> str:
    """The text, or as much of it as there is room for."""
    first = style.lines(text, room)
    return first[0] if len(first) == 1 else f"{style.lines(text, room - style.size)[0]}…"
