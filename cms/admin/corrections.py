"""What was signed or certified wrongly, put right: annul a signature, revoke a certificate, issue one again."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.assignments import OneAssignment
from cms.admin.gate import OFFICER, today
from training.attestation.annul import LONGEST_REASON, annul
from training.attestation.models import Annulment
from training.certificates.reissue import printed_holder, reissue
from training.certificates.revoke import revoke, still_standing
from training.certificates.tasks import seal_waiting
from training.errors import Conflict, Invalid
from training.people.queries import Person, person_on
from training.reports.dossier import Dossier, Issued, Signature, dossier_of


class ReasonForm(forms.Form):
    """Why it is done: it stays in the record for good."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is kept in the record and shown to HR, the privacy officer and auditors, never in public."),
    )


class AnnulForm(ReasonForm):
    """What was wrong with the signature, and how it came about."""

    cause = forms.ChoiceField(label=_("Cause"), choices=Annulment.Cause.choices, widget=forms.RadioSelect)
    field_order = ["cause", "reason"]


class Correction(OneAssignment, WagtailAdminTemplateMixin, FormView):
    """One step: what it is about, what will be, why; then it is done for good."""

    form_class = ReasonForm
    template_name = "cms/admin/correction.html"
    header_icon = "warning"
    question: Any
    consequences: tuple[Any, ...] = ()
    submit_label: Any
    serious = True

    @cached_property
    def dossier(self) -> Dossier:
        """All that is known of the assignment."""
        return dossier_of(self.assignment, today=today(), paths={})

    def get_page_subtitle(self) -> Any:
        """The person's name, or number where there is none."""
        return self.dossier.standing.name or self.dossier.standing.number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the person's record."""
        return self.crumbs((self.back, self.get_page_subtitle()), ("", self.page_title))

    @property
    def back(self) -> str:
        """The person's record."""
        return self.url("assignment", self.assignment.pk)

    def facts(self) -> list[tuple[Any, Any]]:
        """What the person who decides has to see, as terms with what stands beside them."""
        standing = self.dossier.standing
        return [(_("Staff number"), standing.number), (_("Full name"), standing.name)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The facts and the consequences."""
        return super().get_context_data(facts=self.facts(), back=self.back, **kwargs)

    def form_valid(self, form: forms.Form) -> HttpResponse:
        """Do it, have it sealed, and go back; what was typed wrongly is said at its field."""
        try:
            done = self.perform(form.cleaned_data)
        except Invalid as reason:
            form.add_error("reason", str(reason.message))
            return self.form_invalid(form)
        seal_waiting.enqueue()
        messages.success(self.request, done)
        return redirect(self.back)

    def perform(self, asked: dict[str, Any]) -> str:
        """Call the verb and say what was done."""
        raise NotImplementedError


class AnnulView(Correction):
    """The privacy officer annuls a signature."""

    roles = OFFICER
    form_class = AnnulForm
    page_title = _("Annul the signature")
    question = _("Annul this signature?")
    consequences = (
        _("The signature counts no more, and neither does its certificate: its check page says so at once."),
        _("The modules stay completed. The person is asked to sign again, and is told the cause, not the reason."),
        _("Nothing is deleted, and it cannot be undone."),
    )
    submit_label = _("Annul the signature")

    @cached_property
    def signature(self) -> Signature:
        """The signature in the address, or 404."""
        rows = (row for row in self.dossier.signatures if row.attestation.number == self.kwargs["number"])
        found = next(rows, None)
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; what has been annulled cannot be again."""
        if self.signature.annulment is not None:
            raise Conflict(_("This signature has been annulled already."))
        return super().get(request, *args, **kwargs)

    def facts(self) -> list[tuple[Any, Any]]:
        """Who signed, when, under what name."""
        signed = self.signature
        return [
            *super().facts(),
            (_("Signed at"), signed.attestation.at),
            (_("Name as typed"), signed.disclosed.get("typed_name", _("(erased)"))),
            (_("Identity confirmed by"), signed.attestation.get_method_display()),
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Annul."""
        annul(
            attestation=self.signature.attestation,
            cause=asked["cause"],
            reason=asked["reason"],
            by=self.request.user,
            now=timezone.now(),
        )
        return gettext("The signature has been annulled.")


class OfCertificate(Correction):
    """A correction of the certificate in the address."""

    @cached_property
    def issued(self) -> Issued:
        """The certificate, or 404."""
        rows = (row for row in self.dossier.certificates if row.certificate.serial == self.kwargs["serial"])
        found = next(rows, None)
        if found is None:
            raise Http404
        return found

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask; of a certificate that has ended nothing more can be made."""
        still_standing(self.issued.certificate)
        return super().get(request, *args, **kwargs)

    def facts(self) -> list[tuple[Any, Any]]:
        """Which certificate, and whom it names."""
        return [
            *super().facts(),
            (_("Certificate number"), self.issued.certificate.serial),
            (_("Issued at"), self.issued.certificate.issued_at),
            (_("Name on the certificate"), self.issued.holder or _("(erased)")),
        ]


class RevokeView(OfCertificate):
    """The privacy officer revokes a certificate."""

    roles = OFFICER
    page_title = _("Revoke the certificate")
    question = _("Revoke this certificate?")
    consequences = (
        _("Its check page says from now on that it is revoked, and on which day; the reason is not shown there."),
        _("The training and the signature stay as they are. If the signature itself is wrong, annul that instead."),
        _("Nothing is deleted, and it cannot be undone."),
    )
    submit_label = _("Revoke the certificate")

    def perform(self, asked: dict[str, Any]) -> str:
        """Revoke."""
        revoke(certificate=self.issued.certificate, reason=asked["reason"], by=self.request.user, now=timezone.now())
        return gettext("The certificate has been revoked.")


class ReissueView(OfCertificate):
    """HR or the privacy officer issues a certificate again after a change of name."""

    page_title = _("Issue the certificate again")
    header_icon = "doc-full"
    question = _("Issue this certificate again?")
    consequences = (
        _("A new certificate is made, under a new number, with the person as the roster now has them."),
        _("The old one keeps what is printed on it; its check page says that a newer one has taken its place."),
        _("The signature stays as it was made. Nothing is deleted."),
    )
    submit_label = _("Issue it again")
    serious = False

    @cached_property
    def person(self) -> Person:
        """The person as the roster has them today."""
        return person_on(self.assignment.employment, today())

    def facts(self) -> list[tuple[Any, Any]]:
        """What the certificate says beside what the roster says."""
        before = printed_holder(self.issued.certificate)
        return [
            (_("Certificate number"), self.issued.certificate.serial),
            (_("On the certificate"), f"{before.name}（{before.number}・{before.department}）"),
            (_("In the roster"), f"{self.person.name}（{self.person.number}・{self.person.department}）"),
        ]

    def perform(self, asked: dict[str, Any]) -> str:
        """Issue it again."""
        new = reissue(
            certificate=self.issued.certificate, reason=asked["reason"], by=self.request.user, now=timezone.now()
        )
        return gettext("The certificate has been issued again as %(serial)s.") % {"serial": new.serial}
