"""What became of certificates, as the pack's checkpoint knows it: what waits for its seal is not in the pack."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, Exists, OuterRef, QuerySet, Subquery, Value

from training.attestation.models import Annulment
from training.certificates.models import Certificate, CertificateEvent
from training.certificates.queries import FACE
from training.ledger.models import Disclosure
from training.reports.pack.entries import sealed


def with_state_at(certificates: QuerySet[Certificate], size: int) -> QuerySet[Any]:
    """Certificates with all that ``status_of`` and ``since_of`` ask, by the first ``size`` entries of the log alone."""
    annulments = sealed(Annulment.objects.filter(attestation=OuterRef("attestation")), size)
    ended = sealed(CertificateEvent.objects.filter(certificate=OuterRef("pk")), size)
    successors = sealed(Certificate.objects.filter(supersedes=OuterRef("pk")), size).order_by()
    faces = Disclosure.objects.filter(entry=OuterRef("entry"), name=FACE, value__isnull=False)
    stated: QuerySet[Any] = sealed(certificates, size).annotate(
        annulled_at=Subquery(annulments.values("at")[:1]),
        revoked_at=Subquery(ended.filter(kind=CertificateEvent.Kind.REVOKED).values("at")[:1]),
        replaced_at=Subquery(successors.values("issued_at")[:1]),
        erased=~Exists(faces),
        sealed=Value(True, output_field=BooleanField()),
    )
    return stated
