"""The chat tools that are told the day's figures, and a test message to each."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages

from cms.admin.reminders import NAMESPACE, Below
from training.errors import NotReady
from training.reminders.queries import failing_webhooks
from training.reminders.try_webhook import host_of, send_test
from training.reminders.webhooks import hooks


class ChatToolsView(Below):
    """Each chat tool by its name and host, never by its whole address or secret, with a button that tests it."""

    template_name = "cms/admin/chat_tools.html"
    page_title = _("Chat tools")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The chat tools as set, and what was not delivered."""
        tools = [{"name": hook.name, "host": host_of(hook.url)} for hook in hooks()]
        return super().get_context_data(tools=tools, webhooks=failing_webhooks(), **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Send a test, and say what became of it."""
        name = request.POST.get("hook", "")
        try:
            tested = send_test(hook=name, by=request.user, now=timezone.now())
        except NotReady as reason:
            messages.warning(request, f"{name}: {reason.message}")
        else:
            say = messages.success if tested.taken else messages.error
            say(request, f"{name}: {tested.words}")
        return redirect(f"{NAMESPACE}:chat_tools")
