"""Recording a leave, the return, correcting and taking back."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from cms.admin.gate import ForRoles, today
from cms.admin.person import address_of_person
from training.certificates.tasks import seal_waiting
from training.errors import Conflict, TrainingError
from training.people.leave import EARLIEST, LATEST, correct_leave, days_of, end_leave, record_leave, take_back_leave
from training.people.models import Employment, Leave, LeaveKind
from training.people.numbers import plain_number
from training.people.queries import Person, on, person_on
from training.people.roster_dates import FOR_EVER

NAMESPACE = "training_leaves"
A_DAY = timedelta(days=1)


class LeaveForm(forms.Form):
    """Which kind of leave, from when to when."""

    kind = forms.ChoiceField(
        label=_("Kind"), choices=LeaveKind.choices, help_text=_("Seen by HR and the privacy officer alone.")
    )
    first = forms.DateField(label=_("First day"), widget=AdminDateInput)
    last = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=AdminDateInput,
        help_text=_("The day before the person is back. Leave it empty while no return is known."),
    )

    def clean_last(self) -> date | None:
        """Read 9999-12-31 as no known return, as staff lists mean it."""
        last: date | None = self.cleaned_data["last"]
        return None if last in FOR_EVER else last

    def clean(self) -> dict[str, Any]:
        """Refuse days that are out of order."""
        cleaned = super().clean() or {}
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        return cleaned


class RecordForm(LeaveForm):
    """Whose leave, too."""

    number = forms.CharField(label=_("Staff number"), max_length=40)
    confirmed = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("number", "kind", "first", "last")


class LeavePage(ForRoles, WagtailAdminTemplateMixin, FormView):
    """A page below the list."""

    template_name = "cms/admin/decision.html"
    header_icon = "date"
    question: Any = ""
    consequences: tuple[Any, ...] = ()
    submit_label: Any = _("Save")
    serious = False

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the list."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Leaves")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where else to go."""
        return super().get_context_data(back=reverse(f"{NAMESPACE}:index"), **kwargs)

    def done(self, words: str) -> HttpResponse:
        """Say so, seal, and go back to the list."""
        seal_waiting.enqueue()
        messages.success(self.request, words)
        return redirect(f"{NAMESPACE}:index")


class RecordView(LeavePage):
    """Two steps: whose leave by staff number; then the name is shown, and confirmed."""

    form_class = RecordForm
    page_title = _("Record a leave")
    submit_label = _("Go on to confirm")

    def get_initial(self) -> dict[str, Any]:
        """From today, for whose number was in the address."""
        return {"first": today(), "number": self.request.GET.get("number", "")}

    def form_valid(self, form: RecordForm) -> HttpResponse:
        """Show who it is, until exactly that person has been confirmed; then record."""
        asked = form.cleaned_data
        number = plain_number(asked["number"]).replace("\x00", "")
        employment = on(Employment.objects.filter(number=number), asked["first"]).first()
        if employment is None:
            form.add_error("number", _("Nobody works here under this number on the first day."))
            return self.form_invalid(form)
        person = person_on(employment, asked["first"])
        if asked["confirmed"] != person.employee:
            form.data = form.data.copy()
            form.data["confirmed"] = str(person.employee)
            return self.render_to_response(
                self.get_context_data(form=form, facts=_about(person), submit_label=_("Record the leave"))
            )
        try:
            record_leave(
                employment=employment,
                kind=asked["kind"],
                first=asked["first"],
                last=asked["last"],
                by=self.request.user,
                now=timezone.now(),
            )
        except TrainingError as reason:
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)
        return self.done(gettext("The leave has been recorded."))


def _about(person: Person) -> list[tuple[Any, Any]]:
    return [
        (_("Name"), f"{person.name}（{person.kana}）" if person.kana else person.name),
        (_("Staff number"), person.number),
        (_("Department"), person.department),
    ]


class OneLeave(LeavePage):
    """A page of a leave that is believed; another's change since is said."""

    @cached_property
    def leave(self) -> Leave:
        """The leave, or 404; 409 where it has been changed."""
        leave = get_object_or_404(Leave.objects.select_related("employment"), pk=self.kwargs["pk"])
        if leave.superseded_at is not None:
            raise Conflict(_("This leave has been changed since. Please look at it again."))
        return leave

    @cached_property
    def days(self) -> tuple[date, date | None]:
        """Its first and last day."""
        return days_of([self.leave])[self.leave.pk]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whose leave it is, and as it stands."""
        first, last = self.days
        facts = [
            *_about(person_on(self.leave.employment, first)),
            (_("Kind"), self.leave.get_kind_display()),
            (_("First day"), first),
            (_("Last day"), last or _("Return not known")),
        ]
        return super().get_context_data(facts=facts, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        """Do it, or say at the form why not."""
        try:
            self.act(form.cleaned_data)
        except Conflict:
            raise
        except TrainingError as reason:
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)
        return self.done(gettext("The leave has been changed."))

    def act(self, asked: dict[str, Any]) -> None:
        """Call the verb."""
        raise NotImplementedError


class LeaveView(OneLeave):
    """A leave, what can be done with it, and the form that corrects it."""

    form_class = LeaveForm
    page_title = _("Leave")
    submit_label = _("Correct the leave")

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        first, last = self.days
        return {"kind": self.leave.kind, "first": first, "last": last}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The other pages."""
        acts = [
            (_("Enter the return…"), reverse(f"{NAMESPACE}:return", args=[self.leave.pk])),
            (_("Take back…"), reverse(f"{NAMESPACE}:take_back", args=[self.leave.pk])),
            (_("The person’s page"), address_of_person(self.leave.employment.employee_id)),
        ]
        return super().get_context_data(acts=acts, **kwargs)

    def act(self, asked: dict[str, Any]) -> None:
        """Correct it."""
        correct_leave(
            leave=self.leave,
            kind=asked["kind"],
            first=asked["first"],
            last=asked["last"],
            by=self.request.user,
            now=timezone.now(),
        )


class ReturnForm(forms.Form):
    """When the person is back."""

    back_on = forms.DateField(
        label=_("First day back"),
        widget=AdminDateInput,
        help_text=_("Due dates go on from this day."),
        validators=[MinValueValidator(EARLIEST), MaxValueValidator(LATEST)],
    )


class ReturnView(OneLeave):
    """The person is back, or it is known when."""

    form_class = ReturnForm
    page_title = _("Enter the return")
    submit_label = _("Enter the return")

    def get_initial(self) -> dict[str, Any]:
        """Today, where no return is known."""
        last = self.days[1]
        return {"back_on": last + A_DAY if last and last <= LATEST else today()}

    def act(self, asked: dict[str, Any]) -> None:
        """End the leave the day before."""
        end_leave(leave=self.leave, last=asked["back_on"] - A_DAY, by=self.request.user, now=timezone.now())


class TakeBackView(OneLeave):
    """The person was not away at all."""

    form_class = forms.Form
    page_title = _("Take a leave back")
    question = _("Take this leave back?")
    consequences = (
        _("The person counts as never having been away on these days, and due dates are counted anew."),
        _("Nothing is deleted: what was believed until now stays in the records."),
    )
    submit_label = _("Take the leave back")
    serious = True

    def act(self, asked: dict[str, Any]) -> None:
        """Take it back."""
        take_back_leave(leave=self.leave, by=self.request.user, now=timezone.now())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Read the leave first, so that one changed since is refused."""
        self.leave  # noqa: B018  (raises where it cannot be)
        return super().post(request, *args, **kwargs)
