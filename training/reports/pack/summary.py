"""A campaign in numbers as known at a checkpoint; whoever has the pack's entries can count them again."""

from __future__ import annotations

from django.db.models import Exists, OuterRef

from training.attestation.models import Annulment, Attestation
from training.campaigns.models import Assignment, Completion, Task
from training.certificates.models import Certificate, CertificateEvent
from training.quiz.models import Attempt
from training.reports.as_of_page import figures_as_of
from training.reports.as_of_rows import Then
from training.reports.pack.entries import count_waiting, sealed


def summary_of(then: Then) -> dict[str, int]:
    """Count people by what they have done, and what was taken back. A fixed number of queries.

    ``started`` have begun a quiz, ``trained`` have completed every task,
    ``signed`` have a signature that counts; of the others ``closed`` are asked
    no more, else ``credited``, else ``exempt``, and ``untrained`` are the rest.
    What waits for its seal is counted in ``unsealed`` alone.
    """
    campaign, size = then.campaign, then.checkpoint.size
    assert campaign is not None  # noqa: S101  (a summary is of one campaign)
    assigned = sealed(Assignment.objects.filter(campaign=campaign), size)
    done = sealed(Completion.objects.filter(task=OuterRef("pk")), size)
    tasks = Task.objects.filter(assignment=OuterRef("pk"))
    begun = sealed(Attempt.objects.filter(task__assignment=OuterRef("pk")), size)
    annulments = sealed(Annulment.objects.filter(attestation__assignment__campaign=campaign), size)
    counting = sealed(Attestation.objects.filter(assignment=OuterRef("pk")), size).filter(
        ~Exists(annulments.filter(attestation=OuterRef("pk")))
    )
    people, signed = assigned.count(), assigned.filter(Exists(counting)).count()
    day = figures_as_of(day=then.day, checkpoint=then.checkpoint, campaign=campaign)
    ended = sealed(CertificateEvent.objects.filter(certificate__assignment__campaign=campaign), size)
    return {
        "assigned": people,
        "started": assigned.filter(Exists(begun)).count(),
        "trained": assigned.filter(Exists(tasks)).exclude(Exists(tasks.filter(~Exists(done)))).count(),
        "signed": signed,
        "closed": day.closed,
        "credited": day.credited,
        "exempt": day.exempt,
        "untrained": people - signed - day.closed - day.credited - day.exempt,
        "certificates": sealed(Certificate.objects.filter(assignment__campaign=campaign), size).count(),
        "annulled": annulments.count(),
        "revoked": ended.filter(kind=CertificateEvent.Kind.REVOKED).count(),
        "unsealed": count_waiting(campaign, size=size),
    }
