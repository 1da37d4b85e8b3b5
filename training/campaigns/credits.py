"""Which earlier signature counts for a campaign, so that nobody is taught twice: a rule shown to HR.

Pure. Nothing is copied by it: what was signed stays where it was signed, and a
credit says by which rule it counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


class Unreadable(ValueError):
    """Something is no credit rule; the message names the member."""


@dataclass(frozen=True, slots=True)
class CreditRule:
    """A signature of a campaign of one of these kinds, signed on this day or later.

    ``same_revision`` asks that it was given on the policy revision that the
    campaign itself teaches.
    """

    kinds: frozenset[str]
    signed_from: date
    same_revision: bool = True


def counts(rule: CreditRule, *, kind: str, signed_on: date, revision: int, of_revision: int) -> bool:
    """Return whether a signature counts: its campaign's kind, its day, its policy revision and the campaign's own."""
    return kind in rule.kinds and signed_on >= rule.signed_from and (not rule.same_revision or revision == of_revision)


def as_json(rule: CreditRule) -> dict[str, Any]:
    """The rule as it is stored and recorded."""
    return {
        "kinds": sorted(rule.kinds),
        "signed_from": rule.signed_from.isoformat(),
        "same_revision": rule.same_revision,
    }


def from_json(data: Any) -> CreditRule:
    """The rule out of ``as_json``'s form. Raises ``Unreadable``."""
    if not isinstance(data, Mapping) or set(data) != {"kinds", "signed_from", "same_revision"}:
        raise Unreadable("a credit rule has kinds, same_revision, signed_from")
    kinds = data["kinds"]
    if not isinstance(kinds, list) or not kinds or not all(isinstance(one, str) for one in kinds):
        raise Unreadable("kinds: at least one kind of campaign")
    if not isinstance(data["same_revision"], bool):
        raise Unreadable("same_revision: true or false")
    try:
        signed_from = date.fromisoformat(data["signed_from"])
    except (TypeError, ValueError):
        raise Unreadable("signed_from: a day such as 2026-04-01") from None
    return CreditRule(kinds=frozenset(kinds), signed_from=signed_from, same_revision=data["same_revision"])
