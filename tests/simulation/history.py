"""Three years of a company, made up by chance that is the same every time: an event list, and nothing else.

Whom chance picks is asked of the model, so that what happens can happen. A cast of people, whom chance leaves alone,
goes through what every rule is about.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.simulation import events as e
from tests.simulation.asked import Assignment
from tests.simulation.events import Row, at
from tests.simulation.model import World

A_DAY = timedelta(days=1)
FIRST, LAST = date(2026, 4, 1), date(2029, 3, 31)
YEARS = (2026, 2027, 2028)
DEPARTMENTS = (
    "営業本部/第一営業部/一課", "営業本部/第一営業部/二課", "営業本部/第二営業部", "管理本部/人事部", "管理本部/経理部",
    "開発本部/基盤部", "開発本部/製品部/品質課", "監査室", "営業本部",
)  # fmt: skip
TYPES = ("regular",) * 12 + (
    "contract",
    "contract",
    "part_time",
    "part_time",
    "temporary",
    "seconded_in",
    "seconded_out",
    "officer",
)
FAMILIES = ("髙橋", "佐藤", "鈴木", "﨑山", "渡邉", "𠮷田", "齋藤", "濵田", "葛󠄀城", "金", "嶋田", "森")
GIVEN = ("一郎", "花子", "三郎", "四季", "五月", "睦", "七海", "八重", "九十九", "十和子", "アンナ", "百恵")
ACTORS = 8  # the cast: numbers from 900001


def history(people: int, *, seed: int = 20260401) -> list[e.Event]:
    """The events of a company of about so many people, from 1 April 2026 to 31 March 2029."""
    return _Chronicle(people, seed).events


class _Chronicle:
    def __init__(self, people: int, seed: int) -> None:
        self.chance = Random(seed)
        self.world = World()
        self.events: list[e.Event] = []
        self.rows: dict[str, Row] = {}
        self.people = people
        self._numbers = iter(range(1, 100_000))
        self._clock = at(FIRST, 8)
        self._changed: set[str] = set()
        day = FIRST
        self._begin()
        plan = self._plan()
        while day <= LAST:
            self._clock = at(day, 9)
            for act in plan.get(day, ()):
                act(day)
            if day.weekday() == 0:
                self._week(day)
            elif day.weekday() < 5:
                self._learn(day)
                if day.weekday() == 4:
                    self._hr()
            day += A_DAY

    def add(self, make: Callable[..., e.Event], *values: Any, **named: Any) -> None:
        """The next thing, a minute after the one before."""
        self._clock += timedelta(minutes=1)
        event = make(self._clock, *values, **named)
        self.events.append(event)
        self.world.add(event)

    def _last_of_roster(self) -> e.Event | None:
        """The last event by which somebody was to be followed, or was."""
        return next(
            (one for one in reversed(self.events) if isinstance(one, e.Round | e.Listed | e.Away | e.Back)), None
        )

    @property
    def today(self) -> date:
        """The day that it is."""
        return self._clock.date()

    def often(self, a_year: float) -> int:
        """How many of what happens so often a year to 300 people happen this week."""
        expected = a_year / 52 * max(self.people, 60) / 300
        return int(expected) + (self.chance.random() < expected % 1)

    # --- people ---

    def _begin(self) -> None:
        for _one in range(self.people - ACTORS):
            self._hire(FIRST - A_DAY * self.chance.randrange(1, 9000))
        for _one in range(max(2, self.people // 25)):
            self._hire(FIRST)
        for number in range(1, ACTORS + 1):
            name = f"{FAMILIES[number]} 役者{number}"
            row = Row(f"9{number:05}", name, DEPARTMENTS[3 if number in (4, 5) else 0], date(2015, 4, 1))
            self.rows[row.number] = replace(row, joined=date(2027, 1, 11)) if number in (4, 5) else row
        now = [row for row in self.rows.values() if row.joined <= FIRST]
        self.add(e.Listed, FIRST, tuple(now))

    def _hire(self, joined: date) -> Row:
        name = f"{self.chance.choice(FAMILIES)}{self.chance.choice(' 　')}{self.chance.choice(GIVEN)}"
        row = Row(f"{next(self._numbers):06}", name, self.chance.choice(DEPARTMENTS), joined, self.chance.choice(TYPES))
        if self.chance.random() < 0.08:
            row = replace(row, second=(self.chance.choice([d for d in DEPARTMENTS if d != row.department]),))
        self.rows[row.number] = row
        self._changed.add(row.number)
        return row

    def _change(self, number: str, **values: Any) -> None:
        self.rows[number] = replace(self.rows[number], **values)
        self._changed.add(number)

    def _somebody(self, *, there: bool = True) -> str | None:
        """Somebody of whom chance disposes, who works here, has no day of leaving, and changes in nothing else today."""
        found = [
            row.number
            for row in self.rows.values()
            if row.number < "9" and row.number not in self._changed and row.joined < self.today - 30 * A_DAY
            and (row.left is None if there else row.left is not None and row.left < self.today - 30 * A_DAY)
        ]  # fmt: skip
        return self.chance.choice(found) if found else None

    def _list(self, on: date) -> None:
        if self._changed:
            self.add(e.Listed, on, tuple(self.rows[number] for number in sorted(self._changed)))
            self._changed.clear()

    def _week(self, day: date) -> None:
        self._leave_of_absence(day)
        for kind, a_year in (("moved", 50), ("renamed", 10), ("typed", 8), ("second", 8), ("left", 24), ("rehired", 4)):
            for _one in range(self.often(a_year)):
                if number := self._somebody(there=kind != "rehired"):
                    getattr(self, f"_{kind}")(number, day)
        for _one in range(self.often(14)):
            self._hire(day - A_DAY * self.chance.randrange(10))
        self._list(day)
        if self.often(6) and (number := self._somebody()):  # told late: it has been so for some weeks
            self._moved(number, day)
            self._list(day - A_DAY * self.chance.randrange(3, 25))
        often = self.people >= 100 or day.day <= 14
        if (often and not isinstance(self._last_of_roster(), e.Round)) or day.day <= 7:  # daily would change no more
            self.add(e.Round)

    def _moved(self, number: str, day: date) -> None:
        self._change(
            number,
            department=self.chance.choice([d for d in DEPARTMENTS if d != self.rows[number].department]),
            second=(),
        )

    def _renamed(self, number: str, day: date) -> None:
        family, blank, given = self.rows[number].name.replace("　", " ").partition(" ")
        self._change(number, name=f"{self.chance.choice([f for f in FAMILIES if f != family])}{blank}{given}")

    def _typed(self, number: str, day: date) -> None:
        self._change(number, type=self.chance.choice([t for t in sorted(set(TYPES)) if t != self.rows[number].type]))

    def _second(self, number: str, day: date) -> None:
        row = self.rows[number]
        self._change(
            number, second=() if row.second else (self.chance.choice([d for d in DEPARTMENTS if d != row.department]),)
        )

    def _left(self, number: str, day: date) -> None:
        self._change(number, left=day + A_DAY * self.chance.randrange(-6, 60))

    def _rehired(self, number: str, day: date) -> None:
        self._change(
            number, joined=day, left=None, second=(), department=self.chance.choice(DEPARTMENTS), type="contract"
        )

    def _leave_of_absence(self, day: date) -> None:
        for row in [*self.rows.values()]:
            if row.number > "9" or row.left is not None or row.joined > day:
                continue
            leaves = self.world.spell(row.number).leaves
            if leaves and leaves[-1][1] is None and leaves[-1][0] < day - 30 * A_DAY and self.chance.random() < 0.06:
                self.add(e.Back, row.number, day + A_DAY * self.chance.randrange(-3, 30))
        for _one in range(self.often(14)):
            number = self._somebody()
            if number is None or self.world.spell(number).leaves:
                continue
            first = day + A_DAY * self.chance.randrange(-2, 20)
            last = first + A_DAY * self.chance.randrange(20, 200) if self.chance.random() < 0.7 else None
            self.add(e.Away, number, first, last)

    # --- training ---

    def _open(self, code: str, kind: str, last: date, due_on: date, **rest: Any) -> Callable[[date], None]:
        return lambda day: self.add(e.Opened, code, kind, day, last, due_on, **rest)

    def _plan(self) -> dict[date, list[Callable[[date], None]]]:
        found: dict[date, list[Callable[[date], None]]] = {}

        def on(day: date | str, act: Callable[[date], None]) -> None:
            found.setdefault(date.fromisoformat(day) if isinstance(day, str) else day, []).append(act)

        for year in YEARS:
            last, text = date(year + 1, 3, 31), 2 if year == 2028 else 1
            if year > 2026:
                on(f"{year}-04-01", self._april)
            joining = e.Due((e.After("joining", 30),), "next")
            on(f"{year}-04-01", self._open(f"JOIN-{year}", "joining", last, last, due=joining, revision=text))
            on(f"{year}-04-01", self._open(f"LEAVE-{year}", "leaving", last, last, modules=0, revision=text))
            due = date(year, 11, 30)
            on(
                f"{year}-05-11",
                self._open(
                    f"FY{year}", "yearly", last, due, revision=text,
                    due={2027: e.Due((due, e.After("joining", 30)), "next"), 2028: e.Due((due, e.After("return", 20)), "previous")}.get(year),
                    counts=e.Counts(("joining", "make_up"), date(year, 1, 1)),
                    types=tuple(sorted(set(TYPES) - {"officer"})) if year == 2028 else (),
                ),
            )  # fmt: skip
            sales = e.Due((e.After("assignment", 14, working=True),), "next")
            on(
                f"{year}-09-01",
                self._open(f"SALES-{year}", "make_up", last, last, due=sales, departments=("営業本部",), revision=text),
            )
            on(last - 3 * A_DAY, self._late_joiners)
            on(last, lambda day: self.add(e.Round))
            on(last, lambda day: self.add(e.Sealed))
            if year < 2028:
                for code in ("FY{}", "JOIN-{}", "LEAVE-{}", "SALES-{}"):
                    on(f"{year + 1}-04-12", lambda day, code=code, year=year: self.add(e.Closed, code.format(year)))
        on(
            "2027-02-01",
            self._open("EXTRA", "make_up", date(2027, 5, 31), date(2027, 3, 31), departments=("管理本部",)),
        )
        on("2027-06-01", lambda day: self.add(e.Closed, "EXTRA"))
        on("2027-11-19", lambda day: self.add(e.Extended, "FY2027", date(2027, 12, 24), date(2028, 3, 31)))
        on("2027-09-06", lambda day: self.add(e.Published))
        on("2027-10-01", self._open("CHANGE", "change", date(2028, 3, 31), date(2027, 12, 10), revision=2))
        on("2028-04-12", lambda day: self.add(e.Closed, "CHANGE"))
        on(
            "2028-06-01",
            self._open("DROPPED", "make_up", date(2028, 12, 28), date(2028, 9, 29), types=("regular",), revision=2),
        )
        on("2028-07-03", lambda day: self.add(e.Cancelled, "DROPPED"))
        self._cast(on)
        return found

    def _april(self, day: date) -> None:
        for _one in range(max(2, self.people // 15)):
            self._hire(day)
        self._list(day)
        self.add(e.Round)

    def _late_joiners(self, day: date) -> None:
        for _one in range(2):
            self._hire(day)
        self._list(day)
        self.add(e.Round)

    def _outstanding(self, code: str, day: date) -> list[Assignment]:
        return [
            one
            for one in self.world.campaigns[code].assignments
            if not one.signed and not one.closed and one.spell.number < "9" and one.spell.holds(day)
        ]

    def _learn(self, day: date) -> None:
        eager = {"yearly": 0.006, "joining": 0.04, "leaving": 0.05, "make_up": 0.005, "change": 0.011}
        for campaign in self.world.campaigns.values():
            if campaign.state != "open":
                continue
            for one in self._outstanding(campaign.plan.code, day):
                if one.credited or one.spell.away(day) or self.chance.random() > eager[campaign.plan.kind]:
                    continue
                number, code = one.spell.number, campaign.plan.code
                if self.world.assignment(number, code) is not one:
                    continue
                if one.trained is None and campaign.plan.modules and self.chance.random() < 0.1:
                    self.add(e.Trained, number, code)
                else:
                    name = one.spell.person.names.at(day)
                    self.add(e.Signed, number, code, name=name, paper=self.chance.random() < 0.6)

    def _hr(self) -> None:
        """HR decides about one or another."""
        running = [c for c in self.world.campaigns.values() if c.state == "open" and c.plan.kind != "leaving"]
        acts = [a for a, a_year in (("annul", 5), ("exempt", 10), ("lift", 5), ("prolong", 8), ("remove", 5), ("add", 5))
                for _one in range(self.often(a_year))]  # fmt: skip
        for act in acts if running else ():
            campaign = self.chance.choice(running)
            getattr(self, f"_{act}")(campaign.plan.code)

    def _pick(self, found: list[Assignment], code: str) -> str | None:
        usable = [
            one.spell.number
            for one in found
            if one.spell.number < "9" and self.world.assignment(one.spell.number, code) is one
        ]
        return self.chance.choice(usable) if usable else None

    def _annul(self, code: str) -> None:
        signed = [one for one in self.world.campaigns[code].assignments if one.signed]
        if number := self._pick(signed, code):
            self.add(e.Annulled, number, code)

    def _exempt(self, code: str) -> None:
        open_ones = [one for one in self._outstanding(code, self.today) if not one.exemptions]
        if number := self._pick(open_ones, code):
            until = self.today + A_DAY * self.chance.randrange(10, 150) if self.chance.random() < 0.7 else None
            self.add(e.Exempted, number, code, until=until)

    def _lift(self, code: str) -> None:
        exempt = [one for one in self._outstanding(code, self.today) if one.exempt(self.today)]
        if number := self._pick(exempt, code):
            self.add(e.Lifted, number, code)

    def _prolong(self, code: str) -> None:
        open_ones = self._outstanding(code, self.today)
        if number := self._pick(open_ones, code):
            last = max(self.world.assignment(number, code).dues[-1][1], self.today)
            self.add(e.Prolonged, number, code, due_on=last + A_DAY * self.chance.randrange(1, 60))

    def _remove(self, code: str) -> None:
        if number := self._pick(self._outstanding(code, self.today), code):
            self.add(e.Removed, number, code)

    def _add(self, code: str) -> None:
        campaign = self.world.campaigns[code]
        removed = [
            one for one in campaign.assignments
            if one.closed and one.turns[-1][1] == "removed" and not one.signed and one.spell.holds(self.today)
        ]  # fmt: skip
        number = self._pick(removed, code)
        if number is None:
            outside = [
                s.number
                for s in self.world.spells()
                if s.number < "9" and s.holds(self.today) and campaign.of(s) is None
            ]
            number = self.chance.choice(outside) if outside else None
        if number is not None:
            self.add(e.Added, number, code)

    # --- the cast ---

    def _cast(self, on: Callable[[date | str, Callable[[date], None]], None]) -> None:
        """What must happen to somebody, whatever chance does: each of these is what a rule is about."""

        def do(day: str, make: Callable[..., e.Event], *values: Any, **named: Any) -> None:
            on(day, lambda _day: self.add(make, *values, **named))

        def row(day: str, number: str, **values: Any) -> None:
            def change(today: date) -> None:
                self._change(number, **values)
                self._list(today)
                self.add(e.Round)

            on(day, change)

        # 1 goes on leave before the day is due, and comes back; in the next year without a known return.
        do("2026-06-02", e.Away, "900001", date(2026, 6, 1), date(2026, 7, 15))
        do("2027-11-01", e.Away, "900001", date(2027, 11, 1), None)
        do("2028-05-31", e.Back, "900001", date(2028, 6, 10))
        # 2 is asked in the sales department, and moves out of it before the day is due.
        row("2026-09-14", "900002", department="管理本部/経理部")
        # 3 leaves without having signed, and is hired again.
        row("2026-08-20", "900003", left=date(2026, 8, 31))
        row("2026-11-02", "900003", joined=date(2026, 11, 1), left=None, type="contract")
        # 4 and 5 join in January, sign what is asked on joining and the make-up; of 4 that one is annulled before it
        # could be credited, of 5 after it was.
        for number in ("900004", "900005"):
            row("2027-01-12", number, department="管理本部/人事部")
            name = f"{FAMILIES[int(number[-1])]} 役者{number[-1]}"
            do("2027-01-20", e.Signed, number, "JOIN-2026", name=name)
            do("2027-02-10", e.Signed, number, "EXTRA", name=name)
        do("2027-02-15", e.Annulled, "900004", "EXTRA")
        do("2027-05-20", e.Annulled, "900005", "EXTRA")
        # Both signed the first text, so the change asks them; both sign the second in a make-up, of 5 that one is annulled.
        joined = date(2027, 1, 11)
        on(
            "2027-11-08",
            self._open(
                "AGAIN", "make_up", date(2027, 12, 28), date(2027, 12, 10), departments=("管理本部/人事部",),
                joined_from=joined, joined_to=joined, revision=2,
            ),
        )  # fmt: skip
        for number in ("900004", "900005"):
            name = f"{FAMILIES[int(number[-1])]} 役者{number[-1]}"
            do("2027-11-09", e.Signed, number, "AGAIN", name=name)
        do("2027-11-10", e.Round)
        do("2027-11-10", e.Annulled, "900005", "AGAIN")
        do("2027-11-11", e.Closed, "AGAIN")
        # 6 is exempt for a summer, and once without an end, which is lifted.
        do("2026-06-10", e.Exempted, "900006", "FY2026", until=date(2026, 9, 10))
        do("2027-11-15", e.Exempted, "900006", "FY2027", until=None)
        do("2028-01-17", e.Lifted, "900006", "FY2027")
        # 7 marries in January; 8 was to leave and stays after all, which is told when the day has passed.
        row("2027-01-18", "900007", name="伊集院 役者7")
        row("2026-10-05", "900008", left=date(2026, 10, 31))

        def stays(today: date) -> None:
            self._change("900008", left=None)
            self._list(date(2026, 10, 31))
            self.add(e.Round)

        on("2026-11-04", lambda _day: self.add(e.Round))
        on("2026-11-06", stays)
        # 2's day of joining turns out to be later: nobody was here, until the day comes.
        row("2028-08-14", "900002", joined=date(2028, 10, 2))
