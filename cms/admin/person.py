"""Looking somebody up, and one person's page: who it is on a day, the history, the training, what was recorded when."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets import AdminDateInput

from cms.admin.accounts import mail_state
from cms.admin.gate import ForRoles, today
from cms.admin.person_lines import (
    days_in_words,
    event_of,
    leave_in_words,
    name_in_words,
    parts_of,
    post_in_words,
    somebody,
    work_in_words,
)
from training.conf import conf
from training.people.account_models import Invitation
from training.people.invite import address_of
from training.people.leave import EARLIEST, LATEST
from training.people.link_identity import identity_of
from training.people.models import Employee
from training.reports.person import Situation, Whole, number_and_name, search, whole_of

NAMESPACE = "training_people"
MOST_FOUND, EVENTS = 50, 20


def address_of_person(employee: Any) -> str:
    """Where a person's page is."""
    return reverse(f"{NAMESPACE}:person", args=[employee])


class SearchForm(forms.Form):
    """Whom to look for."""

    q = forms.CharField(
        label=_("Staff number, name or reading"),
        max_length=200,
        help_text=_("A former number or name finds the person, too. Who has left is found as well."),
    )


class PeopleView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """Look somebody up; where one person alone is meant, go there."""

    template_name = "cms/admin/people.html"
    header_icon = "user"
    page_title = _("Look somebody up")

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """The page itself."""
        return [*self.breadcrumbs_items, {"url": "", "label": self.page_title}]

    @cached_property
    def form(self) -> SearchForm:
        """What was asked for."""
        return SearchForm(self.request.GET if "q" in self.request.GET else None)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Look; one person alone has a page to go to."""
        found: Any = None
        more = False
        if self.form.is_bound and self.form.is_valid():
            words = self.form.cleaned_data["q"]
            found, more = search(words, today=today(), most=MOST_FOUND)
            if len(found) == 1:
                return redirect(address_of_person(found[0].employee))
            if not found:
                message = _("Nobody has the staff number or the name “%(words)s” by the records.")
                self.form.add_error("q", message % {"words": words})
        return self.render_to_response(self.get_context_data(form=self.form, found=found, more=more, most=MOST_FOUND))


class DayForm(forms.Form):
    """Of which day."""

    day = forms.DateField(
        label=_("Situation on this day"), required=False, widget=AdminDateInput, help_text=_("Empty: today.")
    )

    def clean_day(self) -> date:
        """Today where no day was named; no day at which a calendar ends."""
        day: date = self.cleaned_data["day"] or today()
        if not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("This day cannot be shown."))
        return day


class PersonView(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """All that the records tell of one person."""

    template_name = "cms/admin/person.html"
    header_icon = "user"

    @cached_property
    def employee(self) -> Employee:
        """The person, or 404."""
        return get_object_or_404(Employee.objects.select_related("user"), pk=self.kwargs["employee"])

    @cached_property
    def form(self) -> DayForm:
        """The day that was asked for."""
        return DayForm({"day": self.request.GET.get("day", "")})

    @cached_property
    def day(self) -> date:
        """The day that is shown: today where none can be read."""
        return self.form.cleaned_data["day"] if self.form.is_valid() else today()

    @cached_property
    def whole(self) -> Whole:
        """Everything."""
        return whole_of(self.employee, day=self.day, today=today())

    @cached_property
    def called(self) -> tuple[str, str, str]:
        """Number, name and reading of today."""
        return number_and_name(self.whole, today=today())

    def get_page_title(self) -> Any:
        """The person's name, or number where there is none."""
        number, name, _kana = self.called
        return name or number or gettext("(no longer in the records)")

    def get_page_subtitle(self) -> Any:
        """The staff number."""
        number, name, _kana = self.called
        return number if name else ""

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to where people are looked up."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Look somebody up")}
        return [
            *self.breadcrumbs_items,
            index,
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def acts(self) -> list[tuple[str, str]]:
        """What can be done about the person, where nothing is believed of whom there is nothing to do."""
        number, _name, _kana = self.called
        if not number:
            return []
        return [
            (gettext("Account and invitation…"), reverse("training_accounts:person", args=[self.employee.pk])),
            (gettext("Record a leave…"), f"{reverse('training_leaves:record')}?{urlencode({'number': number})}"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The day, the account, the training, the history, and a page of what was recorded."""
        whole = self.whole
        page = Paginator(whole.recorded, EVENTS).get_page(self.request.GET.get("p"))
        return super().get_context_data(
            form=self.form,
            day=self.day,
            kana=self.called[2],
            situation=situation_in_words(whole),
            account=account_of(self.employee, day=today()),
            acts=self.acts(),
            training=whole.training,
            parts=parts_of(whole.history, whole.people, self.day),
            page=page,
            kept=urlencode({"day": self.day.isoformat()}) + "&",
            events=[event_of(recorded, whole.people) for recorded in page.object_list],
            **kwargs,
        )


def situation_in_words(whole: Whole) -> list[tuple[str, list[str]]]:
    """What holds on the day, by terms."""
    now = whole.situation
    if not now.work:
        return [(gettext("State"), [_absent(whole, now)])]
    facts = [
        (gettext("State"), [gettext("Works here")]),
        (gettext("Staff number and employment type"), [work_in_words(span.value) for span in now.work]),
        (gettext("Full name"), [name_in_words(now.name)] if now.name else []),
        (gettext("Department"), [post_in_words(span.value) for span in now.posts]),
        (gettext("Answers for the person"), [somebody(whole.people.get(now.answering))] if now.answering else []),
    ]
    if now.leave is not None:
        days = days_in_words(now.leave.first, now.leave.last)
        facts.append((gettext("On leave"), [f"{leave_in_words(now.leave.kind)}（{days}）"]))
    return [(term, values or ["―"]) for term, values in facts]


def _absent(whole: Whole, now: Situation) -> str:
    """Why nobody works here on the day: not yet, no longer, or not by what is believed."""
    before = [span.last for span in whole.history.work if span.last is not None and span.last < now.day]
    after = [span for span in whole.history.work if span.first > now.day]
    if before:
        last = date_format(max(before), "DATE_FORMAT")
        words = gettext("Does not work here on this day. Last day at work: %(day)s.") % {"day": last}
        return f"{words} {_joins(after)}".strip()
    return _joins(after) or gettext("No employment is in the records any more. What was recorded is told below.")


def _joins(after: list[Any]) -> str:
    if not after:
        return ""
    first = date_format(min(span.first for span in after), "DATE_FORMAT")
    return gettext("Joins on %(day)s.") % {"day": first}


def account_of(employee: Employee, *, day: date) -> list[tuple[str, str]]:
    """How the account stands, as the pages about accounts tell it, and the address of today. Three queries."""
    user: Any = employee.user
    account = gettext("No account")
    if user is not None:
        account = user.get_username()
        if not user.is_active:
            account = f"{account}（{gettext('account locked')}）"
    facts = [(gettext("Account"), account)]
    if user is not None:
        facts.append((gettext("Signs in"), _ways(user)))
    good = Invitation.objects.filter(employee=employee, used_at__isnull=True, expires_at__gt=timezone.now())
    invitation = good.order_by("-made_at").first()
    if invitation is not None:
        until = date_format(timezone.localtime(invitation.expires_at, conf.time_zone), "DATETIME_FORMAT")
        state = mail_state(invitation) if invitation.means == Invitation.Means.MAIL else ""
        words = gettext("%(means)s, good until %(until)s") % {"means": invitation.get_means_display(), "until": until}
        facts.append((gettext("Invited"), f"{words}（{state}）" if state else words))
    facts.append((gettext("E-mail address"), address_of(employee.pk, day=day) or gettext("No address")))
    return facts


def _ways(user: Any) -> str:
    """By what the account is signed in to: a password, the company's sign-in, both, or nothing so far."""
    ways = [gettext("by staff number and password")] if user.has_usable_password() else []
    ways += [gettext("at the company’s sign-in")] if identity_of(user) is not None else []
    return "、".join(ways) or gettext("by nothing so far")
