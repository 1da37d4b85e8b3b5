"""Close a campaign: its figures are fixed."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.approve import plan_facts
from training.campaigns.calendar import day_of
from training.campaigns.deciders import require_office
from training.campaigns.held import held_open, hold
from training.campaigns.models import Assignment, Campaign, CampaignEvent
from training.campaigns.queries import unsettled, with_exemption
from training.campaigns.reasons import stated
from training.campaigns.tally import rebuild, with_credit
from training.conf import conf
from training.errors import NotReady
from training.ledger.append import append, hide


def figures_of(campaign: Campaign, *, now: datetime) -> dict[str, int]:
    """How far everybody is, counted afresh; the counters are set right by the way.

    Of ``assigned`` everybody is under one of ``signed``, ``closed``,
    ``credited``, ``exempt`` and ``outstanding``; ``started`` and ``trained``
    count modules, whatever became of the person.
    """
    tally = rebuild(campaign=campaign)
    rest = with_credit(unsettled(Assignment.objects.filter(campaign=campaign))).filter(credited=False)
    exempt = with_exemption(rest, day=day_of(now, conf.time_zone)).filter(exempt=True).count()
    return {
        "assigned": tally.assigned,
        "started": tally.started,
        "trained": tally.trained,
        "signed": tally.signed,
        "closed": tally.closed,
        "credited": tally.credited,
        "exempt": exempt,
        "outstanding": tally.assigned - tally.signed - tally.closed - tally.credited - exempt,
    }


@transaction.atomic
def close(*, campaign: Campaign, reason: str, by: AbstractBaseUser | None, now: datetime) -> CampaignEvent:
    """End the campaign and record its figures as they are; what is open stays open for ever.

    Nobody can go on afterwards: not read, not answer, not sign, nor can HR
    enter a paper or move a day. A paper with a time limit that is being
    filled in is still marked on what was saved in time, as any other, but the
    figures say what was so when the campaign was closed. Certificates are
    issued and renewed as before. There is no opening again: whoever is missing
    is asked by a make-up campaign.

    HR and the privacy officer close (``NotAllowed``). Raises ``Conflict``
    where the campaign is not open, ``NotReady`` before its first day,
    ``Invalid`` where no reason is given.
    """
    require_office(by)
    reason = stated(reason)
    locked = held_open(campaign)
    if day_of(now, conf.time_zone) < locked.first_day:
        raise NotReady(_("The campaign has not begun yet. It can be cancelled."))
    # Whoever is signing now is counted, and whoever comes later is refused.
    hold(list(unsettled(Assignment.objects.filter(campaign=locked)).values_list("pk", flat=True)))
    event = CampaignEvent(
        campaign=locked,
        kind=CampaignEvent.Kind.CLOSED,
        by_id=by.pk if by else None,
        at=now,
        facts=plan_facts(locked) | {"figures": figures_of(locked, now=now)},
    )
    append(kind="campaigns.closed", at=now, rows=[event], disclosures=[hide("reason", reason)])
    locked.state = campaign.state = Campaign.State.CLOSED
    locked.save(update_fields=["state"])
    return event
