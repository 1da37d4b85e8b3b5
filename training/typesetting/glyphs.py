"""What a font can draw, and what it cannot, by name.

ReportLab draws an empty box for a character without a glyph and says nothing,
so every text is asked about before it is drawn.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol
from unicodedata import combining, normalize

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class NoGlyph(ValueError):
    """The font lacks ``characters``; the message names each with its code point."""

    def __init__(self, characters: Iterable[str]) -> None:
        self.characters = tuple(characters)
        super().__init__(f"no glyph for {named(self.characters)}")


class HasGlyphs(Protocol):
    """A font, as far as this file needs to know one."""

    def draws(self, character: str) -> bool:
        """Whether the font has a glyph of its own for this one character."""
        ...


def drawable(text: str) -> str:
    """Return the text as it is put on paper; the caller keeps the original.

    Variation selectors (Unicode 23.4; those of the IVD too) go: the fonts are
    drawn without the substitution tables that would heed them, so the base
    character's own form appears. A base followed by combining marks, as macOS
    writes が, is composed (NFC), which looks the same. Nothing else is
    normalised: NFC of a whole text would turn 神 (U+FA19) into 神 (U+795E).
    """
    bare = _SELECTORS.sub("", text)
    if not any(map(combining, bare)):
        return bare
    clusters: list[str] = []
    for character in bare:
        if combining(character) and clusters:
            clusters[-1] += character
        else:
            clusters.append(character)
    return "".join(_composed(cluster) for cluster in clusters)


def _composed(cluster: str) -> str:
    base = cluster[0]
    return normalize("NFC", cluster) if normalize("NFC", base) == base else cluster


def missing(text: str, font: HasGlyphs) -> list[str]:
    """Return the characters of the text that the font cannot draw, each once, in order of appearance.

    A combining mark that found no composed form counts: nothing here places
    marks over letters. So do line breaks: who draws more than one line splits
    the text first.
    """
    return list(dict.fromkeys(c for c in drawable(text) if combining(c) or not font.draws(c)))


def named(characters: Iterable[str]) -> str:
    """Return the characters with their code points, as 「𰻞」(U+30EDE)、(U+000A).

    What cannot be seen by itself goes by its number alone.
    """
    return "、".join(
        f"「{c}」(U+{ord(c):04X})" if c.isprintable() and not combining(c) else f"(U+{ord(c):04X})" for c in characters
    )
