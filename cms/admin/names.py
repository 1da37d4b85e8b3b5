"""Wishes to have a name corrected, and answering them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Case, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.filters import NameRequestFilters
from cms.admin.gate import ForRoles, today
from cms.admin.tables import MomentColumn
from training.errors import Conflict
from training.people.enrol import answer_name_request
from training.people.models import NameRequest
from training.people.queries import Person
from training.reports.queries import people_of

NAMESPACE = "training_names"


class NameRequestIndexView(ForRoles, IndexView):
    """Requests, the open ones first."""

    model = NameRequest
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "user"
    page_title = _("Name corrections")
    filterset_class = NameRequestFilters
    paginate_by = 50
    columns = [
        TitleColumn(
            "present",
            label=_("Name in the roster"),
            accessor=lambda row: row.person.name if row.person else "",
            url_name=f"{NAMESPACE}:answer",
        ),
        Column("number", label=_("Staff number"), accessor=lambda row: row.person.number if row.person else ""),
        Column("name", label=_("Name asked for")),
        MomentColumn("asked_at", label=_("Asked at")),
        Column("state", label=_("State"), accessor="get_state_display"),
        MomentColumn("answered_at", label=_("Answered at")),
    ]

    def order_queryset(self, queryset: QuerySet[NameRequest]) -> QuerySet[NameRequest]:
        """Put what waits before what is answered, the longest wait first."""
        waiting = Case(When(state=NameRequest.State.OPEN, then=Value(0)), default=Value(1))
        return queryset.order_by(waiting, "asked_at", "pk")

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up the page's people at once."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        page.object_list = rows = list(rows)
        people: Mapping[UUID, Person] = people_of([row.employee_id for row in rows], today=today())
        for row in rows:
            row.person = people.get(row.employee_id)
        return paginator, page, rows, more


class AnswerForm(forms.Form):
    """Yes, or no with the reason."""

    correct = forms.TypedChoiceField(
        label=_("Decision"),
        choices=[("yes", _("Correct the roster as asked")), ("no", _("Do not change it"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer to the person"),
        help_text=_("The person reads it. Needed when nothing is changed."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Demand a reason for a no."""
        cleaned = super().clean() or {}
        if cleaned.get("correct") is False and not cleaned.get("answer", "").strip():
            self.add_error("answer", _("Please say why the name is not changed."))
        return cleaned


class AnswerView(ForRoles, WagtailAdminTemplateMixin, FormView):
    """What is asked for beside what stands in the roster, and the answer."""

    form_class = AnswerForm
    template_name = "cms/admin/name_request.html"
    header_icon = "user"
    page_title = _("Name correction")

    @cached_property
    def asked(self) -> NameRequest:
        """The request, or 404."""
        return get_object_or_404(NameRequest.objects.select_related("answered_by"), pk=self.kwargs["pk"])

    @cached_property
    def person(self) -> Person | None:
        """Who asks, as the roster knows the person today."""
        return people_of([self.asked.employee_id], today=today()).get(self.asked.employee_id)

    def get_page_subtitle(self) -> Any:
        """The person's name."""
        return self.person.name if self.person else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Name corrections")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Both names; the form only while the request is open."""
        return super().get_context_data(
            asked=self.asked,
            person=self.person,
            is_open=self.asked.state == NameRequest.State.OPEN,
            action_url=self.request.path,
            submit_button_label=_("Answer"),
            submit_button_active_label=_("Saving…"),
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer what was shown: a wish that was reworded meanwhile must be read first."""
        if request.POST.get("asked_at") != self.asked.asked_at.isoformat():
            raise Conflict(_("The request has been changed since you opened the page. Please read it again."))
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: AnswerForm) -> HttpResponse:
        """Correct the name, or say why not."""
        correct = form.cleaned_data["correct"]
        answer_name_request(
            request=self.asked,
            correct=correct,
            answer=form.cleaned_data["answer"].strip(),
            by=self.request.user,
            now=timezone.now(),
            today=today(),
        )
        done = gettext("The roster has been corrected.") if correct else gettext("The answer has been stored.")
        messages.success(self.request, done)
        return redirect(f"{NAMESPACE}:index")
