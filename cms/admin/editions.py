"""Order a certificate in another language for a person."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.assignments import OneAssignment
from training.certificates.design import borrowed_signatory
from training.certificates.edition import issue_edition
from training.certificates.models import Certificate, Edition
from training.certificates.reissue import printed_holder
from training.certificates.revoke import still_standing
from training.certificates.tasks import seal_waiting
from training.certificates.wording import WORDINGS
from training.errors import Conflict, Invalid


class OrderEditionView(OneAssignment, WagtailAdminTemplateMixin, TemplateView):
    """What it will be, what it will look like, and the order."""

    template_name = "cms/admin/order_edition.html"
    header_icon = "doc-full"
    page_title = _("In another language")

    @cached_property
    def certificate(self) -> Certificate:
        """The certificate in the address, or 404; ``Conflict`` where it stands no more."""
        found = get_object_or_404(self.assignment.certificates, serial=self.kwargs["serial"])
        if self.language == found.language:
            raise Http404
        return still_standing(found)

    @property
    def language(self) -> str:
        """The language in the address, or 404."""
        if self.kwargs["language"] not in WORDINGS:
            raise Http404
        return str(self.kwargs["language"])

    def get_page_subtitle(self) -> Any:
        """The language."""
        return get_language_info(self.language)["name_translated"]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the person's record."""
        return self.crumbs((self.back, self.certificate.serial), ("", self.get_page_subtitle()))

    @property
    def back(self) -> str:
        """The person's record."""
        return self.url("assignment", self.assignment.pk)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; what has been issued is not issued twice."""
        if Edition.objects.filter(certificate=self.certificate, language=self.language).exists():
            raise Conflict(_("The certificate has been issued in this language already."))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose it is, and whether the signatory is told in that language."""
        return super().get_context_data(
            certificate=self.certificate,
            named=self.get_page_subtitle(),
            holder=printed_holder(self.certificate),
            borrowed=borrowed_signatory(self.language),
            back=self.back,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Issue it, unless it is issued already, and go back."""
        try:
            issue_edition(certificate=self.certificate, language=self.language, by=request.user, now=timezone.now())
        except Invalid as reason:  # a name or a wording that cannot be drawn
            messages.error(request, str(reason.message))
            return redirect(request.path)
        seal_waiting.enqueue()
        messages.success(
            request,
            gettext("The certificate has been issued in %(language)s.") % {"language": self.get_page_subtitle()},
        )
        return redirect(self.back)
