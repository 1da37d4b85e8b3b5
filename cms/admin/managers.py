"""Who manages the departments: the list, and one department, to appoint somebody or leave it to the one above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cached_property
from typing import Any, ClassVar
from uuid import UUID

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import ForRoles, today
from cms.admin.tables import DayColumn
from training.certificates.tasks import seal_waiting
from training.errors import TrainingError
from training.people.appoint import appoint
from training.people.heads import Term, terms_of
from training.people.leave import EARLIEST, LATEST
from training.people.managing import Managers
from training.people.models import PATH_SEPARATOR, Department, DepartmentPlace, Employment
from training.people.numbers import plain_number
from training.people.queries import Person, on, people_on, person_on
from training.people.roster_believed import paths_now

NAMESPACE = "training_managers"
OWN, NOBODY, VACANT = "own", "nobody", "vacant"


def departments() -> QuerySet[DepartmentPlace]:
    """Every department that still is one, as it is now or is to be."""
    return DepartmentPlace.objects.filter(superseded_at__isnull=True, valid_to__isnull=True)


def people_by_key(employees: Collection[UUID | None], day: date) -> dict[UUID, Person]:
    """People by their keys, each with the last number; four queries, none for nobody."""
    rows = Employment.objects.filter(employee__in=set(employees) - {None}, superseded_at__isnull=True)
    last = {row.employee_id: row for row in rows.order_by("valid_from")} if set(employees) - {None} else {}
    people = people_on(list(last.values()), day) if last else {}
    return {key: people[row.pk] for key, row in last.items()}


def named(person: Person | None) -> str:
    """A person with the number, for names may be the same."""
    return f"{person.name} ({person.number})" if person else ""


class ManagerFilters(WagtailFilterSet):
    """By a part of the path, and by whether somebody is there."""

    path = django_filters.CharFilter(method="by_view", label=_("Department"))
    state = django_filters.ChoiceFilter(
        method="by_view",
        label=_("Manager"),
        empty_label=_("All"),
        choices=[
            (OWN, _("With a manager of its own")),
            (NOBODY, _("Without a manager of its own")),
            (VACANT, _("Nobody answers for it today")),
        ],
        widget=forms.RadioSelect,
    )

    class Meta:
        model = DepartmentPlace
        fields: ClassVar[list[str]] = []

    def by_view(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Keep all: paths and who answers are known to the view alone."""
        return rows


class ManagerIndexView(ForRoles, IndexView):
    """Every department with its manager of today, since when, and who answers where that one does not."""

    model = DepartmentPlace
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "group"
    page_title = _("Department managers")
    filterset_class = ManagerFilters
    paginate_by = 50
    columns = [
        TitleColumn("path", label=_("Department"), url_name=f"{NAMESPACE}:department", id_accessor="department_id"),
        Column("name", label=_("Manager"), accessor=lambda row: named(row.person) or gettext("None of its own")),
        DayColumn("since", label=_("Since")),
        Column("answers", label=_("Answers today"), accessor=lambda row: _answers(row)),
        Column("next", label=_("To come"), accessor=lambda row: _to_come(row)),
    ]

    def order_queryset(self, queryset: QuerySet[DepartmentPlace]) -> QuerySet[DepartmentPlace]:
        """By path, which the database does not know: the page does it."""
        return queryset

    def get_base_queryset(self) -> QuerySet[DepartmentPlace]:
        """Every department."""
        return departments()

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Order by path, keep what was asked for, and look up the page's people at once."""
        managers, paths, day = Managers(today()), paths_now(), today()
        rows = list(queryset)
        terms = terms_of([row.department_id for row in rows])
        for row in rows:
            row.path = PATH_SEPARATOR.join(paths.get(row.department_id, (row.name,)))
            row.terms = terms[row.department_id]
            row.term = next((term for term in row.terms if term.holds(day)), None)
            row.manager_today = row.term.manager if row.term else None
            row.since = row.term.first if row.term and row.term.manager else None
            row.answering = managers.answering(row.department_id)
            row.coming = next((term for term in row.terms if term.first > day), None)
        found = sorted(filter(self._is_asked_for, rows), key=lambda row: row.path)
        paginator, page, shown, more = super().paginate_queryset(found, page_size)
        paginator.model = Department  # a list has none, and "items" no Japanese
        keys = {key for row in shown for key in (row.manager_today, row.answering, row.coming and row.coming.manager)}
        people = people_by_key(keys, day)
        for row in shown:
            row.person, row.answerer = people.get(row.manager_today), people.get(row.answering)
            row.comer = people.get(row.coming.manager) if row.coming else None
        return paginator, page, shown, more

    def _is_asked_for(self, row: Any) -> bool:
        part, state = self.request.GET.get("path", "").strip(), self.request.GET.get("state", "")
        is_state = {
            OWN: row.manager_today is not None,
            NOBODY: row.manager_today is None,
            VACANT: row.answering is None,
        }.get(state, True)
        return part in row.path and is_state


def _answers(row: Any) -> str:
    if row.answerer is None:
        return gettext("Nobody")
    return "" if row.answering == row.manager_today else named(row.answerer)


def _to_come(row: Any) -> str:
    if row.coming is None:
        return ""
    words = gettext("%(name)s from %(day)s on") if row.comer else gettext("None of its own from %(day)s on")
    return words % {"name": named(row.comer), "day": date_format(row.coming.first, "SHORT_DATE_FORMAT")}


