"""The plan and the report of a granted campaign. Each reading is logged."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest

from training.access.models import AccessLog
from training.web.auditor.views import Auditor
from training.web.documents import plan_file, report_file


class PlanPdfView(Auditor):
    """教育計画書."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Draw it; the look is logged before it goes out."""
        file = plan_file(self.campaign, today=self.today)
        self.log(AccessLog.Action.DOWNLOAD, f"plan document of {self.campaign.code}")
        return file


class ReportPdfView(Auditor):
    """教育実施報告書 as of today: people who are not done stand in it by number and department."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Draw it; the look is logged before it goes out."""
        file = report_file(self.campaign, today=self.today)
        self.log(AccessLog.Action.DOWNLOAD, f"report document of {self.campaign.code}")
        return file
