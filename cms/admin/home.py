"""What HR and the privacy officer see first: how the open campaigns stand, and what waits for them."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.components import Component

from cms.admin.gate import OFFICER, holds
from training.attestation.models import Decline
from training.attestation.queries import counting
from training.campaigns.models import Campaign
from training.people.models import NameRequest
from training.quiz.queries import waiting_for_make_up


class TrainingPanel(Component):
    """Open campaigns in numbers; plans to approve or open; names to correct; refusals to talk about."""

    name = "training"
    template_name = "cms/admin/home_panel.html"
    order = 50

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """Three queries, and one or two for each open campaign."""
        states = Campaign.State
        campaigns = list(
            Campaign.objects.filter(state__in=[states.DRAFT, states.APPROVED, states.OPEN]).select_related("tally")
        )
        return {
            "open": [campaign for campaign in campaigns if campaign.state == states.OPEN],
            "drafts": [campaign for campaign in campaigns if campaign.state == states.DRAFT],
            "approved": [campaign for campaign in campaigns if campaign.state == states.APPROVED],
            "names": NameRequest.objects.filter(state=NameRequest.State.OPEN).count(),
            "declines": Decline.objects.exclude(assignment__in=counting().values("assignment")).count(),
            "make_ups": [
                (campaign, waiting)
                for campaign in campaigns
                if campaign.state == states.OPEN and (waiting := len(waiting_for_make_up(campaign)))
            ],
            "is_officer": holds(parent_context["request"], *OFFICER),
        }
