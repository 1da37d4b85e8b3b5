"""Campaigns: their list, and who stands where in one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import Column, NumberColumn, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import Button, HeaderButton

from cms.admin.campaign_menu import menu_of
from cms.admin.export import ExcelExport
from cms.admin.filters import StandingFilters
from cms.admin.gate import ForRoles, today
from cms.admin.one_campaign import NAMESPACE, OneCampaign
from cms.admin.tables import ChoiceColumn, DayColumn, MomentColumn, PersonColumn, ProgressColumn, StateColumn
from training.access.models import AccessLog
from training.campaigns.models import Assignment, Campaign
from training.people.queries import department_paths
from training.reports.queries import Figures, figures_of, listed, matching, ordered, standings, with_figures

PLANNED = (Campaign.State.DRAFT, Campaign.State.APPROVED)
ENDED = (Campaign.State.CLOSED, Campaign.State.CANCELLED)


class CampaignIndexView(ForRoles, IndexView):
    """Every campaign, newest first, with its figures."""

    model = Campaign
    index_url_name = f"{NAMESPACE}:index"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "calendar-alt"
    page_title = _("Campaigns")
    paginate_by = 50
    default_ordering = ("-first_day", "code")
    columns = [
        TitleColumn("title", label=_("Campaign"), url_name=f"{NAMESPACE}:campaign", id_accessor="code"),
        Column("code", label=_("Code")),
        DayColumn("first_day", label=_("First day")),
        DayColumn("last_day", label=_("Last day")),
        DayColumn("due_on", label=_("Due on")),
        Column("state", label=_("State"), accessor="get_state_display"),
        NumberColumn("assigned", label=_("Assigned"), accessor=lambda campaign: _tally(campaign, "assigned")),
        NumberColumn("signed", label=_("Signed"), accessor=lambda campaign: _tally(campaign, "signed")),
    ]

    def get_base_queryset(self) -> QuerySet[Campaign]:
        """Read the counters with the campaigns."""
        return Campaign.objects.select_related("tally")

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Plan another."""
        return [HeaderButton(gettext("Plan a campaign"), url=reverse(f"{NAMESPACE}:draft"), icon_name="plus")]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The kinds that begin otherwise."""
        draft = reverse(f"{NAMESPACE}:draft")
        return [
            Button(gettext("Training on joining"), url=f"{draft}?kind=joining", icon_name="user", priority=10),
            Button(gettext("Pledge on leaving"), url=f"{draft}?kind=leaving", icon_name="logout", priority=20),
            Button(gettext("Repeating plans"), url=reverse("training_repeats:index"), icon_name="rotate", priority=30),
        ]


def _tally(campaign: Campaign, counter: str) -> int:
    return getattr(campaign.tally, counter) if hasattr(campaign, "tally") else 0


class CampaignView(OneCampaign, ExcelExport, IndexView):
    """Where everybody stands: figures, list, filters, search, and the list as a file."""

    model = Assignment
    template_name = "cms/admin/campaign.html"
    results_template_name = "cms/admin/campaign_results.html"
    header_icon = "group"
    is_searchable = True
    search_backend_name = None
    filterset_class = StandingFilters
    default_ordering = "kana"
    paginate_by = 50
    verbose_name_plural = _("assignments")
    list_export = [
        "number",
        "name",
        "kana",
        "department",
        "done",
        "modules",
        "state.label",
        "overdue",
        "due_on",
        "signed_at",
        "serial",
        "basis",
    ]
    export_headings = {
        "number": _("Staff number"),
        "name": _("Full name"),
        "kana": _("Reading"),
        "department": _("Department"),
        "done": _("Modules completed"),
        "modules": _("Modules"),
        "state.label": _("State"),
        "overdue": _("Overdue"),
        "due_on": _("Due on"),
        "signed_at": _("Signed at"),
        "serial": _("Certificate number"),
        "basis": _("How it was completed"),
    }
    identifiers = frozenset({"number"})
    custom_field_preprocess = {
        "overdue": dict.fromkeys(ExcelExport.FORMATS, lambda overdue: gettext("Overdue") if overdue else ""),
        "basis": dict.fromkeys(ExcelExport.FORMATS, lambda basis: str(basis.label) if basis else ""),
    }

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the list; before the campaign is open there is only a plan to show."""
        if self.campaign.state in PLANNED:
            return redirect(self.url("plan"))
        return super().get(request, *args, **kwargs)

    def get_campaigns(self) -> QuerySet[Any]:
        """Read the figures with the campaign."""
        return with_figures(Campaign.objects.all(), today=today())

    @cached_property
    def columns(self) -> list[Column]:
        """What a line shows; the name leads to the person's dossier."""
        return [
            (ChoiceColumn if self.may_choose else Column)("number", label=_("Staff number"), sort_key="number"),
            PersonColumn(
                "name", label=_("Full name"), sort_key="kana", classname="pt-person", get_url=self.get_edit_url
            ),
            Column("department", label=_("Department")),
            ProgressColumn("progress", label=_("Progress"), accessor="done", sort_key="done"),
            StateColumn("state", label=_("State")),
            DayColumn("due_on", label=_("Due on"), sort_key="due_on"),
            MomentColumn("signed_at", label=_("Signed at")),
            Column("serial", label=_("Certificate number"), classname="pt-nowrap"),
        ]

    @property
    def may_choose(self) -> bool:
        """Whether something can be decided about several people at once."""
        return self.campaign.state == Campaign.State.OPEN

    @property
    def shown(self) -> str:
        """Which lines are shown (filters, search, order, page), as the query of this list's address."""
        asked = self.request.GET.copy()
        asked.pop("_w_filter_fragment", None)
        return asked.urlencode()

    @cached_property
    def paths(self) -> Mapping[UUID, str]:
        """Every department's path today."""
        return department_paths(today())

    def get_base_queryset(self) -> QuerySet[Any]:
        """Nobody but this campaign's people."""
        return standings(self.campaign, today=today())

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Order as Japanese lists are."""
        return ordered(queryset, self.ordering)

    def get_filterset_kwargs(self) -> dict[str, Any]:
        """Give the filters the department tree."""
        return {**super().get_filterset_kwargs(), "paths": self.paths}

    def get_search_form(self) -> SearchForm:
        """Say what can be searched for."""
        asked = self.request.GET if self.search_kwarg in self.request.GET else None
        return SearchForm(asked, placeholder=gettext("Number, name or reading"))

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Search number, name and reading."""
        return matching(queryset, self.search_query) if self.is_searching else queryset

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Make lines of the page's rows."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = listed(rows, self.paths)
        return paginator, page, page.object_list, more

    def get_index_url(self) -> str:
        """This campaign's list."""
        return self.url("campaign")

    def get_index_results_url(self) -> str:
        """This campaign's list without the furniture."""
        return self.url("results")

    def get_edit_url(self, instance: Any) -> str:
        """Lead from a line to the person's dossier."""
        return self.url("assignment", instance.assignment)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """What a campaign that has ended says at its head."""
        return super().get_context_data(*args, ended=self.campaign.state in ENDED, **kwargs)

    @cached_property
    def figures(self) -> Figures:
        """The campaign in numbers."""
        return figures_of(self.campaign)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """What is asked for every day stands in front."""
        return [
            HeaderButton(gettext("Plan"), url=self.url("plan"), icon_name="doc-full", priority=10),
            HeaderButton(
                gettext("Statistics"),
                url=reverse("training_statistics:questions", args=[self.campaign.code]),
                icon_name="order",
                priority=20,
            ),
        ]

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        """The rest is in a menu: what is done with people, what is taken away, what becomes of the campaign."""
        return menu_of(self)

    def get_page_title(self) -> Any:
        """The campaign's name."""
        return self.campaign.title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        return self.crumbs()

    def get_filename(self) -> str:
        """Name campaign and day."""
        return f"{self.campaign.code}-{today().isoformat()}"

    def as_spreadsheet(self, queryset: Iterable[Any], spreadsheet_format: str) -> HttpResponseBase:
        """Write the taking away into the access log, then hand out what the list shows, all pages of it."""
        lines = listed(queryset, self.paths)
        what = f"{len(lines)} assignments of {self.campaign.code} as {spreadsheet_format}"
        self.log(what, AccessLog.Action.EXPORT)
        return super().as_spreadsheet(lines, spreadsheet_format)
