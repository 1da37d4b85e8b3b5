"""A campaign's evidence pack, for HR and the privacy officer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cms.admin.campaigns import PLANNED
from cms.admin.gate import today
from cms.admin.one_campaign import CampaignFile, CampaignPage
from training.access.log import record_access
from training.access.models import AccessLog
from training.ledger.keys import load_key
from training.ledger.seal import seal
from training.reports.pack.write import evidence_pack, file_name, require_evidence, what_is_logged
from training.web.packs import PackForm, asked_day


class PackView(CampaignPage, TemplateView):
    """What the pack holds, what goes in besides, and how it is checked."""

    template_name = "cms/admin/pack.html"
    page_title = _("Evidence pack")
    header_icon = "lock"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the other campaigns that were opened."""
        others = self.get_campaigns().exclude(pk=self.campaign.pk).exclude(state__in=PLANNED)
        form = PackForm(others=list(others), url=self.url("evidence"))
        return super().get_context_data(form=form, campaign=self.campaign, url=self.url("evidence"), **kwargs)


class EvidenceView(CampaignFile):
    """Everything that proves the campaign in one ZIP file, streamed.

    ``with`` names further campaigns, such as the fiscal year before; ``as_of`` adds a day's table.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Log the export, and seal, so that the pack holds all there is and its own export too."""
        others = [get_object_or_404(self.get_campaigns(), code=code) for code in request.GET.getlist("with")]
        campaigns = [self.campaign, *others]
        require_evidence(campaigns)
        day = asked_day(request, today=today())
        key, now = load_key(), timezone.now()
        for campaign in campaigns:
            record_access(
                user=request.user,
                action=AccessLog.Action.EXPORT,
                campaign=campaign,
                what=what_is_logged(campaigns),
                why=self.right,
                now=now,
            )
        seal(now=now, key=key)
        return StreamingHttpResponse(
            evidence_pack(campaigns=campaigns, key=key, now=now, as_of=day, clock=timezone.now),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{file_name(campaigns)}"'},
        )
