"""Whom a plan would ask: the whole list, fifty a page, and as a file; of a draft that is stored, and before it is."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.campaigns import PLANNED
from cms.admin.export import ExcelExport
from cms.admin.gate import OFFICER, holds, today
from cms.admin.one_campaign import CampaignPage
from training.access.log import record_access
from training.access.models import AccessLog
from training.campaigns.models import Campaign
from training.people.queries import department_paths
from training.reports.audience_preview import SHOWN, Asked, Audience, Preview, preview_of

PAGE, FILE = "p", "export"  # as Wagtail's own lists name them


class AudienceFile(ExcelExport):
    """The people as CSV or XLSX."""

    list_export = ["person.number", "person.name", "person.kana", "person.department", "type", "why", "due_on"]
    export_headings = {
        "person.number": _("Staff number"),
        "person.name": _("Full name"),
        "person.kana": _("Reading"),
        "person.department": _("Department"),
        "type": _("Employment type"),
        "why": _("Why"),
        "due_on": _("Due on"),
    }
    identifiers = frozenset({"person.number"})

    def __init__(self, stem: str) -> None:
        self._stem = stem

    def get_filename(self) -> str:
        """Name the plan and the day."""
        return self._stem


class Paginator(WagtailPaginator):
    """Counts people."""

    @cached_property
    def items_count_label(self) -> str:
        """How many there are."""
        return ngettext("%(count)d person", "%(count)d people", self.count) % {"count": self.count}


def page_of(preview: Preview) -> Page[Any]:
    """The page that is shown, as Wagtail's pagination wants it."""
    return Paginator(range(preview.count), SHOWN).page(preview.page)


def page_numbers(preview: Preview) -> Iterator[int | str]:
    """The numbers of the pages that are offered; what lies between is an ellipsis."""
    yield from Paginator(range(preview.count), SHOWN).get_elided_page_range(preview.page)


def asked_page(value: Any) -> int:
    """The number of a page as it was sent; the first where it is none."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def audience_file(
    request: HttpRequest,
    campaign: Campaign,
    *,
    kind: str,
    right: str,
    opened_on: Any = None,
    of: Campaign | None = None,
) -> Any:
    """Everybody whom a campaign, stored or not, would ask today, as a file. The taking is logged, with ``of``."""
    found = Audience(campaign, day=today(), paths=department_paths(today()), opened_on=opened_on)
    rows: list[Asked] = list(found.everybody())
    record_access(
        user=request.user,
        action=AccessLog.Action.EXPORT,
        campaign=of,
        what=f"{len(rows)} people whom {campaign.code} would ask as {kind}"[:100],
        why=right,
        now=timezone.now(),
    )
    return AudienceFile(f"{campaign.code}-audience-{today().isoformat()}").as_spreadsheet(rows, kind)


class AudienceView(CampaignPage, TemplateView):
    """Everybody whom a plan would ask today, and as a file; once it is opened, the campaign's own list says it."""

    template_name = "cms/admin/audience.html"
    page_title = _("Who would be asked today")
    header_icon = "group"
    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show a page, or hand out the file."""
        if self.campaign.state not in PLANNED:
            return redirect(self.url("campaign"))
        kind = request.GET.get(FILE)
        if kind in AudienceFile.FORMATS:
            file: HttpResponseBase = audience_file(
                request, self.campaign, kind=kind, right=self.right, of=self.campaign
            )
            return file
        return super().get(request, *args, **kwargs)

    def between(self) -> list[tuple[str, Any]]:
        """The plan."""
        return [(self.url("plan"), _("Plan"))]

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Back to what is read or approved."""
        if self.campaign.state == Campaign.State.DRAFT and holds(self.request, *OFFICER):
            return [HeaderButton(gettext("Approve the plan…"), url=self.url("approve"), icon_name="check")]
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A page of people, the number of all, and who is left out."""
        asked = asked_page(self.request.GET.get(PAGE))
        audience = preview_of(self.campaign, day=today(), paths=department_paths(today()), page=asked)
        return super().get_context_data(
            audience=audience,
            page=page_of(audience),
            elided_page_range=page_numbers(audience),
            here=self.request.path,
            plan_url=self.url("plan"),
            **kwargs,
        )
