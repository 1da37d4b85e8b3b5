"""Reminders: what was sent and what was not, what today brings, and how each mail reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.generic import TemplateView, View
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton

from cms.admin.gate import ForRoles, today
from cms.admin.tables import MomentColumn
from training.campaigns.models import Assignment, Campaign
from training.people.queries import Person, employee_of, people_on
from training.reminders.addresses import account_addresses, account_names, addresses_of, holders, hr_addresses
from training.reminders.compose import covers_of
from training.reminders.mails import Kind
from training.reminders.models import Letter, LetterReader
from training.reminders.plan import plan_round
from training.reminders.plans import Plans
from training.reminders.preview import sample, send_sample
from training.reminders.queries import failing_webhooks, notices_among, told_lines
from training.reminders.rungs import ladder
from training.reminders.send import BAD_ADDRESS, CUT_OFF, NO_ADDRESS, send_again
from training.reminders.tasks import send_letter
from training.reports.queries import people_of
from training.roles import Role

NAMESPACE = "training_reminders"
MOST_SHOWN = 200
ERRORS = {
    NO_ADDRESS: _("No e-mail address is known"),
    BAD_ADDRESS: _("The e-mail address is none"),
    CUT_OFF: _("Sending was cut off again and again"),
}


def error_in_words(letter: Letter) -> Any:
    """Why a letter was not delivered, in words where it was not the mail server."""
    return ERRORS.get(letter.error, letter.error)


class LetterFilters(WagtailFilterSet):
    """By state, by reader and by day."""

    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=Letter.State.choices, widget=forms.CheckboxSelectMultiple
    )
    reader = django_filters.ChoiceFilter(
        label=_("To whom"), choices=LetterReader.choices, empty_label=_("All"), widget=forms.RadioSelect
    )
    about = django_filters.ChoiceFilter(
        label=_("Tells of"), choices=Letter.About.choices, empty_label=_("All"), widget=forms.RadioSelect
    )
    by_hand = django_filters.ChoiceFilter(
        method="only_by_hand",
        label=_("On request"),
        choices=[("yes", _("On request of a manager or HR")), ("no", _("By the ladder"))],
        empty_label=_("All"),
        widget=forms.RadioSelect,
    )

    class Meta:
        model = Letter
        fields: list[str] = []

    def only_by_hand(self, letters: QuerySet[Letter], name: str, value: str) -> QuerySet[Letter]:
        """Keep what somebody asked for, or what nobody did."""
        return letters.filter(asked_by__isnull=value == "no")


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A line of the log."""

    letter: Letter
    person: Person | None
    account: str = ""

    @property
    def name(self) -> Any:
        """Whom the letter goes to."""
        if self.letter.account_id is not None:
            return self.account
        if self.letter.to_id is None:
            return _("HR")
        return self.person.name if self.person else _("(erased)")


