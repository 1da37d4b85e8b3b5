"""なぜ対象か: why somebody is in a campaign or is not, by staff number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from cms.admin.by_number import employments_by_number
from cms.admin.gate import today
from cms.admin.one_campaign import CampaignPage
from training.attestation.queries import attestation_of
from training.attestation.standing import credit_of
from training.campaigns.calendar import day_of
from training.campaigns.explain import explain
from training.campaigns.models import Assignment, Campaign
from training.changes.signers import signers_of_earlier
from training.conf import conf
from training.people.numbers import plain_number
from training.people.queries import person_on


class WhyForm(forms.Form):
    """Of whom."""

    number = forms.CharField(label=_("Staff number"), max_length=40)

    def clean_number(self) -> str:
        """As numbers are kept."""
        return plain_number(self.cleaned_data["number"])


class WhyView(CampaignPage, TemplateView):
    """The answer in sentences, and the way to what can be done about it."""

    template_name = "cms/admin/why.html"
    header_icon = "help"
    page_title = _("Why is somebody asked, or not?")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Ask; once asked, answer."""
        form = WhyForm(self.request.GET if "number" in self.request.GET else None)
        context = {"form": form, "campaign": self.campaign, **kwargs}
        if form.is_bound and form.is_valid():
            context |= self.answer(form)
        return super().get_context_data(**context)

    def answer(self, form: WhyForm) -> dict[str, Any]:
        """What the rules and the record say of the person."""
        number = form.cleaned_data["number"]
        employment = employments_by_number([number]).get(number)
        if employment is None:
            form.add_error("number", _("Nobody has the staff number %(numbers)s.") % {"numbers": number})
            return {}
        named = signers_of_earlier(self.campaign) if self.campaign.kind == Campaign.Kind.CHANGE else None
        found = explain(campaign=self.campaign, employment=employment, day=today(), named=named)
        is_open = self.campaign.state == Campaign.State.OPEN
        return {
            "why": found,
            "credited": credited_words(found.assignment) if found.assignment and found.is_in else "",
            "person": person_on(employment, today()),
            "dossier": self.url("assignment", found.assignment.pk) if found.assignment else "",
            "add": self.url("add") if is_open and not found.is_in else "",
        }


def credited_words(assignment: Assignment) -> str:
    """The earlier signature that stands for this campaign's, in a sentence; empty where none does or needs to."""
    found = credit_of(assignment)
    if found is None or attestation_of(assignment) is not None:
        return ""
    signed = found.attestation
    day = found.held_on or day_of(signed.at, conf.time_zone)
    words = gettext(
        "Credited, so that nothing is left to do: signed on %(day)s in “%(campaign)s”, "
        "which counts here by the campaign's rule."
    )
    return words % {"day": date_format(day, "DATE_FORMAT"), "campaign": signed.assignment.campaign.title}
