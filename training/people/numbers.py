"""A staff number in the one form in which it is kept and compared (ADR 11). Pure."""

from __future__ import annotations

import re
import unicodedata

# Hyphen, figure, en and em dash, horizontal bar, minus: which of them a keyboard or a conversion gives is chance.
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"))
# The long vowel sign, typed for a dash with a Japanese keyboard; in パート1 it is what it is.
_LONG_VOWEL = re.compile(r"(?<=[A-Za-z0-9])\u30fc(?=[A-Za-z0-9])")


def plain_number(typed: str) -> str:
    """Full-width digits are digits, every dash is a hyphen, spaces around it are none of it; zeros in front stay."""
    text = unicodedata.normalize("NFKC", typed).strip().translate(_DASHES)
    return _LONG_VOWEL.sub("-", text)
