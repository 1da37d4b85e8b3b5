"""Reads of the policy."""

from __future__ import annotations

from itertools import pairwise

from training.policy.diff import diff
from training.policy.follow import Step
from training.policy.models import Revision


def steps_to(revision: Revision) -> tuple[Step, ...]:
    """Every step from the first revision to this one, compared clause by clause. Two queries."""
    found = list(Revision.objects.filter(number__lte=revision.number).order_by("number").prefetch_related("clauses"))
    return tuple(
        Step(before.number, after.number, diff(list(before.clauses.all()), list(after.clauses.all())))
        for before, after in pairwise(found)
    )


def step_to(revision: Revision) -> Step | None:
    """The last of those steps: what this revision changed. None for the first. Two queries."""
    pair = Revision.objects.filter(number__lte=revision.number).order_by("-number").prefetch_related("clauses")[:2]
    found = list(pair)
    if len(found) < 2:
        return None
    after, before = found
    return Step(before.number, after.number, diff(list(before.clauses.all()), list(after.clauses.all())))
