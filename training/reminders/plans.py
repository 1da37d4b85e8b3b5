"""Which plans wait for somebody, and who is to be told of them today (ADR 64).

Privacy officers hear of drafts, HR and the person responsible of what is approved and not opened. What was told to
whom is read from the letters: of each reader the last that told of a plan counts. A letter that waits from an earlier
day is as good as told, until there is more to tell: then a new one tells of all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Q, TextChoices
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _

from training.campaigns.approve import fingerprint_of, plan_facts
from training.campaigns.calendar import day_of
from training.campaigns.models import DRAFTING, Campaign, CampaignEvent
from training.campaigns.working_days import IsWorking
from training.conf import conf
from training.reminders.addresses import account_addresses, holders, hr_addresses
from training.reminders.models import Letter, LetterReader
from training.reminders.nudge import (
    Cause,
    PlanCover,
    cause_of_approved,
    cause_of_draft,
    rung_of_approved,
    rung_of_draft,
)
from training.reminders.rungs import Quiet, is_working, ladder
from training.roles import Role

OFFICE = (Role.HR, Role.PRIVACY_OFFICER)  # who can open a campaign

Reading = tuple[str, Any]  # the reader, and the account; None is all of HR


class Why(TextChoices):
    """Why somebody is told of a plan, in words."""

    NEW = Cause.NEW.value, _("New, and not approved yet")
    CHANGED = Cause.CHANGED.value, _("Changed since the last mail, and not approved yet")
    AGAIN = Cause.AGAIN.value, _("Changed after its approval, and to be approved anew")
    NEAR = Cause.NEAR.value, _("Not approved yet, and the first day is near")
    LATE = Cause.LATE.value, _("Not approved yet, and the first day has come")
    UNOPENED = Cause.UNOPENED.value, _("Approved, but not opened, and the first day has come")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A plan that waits on a day, and the events of its writing. ``cover`` is what a mail of that day tells of it."""

    campaign: Campaign
    cover: PlanCover
    drafted: CampaignEvent | None
    changed: CampaignEvent | None
    day: date

    @property
    def is_draft(self) -> bool:
        """Whether it waits for its approval; else for its opening."""
        return self.campaign.state == Campaign.State.DRAFT

    def cause(self, account: Any, told: Mapping[int, PlanCover]) -> Cause | None:
        """Why it is told of today, if it is, to an account that was told this of plans.

        Whoever wrote the draft as it stands knows of it without a mail.
        """
        last = told.get(self.campaign.pk)
        if not self.is_draft:
            return cause_of_approved(self.cover, last)
        written = self.changed or self.drafted
        if account is not None and written is not None and written.by_id == account:
            if self._is_of_today(written):
                return None
            # What was told of a first day that has been moved since is not told of the new one.
            moved = last is not None and last.plan != self.cover.plan and last.rung != self.cover.rung
            last = self.cover._replace(rung=last.rung if last and not moved else None)
        return cause_of_draft(self.cover, last, at_rest=self.changed is None or not self._is_of_today(self.changed))

    def _is_of_today(self, event: CampaignEvent) -> bool:
        return day_of(event.at, conf.time_zone) == self.day


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan in a letter."""

    plan: Waiting
    why: Why


@dataclass(frozen=True, slots=True)
class PlannedPlans:
    """A letter about plans: to an account, or to all of HR where there is none."""

    reader: LetterReader
    account: Any
    lines: tuple[PlanLine, ...]
    about: ClassVar = Letter.About.PLANS
    to: ClassVar = None

    def key(self, day: date) -> str:
        """What the letter is for: one a day for each reader."""
        return f"plans:{self.reader.value}:{self.account or 'all'}:{day.isoformat()}"

    @property
    def covers(self) -> list[list[object]]:
        """Of what it tells, as the letter holds it."""
        return [list(line.plan.cover) for line in self.lines]


@dataclass(frozen=True, slots=True)
class Unheard:
    """A plan that somebody would be told of today and is not, and why. ``account`` is None of all such readers."""

    reader: LetterReader
    account: Any
    campaign: Campaign
    why: Quiet


@dataclass(slots=True)
class Plans:
    """What one day brings about plans."""

    letters: list[PlannedPlans] = field(default_factory=list)
    unheard: list[Unheard] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Somebody who is told of plans, and at which address, if any is known."""

    reader: LetterReader
    account: Any
    reached: bool
    plans: tuple[Waiting, ...]


def waiting_plans(*, today: date, only: Collection[int] | None = None) -> list[Waiting]:
    """The plans that wait for somebody today, the next first day first. Three queries, one where there are none.

    A draft whose days have all passed is a leftover that binds nobody, and waits for nobody.
    """
    if not ladder().plans:
        return []
    draft = Q(state=Campaign.State.DRAFT, end__gte=today)
    approved = Q(state=Campaign.State.APPROVED, first_day__lte=today)
    rows = Campaign.objects.annotate(end=Greatest("last_day", "due_on")).filter(draft | approved)
    if only is not None:
        rows = rows.filter(pk__in=only)
    campaigns = list(
        rows.select_related("revision", "statement").prefetch_related("campaign_modules").order_by("first_day", "code")
    )
    events: dict[int, list[CampaignEvent]] = defaultdict(list)
    if campaigns:
        kinds = {*DRAFTING, CampaignEvent.Kind.APPROVED}
        for event in CampaignEvent.objects.filter(campaign__in=campaigns, kind__in=kinds).order_by("at"):
            events[event.campaign_id].append(event)
    working = is_working()
    found = [_waiting(campaign, events[campaign.pk], today, working) for campaign in campaigns]
    return [plan for plan in found if plan.is_draft or plan.cover.rung is not None]


