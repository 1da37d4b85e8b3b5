from __future__ import annotations

from itertools import pairwise
from struct import unpack, unpack_from

import pytest

from tests.typesetting.reading import FONTS
from training.typesetting.subset import Subsetter

TEXT = "修了証 髙橋𠮷乃が「Ágåé」・ﾊﾟ%ABCabc0123"
CODES = [0, *([32] * 32), *sorted({ord(character) for character in TEXT} - {32})]


def tables(font: bytes) -> dict[str, bytes]:
    found = {}
    for number in range(unpack_from(">H", font, 4)[0]):
        tag, _, offset, length = unpack_from(">4sLLL", font, 12 + 16 * number)
        found[tag.decode()] = font[offset : offset + length]
    return found


def glyphs(font: dict[str, bytes]) -> list[bytes]:
    long = unpack_from(">h", font["head"], 50)[0]
    places = unpack(f">{len(font['loca']) // (4 if long else 2)}{'L' if long else 'H'}", font["loca"])
    places = places if long else tuple(2 * place for place in places)
    return [font["glyf"][first:last].rstrip(b"\0") for first, last in pairwise(places)]


def words(data: bytes) -> int:
    padded = data + bytes(-len(data) % 4)
    return sum(unpack(f">{len(padded) // 4}L", padded)) & 0xFFFFFFFF


@pytest.fixture(scope="module", params=["serif", "serif_bold", "sans"])
def font(request):
    return getattr(FONTS, request.param)


def test_a_subset_has_the_outlines_that_reportlab_would_put_into_it(font):
    ours, theirs = tables(Subsetter(font.face).subset(CODES)), tables(font.face.makeSubset(CODES))

    assert glyphs(ours) == glyphs(theirs)
    assert ours.keys() == theirs.keys()
    same = ours.keys() - {"head", "hhea", "hmtx", "loca", "glyf"}
    assert {tag: ours[tag] for tag in same} == {tag: theirs[tag] for tag in same}


def test_each_glyph_keeps_its_width(font):
    ours = tables(Subsetter(font.face).subset(CODES))
    count = unpack_from(">H", ours["maxp"], 4)[0]
    widths = unpack(f">{2 * count}H", ours["hmtx"])[::2]
    shown = unpack_from(f">{len(CODES)}H", ours["cmap"], 22)

    scale = 1000 / font.face.unitsPerEm
    assert [round(widths[glyph] * scale) for glyph in shown[33:]] == [
        round(font.face.getCharWidth(c)) for c in CODES[33:]
    ]


def test_the_checksums_of_a_subset_are_right(font):
    file = Subsetter(font.face).subset(CODES)

    assert words(file) == 0xB1B0AFBA
    for number in range(unpack_from(">H", file, 4)[0]):
        tag, total, offset, length = unpack_from(">4sLLL", file, 12 + 16 * number)
        data = file[offset : offset + length]
        assert total == words(data[:8] + bytes(4) + data[12:] if tag == b"head" else data), tag


def test_the_same_characters_give_the_same_bytes_whatever_was_made_before(font):
    fresh, used = Subsetter(font.face), Subsetter(font.face)
    for _ in range(3):
        used.subset([0, *range(32, 127)])

    assert used.subset(CODES) == fresh.subset(CODES)


def test_a_glyph_made_of_others_brings_its_parts():
    face = FONTS.sans.face
    starts = pairwise(face.glyphPos)
    table = face.get_table("glyf")
    composite = {n for n, (a, b) in enumerate(starts) if b > a and unpack_from(">h", table, a)[0] < 0}
    codes = [code for code, glyph in face.charToGlyph.items() if glyph in composite][:40]
    chosen = [0, *codes]

    ours, theirs = tables(Subsetter(face).subset(chosen)), tables(face.makeSubset(chosen))
    assert len(glyphs(ours)) >= len(chosen)
    assert glyphs(ours) == glyphs(theirs)
