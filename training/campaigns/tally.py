"""The counters of a campaign: moved with each fact, or counted afresh."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, F, Q

from training.campaigns.models import Assignment, Campaign, Tally

COUNTERS = frozenset({"assigned", "started", "trained", "signed"})


def move(*, campaign_id: int, counter: str, by: int = 1) -> None:
    """Move one counter, in the caller's transaction; one query.

    Raises ``ValueError`` for a counter that does not exist.
    """
    if counter not in COUNTERS:
        raise ValueError(f"{counter} is no counter")
    Tally.objects.filter(campaign_id=campaign_id).update(**{counter: F(counter) + by})


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
    signed = assignments.filter(attestations__isnull=False, attestations__annulment__isnull=True)
    tally.signed = signed.distinct().count()
    tally.save()
    return tally
