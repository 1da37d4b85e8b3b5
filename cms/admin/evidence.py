"""A campaign's evidence pack, for HR and the privacy officer."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.generic import View

from cms.admin.campaigns import OneCampaign
from training.access.log import record_access
from training.access.models import AccessLog
from training.ledger.keys import load_key
from training.ledger.seal import seal
from training.reports.pack.write import evidence_pack, file_name, require_evidence, what_is_logged


class EvidenceView(OneCampaign, View):
    """Everything that proves the campaign in one ZIP file, streamed.

    ``with`` names further campaigns, such as the fiscal year before.
    """

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Log the export, and seal, so that the pack holds all there is and its own export too."""
        others = [get_object_or_404(self.get_campaigns(), code=code) for code in request.GET.getlist("with")]
        campaigns = [self.campaign, *others]
        require_evidence(campaigns)
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
            evidence_pack(campaigns=campaigns, key=key, now=now, clock=timezone.now),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{file_name(campaigns)}"'},
        )
