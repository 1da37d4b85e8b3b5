"""Who is in a campaign's audience, and why.

Pure. Every answer names the one clause of the rule that decided it, so that
"why is X in?" has an answer in the record years later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID


class Cause(StrEnum):
    """What decided."""

    INCLUDED = "included"
    RULE = "rule"
    EXCLUDED = "excluded"
    NOT_NAMED = "not_named"
    NOT_LEAVING = "not_leaving"
    NOT_SIGNED_EARLIER = "not_signed_earlier"
    OVER = "over"
    NOT_YET = "not_yet"
    LEFT = "left"
    TYPE = "type"
    DEPARTMENT = "department"
    JOINED_BEFORE = "joined_before"
    JOINED_AFTER = "joined_after"


class Unreadable(ValueError):
    """Something is no audience rule; the message names the member."""


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """Everybody employed, narrowed by what is named; an empty set narrows nothing.

    ``departments`` reach down their tree. ``include`` and ``exclude`` name
    employments one by one and go before the rest, ``exclude`` first of all;
    with ``named_only`` nobody is in who is not included so.
    """

    departments: frozenset[UUID] = frozenset()
    types: frozenset[str] = frozenset()
    joined_from: date | None = None
    joined_to: date | None = None
    include: frozenset[UUID] = frozenset()
    exclude: frozenset[UUID] = frozenset()
    named_only: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An employment as it is on the day asked about.

    ``departments`` are those of every post (兼務 too) and all above them.
    ``left_on`` is the last day of work.
    """

    employment: UUID
    type: str
    departments: frozenset[UUID]
    joined_on: date
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody is in, and what decided it. ``department`` is the one of the rule's that fitted, if any."""

    is_in: bool
    cause: Cause
    department: UUID | None = None


def verdict(rule: AudienceRule, one: Candidate, *, day: date) -> Verdict:
    """Return whether an employment is in the audience on a day, and why."""
    if one.joined_on > day:
        return Verdict(False, Cause.NOT_YET)
    if one.left_on is not None and one.left_on < day:
        return Verdict(False, Cause.LEFT)
    if one.employment in rule.exclude:
        return Verdict(False, Cause.EXCLUDED)
    if one.employment in rule.include:
        return Verdict(True, Cause.INCLUDED)
    if rule.named_only:
        return Verdict(False, Cause.NOT_NAMED)
    if rule.types and one.type not in rule.types:
        return Verdict(False, Cause.TYPE)
    if rule.joined_from is not None and one.joined_on < rule.joined_from:
        return Verdict(False, Cause.JOINED_BEFORE)
    if rule.joined_to is not None and one.joined_on > rule.joined_to:
        return Verdict(False, Cause.JOINED_AFTER)
    if not rule.departments:
        return Verdict(True, Cause.RULE)
    fitting = sorted(rule.departments & one.departments)
    return Verdict(True, Cause.RULE, fitting[0]) if fitting else Verdict(False, Cause.DEPARTMENT)


def as_json(rule: AudienceRule) -> dict[str, Any]:
    """The rule as it is stored and recorded: keys, never names. ``named_only`` is a member where it holds."""
    return {
        "departments": sorted(map(str, rule.departments)),
        "types": sorted(rule.types),
        "joined_from": rule.joined_from.isoformat() if rule.joined_from else None,
        "joined_to": rule.joined_to.isoformat() if rule.joined_to else None,
        "include": sorted(map(str, rule.include)),
        "exclude": sorted(map(str, rule.exclude)),
        **({"named_only": True} if rule.named_only else {}),
    }


def from_json(data: Any) -> AudienceRule:
    """The rule out of ``as_json``'s form. Raises ``Unreadable``."""
    names = {"departments", "types", "joined_from", "joined_to", "include", "exclude"}
    if not isinstance(data, Mapping) or set(data) - {"named_only"} != names:
        raise Unreadable(f"an audience rule has {', '.join(sorted(names))}")
    named_only = data.get("named_only", False)
    if not isinstance(named_only, bool):
        raise Unreadable("named_only: true or false")
    first, last = _day(data, "joined_from"), _day(data, "joined_to")
    if first and last and last < first:
        raise Unreadable("joined_to: not before joined_from")
    return AudienceRule(
        departments=_keys(data, "departments"),
        types=frozenset(_texts(data, "types")),
        joined_from=first,
        joined_to=last,
        include=_keys(data, "include"),
        exclude=_keys(data, "exclude"),
        named_only=named_only,
    )


def _texts(data: Mapping[str, Any], name: str) -> list[str]:
    value = data[name]
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Unreadable(f"{name}: a list of texts")
    return value


def _keys(data: Mapping[str, Any], name: str) -> frozenset[UUID]:
    try:
        return frozenset(UUID(one) for one in _texts(data, name))
    except ValueError as reason:
        raise reason if isinstance(reason, Unreadable) else Unreadable(f"{name}: keys (UUID)") from None


def _day(data: Mapping[str, Any], name: str) -> date | None:
    value = data[name]
    try:
        return date.fromisoformat(value) if value is not None else None
    except (TypeError, ValueError):
        raise Unreadable(f"{name}: a day such as 2026-04-01, or nothing") from None
