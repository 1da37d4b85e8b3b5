"""The own due days in the own calendar program."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from training.reminders.feed import feed_address, feed_file, feed_of, renew_feed, revoke_feed
from training.reminders.models import CalendarFeed
from training.web.learner.views import Learner


class CalendarView(Learner, TemplateView):
    """The secret address of the own due days: made, made anew, taken back."""

    template_name = "training/learner/calendar.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Forbid keeping: the address is a secret."""
        response = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(response)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The address, where there is one."""
        feed = CalendarFeed.objects.filter(employee=self.employee).first()
        return super().get_context_data(feed=feed, address=feed_address(feed) if feed else "", **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Do what the button says; an unknown button does nothing."""
        if "make" in request.POST:
            renew_feed(employee=self.employee, now=timezone.now())
            messages.success(request, _("This is the new address. An earlier one shows nothing any more."))
        elif "revoke" in request.POST:
            revoke_feed(employee=self.employee)
            messages.success(request, _("The address shows nothing any more."))
        return redirect("training:calendar")


class CalendarFeedView(View):
    """The file that a calendar program fetches. Whoever has the address reads it; an unknown one is 404."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, feed: str) -> HttpResponse:
        """The due days as they are now, kept by nobody in between."""
        found = feed_of(feed)
        if found is None:
            raise Http404
        response = HttpResponse(
            feed_file(found, now=timezone.now()),
            content_type="text/calendar; charset=utf-8",
            headers={"X-Robots-Tag": "noindex", "Content-Disposition": 'inline; filename="training.ics"'},
        )
        add_never_cache_headers(response)
        return response
