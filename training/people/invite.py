"""Bring people to an account: a link by mail, or a slip with a first code for who has no address.

Of a link or code only its SHA-256 is kept; a code's is taken together with the person, so that it is nobody else's.
Each is good once and for a while, and the next one that is made ends it. A code dies after a few wrong tries.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from training.conf import conf
from training.errors import Conflict, NotAllowed
from training.ledger.append import append
from training.people.account_models import Invitation
from training.people.enrol import link_account, wait_for_my_turn
from training.people.leavers import shut_out_since
from training.people.models import EmailAddress, Employee, Employment
from training.people.numbers import plain_number
from training.people.queries import on
from training.people.reach import require_reach

LINK_BYTES = 32
# Without what is mistaken for something else when it is read from paper: 0 O, 1 I L, 5 S, 2 Z, 8 B, U V.
ALPHABET = "34679ACDEFGHJKMNPQRTWXY"
CODE_LENGTH, GROUP = 12, 4
MOST_TRIES = 5
AN_ENTRY = 500


@dataclass(frozen=True, slots=True)
class Made:
    """An invitation with its link's secret or its code, which are told this once."""

    invitation: Invitation
    secret: str


def can_be_invited(employees: QuerySet[Employee], *, day: date) -> QuerySet[Employee]:
    """Of people, those who work here on a day, or are to, and have no account yet."""
    here = Employment.objects.filter(superseded_at__isnull=True).exclude(valid_to__lt=day)
    return employees.filter(user__isnull=True, employments__in=here).distinct()


def address_of(employee: UUID, *, day: date) -> str:
    """Where the company writes to a person on a day; empty for who has no address."""
    return on(EmailAddress.objects.filter(employee=employee), day).values_list("email", flat=True).first() or ""


@transaction.atomic
def invite(
    *,
    employees: Collection[Employee],
    means: Invitation.Means,
    by: AbstractBaseUser | None,
    now: datetime,
    valid: timedelta | None = None,
) -> list[Made]:
    """Make an invitation for each; what was made for them before ends. Return them with their secrets.

    Who has an account already gets a way to a new password; the ledger is told of that as of any other.
    Raises ``NotAllowed`` for an account that holds what ``by`` does not, ``Conflict`` for somebody whose records are
    kept no longer.
    """
    wait_for_my_turn()
    today = now.astimezone(conf.time_zone).date()
    for employee in employees:
        if employee.user_id is None:
            continue
        require_reach(employee.user, by=by)
        if shut_out_since(employee.user_id, day=today) is not None:
            raise Conflict(_("The records of one of these people are kept no longer."))
    keys = [employee.pk for employee in employees]
    Invitation.objects.filter(employee__in=keys, used_at__isnull=True).delete()
    made = []
    for employee in employees:
        secret = secrets.token_urlsafe(LINK_BYTES) if means == Invitation.Means.MAIL else _code()
        digest = _of_link(secret) if means == Invitation.Means.MAIL else _of_code(employee.pk, secret)
        invitation = Invitation(
            employee=employee,
            means=means,
            secret_sha256=digest,
            made_at=now,
            made_by_id=by.pk if by else None,
            expires_at=now + (valid or timedelta(days=conf.invitation_days)),
        )
        made.append(Made(invitation, secret))
    Invitation.objects.bulk_create([one.invitation for one in made], batch_size=1000)
    for start in range(0, len(keys), AN_ENTRY):
        _tell("invited", {"employees": keys[start : start + AN_ENTRY], "means": str(means)}, by, now)
    return made


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: AbstractBaseUser | None, now: datetime) -> None:
    """Let a link or code be good for nothing any more. Raises ``Conflict`` where it was used."""
    locked = Invitation.objects.select_for_update().filter(pk=invitation.pk).first()
    if locked is None or locked.used_at is not None:
        raise Conflict(_("This invitation has been used, or replaced by another."))
    _tell("invitation_revoked", {"employees": [locked.employee_id], "means": locked.means}, by, now)
    locked.delete()


def renew_link(*, invitation: Invitation, now: datetime) -> Made:
    """Put a new link in the place of the one before, good for as long from now on; the ledger knows of the invitation.

    The invitation is locked by whoever calls.
    """
    secret = secrets.token_urlsafe(LINK_BYTES)
    invitation.expires_at += now - invitation.made_at
    invitation.made_at = now
    invitation.secret_sha256 = _of_link(secret)
    invitation.save(update_fields=["secret_sha256", "made_at", "expires_at"])
    return Made(invitation, secret)


