"""File names made of people's numbers and names, that every system can store and that sort by number.

Pure. Kanji, their variants and characters beyond the BMP stay as they are;
what some file system takes for a path, a device or a command does not.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST = 180  # bytes of UTF-8; file systems take 255, and endings follow
_RESERVED = re.compile(r'[/\\:*?"<>|~$%`&;]')
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def safe(text: str) -> str:
    """Return the text as part of a file name: no separators, no unseen characters, no dots or blanks at its ends."""
    plain = "".join("_" if unicodedata.category(c) in _UNSEEN else c for c in text)
    plain = re.sub(r"\s+", " ", _RESERVED.sub("_", plain)).strip(" .")
    return plain or "_"


def person_stem(number: str, name: str) -> str:
    """Return ``number_name``, cut where it would be too long."""
    stem = f"{safe(number)}_{safe(name)}"
    return stem.encode()[:LONGEST].decode(errors="ignore").rstrip(" .")


class Stems:
    """Gives each stem once; one that is taken gets ``_2``, ``_3``, … File systems may fold case and form."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, stem: str) -> str:
        """Return the stem, or the first of its successors that is free."""
        number, found = 1, stem
        while (key := unicodedata.normalize("NFC", found).casefold()) in self._taken:
            number += 1
            found = f"{stem}_{number}"
        self._taken.add(key)
        return found
