"""Samples of a campaign's people, drawn by lot by HR or the privacy officer."""

from __future__ import annotations

from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView

from cms.admin.gate import today
from cms.admin.one_campaign import CampaignPage
from training.access.models import Sample
from training.access.queries import samples_of, strata_of
from training.access.sample import draw_sample
from training.certificates.tasks import seal_waiting
from training.errors import Invalid
from training.people.queries import department_paths
from training.reports.queries import listed, standings
from training.web.auditor.samples import shares

USUAL = 25
PER_PAGE = 100


class DrawForm(forms.Form):
    """How many are drawn, and whether each department gets its share."""

    size = forms.IntegerField(label=_("How many"), min_value=1)
    by_department = forms.BooleanField(
        label=_("Each department in proportion"),
        required=False,
        help_text=_("At least one from each, where the number allows it."),
    )

    def __init__(self, *args: Any, population: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        size = self.fields["size"]
        size.max_value = population
        size.widget.attrs["max"] = population
        size.help_text = _("Of %(population)s people who are assigned.") % {"population": population}


class SamplesView(CampaignPage, FormView):
    """The samples drawn so far, by whomever, and drawing another."""

    form_class = DrawForm
    template_name = "cms/admin/samples.html"
    header_icon = "pick"
    page_title = _("Samples")

    @cached_property
    def population(self) -> int:
        """How many are assigned."""
        return self.campaign.assignments.count()

    def get_initial(self) -> dict[str, Any]:
        """What auditors usually draw."""
        return {"size": min(USUAL, self.population)}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form how many there are."""
        return {**super().get_form_kwargs(), "population": self.population}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest first."""
        samples = Paginator(samples_of(self.campaign), PER_PAGE).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            campaign=self.campaign, population=self.population, samples=samples, back=self.url("campaign"), **kwargs
        )

    def form_valid(self, form: DrawForm) -> HttpResponse:
        """Draw, and show what came out."""
        try:
            sample = draw_sample(
                user=self.request.user, campaign=self.campaign, now=timezone.now(), **form.cleaned_data
            )
        except Invalid as reason:
            form.add_error("size", str(reason.message))
            return self.form_invalid(form)
        seal_waiting.enqueue()
        return redirect(self.url("sample", sample.pk))


class SampleView(CampaignPage, TemplateView):
    """One sample: the people drawn, in the order of the lot, and how to draw it again."""

    template_name = "cms/admin/sample.html"
    header_icon = "pick"
    page_title = _("Sample")

    @cached_property
    def sample(self) -> Sample:
        """The sample in the address, of this campaign, or 404."""
        return get_object_or_404(samples_of(self.campaign), pk=self.kwargs["sample"])

    def between(self) -> list[tuple[str, Any]]:
        """The samples."""
        return [(self.url("samples"), _("Samples"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each person with a link to the record."""
        sample = self.sample
        page = Paginator(sample.drawn, PER_PAGE).get_page(self.request.GET.get("p"))
        keys = [UUID(key) for key in page.object_list]
        found = standings(self.campaign, today=today()).filter(pk__in=keys)
        by_key = {row.assignment: row for row in listed(found, department_paths(today()))}
        rows = [
            {"place": place, "standing": by_key[key], "dossier": self.url("assignment", key)}
            for place, key in enumerate(keys, page.start_index())
        ]
        strata = strata_of(sample)
        return super().get_context_data(
            campaign=self.campaign,
            page=page,
            rows=rows,
            shares=shares(strata, sample.drawn) if strata else [],
            **kwargs | {"sample": sample},
        )
