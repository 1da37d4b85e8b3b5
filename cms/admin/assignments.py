"""One assignment in full, and its certificate."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.campaigns import OneCampaign
from cms.admin.gate import today
from training.access.log import record_access
from training.access.models import AccessLog
from training.campaigns.models import Assignment
from training.certificates.queries import certificate_of, pdf_of
from training.conf import conf
from training.people.queries import department_paths
from training.reports.dossier import Dossier, dossier_of


class OneAssignment(OneCampaign):
    """A view of an assignment, which must be of the campaign in the address."""

    @cached_property
    def assignment(self) -> Assignment:
        """The assignment, or 404."""
        return get_object_or_404(
            Assignment.objects.select_related("campaign", "employment"), pk=self.kwargs["pk"], campaign=self.campaign
        )


class AssignmentView(OneAssignment, WagtailAdminTemplateMixin, TemplateView):
    """A person's way through the campaign: sections, every paper with its score, refusals, signature, certificate."""

    template_name = "cms/admin/assignment.html"
    header_icon = "user"

    @cached_property
    def dossier(self) -> Dossier:
        """All that is known."""
        return dossier_of(self.assignment, today=today(), paths=department_paths(today()))

    def get_page_title(self) -> Any:
        """The person's name, or number where there is none."""
        return self.dossier.standing.name or self.dossier.standing.number

    def get_page_subtitle(self) -> Any:
        """The campaign's name."""
        return self.campaign.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the campaign."""
        return self.crumbs(("", self.get_page_title()))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The certificate, once there is one."""
        if self.dossier.certificate is None:
            return []
        url = self.url("certificate", self.assignment.pk)
        return [HeaderButton(gettext("Certificate (PDF)"), url=url, icon_name="download")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The dossier, and where the certificate is checked."""
        certificate = self.dossier.certificate
        return super().get_context_data(
            campaign=self.campaign,
            dossier=self.dossier,
            standing=self.dossier.standing,
            certificate_url=self.url("certificate", self.assignment.pk) if certificate else None,
            check_url=conf.check_url(certificate.token) if certificate else None,
            **kwargs,
        )


class CertificateView(OneAssignment, View):
    """The certificate as issued."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Hand out the stored bytes; the look is logged first."""
        certificate = certificate_of(self.assignment)
        if certificate is None:
            raise Http404
        record_access(
            user=request.user,
            action=AccessLog.Action.DOWNLOAD,
            campaign=self.campaign,
            what=f"certificate {certificate.pk}",
            why=self.right,
            now=timezone.now(),
        )
        return FileResponse(
            pdf_of(certificate).open("rb"),
            as_attachment=True,
            filename=f"{certificate.serial}.pdf",
            content_type="application/pdf",
        )
