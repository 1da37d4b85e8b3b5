"""Link an account to its identity at the company's identity provider."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from training.errors import Conflict, Invalid

LONGEST_SUBJECT = 191


def identity_of(user: User) -> SocialAccount | None:
    """The identity that an account is linked to, if any."""
    found: SocialAccount | None = SocialAccount.objects.filter(user=user).order_by("pk").first()
    return found


@transaction.atomic
def link_identity(*, user: User, provider: str, subject: str, replace: bool = False) -> SocialAccount:
    """Link, and return the link; linked so already, nothing is changed.

    An account has one identity: whoever could add a second to somebody's open
    session could sign with it. Raises ``Invalid`` for a subject that no
    provider gives, and ``Conflict`` where the identity is another account's or
    the account has another identity that is not to be replaced.
    """
    if not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise Invalid(_("This is not the identifier of anybody at an identity provider."))
    get_user_model().objects.select_for_update().get(pk=user.pk)
    holder = SocialAccount.objects.filter(provider=provider, uid=subject).first()
    if holder is not None and holder.user_id != user.pk:
        raise _anothers()
    others = SocialAccount.objects.filter(user=user).exclude(provider=provider, uid=subject)
    if others.exists() and not replace:
        raise Conflict(_("This account is linked to another identity already. Remove that link first."))
    others.delete()
    try:
        with transaction.atomic():
            return holder or SocialAccount.objects.create(user=user, provider=provider, uid=subject)
    except IntegrityError as reason:  # Linked to another in the same moment.
        raise _anothers() from reason


def _anothers() -> Conflict:
    return Conflict(_("This identity is linked to another account already."))
