"""An authentication made for one pledge: begun, confirmed by the own means or at the identity provider, used once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from training.attestation.models import Attestation
from training.conf import conf
from training.errors import NotAllowed
from training.people.link_identity import identity_of
from training.web.identity.claims import NotAnew, authenticated_at
from training.web.identity.provider import IdentityProvider

NONCE = "training_signing_nonce"
USED = "training_signing_used"


@dataclass(frozen=True, slots=True)
class Fresh:
    """An authentication made after the person asked to sign this very pledge."""

    method: Attestation.Method
    at: datetime


def remember(request: HttpRequest, *, assignment: str, digest: str, now: datetime) -> None:
    """Begin a signing: only an authentication from now on counts, for this pledge alone, once."""
    request.session[NONCE] = {
        "nonce": secrets.token_hex(16),
        "assignment": assignment,
        "digest": digest,
        "at": now.timestamp(),
    }


def is_begun(request: HttpRequest, *, assignment: str) -> bool:
    """Whether this assignment's signing is the one that is begun."""
    begun = request.session.get(NONCE)
    return bool(begun and begun["assignment"] == assignment)


def _method(record: dict[str, Any]) -> Attestation.Method | None:
    kind = record.get("type") if record.get("method") == "mfa" else record.get("method")
    return {
        "password": Attestation.Method.PASSWORD,
        "totp": Attestation.Method.TOTP,
        "webauthn": Attestation.Method.WEBAUTHN,
        "recovery_codes": Attestation.Method.RECOVERY_CODE,
    }.get(str(kind))


def _made_since(request: HttpRequest, begun: Mapping[str, Any]) -> list[Fresh]:
    """What the person has confirmed since, the newest first."""
    made = []
    for record in get_authentication_records(request, request.user):
        method = _method(record)
        if record.get("reauthenticated") and method is not None and record["at"] >= begun["at"]:
            made.append(Fresh(method=method, at=datetime.fromtimestamp(record["at"], tz=UTC)))
    if "at_provider" in begun:
        made.append(Fresh(Attestation.Method.OIDC, datetime.fromtimestamp(begun["at_provider"], tz=UTC)))
    return sorted(made, key=lambda fresh: fresh.at, reverse=True)


def fresh_authentication(request: HttpRequest, *, assignment: str, now: datetime) -> tuple[Fresh, str] | None:
    """The authentication made for a begun signing, with the digest it was made for; None where there is none.

    allauth's ``did_recently_reauthenticate`` is not asked: it holds for
    minutes, for anything, and for accounts without any means.
    """
    if not is_begun(request, assignment=assignment):
        return None
    begun = request.session[NONCE]
    for fresh in _made_since(request, begun):
        if now - fresh.at <= timedelta(seconds=conf.signing_window_seconds):
            return fresh, begun["digest"]
    return None


def use_up(request: HttpRequest, *, fresh: Fresh) -> None:
    """End the signing: what was confirmed for it serves no other."""
    del request.session[NONCE]
    if fresh.method == Attestation.Method.OIDC:
        request.session[USED] = fresh.at.timestamp()


def provider_of(request: HttpRequest) -> IdentityProvider | None:
    """The identity provider at which the person's account has its identity, if it is configured still."""
    identity = identity_of(request.user)  # type: ignore[arg-type]  # the pages of learners are for people signed in
    if identity is None:
        return None
    try:
        provider = identity.get_provider(request)
    except SocialApp.DoesNotExist:
        return None
    return provider if isinstance(provider, IdentityProvider) else None


def ask_provider(request: HttpRequest, *, provider: IdentityProvider) -> HttpResponse:
    """Send the person to the provider, to sign in anew whatever session there is, for the signing that is begun."""
    begun = request.session[NONCE]
    return provider.redirect(
        request,
        process=AuthProcess.REDIRECT,
        next_url=reverse("training:sign", args=[begun["assignment"]]),
        data={"signing": begun["nonce"], "assignment": begun["assignment"]},
        auth_params={**provider.get_auth_params(), "prompt": "login", "max_age": "0"},
        nonce=begun["nonce"],
    )


def confirm_at_provider(
    request: HttpRequest, *, signing: str, provider: str, claims: Mapping[str, Any], now: datetime
) -> None:
    """Count what the provider answered as the authentication for the signing that is begun.

    Raises ``NotAllowed`` where the answer is to another signing, about another
    person, or of an authentication that was not made for this one.
    """
    begun = request.session.get(NONCE)
    if not begun or begun["nonce"] != signing:
        raise NotAllowed(_("This confirmation belongs to another attempt to sign. Please begin again."))
    at = said_anew(request, provider=provider, claims=claims, begun=begun["at"], now=now)
    request.session[NONCE] = {**begun, "at_provider": at}


def said_anew(request: HttpRequest, *, provider: str, claims: Mapping[str, Any], begun: float, now: datetime) -> float:
    """When the person authenticated at the provider for what was begun at ``begun``, as it says.

    Raises ``NotAllowed`` for another person, and for an authentication that
    was not made for this.
    """
    identity = identity_of(request.user) if request.user.is_authenticated else None
    if identity is None or (identity.provider, identity.uid) != (provider, claims["sub"]):
        raise NotAllowed(_("You signed in there as somebody else than the identity that this account is linked to."))
    try:
        return authenticated_at(claims, begun=begun, used=request.session.get(USED, 0.0), now=now.timestamp())
    except NotAnew as reason:
        raise NotAllowed(
            _("The identity provider did not ask you to sign in anew. Please try again; if it happens again, tell HR.")
        ) from reason
