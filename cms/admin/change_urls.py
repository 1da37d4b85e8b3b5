"""Where the views of the policy's changes are."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cms.admin import change_steps, changes
from cms.admin.gate import RoleViewSet


class ChangeViewSet(RoleViewSet):
    """The policy's revisions and what follows from them."""

    name = changes.NAMESPACE
    url_prefix = "training/policy"
    icon = "openquote"
    menu_label = _("Changes of the policy")
    menu_name = "training-policy"
    roles = changes.READERS

    def get_urlpatterns(self) -> list[Any]:
        """By the revision's number; a clause by its reference."""
        one = "<int:number>/"
        return [
            path("", changes.ChangeIndexView.as_view(), name="index"),
            path("republish/", change_steps.RepublishView.as_view(), name="republish"),
            path(one, changes.ChangeView.as_view(), name="change"),
            path(f"{one}campaign/", change_steps.ComposeView.as_view(), name="compose"),
            path(f"{one}modules/<str:module>/<str:ref>/", change_steps.ConfirmView.as_view(), name="confirm"),
        ]
