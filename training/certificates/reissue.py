"""Issue a certificate once more after the roster has corrected the person, in place of the old one."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.calendar import day_of
from training.certificates.issue import TOKEN_BYTES, keep, next_serial
from training.certificates.models import Certificate, CertificateEvent
from training.certificates.produce import Holder, produce
from training.certificates.queries import FACE, face_of
from training.certificates.revoke import required, standing
from training.conf import conf
from training.errors import Conflict, NotAllowed, NotReady
from training.ledger.append import append, hide
from training.ledger.canonical import plain
from training.people.queries import person_on
from training.roles import Role, has_role


def printed_holder(certificate: Certificate) -> Holder:
    """Whom a certificate names; ``NotReady`` once that is erased."""
    face = face_of(certificate)
    if not face:
        raise NotReady(_("The personal values of this certificate were erased; no other can be made from it."))
    return Holder(name=face["holder"], number=face["staff_number"], department=face["department"])


@transaction.atomic
def reissue(*, certificate: Certificate, reason: str, by: AbstractBaseUser, now: datetime) -> Certificate:
    """Issue a new certificate, under a new number, for the same signature, with the person as the roster now has them.

    The old one keeps what is printed on it and is superseded. The signature
    stays as it is, name as signed included: the new entry therefore discloses
    beside the new face whom the old certificate named, so that the two names
    can be told to be one person's.

    HR or the privacy officer reissues (``NotAllowed``). Raises ``Invalid``
    without a reason, or as ``produce`` does; ``Conflict`` where the certificate
    is replaced, revoked or annulled already, or where name, number and
    department are what it says.
    """
    if not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only HR or the privacy officer issues a certificate again."))
    reason = required(reason)
    old = standing(certificate)
    before = printed_holder(old)
    person = person_on(old.assignment.employment, day_of(now, conf.time_zone))
    holder = Holder(name=person.name, number=person.number, department=person.department)
    if holder == before:
        raise Conflict(
            _("The certificate says what the roster says. Correct the name in the roster first, then issue it again.")
        )
    token = secrets.token_hex(TOKEN_BYTES)
    made = produce(
        attestation=old.attestation,
        serial=next_serial(old.assignment.campaign),
        token=token,
        language=old.language,
        issued_at=now,
        valid_until=old.valid_until,
        holder=holder,
    )
    new = Certificate(
        assignment=old.assignment,
        attestation=old.attestation,
        serial=made.face.serial,
        supersedes=old,
        token=token,
        language=old.language,
        issued_at=now,
        valid_until=old.valid_until,
        pdf_sha256=keep(made.pdf),
    )
    event = CertificateEvent(certificate=old, kind=CertificateEvent.Kind.SUPERSEDED, by_id=by.pk, at=now)
    append(
        kind="certificates.reissued",
        at=now,
        rows=[new, event],
        facts={"design": made.design},
        disclosures=[
            hide(FACE, plain(asdict(made.face))),
            hide("former_holder", plain(asdict(before))),
            hide("reason", reason),
        ],
    )
    return new
