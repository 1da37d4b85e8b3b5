"""Who has no attempt left (再教育を待つ人), and granting a make-up."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView, TemplateView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.admin.assignments import OneAssignment
from cms.admin.gate import today
from cms.admin.one_campaign import CampaignPage
from training.campaigns.calendar import day_of
from training.campaigns.models import Task
from training.certificates.tasks import seal_waiting
from training.conf import conf
from training.errors import Conflict, Invalid, NotReady
from training.people.queries import Person, people_on
from training.quiz.make_up import LONGEST_WORDS, MOST_ATTEMPTS, grant_make_up
from training.quiz.queries import Sitting, sitting_of, waiting_for_make_up
from training.reports.dossier import made_up

MOST_SHOWN = 500


def days_since(at: datetime) -> int:
    """How many of the company's days have gone by."""
    return (today() - day_of(at, conf.time_zone)).days


class MakeUpsView(CampaignPage, TemplateView):
    """Everybody of the campaign who waits, the longest wait first."""

    template_name = "cms/admin/make_ups.html"
    header_icon = "redirect"
    page_title = _("Waiting for a make-up")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Each task with who it is and since when."""
        tasks = sorted(waiting_for_make_up(self.campaign), key=lambda task: task.since)
        shown = tasks[:MOST_SHOWN]
        people = people_on([task.assignment.employment for task in shown], today())
        rows = [
            {
                "task": task,
                "title": task.title,
                "person": people[task.assignment.employment_id],
                "days": days_since(task.since),
                "dossier": self.url("assignment", task.assignment_id),
                "grant": self.url("make_up", task.assignment_id, task.campaign_module.module.slug),
            }
            for task in shown
        ]
        return super().get_context_data(rows=rows, waiting=len(tasks), more=len(tasks) - len(shown), **kwargs)


class MakeUpForm(forms.Form):
    """What the person is taught again, why, and how many papers may be sat after it."""

    what = forms.CharField(
        label=_("What the make-up consists of"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Such as: an hour with the head of department on article 3, with the examples of the lesson."),
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Both are kept in the record and shown to HR, the privacy officer and auditors."),
    )
    attempts = forms.IntegerField(label=_("Attempts"), min_value=1, max_value=MOST_ATTEMPTS, initial=1)


class MakeUpView(OneAssignment, WagtailAdminTemplateMixin, FormView):
    """Grant a make-up for one module of one person."""

    form_class = MakeUpForm
    template_name = "cms/admin/make_up.html"
    header_icon = "redirect"
    page_title = _("Make-up")

    @cached_property
    def task(self) -> Task:
        """The task of the module in the address, or 404."""
        tasks = Task.objects.filter(assignment=self.assignment).select_related(
            "campaign_module__module", "assignment__campaign", "version", "completion"
        )
        return get_object_or_404(tasks, campaign_module__module__slug=self.kwargs["module"])

    @cached_property
    def person(self) -> Person:
        """Whose it is."""
        return people_on([self.assignment.employment], today())[self.assignment.employment_id]

    @cached_property
    def sitting(self) -> Sitting:
        """Where the understanding check stands."""
        if self.task.version_id is None:
            raise NotReady(_("The module has not been opened yet."))
        return sitting_of(self.task, now=timezone.now())

    def get_page_subtitle(self) -> Any:
        """The person's name, or number where there is none."""
        return self.person.name or self.person.number

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        """Lead back to who waits."""
        index = (self.url("make_ups"), _("Waiting for a make-up"))
        return self.crumbs(index, (self.back, self.get_page_subtitle()), ("", self.page_title))

    @property
    def back(self) -> str:
        """The person's record."""
        return self.url("assignment", self.assignment.pk)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask, where one can be granted."""
        if hasattr(self.task, "completion"):
            raise Conflict(_("This module has been passed already."))
        if not self.sitting.needs_make_up:
            raise NotReady(_("An attempt is left: a make-up can be granted when all are used up."))
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Who, which module, how many papers, and what was granted before."""
        last = self.sitting.last
        return super().get_context_data(
            person=self.person,
            title=self.task.version.title,
            sitting=self.sitting,
            since=last.submission.at if last else None,
            before=made_up([self.task.pk]).get(self.task.pk, ()),
            back=self.back,
            **kwargs,
        )

    def form_valid(self, form: MakeUpForm) -> HttpResponse:
        """Grant it, have it sealed, and go back to who waits."""
        try:
            granted = grant_make_up(task=self.task, by=self.request.user, now=timezone.now(), **form.cleaned_data)
        except Invalid as reason:
            form.add_error(None, str(reason.message))
            return self.form_invalid(form)
        seal_waiting.enqueue()
        done = ngettext(
            "The make-up is recorded. %(name)s reads the module again and then has %(count)d attempt.",
            "The make-up is recorded. %(name)s reads the module again and then has %(count)d attempts.",
            granted.attempts,
        )
        name = self.person.name or gettext("The person")
        messages.success(self.request, done % {"name": name, "count": granted.attempts})
        return redirect(self.url("make_ups"))
