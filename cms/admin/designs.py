"""How the certificates look: wording, signatory, layout and seal, with a preview of what is typed."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.gate import ForRoles, today
from training.certificates.design import (
    LARGEST_SEAL,
    LONGEST,
    BadDesign,
    borrowed_signatory,
    checked,
    design_for,
    redesign,
)
from training.certificates.look import WESTERN, Look
from training.certificates.models import Design
from training.certificates.specimen import specimen
from training.certificates.tasks import seal_waiting
from training.certificates.wording import NAMES, WORDINGS
from training.conf import conf
from training.errors import Conflict, Invalid
from training.typesetting.glyphs import NoGlyph

NAMESPACE = "training_designs"
DRAWN = "drawn"
OWN = "own"


class DesignForm(forms.Form):
    """A look, field by field. An empty text is the product's own, which stands in its place as an example."""

    orientation = forms.ChoiceField(
        label=_("Orientation"), choices=Design.Orientation.choices, widget=forms.RadioSelect
    )
    era = forms.ChoiceField(label=_("Years"), choices=Design.Era.choices, widget=forms.RadioSelect)
    title = forms.CharField(label=_("Title"), max_length=LONGEST["title"], required=False)
    sentence = forms.CharField(
        label=_("Sentence"),
        max_length=LONGEST["sentence"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    officer_title = forms.CharField(
        label=_("Title of the signatory"), max_length=LONGEST["officer_title"], required=False
    )
    officer_name = forms.CharField(label=_("Name of the signatory"), max_length=LONGEST["officer_name"], required=False)
    seal_from = forms.ChoiceField(
        label=_("Company seal"),
        choices=[(DRAWN, _("Drawn from the company's name")), (OWN, _("A picture of the company's seal"))],
        widget=forms.RadioSelect,
    )
    seal = forms.FileField(
        label=_("Picture of the seal (PNG)"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png"}),
        help_text=_("At most 1 MB. A transparent ground prints best. Empty: the picture chosen before stays."),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, language: str, kept: Look, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kept = kept
        words = WORDINGS[language]
        for name, own in (
            ("title", words.title),
            ("sentence", words.sentence),
            ("officer_title", conf.officer_title),
            ("officer_name", conf.officer_name),
        ):
            self.fields[name].widget.attrs["placeholder"] = own
        self.fields["sentence"].help_text = gettext(
            "These names in braces stand for facts of the certificate: %(names)s. Empty: the product's own sentence."
        ) % {"names": " ".join(f"{{{name}}}" for name in NAMES)}
        if language != "ja":
            del self.fields["era"]  # western years only

    def clean_seen(self) -> datetime | None:
        """When the design was changed that the form was filled from; None where there was none."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"]) if self.cleaned_data["seen"] else None
        except ValueError as reason:
            raise forms.ValidationError(_("Load the page again.")) from reason

    def clean(self) -> dict[str, Any]:
        """Ask for a picture where there is none."""
        cleaned = super().clean() or {}
        there = cleaned.get("seal") or self.kept.seal or "seal" in self.errors
        if cleaned.get("seal_from") == OWN and not there:
            self.add_error("seal", _("Choose a picture."))
        return cleaned

    def look(self) -> Look:
        """The look that a valid form describes."""
        cleaned, seal = self.cleaned_data, b""
        if cleaned["seal_from"] == OWN:
            file = cleaned["seal"]
            seal = file.read(LARGEST_SEAL + 1) if file else self.kept.seal
        return Look(
            orientation=cleaned["orientation"],
            era=cleaned.get("era", WESTERN),
            title=cleaned["title"],
            sentence=cleaned["sentence"],
            officer_title=cleaned["officer_title"],
            officer_name=cleaned["officer_name"],
            seal=seal,
        )


class DesignIndexView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """The languages that certificates are offered in, each with its design."""

    template_name = "cms/admin/designs.html"
    header_icon = "form"
    page_title = _("Design of the certificates")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each language with what is decided for it."""
        kept = {row.language: row for row in Design.objects.select_related("changed_by").defer("seal")}
        rows = [
            {
                "name": get_language_info(language)["name_translated"],
                "url": reverse(f"{NAMESPACE}:edit", args=[language]),
                "title": words.title,
                "design": kept.get(language),
            }
            for language, words in WORDINGS.items()
        ]
        return super().get_context_data(rows=rows, **kwargs)


class OneDesign(ForRoles):
    """The design in the address, or 404."""

    @property
    def language(self) -> str:
        """The language of the certificates."""
        if self.kwargs["language"] not in WORDINGS:
            raise Http404
        return str(self.kwargs["language"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form what is kept."""
        return {**super().get_form_kwargs(), "language": self.language, "kept": design_for(self.language)}


class DesignView(OneDesign, WagtailAdminTemplateMixin, FormView):
    """Change how the certificates of one language look from now on."""

    form_class = DesignForm
    template_name = "cms/admin/design.html"
    header_icon = "form"
    page_title = _("Design of the certificates")

    def get_page_subtitle(self) -> str:
        """What it is, and in which language."""
        return f"{self.page_title}（{get_language_info(self.language)['name_translated']}）"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the languages."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": self.page_title}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_subtitle()}]

    @cached_property
    def row(self) -> Design | None:
        """The design as it is kept, None where nothing was decided yet."""
        return Design.objects.filter(language=self.language).first()

    def get_initial(self) -> dict[str, Any]:
        """What certificates look like now."""
        look = design_for(self.language)
        texts = {name: getattr(look, name) for name in LONGEST}
        seen = self.row.changed_at.isoformat() if self.row else ""
        choice = OWN if look.seal else DRAWN
        return {**texts, "orientation": look.orientation, "era": look.era, "seal_from": choice, "seen": seen}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where the preview is made."""
        return super().get_context_data(
            preview_url=reverse(f"{NAMESPACE}:preview", args=[self.language]),
            back=reverse(f"{NAMESPACE}:index"),
            borrowed=borrowed_signatory(self.language),
            row=self.row,
            **kwargs,
        )

    def form_valid(self, form: DesignForm) -> HttpResponse:
        """Keep it; what is wrong is said at its field, and nothing that was typed is lost."""
        try:
            redesign(
                language=self.language,
                look=form.look(),
                seen=form.cleaned_data["seen"],
                by=self.request.user,
                now=timezone.now(),
            )
        except BadDesign as reason:
            form.add_error(reason.field if reason.field in form.fields else None, str(reason.message))
            return self.form_invalid(form)
        except Conflict as reason:
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)
        seal_waiting.enqueue()
        messages.success(self.request, gettext("Saved. Certificates issued from now on look so; those issued stay."))
        return redirect(f"{NAMESPACE}:edit", self.language)


@method_decorator(xframe_options_sameorigin, name="dispatch")
class PreviewView(OneDesign, FormView):
    """A specimen of what is typed, as a PDF, or why there is none; nothing is kept."""

    form_class = DesignForm

    def get_initial(self) -> dict[str, Any]:
        """Nothing: a preview shows what was sent."""
        return {}

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the design as it is kept."""
        return self.shown(design_for(self.language))

    def form_valid(self, form: DesignForm) -> HttpResponse:
        """Show what was sent, if it could be kept."""
        try:
            return self.shown(checked(form.look(), language=self.language, now=timezone.now()))
        except Invalid as reason:
            return self.unshown([str(reason.message)])

    def form_invalid(self, form: DesignForm) -> HttpResponse:
        """Say what is wrong."""
        return self.unshown([str(error) for errors in form.errors.values() for error in errors])

    def shown(self, look: Look) -> HttpResponse:
        """Return the specimen."""
        try:
            pdf = specimen(language=self.language, look=look, day=today())
        except (NoGlyph, ValueError) as reason:  # the company's or the campaign's own words
            return self.unshown([str(reason)])
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = f'inline; filename="specimen-{self.language}.pdf"'
        response["Cache-Control"] = "no-store"
        return response

    def unshown(self, reasons: list[str]) -> HttpResponse:
        """Return a page that says why there is no preview."""
        return render(self.request, "cms/admin/design_unshown.html", {"reasons": reasons}, status=400)
