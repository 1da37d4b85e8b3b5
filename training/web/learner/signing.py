"""The pledge: read, authenticate anew for this very pledge, sign, and keep a copy."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import FormView, TemplateView

from training.attestation.attest import attest, decline
from training.attestation.copy import pledge_pdf
from training.attestation.queries import (
    annulment_of,
    attestation_of,
    decline_of,
    disclosed,
    has_taught,
    paper_of,
    pledge_digest,
    pledge_for,
)
from training.attestation.statement import paragraphs
from training.campaigns.calendar import day_of
from training.campaigns.queries import all_completed
from training.certificates.queries import certificate_of, pdf_of, status_of
from training.certificates.status import Status
from training.certificates.tasks import issue_certificate
from training.conf import conf
from training.errors import Invalid, NotAllowed, NotReady
from training.web.learner.authentication import (
    ask_provider,
    fresh_authentication,
    is_begun,
    provider_of,
    remember,
    use_up,
)
from training.web.learner.editions import offers_of
from training.web.learner.forms import DeclineForm, SignForm
from training.web.learner.views import OwnAssignment


class PledgeView(OwnAssignment, TemplateView):
    """The pledge in full. From here one signs, or says why one cannot."""

    template_name = "training/learner/pledge.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the pledge once every module is complete; signed already, show the receipt."""
        if attestation_of(self.assignment) is not None:
            return redirect("training:receipt", self.assignment.pk)
        self.require_asked()
        if not all_completed(self.assignment.pk):
            raise NotReady(_("Please complete all modules before signing."))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The words, and everything else that the signature covers."""
        pledge = pledge_for(self.assignment)
        return super().get_context_data(
            person=self.person,
            pledge=pledge,
            paragraphs=paragraphs(pledge.words),
            digest=pledge_digest(pledge),
            declined=decline_of(self.assignment),
            annulled=annulment_of(self.assignment),
            **kwargs | {"assignment": self.assignment},
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for an authentication for this pledge; without any means of one, refuse and say what to set up."""
        if attestation_of(self.assignment) is not None:
            return redirect("training:receipt", self.assignment.pk)
        self.require_asked()
        if not all_completed(self.assignment.pk):
            raise NotReady(_("Please complete all modules before signing."))
        methods = get_adapter().get_reauthentication_methods(request.user)
        provider = provider_of(request)
        if not methods and provider is None:
            raise NotAllowed(
                _(
                    "This account has no means to confirm your identity anew. Set a password, or register an "
                    "authenticator app or a passkey under “Account”, and come back."
                )
            )
        digest = pledge_digest(pledge_for(self.assignment))
        remember(request, assignment=str(self.assignment.pk), digest=digest, now=timezone.now())
        if provider is not None and not methods:
            return ask_provider(request, provider=provider)
        if provider is not None or len(methods) > 1:
            return redirect("training:confirm", self.assignment.pk)
        sign = reverse("training:sign", args=[self.assignment.pk])
        return redirect(f"{methods[0]['url']}?{urlencode({'next': sign})}")


