"""A document set over pages: whole, readable, with head and foot, and read aloud in its order."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from itertools import combinations

import pytest
from pypdf import PdfReader

from tests.typesetting import reading
from tests.typesetting.reading import FONTS
from training.typesetting.blocks import (
    Column,
    Frame,
    Ground,
    Heading,
    Item,
    Items,
    Look,
    Paragraph,
    Run,
    Table,
    facts,
    flattened,
    plain,
)
from training.typesetting.document import FOOT, HEIGHT, LEFT, RIGHT, TOP, Margins, set_document
from training.typesetting.glyphs import NoGlyph
from training.typesetting.sheet import Sheet

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PARAGRAPH = "個人情報は、定めた目的の範囲で取り扱い、漏えいの防止に努めます。「知らせてから確かめる」順番です。" * 3
MARGINS = Margins(left="題名", right="種類", foot=("指紋 0123", "公開の日"))


def drawn(*blocks, margins=MARGINS):
    sheet = Sheet(title="題", author="会社", subject="件", language="ja", dated=NOON, font=FONTS.serif)
    return set_document(blocks, sheet=sheet, fonts=FONTS, margins=margins)


def pages(pdf):
    """Return the lines of each page without what stands on every page above and below."""
    margins = re.compile(r"題名( 種類)?|種類|指紋 0123( \d+ / \d+)?|公開の日|\d+ / \d+")
    return [
        [line.strip() for line in page.splitlines() if line.strip() and not margins.fullmatch(line.strip())]
        for page in reading.raw(pdf).rstrip("\f").split("\f")
    ]


def closed_up(lines):
    return re.sub(r"\s", "", "".join(lines))


def roles(pdf):
    """Return the roles of all elements of the structure, in reading order, each with how deep it lies."""
    found = []

    def walk(element, depth):
        element = element.get_object()
        if not hasattr(element, "get") or "/S" not in element:
            return
        found.append((depth, element["/S"]))
        kids = element.get("/K", [])
        for kid in kids if isinstance(kids, list) else [kids]:
            walk(kid, depth + 1)

    for kid in PdfReader(BytesIO(pdf)).trailer["/Root"]["/StructTreeRoot"]["/K"]:
        walk(kid, 0)
    return found


def table(rows, **more):
    columns = (Column(plain("部署"), 2), Column(plain("人数"), 1, right=True))
    return Table(columns, tuple((plain(f"第{n}部"), plain(f"{n}人")) for n in range(rows)), **more)


def everything():
    return [
        Heading(plain("題"), 1),
        Paragraph((Run("普通の語と"), Run("強い語", strong=True), Run("と強調", stressed=True))),
        Heading(plain("節"), 2),
        Frame((Paragraph(plain(PARAGRAPH)), Paragraph(plain("出典"), look=Look.NOTE)), Ground.QUOTE),
        Frame((Heading(plain("場面"), 3), Frame((Paragraph(plain(PARAGRAPH)),), Ground.BAD)), Ground.CASE),
        Items((Item(plain("1."), (Paragraph(plain(PARAGRAPH)), table(2))), Item(plain("2."), (table(2),)))),
        facts(("版", "第1版"), ("指紋", "0123 " * 40)),
        table(60),
    ]


def test_nothing_is_lost_over_many_pages():
    blocks = [Paragraph(plain(f"{n}番。{PARAGRAPH}")) for n in range(40)]
    found = pages(drawn(*blocks))

    assert len(found) >= 5
    assert closed_up(line for page in found for line in page) == closed_up(f"{n}番。{PARAGRAPH}" for n in range(40))


def test_every_page_says_what_it_is_of_and_which_of_how_many():
    found = reading.raw(drawn(*[Paragraph(plain(PARAGRAPH))] * 30)).rstrip("\f").split("\f")

    assert len(found) >= 3
    for number, page in enumerate(found, start=1):
        for text in ("題名", "種類", "指紋 0123", "公開の日", f"{number} / {len(found)}"):
            assert text in page


def test_a_long_title_is_cut_short_at_the_head_and_runs_into_nothing():
    pdf = drawn(Paragraph(plain("本文")), margins=Margins(left="長い題名" * 30, right="種類"))
    head = [word for word in reading.words(pdf)[0] if word.top < 60]

    assert "…" in head[0].text
    assert head[-1].text == "種類"
    assert head[0].right < head[-1].left


def test_a_table_has_its_head_on_each_page_and_it_is_read_once():
    pdf = drawn(table(90))
    found = pages(pdf)

    assert len(found) >= 3
    assert all(page[0].split() == ["部署", "人数"] for page in found)
    assert [role for _, role in roles(pdf)].count("/TH") == 2
    assert [role for _, role in roles(pdf)].count("/TR") == 91


def test_each_row_of_a_table_has_as_many_cells_as_the_others():
    rows = ((plain("一"), ()), ((), plain("二")), (plain("三"),))
    found = [role for _, role in roles(drawn(Table((Column(plain("甲"), 1), Column((), 1)), rows)))]

    assert found.count("/TD") == 6
    assert found.count("/TH") == 2


@pytest.mark.parametrize("filling", range(14))
def test_no_heading_is_left_behind_and_no_line_of_a_paragraph_is_alone(filling):
    filler = [Paragraph(plain("一行。"), look=Look.SMALL)] * (20 + filling)
    found = pages(drawn(*filler, Heading(plain("見出し"), 2), Paragraph(plain(PARAGRAPH)), Paragraph(plain(PARAGRAPH))))

    for page in found:
        assert page[-1] != "見出し"
        lines = [line for line in page if len(line) > 4 and closed_up([line]) in closed_up([PARAGRAPH])]
        assert len(lines) != 1


@pytest.mark.parametrize("filling", range(10))
def test_a_small_table_stays_whole(filling):
    found = pages(drawn(*[Paragraph(plain("一行。"))] * (22 + filling), table(6)))

    assert sorted(sum(line.startswith("第") for line in page) for page in found)[-1] == 6


def test_an_item_hangs_from_its_mark_and_a_wide_mark_stands_above_it():
    pdf = drawn(
        Items(
            (
                Item(plain("・"), (Paragraph(plain(PARAGRAPH)),)),
                Item(plain("長い見出し語"), (Paragraph(plain("意味。")),)),
            )
        )
    )
    words = reading.words(pdf)[0]
    mark = next(word for word in words if word.text.startswith("・"))
    lefts = [round(word.left) for word in words if len(word.text) > 30 and not word.text.startswith("・")]
    term, meaning = (next(word for word in words if word.text == text) for text in ("長い見出し語", "意味。"))

    assert len(set(lefts)) == 1
    assert lefts[0] > mark.left + 8
    assert meaning.top > term.top + 10


def test_the_marks_of_a_list_that_begins_with_a_list_stand_on_one_line():
    inner = Items(
        (Item(plain("だれに"), (Paragraph(plain("上司")),)), Item(plain("いつ"), (Paragraph(plain("すぐ")),))), hang=4
    )

    assert reading.lines(drawn(Items((Item(plain("1."), (inner,)),))))[1].split() == ["1.", "だれに", "上司"]


def test_an_item_that_begins_with_a_table_keeps_its_mark():
    assert "7." in closed_up(pages(drawn(Items((Item(plain("7."), (table(1),)),))))[0])


def test_the_structure_follows_the_blocks():
    found = [role for _, role in roles(drawn(*everything()[:4]))]

    assert found == ["/Document", "/H1", "/P", "/H2", "/BlockQuote", "/P", "/P"]


def test_a_paragraph_that_goes_on_to_the_next_page_is_one_paragraph():
    long = drawn(Paragraph(plain(PARAGRAPH * 40)))

    assert len(pages(long)) > 2
    assert [role for _, role in roles(long)] == ["/Document", "/P"]


def test_text_stays_between_the_margins_and_runs_into_no_other():
    for page in reading.words(drawn(*everything(), *everything())):
        for word in page:
            assert LEFT - 1 <= word.left < word.right <= RIGHT + 6, word
            assert 30 <= word.top < word.bottom <= HEIGHT - 20, word
        for one, other in combinations(page, 2):
            across = min(one.right, other.right) - max(one.left, other.left)
            down = min(one.bottom, other.bottom) - max(one.top, other.top)
            assert across <= 1 or down <= 0.45 * min(one.bottom - one.top, other.bottom - other.top), (one, other)


def test_a_digest_longer_than_its_cell_is_broken_and_stays_whole():
    assert closed_up(["a1" * 200]) in closed_up(pages(drawn(facts(("指紋", "a1" * 200))))[0])


def test_a_paragraph_longer_than_a_page_within_frames_is_set_over_pages():
    inner = Frame((Paragraph(plain(PARAGRAPH * 30)),), Ground.GOOD)
    found = pages(drawn(Frame((inner,), Ground.CASE)))

    assert len(found) >= 2
    assert closed_up(line for page in found for line in page) == closed_up([PARAGRAPH * 30])


def test_characters_without_a_glyph_are_refused_by_name():
    with pytest.raises(NoGlyph) as refusal:
        drawn(Paragraph(plain("😀")), table(1), Paragraph(plain("\U00030ede")))
    assert refusal.value.characters == ("😀", "\U00030ede")


def test_a_document_of_nothing_is_one_page():
    assert pages(drawn()) == [[]]
    assert pages(drawn(Paragraph(()), Items(()), Frame((), Ground.CASE))) == [[]]


def test_the_same_blocks_give_the_same_bytes():
    assert drawn(*everything()) == drawn(*everything())
    assert drawn(*everything()) != drawn(*everything()[:-1])


def test_all_fonts_are_embedded(tmp_path):
    assert set(reading.fonts(drawn(*everything()), tmp_path).values()) == {"yes"}


def test_blocks_in_a_cell_become_lines_with_every_word():
    words = "".join(run.text for run in flattened(everything()))

    for text in ("題", "強い語", PARAGRAPH, "出典", "1.", "第59部", "59人", "指紋"):
        assert text in words


def test_the_page_has_room_between_head_and_foot():
    assert TOP - FOOT > 600
