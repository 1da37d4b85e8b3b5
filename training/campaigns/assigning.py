"""Writes assignments: one entry, a batch of each table, however many people. What opening, following and adding share.

Called by a verb within its transaction, with the campaign held; nothing else writes assignments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from training.campaigns.held import CHUNK
from training.campaigns.models import (
    Assignment,
    AssignmentEvent,
    Campaign,
    CampaignEvent,
    CampaignModule,
    DueSet,
    Tally,
    Task,
)
from training.campaigns.tally import rebuild, recounted
from training.ledger.append import append_within
from training.ledger.bulk import Bulk, fresh_keys
from training.ledger.disclosure import Hidden
from training.ledger.models import Evidence

ASSIGNED = "campaigns.assigned"


class Chosen(NamedTuple):
    """Somebody to be assigned. ``reason`` is what the due day follows from: "campaign", "rule" or "leave"."""

    employment_id: UUID
    cause: str
    facts: Mapping[str, Any]
    due_on: date
    reason: str = "campaign"


class Turn(NamedTuple):
    """An assignment is closed, or opened again, by the roster; ``number`` is the event's."""

    assignment_id: UUID
    number: int
    kind: str
    cause: str
    day: date


class NewDue(NamedTuple):
    """Another due day of an assignment; ``number`` is the due day's."""

    assignment_id: UUID
    number: int
    due_on: date
    reason: str


def write(
    *,
    campaign: Campaign,
    chosen: Sequence[Chosen],
    now: datetime,
    event: CampaignEvent | None = None,
    turns: Sequence[Turn] = (),
    dues: Sequence[NewDue] = (),
    rows: Iterable[Evidence] = (),
    facts: Mapping[str, Any] | None = None,
    disclosures: Sequence[Hidden] = (),
) -> int:
    """Assign everybody chosen, with a due day and a task for each module, and return how many; the counters move too.

    That and what else is given (closings and reopenings, other due days, more rows, facts, hidden values) is one entry,
    ``campaigns.<event>`` or without one ``campaigns.assigned``. Where there is nothing to write, nothing is written.
    Raises ``TransactionManagementError`` outside a transaction, ``IntegrityError`` for an employment assigned already.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("assignments are written within a transaction")
    before = [*([event] if event else []), *rows]
    if not (before or chosen or turns or dues):
        return 0
    if not Tally.objects.filter(campaign=campaign).update(assigned=F("assigned") + len(chosen)):
        Tally.objects.create(campaign=campaign, assigned=len(chosen))
    # Of a day's few among very many only theirs are counted; a whole campaign is, where one query would not hold them.
    counting = recounted([turn.assignment_id for turn in turns]) if 0 < len(turns) <= CHUNK else nullcontext()
    with counting:
        entry = append_within(
            kind=f"campaigns.{event.kind}" if event else ASSIGNED,
            at=now,
            rows=before,
            facts=facts,
            disclosures=disclosures,
            bulk=_bulk(campaign.pk, chosen, turns, dues, now),
        )
    if chosen:
        _give_tasks(campaign.pk, entry.pk)
    if len(turns) > CHUNK:
        rebuild(campaign=campaign)
    return len(chosen)


def _bulk(
    campaign: int, chosen: Sequence[Chosen], turns: Sequence[Turn], dues: Sequence[NewDue], now: datetime
) -> list[Bulk]:
    keys = fresh_keys(len(chosen))
    assignments = [
        (key, campaign, one.employment_id, one.cause, one.facts, now) for key, one in zip(keys, chosen, strict=True)
    ]
    days = [(key, 1, one.due_on, one.reason) for key, one in zip(keys, chosen, strict=True)]
    days += [(str(one.assignment_id), one.number, one.due_on, one.reason) for one in dues]
    turned = [
        (key, str(one.assignment_id), one.number, one.kind, one.cause, one.day, None, now)
        for key, one in zip(fresh_keys(len(turns)), turns, strict=True)
    ]
    return [
        Bulk(Assignment, ("id", "campaign_id", "employment_id", "cause", "facts", "at"), assignments),
        Bulk(
            DueSet,
            ("id", "assignment_id", "number", "due_on", "reason"),
            [(key, *day) for key, day in zip(fresh_keys(len(days)), days, strict=True)],
        ),
        Bulk(AssignmentEvent, ("id", "assignment_id", "number", "kind", "cause", "day", "by_id", "at"), turned),
    ]


def _give_tasks(campaign: int, entry: UUID) -> None:
    """A task for each module to each assignment of an entry. In one statement: the rows never leave the database."""
    quote = connection.ops.quote_name
    task, assignment, module = (quote(model._meta.db_table) for model in (Task, Assignment, CampaignModule))
    key = Assignment._meta.pk.get_db_prep_value(entry, connection)
    every = f"SELECT a.id, m.id FROM {assignment} a CROSS JOIN {module} m"  # noqa: S608  (our own tables' names)
    wanted = 'WHERE a.entry_id = %s AND m.campaign_id = %s ORDER BY a.part, m."order"'
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {task} (assignment_id, campaign_module_id) {every} {wanted}", [key, campaign])
