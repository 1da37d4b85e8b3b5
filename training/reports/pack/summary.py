"""A campaign in numbers as known at a checkpoint; whoever has the pack's entries can count them again."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from training.attestation.models import Annulment, Attestation
from training.campaigns.models import Assignment, Campaign, Completion, Task
from training.certificates.models import Certificate, CertificateEvent
from training.quiz.models import Attempt
from training.reports.pack.entries import count_waiting, sealed

EXEMPT = 0  # exemptions do not exist yet


def summary_of(campaign: Campaign, *, size: int) -> dict[str, int]:
    """Count people by what they have done, and what was taken back. A fixed number of queries.

    ``started`` have begun a quiz, ``trained`` have completed every task,
    ``signed`` have a signature that counts, ``untrained`` have not. What waits
    for its seal is counted in ``unsealed`` alone.
    """
    assigned = sealed(Assignment.objects.filter(campaign=campaign), size)
    done = sealed(Completion.objects.filter(task=OuterRef("pk")), size)
    tasks = Task.objects.filter(assignment=OuterRef("pk"))
    begun = sealed(Attempt.objects.filter(task__assignment=OuterRef("pk")), size)
    annulments = sealed(Annulment.objects.filter(attestation__assignment__campaign=campaign), size)
    counting = sealed(Attestation.objects.filter(assignment=OuterRef("pk")), size).filter(
        ~Exists(annulments.filter(attestation=OuterRef("pk")))
    )
    people, signed = assigned.count(), assigned.filter(Exists(counting)).count()
    ended = sealed(CertificateEvent.objects.filter(certificate__assignment__campaign=campaign), size)
    return {
        "assigned": people,
        "started": assigned.filter(Exists(begun)).count(),
        "trained": assigned.filter(Exists(tasks)).exclude(Exists(tasks.filter(~Exists(done)))).count(),
        "signed": signed,
        "untrained": people - EXEMPT - signed,
        "exempt": EXEMPT,
        "certificates": sealed(Certificate.objects.filter(assignment__campaign=campaign), size).count(),
        "annulled": annulments.count(),
        "revoked": ended.filter(kind=CertificateEvent.Kind.REVOKED).count(),
        "unsealed": count_waiting(campaign, size=size),
    }
