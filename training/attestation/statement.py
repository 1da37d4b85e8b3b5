"""What exactly is signed, and whether a typed name is the roster's.

Pure. The digest binds the pledge's words, the module versions that were
studied and the policy revision, so that none can be exchanged afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from training.people.names import bare, folded

SCHEMA = 1


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


def name_match(*, typed: str, roster: str) -> str | None:
    """Compare a typed name with the roster's.

    Return ``exact``, ``normalised`` (differs in width or spaces), ``variant``
    (differs in the form of a character, 髙 for 高) or None: another name.
    """
    if not folded(typed):
        return None  # nothing typed is nobody's name, not even where the roster has none
    if typed.strip() == roster.strip():
        return "exact"
    if bare(typed) == bare(roster):
        return "normalised"
    return "variant" if folded(typed) == folded(roster) else None


def paragraphs(words: str) -> Sequence[Sequence[str]]:
    """The words as paragraphs of lines, as screen and paper set them; joined again they are the words."""
    return [block.split("\n") for block in words.strip("\n").split("\n\n")]
