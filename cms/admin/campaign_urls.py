"""Where a campaign's life is: its draft, its days, its end, one person's exceptions, paper; and repeating plans."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cms.admin import drafts, lives, many, paper_entry, personal, remind, repeats, why
from cms.admin.gate import RoleViewSet

ONE = "<slug:code>/"
ASSIGNMENT = f"{ONE}assignments/<uuid:pk>/"


def life_patterns() -> list[Any]:
    """By the campaign's code. Two steps deep where there is no code yet, so that no code can hide it."""
    return [
        path("new/draft/", drafts.DraftView.as_view(), name="draft"),
        path(f"{ONE}edit/", drafts.EditView.as_view(), name="edit"),
        path(f"{ONE}extend/", lives.ExtendView.as_view(), name="extend"),
        path(f"{ONE}adopt/", lives.AdoptView.as_view(), name="adopt"),
        path(f"{ONE}close/", lives.CloseView.as_view(), name="close"),
        path(f"{ONE}cancel/", lives.CancelView.as_view(), name="cancel"),
        path(f"{ONE}add/", personal.AddView.as_view(), name="add"),
        path(f"{ONE}group-session/", paper_entry.GroupView.as_view(), name="group"),
        path(f"{ONE}why/", why.WhyView.as_view(), name="why"),
        path(f"{ONE}chosen/remind/", many.RemindManyView.as_view(), name="remind_many"),
        path(f"{ONE}chosen/prolong/", many.ProlongManyView.as_view(), name="prolong_many"),
        path(f"{ONE}chosen/exempt/", many.ExemptManyView.as_view(), name="exempt_many"),
        path(f"{ASSIGNMENT}remind/", remind.RemindView.as_view(), name="remind"),
        path(f"{ASSIGNMENT}exempt/", personal.ExemptView.as_view(), name="exempt"),
        path(f"{ASSIGNMENT}lift/", personal.LiftView.as_view(), name="lift"),
        path(f"{ASSIGNMENT}prolong/", personal.ProlongView.as_view(), name="prolong"),
        path(f"{ASSIGNMENT}remove/", personal.RemoveView.as_view(), name="remove"),
        path(f"{ASSIGNMENT}paper/", paper_entry.PaperView.as_view(), name="paper"),
        path(f"{ASSIGNMENT}papers/<int:number>/scan/", paper_entry.ScanView.as_view(), name="scan"),
    ]


class RepeatViewSet(RoleViewSet):
    """Plans that draft a campaign every year."""

    name = repeats.NAMESPACE
    url_prefix = "training/repeating-plans"
    icon = "rotate"
    menu_label = _("Repeating plans")
    menu_name = "training-repeats"

    def get_urlpatterns(self) -> list[Any]:
        """List, make, edit."""
        return [
            path("", repeats.RepeatIndexView.as_view(), name="index"),
            path("results/", repeats.RepeatIndexView.as_view(results_only=True), name="results"),
            path("new/", repeats.RepeatView.as_view(), name="new"),
            path("<int:pk>/", repeats.RepeatView.as_view(), name="edit"),
        ]
