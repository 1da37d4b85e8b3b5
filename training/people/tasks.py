"""What takes long: mails to many people, one task each, so that one that fails holds up no other; a staff list.

The link's secret is made where it is sent: no queue ever holds one, nor a name.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from training.background import task
from training.people.account_models import Invitation
from training.people.invite import invite
from training.people.invite_mail import NotSent
from training.people.invite_send import send_next
from training.people.models import Employee
from training.people.roster_working import take_over


def invite_by_mail(
    *, employees: Collection[Employee], by: AbstractBaseUser | None, language: str, now: datetime
) -> int:
    """Invite people and have each mailed; return how many mails are known to have failed already.

    The invitations are there before the first task is asked for: what a queue loses is mailed by ``mail_invitations``.
    The links that they are made with are told to nobody.
    """
    made = invite(employees=employees, means=Invitation.Means.MAIL, by=by, now=now)
    results = [mail_invitation.enqueue(one.invitation.pk, language) for one in made]
    return sum(getattr(result.status, "name", "") == "FAILED" for result in results)


@task()
def mail_invitation(invitation: int, language: str) -> bool:
    """Mail one invitation; return whether it was still to be mailed. Raises ``NotSent``, for the log."""
    tried = send_next(now=timezone.now(), only=invitation, language=language)
    if tried is not None and tried.error:
        raise NotSent(tried.error)
    return tried is not None


@task()
def mail_invitations() -> dict[str, int]:
    """Mail every invitation that was forgotten, or whose next try is due; return how many were sent, and were not."""
    found = {"sent": 0, "failed": 0}
    while tried := send_next(now=timezone.now()):
        found["failed" if tried.error else "sent"] += 1
    return found


@task()
def import_upload(upload: str) -> int | None:
    """Take a list over that somebody decided on (a UUID as text); return the import's number, if anything changed."""
    return take_over(upload=UUID(upload), now=timezone.now())
