"""One's own certificate in another language: ordered once, downloaded as often as one likes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf.locale import LANG_INFO
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from training.certificates.edition import issue_edition
from training.certificates.models import Certificate, Edition
from training.certificates.queries import certificate_of, pdf_of
from training.certificates.tasks import seal_waiting
from training.certificates.wording import WORDINGS
from training.web.learner.views import OwnAssignment


@dataclass(frozen=True, slots=True)
class Offer:
    """A language in which a certificate can be had, in its own words, and whether it has been issued so."""

    language: str
    words: str
    issued: bool


def offers_of(certificate: Certificate) -> list[Offer]:
    """Every language with wording but the certificate's own. One query."""
    issued = set(Edition.objects.filter(certificate=certificate).values_list("language", flat=True))
    return [
        Offer(language=language, words=LANG_INFO[language]["name_local"], issued=language in issued)
        for language in WORDINGS
        if language != certificate.language
    ]


class EditionView(OwnAssignment):
    """Order the certificate in another language."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Issue it, unless it is issued already, and go to the file."""
        certificate = certificate_of(self.assignment)
        if certificate is None:
            raise Http404
        assert request.user.is_authenticated  # noqa: S101  (LoginRequiredMixin has seen to it)
        language = request.POST.get("language", "")
        issue_edition(certificate=certificate, language=language, by=request.user, now=timezone.now())
        seal_waiting.enqueue()
        return redirect("training:edition_pdf", self.assignment.pk, language)


class EditionPdfView(OwnAssignment):
    """One's own certificate in another language, as issued."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """The stored bytes."""
        certificate = certificate_of(self.assignment)
        edition = Edition.objects.filter(certificate=certificate, language=self.kwargs["language"]).first()
        if certificate is None or edition is None:
            raise Http404
        return FileResponse(
            pdf_of(edition).open("rb"),
            as_attachment=True,
            filename=f"{certificate.serial}-{edition.language}.pdf",
            content_type="application/pdf",
        )
