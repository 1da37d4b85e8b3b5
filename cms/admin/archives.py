"""All certificates of a campaign in one archive, for HR and the privacy officer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cms.admin.one_campaign import CampaignFile, CampaignPage
from training.access.models import AccessLog
from training.reports.archive import Days, certificate_files, certificates_issued, days_asked, zipped


class DaysForm(forms.Form):
    """Which days of issue; its fields are named as the archive's address has them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, label in (("from", _("Issued from")), ("to", _("Issued until"))):
            widget = forms.DateInput(attrs={"type": "date"})
            self.fields[name] = forms.DateField(label=label, required=False, widget=widget)


class ArchiveView(CampaignPage, TemplateView):
    """What would be downloaded, and from which days."""

    template_name = "cms/admin/archive.html"
    header_icon = "download"
    page_title = _("Certificates (ZIP)")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """How many there are."""
        return super().get_context_data(
            form=DaysForm(),
            count=certificates_issued(self.campaign, Days()).count(),
            zip_url=self.url("zip"),
            back=self.url("campaign"),
            **kwargs,
        )


class ZipView(CampaignFile):
    """The archive, streamed; ``from`` and ``to`` narrow it to days of issue."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """One file per certificate, named by staff number and name; the look is logged first."""
        days = days_asked(request.GET)
        count = certificates_issued(self.campaign, days).count()
        self.log(f"{count} certificates of {self.campaign.code}{days}", AccessLog.Action.DOWNLOAD_ALL)
        return StreamingHttpResponse(
            zipped(certificate_files(self.campaign, days)),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{self.campaign.code}-certificates.zip"'},
        )
