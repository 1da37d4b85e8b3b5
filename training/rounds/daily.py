"""The daily round: next year's drafts, and every open campaign brought up to the roster of today."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from training.attestation.credit import credit, foreseen
from training.campaigns.assign import Assigned, assign
from training.campaigns.models import Campaign
from training.campaigns.repeat import draft_due
from training.errors import Conflict, TrainingError
from training.rounds.named import named_for

log = logging.getLogger(__name__)
# What stored data of a broken shape, or a database that gives up, raises: one campaign's trouble, not that of all.
BROKEN = (DatabaseError, LookupError, TypeError, ValueError)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one campaign: what was assigned and how many were credited, or what was in the way.

    Of a dry run ``credits`` are the staff numbers of those who would be credited.
    """

    code: str
    assigned: Assigned | None = None
    credited: int = 0
    failed: str = ""
    credits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DailyRound:
    """What a round did, or would do: the new drafts (of a dry run not stored), and each open campaign."""

    drafts: tuple[Campaign, ...]
    campaigns: tuple[Outcome, ...]

    @property
    def drafted(self) -> tuple[str, ...]:
        """The drafts' codes."""
        return tuple(one.code for one in self.drafts)

    @property
    def failed(self) -> bool:
        """Whether a campaign could not be done."""
        return any(outcome.failed for outcome in self.campaigns)


def daily_round(
    *,
    now: datetime,
    dry_run: bool = False,
    codes: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> DailyRound:
    """Draft what repeating plans ask for, then follow the roster and credit in every open campaign, or in those named.

    Following and crediting a campaign are a transaction each, and what is in
    the way of one leaves the others alone. Run twice, it does its work once. ``progress`` is
    told how many campaigns are done, of how many. A dry run says the same, who
    would be credited too, and leaves nothing written.
    """
    outcomes: list[Outcome | None] = []
    drafted: list[Campaign] = []

    def not_drafted(code: str, why: str) -> None:
        outcomes.append(Outcome(code, failed=_("not drafted: %(why)s") % {"why": why}))

    if not codes:
        try:
            drafted = draft_due(now=now, dry_run=dry_run, failed=not_drafted)
        except BROKEN as reason:
            log.exception("repeating plans: not drafted")
            outcomes.append(Outcome(_("repeating plans"), failed=_broken(reason)))
    running = Campaign.objects.filter(state=Campaign.State.OPEN).order_by("first_day", "code")
    campaigns = list(running.filter(code__in=codes) if codes else running)
    for done, campaign in enumerate(campaigns, 1):
        outcomes.append(_follow(campaign, now=now, dry_run=dry_run))
        if progress:
            progress(done, len(campaigns))
    return DailyRound(tuple(drafted), tuple(outcome for outcome in outcomes if outcome))


def _follow(campaign: Campaign, *, now: datetime, dry_run: bool) -> Outcome | None:
    """One campaign's share; None where somebody has closed it since the round began.

    Two transactions: the first ends with the counters, which nobody may hold who goes on to hold assignments.
    """
    assigned: Assigned | None = None
    try:
        with transaction.atomic():
            assigned = assign(campaign=campaign, now=now, named=named_for(campaign), dry_run=dry_run)
        if dry_run:
            found = foreseen(campaign=campaign, **assigned.keys)
            return Outcome(campaign.code, assigned, len(found), credits=found)
        return Outcome(campaign.code, assigned, len(credit(campaign=campaign, now=now)))
    except Conflict:
        return None if assigned is None else Outcome(campaign.code, assigned)
    except TrainingError as reason:
        return Outcome(campaign.code, assigned, failed=str(reason))
    except BROKEN as reason:
        log.exception("campaign %s: not followed", campaign.code)
        return Outcome(campaign.code, assigned, failed=_broken(reason))


def _broken(reason: Exception) -> str:
    return _("An error: %(name)s. The log tells more.") % {"name": type(reason).__name__}
