"""Cancel a campaign: nothing is asked of anybody any more, and what was signed stays signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.approve import plan_facts
from training.campaigns.calendar import day_of
from training.campaigns.close import figures_of
from training.campaigns.deciders import require_canceller
from training.campaigns.held import hold
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, CampaignEvent
from training.campaigns.queries import event_numbers, unsettled
from training.campaigns.reasons import stated
from training.campaigns.tally import rebuild
from training.conf import conf
from training.errors import Conflict
from training.ledger.append import append, hide
from training.ledger.bulk import Bulk, fresh_keys

COLUMNS = ("id", "assignment_id", "number", "kind", "cause", "day", "by_id", "at")
CANCELLABLE = frozenset({Campaign.State.DRAFT, Campaign.State.APPROVED, Campaign.State.OPEN})


@transaction.atomic
def cancel(*, campaign: Campaign, reason: str, by: AbstractBaseUser | None, now: datetime) -> CampaignEvent:
    """Cancel a draft, an approved or an open campaign; each assignment that is not signed is closed, in one entry.

    HR cancels a draft, and the privacy officer alone what was approved
    (``NotAllowed``). Raises ``Conflict`` where it is closed or cancelled,
    ``Invalid`` where no reason is given.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    require_canceller(by, state=locked.state)
    reason = stated(reason)
    if locked.state not in CANCELLABLE:
        raise Conflict(
            _("This campaign is “%(state)s”; it cannot be cancelled.") % {"state": locked.get_state_display()}
        )
    was_open = locked.state == Campaign.State.OPEN
    if was_open:
        # All, before anything is counted: whoever signs now, or takes a signature back, does so before or afterwards.
        hold(list(Assignment.objects.filter(campaign=locked).values_list("pk", flat=True)))
    figures = {"figures": figures_of(locked, now=now)} if was_open else {}
    event = CampaignEvent(
        campaign=locked,
        kind=CampaignEvent.Kind.CANCELLED,
        by_id=by.pk if by else None,
        at=now,
        facts=plan_facts(locked) | figures,
    )
    closings = _closings(locked, by, now) if was_open else []
    append(
        kind="campaigns.cancelled",
        at=now,
        rows=[event],
        disclosures=[hide("reason", reason)],
        bulk=[Bulk(AssignmentEvent, COLUMNS, closings)],
    )
    if was_open:
        rebuild(campaign=locked)
    locked.state = campaign.state = Campaign.State.CANCELLED
    locked.save(update_fields=["state"])
    return event


def _closings(campaign: Campaign, by: AbstractBaseUser | None, now: datetime) -> list[tuple[Any, ...]]:
    """The closing of everybody who has not signed, as rows. One query."""
    open_ones = unsettled(Assignment.objects.filter(campaign=campaign)).annotate(number=event_numbers())
    found = list(open_ones.order_by("pk").values_list("pk", "number"))
    closed, cancelled = AssignmentEvent.Kind.CLOSED.value, AssignmentEvent.Cause.CANCELLED.value
    day, by_id = day_of(now, conf.time_zone), by.pk if by else None
    return [
        (key, one, last + 1, closed, cancelled, day, by_id, now)
        for key, (one, last) in zip(fresh_keys(len(found)), found, strict=True)
    ]
