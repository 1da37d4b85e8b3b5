"""What must be so, by the event list alone: an independent model of who is asked what, by when, and what became of it.

Imports nothing of the product, and reads nothing but events (a test looks). It is slow and plain on purpose: days are
walked one by one, and everything is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from tests.simulation import events as e
from tests.simulation.asked import Assignment, Campaign, Kept, Signature
from tests.simulation.days import A_DAY, day_of, is_working, walk
from tests.simulation.roster import Person, Roster, Spell

# Kinds that teach the whole policy: who signs a new text there need not sign it once more on the change.
TEACHING = ("yearly", "joining", "make_up")


class Line(NamedTuple):
    """A person with one assignment or none, as the report of a day must tell."""

    number: str
    name: str
    department: str
    type: str
    employed: bool
    campaign: str = ""
    due_on: date | None = None
    exempt_until: date | str | None = None  # "open" for an exemption without an end
    completed: int | None = None
    passed_on: date | None = None
    signed_on: date | None = None
    annulled_on: date | None = None
    credited_on: date | None = None
    closed_on: date | None = None
    closed: str = ""
    completed_how: str = ""
    signed_how: str = ""


class World(Roster):
    """The company after the events up to an instant."""

    def __init__(self, events: Iterable[e.Event] = (), upto: datetime | None = None) -> None:
        super().__init__()
        self.campaigns: dict[str, Campaign] = {}
        self.signatures: list[Signature] = []
        self.published: dict[int, date] = {}
        self.sheets: set[str] = set()  # campaigns of which anything was entered from a sheet, whatever became of it
        self._walked: dict[Any, date | None] = {}
        self._do: dict[type, Callable[[Any], None]] = {
            e.Listed: self._listed, e.Away: self._away, e.Back: self._back, e.Opened: self._opened, e.Round: self._round,
            e.Trained: self._trained, e.Signed: self._signed, e.Annulled: self._annulled, e.Exempted: self._exempted,
            e.Lifted: self._lifted, e.Prolonged: self._prolonged, e.Added: self._added, e.Removed: self._removed,
            e.Extended: self._extended, e.Closed: self._closed, e.Cancelled: self._cancelled,
            e.Published: self._published,
        }  # fmt: skip
        for event in events:
            if upto is None or event.at <= upto:
                self.add(event)

    def add(self, event: e.Event) -> None:
        """Let one more thing happen."""
        if do := self._do.get(type(event)):
            do(event)

    # --- campaigns ---

    def _opened(self, event: e.Opened) -> None:
        due = event.due or e.Due((event.due_on,))
        campaign = self.campaigns[event.code] = Campaign(event, event.due_on, event.last, due)
        self._newcomers(campaign, event.at)
        self._credit(campaign, event.at)

    def _published(self, event: e.Published) -> None:
        self.published[2] = day_of(event.at)

    def _newcomers(self, campaign: Campaign, now: datetime) -> None:
        for spell in [*self.spells()]:
            if campaign.of(spell) is None and self.is_asked(campaign, spell, day_of(now)):
                self._assign(campaign, spell, now)

    def _assign(self, campaign: Campaign, spell: Spell, now: datetime) -> Assignment:
        made = Assignment(campaign, spell, now)
        campaign.by_spell[id(spell)] = made
        day = self.due_day(made) or self.due_day(made, leaves=False)
        assert day is not None
        made.dues.append((now, day, True))
        return made

    def is_asked(self, campaign: Campaign, spell: Spell, day: date) -> bool:
        """Whether a spell is in the audience on a day."""
        plan = campaign.plan
        first, last = plan.joined_from, plan.joined_to
        if plan.kind == "joining":
            first = plan.first if first is None and last is None else first
            last = min(last or campaign.last, campaign.last)
        if not spell.holds(day) or (plan.types and spell.types.at(day) not in plan.types):
            return False
        if (first and spell.joined < first) or (last and spell.joined > last):
            return False
        if plan.departments and not any(
            f"{post}/".startswith(f"{path}/") for post in spell.posts(day) for path in plan.departments
        ):
            return False
        if plan.kind == "leaving" and not self._is_leaving(campaign, spell):
            return False
        return plan.kind != "change" or self._signed_earlier(spell.person, plan.revision)

    def _is_leaving(self, campaign: Campaign, spell: Spell) -> bool:
        return spell.left is not None and spell.left <= campaign.last

    def _signed_earlier(self, person: Person, revision: int) -> bool:
        texts = [s.campaign.plan.revision for s in self.signatures if s.person is person and s.annulled is None]
        return bool(texts) and max(texts) < revision

    def due_day(self, one: Assignment, *, leaves: bool = True) -> date | None:
        """By when, by the campaign's rule: day by day, those on leave passed over. None while nobody knows."""
        spell, start = one.spell, one.counted_from or day_of(one.at)
        if one.campaign.plan.kind == "leaving" and one.campaign.plan.due is None and spell.left is not None:
            return max(spell.left, start)
        away = tuple(spell.absences()) if leaves else ()
        key = one.campaign.due, start, spell.joined, away
        if key not in self._walked:  # the same days lead to the same day
            self._walked[key] = self._due_day(one, spell, start, leaves=leaves)
        return self._walked[key]

    def _due_day(self, one: Assignment, spell: Spell, start: date, *, leaves: bool) -> date | None:
        found = []
        for part in one.campaign.due.parts:
            day = self._part(part, spell, start, leaves)
            if day is None:
                return None
            found.append(day)
        return self._rolled(max(found), one.campaign.due.roll, lambda day: leaves and spell.away(day), start)

    def _part(self, part: date | e.After, spell: Spell, start: date, leaves: bool) -> date | None:
        if isinstance(part, date):
            count, begin, counts = (part - start).days, start, lambda _day: True
        else:
            begin = spell.joined if part.anchor == "joining" else start
            count, counts = part.days, is_working if part.working else lambda _day: True
        day = walk(begin, count, counts, lambda day: leaves and spell.away(day))
        if leaves and not isinstance(part, date) and part.anchor == "return":
            # A leave that begins by the day restarts the days at its end, one after the other.
            for first, last in sorted(spell.absences(), key=lambda leave: leave[0]):
                if day is not None and first <= day and (last is None or last >= start):
                    begin = max(begin, last + A_DAY) if last is not None else begin
                    day = walk(begin, count, counts, spell.away) if last is not None else None
        return day

    def _rolled(self, day: date, roll: str, away: Callable[[date], bool], start: date) -> date:
        step = {"stay": 0, "next": 1, "previous": -1}[roll]
        while step and (not is_working(day) or away(day)):
            day += step * A_DAY
        return max(day, start)

    def _round(self, event: e.Round) -> None:
        for campaign in self.campaigns.values():
            if campaign.state == "open":
                self._follow(campaign, event.at)
                self._credit(campaign, event.at)

    def _follow(self, campaign: Campaign, now: datetime) -> None:
        today = day_of(now)
        for one in campaign.assignments:
            self._look(campaign, one, now, today)
        if today <= campaign.last or campaign.plan.kind == "joining":
            self._newcomers(campaign, now)

    def _look(self, campaign: Campaign, one: Assignment, now: datetime, today: date) -> None:
        spell = one.spell
        by_hand = one.closed and one.turns[-1][1] in {"removed", "cancelled"}
        if one.signed or by_hand:
            return
        if not spell.holds(today):
            if spell.left is not None and spell.left < today:
                turn = (True, "left", spell.left + A_DAY)
            else:
                turn = (True, "never_here", day_of(one.at))
            if not one.closed or one.turns[-1] != turn:
                one.turns.append(turn)
            return
        if campaign.plan.kind == "leaving" and not self._is_leaving(campaign, spell):
            if not one.closed:
                one.turns.append((True, "stays", today))
            return
        if one.closed:
            one.turns.append((False, "", today))
        _at, due, rule = one.dues[-1]
        wanted = self._kept_day(one, rule) if isinstance(rule, Kept) else self.due_day(one)
        if wanted is not None and rule and wanted != due:
            one.dues.append((now, wanted, rule))

    def _kept_day(self, one: Assignment, kept: Kept) -> date | None:
        """A day set by an extension or an exemption, as leaves have moved it since; never earlier."""
        since, roll, left = min(kept.since, kept.day), one.campaign.due.roll, one.spell.left
        found = walk(since, (kept.day - since).days, lambda _day: True, one.spell.away)
        if found is None:
            return None
        found = self._rolled(found, roll, one.spell.away, since)
        if one.campaign.plan.kind == "leaving" and left is not None:
            found = min(found, left)
        unmoved = found == self._rolled(kept.day, roll, lambda _day: False, since)
        return kept.day if unmoved else max(found, kept.day)

    def _credit(self, campaign: Campaign, now: datetime) -> None:
        rule = campaign.plan.counts
        if campaign.plan.kind == "change":
            rule = e.Counts(TEACHING, self.published[campaign.plan.revision])
        if rule is None:
            return
        for one in campaign.assignments:
            if one.signed or one.closed or one.credited:
                continue
            fitting = [s for s in self.signatures if s.person is one.spell.person and self._fits(rule, s, campaign)]
            if fitting:
                one.credits.append((now, max(fitting, key=lambda signature: signature.at)))

    def _fits(self, rule: e.Counts, signature: Signature, campaign: Campaign) -> bool:
        return (
            signature.annulled is None
            and signature.campaign is not campaign
            and signature.campaign.plan.kind in rule.kinds
            and day_of(signature.at) >= rule.signed_from
            and (not rule.same_revision or signature.campaign.plan.revision == campaign.plan.revision)
        )

    # --- what people and HR do ---

    def assignment(self, number: str, code: str) -> Assignment:
        """The last of a person under a number."""
        person = self.holder(number)
        mine = [one for one in self.campaigns[code].assignments if one.spell.person is person]
        return mine[-1]

    def _of(self, event: Any) -> Assignment:
        return self.assignment(event.number, event.code)

    def _trained(self, event: e.Trained) -> None:
        self._of(event).trained = event.at

    def _signed(self, event: e.Signed) -> None:
        one = self._of(event)
        if one.trained is None:
            one.trained, one.taught_on_paper = event.at, event.paper
        signature = Signature(one.spell.person, one.campaign, event.at, paper=event.paper)
        self.sheets |= {one.campaign.plan.code} if event.paper else set()
        one.signatures.append(signature)
        self.signatures.append(signature)

    def _annulled(self, event: e.Annulled) -> None:
        self._of(event).signatures[-1].annulled = event.at

    def _exempted(self, event: e.Exempted) -> None:
        one, today = self._of(event), day_of(event.at)
        if one.exempt_from is None or not one.exempt(today):
            one.exempt_from = today, len(one.dues)
        one.exemptions.append((event.at, True, today, event.until))
        if event.until is not None:
            self._restart(one, event.at, event.until)

    def _lifted(self, event: e.Lifted) -> None:
        one, today = self._of(event), day_of(event.at)
        until = one.exemptions[-1][3]
        one.exemptions.append((event.at, False, today, None))
        if until is None and one.exempt_from is not None and one.exempt_from[0] < today:
            self._restart(one, event.at, today - A_DAY)

    def _restart(self, one: Assignment, now: datetime, until: date) -> None:
        """A due day within an exemption: what was left when it was first granted is left after it."""
        assert one.exempt_from is not None
        first, known = one.exempt_from
        due = one.dues[-1][1]
        kept = [isinstance(rule, Kept) and rule.exemption for _at, _day, rule in one.dues[known:]]
        if True in kept and all(kept[kept.index(True) :]):
            due = one.dues[known + kept.index(True) - 1][1]
        elif True in kept:
            first = day_of(now)
        day = due
        if first <= due <= until:
            away = lambda day: first <= day <= until  # noqa: E731
            walked = walk(first, (due - first).days, lambda _day: True, away)
            assert walked is not None
            day = self._rolled(walked, one.campaign.due.roll, away, first)
        if day != one.dues[-1][1]:
            one.dues.append((now, day, Kept(day, until, exemption=True)))

    def _prolonged(self, event: e.Prolonged) -> None:
        self._of(event).dues.append((event.at, event.due_on, False))

    def _added(self, event: e.Added) -> None:
        campaign, spell, today = self.campaigns[event.code], self.spell(event.number), day_of(event.at)
        one = campaign.of(spell)
        if one is None:
            self._assign(campaign, spell, event.at)
            return
        one.turns.append((False, "", today))
        if one.dues[-1][1] < today:
            one.counted_from = today
            fresh = self.due_day(one) or self.due_day(one, leaves=False)
            assert fresh is not None
            one.dues.append((event.at, fresh, True))

    def _removed(self, event: e.Removed) -> None:
        self._of(event).turns.append((True, "removed", day_of(event.at)))

    def _extended(self, event: e.Extended) -> None:
        campaign = self.campaigns[event.code]
        for one in campaign.assignments:
            if not one.signed and not one.closed and campaign.due_on <= one.dues[-1][1] < event.due_on:
                one.dues.append((event.at, event.due_on, Kept(event.due_on, day_of(event.at), exemption=False)))
        parts = tuple(event.due_on if part == campaign.due_on else part for part in campaign.due.parts)
        campaign.due = e.Due(parts, campaign.due.roll)
        campaign.due_on, campaign.last = event.due_on, event.last

    def _closed(self, event: e.Closed) -> None:
        self.campaigns[event.code].state = "closed"

    def _cancelled(self, event: e.Cancelled) -> None:
        campaign = self.campaigns[event.code]
        campaign.state = "cancelled"
        for one in campaign.assignments:
            if not one.signed and not one.closed:
                one.turns.append((True, "cancelled", day_of(event.at)))

    # --- the report ---

    def lines(self, day: date) -> list[Line]:
        """Everybody who works here at the end of a day, and everybody who was asked by then, as known by now."""
        found = []
        for person in self.people:
            asked = [
                one
                for campaign in self.campaigns.values()
                for one in campaign.assignments
                if one.spell.person is person and day_of(one.at) <= day
            ]
            found += [self._line(person, one, day) for one in asked]
            numbers = {one.spell.number for one in asked}
            found += [
                self._person(person, spell.number, day)
                for spell in person.spells
                if spell.holds(day) and spell.number not in numbers
            ]
        return sorted(found, key=lambda line: (line.number, line.campaign, line.closed_on or date.max))

    def _person(self, person: Person, number: str, day: date) -> Line:
        mine = [spell for spell in person.spells if spell.number == number]
        here = next((spell for spell in mine if spell.holds(day)), None)
        begun = [spell for spell in mine if spell.joined <= day]
        shown = here or (begun[-1] if begun else mine[-1])
        kind = shown.types.last(min(day, shown.left or day)) or shown.types.spans[0][2]
        department = shown.departments.last(min(day, shown.left or day)) or ""
        return Line(number, person.names.last(day) or "", department, kind, here is not None)

    def _line(self, person: Person, one: Assignment, day: date) -> Line:
        turns = [turn for turn in one.turns if turn[2] <= day]
        exemptions = [row for row in one.exemptions if day_of(row[0]) <= day]
        signatures = [s for s in one.signatures if day_of(s.at) <= day]
        standing = [s for s in signatures if s.annulled is None]
        annulled = [s for s in signatures if s.annulled is not None]
        counting = [s for at, s in one.credits if day_of(at) <= day and s.annulled is None]
        done = one.trained is not None and day_of(one.trained) <= day
        exempt: date | str | None = None
        if exemptions and exemptions[-1][1] and (exemptions[-1][3] is None or day <= exemptions[-1][3]):
            exempt = exemptions[-1][3] or "open"
        closed = turns[-1] if turns and turns[-1][0] else None
        modules = one.campaign.plan.modules
        counts = standing[-1] if standing else max(counting, key=lambda s: s.at, default=None)
        told = bool(self.sheets)  # as long as there is no sheet, a report says nothing of methods
        return self._person(person, one.spell.number, day)._replace(
            campaign=one.campaign.plan.code,
            due_on=[due for at, due, _rule in one.dues if day_of(at) <= day][-1],
            exempt_until=exempt,
            completed=modules if done else 0,
            passed_on=day_of(one.trained) if done and one.trained and modules else None,
            signed_on=day_of(standing[-1].at) if standing else None,
            annulled_on=day_of(annulled[-1].annulled) if annulled and annulled[-1].annulled else None,
            credited_on=day_of(max(s.at for s in counting)) if counting else None,
            closed_on=closed[2] if closed else None,
            closed=closed[1] if closed else "",
            completed_how=_how(one.taught_on_paper) if told and done and modules else "",
            signed_how=_how(counts.paper) if told and counts else "",
        )


def _how(paper: bool) -> str:
    return "paper" if paper else "online"
