"""Who is at the screen, when an account that is only known by its identity is to get another means of signing in.

allauth asks for a password, an app or a passkey before it adds one. Of an
account that has none of these it asks nothing, so that whoever finds a screen
left open could set a password, and sign the pledge with it. Here such an
account authenticates anew at the identity provider first; that opens the
pages for as long as any other authentication does.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from training.errors import NotAllowed
from training.web.identity.provider import IdentityProvider
from training.web.learner.authentication import USED, said_anew
from training.web.refusals import refused

BEGUN = "training_means_begun"
OPENED = "training_means_opened"
# allauth's pages that add a means of signing in, or an address to which a new password can be sent.
GUARDED = frozenset(
    {
        "account_set_password",
        "account_email",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_download_recovery_codes",
    }
)


class GuardedMeansMiddleware:
    """Stands before allauth's pages; list it after allauth's own middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Nothing: what is asked for is known only when the view is."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponseBase | None:
        """Send to confirm who one is, by the own means, else at the provider; with neither, refuse."""
        found = request.resolver_match
        if found is None or found.view_name not in GUARDED or not request.user.is_authenticated:
            return None
        methods = get_adapter().get_reauthentication_methods(request.user)
        if methods:
            way = methods[0]["url"]
            if _did_recently(request):
                return None
        elif _is_open(request, now=timezone.now()):
            return None
        else:
            way = reverse("training:confirm_identity")
        return redirect(f"{way}?{urlencode({'next': request.path})}")


def _did_recently(request: HttpRequest) -> bool:
    """Whether an account with means of its own has used one, as allauth has it."""
    try:
        reauthentication_required(lambda asked: True)(request)
    except ReauthenticationRequired:
        return False
    return True


def _is_open(request: HttpRequest, *, now: datetime) -> bool:
    """Whether this account has confirmed its identity at the provider lately."""
    opened = request.session.get(OPENED) or {}
    fresh: bool = 0 <= now.timestamp() - opened.get("at", 0) < app_settings.REAUTHENTICATION_TIMEOUT
    return fresh and opened.get("user") == str(request.user.pk)


def ask_for_means(request: HttpRequest, *, provider: IdentityProvider, where: str, now: datetime) -> HttpResponse:
    """Send the person to the provider, to sign in anew whatever session there is, before going on to ``where``."""
    begun = {"nonce": secrets.token_hex(16), "at": now.timestamp(), "next": guarded(where)}
    request.session[BEGUN] = begun
    return provider.redirect(
        request,
        process=AuthProcess.REDIRECT,
        next_url=str(begun["next"]),
        data={"means": begun["nonce"]},
        auth_params={**provider.get_auth_params(), "prompt": "login", "max_age": "0"},
        nonce=begun["nonce"],
    )


def confirm_means(request: HttpRequest, *, nonce: str, provider: str, claims: Mapping[str, Any], now: datetime) -> str:
    """Count what the provider answered, and return the page that was asked for.

    Raises ``NotAllowed`` where the answer is to another question, about
    another person, or of an authentication that was not made for this. The
    same authentication signs no pledge after that.
    """
    begun = request.session.pop(BEGUN, None)
    if not begun or begun["nonce"] != nonce:
        raise NotAllowed(_("This confirmation belongs to another attempt. Please begin again."))
    at = said_anew(request, provider=provider, claims=claims, begun=begun["at"], now=now)
    request.session[USED] = at
    request.session[OPENED] = {"at": at, "user": str(request.user.pk)}
    return guarded(begun["next"])


def guarded(where: str) -> str:
    """The address, if it is one of the guarded pages'; else the page that lists the account's means."""
    try:
        name = resolve(where).view_name
    except Resolver404:
        name = ""
    return where if name in GUARDED else reverse("mfa_index")


def no_means(request: HttpRequest) -> HttpResponseBase:
    """The page for an account of which nothing can be asked."""
    return refused(
        request,
        NotAllowed(
            _(
                "Nobody can confirm that it is you: this account has no password, no authenticator app, no passkey, "
                "and no identity at the company's sign-in. Please ask HR for a new password."
            )
        ),
    )
