"""The front door: everyone is sent where the own work is."""

from __future__ import annotations

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import View

from training.access.grant import granted_campaigns
from training.attestation.standing import own
from training.campaigns.calendar import day_of
from training.conf import conf
from training.people.managing import manager_of_account
from training.roles import Role, has_role


class HomeView(LoginRequiredMixin, View):
    """Staff with an office go to the admin, auditors to their room, everyone else to the own training.

    A manager of whom no training is asked goes to the team.
    """

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect by role."""
        if has_role(request.user, Role.HR, Role.PRIVACY_OFFICER, Role.EDITOR):
            return redirect(conf.admin_url)
        today = day_of(timezone.now(), conf.time_zone)
        employee = manager_of_account(request.user, today)
        if employee is None and granted_campaigns(user=request.user, day=today):
            return redirect("training:audit")
        if employee is not None and employee.manages and not own(employee, day=today):
            return redirect("training:team")
        return redirect("training:mine")
