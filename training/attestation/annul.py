"""Annul a signature that was wrong: it counts no more, and the assignment is open again."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Annulment, Attestation, Credit
from training.campaigns.held import hold
from training.campaigns.reasons import LONGEST_REASON, stated
from training.campaigns.tally import recounted
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.roles import Role, has_role

__all__ = ["LONGEST_REASON", "annul"]


@transaction.atomic
def annul(
    *, attestation: Attestation, cause: Annulment.Cause | str, reason: str, by: AbstractBaseUser, now: datetime
) -> Annulment:
    """Record that a signature counts no more, and why. Nothing is deleted, and every module stays completed.

    Whoever was credited with it is asked again.

    Only the privacy officer annuls (``NotAllowed``). Raises ``Invalid``
    without a cause or a reason, ``Conflict`` where it is annulled already.
    """
    if not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the privacy officer annuls a signature."))
    if cause not in Annulment.Cause.values:
        raise Invalid(_("Please choose why the signature is annulled."))
    reason = stated(reason)
    # As ``attest`` and ``credit`` do: one signature at a time is made, taken back or credited.
    credited = Credit.objects.filter(attestation=attestation).values_list("assignment_id", flat=True)
    hold([attestation.assignment_id, *credited])
    if Annulment.objects.filter(attestation=attestation).exists():
        raise Conflict(_("This signature has been annulled already."))
    annulment = Annulment(attestation=attestation, cause=cause, by_id=by.pk, at=now)
    with recounted([attestation.assignment_id, *credited.all()]):
        append(kind="attestation.annulled", at=now, rows=[annulment], disclosures=[hide("reason", reason)])
    return annulment
