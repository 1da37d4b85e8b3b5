"""An auditor asks how a campaign stood at the end of a day."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from django.views.generic import TemplateView

from training.access.models import AccessLog
from training.reports.as_of_page import asked_checkpoint, asked_day
from training.web.as_of import AsOfForm, csv_file, shown
from training.web.auditor.views import Auditor


class AsOfView(Auditor, TemplateView):
    """The day in figures, and line by line by number and department; names stand in the file only."""

    template_name = "training/auditor/as_of.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Form and, once it is filled in, the day."""
        campaign, asked = self.campaign, self.request.GET
        form = AsOfForm(asked if "day" in asked else None, today=self.today)
        found = shown(form, campaign=campaign, after=asked.get("after", ""))
        if found is not None:
            self.log(AccessLog.Action.LIST, f"{found.what} of {campaign.code}")
        return super().get_context_data(campaign=campaign, form=form, shown=found, **kwargs)


class AsOfCsvView(Auditor):
    """The day as a file, with names; its address says day and checkpoint, and gives the same bytes ever after."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Stream it; the look is logged first."""
        campaign = self.campaign
        day, checkpoint = asked_day(kwargs["day"], today=self.today), asked_checkpoint(kwargs["size"])
        file = csv_file(day=day, checkpoint=checkpoint, campaign=campaign)
        self.log(AccessLog.Action.DOWNLOAD, f"as of {day} at {checkpoint.size} of {campaign.code}")
        return file
