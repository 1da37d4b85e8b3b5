from __future__ import annotations

import pytest

from tests.typesetting.reading import FONTS
from training.certificates.seal import seal, seal_columns
from training.typesetting.glyphs import NoGlyph


@pytest.mark.parametrize(
    ("company", "columns"),
    [
        ("東京海", ["東京", "海印"]),
        ("見本商事", ["見本", "商事"]),
        ("見本商事株式会社", ["見本商", "事株式", "会社印"]),
        ("株式会社 山田", ["株式会", "社山田", "之印"]),
        ("富士・山田", ["富士", "山田"]),
        ("見", ["見"]),
    ],
)
def test_the_characters_fill_a_square_from_the_right(company, columns):
    assert seal_columns(company) == columns


@pytest.mark.parametrize("length", range(1, 41))
def test_no_character_is_lost_and_columns_are_even(length):
    name = "".join(chr(0x4E00 + n) for n in range(length) if chr(0x4E00 + n) != "印")
    columns = seal_columns(name)

    assert "".join(columns).startswith(name)
    assert "".join(columns).removeprefix(name) in ("", "印", "之印")
    assert {len(column) for column in columns[:-1]} <= {len(columns[0])}
    assert 0.5 <= len(columns) / len(columns[0]) <= 2


def test_a_seal_is_engraved_once_and_differs_with_the_name():
    assert seal("見本商事", FONTS.serif_bold, 62.0) is seal("見本商事", FONTS.serif_bold, 62.0)
    assert seal("見本商事", FONTS.serif_bold, 62.0) != seal("見本商会", FONTS.serif_bold, 62.0)


def test_a_character_that_cannot_be_engraved_is_named():
    with pytest.raises(NoGlyph) as refusal:
        seal("株式会社𰻞", FONTS.serif_bold, 62.0)

    assert refusal.value.characters == ("𰻞",)


def test_every_name_character_of_the_font_can_be_engraved():
    for character in "富士インフォックス・ネット株式会社ー〜髙﨑𠮷邉德々ヴAZaz09&":
        assert seal(f"見{character}", FONTS.serif_bold, 62.0).content
