from __future__ import annotations

import pytest

from tests.typesetting.reading import FONTS
from training.typesetting.glyphs import NoGlyph, drawable, missing, named
from training.typesetting.outlines import contours
from training.typesetting.sheet import Style


@pytest.mark.parametrize("name", ["髙橋", "山﨑", "𠮷田", "渡邉", "德川", "葛󠄀城"])
def test_the_variants_in_japanese_names_have_glyphs(name):
    assert missing(name, FONTS.serif) == []
    assert missing(name, FONTS.serif_bold) == []
    assert missing(name, FONTS.sans) == []


def test_each_lacking_character_is_named_once_and_in_order():
    assert missing("𰻞田𰻝本𰻞", FONTS.serif) == ["𰻞", "𰻝"]


def test_a_refusal_holds_its_characters_and_names_each_with_its_code_point():
    refusal = NoGlyph(["𰻞", "\u200d"])

    assert refusal.characters == ("𰻞", "\u200d")
    assert "「𰻞」(U+30EDE)、(U+200D)" in str(refusal)


def test_what_cannot_be_seen_alone_is_named_by_its_number_only():
    assert named("\n\u0301") == "(U+000A)、(U+0301)"


@pytest.mark.parametrize("selector", ["\ufe00", "\ufe0f", "\U000e0100", "\U000e01ef"])
def test_a_variation_selector_is_left_out_of_the_drawing(selector):
    assert drawable(f"葛{selector}城") == "葛城"


@pytest.mark.parametrize("beside", ["\ufdff", "\ufe10", "\U000e00ff", "\U000e01f0"])
def test_a_neighbour_of_the_selectors_is_not_taken_for_one(beside):
    assert drawable(f"葛{beside}") == f"葛{beside}"


def test_kana_that_macos_has_taken_apart_are_put_together():
    assert drawable("か\u3099く\u3099は\u309aん") == "がぐぱん"


@pytest.mark.parametrize("compatibility", ["\ufa19", "\ufa1a", "\ufa10", "\ufa11"])
def test_a_compatibility_ideograph_keeps_its_form(compatibility):
    assert drawable(f"{compatibility}か\u3099") == f"{compatibility}が"


def test_a_mark_with_no_composed_form_is_lacking_even_where_the_font_has_the_mark():
    assert FONTS.serif.draws("\u309a")
    assert missing("か\u309a", FONTS.serif) == ["\u309a"]


@pytest.mark.parametrize("character", ["\n", "\t", "\x00"])
def test_a_control_character_is_lacking_and_not_drawn_as_a_box(character):
    assert missing(f"山{character}田", FONTS.serif) == [character]


def test_the_text_without_anything_to_change_is_returned_as_it_is():
    assert drawable("プライバシーポリシー 第1版(2022年7月29日制定)") == "プライバシーポリシー 第1版(2022年7月29日制定)"


def test_a_selector_takes_no_room():
    style = Style(FONTS.serif, 10, tracking=0.1)

    assert style.width("葛\U000e0100城") == style.width("葛城") == pytest.approx(21)


def test_an_outline_of_a_character_without_glyph_is_refused_by_name():
    with pytest.raises(NoGlyph) as refusal:
        contours("𰻞", FONTS.serif)

    assert refusal.value.characters == ("𰻞",)
