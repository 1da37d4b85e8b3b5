"""Where the pages about reminders are."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext_lazy as _

from cms.admin import chat_tools, reminders
from cms.admin.gate import RoleViewSet


class ReminderViewSet(RoleViewSet):
    """Reminders."""

    name = reminders.NAMESPACE
    url_prefix = "training/reminders"
    icon = "mail"
    menu_label = _("Reminders")
    menu_name = "training-reminders"

    def get_urlpatterns(self) -> list[Any]:
        """The log, a letter, today, the previews, and the chat tools."""
        one = "previews/<slug:kind>/<slug:language>/"
        return [
            path("", reminders.LetterIndexView.as_view(), name="index"),
            path("results/", reminders.LetterIndexView.as_view(results_only=True), name="results"),
            path("today/", reminders.TodayView.as_view(), name="today"),
            path("previews/", reminders.PreviewIndexView.as_view(), name="previews"),
            path(one, reminders.PreviewView.as_view(), name="preview"),
            path(f"{one}mail.html", reminders.PreviewHtmlView.as_view(), name="html"),
            path("chat-tools/", chat_tools.ChatToolsView.as_view(), name="chat_tools"),
            path("<uuid:pk>/", reminders.LetterView.as_view(), name="letter"),
        ]
