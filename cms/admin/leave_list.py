"""Who is away on a day, and who is to be afterwards; the list as a file."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.export import ExcelExport
from cms.admin.gate import ForRoles, today
from cms.admin.leaves import NAMESPACE
from cms.admin.person import address_of_person
from cms.admin.tables import DayColumn, LinkColumn, PersonColumn
from training.access.log import record_access
from training.access.models import AccessLog
from training.people.history import Places
from training.people.leave import days_of
from training.people.models import Leave, LeaveKind, Posting
from training.people.nearest import people_near
from training.people.queries import away_after, away_on, on


class LeaveFilters(WagtailFilterSet):
    """By the day on which people are away, by whether leaves to come are listed, by kind and by department."""

    day = django_filters.DateFilter(
        method="as_asked", label=_("Away on"), help_text=_("Empty: today."), widget=AdminDateInput
    )
    which = django_filters.ChoiceFilter(
        method="as_asked",
        label=_("Which leaves"),
        empty_label=_("Those of this day"),
        choices=[("coming", _("Those that begin later")), ("both", _("Both"))],
        widget=forms.RadioSelect,
    )
    kind = django_filters.ChoiceFilter(choices=LeaveKind.choices, label=_("Kind"), empty_label=_("All"))
    department = django_filters.ChoiceFilter(
        method="by_department", label=_("Department"), empty_label=_("All departments"), choices=()
    )

    class Meta:
        model = Leave
        fields: ClassVar[list[str]] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.on_day = self._asked_day() or today()
        # One that is yet to begin is offered too, as it is to be called: whoever joins it may be away later.
        self.paths = Places(()).paths(self.on_day)
        choices = [(path, path) for path in sorted(filter(None, set(self.paths.values())))]
        self.filters["department"].extra["choices"] = choices

    def _asked_day(self) -> date | None:
        """The day as the filter reads it; where it reads none, the list is empty and says so."""
        field = self.filters["day"].field
        try:
            day: date | None = field.clean(field.widget.value_from_datadict(self.data, {}, "day"))
        except forms.ValidationError:
            return None
        return day

    def as_asked(self, leaves: QuerySet[Leave], name: str, value: Any) -> QuerySet[Leave]:
        """Keep them all; the view has asked for the leaves of that day, or for those to come, already."""
        return leaves

    def by_department(self, leaves: QuerySet[Leave], name: str, value: str) -> QuerySet[Leave]:
        """Keep who is posted there or below on the day, or where the leave begins later on its first day."""
        below = [key for key, path in self.paths.items() if path == value or path.startswith(f"{value}/")]
        posts = Posting.objects.filter(department__in=below, superseded_at__isnull=True)
        then = posts.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("valid_from")),
            employment__employee=OuterRef("employment__employee"),
            valid_from__lte=OuterRef("valid_from"),
        )
        now = Q(employment__employee__in=on(posts, self.on_day).values("employment__employee"))
        return leaves.filter(Q(valid_from__lte=self.on_day) & now | Q(valid_from__gt=self.on_day) & Exists(then))


class LeaveIndexView(ForRoles, ExcelExport, IndexView):
    """Who is away on a day, today where none is asked for, or is to be afterwards."""

    model = Leave
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/leave_results.html"
    header_icon = "date"
    page_title = _("Leaves")
    filterset_class = LeaveFilters
    paginate_by = 50
    default_ordering = ("employment__number", "valid_from", "pk")
    columns = [
        PersonColumn("name", label=_("Name"), accessor=lambda row: row.person.name, url_name=f"{NAMESPACE}:leave"),
        Column("number", label=_("Staff number"), accessor="person.number"),
        Column("department", label=_("Department"), accessor="person.department"),
        Column("kind", label=_("Kind"), accessor="get_kind_display"),
        DayColumn("first", label=_("First day")),
        Column("last", label=_("Last day"), accessor=lambda row: _day_or_open(row.last)),
        Column("clock", label=_("Due days"), accessor="clock"),
        LinkColumn("history", label=_("Person’s history"), accessor="history", text=_("The person’s page")),
    ]
    list_export = [
        "person.number",
        "person.name",
        "person.kana",
        "person.department",
        "get_kind_display",
        "first",
        "last",
        "clock",
    ]
    export_headings = {
        "person.number": _("Staff number"),
        "person.name": _("Full name"),
        "person.kana": _("Reading"),
        "person.department": _("Department"),
        "get_kind_display": _("Kind"),
        "first": _("First day"),
        "last": _("Last day"),
        "clock": _("Due days"),
    }
    identifiers = frozenset({"person.number"})

    @property
    def day(self) -> date:
        """The day asked for, as the filter reads it."""
        day: date = self.filters.on_day
        return day

    def get_page_subtitle(self) -> Any:
        """The day."""
        return date_format(self.day, "DATE_FORMAT")

    def filter_queryset(self, queryset: QuerySet[Leave]) -> QuerySet[Leave]:
        """Narrow it down; nobody's leave where a filter cannot be read, of which Wagtail would apply none."""
        found: QuerySet[Leave] = super().filter_queryset(queryset) if self.filters.is_valid() else queryset.none()
        return found

    def get_base_queryset(self) -> QuerySet[Leave]:
        """The leaves of that day, those that begin later, or both; one row for each leave."""
        which = self.request.GET.get("which", "")
        found = {"coming": away_after(self.day), "both": away_on(self.day) | away_after(self.day)}
        return found.get(which, away_on(self.day)).select_related("employment")

    def order_queryset(self, queryset: QuerySet[Leave]) -> QuerySet[Leave]:
        """By staff number."""
        return queryset.order_by(*self.default_ordering)

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up the page's people, and the whole of each leave, at once."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = listed(rows, self.day)
        return paginator, page, rows, more

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Record another."""
        return [HeaderButton(gettext("Record a leave"), url=reverse(f"{NAMESPACE}:record"), icon_name="plus")]

    def get_filename(self) -> str:
        """Name the day."""
        return f"leaves-{self.day.isoformat()}"

    def as_spreadsheet(self, queryset: QuerySet[Leave], spreadsheet_format: str) -> HttpResponseBase:
        """Write the taking away into the access log, then hand out what the list shows, all pages of it."""
        rows = listed(queryset, self.day)
        record_access(
            user=self.request.user,
            action=AccessLog.Action.EXPORT,
            campaign=None,
            what=f"{len(rows)} leaves as {spreadsheet_format}",
            why=self.right,
            now=timezone.now(),
        )
        return super().as_spreadsheet(rows, spreadsheet_format)


def listed(rows: Iterable[Leave], day: date) -> list[Any]:
    """Leaves with what the list shows of each: whose it is, the whole of it, and what becomes of due days.

    Whose leave begins later is shown as of its first day.
    """
    found: list[Any] = list(rows)
    people = people_near({row.pk: (row.employment, max(day, row.valid_from)) for row in found}, day)
    days = days_of(found)
    for row in found:
        row.person = people[row.pk]
        row.kana = row.person.kana
        row.first, row.last = days[row.pk]
        row.clock = clock_in_words(row.first, row.last)
        row.history = address_of_person(row.person.employee)
    return found


def clock_in_words(first: date, last: date | None) -> str:
    """Whether due days stand still for a leave today: they do so while it lasts."""
    if first > today():
        return gettext("stand still from its first day")
    return gettext("went on afterwards") if last is not None and last < today() else gettext("stand still")


def _day_or_open(last: date | None) -> str:
    return gettext("Return not known") if last is None else date_format(last, "SHORT_DATE_FORMAT")
