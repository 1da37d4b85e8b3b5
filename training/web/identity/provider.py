"""The company's identity provider: allauth's OpenID Connect, believing nothing that is not signed and asked for.

Named as ``provider_class`` in ``SOCIALACCOUNT_PROVIDERS["openid_connect"]``.
allauth's own class takes the subject from the user information, skips the
token's signature, sends no nonce, and keeps all it is told of a person.
"""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from requests import RequestException

from training.web.identity.claims import Untrue, verified

ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")


class IdentityAdapter(OpenIDConnectOAuth2Adapter):
    """Speaks with the provider, and reads who somebody is from the ID token alone."""

    @cached_property
    def provider(self) -> Any:
        """The provider that is spoken with; allauth would look it up again for each question."""
        return super().get_provider()

    def get_provider(self) -> Any:
        """The same throughout a request."""
        return self.provider

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's discovery document; ``OAuth2Error`` where the provider cannot be asked."""
        try:
            found: dict[str, Any] = super().openid_config
        except (RequestException, AttributeError) as reason:
            raise OAuth2Error("The provider's discovery document cannot be read.") from reason
        missing = [name for name in ENDPOINTS if not isinstance(found.get(name), str)]
        if missing:
            raise OAuth2Error(f"The provider's discovery document lacks {', '.join(missing)}.")
        return found

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        """Who signed in at the provider; ``claims`` of the result is what it says of them."""
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
        try:
            claims = verified(
                str(kwargs["response"].get("id_token", "")),
                keys=response.json(),
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                now=timezone.now().timestamp(),
            )
        except Untrue as reason:
            raise OAuth2Error(str(reason)) from reason
        login = self.get_provider().sociallogin_from_response(request, {"id_token": claims})
        login.claims = claims
        return login


class IdentityProvider(OpenIDConnectProvider):
    """The provider as this product uses it."""

    package = "training.web.identity"
    oauth2_adapter_class = IdentityAdapter
    pkce_enabled_default = True

    def redirect(
        self, request: HttpRequest, process: str, next_url: str | None = None, data: Any = None, **kwargs: Any
    ) -> HttpResponse:
        """Send the browser there with a nonce, which is kept in the state; an unreachable provider gets its page."""
        nonce = kwargs.pop("nonce", None) or secrets.token_hex(16)
        asked = kwargs.pop("auth_params", None) or self.get_auth_params()
        try:
            sent: HttpResponse = super().redirect(
                request, process, next_url, data, auth_params={**asked, "nonce": nonce}, nonce=nonce, **kwargs
            )
        except OAuth2Error as reason:
            sent = render_authentication_error(request, self, exception=reason, extra_context={"state": {"data": data}})
        return sent

    def get_oauth2_adapter(self, request: HttpRequest) -> IdentityAdapter:
        """An adapter that knows this provider already."""
        adapter = IdentityAdapter(request, self.app.provider_id)
        adapter.provider = self
        return adapter

    def get_auth_params_from_request(self, request: HttpRequest, action: str) -> dict[str, Any]:
        """What the settings say. A link that somebody sent does not change what is asked of the provider."""
        return dict(self.get_auth_params())

    def get_scope_from_request(self, request: HttpRequest) -> list[str]:
        """What the settings say."""
        return list(self.get_scope())

    def extract_uid(self, data: dict[str, Any]) -> str:
        """The subject, which is the one name that the provider never gives to somebody else."""
        return str(data["id_token"]["sub"])

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep nothing: the roster says who somebody is, and what is not kept need not be erased."""
        return {}


provider_classes = [IdentityProvider]
