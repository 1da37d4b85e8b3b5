"""Decides on every row of a list: what of what is believed it changes, or why it is not taken over.

Pure. See ``roster_plan`` for what is decided on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from training.people.names import folded
from training.people.roster_doubles import with_doubles
from training.people.roster_former import Formers, Renumbered
from training.people.roster_managers import with_managers
from training.people.roster_plan import Believed, Change, Plan, Spell, Unfit, alike, departments_made
from training.people.roster_spans import A_DAY, AsOf, Limits, Span, at, end_before, joined_up, reach, set_from
from training.people.roster_values import Path, Record, Refused, Sheet

REGULAR = "regular"


def make_plan(sheet: Sheet, believed: Believed, *, day: date, left_if_missing: bool = False) -> Plan:
    """Decide on every row."""
    return _Planner(sheet, believed, day).plan(left_if_missing)


class _Planner:
    def __init__(self, sheet: Sheet, believed: Believed, day: date) -> None:
        self.sheet, self.believed, self.day = sheet, believed, day
        self.departments = {tuple(map(alike, path)): key for key, path in believed.paths.items()}
        self._places: dict[Path, Any] = {}
        self.refused = list(sheet.refused)
        self.done: dict[str, Change] = {}
        self.records = {record.number: record for record in sheet.records}
        self.zeros: dict[str, list[str]] = {}
        self.of_person: dict[Any, list[Spell]] = {}
        for number, spells in believed.spells.items():
            for spell in spells:
                self.of_person.setdefault(spell.employee, []).append(spell)
            if number.isdigit() and number[0] == "0":
                self.zeros.setdefault(number.lstrip("0"), []).append(number)
        self.formers = Formers(sheet, believed, day, self.zeros)

    def plan(self, left_if_missing: bool) -> Plan:
        for record in self.sheet.records:
            if record.number not in self.formers.over:
                self._try(record, self._decide)
        for number, following in self.formers.over.items():
            self._try(self.records[number], self._told if following in self.done else self._decide)
        if "manager" in self.sheet.says:
            self.refused += with_managers(self.sheet.records, self.done, self.believed.spells, self.day)
        self._spare()
        changes = list(self.done.values())
        missing = self._missing()
        if left_if_missing:
            changes += [self._gone(change) for change in missing]
            missing = []
        changes = with_doubles(changes, self.believed.spells, self.day)
        refused = tuple(sorted(self.refused, key=lambda one: one.line))
        made = departments_made(changes, self.departments.keys())
        return Plan(self.day, tuple(changes), refused, tuple(missing), self.sheet.passed_over, made)

    def _try(self, record: Record, decide: Callable[[Record], Change]) -> None:
        try:
            self.done[record.number] = decide(record)
        except Unfit as reason:
            self.done.pop(record.number, None)
            self.refused.append(Refused(record.line, record.number, reason.code, reason.values, record.former))

    def _spare(self) -> None:
        """Let nobody leave to whom a refused row may give another number."""
        lines = {employee: one.line for one in self.refused for employee in self.formers.formerly(one)}
        for change in [change for change in self.done.values() if change.kind == "left"]:
            if change.spell is not None and change.spell.employee in lines:
                del self.done[change.number]
                record = self.records[change.number]
                line = {"line": str(lines[change.spell.employee])}
                self.refused.append(Refused(record.line, record.number, "former_refused", line, record.former))

    # --- one row ---

    def _decide(self, record: Record) -> Change:
        renumbered = self.formers.of(record)
        spell = renumbered.spell if renumbered else self._spell(record)
        if spell is None:
            return self._new(record, None)
        if spell.last is not None and record.joined is not None and record.joined > spell.last:
            if renumbered:
                return self._new(record, spell)
            name = at(spell.names, spell.last) or (spell.names[-1] if spell.names else None)
            same = name is not None and folded(name.value[0]) == folded(record.name or "")
            if not (same and spell.later):
                return self._new(record, spell if same else None)
        if spell.later is not None:
            return self._told(record, spell)
        if spell.last is not None and spell.last < self.day and record.left is None:
            raise Unfit("left_already", left=spell.last.isoformat())
        return self._changed(record, spell, renumbered)

    def _told(self, record: Record, spell: Spell | None = None) -> Change:
        """The row of a number that the person has no longer: it says that it ended, or is an old one."""
        if spell is not None and spell.last is not None and record.left != spell.last:
            since = (spell.last + A_DAY).isoformat()
            raise Unfit("number_former", number=spell.later or "", since=since)
        if spell is not None and spell.last is not None and spell.last >= self.day:  # the new number is yet to come
            self.formers.named.add(spell.employee)
        return Change(record.line, record.number, record.name or "", "unchanged")

    def _spell(self, record: Record) -> Spell | None:
        """The span of working here that a row is about: the one that began on its day of joining, or the last."""
        spells = self.believed.spells.get(record.number, ())
        if not spells:
            if record.number.isdigit() and (known := self.zeros.get(record.number.lstrip("0") or "0")):
                raise Unfit("zeros_lost", known=known[0])
            return None
        mine = [spell for spell in spells if spell.later is None] or spells
        return next((spell for spell in reversed(mine) if record.joined in {spell.first, spell.since}), mine[-1])

    def _new(self, record: Record, former: Spell | None) -> Change:
        if record.name is None:
            raise Unfit("name_missing")
        if record.department is None:
            raise Unfit("department_missing")
        if record.type is None and "type" in self.sheet.says:
            raise Unfit("type_missing")
        if record.joined is None and "joined" in self.sheet.says:
            raise Unfit("joined_missing")
        first = record.joined or self.day
        last = record.left
        if last is not None and last < first:
            raise Unfit("left_before_joined", joined=first.isoformat(), left=last.isoformat())
        for spell in self.believed.spells.get(record.number, ()):
            if spell.last is None or (first <= spell.last and (last is None or spell.since <= last)):
                raise Unfit("overlap", joined=spell.since.isoformat())
        for spell in self.of_person[former.employee] if former else ():  # here under another number
            if (spell.last is None or first <= spell.last) and (last is None or spell.since <= last):
                raise Unfit("number_former", number=spell.number, since=spell.since.isoformat())
        wanted = Spell(
            employee=former.employee if former else None,
            number=record.number,
            employments=(Span(first, last, record.type or REGULAR),),
            names=self._names(record, former.names, first)
            if former
            else (Span(first, None, (record.name, record.kana or "")),),
            posts=(Span(first, last, self._place(record.department)),),
            seconds=tuple(Span(first, last, self._place(path)) for path in self._seconds(record)),
            emails=self._email(record, former.emails if former else (), first),
            managers=former.managers if former else (),
        )
        before = replace(former, employments=(), posts=(), seconds=(), numbers=()) if former else None
        shown = {"former": ("", former.number)} if former and former.number != record.number else {}
        shown |= {
            "joined": ("", first.isoformat()),
            "department": ("", "/".join(record.department)),
            "type": ("", record.type or REGULAR),
        }
        fields = ("rehired",) if former else ()
        if last is not None:
            fields, shown["left"] = (*fields, "left"), ("", last.isoformat())
        return Change(
            record.line, record.number, record.name, "new", fields, shown, before, wanted, rehired=bool(former)
        )

    def _changed(self, record: Record, spell: Spell, renumbered: Renumbered | None) -> Change:
        fields: list[str] = []
        shown: dict[str, tuple[str, str]] = {}
        first, last = self._limits(record, spell, renumbered)
        begun = [first, *(span.first for span in spell.numbers if span.first == record.joined)]
        if renumbered:
            begun.append(renumbered.since)
        day = max(*begun, self.day if last is None else min(self.day, last))
        as_of = AsOf(day, renumbered.since if renumbered else day)
        numbers = spell.numbered if renumbered else spell.numbers
        employments, posts, seconds, managers = spell.employments, spell.posts, spell.seconds, spell.managers
        names, emails = spell.names, spell.emails
        if (first, last) != (spell.first, spell.last):
            limits = Limits(spell.first, first, spell.last, last)
            employments, posts, seconds, numbers = (
                reach(spans, limits) for spans in (employments, posts, seconds, numbers)
            )
            if names and first < names[0].first == spell.first:
                names = (names[0]._replace(first=first), *names[1:])
            if last is not None and last != spell.last:
                managers = tuple(end_before(managers, last + A_DAY))
            if first != spell.first:
                fields.append("joined")
                shown["joined"] = spell.first.isoformat(), first.isoformat()
            if last != spell.last:
                fields.append("left")
                shown["left"] = _iso(spell.last), _iso(last)
        if renumbered:
            numbers = joined_up(set_from(numbers, as_of.since, record.number, until=last))
            fields.append("number")
            shown["number"], shown["since"] = (spell.number, record.number), ("", as_of.since.isoformat())
        whole = False
        held = at(names, day)
        if record.name is not None and not self._same_name(record, held):
            whole = held is not None and _nothing_in_common(held.value, (record.name, record.kana or ""))
            if whole and "joined" in fields:
                raise Unfit("other_person")
            names = self._names(record, names, as_of.begins(names))
            fields.append("name")
            new = at(names, day)
            shown["name"] = _name(held), _name(new)
        kind = at(employments, day)
        if record.type is not None and (kind is None or kind.value != record.type):
            employments = tuple(set_from(employments, as_of.begins(employments), record.type, until=last))
            fields.append("type")
            shown["type"] = kind.value if kind else "", record.type
        if record.department is not None:
            place, post = self._place(record.department), at(posts, day)
            if post is None or post.value != place:
                posts = tuple(set_from(posts, as_of.begins(posts), place, until=last))
                fields.append("department")
                shown["department"] = self._words([post]), "/".join(record.department)
        if "second" in self.sheet.says or record.second is not None:
            wanted = {self._place(path) for path in self._seconds(record)}
            now = [span for span in seconds if span.holds(day)]
            if {span.value for span in now} != wanted:
                begins = as_of.begins(seconds)
                kept = [span for span in seconds if not (span.holds(day) and span.value not in wanted)]
                kept += [s for span in now if span.value not in wanted for s in end_before([span], begins)]
                kept += [Span(begins, last, place) for place in wanted - {span.value for span in now}]
                seconds = tuple(sorted(kept, key=lambda span: (span.first, str(span.value))))
                fields.append("second")
                shown["second"] = self._words(now), "、".join("/".join(path) for path in self._seconds(record))
        if "email" in self.sheet.says:
            written = at(emails, day)
            if (written.value if written else None) != record.email:
                emails = self._email(record, emails, as_of.begins(emails))
                fields.append("email")
                shown["email"] = written.value if written else "", record.email or ""
        number = record.number if renumbered else spell.number
        to_be = Spell(spell.employee, number, employments, names, posts, seconds, managers, emails, numbers)
        told = _name_only(at(names, day)) or record.name or ""
        return Change(
            record.line,
            record.number,
            told,
            _kind(fields, last),
            tuple(fields),
            shown,
            spell,
            to_be,
            whole_name=whole,
            as_of=as_of,
        )

    def _limits(self, record: Record, spell: Spell, renumbered: Renumbered | None) -> tuple[date, date | None]:
        """First and last day as the row has them; where the list has no column for leaving, what is believed."""
        first = record.joined or spell.first
        if any(
            span.first == first for span in spell.employments
        ):  # hired again the day after, or of another type since
            first = spell.first
        if first > spell.first and self._of_a_number(first, record.former, spell):
            first = spell.first
        since = first if not spell.numbers else max(first, spell.since)
        if renumbered:
            since = renumbered.since
            first = spell.first if first == since else first
        last = record.left if "left" in self.sheet.says else spell.last
        if last is None and spell.last is not None and spell.last < self.day:
            last = spell.last
        if last is not None and last < (since if renumbered else first):
            raise Unfit(
                "left_before_joined", joined=(since if renumbered else first).isoformat(), left=last.isoformat()
            )
        for other in self.believed.spells.get(record.number, ()):
            if other is spell:
                continue
            if (other.last is None or since <= other.last) and (last is None or other.since <= last):
                raise Unfit("overlap", joined=other.since.isoformat())
        return first, last

    def _of_a_number(self, joined: date, former: str | None, spell: Spell) -> bool:
        """Whether a day of joining is meant as that of a later number: it must not cut the years before."""
        if not spell.numbers:
            return False
        ended = spell.numbers[0].last
        return (ended is not None and joined > ended) or former in {span.value for span in spell.numbers}

    def _same_name(self, record: Record, held: Span | None) -> bool:
        if held is None or alike(held.value[0]) != alike(record.name or ""):
            return False
        return record.kana is None or alike(held.value[1]) == alike(record.kana)

    def _names(self, record: Record, names: tuple[Span, ...], day: date) -> tuple[Span, ...]:
        held = at(names, day)
        if self._same_name(record, held):
            return names
        kana = record.kana
        if kana is None:  # a list without readings keeps the reading of a name that is still the same
            kana = held.value[1] if held and folded(held.value[0]) == folded(record.name or "") else ""
        return tuple(set_from(names, day, (record.name, kana)))

    def _email(self, record: Record, emails: tuple[Span, ...], day: date) -> tuple[Span, ...]:
        held = at(emails, day)
        if "email" not in self.sheet.says or (held.value if held else None) == record.email:
            return emails
        if record.email is None:
            return tuple(end_before(emails, day))
        return tuple(set_from(emails, day, record.email))

    def _place(self, path: Path) -> Any:
        """The department's key, or its path where it is yet to be made."""
        found = self._places.get(path)
        if found is None:
            found = self._places[path] = self.departments.get(tuple(map(alike, path))) or path
        return found

    def _seconds(self, record: Record) -> tuple[Path, ...]:
        """The second posts, without the main one said again."""
        if not record.second:
            return ()
        main = tuple(map(alike, record.department or ()))
        return tuple(path for path in record.second or () if tuple(map(alike, path)) != main)

    def _words(self, spans: Iterable[Span | None]) -> str:
        paths = self.believed.paths
        return "、".join(
            "/".join(paths.get(span.value, span.value if isinstance(span.value, tuple) else ()))
            for span in spans
            if span
        )

    # --- who is in no row ---

    def _missing(self) -> list[Change]:
        listed = self.records.keys() | {refused.number for refused in self.sheet.refused}
        named = self.formers.named.union(*map(self.formers.perhaps, self.refused))
        found = []
        for number, spells in sorted(self.believed.spells.items()):
            spell = spells[-1]
            if number in listed or spell.employee in named:
                continue
            if spell.first <= self.day and spell.last is None:
                name = at(spell.names, self.day)
                found.append(Change(None, number, _name_only(name), "missing", (), {}, spell))
        return found

    def _gone(self, change: Change) -> Change:
        """Let somebody who is in no row have left the day before."""
        spell = change.spell
        assert spell is not None  # noqa: S101  (who is missing is believed)
        last = max(spell.first, self.day - A_DAY)
        limits = Limits(spell.first, spell.first, None, last)
        wanted = replace(
            spell,
            employments=reach(spell.employments, limits),
            posts=reach(spell.posts, limits),
            seconds=reach(spell.seconds, limits),
            managers=tuple(end_before(spell.managers, last + A_DAY)),
            numbers=reach(spell.numbers, limits),
        )
        return replace(change, kind="left", fields=("left",), shown={"left": ("", last.isoformat())}, wanted=wanted)


def _kind(fields: list[str], last: date | None) -> str:
    if "number" in fields:
        return "renumbered"
    if "left" in fields and last is not None:
        return "left"
    if "department" in fields or "second" in fields:
        return "moved"
    if "name" in fields:
        return "renamed"
    return "changed" if fields else "unchanged"


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _name_only(span: Span | None) -> str:
    return str(span.value[0]) if span else ""


def _name(span: Span | None) -> str:
    return f"{span.value[0]}（{span.value[1]}）" if span and span.value[1] else _name_only(span)


def _nothing_in_common(old: tuple[str, str], new: tuple[str, str]) -> bool:
    """Whether two names share neither beginning nor end, in writing and in reading: perhaps not one person's."""
    for one, other in zip(old, new, strict=True):
        one, other = folded(one), folded(other)
        if one and other and (one[0] == other[0] or one[-1] == other[-1]):
            return False
    return True
