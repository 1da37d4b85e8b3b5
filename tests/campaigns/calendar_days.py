"""Words in which the calendar cases tell what happens to one person in one campaign."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.simulation import events as e
from tests.simulation.events import at

FIRST, LAST = "2026-05-11", "2027-03-31"
DUE = "2026-11-30"
ONE, OTHER = "000101", "000102"


def day(text: str) -> date:
    """A day."""
    return date.fromisoformat(text)


def moment(text: str) -> Any:
    """An instant in Japan: a day, at ten unless it says when."""
    on, _, clock = text.partition(" ")
    return at(on, *map(int, (clock or "10:00").split(":")))


def staff(
    told: str,
    joined: str = "2020-04-01",
    *,
    left: str = "",
    on: str = "",
    number: str = ONE,
    name: str = "髙橋 一郎",
    department: str = "営業本部/一課",
    type: str = "regular",
    second: tuple[str, ...] = (),
) -> e.Listed:
    """HR takes a list over that has a person's row."""
    row = e.Row(number, name, department, day(joined), type, day(left) if left else None, second)
    moment_told = moment(told)
    return e.Listed(moment_told, day(on) if on else moment_told.date(), (row,))


def opened(first: str = FIRST, *, last: str = LAST, due_on: str = DUE, code: str = "C", **rest: Any) -> e.Opened:
    """A campaign is opened on its first day, an hour after the list."""
    return e.Opened(
        moment(f"{first} 11:00"), code, rest.pop("kind", "yearly"), day(first), day(last), day(due_on), **rest
    )


def round_on(*days: str) -> list[e.Round]:
    """The nightly job runs, at two in the night unless it is said when."""
    return [e.Round(moment(one if " " in one else f"{one} 2:00")) for one in days]


def fixed(text: str = DUE, roll: str = "stay") -> e.Due:
    """Due on a day."""
    return e.Due((day(text),), roll)


def after(anchor: str, days: int, *, working: bool = False, roll: str = "stay", or_on: str = "") -> e.Due:
    """Due so many days after something, or on a day, whichever is later."""
    return e.Due((*((day(or_on),) if or_on else ()), e.After(anchor, days, working)), roll)


def away(told: str, first: str, last: str = "") -> e.Away:
    """A leave of absence is recorded."""
    return e.Away(moment(told), ONE, day(first), day(last) if last else None)


def signs(when: str, code: str = "C", *, number: str = ONE, name: str = "髙橋 一郎") -> e.Signed:
    """The person learns and signs."""
    return e.Signed(moment(when), number, code, name=name)


@dataclass(frozen=True, slots=True)
class Case:
    """What happens, the day and the campaign asked about, and what the report must say of the person's assignments.

    ``must`` has one dictionary for each assignment that must be there.
    """

    sentence: str
    events: tuple[e.Event, ...]
    on: str
    must: tuple[dict[str, Any], ...]
    code: str = "C"
    number: str = ONE


def case(
    sentence: str, *what: e.Event | list[e.Round], on: str = LAST, code: str = "C", number: str = ONE, **must: Any
) -> Case:
    """One assignment with these facts; ``none=True``: no assignment; ``both=``: the facts of each of several."""
    events = [one for group in what for one in (group if isinstance(group, list) else [group])]
    several: tuple[dict[str, Any], ...] = must.pop("both", None) or (() if must.pop("none", False) else (must,))
    told = tuple({name: day(v) if name.endswith("_on") and v else v for name, v in facts.items()} for facts in several)
    return Case(sentence, tuple(events), on, told, code, number)
