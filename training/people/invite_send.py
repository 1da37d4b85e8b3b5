"""Mails the invitations that wait, one at a time: claimed with a new link, handed over, noted.

An invitation by mail waits from when it was made until its mail was handed over. Its link is made where it is sent, at
each try anew, so that nothing stores one; with it the invitation is claimed, so that of several workers one sends it.
What could not be handed over waits as reminders do, and is given up after as many tries; HR sees it all the while.
Whoever is killed has claimed: the next one tries after the same wait. Whoever is killed after the mail server took the
mail, and before that was noted, mails once more: of two links the newest is good, and the mail says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from training.backoff import wait_after
from training.conf import conf
from training.people.account_models import Invitation
from training.people.invite import Made, address_of, mark_sent, number_of, renew_link
from training.people.invite_mail import InvitationMail, NotSent, compose, send
from training.people.language import language_of
from training.people.leavers import left_on, shut_out_since
from training.people.models import PersonName
from training.people.queries import on
from training.people.reach import reaches

ON_ITS_WAY = timedelta(minutes=10)  # its own task is likely to come still, with the language that HR has chosen
NO_ADDRESS, HAS_LEFT, OUT_OF_REACH = "no address", "has left", "out of reach"


@dataclass(frozen=True, slots=True)
class Tried:
    """An invitation that was taken up, and why its mail could not be handed over; empty where it was."""

    invitation: Invitation
    error: str = ""


def waiting(*, now: datetime) -> QuerySet[Invitation]:
    """The invitations whose mail was not handed over, for whatever reason, and which are not too old."""
    return Invitation.objects.filter(
        means=Invitation.Means.MAIL, used_at__isnull=True, sent_at__isnull=True, expires_at__gt=now
    )


def unsent(*, now: datetime) -> QuerySet[Invitation]:
    """Of those that wait, the ones that were tried in vain, or forgotten: what HR should see."""
    return waiting(now=now).filter(Q(tries__gt=0) | Q(made_at__lte=now - ON_ITS_WAY))


def given_up(*, now: datetime) -> QuerySet[Invitation]:
    """Of those that wait, the ones that are not tried again unless somebody asks for it."""
    return waiting(now=now).filter(tries__gte=conf.reminder_tries)


def send_next(*, now: datetime, only: int | None = None, language: str = "") -> Tried | None:
    """Mail the invitation that has waited longest, or ``only`` this one; None where none waits, or not yet again.

    Without a language it is the person's, or else the company's.
    """
    made = _claim(now=now, only=only)
    if made is None:
        return None
    invitation = made.invitation
    today = now.astimezone(conf.time_zone).date()
    to = address_of(invitation.employee_id, day=today)
    if hindrance := _hindrance(invitation, to, now):
        return Tried(invitation, hindrance)
    try:
        send(_mail(made, language or language_of(invitation.employee_id), now), to=to)
    except NotSent as reason:
        return Tried(invitation, str(reason))
    mark_sent(invitation=invitation, now=now)
    return Tried(invitation)


@transaction.atomic
def _claim(*, now: datetime, only: int | None) -> Made | None:
    """Take an invitation that is due, with a new link; nobody else does before the next try is due."""
    due = Q(tries=0) if only is not None else Q(tries=0, made_at__lte=now - ON_ITS_WAY)
    for tries in range(1, conf.reminder_tries):
        due |= Q(tries=tries, made_at__lte=now - wait_after(tries))
    free = waiting(now=now).filter(due)
    if only is not None:
        free = free.filter(pk=only)
    locked = free.select_for_update(skip_locked=True, of=("self",)).select_related("employee__user", "made_by")
    invitation = locked.order_by("made_at", "pk").first()
    if invitation is None:
        return None
    invitation.tries += 1
    invitation.save(update_fields=["tries"])
    return renew_link(invitation=invitation, now=now)


def _hindrance(invitation: Invitation, to: str, now: datetime) -> str:
    """Why the person is not to be mailed today, though invited then; empty where nothing stands against it."""
    today = now.astimezone(conf.time_zone).date()
    employee, user = invitation.employee, invitation.employee.user
    if user is None:
        gone = left_on(employee.pk, day=today) is not None
    else:
        gone = shut_out_since(user.pk, day=today) is not None
        if not reaches(user, by=invitation.made_by):
            return OUT_OF_REACH
    if gone:
        return HAS_LEFT
    return "" if to else NO_ADDRESS


def _mail(made: Made, language: str, now: datetime) -> InvitationMail:
    employee = made.invitation.employee
    today = now.astimezone(conf.time_zone).date()
    names = on(PersonName.objects.filter(employee=employee), today).values_list("name", flat=True)
    return compose(
        name=names.first() or "",
        number=number_of(employee),
        link=f"{conf.public_url}{reverse('training:invitation', args=[made.secret])}",
        expires_at=made.invitation.expires_at,
        language=language,
    )
