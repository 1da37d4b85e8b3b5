"""A campaign's plan and report as documents, for HR and the privacy officer. Each reading is logged."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest

from cms.admin.gate import today
from cms.admin.one_campaign import CampaignFile
from training.web.documents import plan_file, report_file


class PlanPdfView(CampaignFile):
    """教育計画書: before its approval as it would be approved, afterwards with the approval."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Draw it."""
        file = plan_file(self.campaign, today=today())
        self.log(f"plan document of {self.campaign.code}")
        return file


class ReportPdfView(CampaignFile):
    """教育実施報告書 as of today."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Draw it."""
        file = report_file(self.campaign, today=today())
        self.log(f"report document of {self.campaign.code}")
        return file
