"""The counters of a campaign: moved with each fact, or counted afresh.

A person is counted under one of signed, closed and credited, the first that fits (``attestation.standing``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from training.campaigns.held import hold
from training.campaigns.models import Assignment, Campaign, Tally
from training.campaigns.queries import with_closing, with_signature

COUNTERS = frozenset({"assigned", "started", "trained", "signed", "credited", "closed"})


def move(*, campaign_id: int, counter: str, by: int = 1) -> None:
    """Move one counter, in the caller's transaction; one query.

    Raises ``ValueError`` for a counter that does not exist.
    """
    if counter not in COUNTERS:
        raise ValueError(f"{counter} is no counter")
    Tally.objects.filter(campaign_id=campaign_id).update(**{counter: F(counter) + by})


def with_credit(assignments: QuerySet[Any]) -> QuerySet[Any]:
    """Assignments with ``credited``: whether an earlier signature counts that nobody has annulled."""
    credited = Assignment.objects.filter(
        pk=OuterRef("pk"), credits__isnull=False, credits__attestation__annulment__isnull=True
    )
    found: QuerySet[Any] = assignments.annotate(credited=Exists(credited))
    return found


def settled(assignments: QuerySet[Any]) -> dict[str, int]:
    """How many of these are signed, closed and credited, each under the first that fits. One query."""
    found = with_credit(with_signature(with_closing(assignments))).aggregate(
        number_signed=Count("pk", filter=Q(has_signed=True)),
        number_closed=Count("pk", filter=Q(has_signed=False, closed=True)),
        number_credited=Count("pk", filter=Q(has_signed=False, closed=False, credited=True)),
    )
    return {counter: found[f"number_{counter}"] for counter in ("signed", "closed", "credited")}


@contextmanager
def recounted(assignments: Collection[UUID]) -> Iterator[None]:
    """Hold assignments, as many as ``held.CHUNK``, and move their campaigns' counters by what the block does.

    For verbs that settle or unsettle somebody; those that touch more of a campaign ``rebuild``.
    """
    hold(assignments)
    before = _by_campaign(assignments)
    yield
    after = _by_campaign(assignments)
    for campaign_id in sorted(before.keys() | after.keys()):
        moved = after[campaign_id]
        moved.subtract(before[campaign_id])
        changes = {counter: F(counter) + by for counter, by in moved.items() if by}
        if changes:
            Tally.objects.filter(campaign_id=campaign_id).update(**changes)


def _by_campaign(assignments: Collection[UUID]) -> dict[int, Counter[str]]:
    rows = Assignment.objects.filter(pk__in=assignments)
    campaigns = set(rows.values_list("campaign_id", flat=True))
    return {key: Counter(settled(rows.filter(campaign=key))) for key in campaigns}


@transaction.atomic
def rebuild(*, campaign: Campaign) -> Tally:
    """Count from the facts and store the result; a difference to what stood there is a bug somewhere."""
    modules = campaign.campaign_modules.count()
    assignments = Assignment.objects.filter(campaign=campaign)
    done = assignments.annotate(
        done=Count("tasks", filter=Q(tasks__completion__isnull=False)),
        opened=Count("tasks", filter=Q(tasks__opened_at__isnull=False)),
    )
    tally, _ = Tally.objects.select_for_update().get_or_create(campaign=campaign)
    tally.assigned = assignments.count()
    tally.started = done.filter(opened__gt=0).count()
    tally.trained = done.filter(done=modules).count() if modules else 0
    for counter, number in settled(assignments).items():
        setattr(tally, counter, number)
    tally.save()
    return tally
