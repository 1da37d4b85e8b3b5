"""One assignment in full, with the files that belong to it: certificates, their editions, the signed pledges."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.utils.translation import get_language_info, gettext
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import OFFICER, holds, today
from cms.admin.one_campaign import CampaignFile, CampaignPage, OneCampaign
from cms.admin.person import address_of_person
from training.attestation.copy import pledge_pdf
from training.campaigns.models import Assignment, Campaign
from training.campaigns.queries import left_on
from training.certificates.models import Certificate, Edition
from training.certificates.queries import certificate_of, pdf_of
from training.certificates.status import Status
from training.certificates.wording import WORDINGS
from training.conf import conf
from training.people.queries import department_paths
from training.reports.decisions import decisions_of
from training.reports.dossier import Dossier, Issued, dossier_of
from training.reports.queries import State


class OneAssignment(OneCampaign):
    """A view of an assignment, which must be of the campaign in the address."""

    @cached_property
    def assignment(self) -> Assignment:
        """The assignment, or 404."""
        return get_object_or_404(
            Assignment.objects.select_related("campaign", "employment"), pk=self.kwargs["pk"], campaign=self.campaign
        )


class AssignmentView(OneAssignment, CampaignPage, TemplateView):
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

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """The certificate, once there is one."""
        if self.dossier.certificate is None:
            return []
        url = self.url("certificate", self.assignment.pk)
        return [HeaderButton(gettext("Certificate (PDF)"), url=url, icon_name="download")]

    def acts(self) -> list[tuple[Any, str]]:
        """What can be decided about this person now."""
        state = self.dossier.standing.state
        number = urlencode({"number": self.dossier.standing.number})
        found = [
            (gettext("The person’s page"), address_of_person(self.assignment.employment.employee_id)),
            (gettext("Why is this person asked?"), f"{self.url('why')}?{number}"),
        ]
        if self.campaign.state != Campaign.State.OPEN or state == State.SIGNED:
            return found
        if state == State.CLOSED:
            found.append((gettext("Ask again…"), f"{self.url('add')}?{number}"))
            if left_on(self.assignment) is not None:
                found.append((gettext("Enter on paper…"), self.url("paper", self.assignment.pk)))
            return found
        exempt = ("lift", gettext("Lift the exemption…")) if state == State.EXEMPT else ("exempt", gettext("Exempt…"))
        steps = [
            ("remind", gettext("Remind…")),
            ("prolong", gettext("Prolong…")),
            exempt,
            ("paper", gettext("Enter on paper…")),
            ("remove", gettext("Take out…")),
        ]
        return [*found, *((label, self.url(name, self.assignment.pk)) for name, label in steps)]

    def offers(self, issued: Issued) -> list[dict[str, Any]]:
        """The languages in which the certificate can still be ordered."""
        there = {issued.certificate.language, *(edition.language for edition in issued.editions)}
        return [
            {
                "name": get_language_info(language)["name_translated"],
                "url": self.url("order", self.assignment.pk, issued.certificate.serial, language),
            }
            for language in WORDINGS
            if language not in there
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The dossier, where the certificate is checked, and what may be put right by who looks."""
        certificate = self.dossier.certificate
        now = self.dossier.issued
        stands = now is not None and now.status not in (Status.REVOKED, Status.ERASED)
        return super().get_context_data(
            campaign=self.campaign,
            dossier=self.dossier,
            standing=self.dossier.standing,
            acts=self.acts(),
            decisions=decisions_of(self.assignment),
            certificate_url=self.url("certificate", self.assignment.pk) if certificate else None,
            check_url=conf.check_url(certificate.token) if certificate else None,
            is_officer=holds(self.request, *OFFICER),
            may_revoke=now is not None and now.status != Status.REVOKED,
            may_reissue=stands,
            offers=self.offers(now) if now is not None and stands else [],
            **kwargs,
        )


class Download(OneAssignment, CampaignFile):
    """A file of this assignment's; taking it is logged first, by table and key."""

    def stored(self, certificate: Certificate | Edition, *, what: str, name: str) -> FileResponse:
        """Hand out the bytes as issued; 404 where they are no longer kept."""
        try:
            file = pdf_of(certificate).open("rb")
        except FileNotFoundError:
            raise Http404 from None
        self.log(f"{what} {certificate.pk}")
        return FileResponse(file, as_attachment=True, filename=f"{name}.pdf", content_type="application/pdf")


class CertificateView(Download):
    """The certificate as issued: the one in the address, or the one that stands."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Hand out the stored bytes."""
        if "serial" in self.kwargs:
            certificate = self.assignment.certificates.filter(serial=self.kwargs["serial"]).first()
        else:
            certificate = certificate_of(self.assignment)
        if certificate is None:
            raise Http404
        return self.stored(certificate, what="certificate", name=certificate.serial)


class EditionView(Download):
    """A certificate in another language, as issued."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """Hand out the stored bytes."""
        edition = get_object_or_404(
            Edition.objects.select_related("certificate"),
            certificate__assignment=self.assignment,
            certificate__serial=self.kwargs["serial"],
            language=self.kwargs["language"],
        )
        return self.stored(edition, what="edition", name=f"{edition.certificate.serial}-{edition.language}")


class PledgeView(Download):
    """The copy of a signed pledge."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw it from the records."""
        signed = self.assignment.attestations.select_related("annulment")
        attestation = get_object_or_404(signed, number=self.kwargs["number"])
        annulment = getattr(attestation, "annulment", None)
        pdf = pledge_pdf(attestation, annulled_at=annulment.at if annulment else None)
        self.log(f"signed pledge {attestation.pk}")
        name = f"pledge-{self.campaign.code}-{attestation.number}.pdf"
        return HttpResponse(
            pdf,
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
