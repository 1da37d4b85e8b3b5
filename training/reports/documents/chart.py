"""A chart as a document: what it shows, how it was reckoned, and its bars on as many pages as they take.

Pure: the words come from who draws it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from training.reports.charts import FOOT, ROW, WIDTH, Bar, bars, place
from training.typesetting.archive import archive
from training.typesetting.fonts import Fonts
from training.typesetting.looks import GREY
from training.typesetting.sheet import Sheet, Style

LEADING = 1.6
_LEFT, _TOP, _BOTTOM = 64.0, 766.0, 76.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and what is said of it. ``description`` of its bars is read in their place."""

    title: str
    subject: str
    notes: tuple[str, ...]
    bars: tuple[Bar, ...]
    ticks: tuple[float, ...]
    company: str
    dated: datetime
    language: str = "ja"


def draw_chart(chart: Chart, *, fonts: Fonts) -> bytes:
    """Return the chart as PDF/A-3b and PDF/UA-1. Raises ``NoGlyph`` naming every character that the fonts lack."""
    sheet = Sheet(
        title=f"{chart.title} {chart.subject}",
        author=chart.company,
        subject=chart.subject,
        language=chart.language,
        dated=chart.dated,
        font=fonts.sans,
    )
    measure = sheet.width - 2 * _LEFT
    y = _TOP
    head, under, note = Style(fonts.sans_bold, 16), Style(fonts.sans, 11), Style(fonts.sans, 8.5, GREY)
    for role, text, style in (
        ("H1", chart.title, head),
        ("P", chart.subject, under),
        *(("P", n, note) for n in chart.notes),
    ):
        with sheet.element(role):
            y = sheet.paragraph(
                _LEFT, y, style.lines(text, measure), style, leading=LEADING * style.size, width=measure
            )
        y -= 4
    left = _LEFT + (measure - WIDTH) / 2
    rows: Sequence[Bar] = chart.bars
    while rows:
        fitting = max(1, int((y - _BOTTOM - FOOT) // ROW))
        drawing = bars(rows[:fitting], font=fonts.sans, ticks=chart.ticks)
        said = "、".join(f"{row.name} {row.value}" for row in rows[:fitting])
        place(drawing, sheet, at=(left, y - drawing.height), font=fonts.sans, description=said)
        rows = rows[fitting:]
        if rows:
            sheet.next_page()
            y = _TOP
    return archive(sheet.finish())
