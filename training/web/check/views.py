"""The public check: the page behind a certificate's QR code, and a PDF compared with what was issued."""

from __future__ import annotations

from datetime import date, datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import View

from training.campaigns.calendar import day_of
from training.certificates.check import CheckedPdf, check_pdf, refused_unread
from training.certificates.produce import grouped
from training.certificates.queries import Checked, check
from training.conf import conf
from training.ledger.keys import load_key, verifier
from training.web.check.limit import wait
from training.web.check.upload import AROUND, CappedUploadHandler, UploadForm

DAYS = ("first_day", "last_day", "signed_on", "issued_on", "valid_until", "policy_enacted_on")


# Exempt, and protected again within: Django reads the form for its CSRF token, and how it is read is chosen before.
@method_decorator(csrf_exempt, name="dispatch")
class PublicCheck(View):
    """What both pages have in common: a limit on how often and how much, and answers that nobody stores or indexes."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse what is too often or too large before anything of it is read."""
        response = self.refused(request) or csrf_protect(super().dispatch)(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        # Not "no-referrer": browsers then send the form from nowhere ("Origin: null"), and Django refuses it.
        response["Referrer-Policy"] = "same-origin"
        return response

    def refused(self, request: HttpRequest) -> HttpResponse | None:
        """The page that says why a request is not looked at; None for one that is."""
        sends = request.method == "POST"
        most = conf.check_uploads_per_minute if sends else conf.check_pages_per_minute
        if seconds := wait(request, kind="upload" if sends else "page", most=most, now=self.now):
            context = {"seconds": seconds}
            response = render(request, "training/check/slow.html", context, status=HTTPStatus.TOO_MANY_REQUESTS)
            response["Retry-After"] = str(seconds)
            return response
        if not sends:
            return None
        announced = str(request.META.get("CONTENT_LENGTH", ""))
        size = int(announced) if announced.isdecimal() else 0  # as Django reads it: then the body is empty
        if size > conf.check_upload_limit + AROUND:
            return self.verdict(refused_unread(size=size))
        self.handler = CappedUploadHandler(request)
        request.upload_handlers = [self.handler]
        return None

    @cached_property
    def now(self) -> datetime:
        """When this is checked."""
        return timezone.now()

    @property
    def day(self) -> date:
        """The day at the company."""
        return day_of(self.now, conf.time_zone)

    @property
    def form(self) -> UploadForm:
        """An empty form that leads back to this page."""
        return UploadForm(action=self.request.path)

    def posted(self) -> CheckedPdf | UploadForm:
        """The verdict on the PDF that was sent, or the form that says what is wrong with it."""
        form = UploadForm(self.request.POST, self.request.FILES, action=self.request.path)
        if self.handler.too_large:
            return refused_unread(size=self.handler.taken)
        if not form.is_valid():
            return form
        return check_pdf(data=form.cleaned_data["pdf"].read(), day=self.day)

    def verdict(self, checked: CheckedPdf, *, asked: Checked | None = None) -> HttpResponse:
        """The page with a verdict. ``asked`` is the certificate of the address at which the file was sent."""
        found = checked.checked
        context = {
            "pdf": checked,
            "checked": found,
            "asked": asked,
            "other": asked is not None and found is not None and found.certificate != asked.certificate,
            "fields": printed(found) if found is not None else None,
            "signer": grouped(checked.signer) if checked.signer else "",
            "issuer": grouped(checked.issuer) if checked.issuer else "",
            **self.context(),
        }
        status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if checked.sha256 is None else HTTPStatus.OK
        return render(self.request, "training/check/pdf_verdict.html", context, status=status)

    def context(self) -> dict[str, Any]:
        """What every page of the check names."""
        return {
            "now": self.now,
            "company": conf.company_name,
            "fingerprint": grouped(verifier(load_key()).fingerprint),
            "upload_form": self.form,
        }


class CheckPdfView(PublicCheck):
    """A PDF, by whoever received it: no address of a certificate needed."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Ask for the file."""
        return render(request, "training/check/pdf.html", self.context())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Compare it."""
        answer = self.posted()
        if isinstance(answer, CheckedPdf):
            return self.verdict(answer)
        return render(request, "training/check/pdf.html", self.context() | {"upload_form": answer})


class CheckView(PublicCheck):
    """One certificate, by its token. No list, no search, no hint of what exists."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Show the certificate; an unknown token gets the same page with 404, whatever it looks like."""
        return self.page(check(token=token, day=self.day))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        """Compare a PDF, and say whether it is this certificate's."""
        asked = check(token=token, day=self.day)
        if asked is None:
            return self.page(None)
        answer = self.posted()
        if isinstance(answer, CheckedPdf):
            return self.verdict(answer, asked=asked)
        return self.page(asked, upload_form=answer)

    def page(self, checked: Checked | None, **context: Any) -> HttpResponse:
        """The certificate as it was printed, and what it is worth."""
        shown: dict[str, Any] = {"checked": checked, "now": self.now, "company": conf.company_name}
        if checked is not None:
            shown |= self.context() | {"fields": printed(checked)}
        status = HTTPStatus.OK if checked is not None else HTTPStatus.NOT_FOUND
        return render(self.request, "training/check/check.html", shown | context, status=status)


def printed(checked: Checked) -> dict[str, Any] | None:
    """The fields of the paper, days as days; None once they were erased."""
    face = checked.face
    return {**face, **{key: date.fromisoformat(face[key]) for key in DAYS}} if face else None
