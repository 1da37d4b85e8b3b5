"""One drawing is an SVG that needs nobody's leave on the page, and vectors and words in a PDF."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Pdf
from reportlab.graphics.shapes import Circle, Drawing

from tests.certificates.verapdf import failures
from tests.typesetting.reading import text
from training.conf import conf
from training.reports.charts import WIDTH, Bar, bars, place, svg
from training.reports.documents.chart import Chart, draw_chart
from training.typesetting.fonts import load
from training.typesetting.glyphs import NoGlyph
from training.typesetting.sheet import Sheet

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ROWS = [
    Bar("髙橋さんと𠮷田さんの事例", 0.25, "25%", marked=True),
    Bar("<b>\"&'", 1.0, "100%"),
    Bar("少人数", None, "5人未満"),
]


def drawn(rows: list[Bar] = ROWS, **changes: object) -> str:
    font = load(conf.fonts).sans
    return svg(bars(rows, font=font, ticks=(0.3,)), key="k", title="正答率 <1>", description="表に同じ")


def chart(rows: list[Bar]) -> bytes:
    told = Chart(
        title="正答率", subject="2026年度", notes=("注",), bars=tuple(rows), ticks=(0.3,), company="試験", dated=NOW
    )
    return draw_chart(told, fonts=load(conf.fonts))


def test_the_svg_has_nothing_that_a_policy_forbids() -> None:
    markup = drawn()

    assert not re.search(r"\sstyle=|<style|<script|\son\w+=|href|url\(|<!DOCTYPE|<\?xml", markup)
    assert not re.search(r"\sid=\"(?!k-)", markup)  # another picture on the page has other ids


def test_the_svg_is_read_by_its_title_and_description_and_scales() -> None:
    root = ElementTree.fromstring(drawn())

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "k-title k-description"
    assert [root[0].text, root[1].text] == ["正答率 <1>", "表に同じ"]
    assert (root.get("width"), root.get("viewBox")) == (None, f"0 0 {WIDTH} 138")


def test_a_bar_is_as_long_as_its_share_and_one_that_is_not_told_has_none() -> None:
    root = ElementTree.fromstring(drawn())
    rects = [rect.attrib for rect in root.iter("{http://www.w3.org/2000/svg}rect")]

    filled = [float(rect["width"]) for rect in rects if rect["fill"] != "none"]
    assert filled == [WIDTH * 0.25, WIDTH]
    assert len(rects) == 5
    assert len({rect["fill"] for rect in rects}) == 3


def test_text_ends_where_the_readers_own_font_says_and_is_of_the_pages_ink() -> None:
    root = ElementTree.fromstring(drawn())
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))

    assert {text.text: text.get("text-anchor") for text in texts}["25%"] == "end"
    assert {text.get("fill") for text in texts} == {"currentColor"}
    assert {text.get("font-family") for text in texts} == {None}
    assert "<b>\"&'" in [text.text for text in texts]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200), st.floats(0, 1))
def test_whatever_a_bar_is_called_the_picture_is_well_formed_and_no_wider(name: str, share: float) -> None:
    font = load(conf.fonts).sans
    drawing = bars([Bar(name, share, "100%")], font=font)

    ElementTree.fromstring(svg(drawing, key="k", title=name, description=name))
    assert font.width(drawing.contents[0].text, drawing.contents[0].fontSize) <= WIDTH


def test_the_pdf_has_the_same_words_embedded_fonts_and_a_figure_for_those_who_do_not_see_it() -> None:
    file = chart(ROWS)

    words = text(file)
    assert "髙橋さんと𠮷田さんの事例" in words
    assert "5人未満" in words
    with Pdf.open(BytesIO(file)) as pdf:
        fonts = [obj for obj in pdf.objects if getattr(obj, "get", None) and obj.get("/Type") == "/Font"]
        assert fonts
        assert all("/FontFile2" in font["/FontDescriptor"] for font in fonts)
        assert not [obj for obj in pdf.objects if getattr(obj, "get", None) and obj.get("/Subtype") == "/Image"]
        figures = [obj for obj in pdf.objects if getattr(obj, "get", None) and obj.get("/S") == "/Figure"]
        assert ["25%" in str(figure["/Alt"]) for figure in figures] == [True]


@pytest.mark.parametrize("profile", ["3B", "UA1"])
def test_the_pdf_is_fit_for_the_archive_and_for_a_screen_reader(profile: str) -> None:
    assert failures(chart(ROWS * 10), profile) == []


def test_a_long_chart_runs_on_and_the_same_chart_gives_the_same_bytes() -> None:
    rows = [Bar(f"設問{n}", n / 50, f"{2 * n}%") for n in range(50)]
    file = chart(rows)

    assert file == chart(rows)
    with Pdf.open(BytesIO(file)) as pdf:
        assert len(pdf.pages) == 4
    assert all(f"設問{n}" in text(file) for n in range(50))


def test_a_chart_of_nothing_is_a_page_with_its_notes() -> None:
    assert "注" in text(chart([]))


def test_a_character_that_no_font_has_is_refused_by_name() -> None:
    with pytest.raises(NoGlyph):
        chart([Bar("\U0001f4a9", 0.5, "50%")])


def test_a_shape_that_the_sheet_cannot_draw_is_refused_and_not_left_out() -> None:
    fonts = load(conf.fonts)
    sheet = Sheet(title="t", author="a", subject="s", language="ja", dated=NOW, font=fonts.sans)
    drawing = Drawing(10, 10)
    drawing.add(Circle(5, 5, 5))

    with pytest.raises(TypeError):
        place(drawing, sheet, at=(0, 0), font=fonts.sans, description="ein Kreis")
