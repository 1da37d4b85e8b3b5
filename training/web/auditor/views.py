"""An auditor's pages: the campaigns granted, their certificates. Nothing here changes anything but the access log."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from training.access.grant import granted_campaigns
from training.access.log import record_access
from training.access.models import AccessLog
from training.campaigns.calendar import day_of
from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.queries import certificates_in, pdf_of, status_on
from training.conf import conf
from training.errors import NotAllowed
from training.people.queries import people_on
from training.web.auditor.archive import zipped
from training.web.refusals import Phrased


class Granted(View):
    """What the signed-in account may read today; nothing granted is 403 with the reason."""

    http_method_names = ["get", "head", "options"]

    @cached_property
    def campaigns(self) -> list[Campaign]:
        """The campaigns granted for today."""
        campaigns = granted_campaigns(user=self.request.user, day=day_of(timezone.now(), conf.time_zone))
        if not campaigns:
            raise NotAllowed(_("No campaign is open to this account today. The privacy officer grants access."))
        return campaigns

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign in the address; one that was not granted is 403."""
        found = next((c for c in self.campaigns if c.code == self.kwargs["code"]), None)
        if found is None:
            raise NotAllowed(_("This campaign is not open to this account today."))
        return found

    def log(self, action: AccessLog.Action, what: str) -> None:
        """Record the look before the evidence goes out."""
        assert self.request.user.is_authenticated  # noqa: S101  (LoginRequiredMixin has seen to it)
        record_access(
            user=self.request.user, action=action, campaign=self.campaign, what=what, why="grant", now=timezone.now()
        )


class Auditor(LoginRequiredMixin, Phrased, Granted):
    """A page for auditors."""


class CampaignsView(Auditor, TemplateView):
    """The campaigns granted."""

    template_name = "training/auditor/campaigns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With their figures."""
        return super().get_context_data(campaigns=self.campaigns, **kwargs)


class CertificatesView(Auditor, TemplateView):
    """A campaign's certificates, by number and department; names stand on the documents themselves."""

    template_name = "training/auditor/certificates.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One row per certificate."""
        today = day_of(timezone.now(), conf.time_zone)
        certificates = certificates_in(self.campaign)
        self.log(AccessLog.Action.LIST, f"certificates of {self.campaign.code}")
        people = people_on([c.assignment.employment for c in certificates], today)
        replaced = {c.supersedes_id for c in certificates if c.supersedes_id}
        rows = [
            {
                "certificate": c,
                "person": people[c.assignment.employment_id],
                "status": status_on(valid_until=c.valid_until, superseded=c.pk in replaced, erased=False, day=today),
            }
            for c in certificates
        ]
        return super().get_context_data(campaign=self.campaign, rows=rows, **kwargs)


class CertificatePdfView(Auditor):
    """One certificate as issued."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """The stored bytes; the look is logged first."""
        certificate = Certificate.objects.filter(
            assignment__campaign=self.campaign, serial=self.kwargs["serial"]
        ).first()
        if certificate is None:
            raise Http404
        self.log(AccessLog.Action.DOWNLOAD, f"certificate {certificate.pk}")
        return FileResponse(
            pdf_of(certificate).open("rb"),
            as_attachment=True,
            filename=f"{certificate.serial}.pdf",
            content_type="application/pdf",
        )


class CertificatesZipView(Auditor):
    """All certificates of a campaign in one archive, streamed."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """One file per certificate, named by its number; the look is logged first."""
        certificates = certificates_in(self.campaign)
        self.log(AccessLog.Action.DOWNLOAD_ALL, f"{len(certificates)} certificates of {self.campaign.code}")
        files: Iterator[bytes] = zipped((f"{c.serial}.pdf", pdf_of(c), c.issued_at) for c in certificates)
        return StreamingHttpResponse(
            files,
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{self.campaign.code}-certificates.zip"'},
        )
