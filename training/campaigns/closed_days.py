"""The company's own days of rest, as its settings tell them: every year's, one year's, and spans of either.

Pure. A day is written as in ISO 8601: ``12-29`` is that day of every year, ``2026-08-13`` that day only, and two of
one kind with a slash between them are a span with both ends, such as ``12-29/01-03`` or ``2026-08-10/2026-08-14``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

# A typo, rather than a company that rests for longer; and whoever asks for the next working day must find one.
LONGEST_SPAN = 45
_FORM = re.compile(r"(?P<year>\d{4}-)?\d\d-\d\d", re.ASCII)
_LEAP_YEAR = [date(2000, 1, 1) + timedelta(days=number) for number in range(366)]


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """Days on which the company rests: ``yearly`` as (month, day), ``once`` as dates. ``day in closed`` asks."""

    yearly: frozenset[tuple[int, int]] = frozenset()
    once: frozenset[date] = frozenset()

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and ((day.month, day.day) in self.yearly or day in self.once)


def closed_days_of(texts: Sequence[str]) -> ClosedDays:
    """Read what the setting says. Raises ``ValueError`` naming the first text that is no day and no span."""
    if isinstance(texts, str):
        raise ValueError(f"{texts!r} is one text, not a list of days")
    return _read(tuple(map(str, texts)))


@cache
def _read(texts: tuple[str, ...]) -> ClosedDays:
    yearly, once = set[tuple[int, int]](), set[date]()
    for text in texts:
        first, slash, last = text.partition("/")
        forms = [_FORM.fullmatch(end) for end in ([first, last] if slash else [first])]
        kinds = {form["year"] is None for form in forms if form is not None}
        if None in forms or len(kinds) > 1:
            raise ValueError(f"{text!r} is no day such as 12-29 or 2026-08-13, and no span of two such days")
        if kinds == {True}:
            yearly.update((day.month, day.day) for day in _every_year(text, first, last or first))
        else:
            once.update(_in_one_year(text, first, last or first))
    return ClosedDays(frozenset(yearly), frozenset(once))


def _every_year(text: str, first: str, last: str) -> list[date]:
    begin, end = _day(text, f"2000-{first}"), _day(text, f"2000-{last}")
    if begin <= end:
        found = [day for day in _LEAP_YEAR if begin <= day <= end]
    else:  # over the turn of the year
        found = [day for day in _LEAP_YEAR if day >= begin or day <= end]
    if len(found) > LONGEST_SPAN:
        raise _too_long(text)
    return found


def _in_one_year(text: str, first: str, last: str) -> list[date]:
    begin, end = _day(text, first), _day(text, last)
    length = (end - begin).days + 1
    if not 0 < length <= LONGEST_SPAN:
        raise _too_long(text)
    return [begin + timedelta(days=number) for number in range(length)]


def _too_long(text: str) -> ValueError:
    return ValueError(f"{text!r} ends before it begins, or is longer than {LONGEST_SPAN} days")


def _day(text: str, day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError as reason:
        raise ValueError(f"{text!r}: there is no such day") from reason
