"""Where the views are, and the menu that leads to them."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup

from cms.admin import assignments, campaigns, declines, grants, names, plans
from cms.admin.gate import OFFICER, RoleViewSet


class CampaignViewSet(RoleViewSet):
    """Campaigns and the assignments in them."""

    name = campaigns.NAMESPACE
    url_prefix = "training/campaigns"
    icon = "calendar-alt"
    menu_label = _("Campaign list")
    menu_name = "training-campaigns"

    def get_urlpatterns(self) -> list[Any]:
        """By the campaign's code."""
        one = "<slug:code>/"
        assignment = f"{one}assignments/<uuid:pk>/"
        return [
            path("", campaigns.CampaignIndexView.as_view(), name="index"),
            path(one, campaigns.CampaignView.as_view(), name="campaign"),
            path(f"{one}results/", campaigns.CampaignView.as_view(results_only=True), name="results"),
            path(f"{one}plan/", plans.PlanView.as_view(), name="plan"),
            path(f"{one}approve/", plans.ApproveView.as_view(), name="approve"),
            path(f"{one}open/", plans.OpenView.as_view(), name="open"),
            path(assignment, assignments.AssignmentView.as_view(), name="assignment"),
            path(f"{assignment}certificate.pdf", assignments.CertificateView.as_view(), name="certificate"),
        ]


class NameRequestViewSet(RoleViewSet):
    """Wishes to have a name corrected."""

    name = names.NAMESPACE
    url_prefix = "training/names"
    icon = "user"
    menu_label = _("Name corrections")
    menu_name = "training-names"

    def get_urlpatterns(self) -> list[Any]:
        """List and answer."""
        return [
            path("", names.NameRequestIndexView.as_view(), name="index"),
            path("results/", names.NameRequestIndexView.as_view(results_only=True), name="results"),
            path("<int:pk>/", names.AnswerView.as_view(), name="answer"),
        ]


class DeclineViewSet(RoleViewSet):
    """Refusals to sign."""

    name = declines.NAMESPACE
    url_prefix = "training/declines"
    icon = "warning"
    menu_label = _("Declined pledges")
    menu_name = "training-declines"

    def get_urlpatterns(self) -> list[Any]:
        """One list."""
        return [
            path("", declines.DeclineIndexView.as_view(), name="index"),
            path("results/", declines.DeclineIndexView.as_view(results_only=True), name="results"),
        ]


class GrantViewSet(RoleViewSet):
    """Auditors' access, which the privacy officer gives."""

    name = grants.NAMESPACE
    url_prefix = "training/grants"
    icon = "key"
    menu_label = _("Auditors' access")
    menu_name = "training-grants"
    roles = OFFICER

    def get_urlpatterns(self) -> list[Any]:
        """List, grant, revoke."""
        return [
            path("", grants.GrantIndexView.as_view(), name="index"),
            path("new/", grants.GrantView.as_view(), name="grant"),
            path("<int:pk>/revoke/", grants.RevokeView.as_view(), name="revoke"),
        ]


class TrainingViewSetGroup(ViewSetGroup):
    """研修: shown to who may open at least one item of it."""

    menu_label = _("Training")
    menu_name = "training"
    menu_icon = "clipboard-list"
    menu_order = 100
    items = (CampaignViewSet, NameRequestViewSet, DeclineViewSet, GrantViewSet)
