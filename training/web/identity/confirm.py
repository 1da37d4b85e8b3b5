"""The page on which one goes to the identity provider before a means of signing in is added."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from training.web.identity.means import ask_for_means, guarded, no_means
from training.web.learner.authentication import provider_of


class ConfirmIdentityView(LoginRequiredMixin, TemplateView):
    """Say why, and go there on a click."""

    http_method_names = ["get", "head", "post", "options"]
    template_name = "training/confirm_identity.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send on who has other means, which allauth asks for itself; refuse who has none at all."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request, *args, **kwargs)
        self.where = guarded(request.GET.get("next", ""))
        if get_adapter().get_reauthentication_methods(request.user):
            return redirect(self.where)
        self.provider = provider_of(request)
        if self.provider is None:
            return no_means(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where one is sent."""
        return super().get_context_data(provider=self.provider, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Go."""
        assert self.provider is not None  # noqa: S101  (dispatch has seen to it)
        return ask_for_means(request, provider=self.provider, where=self.where, now=timezone.now())
