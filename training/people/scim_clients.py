"""Identity providers that may keep the roster: make one, rotate its token, revoke it, and know it by its token."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid
from training.ledger.append import append
from training.people.enrol import wait_for_my_turn
from training.people.scim_models import ScimClient, ScimGroup, ScimUser

PREFIX = "scim_"
TOKEN_BYTES = 32
SCOPES = ("users:read", "users:write", "groups:read", "groups:write")
OVERLAP = timedelta(days=7)
NOTED_EVERY = timedelta(minutes=5)


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def bequeathing() -> QuerySet[ScimClient]:
    """The providers whose access was ended and that still have users or groups, for another to take over."""
    kept = ScimUser.objects.filter(client=OuterRef("pk")), ScimGroup.objects.filter(client=OuterRef("pk"))
    return ScimClient.objects.filter(Exists(kept[0]) | Exists(kept[1]), revoked_at__isnull=False)


@transaction.atomic
def make_client(
    *,
    name: str,
    scopes: Collection[str],
    by: AbstractBaseUser | None,
    now: datetime,
    succeeds: Collection[ScimClient] = (),
) -> tuple[ScimClient, str]:
    """Let an identity provider in; return it with its token, which is told this once.

    It ``succeeds`` providers whose access was ended: their users and groups are its own from now on, as they are.
    Nobody's place in the roster changes by this. Raises ``Conflict`` where one of them is still let in.
    """
    wait_for_my_turn()
    name = name.strip()
    if not name or len(name) > 100:
        raise Invalid(_("Please give a name of at most 100 characters."))
    if not scopes or not set(scopes) <= set(SCOPES):
        raise Invalid(_("Please choose what the identity provider may do."))
    if ScimClient.objects.filter(name=name).exists():
        raise Conflict(_("There is an identity provider of this name already."))
    token = _token()
    client = ScimClient.objects.create(
        name=name,
        token_sha256=digest(token),
        scopes=[scope for scope in SCOPES if scope in scopes],
        made_at=now,
        made_by_id=by.pk if by else None,
    )
    _tell("made", client, by, now, scopes=client.scopes, **_take_over(client, succeeds))
    return client, token


def _take_over(client: ScimClient, succeeds: Collection[ScimClient]) -> dict[str, object]:
    """Let the client have what providers before it kept; return what the ledger is told of that, if there was any."""
    if not succeeds:
        return {}
    before = ScimClient.objects.select_for_update().filter(pk__in=[one.pk for one in succeeds]).order_by("pk")
    if any(one.revoked_at is None for one in before):
        raise Conflict(
            _("Users and groups can be taken over only from identity providers whose access has been ended.")
        )
    users = ScimUser.objects.filter(client__in=before).update(client=client)
    groups = ScimGroup.objects.filter(client__in=before).update(client=client)
    return {"succeeds": [one.pk for one in before], "users": users, "groups": groups}


@transaction.atomic
def rotate_token(
    *, client: ScimClient, overlap: timedelta, by: AbstractBaseUser | None, now: datetime
) -> tuple[ScimClient, str]:
    """Give the provider a new token; the one before is taken until the overlap is over. Return both, told this once."""
    locked = _standing(client)
    token = _token()
    locked.previous_sha256 = locked.token_sha256 if overlap else ""
    locked.previous_until = now + overlap if overlap else None
    locked.token_sha256 = digest(token)
    locked.save(update_fields=["token_sha256", "previous_sha256", "previous_until"])
    _tell("rotated", locked, by, now, previous_until=locked.previous_until)
    return locked, token


@transaction.atomic
def revoke_client(*, client: ScimClient, by: AbstractBaseUser | None, now: datetime) -> ScimClient:
    """Take no token of the provider any more. Its users stay, and what it changed."""
    locked = _standing(client)
    locked.revoked_at, locked.previous_sha256, locked.previous_until = now, "", None
    locked.save(update_fields=["revoked_at", "previous_sha256", "previous_until"])
    _tell("revoked", locked, by, now)
    return locked


def client_of(token: str, *, now: datetime) -> ScimClient | None:
    """The provider whose token this is, if it is taken; remembers every few minutes that it was used."""
    if not token.startswith(PREFIX) or len(token) > 100:
        return None
    known = digest(token)
    found = ScimClient.objects.filter(Q(token_sha256=known) | Q(previous_sha256=known), revoked_at__isnull=True)
    for client in found:
        current = compare_digest(client.token_sha256, known)
        until = client.previous_until
        if current or (compare_digest(client.previous_sha256, known) and until is not None and now < until):
            _note(client, now)
            return client
    return None


def _note(client: ScimClient, now: datetime) -> None:
    if client.last_used_at is None or now - client.last_used_at >= NOTED_EVERY:
        ScimClient.objects.filter(pk=client.pk).update(last_used_at=now)


def _token() -> str:
    return PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def _standing(client: ScimClient) -> ScimClient:
    locked = ScimClient.objects.select_for_update().get(pk=client.pk)
    if locked.revoked_at is not None:
        raise Conflict(_("This identity provider's access has been revoked already."))
    return locked


def _tell(what: str, client: ScimClient, by: AbstractBaseUser | None, now: datetime, **facts: object) -> None:
    """Let the ledger know who may change the roster from outside."""
    named = {"client": client.pk, "name": client.name, "by": by.pk if by else None}
    append(kind=f"people.scim_client_{what}", at=now, facts={**named, **facts})
