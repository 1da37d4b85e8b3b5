"""What a person's completion and signature rest on: done online, or entered by HR from paper or a group session."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Attestation
from training.attestation.queries import counting
from training.attestation.standing import standing_credits
from training.campaigns.models import Completion, Task


class Basis(TextChoices):
    """How what counts of a person was completed, in the words of the record itself.

    ``SIGNED_ON_PAPER`` is of who signed on paper alone: the modules were passed online, or there were none.
    """

    ONLINE = "online", _("Online")
    PAPER = "paper", Completion.How.PAPER.label
    SIGNED_ON_PAPER = "signed_on_paper", Attestation.Method.PAPER.label

    @property
    def on_paper(self) -> bool:
        """Whether anything of it is of lower assurance, because HR entered it from a sheet."""
        return self in ON_PAPER


ON_PAPER = frozenset({Basis.PAPER, Basis.SIGNED_ON_PAPER})
# What a list is narrowed to: who reads it asks for all that is of lower assurance together.
KINDS = ((Basis.ONLINE.value, Basis.ONLINE.label), (Basis.PAPER.value, Basis.PAPER.label))


def basis() -> Case:
    """A ``Basis`` for annotating assignments of ``with_standing``; empty where nothing is completed yet.

    Modules that HR entered stay completed when the signature is annulled, and so does the mark, whoever signs anew and
    how. Who is credited has what the earlier signature rests on: a signature on paper is no better for being counted
    again.
    """
    completed = Task.objects.filter(assignment=OuterRef("pk"), completion__isnull=False)
    signed = counting().filter(assignment=OuterRef("pk"))
    earlier = standing_credits().filter(assignment=OuterRef("pk"))
    earlier_modules = earlier.filter(attestation__assignment__tasks__completion__how=Completion.How.PAPER)
    return Case(
        When(
            Q(credited=True, closed=False, signed_at__isnull=True),
            then=Case(
                When(Exists(earlier_modules), then=Value(Basis.PAPER.value)),
                When(
                    Exists(earlier.filter(attestation__method=Attestation.Method.PAPER)),
                    then=Value(Basis.SIGNED_ON_PAPER.value),
                ),
                default=Value(Basis.ONLINE.value),
            ),
        ),
        When(Exists(completed.filter(completion__how=Completion.How.PAPER)), then=Value(Basis.PAPER.value)),
        When(Exists(signed.filter(method=Attestation.Method.PAPER)), then=Value(Basis.SIGNED_ON_PAPER.value)),
        When(Exists(completed) | Exists(signed), then=Value(Basis.ONLINE.value)),
        default=Value(""),
        output_field=CharField(),
    )


def resting_on(assignments: QuerySet[Any], kind: str) -> QuerySet[Any]:
    """Of annotated assignments those of one of ``KINDS``: online, or anything of it on paper or in a session."""
    if kind == Basis.ONLINE:
        return assignments.filter(basis=Basis.ONLINE)
    return assignments.filter(basis__in=[one.value for one in ON_PAPER])
