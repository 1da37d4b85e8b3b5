"""The way back from the identity provider."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse

from training.web.identity.provider import IdentityAdapter


class CallbackView(OAuth2CallbackView):
    """allauth's, which would lose the state, and fail, where the provider has gone in between."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Ask for the provider's discovery document before the state is used up, so that one may try again."""
        try:
            _ = self.adapter.openid_config
        except OAuth2Error as reason:
            answered: HttpResponse = render_authentication_error(request, self.adapter.get_provider(), exception=reason)
        else:
            answered = super().dispatch(request, *args, **kwargs)
        return answered


@login_not_required  # type: ignore[untyped-decorator]  # allauth has no types
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer; 404 where no such provider is configured."""
    try:
        answered: HttpResponse = CallbackView.adapter_view(IdentityAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as reason:
        raise Http404 from reason
    return answered