def _waiting(campaign: Campaign, events: Sequence[CampaignEvent], today: date, working: IsWorking) -> Waiting:
    last = {event.kind: event for event in events}
    approvals = [event for event in events if event.kind == CampaignEvent.Kind.APPROVED]
    if campaign.state == Campaign.State.DRAFT:
        rung = rung_of_draft(first_day=campaign.first_day, today=today, is_working=working)
    else:
        approved_on = day_of(approvals[-1].at, conf.time_zone) if approvals else None
        rung = rung_of_approved(first_day=campaign.first_day, approved_on=approved_on, today=today)
    return Waiting(
        campaign,
        PlanCover(campaign.pk, fingerprint_of(plan_facts(campaign)), len(approvals), rung),
        last.get(CampaignEvent.Kind.DRAFTED),
        last.get(CampaignEvent.Kind.CHANGED),
        today,
    )


def plans_of_today(*, today: date) -> Plans:
    """Who is to be told of which plans today. Writes nothing; today is a working day."""
    found = Plans()
    waiting = waiting_plans(today=today)
    if not waiting:
        return found
    letters = _letters(today)
    for one in _readers(waiting, today):
        key = (one.reader.value, one.account)
        news = [plan for plan in one.plans if plan.cause(one.account, letters.told[key])]
        if not news:
            continue
        letter = PlannedPlans(one.reader, one.account, tuple(_lines(one, letters.settled[key])))
        if one.reached and letter.key(today) not in letters.written:
            found.letters.append(letter)
        else:
            why = Quiet.TOMORROW if one.reached else Quiet.NO_ADDRESS
            found.unheard += [Unheard(one.reader, one.account, plan.campaign, why) for plan in news]
    return found


def lines_of(letter: Letter, *, today: date) -> list[PlanLine]:
    """Of what a letter was to tell, what is still so and was not told by another; nothing to whom it concerns no more.

    Whoever lost the role, or is responsible no longer, is told nothing.
    """
    plans = waiting_plans(today=today, only=[campaign for campaign, *_rest in letter.covers])
    if not plans:
        return []
    told = _letters(today, but=letter.pk).told[letter.reader, letter.account_id]
    mine = (letter.reader, letter.account_id)
    readers = [one for one in _readers(plans, today) if (one.reader.value, one.account) == mine]
    return [line for one in readers for line in _lines(one, told)]


def _lines(reader: _Reader, told: Mapping[int, PlanCover]) -> list[PlanLine]:
    causes = [(plan, plan.cause(reader.account, told)) for plan in reader.plans]
    return [PlanLine(plan, Why(cause.value)) for plan, cause in causes if cause is not None]


def _readers(plans: Sequence[Waiting], today: date) -> list[_Reader]:
    """Whom these plans concern. Nobody is told twice of a plan: who is among HR hears of it there.

    At most three queries.
    """
    drafts = tuple(plan for plan in plans if plan.is_draft)
    late = tuple(plan for plan in plans if not plan.is_draft)
    found = []
    if drafts:
        officers = sorted(account_addresses(holders(Role.PRIVACY_OFFICER), today).items()) or [(None, "")]
        found += [_Reader(LetterReader.OFFICER, key, bool(address), drafts) for key, address in officers]
    if late:
        hr = {address.casefold() for address in hr_addresses(today)}
        found.append(_Reader(LetterReader.HR, None, bool(hr), late))
        named = {plan.campaign.responsible_id for plan in late} - {None}
        accounts = account_addresses(holders(*OFFICE).filter(pk__in=named), today) if named else {}
        for key, address in sorted(accounts.items()):
            theirs = tuple(plan for plan in late if plan.campaign.responsible_id == key)
            if address.casefold() not in hr:
                found.append(_Reader(LetterReader.RESPONSIBLE, key, bool(address), theirs))
    return found


@dataclass(slots=True)
class _Letters:
    """What the letters about plans say. ``written``: their keys. ``told``: what each reader was told last of each plan.

    ``settled``: the same without those letters of earlier days that still wait, which a new one may replace.
    """

    written: set[str] = field(default_factory=set)
    told: dict[Reading, dict[int, PlanCover]] = field(default_factory=lambda: defaultdict(dict))
    settled: dict[Reading, dict[int, PlanCover]] = field(default_factory=lambda: defaultdict(dict))


def _letters(today: date, *, but: UUID | None = None) -> _Letters:
    """What the letters say, but for one. One query."""
    found = _Letters()
    rows = Letter.objects.filter(about=Letter.About.PLANS).order_by("made_at")
    if but is not None:
        rows = rows.exclude(pk=but)
    for key, reader, account, state, covers in rows.values_list("key", "reader", "account", "state", "covers"):
        found.written.add(key)
        if state == Letter.State.DROPPED:
            continue
        replaceable = state == Letter.State.WAITING and not key.endswith(f":{today.isoformat()}")
        for cover in (PlanCover(*cover) for cover in covers):
            found.told[reader, account][cover.campaign] = cover
            if not replaceable:
                found.settled[reader, account][cover.campaign] = cover
    return found
