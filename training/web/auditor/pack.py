"""The evidence pack of a granted campaign: the page that leads to it, and the file, streamed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.generic import TemplateView

from training.access.grant import refusal
from training.access.log import Why, record_access
from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.ledger.keys import load_key
from training.reports.pack.write import evidence_pack, file_name, what_is_logged
from training.web.auditor.views import Auditor
from training.web.packs import PackForm, asked_day


class PackView(Auditor, TemplateView):
    """What the pack holds, what goes in besides, and how it is checked. Nothing of it is shown here."""

    template_name = "training/auditor/pack.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Offer the other campaigns granted today."""
        others = [one for one in self.campaigns if one.pk != self.campaign.pk]
        url = reverse("training:audit_evidence", args=[self.campaign.code])
        return super().get_context_data(campaign=self.campaign, form=PackForm(others=others, url=url), **kwargs)


class EvidenceView(Auditor):
    """Everything that proves a campaign, as of the latest checkpoint; what the pack holds is then recorded and sealed.

    ``with`` names further campaigns, such as the fiscal year before; each must be granted. ``as_of`` adds a table: how
    things stood at the end of that day.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Begin the pack, for it may be refused; then log the export, then send."""
        campaigns = [self.campaign, *map(self.granted, request.GET.getlist("with"))]
        now = timezone.now()
        pieces = evidence_pack(
            campaigns=campaigns,
            key=load_key(),
            now=now,
            as_of=asked_day(request, today=self.today),
            clock=timezone.now,
            recorded=self.recorded,
        )
        for campaign in campaigns:
            self.recorded(
                record_access,
                user=request.user,
                action=AccessLog.Action.EXPORT,
                campaign=campaign,
                what=what_is_logged(campaigns),
                why=str(Why.GRANT),
                now=now,
            )
        return StreamingHttpResponse(
            pieces,
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{file_name(campaigns)}"'},
        )

    def granted(self, code: str) -> Campaign:
        """A campaign named beside the one in the address; one that is not open today is 403 with the reason."""
        found = next((campaign for campaign in self.campaigns if campaign.code == code), None)
        if found is None:
            raise refusal(user=self.request.user, day=self.today, code=code)
        return found
