r"""Moodle's short answers, in which ``*`` stands for anything and ``\*`` for itself.

Pure. The engine compares whole texts: an answer with a real wildcard is refused.
"""

from __future__ import annotations

import re
from fractions import Fraction

from training.quiz.formats.model import Refusal


def literal(text: str, share: Fraction) -> str | None:
    """The text that an answer accepts; None for ``*`` alone worth nothing, which is a comment on all other answers."""
    if text == "*" and share == 0:
        return None
    if re.search(r"(?<!\\)\*", text):
        raise Refusal("scoring", "答えにワイルドカード「*」があります。受け入れる答えを一つずつ書いてください。")
    return text.replace("\\*", "*")


def with_stars(text: str) -> str:
    """The answer that accepts exactly this text."""
    if "\\*" in text:
        raise Refusal("scoring", "「\\*」を含む答えは、Moodleでは書き表せません。")
    return text.replace("*", "\\*")
