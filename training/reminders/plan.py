"""What is to be said today and to whom; written down once, however often and on however many machines it is asked.

A letter holds keys only. Each person gets one a day: it tells of every rung reached since the last. Where an older one
still waits, as after the mail server was out of reach, the new one takes its place. Who hears of a
rung is told of it once (``ReminderSent``); a due date set anew has a number of its own, and starts afresh.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from training.campaigns.calendar import day_of
from training.campaigns.ladder import Reader
from training.campaigns.models import Assignment
from training.conf import conf
from training.people.managing import Managers
from training.reminders.addresses import addresses_of, hr_addresses
from training.reminders.models import Letter, ReminderSent
from training.reminders.plans import PlannedPlans, Plans, plans_of_today
from training.reminders.rungs import LOT, Asked, Quiet, asked, is_working
from training.turns import wait_for_turn

UNSENT = (Letter.State.WAITING, Letter.State.SENDING, Letter.State.FAILED)

Told = tuple[str, int, int, str]  # assignment, number of the due date, rung, reader


@dataclass(frozen=True, slots=True)
class Planned:
    """One letter: to whom (None is HR), and of what it tells."""

    reader: Reader
    to: UUID | None
    lines: tuple[Asked, ...]
    about: ClassVar = Letter.About.TRAINING
    account: ClassVar = None

    def key(self, day: date) -> str:
        """What the letter is for: one a day for each reader."""
        return f"{self.reader.value}:{self.to or 'all'}:{day.isoformat()}"

    @property
    def covers(self) -> list[list[object]]:
        """Assignment, number of the due date and rung of each line, as the letter holds them."""
        return [[str(one.assignment), one.due_number, one.rung.days] for one in self.lines if one.rung is not None]


class Silent(NamedTuple):
    """Who of those with something to do hears nothing, and why."""

    asked: Asked
    reader: Reader
    why: Quiet


@dataclass(slots=True)
class Round:
    """What one day brings. ``rest``: a day on which nothing is sent; the rest is empty then."""

    day: date
    rest: bool = False
    letters: list[Planned] = field(default_factory=list)
    silent: list[Silent] = field(default_factory=list)
    plans: Plans = field(default_factory=Plans)
    written: int = 0


def plan_round(*, today: date) -> Round:
    """Find out what is to be said today, and to whom. Writes nothing."""
    found = Round(day=today, rest=not is_working()(today))
    if found.rest:
        return found
    managers = Managers(today)
    waiting, older = set(_waiting()), _older(today)
    lines: dict[tuple[Reader, UUID | None], list[Asked]] = defaultdict(list)
    kept: dict[tuple[Reader, UUID | None], list[Asked]] = defaultdict(list)
    for lot in asked(Assignment.objects.all(), today=today):
        told = waiting | set(_told([one.assignment for one in lot]))
        heads = managers.of({one.post for one in lot if one.rung and Reader.MANAGER in one.rung.readers})
        for one in lot:
            if one.quiet is not None:
                found.silent.append(Silent(one, Reader.LEARNER, one.quiet))
            for reader in one.rung.readers if one.rung else ():
                assert one.rung is not None  # noqa: S101  (whoever has readers has a rung)
                to = {Reader.LEARNER: one.employee, Reader.MANAGER: heads.get(one.post)}.get(reader)
                rung = str(one.assignment), one.due_number, one.rung.days, reader.value
                if rung in older and older[rung] == to:
                    kept[reader, to].append(one)
                elif rung in told:
                    found.silent.append(Silent(one, reader, Quiet.TOLD))
                elif reader is Reader.MANAGER and to is None:
                    found.silent.append(Silent(one, reader, Quiet.NO_MANAGER))
                else:
                    lines[reader, to].append(one)
    for (reader, to), those in kept.items():
        if (reader, to) in lines:
            lines[reader, to] += those
        else:
            found.silent += [Silent(one, reader, Quiet.TOLD) for one in those]
    _address(found, lines)
    found.plans = plans_of_today(today=today)
    return found


def plan_letters(*, now: datetime) -> Round:
    """Write down the letters of the day of ``now`` that are not written yet; ``written`` says how many those were."""
    found = plan_round(today=day_of(now, conf.time_zone))
    _write(found, now)
    return found


@transaction.atomic
def _write(found: Round, now: datetime) -> None:
    wait_for_my_turn()
    letters: list[Planned | PlannedPlans] = [*found.letters, *found.plans.letters]
    keys = {letter.key(found.day): letter for letter in letters}
    for lot in _lots(list(keys)):
        there = _written(lot)
        rows = [
            Letter(
                key=key,
                about=letter.about,
                reader=letter.reader.value,
                to_id=letter.to,
                account_id=letter.account,
                covers=letter.covers,
                made_at=now,
                not_before=now,
            )
            for key in lot
            if key not in there and (letter := keys[key])
        ]
        Letter.objects.bulk_create(rows)
        _drop_older(rows, found.day)
        found.written += len(rows)


def _drop_older(letters: list[Letter], day: date) -> None:
    """Let no older letter to the same reader go out beside these: what it told of is in them, or overtaken by them."""
    there = {(letter.about, letter.reader, letter.to_id, letter.account_id) for letter in letters}
    rows = _replaceable(day).values_list("pk", "about", "reader", "to", "account").iterator(chunk_size=LOT)
    for lot in _lots([pk for pk, *reading in rows if tuple(reading) in there]):
        Letter.objects.filter(pk__in=lot, state=Letter.State.WAITING).update(state=Letter.State.DROPPED)


def wait_for_my_turn() -> None:
    """Let nobody else plan, or write down what was sent, until the transaction ends."""
    wait_for_turn("remind")


def _waiting() -> Iterator[Told]:
    """Of what the letters tell that are written and not sent: waiting, on their way, or not deliverable."""
    rows = Letter.objects.filter(about=Letter.About.TRAINING, state__in=UNSENT, asked_by__isnull=True)
    for reader, covers in rows.values_list("reader", "covers").iterator(chunk_size=LOT):
        for assignment, due_number, rung in covers:
            yield assignment, due_number, rung, reader


def _replaceable(today: date) -> QuerySet[Letter]:
    """The letters of earlier days that nobody has begun to send, but those that somebody asked for."""
    rows = Letter.objects.filter(state=Letter.State.WAITING, asked_by__isnull=True)
    return rows.exclude(key__endswith=f":{today.isoformat()}")


def _older(today: date) -> dict[Told, UUID | None]:
    """Of what the letters tell that a letter of today may replace, and to whom."""
    found: dict[Told, UUID | None] = {}
    rows = _replaceable(today).filter(about=Letter.About.TRAINING).values_list("reader", "to", "covers")
    for reader, to, covers in rows.iterator(chunk_size=LOT):
        found |= {(assignment, due_number, rung, reader): to for assignment, due_number, rung in covers}
    return found


def _told(assignments: Iterable[UUID]) -> Iterator[Told]:
    rows = ReminderSent.objects.filter(assignment__in=assignments, rung__isnull=False)
    for assignment, due_number, rung, reader in rows.values_list("assignment", "due_number", "rung", "reader"):
        yield str(assignment), due_number, int(rung or 0), reader


def _address(found: Round, lines: dict[tuple[Reader, UUID | None], list[Asked]]) -> None:
    """Make letters of the lines whose reader has an address and no letter of the day yet; of the others say so."""
    known: set[UUID | None] = {None} if hr_addresses(found.day) else set()
    people = {to for _reader, to in lines if to is not None}
    for lot in _lots(list(people)):
        known |= addresses_of(lot, found.day).keys()
    able = [Planned(reader, to, tuple(told)) for (reader, to), told in lines.items() if to in known]
    written = {key for lot in _lots([one.key(found.day) for one in able]) for key in _written(lot)}
    for letter in able:
        if letter.key(found.day) in written:
            found.silent += [Silent(one, letter.reader, Quiet.TOMORROW) for one in letter.lines]
        else:
            found.letters.append(letter)
    for (reader, to), told in lines.items():
        if to not in known:
            found.silent += [Silent(one, reader, Quiet.NO_ADDRESS) for one in told]


def _written(keys: list[str]) -> set[str]:
    return set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))


def _lots(things: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(things), LOT):
        yield things[start : start + LOT]
