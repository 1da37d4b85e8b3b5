"""The pledge that a person would sign now, and what was signed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Case, DateField, Exists, OuterRef, Q, QuerySet, Subquery, When

from training.attestation.models import Annulment, Attestation, Decline, PaperRecord
from training.attestation.statement import Pledge, Studied, content
from training.campaigns.models import Assignment, Task
from training.ledger.canonical import canonical, sha256_hex
from training.ledger.models import Disclosure


def pledge_for(assignment: Assignment) -> Pledge:
    """The pledge of an assignment over the versions that its tasks teach. One query beside the campaign's own.

    ``assignment.campaign`` should come with ``revision`` and ``statement``.
    """
    campaign = assignment.campaign
    tasks = assignment.tasks.select_related("version__module").order_by("campaign_module__order")
    return Pledge(
        campaign_code=campaign.code,
        campaign_title=campaign.title,
        statement=str(campaign.statement.statement),
        language=campaign.statement.language,
        statement_number=campaign.statement.number,
        title=campaign.statement.title,
        words=campaign.statement.words,
        policy_title=campaign.revision.title,
        policy_number=campaign.revision.number,
        policy_digest=campaign.revision.digest,
        policy_enacted_on=campaign.revision.enacted_on,
        modules=tuple(
            Studied(
                slug=task.version.module.slug,
                title=task.version.title,
                number=task.version.number,
                digest=task.version.digest,
            )
            for task in tasks
            if task.version is not None
        ),
    )


def pledge_digest(pledge: Pledge) -> str:
    """SHA-256 over the RFC 8785 bytes of everything the signature covers, hexadecimal."""
    return sha256_hex(canonical(content(pledge)))


def counting() -> QuerySet[Attestation]:
    """The signatures that count: those that nobody has annulled. Whoever counts signatures begins here."""
    return Attestation.objects.filter(annulment__isnull=True)


def certifiable() -> QuerySet[Attestation]:
    """The signatures that count and are certified: those of campaigns that taught something.

    Of a pledge that was signed without any training, as on leaving, there is
    nothing to certify; the signed pledge is the record.
    """
    taught = Task.objects.filter(assignment=OuterRef("assignment"))
    return counting().filter(Exists(taught))


def has_taught(attestation: Attestation) -> bool:
    """Whether the campaign of a signature taught anything."""
    return Task.objects.filter(assignment=attestation.assignment_id).exists()


def attestation_of(assignment: Assignment) -> Attestation | None:
    """The signature that counts, if the pledge is signed."""
    return counting().filter(assignment=assignment).order_by("-number").first()


def attestations_of(assignments: Collection[Assignment]) -> dict[UUID, Attestation]:
    """The signature that counts of each assignment that has one, by the assignment's id. One query."""
    return signed_and_annulled(assignments)[0]


def signed_and_annulled(assignments: Collection[Assignment]) -> tuple[dict[UUID, Attestation], dict[UUID, Annulment]]:
    """The signature that counts and the latest annulment of each assignment that has one, by its id. One query."""
    signed: dict[UUID, Attestation] = {}
    annulled: dict[UUID, Annulment] = {}
    rows = Attestation.objects.filter(assignment__in=assignments).select_related("annulment").order_by("number")
    for row in rows:
        if hasattr(row, "annulment"):
            annulled[row.assignment_id] = row.annulment
        else:
            signed[row.assignment_id] = row
    return signed, annulled


def annulment_of(assignment: Assignment) -> Annulment | None:
    """The latest annulment of one of the assignment's signatures, with the signature, if any."""
    rows = Annulment.objects.filter(attestation__assignment=assignment).select_related("attestation")
    return rows.order_by("-at").first()


def decline_of(assignment: Assignment) -> Decline | None:
    """The latest refusal to sign, if any."""
    return Decline.objects.filter(assignment=assignment).order_by("-at").first()


def paper_of(attestation: Attestation) -> PaperRecord | None:
    """What HR entered with a signature that was given on paper; None of any other, without a query."""
    if attestation.method != Attestation.Method.PAPER:
        return None
    return PaperRecord.objects.filter(assignment=attestation.assignment_id, at=attestation.at).first()


def held_days(signature: str = "") -> Case:
    """The day on the sheet of a signature given on paper, None of any other, for annotating what leads to a signature.

    ``signature`` is the way there, such as ``attestation__``.
    """
    sheets = PaperRecord.objects.filter(assignment=OuterRef(f"{signature}assignment"), at=OuterRef(f"{signature}at"))
    on_paper = Q(**{f"{signature}method": Attestation.Method.PAPER})
    return Case(When(on_paper, then=Subquery(sheets.values("held_on")[:1])), output_field=DateField())


def disclosed(attestation: Attestation) -> dict[str, str]:
    """The personal values of a signature by field; erased ones are missing."""
    return {row.name: str(row.value) for row in Disclosure.objects.filter(entry_id=attestation.entry_id)}
