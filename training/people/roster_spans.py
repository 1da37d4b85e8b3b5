"""Spans of days on which something holds: changing one from a day on, cutting, and joining up.

Pure. Nothing is changed in place: what comes out is compared with the rows that say what is believed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

A_DAY = timedelta(days=1)


class Span(NamedTuple):
    """What holds from a day to a day; None as the last: it goes on."""

    first: date
    last: date | None
    value: Any

    def holds(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.first <= day and (self.last is None or day <= self.last)

    def between(self, first: date, last: date | None) -> Span | None:
        """The part of it within these days, if any."""
        begin = max(self.first, first)
        end = _earlier(self.last, last)
        return None if end is not None and end < begin else Span(begin, end, self.value)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min(one, other) if one is not None and other is not None else one or other


def at(spans: Iterable[Span], day: date) -> Span | None:
    """The span that holds on a day."""
    return next((span for span in spans if span.holds(day)), None)


def set_from(spans: Sequence[Span], day: date, value: Any, *, until: date | None = None) -> list[Span]:
    """The spans with another value from a day on, to where the one that held on it ended; what comes later stays."""
    held = at(spans, day)
    if held is None:
        later = min((span.first for span in spans if span.first > day), default=None)
        new = Span(day, _earlier(until, later - A_DAY if later else None), value)
        return sorted([*spans, new], key=_first)
    changed: list[Span] = [span for span in spans if span is not held]
    if held.first < day:
        changed.append(Span(held.first, day - A_DAY, held.value))
    changed.append(Span(day, held.last, value))
    return sorted(changed, key=_first)


class AsOf(NamedTuple):
    """The day of which facts are told, and the one from which they hold where nothing has changed between the two."""

    day: date
    since: date

    def begins(self, spans: Iterable[Span]) -> date:
        """The day from which a fact is to hold that differs from what these spans say."""
        changes = (start for span in spans for start in (span.first, span.last + A_DAY if span.last else self.since))
        return self.day if any(self.since < start <= self.day for start in changes) else self.since


def end_before(spans: Sequence[Span], day: date) -> list[Span]:
    """The spans without what holds on a day or later."""
    return [kept for span in spans if (kept := span.between(date.min, day - A_DAY))]


def cut(spans: Sequence[Span], first: date, last: date | None) -> list[Span]:
    """The parts of the spans that lie within these days."""
    return [kept for span in spans if (kept := span.between(first, last))]


class Limits(NamedTuple):
    """First and last day of working here, as they were and as they are to be."""

    begun: date
    first: date
    ended: date | None
    last: date | None


def reach(spans: Sequence[Span], limits: Limits) -> tuple[Span, ...]:
    """The spans within other limits: what began with the old first day, or ended with the old last, does so anew."""
    moved = []
    for span in spans:
        start = limits.first if span.first == limits.begun else span.first
        end = limits.last if span.last == limits.ended else span.last
        if end is None or start <= end:
            moved.append(Span(start, end, span.value))
    return tuple(cut(moved, limits.first, limits.last))


def joined_up(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The spans in order, those of one value that follow each other without a day between as one."""
    found: list[Span] = []
    for span in sorted(spans, key=_first):
        before = found[-1] if found else None
        if before and before.value == span.value and before.last is not None and span.first == before.last + A_DAY:
            found[-1] = Span(before.first, span.last, span.value)
        else:
            found.append(span)
    return tuple(found)


def _first(span: Span) -> date:
    return span.first