class LetterIndexView(ForRoles, IndexView):
    """Every letter, the newest first."""

    model = Letter
    index_url_name = f"{NAMESPACE}:index"
    index_results_url_name = f"{NAMESPACE}:results"
    results_template_name = "cms/admin/wide_results.html"
    header_icon = "mail"
    page_title = _("Reminders")
    filterset_class = LetterFilters
    paginate_by = 50
    columns = [
        TitleColumn(
            "name",
            label=_("Addressee"),
            classname="pt-person",
            get_url=lambda row: reverse(f"{NAMESPACE}:letter", args=[row.letter.pk]),
        ),
        Column("reader", label=_("Told as"), accessor="letter.get_reader_display"),
        Column("covers", label=_("Trainings"), accessor=lambda row: len(row.letter.covers)),
        Column("state", label=_("State"), accessor="letter.get_state_display"),
        MomentColumn("made_at", label=_("Made at"), accessor="letter.made_at"),
        MomentColumn("sent_at", label=_("Sent at"), accessor="letter.sent_at"),
        Column("tries", label=_("Tries"), accessor="letter.tries"),
        Column("error", label=_("Last error"), accessor=lambda row: error_in_words(row.letter)),
    ]

    def get_base_queryset(self) -> QuerySet[Letter]:
        """Every letter."""
        return Letter.objects.all()

    def order_queryset(self, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        """Put the newest first."""
        return queryset.order_by("-made_at", "pk")

    def paginate_queryset(self, queryset: Any, page_size: int) -> tuple[Any, Any, Any, bool]:
        """Look up the page's people at once."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        letters = list(rows)
        people = people_of([letter.to_id for letter in letters if letter.to_id], today=today())
        accounts = account_names({letter.account_id for letter in letters if letter.account_id is not None}, today())
        page.object_list = [
            LetterRow(letter, people.get(letter.to_id), accounts.get(letter.account_id, "")) for letter in letters
        ]
        return paginator, page, page.object_list, more

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        """What today brings, how the mails read, and the chat tools."""
        return [
            HeaderButton(gettext("What today brings"), url=reverse(f"{NAMESPACE}:today"), icon_name="date"),
            HeaderButton(gettext("Preview of the mails"), url=reverse(f"{NAMESPACE}:previews"), icon_name="view"),
            HeaderButton(
                gettext("Chat tools"), url=reverse(f"{NAMESPACE}:chat_tools"), icon_name="comment", priority=2000
            ),
        ]


class Below(ForRoles, WagtailAdminTemplateMixin, TemplateView):
    """A page below the log."""

    header_icon = "mail"

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to the log."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Reminders")}
        return [*self.breadcrumbs_items, index, {"url": "", "label": self.get_page_title()}]


class LetterView(Below):
    """One letter: what it tells of, what became of it; one that was given up can be sent again."""

    template_name = "cms/admin/reminder_letter.html"
    page_title = _("Reminder")

    @cached_property
    def letter(self) -> Letter:
        """The letter, or 404."""
        return get_object_or_404(Letter.objects.select_related("asked_by"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whom it goes to, and the assignments or plans that it tells of, a number of them."""
        letter = self.letter
        to = people_of([letter.to_id], today=today()).get(letter.to_id) if letter.to_id else None
        accounts = [letter.account_id] if letter.account_id is not None else []
        return super().get_context_data(
            letter=letter,
            to=to,
            account=account_names(accounts, today()).get(letter.account_id, ""),
            error=error_in_words(letter),
            failed=letter.state == Letter.State.FAILED,
            about_plans=letter.about == Letter.About.PLANS,
            lines=self.plans() if letter.about == Letter.About.PLANS else self.assignments(),
            more=max(len(letter.covers) - MOST_SHOWN, 0),
            **kwargs,
        )

    def assignments(self) -> list[dict[str, Any]]:
        """The assignments that it tells of."""
        shown = {cover.assignment: cover for cover in covers_of(self.letter)[:MOST_SHOWN]}
        rows = Assignment.objects.filter(pk__in=shown).select_related("campaign", "employment")
        people = people_on([row.employment for row in rows], today())
        notices = notices_among(list(shown.values()))
        return [
            {
                "assignment": row,
                "person": people[row.employment_id],
                "cover": shown[str(row.pk)],
                "notice": str(row.pk) in notices,
            }
            for row in rows
        ]

    def plans(self) -> list[Campaign]:
        """The campaigns whose plans it tells of, as they are now."""
        shown = [campaign for campaign, *_rest in self.letter.covers[:MOST_SHOWN]]
        return list(Campaign.objects.filter(pk__in=shown).order_by("first_day", "code"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send again what was given up."""
        letter = send_again(letter=self.letter, now=timezone.now())
        send_letter.enqueue(str(letter.pk))
        messages.success(request, gettext("The mail is sent again; below you see what became of it."))
        return redirect(f"{NAMESPACE}:letter", letter.pk)


class TodayView(Below):
    """What a run of today would still write, and who hears nothing and why. Nothing is sent by looking."""

    template_name = "cms/admin/reminders_today.html"
    page_title = _("What today brings")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Counts by reader and by cause, and the first lines of each."""
        found = plan_round(today=today())
        told = told_lines(found)
        shown, unheard = told[:MOST_SHOWN], found.silent[:MOST_SHOWN]
        people = people_of(
            list({one.asked.employee for one in [*shown, *unheard]} | {one.to for one in shown if one.to}),
            today=today(),
        )
        letters = Counter(letter.reader.value for letter in (*found.letters, *found.plans.letters))
        officers = account_addresses(holders(Role.PRIVACY_OFFICER), today())
        return super().get_context_data(
            day=found.day,
            rest=found.rest,
            counts=[(label, letters[value]) for value, label in LetterReader.choices],
            lines=[
                {
                    "line": one,
                    "to": people.get(one.to) if one.to else None,
                    "person": people.get(one.asked.employee),
                    "reader": LetterReader(one.reader).label,
                }
                for one in shown
            ],
            silent=[{"one": one, "person": people.get(one.asked.employee)} for one in unheard],
            more=len(told) - len(shown),
            more_silent=len(found.silent) - len(unheard),
            hr=hr_addresses(today()),
            officers=not ladder().plans or any(officers.values()),
            **self.plans(found.plans),
            webhooks=failing_webhooks(),
            **kwargs,
        )

    def plans(self, plans: Plans) -> dict[str, Any]:
        """Who is told of which plan, or is not."""
        keys = {letter.account for letter in plans.letters} | {one.account for one in plans.unheard}
        names = account_names(keys - {None}, today())
        told = [(letter, line) for letter in plans.letters for line in letter.lines]
        return {
            "plan_lines": [
                {
                    "to": names.get(letter.account, ""),
                    "reader": letter.reader.label,
                    "campaign": line.plan.campaign,
                    "why": line.why.label,
                }
                for letter, line in told[:MOST_SHOWN]
            ],
            "more_plans": max(len(told) - MOST_SHOWN, 0),
            "plans_unheard": [
                {
                    "to": names.get(one.account, ""),
                    "reader": one.reader.label,
                    "campaign": one.campaign,
                    "why": one.why.label,
                }
                for one in plans.unheard[:MOST_SHOWN]
            ],
            "more_plans_unheard": max(len(plans.unheard) - MOST_SHOWN, 0),
        }


class PreviewIndexView(Below):
    """Each mail in each language."""

    template_name = "cms/admin/reminder_previews.html"
    page_title = _("Preview of the mails")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A line for each mail."""
        rows = [
            {
                "label": kind.label,
                "languages": [
                    {
                        "name": get_language_info(code)["name_translated"],
                        "url": reverse(f"{NAMESPACE}:preview", args=[kind.value, code]),
                        "subject": sample(kind, language=code, day=today()).subject,
                    }
                    for code, _name in settings.LANGUAGES
                ],
            }
            for kind in Kind
        ]
        return super().get_context_data(rows=rows, **kwargs)


class OnePreview(ForRoles):
    """A view of the mail in the address."""

    @cached_property
    def mail(self) -> Kind:
        """Which mail, or 404."""
        if self.kwargs["kind"] not in Kind.values or self.kwargs["language"] not in dict(settings.LANGUAGES):
            raise Http404
        return Kind(self.kwargs["kind"])


class PreviewView(OnePreview, Below):
    """One mail as text and as HTML, and a button that sends it to oneself."""

    template_name = "cms/admin/reminder_preview.html"

    def get_page_title(self) -> Any:
        """The mail."""
        return self.mail.label

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to all mails."""
        index = {"url": reverse(f"{NAMESPACE}:index"), "label": _("Reminders")}
        previews = {"url": reverse(f"{NAMESPACE}:previews"), "label": _("Preview of the mails")}
        return [*self.breadcrumbs_items, index, previews, {"url": "", "label": self.mail.label}]

    @property
    def own_address(self) -> str:
        """Where a test is sent: the account's address, or else the staff list's."""
        if self.request.user.email:
            return str(self.request.user.email)
        employee = employee_of(self.request.user)
        return addresses_of([employee.pk], today()).get(employee.pk, "") if employee else ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The mail with invented people."""
        mail, language = self.mail, self.kwargs["language"]
        return super().get_context_data(
            rendered=sample(mail, language=language, day=today()),
            html_url=reverse(f"{NAMESPACE}:html", args=[mail.value, language]),
            own_address=self.own_address,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send it to oneself."""
        send_sample(self.mail, language=self.kwargs["language"], to=self.own_address, day=today())
        messages.success(request, gettext("Sent to %(address)s.") % {"address": self.own_address})
        return redirect(f"{NAMESPACE}:preview", self.mail.value, self.kwargs["language"])


@method_decorator(xframe_options_sameorigin, name="dispatch")
class PreviewHtmlView(OnePreview, View):
    """The mail's HTML as a mail program gets it."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing but the mail."""
        rendered = sample(self.mail, language=self.kwargs["language"], day=today())
        return HttpResponse(rendered.html, headers={"Cache-Control": "no-store"})
