"""The own team: who is how far, and a reminder to one person."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.generic import TemplateView

from training.attestation.standing import SETTLED
from training.campaigns.calendar import day_of
from training.conf import conf
from training.errors import NotAllowed
from training.people.managing import Team, team_of
from training.people.models import PATH_SEPARATOR, Employee
from training.people.queries import department_paths
from training.reminders.by_hand import remind_by_hand
from training.reminders.rungs import is_working
from training.reminders.tasks import send_letter
from training.reports.team import members, team_assignments
from training.web.auditor.pages import one_page
from training.web.learner.views import Learner
from training.web.manager.forms import OPEN, OVERDUE, TeamFilter


class Manager(Learner):
    """A page for whoever manages a department or a person today. No browser keeps a copy: teams change."""

    @cached_property
    def today(self) -> date:
        """The company's day."""
        return day_of(timezone.now(), conf.time_zone)

    @cached_property
    def team(self) -> Team:
        """Whom the person manages; ``NotAllowed`` where that is nobody."""
        team = team_of(self.employee, self.today)
        if not team:
            raise NotAllowed(_("This page is for managers. In the records you manage no department and nobody."))
        return team

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Forbid keeping."""
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response


class TeamView(Manager, TemplateView):
    """Everybody of the own team with what is asked of them now."""

    template_name = "training/manager/team.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """A hundred lines, and what they are narrowed to."""
        everybody = team_assignments(self.team, today=self.today)
        paths = department_paths(self.today)
        mine = {key: path for key, path in paths.items() if key in self.team.departments}
        form = TeamFilter(self.request.GET, departments=sorted(filter(None, set(mine.values()))))
        asked = form.cleaned_data if form.is_valid() else {}
        found = narrowed(everybody, asked, mine, team=self.team, today=self.today)
        page = one_page(found.order_by("due_on", "kana", "number", "pk"), self.request)
        kept = {name: self.request.GET.get(name, "") for name, value in asked.items() if value}
        return super().get_context_data(
            form=form,
            page=page,
            rows=members(page.object_list, paths, today=self.today),
            narrowed=kept,
            query=f"{urlencode(kept)}&" if kept else "",
            days=conf.reminder_by_hand_days,
            **kwargs,
        )


def narrowed(
    rows: QuerySet[Any], asked: dict[str, Any], mine: dict[UUID, str], *, team: Team, today: date
) -> QuerySet[Any]:
    """Those that the filter asks for."""
    if campaign := asked.get("campaign"):
        rows = rows.filter(campaign=campaign)
    if path := asked.get("department"):
        below = f"{path}{PATH_SEPARATOR}"
        keys = [key for key, p in mine.items() if p == path or p.startswith(below)]
        seconds = team.second_posts(today).filter(department__in=keys, held_by=OuterRef("employment__employee"))
        rows = rows.filter(Q(department__in=keys) | Q(Exists(seconds)))
    state = asked.get("state")
    if state == OPEN:
        return rows.exclude(standing__in=SETTLED)
    if state == OVERDUE:
        return rows.filter(overdue=True)
    return rows.filter(standing=state) if state else rows


class TeamRemindView(Manager):
    """Send a reminder to one person of the own team."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, person: UUID) -> HttpResponse:
        """Write the letter and send it; too soon after the last is refused with the day."""
        assert self.team  # noqa: S101  (raises for whoever manages nobody)
        now = timezone.now()
        letter = remind_by_hand(employee=get_object_or_404(Employee, pk=person), by=request.user, now=now)
        send_letter.enqueue(str(letter.pk))
        if is_working()(self.today):
            messages.success(request, _("The reminder is on its way."))
        else:
            messages.success(request, _("The reminder goes out on the next working day."))
        kept = QueryDict(request.POST.get("query", "")).urlencode()
        return redirect(f"{reverse('training:team')}{'?' if kept else ''}{kept}")
