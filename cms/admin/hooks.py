"""What Wagtail is told about HR's and the privacy officer's part of the admin: wiring only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from wagtail import hooks

from cms.admin.gate import OFFICE, holds
from cms.admin.home import TrainingPanel
from cms.admin.viewsets import TrainingViewSetGroup


@hooks.register("register_admin_viewset")
def register_training_views() -> TrainingViewSetGroup:
    """The views and their menu."""
    return TrainingViewSetGroup()


@hooks.register("construct_homepage_panels")
def register_training_panel(request: HttpRequest, panels: list[Any]) -> None:
    """The panel, for those whom it concerns."""
    if holds(request, *OFFICE):
        panels.append(TrainingPanel())


@hooks.register("insert_global_admin_css")
def register_training_styles() -> str:
    """How figures, wide tables and records are laid out."""
    return format_html('<link rel="stylesheet" href="{}">', static("cms/admin.css"))
