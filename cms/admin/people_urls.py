"""Where the pages about people are: one person's, leaves, departments' managers, accounts, identity providers."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cms.admin import accounts, departments, invitations, leave_list, leaves, managers, person, scim_clients
from cms.admin.gate import OFFICER, RoleViewSet


class PersonViewSet(RoleViewSet):
    """One person."""

    name = person.NAMESPACE
    url_prefix = "training/people"
    icon = "search"
    menu_label = _("Look somebody up")
    menu_name = "training-people"

    def get_urlpatterns(self) -> list[Any]:
        """Look somebody up, and the person's page."""
        return [
            path("", person.PeopleView.as_view(), name="index"),
            path("<uuid:employee>/", person.PersonView.as_view(), name="person"),
        ]


class LeaveViewSet(RoleViewSet):
    """Who is away."""

    name = leaves.NAMESPACE
    url_prefix = "training/leaves"
    icon = "date"
    menu_label = _("Leaves")
    menu_name = "training-leaves"

    def get_urlpatterns(self) -> list[Any]:
        """List, record, one leave, its return, taking it back."""
        return [
            path("", leave_list.LeaveIndexView.as_view(), name="index"),
            path("results/", leave_list.LeaveIndexView.as_view(results_only=True), name="results"),
            path("new/", leaves.RecordView.as_view(), name="record"),
            path("<int:pk>/", leaves.LeaveView.as_view(), name="leave"),
            path("<int:pk>/return/", leaves.ReturnView.as_view(), name="return"),
            path("<int:pk>/take-back/", leaves.TakeBackView.as_view(), name="take_back"),
        ]


class ManagerViewSet(RoleViewSet):
    """Who manages the departments."""

    name = managers.NAMESPACE
    url_prefix = "training/managers"
    icon = "group"
    menu_label = _("Department managers")
    menu_name = "training-managers"

    def get_urlpatterns(self) -> list[Any]:
        """List, one department, its name and place."""
        return [
            path("", managers.ManagerIndexView.as_view(), name="index"),
            path("results/", managers.ManagerIndexView.as_view(results_only=True), name="results"),
            path("<uuid:department>/", managers.DepartmentView.as_view(), name="department"),
            path("<uuid:department>/place/", departments.ReorganiseView.as_view(), name="place"),
        ]


class AccountViewSet(RoleViewSet):
    """Accounts and invitations."""

    name = accounts.NAMESPACE
    url_prefix = "training/accounts"
    icon = "user"
    menu_label = _("Accounts and invitations")
    menu_name = "training-accounts"

    def get_urlpatterns(self) -> list[Any]:
        """List, to many by mail, again and by slips, one person, ending an invitation."""
        return [
            path("", accounts.AccountIndexView.as_view(), name="index"),
            path("results/", accounts.AccountIndexView.as_view(results_only=True), name="results"),
            path("invite/", invitations.InviteManyView.as_view(), name="invite"),
            path("again/", invitations.MailAgainView.as_view(), name="again"),
            path("slips/", invitations.SlipsView.as_view(), name="slips"),
            path("<uuid:employee>/", invitations.PersonView.as_view(), name="person"),
            path("<uuid:employee>/revoke/", invitations.RevokeView.as_view(), name="revoke"),
        ]


class ScimViewSet(RoleViewSet):
    """Identity providers, which the privacy officer lets in."""

    name = scim_clients.NAMESPACE
    url_prefix = "training/identity-providers"
    icon = "group"
    menu_label = _("Identity providers (SCIM)")
    menu_name = "training-scim"
    roles = OFFICER

    def get_urlpatterns(self) -> list[Any]:
        """List, let in, new token, end the access."""
        return [
            path("", scim_clients.ScimIndexView.as_view(), name="index"),
            path("new/", scim_clients.MakeView.as_view(), name="make"),
            path("<int:pk>/token/", scim_clients.RotateView.as_view(), name="rotate"),
            path("<int:pk>/revoke/", scim_clients.RevokeView.as_view(), name="revoke"),
        ]
