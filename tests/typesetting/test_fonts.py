from __future__ import annotations

import re
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.typesetting import reading
from tests.typesetting.reading import FONTS
from training.typesetting.fonts import FontsMissing, load, to_unicode
from training.typesetting.glyphs import NoGlyph
from training.typesetting.sheet import Sheet, Style

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def sheet(**more):
    return Sheet(title="題", author="会社", subject="件名", language="ja", dated=NOON, font=FONTS.serif, **more)


def one_line(line, *, tracking=0.0, font=None):
    page = sheet()
    page.text(60, 700, line, Style(font or FONTS.serif, 14, tracking=tracking))
    return page.finish()


def test_missing_font_files_are_named(tmp_path):
    (tmp_path / "NotoSerifJP-Regular.ttf").touch()

    with pytest.raises(FontsMissing, match=r"NotoSerifJP-Bold\.ttf, NotoSansJP-Regular\.ttf, NotoSansJP-Bold\.ttf"):
        load(tmp_path)


def test_a_font_is_read_once_in_a_process():
    assert load(Path(FONTS.folder)).serif is FONTS.serif


@pytest.mark.parametrize("name", ["髙橋 花", "山﨑 花", "𠮷田 花", "渡邉 花", "德川 花", "\ufa19谷 花", "𩸽 𠀋 𡚴"])
def test_a_name_copies_out_exactly_in_two_readers(name):
    pdf = one_line(name)

    assert reading.lines(pdf) == [name]
    assert reading.text_by_pypdf(pdf).strip() == name


def test_a_selector_is_gone_from_what_copies_out():
    assert reading.lines(one_line("葛\U000e0100城")) == ["葛城"]


def test_widely_spaced_words_copy_out_in_one_piece():
    assert reading.lines(one_line("修了証", tracking=0.6)) == ["修了証"]


def test_more_characters_than_one_byte_counts_copy_out_exactly():
    page = sheet()
    kanji = [c for c in map(chr, range(0x4E00, 0x5400)) if FONTS.serif.draws(c)][:700]
    rows = ["".join(kanji[start : start + 35]) for start in range(0, 700, 35)]
    for number, row in enumerate(rows):
        page.text(40, 800 - 20 * number, row, Style(FONTS.serif, 12))

    assert reading.lines(page.finish()) == rows


def test_a_map_lists_used_codes_only_in_blocks_of_a_hundred():
    cmap = to_unicode("AAAAAA+Face", [0, *range(0x4E00, 0x4E00 + 31), 32, *range(0x5000, 0x5000 + 100), 0x20BB7])

    assert [int(count) for count in re.findall(r"(\d+) beginbfchar", cmap)] == [100, 33]
    assert cmap.count("endbfchar") == 2
    assert "<85> <D842DFB7>" in cmap
    assert "<00> <" not in cmap.replace("<00> <FF>", "")


def test_places_filled_with_spaces_are_not_in_the_map():
    cmap = to_unicode("AAAAAA+Face", [0, 0x3042, *[32] * 31])

    assert re.findall(r"^<(..)> <(\w+)>$", cmap.replace("<00> <FF>", ""), re.MULTILINE) == [
        ("01", "3042"),
        ("20", "0020"),
    ]


def test_every_font_is_embedded_and_helvetica_is_not_referred_to(tmp_path):
    page = sheet()
    page.text(60, 700, "明朝", Style(FONTS.serif, 12))
    page.text(60, 600, "ゴシック", Style(FONTS.sans, 12))

    assert reading.fonts(page.finish(), tmp_path) == {"NotoSerifJP-Regular": "yes", "NotoSansJP-Regular": "yes"}


def test_a_document_with_lacking_characters_is_refused_naming_all_of_them():
    page = sheet()
    page.text(60, 700, "𰻞麺", Style(FONTS.serif, 12))
    page.text(60, 600, "𰻝", Style(FONTS.serif_bold, 12))

    with pytest.raises(NoGlyph) as refusal:
        page.finish()
    assert refusal.value.characters == ("𰻞", "𰻝")


def test_documents_drawn_at_the_same_time_are_those_drawn_one_after_the_other():
    names = [f"{kanji}田 {kana}太郎" for kanji in "髙﨑𠮷邉德葛" for kana in "あいうえお"]
    alone = [one_line(name) for name in names]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so that threads interrupt each other inside the font's parser
    try:
        with ThreadPoolExecutor(max_workers=8) as threads:
            together = list(threads.map(one_line, names * 2))
    finally:
        sys.setswitchinterval(interval)
    assert together == alone * 2


def test_no_document_moves_the_reading_position_of_a_font_that_others_share(monkeypatch):
    # ReportLab's parser keeps one in the font. With these fonts, which are built of few composite glyphs, a position
    # moved by another thread shows so rarely that only its not being moved can be tested.
    def moved(*_):
        raise AssertionError("the parser was asked to read")

    for name in ("seek", "skip", "seek_table", "read_ushort", "read_short", "read_ulong", "makeSubset"):
        monkeypatch.setattr(FONTS.serif.face, name, moved)

    assert "髙橋" in reading.text(one_line("髙橋"))


def test_a_document_bears_its_own_date_author_subject_and_language():
    info = reading.info(one_line("本文"))

    assert info["Title"] == "題"
    assert info["Author"] == "会社"
    assert info["Subject"] == "件名"
    assert info["CreationDate"] == info["ModDate"] == "2026-11-24T12:00:00Z"
    assert b"/Lang (ja)" in one_line("本文")


def test_a_date_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        Sheet(title="", author="", subject="", language="ja", dated=NOON.replace(tzinfo=None), font=FONTS.serif)
