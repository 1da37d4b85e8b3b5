"""Forms of one name: width, spaces, and the characters that Japanese registers write in several ways.

Pure. What people type and what the roster holds need not be the same
characters to be the same name; the roster keeps every one as it is.
"""

from __future__ import annotations

import re
import unicodedata

# Characters that Japanese registers treat as forms of one name character. The
# left one is what a keyboard offers first. Variation selectors are dropped before.
_FAMILIES = (
    "高髙", "崎﨑碕嵜", "辺邊邉", "徳德", "吉𠮷", "斉齊斎齋", "浜濱濵", "沢澤", "桜櫻", "島嶋嶌", "広廣", "国國",
    "富冨", "恵惠", "栄榮", "真眞", "竜龍", "滝瀧", "条條", "黒黑", "静靜", "穂穗", "蔵藏", "亀龜", "満滿", "弥彌",
    "礼禮", "実實", "芦蘆", "鴎鷗", "曽曾", "万萬", "与與", "豊豐", "関關", "館舘", "渕淵", "柳栁", "博愽", "増增",
)  # fmt: skip
_FOLD = str.maketrans({variant: family[0] for family in _FAMILIES for variant in family[1:]})
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_SELECTOR = re.compile(f"[{_SELECTORS}]")
_COMPATIBILITY = (range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))


def bare(name: str) -> str:
    """Width, spaces and middle dots evened out (NFKC); variants kept."""
    return re.sub(r"[\s・･.]+", "", unicodedata.normalize("NFKC", name))


def folded(name: str) -> str:
    """As ``bare``, with the variants of one character made equal."""
    # The compatibility ideographs must be folded before NFKC maps some of them away.
    return bare(_SELECTOR.sub("", name).translate(_FOLD)).translate(_FOLD).casefold()


def _forms() -> dict[str, str]:
    """Every form of each character that has several, by the one that ``folded`` makes of them."""
    forms = {family[0]: family for family in _FAMILIES}
    for code in (code for block in _COMPATIBILITY for code in block):
        character, plain = chr(code), folded(chr(code))
        if plain != character and character not in forms.get(plain, ""):
            forms[plain] = forms.get(plain, plain) + character
    return forms


_FORMS = _forms()


def pattern(word: str) -> str:
    """A regular expression, for Python as for PostgreSQL, of every form of a word in which a roster may hold it.

    Spaces are not looked for: whoever searches takes them out of both sides.
    """
    parts = []
    for character in folded(word):
        forms = _FORMS.get(character)
        parts.append((f"[{forms}]" if forms else re.escape(character)) + f"[{_SELECTORS}]?")
    return "".join(parts)
