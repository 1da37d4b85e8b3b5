"""A TrueType font with only the glyphs that a document shows (ISO 32000-1, 9.9; OpenType 1.9).

ReportLab can make one as well, by reading each glyph anew for each document: a
fifth of a certificate's time. Here glyphs, tables and their checksums are
kept, so that a subset is little more than joining them.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from struct import pack, unpack_from
from sys import byteorder
from typing import Any

_COPIED = ("OS/2", "cvt ", "fpgm", "name", "prep")
_LONG_OFFSETS = 50  # where head says how offsets are written
_COUNT_OF_METRICS, _COUNT_OF_GLYPHS = 34, 4
_WORDS, _SCALE, _MORE, _TWO_SCALES, _MATRIX = 0x01, 0x08, 0x20, 0x40, 0x80
_MAGIC = 0xB1B0AFBA


@dataclass(frozen=True, slots=True)
class _Glyph:
    """An outline padded to whole words, and where it names other glyphs as its parts."""

    data: bytes
    parts: tuple[tuple[int, int], ...]


class Subsetter:
    """Makes subsets of one font, which ``face`` (ReportLab's) has parsed."""

    def __init__(self, face: Any) -> None:
        self._face = face
        self._glyphs: dict[int, _Glyph] = {}
        self._copied = {tag: face.get_table(tag) for tag in _COPIED if tag in face.table}
        self._copied["post"] = b"\x00\x03\x00\x00" + face.get_table("post")[4:16] + bytes(16)
        head = face.get_table("head")
        self._copied["head"] = head[:8] + bytes(4) + head[12:_LONG_OFFSETS] + b"\x00\x01" + head[_LONG_OFFSETS + 2 :]
        self._sums = {tag: _checksum(data) for tag, data in self._copied.items()}

    def subset(self, codes: list[int]) -> bytes:
        """Return the font file in which code n, of one byte, shows the n-th of these characters."""
        characters = self._face.charToGlyph
        order, places = [0], {0: 0}

        def place(glyph: int) -> int:
            if glyph not in places:
                places[glyph] = len(order)
                order.append(glyph)
            return places[glyph]

        shown = [place(characters.get(code, 0)) for code in codes]
        outlines, offsets, at = [], [0], 0
        for glyph in order:  # which grows by the parts of what is in it
            outline = self._glyph(glyph)
            data = outline.data
            if outline.parts:
                changed = bytearray(data)
                for where, part in outline.parts:
                    changed[where : where + 2] = pack(">H", place(part))
                data = bytes(changed)
            outlines.append(data)
            at += len(data)
            offsets.append(at)
        metrics = [value for glyph in order for value in self._face.hmetrics[glyph]]
        tables = {
            **self._copied,
            "cmap": pack(f">{11 + len(shown)}H", 0, 1, 1, 0, 0, 12, 6, 10 + 2 * len(shown), 0, 0, len(shown), *shown),
            "glyf": b"".join(outlines),
            "hhea": _with(self._face.get_table("hhea"), _COUNT_OF_METRICS, len(order)),
            "hmtx": pack(f">{len(metrics)}H", *(int(value) & 0xFFFF for value in metrics)),
            "loca": pack(f">{len(offsets)}L", *offsets),
            "maxp": _with(self._face.get_table("maxp"), _COUNT_OF_GLYPHS, len(order)),
        }
        return self._file(tables)

    def _file(self, tables: dict[str, bytes]) -> bytes:
        count = len(tables)
        exponent = count.bit_length() - 1
        span = 16 << exponent
        offset = 12 + 16 * count
        directory = [pack(">LHHHH", 0x00010000, count, span, exponent, 16 * count - span)]
        contents, total = [], 0
        for tag, data in sorted(tables.items()):
            if tag == "head":
                adjusted = len(directory), offset
            total_of_table = self._sums[tag] if tag in self._sums else _checksum(data)
            directory.append(tag.encode("ascii") + pack(">LLL", total_of_table, offset, len(data)))
            padded = data + bytes(-len(data) % 4)
            contents.append(padded)
            offset += len(padded)
            total += total_of_table
        head = b"".join(directory)
        whole = head + b"".join(contents)
        adjustment = pack(">L", (_MAGIC - total - _checksum(head)) & 0xFFFFFFFF)
        at = adjusted[1] + 8
        return whole[:at] + adjustment + whole[at + 4 :]

    def _glyph(self, index: int) -> _Glyph:
        found = self._glyphs.get(index)
        if found is None:
            first, last = self._face.glyphPos[index], self._face.glyphPos[index + 1]
            data = self._face.get_table("glyf")[first:last]
            found = self._glyphs[index] = _Glyph(data + bytes(-len(data) % 4), tuple(_parts(data)))
        return found


def _parts(data: bytes) -> list[tuple[int, int]]:
    """Return where a composite glyph names its parts, and each one's number."""
    if not data or unpack_from(">h", data)[0] >= 0:
        return []
    parts, at, flags = [], 10, _MORE
    while flags & _MORE:
        flags, index = unpack_from(">HH", data, at)
        parts.append((at + 2, index))
        at += 8 if flags & _WORDS else 6
        at += 2 if flags & _SCALE else 4 if flags & _TWO_SCALES else 8 if flags & _MATRIX else 0
    return parts


def _with(table: bytes, at: int, value: int) -> bytes:
    return table[:at] + pack(">H", value) + table[at + 2 :]


def _checksum(data: bytes) -> int:
    """Return the sum of a table's words, the last one filled up with zeros."""
    words = array("I", data + bytes(-len(data) % 4))
    if byteorder == "little":
        words.byteswap()
    return sum(words) & 0xFFFFFFFF
