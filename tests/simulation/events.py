"""What happens in a company, as a list of events: what HR, the privacy officer and everybody did, and when.

Nothing here knows the product. ``playing`` does these things by the product's own verbs, ``model`` says what must follow.
Instants are told in Japan, where no clock is ever put forward.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")


def at(day: date | str, hour: int = 10, minute: int = 0, second: int = 0) -> datetime:
    """An instant in Japan."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour, minute, second), tzinfo=JAPAN)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that somebody did at an instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """A person's row of a staff list, every cell of it; departments are paths."""

    number: str
    name: str
    department: str
    joined: date
    type: str = "regular"
    left: date | None = None
    second: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listed(Event):
    """HR takes a list over, which tells how things are on a day."""

    on: date
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Away(Event):
    """A leave of absence is recorded; without a last day no return is known."""

    number: str
    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class Back(Event):
    """The last day of a person's open leave is recorded."""

    number: str
    last: date


@dataclass(frozen=True, slots=True)
class After:
    """So many days after "joining", "assignment" or "return"."""

    anchor: str
    days: int
    working: bool = False


@dataclass(frozen=True, slots=True)
class Due:
    """A due rule: the latest of its parts, moved to the "next" or "previous" working day or not ("stay")."""

    parts: tuple[date | After, ...]
    roll: str = "stay"


@dataclass(frozen=True, slots=True)
class Counts:
    """Which earlier signatures are credited."""

    kinds: tuple[str, ...]
    signed_from: date
    same_revision: bool = True


@dataclass(frozen=True, slots=True)
class Opened(Event):
    """A campaign is planned, approved and opened."""

    code: str
    kind: str
    first: date
    last: date
    due_on: date
    due: Due | None = None
    counts: Counts | None = None
    types: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    joined_from: date | None = None
    joined_to: date | None = None
    revision: int = 1
    modules: int = 1


@dataclass(frozen=True, slots=True)
class Round(Event):
    """The daily job follows the roster in every open campaign, and credits."""


@dataclass(frozen=True, slots=True)
class Published(Event):
    """The policy's second text is published, and what changed is decided."""


@dataclass(frozen=True, slots=True)
class _OfSomebody(Event):
    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Trained(_OfSomebody):
    """A person passes every module, and does not sign yet."""


@dataclass(frozen=True, slots=True)
class Signed(_OfSomebody):
    """A person passes what is left and signs, typing the own name; or HR enters a sheet."""

    name: str = ""
    paper: bool = False


@dataclass(frozen=True, slots=True)
class Annulled(_OfSomebody):
    """The privacy officer annuls the person's last signature in a campaign."""


@dataclass(frozen=True, slots=True)
class Exempted(_OfSomebody):
    """HR lets a person off, to a day or as long as the campaign runs."""

    until: date | None = None


@dataclass(frozen=True, slots=True)
class Lifted(_OfSomebody):
    """HR ends an exemption."""


@dataclass(frozen=True, slots=True)
class Prolonged(_OfSomebody):
    """HR gives a person a later day."""

    due_on: date = field(default=date.max)


@dataclass(frozen=True, slots=True)
class Added(_OfSomebody):
    """HR adds a person by hand."""


@dataclass(frozen=True, slots=True)
class Removed(_OfSomebody):
    """HR takes a person out by hand."""


@dataclass(frozen=True, slots=True)
class _OfCampaign(Event):
    code: str


@dataclass(frozen=True, slots=True)
class Extended(_OfCampaign):
    """HR gives everybody later days."""

    due_on: date
    last: date


@dataclass(frozen=True, slots=True)
class Closed(_OfCampaign):
    """HR closes a campaign."""


@dataclass(frozen=True, slots=True)
class Cancelled(_OfCampaign):
    """HR cancels a campaign."""


@dataclass(frozen=True, slots=True)
class Sealed(Event):
    """The ledger is sealed: what is known then is known for ever."""
