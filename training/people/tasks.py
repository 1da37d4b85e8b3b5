"""What takes long: mails to many people, one task each, so that one that fails holds up no other; a staff list.

The link's secret is made where it is sent: no queue ever holds one, nor a name.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils import timezone

from training.background import task
from training.conf import conf
from training.people.account_models import Invitation
from training.people.invite import address_of, invite, mark_sent, number_of
from training.people.invite_mail import compose, send
from training.people.models import Employee, PersonName
from training.people.queries import on
from training.people.roster_working import take_over


@task()
def invite_by_mail(employee: str, by: int | None, language: str) -> bool:
    """Make the person's invitation (a UUID as text) and mail it; return whether there was an address."""
    now = timezone.now()
    today = now.astimezone(conf.time_zone).date()
    person = Employee.objects.get(pk=UUID(employee))
    to = address_of(person.pk, day=today)
    if not to:
        return False
    user = get_user_model().objects.filter(pk=by).first() if by is not None else None
    (made,) = invite(employees=[person], means=Invitation.Means.MAIL, by=user, now=now)
    names = on(PersonName.objects.filter(employee=person), today).values_list("name", flat=True)
    link = f"{conf.public_url}{reverse('training:invitation', args=[made.secret])}"
    mail = compose(
        name=names.first() or "",
        number=number_of(person),
        link=link,
        expires_at=made.invitation.expires_at,
        language=language,
    )
    send(mail, to=to)
    mark_sent(invitation=made.invitation, now=timezone.now())
    return True


@task()
def import_upload(upload: str) -> int | None:
    """Take a list over that somebody decided on (a UUID as text); return the import's number, if anything changed."""
    return take_over(upload=UUID(upload), now=timezone.now())