class AppointForm(forms.Form):
    """Who, and from which day on."""

    who = forms.ChoiceField(
        label=_("Manager"),
        choices=[
            (OWN, _("Appoint somebody")),
            (NOBODY, _("No manager of its own: that of the department above answers for it")),
        ],
        initial=OWN,
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Staff number"), max_length=40, required=False)
    since = forms.DateField(
        label=_("From this day on"),
        widget=AdminDateInput,
        help_text=_("Whoever managed the department until then did so until the day before."),
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )
    confirmed = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Ask for the number of whom is appointed, and pass it over where that is nobody."""
        asked = super().clean() or {}
        asked["number"] = plain_number(asked.get("number", "")).replace("\x00", "") if asked.get("who") == OWN else ""
        if asked.get("who") == OWN and not asked["number"] and "number" not in self.errors:
            self.add_error("number", _("Please enter the staff number of the manager."))
        return asked


class OfDepartment:
    """A page about one department: which one, and the way back to the list of all."""

    kwargs: dict[str, Any]
    page_title: Any
    breadcrumbs_items: list[dict[str, Any]]

    @cached_property
    def place(self) -> DepartmentPlace:
        """The department as it is or is to be, or 404."""
        place = departments().filter(department=self.kwargs["department"]).select_related("department").first()
        if place is None:
            raise Http404
        return place

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Department managers")}
        return [*self.breadcrumbs_items, index, *self.above, {"url": "", "label": self.page_title}]

    @property
    def above(self) -> list[dict[str, Any]]:
        """What lies between the list and this page."""
        return []


class DepartmentView(OfDepartment, ForRoles, WagtailAdminTemplateMixin, FormView):
    """One department in two steps: who from when on; then the name is shown, and confirmed."""

    form_class = AppointForm
    template_name = "cms/admin/decision.html"
    header_icon = "group"
    page_title = _("Department manager")
    submit_label = _("Go on to confirm")
    serious = False
    consequences = (
        _("Managers see how far the people of their departments are, with all departments below, but no answers."),
        _("Reminders about these people go to the manager, as far as the campaign's ladder has them."),
    )

    @cached_property
    def terms(self) -> list[Term]:
        """Who managed it, latest first."""
        return terms_of([self.place.department_id])[self.place.department_id][::-1]

    @cached_property
    def path(self) -> str:
        """Its path."""
        return PATH_SEPARATOR.join(paths_now().get(self.place.department_id, (self.place.name,)))

    def get_page_subtitle(self) -> Any:
        """The department."""
        return self.path

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """Its name and place, which are decided on another page."""
        url = reverse(f"{NAMESPACE}:place", args=[self.place.department_id])
        return [HeaderButton(gettext("Rename or move…"), url=url, icon_name="edit")]

    def get_initial(self) -> dict[str, Any]:
        """From today, or from the first day on which it can be."""
        return {"since": max(today(), self.place.valid_from)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The department, and everybody who managed it."""
        if "facts" not in kwargs:
            people = people_by_key({term.manager for term in self.terms}, today())
            history = [
                (_span(term), named(people.get(term.manager)) if term.manager else _("None of its own"))
                for term in self.terms
            ]
            kwargs["facts"] = [(_("Department"), self.path), *history]
        return super().get_context_data(back=reverse(f"{NAMESPACE}:index"), **kwargs)

    def form_valid(self, form: AppointForm) -> HttpResponse:
        """Show who it is, until exactly that has been confirmed; then record."""
        asked = form.cleaned_data
        number, since = asked["number"], asked["since"]
        employment = on(Employment.objects.filter(number=number), since).select_related("employee").first()
        if number and employment is None:
            form.add_error("number", _("Nobody works here under this number on the first day."))
            return self.form_invalid(form)
        person = person_on(employment, since) if employment else None
        manager = employment.employee if employment else None
        if self.place.manager_id == (manager.pk if manager else None):
            form.add_error("number", _("That is how it is already."))
            return self.form_invalid(form)
        meant = str(manager.pk) if manager else NOBODY
        if asked["confirmed"] != meant:
            form.data = form.data.copy()
            form.data["confirmed"] = meant
            return self.render_to_response(
                self.get_context_data(form=form, facts=self._about(person, since), submit_label=_("Record it"))
            )
        try:
            appoint(
                department=self.place.department, manager=manager, since=since, by=self.request.user, now=timezone.now()
            )
        except TrainingError as reason:
            form.add_error("since", str(reason.message))
            return self.form_invalid(form)
        seal_waiting.enqueue()
        messages.success(self.request, gettext("The manager has been recorded."))
        return redirect(f"{NAMESPACE}:index")

    def _about(self, person: Person | None, since: date) -> list[tuple[Any, Any]]:
        name = f"{person.name}（{person.kana}）" if person and person.kana else person.name if person else ""
        who = (
            [(_("Name"), name), (_("Staff number"), person.number), (_("Main post"), person.department)]
            if person
            else []
        )
        return [
            (_("Department"), self.path),
            *(who or [(_("Manager"), _("None of its own"))]),
            (_("From this day on"), since),
        ]


def _span(term: Term) -> str:
    first = date_format(term.first, "SHORT_DATE_FORMAT")
    last = date_format(term.last, "SHORT_DATE_FORMAT") if term.last else ""
    return (
        gettext("From %(first)s to %(last)s") % {"first": first, "last": last}
        if last
        else (gettext("From %(first)s on") % {"first": first})
    )
