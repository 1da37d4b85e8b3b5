"""The front door: everyone is sent where the own work is."""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import View

from training.access.grant import granted_campaigns
from training.access.roles import Role, has_role
from training.campaigns.calendar import day_of
from training.conf import conf
from training.people.queries import employee_of


class HomeView(LoginRequiredMixin, View):
    """Staff with an office go to the admin, auditors to their room, everyone else to the own training."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect by role."""
        if has_role(request.user, Role.HR, Role.PRIVACY_OFFICER, Role.EDITOR):
            return redirect(conf.admin_url)
        if employee_of(request.user) is None and granted_campaigns(
            user=request.user, day=day_of(timezone.now(), conf.time_zone)
        ):
            return redirect("training:audit")
        return redirect("training:mine")
