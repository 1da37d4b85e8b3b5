"""What an identity provider says in an ID token, and whether it may be believed (OpenID Connect Core 1.0, 3.1.3.7)."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from math import isfinite
from typing import Any

import jwt

# Signatures that need the provider's private key. A shared secret, or none, would let anybody else sign.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
CLOCK_SKEW = 10  # seconds by which the provider's clock may differ from ours
LONGEST_SUBJECT = 191  # what allauth's table holds


class Untrue(Exception):
    """What the provider said is not to be believed; the argument says why, for the operator."""


class NotAnew(Untrue):
    """The provider did not ask the person to sign in anew, or does not say when it did."""


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise Untrue(f"{name} is missing or is no number")
    return float(value)


def _key(token: str, keys: Mapping[str, Any]) -> Any:
    """The provider's key that the token names; unnamed, the only one there is."""
    ring = jwt.PyJWKSet.from_dict(dict(keys)).keys
    name = jwt.get_unverified_header(token).get("kid")
    found = [key for key in ring if name is None or key.key_id == name]
    if len(found) != 1:
        raise Untrue("the token names no key of the provider's")
    return found[0].key


def verified(token: str, *, keys: Mapping[str, Any], issuer: str, audience: str, now: float) -> dict[str, Any]:
    """Return the claims of an ID token that this provider made for this client and that has not expired.

    The signature is checked although the token came by a direct connection:
    it is what remains when that connection leads to somebody else.
    """
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key=_key(token, keys),
            algorithms=list(ALGORITHMS),
            issuer=issuer,
            audience=audience,
            # The instants are compared below, with the instant that is passed in.
            options={
                "require": ["exp", "iss", "aud", "sub"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, AttributeError, KeyError, TypeError, ValueError) as reason:
        raise Untrue(f"the token is not this provider's for this client: {reason}") from reason
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise Untrue("sub is no text, empty or too long")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != audience:
        raise Untrue("the token was made for another client too, and azp is not this one")
    if _seconds(claims, "exp") < now - CLOCK_SKEW:
        raise Untrue("the token has expired")
    return claims


def require_nonce(claims: Mapping[str, Any], *, nonce: str) -> None:
    """Refuse an answer to any other question than the one that was asked."""
    given = claims.get("nonce")
    if not nonce or not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise Untrue("nonce is not the one that was sent")


def authenticated_at(claims: Mapping[str, Any], *, begun: float, used: float, now: float) -> float:
    """Return when the person authenticated at the provider, for what was begun at ``begun``.

    ``used`` is the last authentication that was used up: the allowance for
    clocks that differ must not let it serve twice. An instant ahead of our
    clock by that allowance is taken for now.
    """
    try:
        at = _seconds(claims, "auth_time")
    except Untrue as reason:
        raise NotAnew(str(reason)) from reason
    if at < begun - CLOCK_SKEW or at <= used:
        raise NotAnew("auth_time is before the request")
    if at > now + CLOCK_SKEW:
        raise NotAnew("auth_time is in the future")
    return min(at, now)
