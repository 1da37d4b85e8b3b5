"""The few words that block templates add to a lesson, in the lesson's own language.

They are frozen with the text, as evidence of what was shown. Hence they come
from here, and not from a catalogue that may not be compiled when an editor
publishes, or from the language in which that editor reads the admin.
"""

from __future__ import annotations

from collections.abc import Mapping

JA = {
    "dos": "すること",
    "donts": "しないこと",
    "good": "よい判断です",
    "fair": "惜しい判断です",
    "bad": "避けたい判断です",
    "case": "ケース",
    "who": "だれに",
    "when": "いつ",
    "what": "何を",
    "policy": "プライバシーポリシー",
    "meaning": "やさしく言うと",
    "no_clause": "この条項は、方針の現行版にありません。",
}
EN = {
    "dos": "Do",
    "donts": "Do not",
    "good": "A good decision",
    "fair": "Close, but not there yet",
    "bad": "A decision to avoid",
    "case": "Case",
    "who": "Whom",
    "when": "When",
    "what": "What",
    "policy": "Privacy policy",
    "meaning": "In plain words",
    "no_clause": "The policy as it now stands has no such clause.",
}


def words_in(language: str) -> Mapping[str, str]:
    """The words in a language; Japanese where there are none."""
    return {"en": EN}.get(language[:2], JA)
