"""A campaign's plan and report as documents, for HR and the privacy officer. Each reading is logged."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils import timezone
from django.views.generic import View

from cms.admin.gate import today
from cms.admin.one_campaign import OneCampaign
from training.access.log import record_access
from training.access.models import AccessLog
from training.web.documents import plan_file, report_file


class Document(OneCampaign, View):
    """A document about a campaign."""

    http_method_names = ["get", "head", "options"]

    def log(self, what: str) -> None:
        """Record the reading."""
        record_access(
            user=self.request.user,
            action=AccessLog.Action.DOWNLOAD,
            campaign=self.campaign,
            what=f"{what} of {self.campaign.code}",
            why=self.right,
            now=timezone.now(),
        )


class PlanPdfView(Document):
    """教育計画書: before its approval as it would be approved, afterwards with the approval."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Draw it."""
        file = plan_file(self.campaign, today=today())
        self.log("plan document")
        return file


class ReportPdfView(Document):
    """教育実施報告書 as of today."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Draw it."""
        file = report_file(self.campaign, today=today())
        self.log("report document")
        return file
