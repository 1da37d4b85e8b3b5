"""Rows held to the end of a transaction: a campaign first, then assignments in one order, the counters last.

Whoever signs, answers or is closed at the same moment waits, and then sees what was done. One order for all means that
no two wait for each other.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from training.campaigns.models import Assignment, Campaign
from training.errors import Conflict

CHUNK = 5000


def held_open(campaign: Campaign) -> Campaign:
    """The campaign, held. Raises ``Conflict`` where it is not open."""
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != Campaign.State.OPEN:
        raise Conflict(
            _("This can be done to an open campaign only; this one is “%(state)s”.")
            % {"state": locked.get_state_display()}
        )
    return locked


def hold(assignments: Collection[UUID]) -> None:
    """Hold assignments, a query for each few thousand."""
    keys = sorted(assignments)
    for first in range(0, len(keys), CHUNK):
        rows = Assignment.objects.filter(pk__in=keys[first : first + CHUNK]).order_by("pk")
        list(rows.select_for_update().values_list("pk"))


def held(assignment: Assignment) -> Assignment:
    """One assignment of an open campaign, held, with campaign and employment. Raises ``Conflict`` where it is not open.

    The campaign is asked anew once the assignment is held: what a query joins to a row that it waits for is as it was
    before.
    """
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("employment").get(pk=assignment.pk)
    locked.campaign = Campaign.objects.get(pk=locked.campaign_id)
    if locked.campaign.state != Campaign.State.OPEN:
        raise Conflict(
            _("This can be done to an open campaign only; this one is “%(state)s”.")
            % {"state": locked.campaign.get_state_display()}
        )
    return locked
