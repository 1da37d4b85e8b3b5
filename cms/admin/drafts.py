"""Drafting and editing a campaign: the form, then the people it asks and its rules in words, then it is saved."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.audiences import FILE, PAGE, AudienceFile, asked_page, audience_file, page_numbers, page_of
from cms.admin.campaign_form import (
    CampaignForm,
    initial_of,
    proposed,
    proposed_make_up,
    proposed_of_kind,
)
from cms.admin.gate import ForRoles, today
from cms.admin.one_campaign import NAMESPACE, CampaignPage
from training.campaigns.models import Campaign
from training.campaigns.plan import plan, replan
from training.catalogue.queries import newest_revision
from training.certificates.tasks import seal_waiting
from training.errors import Conflict, Invalid
from training.people.queries import department_paths
from training.reports.audience_preview import Preview, preview_of
from training.reports.rules import in_words

OF_THE_STEP = frozenset({"csrfmiddlewaretoken", "step", PAGE, FILE})
PROPOSED = (Campaign.Kind.JOINING, Campaign.Kind.LEAVING)


class TwoSteps(WagtailAdminTemplateMixin, FormView):
    """A form that shows what it means, and whom it asks, before it is saved; going back keeps all that was typed.

    The second step turns the list's pages and hands out the whole of it as a file by sending its form again: nothing is
    stored for it.
    """

    template_name = "cms/admin/sections.html"
    preview_template_name: str

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Go back to the form where that is asked for."""
        form = self.get_form()
        if request.POST.get("step") == "change" or not form.is_valid():
            return self.render_to_response(self.get_context_data(form=form))
        return self.form_valid(form)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether a field below says what is wrong, or only the form as a whole."""
        found = super().get_context_data(**kwargs)
        return {"marked": set(found["form"].errors) - {NON_FIELD_ERRORS}, **found}

    def form_valid(self, form: Any) -> HttpResponse:
        """Show it; save it once it was shown. What the room refuses is said at the form."""
        asked = self.request.POST
        try:
            if asked.get("step") == "save":
                return self.save(form)
            if asked.get(FILE) in AudienceFile.FORMATS:
                return self.file(form, asked[FILE])
            return self.shown(form)
        except (Conflict, Invalid) as reason:
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)

    def shown(self, form: Any) -> HttpResponse:
        """The second step, which holds all that was typed."""
        typed = [(name, value) for name, values in self.request.POST.lists() for value in values]
        found = self.preview(form)
        context = {
            **self.get_context_data(form=form),
            **found,
            "page": page_of(found["audience"]),
            "page_numbers": page_numbers(found["audience"]),
            "typed": [(name, value) for name, value in typed if name not in OF_THE_STEP],
        }
        return self.response_class(self.request, self.preview_template_name, context)

    @property
    def stored(self) -> Campaign | None:
        """The campaign whose plan is edited, where there is one."""
        return None

    def file(self, form: Any, kind: str) -> HttpResponse:
        """Everybody who would be asked, as CSV or XLSX."""
        campaign, opened_on = self.foreseen(form)
        return audience_file(self.request, campaign, kind=kind, right=self.right, opened_on=opened_on, of=self.stored)

    def audience(self, form: Any, paths: Any) -> Preview:
        """The page of the list that is asked for."""
        campaign, opened_on = self.foreseen(form)
        page = asked_page(self.request.POST.get(PAGE))
        return preview_of(campaign, day=today(), paths=paths, page=page, opened_on=opened_on)

    def foreseen(self, form: Any) -> tuple[Campaign, date]:
        """The campaign as it would be, not stored, and the day from which its due days count."""
        raise NotImplementedError

    def preview(self, form: Any) -> dict[str, Any]:
        """What the second step shows."""
        raise NotImplementedError

    def save(self, form: Any) -> HttpResponse:
        """Call the verb and lead on."""
        raise NotImplementedError


class Drafting(ForRoles, TwoSteps):
    """The plan of a campaign in two steps."""

    form_class = CampaignForm
    preview_template_name = "cms/admin/campaign_preview.html"
    header_icon = "calendar-alt"

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the day."""
        return {**super().get_form_kwargs(), "day": today()}

    @property
    def back(self) -> str:
        """Where it is left to."""
        return reverse(f"{NAMESPACE}:index")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The way out."""
        return super().get_context_data(back=self.back, **kwargs)

    def preview(self, form: CampaignForm) -> dict[str, Any]:
        """The people, and the rules in words."""
        campaign, asked = form.as_campaign(), form.cleaned_data
        paths = department_paths(today())
        return {
            "asked": asked,
            "kind": campaign.get_kind_display(),
            "year": dict(form.fields["fiscal_year"].choices).get(asked["fiscal_year"] or ""),
            "audience": self.audience(form, paths),
            **in_words(campaign, paths=paths),
            "lessons": [form.fields[f"module-{module.pk}"].label for module in asked["modules"]],
        }

    def foreseen(self, form: CampaignForm) -> tuple[Campaign, date]:
        """The campaign of the form, opened today."""
        return form.as_campaign(), today()


class DraftView(Drafting):
    """A new campaign: empty, of a kind, or for those who missed another."""

    page_title = _("Plan a campaign")

    @cached_property
    def missed(self) -> Campaign | None:
        """The campaign whose absentees are made up for."""
        code = self.request.GET.get("missed")
        return get_object_or_404(Campaign, code=code) if code else None

    def get_initial(self) -> dict[str, Any]:
        """Begin with what is likely; nothing of it need stay."""
        kind = self.request.GET.get("kind", "")
        if self.request.method != "GET":
            return {}
        if self.missed is not None:
            found = proposed_make_up(self.missed, today())
        elif kind in PROPOSED:
            found = proposed_of_kind(kind, today())
        else:
            found = proposed(today())
        revision = newest_revision()
        return {**found, "revision": found.get("revision") or (revision.pk if revision else None)}

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": self.back, "label": _("Campaigns")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def save(self, form: CampaignForm) -> HttpResponse:
        """Keep the draft, and show its plan."""
        campaign = plan(**form.values(), by=self.request.user, now=timezone.now())
        seal_waiting.enqueue()
        messages.success(self.request, gettext("The draft is saved. It can be opened once the plan is approved."))
        return redirect(f"{NAMESPACE}:plan", campaign.code)


class EditView(CampaignPage, Drafting):
    """The plan of a campaign that has not been opened."""

    page_title = _("Edit the plan")

    @property
    def stored(self) -> Campaign | None:
        """The campaign in the address."""
        return self.campaign

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form while it can still be edited, the plan otherwise."""
        if self.campaign.state not in (Campaign.State.DRAFT, Campaign.State.APPROVED):
            return redirect(self.url("plan"))
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the campaign."""
        return {**super().get_form_kwargs(), "editing": self.campaign}

    def get_initial(self) -> dict[str, Any]:
        """Say what the plan says."""
        return initial_of(self.campaign)

    def between(self) -> list[tuple[str, Any]]:
        """The plan."""
        return [(self.back, _("Plan"))]

    @property
    def back(self) -> str:
        """The plan."""
        return self.url("plan")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Warn of what saving means for a plan that is approved."""
        warning = ""
        if self.campaign.state == Campaign.State.APPROVED:
            warning = _("This plan is approved. Once you save, it is a draft again and must be approved anew.")
        return super().get_context_data(warning=warning, **kwargs)

    def save(self, form: CampaignForm) -> HttpResponse:
        """Keep the draft, and show its plan."""
        was = self.campaign.state
        campaign = replan(campaign=self.campaign, **form.values(), by=self.request.user, now=timezone.now())
        seal_waiting.enqueue()
        if was == Campaign.State.APPROVED:
            messages.warning(
                self.request, gettext("The plan is saved. It is a draft again and waits for the privacy officer.")
            )
        else:
            messages.success(self.request, gettext("The plan is saved."))
        return redirect(f"{NAMESPACE}:plan", campaign.code)
