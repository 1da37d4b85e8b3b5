"""Take a certificate back."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.attestation.annul import LONGEST_REASON
from training.campaigns.models import Campaign
from training.certificates.models import Certificate, CertificateEvent
from training.errors import Conflict, Invalid, NotAllowed
from training.ledger.append import append, hide
from training.roles import Role, has_role


def required(reason: str) -> str:
    """The reason without blanks around it; ``Invalid`` where nothing or too much is said."""
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise Invalid(_("Please say why, in at most 1,000 characters."))
    return reason


def standing(certificate: Certificate) -> Certificate:
    """The certificate as it stands, its campaign locked as ``issue`` does; ``Conflict`` where it has ended already.

    Before a change is recorded, in its transaction; a page that only asks calls ``still_standing``.
    """
    Campaign.objects.select_for_update(of=("self",)).get(assignments__certificates=certificate)
    return still_standing(certificate)


def still_standing(certificate: Certificate) -> Certificate:
    """The certificate as it stands; ``Conflict`` where it has ended already.

    One that has expired stands: time ended it, and nobody has decided.
    """
    related = Certificate.objects.select_related(
        "assignment__campaign__revision", "assignment__employment", "attestation__annulment", "superseded_by"
    )
    found = related.get(pk=certificate.pk)
    if hasattr(found.attestation, "annulment"):
        raise Conflict(_("The signature was annulled: this certificate has no effect any more."))
    if found.events.filter(kind=CertificateEvent.Kind.REVOKED).exists():
        raise Conflict(_("This certificate has been revoked already."))
    if hasattr(found, "superseded_by"):
        raise Conflict(_("This certificate has been replaced by a newer one."))
    return found


@transaction.atomic
def revoke(*, certificate: Certificate, reason: str, by: AbstractBaseUser, now: datetime) -> CertificateEvent:
    """Record that a certificate is taken back, and why. Nothing is deleted: its check page says so from now on.

    Only the privacy officer revokes (``NotAllowed``). Raises ``Invalid``
    without a reason, ``Conflict`` where the certificate is revoked, replaced
    or annulled already.
    """
    if not has_role(by, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the privacy officer revokes a certificate."))
    reason = required(reason)
    event = CertificateEvent(certificate=standing(certificate), kind=CertificateEvent.Kind.REVOKED, by_id=by.pk, at=now)
    append(kind="certificates.revoked", at=now, rows=[event], disclosures=[hide("reason", reason)])
    return event