@transaction.atomic
def mark_sent(*, invitation: Invitation, now: datetime) -> None:
    """Remember that the mail with this link was handed over, unless another took its place."""
    sent = Invitation.objects.filter(pk=invitation.pk, secret_sha256=invitation.secret_sha256)
    sent.update(sent_at=now, tries=0)


def by_link(secret: str, *, now: datetime) -> Invitation | None:
    """The invitation that a link leads to, while it is good."""
    if not secret or len(secret) > 100:
        return None
    found = Invitation.objects.select_related("employee__user").filter(
        secret_sha256=_of_link(secret), means=Invitation.Means.MAIL
    )
    return _good(found.first(), now)


@transaction.atomic
def by_code(number: str, code: str, *, now: datetime) -> Invitation | None:
    """The invitation of who has this staff number, if this is its code; a wrong try is counted, and never undone.

    The answer takes as long, and is the same, for a wrong number, a wrong code, and a code that is dead.
    """
    today = now.astimezone(conf.time_zone).date()
    plain = plain_number(number).replace("\0", "")
    held = Employment.objects.filter(number=plain, superseded_at__isnull=True).exclude(valid_from__gt=_soon(today))
    employment = held.order_by("-valid_from").first()
    employee = employment.employee_id if employment is not None else UUID(int=0)
    digest = _of_code(employee, code)
    slips = Invitation.objects.select_for_update().filter(employee=employee, means=Invitation.Means.SLIP)
    invitation = _good(slips.filter(used_at__isnull=True).order_by("-made_at").first(), now)
    if invitation is None or invitation.tries >= MOST_TRIES:
        return None
    if compare_digest(invitation.secret_sha256, digest):
        return invitation
    invitation.tries += 1
    invitation.save(update_fields=["tries"])
    return None


@transaction.atomic
def accept(*, invitation: Invitation, password: str, now: datetime) -> Any:
    """Set the person's password, making and linking an account where there is none; return the account.

    Raises ``Conflict`` where the invitation is not good any more, ``NotAllowed`` where the account is locked, or
    holds by now what whoever made the invitation does not.
    """
    wait_for_my_turn()
    locked = _good(Invitation.objects.select_for_update().filter(pk=invitation.pk).first(), now)
    if locked is None:
        raise Conflict(_("This invitation has been used, has been replaced, or is too old. Please ask HR for another."))
    employee = Employee.objects.select_for_update().get(pk=locked.employee_id)
    today = now.astimezone(conf.time_zone).date()
    user = employee.user
    if user is None:
        # Without an address: the account's would not follow the staff list, and be somebody else's one day.
        user = get_user_model()(username=_free_name(employee))
        user.set_password(password)
        user.save()
        link_account(employee=employee, user=user, now=now)
    elif not user.is_active or shut_out_since(user.pk, day=today) is not None:
        raise NotAllowed(_("This account is locked. Please ask HR."))
    else:
        require_reach(user, by=locked.made_by)
        user.set_password(password)
        user.save(update_fields=["password"])
    facts = {"employee": employee.pk, "user": user.pk, "means": locked.means, "made_by": locked.made_by_id}
    append(kind="people.password_set", at=now, facts=facts)
    locked.used_at = now
    locked.save(update_fields=["used_at"])
    return user


def number_of(employee: Employee) -> str:
    """The staff number that the person has, or had last."""
    held = Employment.objects.filter(employee=employee, superseded_at__isnull=True).order_by("-valid_from").first()
    return held.number if held is not None else ""


def grouped(code: str) -> str:
    """A code as it is printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def _good(invitation: Invitation | None, now: datetime) -> Invitation | None:
    good = invitation is not None and invitation.used_at is None and now < invitation.expires_at
    return invitation if good else None


def _soon(today: date) -> date:
    """Who joins within the month may set up the account before."""
    return today + timedelta(days=31)


def _code() -> str:
    return "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH))


def _of_link(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _of_code(employee: UUID, code: str) -> str:
    typed = plain_number(code).upper()
    plain = "".join(sign for sign in typed if sign.isalnum())
    return sha256(f"{employee}:{plain}".encode("utf-8", "surrogatepass")).hexdigest()


def _free_name(employee: Employee) -> str:
    """The staff number as the account's name, or with something behind it where a former holder's account has it."""
    number = number_of(employee) or str(employee.pk)
    taken: Sequence[str] = list(
        get_user_model().objects.filter(username__startswith=number).values_list("username", flat=True)
    )
    names = (number, *(f"{number}-{turn}" for turn in range(2, len(taken) + 3)))
    return next(name for name in names if name not in set(taken))


def _tell(what: str, facts: dict[str, Any], by: AbstractBaseUser | None, now: datetime) -> None:
    append(kind=f"people.{what}", at=now, facts={**facts, "by": by.pk if by else None})
