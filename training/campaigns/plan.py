"""Draft a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Campaign, CampaignModule
from training.catalogue.models import Module
from training.errors import Conflict, Invalid
from training.policy.models import Revision, StatementVersion


@transaction.atomic
def plan(
    *,
    code: str,
    title: str,
    kind: Campaign.Kind,
    first_day: date,
    last_day: date,
    due_on: date,
    valid_until: date,
    revision: Revision,
    statement: StatementVersion,
    modules: Sequence[Module],
) -> Campaign:
    """Make a draft that asks for these modules in this order.

    Raises ``Conflict`` where the code is taken and ``Invalid`` where the days
    are out of order or no module is named.
    """
    if Campaign.objects.filter(code=code).exists():
        raise Conflict(_("The code %(code)s is taken already.") % {"code": code})
    if not modules or len({module.pk for module in modules}) != len(modules):
        raise Invalid(_("A campaign needs at least one module, and each once."))
    if not first_day <= due_on <= valid_until or last_day < first_day:
        raise Invalid(_("The days are out of order: first day, due day, end of validity."))
    campaign = Campaign.objects.create(
        code=code,
        title=title,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        due_on=due_on,
        valid_until=valid_until,
        revision=revision,
        statement=statement,
    )
    CampaignModule.objects.bulk_create(
        CampaignModule(campaign=campaign, module=module, order=order) for order, module in enumerate(modules, 1)
    )
    return campaign
