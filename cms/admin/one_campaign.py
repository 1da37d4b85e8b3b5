"""Pages about one campaign: which one the address names, what it is called, and the way back to it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.deciding import Deciding
from cms.admin.gate import ForRoles
from training.access.log import record_access
from training.access.models import AccessLog
from training.campaigns.models import Campaign

NAMESPACE = "training_campaigns"


class OneCampaign(ForRoles):
    """A view of the campaign in the address."""

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign, or 404."""
        return get_object_or_404(self.get_campaigns(), code=self.kwargs["code"])

    def get_campaigns(self) -> QuerySet[Campaign]:
        """Read what every view of a campaign shows."""
        return Campaign.objects.select_related("tally", "revision", "statement", "responsible")

    def url(self, name: str, *args: Any) -> str:
        """Return an address of this campaign's."""
        return reverse(f"{NAMESPACE}:{name}", args=[self.campaign.code, *args])

    def crumbs(self, *after: tuple[str, Any]) -> list[dict[str, Any]]:
        """Return the way from the dashboard to here."""
        items = [(reverse(f"{NAMESPACE}:index"), _("Campaigns")), (self.url("campaign"), self.campaign.title), *after]
        return [*self.breadcrumbs_items, *({"url": url, "label": label} for url, label in items)]

    def log(self, what: str, action: str = AccessLog.Action.DOWNLOAD) -> None:
        """Record that something of this campaign is taken away: by whom and when, and by which right."""
        record_access(
            user=self.request.user,
            action=action,
            campaign=self.campaign,
            what=what,
            why=self.right,
            now=timezone.now(),
        )


class CampaignFile(OneCampaign, View):
    """A file about the campaign."""

    http_method_names = ["get", "head", "options"]


class CampaignPage(OneCampaign, WagtailAdminTemplateMixin):
    """A page with the campaign's name under its title."""

    def get_page_subtitle(self) -> Any:
        """The campaign's name."""
        return self.campaign.title

    def between(self) -> list[tuple[str, Any]]:
        """What lies on the way from the campaign to this page, as addresses with their names."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the campaign."""
        return self.crumbs(*self.between(), ("", self.get_page_title()))


class CampaignStep(CampaignPage, Deciding):
    """A decision about a campaign, which is left to the campaign."""

    @property
    def back(self) -> str:
        """The campaign."""
        return self.url("campaign")
