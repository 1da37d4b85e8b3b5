"""How things stood at the end of a day, with names: of one campaign or of all."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.gate import ForRoles, today
from training.access.log import record_access
from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.reports.as_of_page import asked_checkpoint, asked_day
from training.web.as_of import AsOfForm, csv_file, shown

NAMESPACE = "training_as_of"


class OfficeForm(AsOfForm):
    """Which day, of which campaign."""

    campaign = forms.ModelChoiceField(
        queryset=Campaign.objects.all(),
        to_field_name="code",
        label=_("Campaign"),
        required=False,
        empty_label=_("All campaigns"),
    )


class AsOfView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """The day in figures, and line by line."""

    template_name = "cms/admin/as_of.html"
    header_icon = "date"
    page_title = _("As of a date")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """This page stands by itself."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Form and, once it is filled in, the day; the look is logged."""
        asked = self.request.GET
        form = OfficeForm(asked if "day" in asked else None, today=today())
        campaign = form.cleaned_data["campaign"] if form.is_bound and form.is_valid() else None
        found = shown(form, campaign=campaign, after=asked.get("after", ""))
        if found is None:
            return super().get_context_data(form=form, **kwargs)
        scope = {"campaign": campaign.code} if campaign else {}
        log(self.request, AccessLog.Action.LIST, found.what, campaign, self.right)
        pair = {"day": found.day.isoformat(), "checkpoint": found.checkpoint.size} | scope
        csv = reverse(f"{NAMESPACE}:csv", args=[pair["day"], pair["checkpoint"]])
        return super().get_context_data(
            form=form,
            shown=found,
            csv_url=f"{csv}?{urlencode(scope)}" if scope else csv,
            first_url=f"?{urlencode(pair)}" if asked.get("after") else None,
            next_url=f"?{urlencode(pair | {'after': found.after})}" if found.after else None,
            **kwargs,
        )


class AsOfCsvView(ForRoles, View):
    """The day as a file; its address says day and checkpoint, and gives the same bytes ever after."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> StreamingHttpResponse:
        """Stream it; the look is logged first."""
        code = request.GET.get("campaign", "")
        campaign = get_object_or_404(Campaign, code=code) if code else None
        day, checkpoint = asked_day(kwargs["day"], today=today()), asked_checkpoint(kwargs["size"])
        file = csv_file(day=day, checkpoint=checkpoint, campaign=campaign)
        log(request, AccessLog.Action.EXPORT, f"as of {day} at {checkpoint.size}", campaign, self.right)
        return file


def log(request: HttpRequest, action: AccessLog.Action, what: str, campaign: Campaign | None, right: str) -> None:
    """Write one look into the log."""
    scope = f" of {campaign.code}" if campaign else ""
    record_access(
        user=request.user, action=action, campaign=campaign, what=f"{what}{scope}", why=right, now=timezone.now()
    )
