"""What an identity may do here: sign in to the account it is linked to, be linked, confirm a signing; never sign up."""

from __future__ import annotations

from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from training.conf import conf
from training.errors import TrainingError
from training.people.link_identity import identity_of, link_identity
from training.people.sign_in import account_at_work
from training.web.identity.claims import Untrue, require_nonce
from training.web.identity.means import confirm_means
from training.web.learner.authentication import confirm_at_provider


def _begun(state: Any, what: str) -> dict[str, str] | None:
    """What was begun at the provider, if it is that: a ``signing``, or setting up other ``means`` of signing in."""
    data = state.get("data") if isinstance(state, dict) else None
    return data if isinstance(data, dict) and what in data else None


def _say_and_go(request: HttpRequest, message: str, *where: Any) -> ImmediateHttpResponse:
    messages.error(request, message)
    return ImmediateHttpResponse(redirect(*where))


class Identities(DefaultSocialAccountAdapter):
    """allauth's behaviour with the door to signing up shut."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """No account is made of an identity: who is trained comes from the roster."""
        return False

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nor silently."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Decide what an answer of the provider is good for, before allauth acts on it."""
        claims = getattr(sociallogin, "claims", {})
        try:
            require_nonce(claims, nonce=sociallogin.state.get("nonce", ""))
        except Untrue as reason:
            raise PermissionDenied(str(reason)) from reason
        signing, means = _begun(sociallogin.state, "signing"), _begun(sociallogin.state, "means")
        if signing is not None:
            self._confirm(request, signing, sociallogin, claims)
        elif means is not None:
            self._open_means(request, means, sociallogin, claims)
        elif sociallogin.state.get("process") == AuthProcess.CONNECT:
            self._one_identity_only(request, sociallogin)
        elif not sociallogin.is_existing:
            self._link_by_number(request, sociallogin, claims)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        """Bring somebody who was about to sign back to the pledge; the others see allauth's page."""
        state = (extra_context or {}).get("state")
        signing, means = _begun(state, "signing"), _begun(state, "means")
        if means is not None:
            message = _(
                "The identity provider did not confirm who you are. Nothing has been changed; please try again."
            )
            raise _say_and_go(request, message, "training:home")
        if signing is None:
            return
        message = (
            _("You cancelled at the identity provider. Nothing has been signed.")
            if error == AuthError.CANCELLED
            else _("The identity provider did not confirm who you are. Nothing has been signed; please try again.")
        )
        raise _say_and_go(request, message, "training:pledge", signing["assignment"])

    def _confirm(
        self, request: HttpRequest, signing: dict[str, str], sociallogin: SocialLogin, claims: dict[str, Any]
    ) -> None:
        """Count the answer for the signing that is begun; nobody is signed in by it."""
        try:
            confirm_at_provider(
                request,
                signing=signing["signing"],
                provider=sociallogin.account.provider,
                claims=claims,
                now=timezone.now(),
            )
        except TrainingError as reason:
            raise _say_and_go(request, str(reason.message), "training:pledge", signing["assignment"]) from reason
        raise ImmediateHttpResponse(redirect("training:sign", signing["assignment"]))

    def _open_means(
        self, request: HttpRequest, means: dict[str, str], sociallogin: SocialLogin, claims: dict[str, Any]
    ) -> None:
        """Open the pages on which other means of signing in are set up; nobody is signed in by it."""
        try:
            where = confirm_means(
                request,
                nonce=means["means"],
                provider=sociallogin.account.provider,
                claims=claims,
                now=timezone.now(),
            )
        except TrainingError as reason:
            raise _say_and_go(request, str(reason.message), "training:home") from reason
        raise ImmediateHttpResponse(redirect(where))

    def _one_identity_only(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse a second identity: whoever finds a session open could add the own one and sign with it."""
        has = identity_of(request.user) if request.user.is_authenticated else None
        account = sociallogin.account
        if has is not None and (has.provider, has.uid) != (account.provider, account.uid):
            raise _say_and_go(
                request,
                _("This account is linked to another identity already. Remove that link first."),
                "socialaccount_connections",
            )

    def _link_by_number(self, request: HttpRequest, sociallogin: SocialLogin, claims: dict[str, Any]) -> None:
        """Link an unknown identity to the account whose staff number the provider names, where it is trusted to.

        Only while the number is held: a number of somebody who has left may be another's at the provider.
        """
        number = claims.get(conf.identity_number_claim) if conf.identity_number_claim else None
        today = timezone.localdate(timezone=conf.time_zone)
        user = account_at_work(number, day=today) if isinstance(number, str) and number.strip() else None
        if user is None or not user.is_active:
            raise _say_and_go(
                request,
                _(
                    "This identity is not linked to an account here. Sign in with your staff number and link it under "
                    "“Account”, or ask HR."
                ),
                "account_login",
            )
        try:
            sociallogin.account = link_identity(
                user=user, provider=sociallogin.account.provider, subject=sociallogin.account.uid
            )
        except TrainingError as reason:
            raise _say_and_go(request, str(reason.message), "account_login") from reason
        sociallogin.user = user
