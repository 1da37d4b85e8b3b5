"""What exactly is signed, and whether a typed name is the roster's.

Pure. The digest binds the pledge's words, the module versions that were
studied and the policy revision, so that none can be exchanged afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

SCHEMA = 1

# Characters that Japanese registers treat as forms of one name character. The
# left one is what a keyboard offers first. Variation selectors are dropped before.
_FAMILIES = (
    "高髙", "崎﨑碕嵜", "辺邊邉", "徳德", "吉𠮷", "斉齊斎齋", "浜濱濵", "沢澤", "桜櫻", "島嶋嶌", "広廣", "国國",
    "富冨", "恵惠", "栄榮", "真眞", "竜龍", "滝瀧", "条條", "黒黑", "静靜", "穂穗", "蔵藏", "亀龜", "満滿", "弥彌",
    "礼禮", "実實", "芦蘆", "鴎鷗", "曽曾", "万萬", "与與", "豊豐", "関關", "館舘", "渕淵", "柳栁", "博愽", "増增",
)  # fmt: skip
_FOLD = str.maketrans({variant: family[0] for family in _FAMILIES for variant in family[1:]})
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


@dataclass(frozen=True, slots=True)
class Studied:
    """A module as studied: label, title, version number and digest."""

    slug: str
    title: str
    number: int
    digest: str


@dataclass(frozen=True, slots=True)
class Pledge:
    """Everything that a signature covers."""

    campaign_code: str
    campaign_title: str
    statement: str
    language: str
    statement_number: int
    title: str
    words: str
    policy_title: str
    policy_number: int
    policy_digest: str
    policy_enacted_on: date
    modules: tuple[Studied, ...]


def content(pledge: Pledge) -> dict[str, Any]:
    """The pledge as JSON: its RFC 8785 bytes are what the digest is taken over."""
    return {
        "schema": SCHEMA,
        "campaign": {"code": pledge.campaign_code, "title": pledge.campaign_title},
        "statement": {
            "id": pledge.statement,
            "language": pledge.language,
            "number": pledge.statement_number,
            "title": pledge.title,
            "words": pledge.words,
        },
        "policy": {
            "title": pledge.policy_title,
            "revision": pledge.policy_number,
            "digest": pledge.policy_digest,
            "enacted_on": pledge.policy_enacted_on.isoformat(),
        },
        "modules": [
            {"slug": m.slug, "title": m.title, "version": m.number, "digest": m.digest} for m in pledge.modules
        ],
    }


def _bare(name: str) -> str:
    """Width, spaces and middle dots evened out (NFKC); variants kept."""
    return re.sub(r"[\s・･.]+", "", unicodedata.normalize("NFKC", name))


def _folded(name: str) -> str:
    """As ``_bare``, with the variants of one character made equal."""
    # The compatibility ideographs must be folded before NFKC maps some of them away.
    return _bare(_SELECTORS.sub("", name).translate(_FOLD)).translate(_FOLD).casefold()


def name_match(*, typed: str, roster: str) -> str | None:
    """Compare a typed name with the roster's.

    Return ``exact``, ``normalised`` (differs in width or spaces), ``variant``
    (differs in the form of a character, 髙 for 高) or None: another name.
    """
    if not _folded(typed):
        return None  # nothing typed is nobody's name, not even where the roster has none
    if typed.strip() == roster.strip():
        return "exact"
    if _bare(typed) == _bare(roster):
        return "normalised"
    return "variant" if _folded(typed) == _folded(roster) else None


def paragraphs(words: str) -> Sequence[Sequence[str]]:
    """The words as paragraphs of lines, as screen and paper set them; joined again they are the words."""
    return [block.split("\n") for block in words.strip("\n").split("\n\n")]
