"""Samples: drawn by lot, listed, and read with all that is needed to draw them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.generic import FormView, TemplateView

from training.access.models import AccessLog, Sample
from training.access.queries import opened_by, samples_of, strata_of
from training.access.sample import draw_sample
from training.errors import Invalid
from training.people.queries import department_paths
from training.reports.queries import listed, standings
from training.web.auditor.forms import USUAL_SAMPLE, DrawForm
from training.web.auditor.pages import one_page
from training.web.auditor.views import Auditor


class SamplesView(Auditor, FormView):  # type: ignore[type-arg]  # generic for mypy alone
    """The samples drawn so far, and drawing another."""

    http_method_names = ["get", "head", "post", "options"]
    form_class = DrawForm
    template_name = "training/auditor/samples.html"

    @cached_property
    def population(self) -> int:
        """How many are assigned."""
        return self.campaign.assignments.count()

    def get_initial(self) -> dict[str, Any]:
        """What auditors usually draw."""
        return {"size": min(USUAL_SAMPLE, self.population)}

    def get_form_kwargs(self) -> dict[str, Any]:
        """Tell the form how many there are."""
        return super().get_form_kwargs() | {"population": self.population}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The newest first; a form that is asked for again stands alone."""
        page = None
        if self.request.method != "POST":
            self.log(AccessLog.Action.LIST, f"samples of {self.campaign.code}")
            page = one_page(samples_of(self.campaign), self.request)
        return super().get_context_data(campaign=self.campaign, population=self.population, page=page, **kwargs)

    def form_valid(self, form: DrawForm) -> HttpResponse:
        """Draw, and show what came out."""
        asked = form.cleaned_data
        try:
            sample = self.recorded(
                draw_sample,
                user=self.request.user,
                campaign=self.campaign,
                size=asked["size"],
                by_department=asked["by_department"],
                now=timezone.now(),
            )
        except Invalid as reason:
            form.add_error("size", str(reason.message))
            return self.form_invalid(form)
        return redirect("training:audit_sample", self.campaign.code, sample.pk)


class SampleView(Auditor, TemplateView):
    """One sample: its seed, how to draw it again, and the people drawn, without names."""

    template_name = "training/auditor/sample.html"

    @cached_property
    def sample(self) -> Sample:
        """The sample in the address, of this campaign, or 404."""
        return get_object_or_404(samples_of(self.campaign), pk=self.kwargs["sample"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """In the order of the lot, a hundred lines a page; whom this account has opened is marked."""
        sample = self.sample
        self.log(AccessLog.Action.OPEN, f"sample {sample.pk}")
        page = one_page(sample.drawn, self.request)
        keys = [UUID(key) for key in page.object_list]
        found = standings(self.campaign, today=self.today).filter(pk__in=keys)
        by_key = {row.assignment: row for row in listed(found, department_paths(self.today))}
        opened = opened_by(self.request.user, campaign=self.campaign, keys=keys)
        rows = [
            {"place": place, "standing": by_key[key], "opened": key in opened}
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


def shares(strata: Mapping[str, Sequence[str]], drawn: Sequence[str]) -> list[dict[str, Any]]:
    """How many of each department were drawn, by the department's name."""
    out = set(drawn)
    return [
        {"department": name, "people": len(ids), "drawn": len(out.intersection(ids))}
        for name, ids in sorted(strata.items())
    ]
