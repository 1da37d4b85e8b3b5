"""Who said 「署名できない」, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView

from cms.admin.filters import DeclineFilters
from cms.admin.gate import ForRoles, today
from cms.admin.one_campaign import NAMESPACE as CAMPAIGNS
from cms.admin.tables import MomentColumn
from training.attestation.models import Decline
from training.people.queries import Person, people_on
from training.reports.dossier import declines, with_reasons

NAMESPACE = "training_declines"


@dataclass(frozen=True, slots=True)
class DeclineRow:
    """A line of the list."""

    decline: Decline
    reason: str | None
    person: Person


def _dossier(row: DeclineRow) -> str:
    assignment = row.decline.assignment
    return reverse(f"{CAMPAIGNS}:assignment", args=[assignment.campaign.code, assignment.pk])


class DeclineIndexView(ForRoles, IndexView):
    """Refusals with their reasons, newest first."""

    model = Decline
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "warning"
    page_title = _("Declined pledges")
    filterset_class = DeclineFilters
    paginate_by = 50
    columns = [
        TitleColumn("name", label=_("Full name"), accessor="person.name", classname="pt-person", get_url=_dossier),
        Column("number", label=_("Staff number"), accessor="person.number"),
        Column("department", label=_("Department"), accessor="person.department"),
        Column("campaign", label=_("Campaign"), accessor="decline.assignment.campaign.title"),
        MomentColumn("at", label=_("Declined at"), accessor="decline.at"),
        Column("reason", label=_("Reason"), accessor=lambda row: _("(erased)") if row.reason is None else row.reason),
        MomentColumn("signed_at", label=_("Signed since"), accessor="decline.signed_at"),
    ]

    def get_base_queryset(self) -> QuerySet[Decline]:
        """Every refusal."""
        return declines()

    def order_queryset(self, queryset: QuerySet[Decline]) -> QuerySet[Decline]:
        """Leave the order as it comes."""
        return queryset

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up the page's people and reasons at once."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        found = with_reasons(rows)
        people = people_on([refusal.decline.assignment.employment for refusal in found], today())
        page.object_list = [
            DeclineRow(refusal.decline, refusal.reason, people[refusal.decline.assignment.employment_id])
            for refusal in found
        ]
        return paginator, page, page.object_list, more
