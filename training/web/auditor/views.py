"""An auditor's room: the campaigns granted, their figures and certificates. Nothing is written but the access log."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.views.generic import TemplateView, View

from training.access.grant import granted_campaigns, refusal
from training.access.log import Why, record_access
from training.access.models import AccessLog
from training.access.queries import granted_until
from training.campaigns.calendar import day_of
from training.campaigns.models import Campaign
from training.certificates.models import Certificate
from training.certificates.produce import grouped
from training.certificates.queries import pdf_of, statuses
from training.conf import conf
from training.errors import TrainingError
from training.ledger.keys import load_key, verifier
from training.ledger.queries import latest_checkpoint
from training.people.queries import people_on
from training.reports.archive import certificate_files, certificates_issued, days_asked, zipped
from training.reports.queries import figures_of, with_figures
from training.web.auditor.pages import one_page
from training.web.auditor.readonly import ReadOnly
from training.web.refusals import Phrased


class Granted(ReadOnly, View):
    """What the signed-in account may read today; nothing granted is 403 with the reason."""

    http_method_names = ["get", "head", "options"]

    @cached_property
    def today(self) -> date:
        """The company's day."""
        return day_of(timezone.now(), conf.time_zone)

    @cached_property
    def campaigns(self) -> list[Campaign]:
        """The campaigns granted for today."""
        campaigns = granted_campaigns(user=self.request.user, day=self.today)
        if not campaigns:
            raise refusal(user=self.request.user, day=self.today, code=self.kwargs.get("code"))
        return campaigns

    @cached_property
    def campaign(self) -> Campaign:
        """The campaign in the address; one that is not open today is 403 with the reason."""
        found = next((c for c in self.campaigns if c.code == self.kwargs["code"]), None)
        if found is None:
            raise refusal(user=self.request.user, day=self.today, code=self.kwargs["code"])
        return found

    def log(self, action: AccessLog.Action, what: str, *, why: str = Why.GRANT, note: str = "") -> None:
        """Record the look before the evidence goes out."""
        self.recorded(
            record_access,
            user=self.request.user,
            action=action,
            campaign=self.campaign,
            what=what,
            why=str(why),
            note=note,
            now=timezone.now(),
        )


class Auditor(LoginRequiredMixin, Phrased, Granted):
    """A page for auditors. No browser keeps a copy: access ends on a day."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Forbid keeping."""
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response


class CampaignsView(Auditor, TemplateView):
    """The campaigns granted."""

    template_name = "training/auditor/campaigns.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest first."""
        return super().get_context_data(campaigns=self.campaigns, **kwargs)


class CampaignView(Auditor, TemplateView):
    """A campaign in numbers, the state of the ledger, and the ways on."""

    template_name = "training/auditor/campaign.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Figures, and what to compare with a key or a checkpoint known from elsewhere."""
        self.log(AccessLog.Action.OPEN, f"campaign {self.campaign.code}")
        figures = figures_of(with_figures(Campaign.objects.filter(pk=self.campaign.pk), today=self.today).get())
        return super().get_context_data(
            campaign=self.campaign,
            figures=figures,
            until=granted_until(self.request.user, campaign=self.campaign, day=self.today),
            unsigned=figures.outstanding,
            certificates=Certificate.objects.filter(assignment__campaign=self.campaign).count(),
            checkpoint=latest_checkpoint(),
            fingerprint=key_fingerprint(),
            **kwargs,
        )


def key_fingerprint() -> str:
    """The fingerprint of the key that signs the ledger, in groups; empty where no key can be read."""
    try:
        return grouped(verifier(load_key()).fingerprint)
    except TrainingError:
        return ""


class CertificatesView(Auditor, TemplateView):
    """A campaign's certificates, by number and department; names stand on the documents themselves."""

    template_name = "training/auditor/certificates.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """One row per certificate, a hundred a page."""
        self.log(AccessLog.Action.LIST, f"certificates of {self.campaign.code}")
        issued = Certificate.objects.filter(assignment__campaign=self.campaign)
        page = one_page(issued.select_related("assignment__employment").order_by("serial"), self.request)
        certificates = list(page.object_list)
        people = people_on([c.assignment.employment for c in certificates], self.today)
        worth = statuses(certificates, self.today)
        rows = [
            {"certificate": c, "person": people[c.assignment.employment_id], "status": worth[c.pk]}
            for c in certificates
        ]
        return super().get_context_data(campaign=self.campaign, page=page, rows=rows, **kwargs)


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
    """All certificates of a campaign in one archive, streamed; ``from`` and ``to`` narrow it to days of issue."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """One file per certificate, named by staff number and name; the look is logged first."""
        days = days_asked(request.GET)
        count = certificates_issued(self.campaign, days).count()
        self.log(AccessLog.Action.DOWNLOAD_ALL, f"{count} certificates of {self.campaign.code}{days}")
        return StreamingHttpResponse(
            zipped(certificate_files(self.campaign, days)),
            content_type="application/zip",
            headers={"Content-Disposition": f'attachment; filename="{self.campaign.code}-certificates.zip"'},
        )