class ConfirmView(OwnAssignment, TemplateView):
    """Choose among one's means, where one has several."""

    template_name = "training/learner/confirm.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what there is, within a signing that is begun."""
        if not is_begun(request, assignment=str(self.assignment.pk)):
            return redirect("training:pledge", self.assignment.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The person's means, each with its page, and the provider."""
        query = urlencode({"next": reverse("training:sign", args=[self.assignment.pk])})
        return super().get_context_data(
            methods=[
                {"url": f"{method['url']}?{query}", "words": method["description"]}
                for method in get_adapter().get_reauthentication_methods(self.request.user)
            ],
            provider=provider_of(self.request),
            **kwargs | {"assignment": self.assignment},
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go to the provider."""
        provider = provider_of(request)
        if provider is None or not is_begun(request, assignment=str(self.assignment.pk)):
            return redirect("training:pledge", self.assignment.pk)
        return ask_provider(request, provider=provider)


class SignView(OwnAssignment, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """Sign: the words once more, the own name typed."""

    form_class = SignForm
    template_name = "training/learner/sign.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form to who has just authenticated for it."""
        if attestation_of(self.assignment) is not None:
            return redirect("training:receipt", self.assignment.pk)
        self.require_asked()
        if fresh_authentication(request, assignment=str(self.assignment.pk), now=timezone.now()) is None:
            return redirect("training:pledge", self.assignment.pk)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The digest of the pledge as shown."""
        return {"digest": pledge_digest(pledge_for(self.assignment))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The pledge once more beside the form."""
        pledge = pledge_for(self.assignment)
        return super().get_context_data(
            person=self.person,
            pledge=pledge,
            paragraphs=paragraphs(pledge.words),
            **kwargs | {"assignment": self.assignment},
        )

    def form_valid(self, form: SignForm) -> HttpResponse:
        """Sign, use the authentication up, and have the certificate made."""
        if attestation_of(self.assignment) is not None:
            return redirect("training:receipt", self.assignment.pk)
        now = timezone.now()
        found = fresh_authentication(self.request, assignment=str(self.assignment.pk), now=now)
        if found is None:
            raise NotAllowed(_("Please confirm your identity again to sign."))
        fresh, digest = found
        if digest != form.cleaned_data["digest"]:
            raise NotAllowed(_("Your identity was confirmed for another text. Please read the pledge again."))
        try:
            attestation = attest(
                assignment=self.assignment,
                digest=digest,
                typed_name=form.cleaned_data["typed_name"],
                method=fresh.method,
                authenticated_at=fresh.at,
                now=now,
            )
        except Invalid as reason:
            form.add_error("typed_name", str(reason.message))
            return self.form_invalid(form)
        use_up(self.request, fresh=fresh)
        issue_certificate.enqueue(str(attestation.pk))
        return redirect("training:receipt", self.assignment.pk)


class DeclineView(OwnAssignment, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """「署名できない」."""

    form_class = DeclineForm
    template_name = "training/learner/decline.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form while the pledge is asked for."""
        self.require_asked()
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where it belongs."""
        return super().get_context_data(**kwargs | {"assignment": self.assignment})

    def form_valid(self, form: DeclineForm) -> HttpResponse:
        """Pass the reason on to HR."""
        decline(assignment=self.assignment, reason=form.cleaned_data["reason"], now=timezone.now())
        messages.success(self.request, _("HR has been told that you cannot sign, and why."))
        return redirect("training:mine")


class ReceiptView(OwnAssignment, TemplateView):
    """After signing: the certificate, and the signed pledge to keep."""

    template_name = "training/learner/receipt.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show them; where the signature was annulled, the own page says so."""
        if attestation_of(self.assignment) is None and annulment_of(self.assignment) is not None:
            return redirect("training:mine")
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The signature and, once issued, the certificate."""
        attestation = attestation_of(self.assignment)
        if attestation is None:
            raise Http404
        certificate = certificate_of(self.assignment)
        status = status_of(certificate, day_of(timezone.now(), conf.time_zone)) if certificate else None
        return super().get_context_data(
            attestation=attestation,
            signer=disclosed(attestation),
            certificate=certificate,
            certified=certificate is not None or has_taught(attestation),
            paper=paper_of(attestation),
            status=status,
            revoked=status is Status.REVOKED,
            offers=offers_of(certificate) if certificate else [],
            check_url=conf.check_url(certificate.token) if certificate else "",
            **kwargs | {"assignment": self.assignment},
        )


class CertificatePdfView(OwnAssignment):
    """One's own certificate."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """The stored bytes, as issued."""
        certificate = certificate_of(self.assignment)
        if certificate is None:
            raise Http404
        return FileResponse(
            pdf_of(certificate).open("rb"),
            as_attachment=True,
            filename=f"{certificate.serial}.pdf",
            content_type="application/pdf",
        )


class PledgePdfView(OwnAssignment):
    """One's own signed pledge."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Drawn from the records."""
        attestation = attestation_of(self.assignment)
        if attestation is None:
            raise Http404
        name = f"pledge-{self.assignment.campaign.code}.pdf"
        return HttpResponse(
            pledge_pdf(attestation),
            content_type="application/pdf",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
