"""Annul a signature that was wrong: it counts no more, and the assignment is open again."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.access.roles import Role, has_role
from training.attestation.models import Annulment, Attestation
from training.campaigns.models import Assignment
from training.campaigns.tally import move
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide

LONGEST_REASON = 1000


@transaction.atomic
def annul(
    *, attestation: Attestation, cause: Annulment.Cause | str, reason: str, by: AbstractBaseUser, now: datetime
) -> Annulment:
    """Record that a signature counts no more, and why. Nothing is deleted, and every module stays completed.

    Only the privacy officer annuls (``NotAllowed``). Raises ``Invalid``
    without a cause or a reason, ``Conflict`` where it is annulled already.
    """
    if not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the privacy officer annuls a signature."))
    if cause not in Annulment.Cause.values:
        raise Invalid(_("Please choose why the signature is annulled."))
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(_("Please say why, in at most 1,000 characters."))
    # As ``attest`` does: one signature at a time is made or taken back.
    assignment = Assignment.objects.select_for_update().get(pk=attestation.assignment_id)
    if Annulment.objects.filter(attestation=attestation).exists():
        raise Conflict(_("This signature has been annulled already."))
    annulment = Annulment(attestation=attestation, cause=cause, by_id=by.pk, at=now)
    append(kind="attestation.annulled", at=now, rows=[annulment], disclosures=[hide("reason", reason)])
    move(campaign_id=assignment.campaign_id, counter="signed", by=-1)
    return annulment
