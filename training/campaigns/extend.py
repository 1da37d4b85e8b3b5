"""Extend an open campaign: later days, for everybody who still has to do it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from training.campaigns.approve import plan_facts
from training.campaigns.deadlines import EXTENDED
from training.campaigns.deciders import require_office
from training.campaigns.held import held_open, hold
from training.campaigns.models import Assignment, Campaign, CampaignEvent, DueSet
from training.campaigns.possible import require_possible
from training.campaigns.queries import due_dates, due_numbers, unsettled
from training.campaigns.reasons import stated
from training.errors import Invalid
from training.ledger.append import append, hide
from training.ledger.bulk import Bulk, fresh_keys

COLUMNS = ("id", "assignment_id", "number", "due_on", "reason")


@transaction.atomic
def extend_campaign(
    *,
    campaign: Campaign,
    due_on: date,
    last_day: date,
    valid_until: date,
    reason: str,
    by: AbstractBaseUser | None,
    now: datetime,
) -> CampaignEvent:
    """Set later days, and move along, in one entry, everybody who had neither signed nor was closed when it began.

    Whoever was due on the campaign's own day or after it, but before the new
    one, is due on the new one; who has a later day of their own keeps it, and
    so does who was due earlier by the due rule. A fixed day of the due rule
    that was the campaign's moves with it, so that newcomers get the new one.
    Exempt and credited people are moved too: an exemption ends, and a credit
    may be annulled.

    HR and the privacy officer extend (``NotAllowed``). Raises ``Conflict``
    where the campaign is not open, ``Invalid`` where a day would come earlier
    or is too far ahead, nothing would change, or no reason is given.
    """
    require_office(by)
    reason = stated(reason)
    require_possible((_("due on"), due_on), (_("last day"), last_day), (_("certificates valid until"), valid_until))
    locked = held_open(campaign)
    before = {"due_on": locked.due_on, "last_day": locked.last_day, "valid_until": locked.valid_until}
    after = {"due_on": due_on, "last_day": last_day, "valid_until": valid_until}
    if any(after[name] < before[name] for name in before):
        raise Invalid(_("A campaign is extended: no day can come earlier than it was."))
    if after == before:
        raise Invalid(_("Nothing changes: please name a later day."))
    if valid_until < due_on:
        raise Invalid(_("The days are out of order: first day, due day, end of validity."))
    moved = _moved(locked, due_on) if due_on > locked.due_on else []
    for name, value in after.items():
        setattr(locked, name, value)
    locked.due_rule = _later(locked.due_rule, before["due_on"], due_on)
    locked.save(update_fields=[*after, "due_rule"])
    event = CampaignEvent(
        campaign=locked,
        kind=CampaignEvent.Kind.EXTENDED,
        by_id=by.pk if by else None,
        at=now,
        facts=plan_facts(locked)
        | {"before": {name: day.isoformat() for name, day in before.items()}, "moved": len(moved)},
    )
    append(
        kind="campaigns.extended",
        at=now,
        rows=[event],
        disclosures=[hide("reason", reason)],
        bulk=[Bulk(DueSet, COLUMNS, moved)],
    )
    for name in (*after, "due_rule"):
        setattr(campaign, name, getattr(locked, name))
    return event


def _moved(campaign: Campaign, due_on: date) -> list[tuple[Any, ...]]:
    """The new due date of everybody who is moved, as rows. Two queries, and one to hold each few thousand."""
    rows = unsettled(Assignment.objects.filter(campaign=campaign)).annotate(due=due_dates(), number=due_numbers())
    moved = rows.filter(due__gte=campaign.due_on, due__lt=due_on)
    keys = set(moved.values_list("pk", flat=True))
    hold(keys)
    # Whoever came to be among them only now is not held: somebody else may be setting that due date.
    found = [(pk, number) for pk, number in moved.order_by("pk").values_list("pk", "number") if pk in keys]
    fresh = fresh_keys(len(found))
    return [(key, one, last + 1, due_on, EXTENDED) for key, (one, last) in zip(fresh, found, strict=True)]


def _later(rule: dict[str, Any] | None, before: date, after: date) -> dict[str, Any] | None:
    """The due rule as stored, the campaign's own day in it moved."""
    if rule is None:
        return None
    old, new = {"on": before.isoformat()}, {"on": after.isoformat()}
    return rule | {"latest_of": [new if part == old else part for part in rule["latest_of"]]}
