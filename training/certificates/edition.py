"""Draw a certificate once more in another language: the same number, the same token."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.certificates.issue import keep
from training.certificates.models import Certificate, Edition
from training.certificates.produce import produce
from training.certificates.queries import FACE
from training.certificates.reissue import printed_holder
from training.certificates.revoke import standing
from training.certificates.wording import WORDINGS
from training.errors import Invalid, NotAllowed
from training.ledger.append import append, hide
from training.ledger.canonical import plain
from training.roles import Role, has_role


@transaction.atomic
def issue_edition(*, certificate: Certificate, language: str, by: AbstractBaseUser, now: datetime) -> Edition:
    """Issue the certificate in another language; issued already, that edition is returned.

    For the holder, HR or the privacy officer (``NotAllowed``). Raises
    ``Invalid`` for the certificate's own language or one without wording, or
    as ``produce`` does, ``Conflict`` where the certificate is replaced,
    revoked or annulled.
    """
    holder = certificate.assignment.employment.employee.user_id
    if (holder is None or holder != by.pk) and not has_role(by, Role.HR, Role.PRIVACY_OFFICER):
        raise NotAllowed(_("Only the holder, HR or the privacy officer orders a certificate in another language."))
    if language == certificate.language or language not in WORDINGS:
        raise Invalid(_("The certificate is not offered in this language."))
    found = Edition.objects.filter(certificate=certificate, language=language).first()
    if found is not None:
        return found
    stands = standing(certificate)
    found = Edition.objects.filter(certificate=stands, language=language).first()  # made while waiting for the lock
    if found is not None:
        return found
    made = produce(
        attestation=stands.attestation,
        serial=stands.serial,
        token=stands.token,
        language=language,
        issued_at=stands.issued_at,
        valid_until=stands.valid_until,
        holder=printed_holder(stands),
    )
    edition = Edition(certificate=stands, language=language, issued_at=now, pdf_sha256=keep(made.pdf))
    append(
        kind="certificates.edition_issued",
        at=now,
        rows=[edition],
        facts={"by": by.pk, "design": made.design},
        disclosures=[hide(FACE, plain(asdict(made.face)))],
    )
    return edition
