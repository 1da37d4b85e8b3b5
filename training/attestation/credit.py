"""Credit a campaign's people with what they signed before, by the campaign's own rule."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from training.attestation.models import Credit
from training.attestation.queries import counting, held_days
from training.campaigns.calendar import day_of, end_of
from training.campaigns.credits import CreditRule, counts, from_json
from training.campaigns.held import CHUNK, hold
from training.campaigns.models import Assignment, Campaign
from training.campaigns.queries import unsettled
from training.campaigns.tally import rebuild, with_credit
from training.conf import conf
from training.errors import Conflict
from training.ledger.append import append
from training.ledger.bulk import Bulk, fresh_keys
from training.people.models import Employment

Pair = tuple[UUID, UUID, UUID]  # an assignment, the earlier signature, and the assignment that was signed


@transaction.atomic
def credit(*, campaign: Campaign, now: datetime) -> list[Credit]:
    """Let each earlier signature count that the rule says counts, and return the new credits; run it every day.

    The newest signature of the same person counts, whatever employment it was
    given under; one on paper is of the day on the sheet. Whoever has signed, is closed or is credited already is passed
    over, so that a second run finds nothing; whose credited signature was
    annulled is credited with another, if there is one. Nobody is kept from
    doing the training all the same.

    A constant number of queries, and one for each few thousand people. Raises
    ``Conflict`` where the campaign is not open; without a rule nothing happens.
    """
    locked = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if locked.state != Campaign.State.OPEN:
        raise Conflict(_("Only in an open campaign is anything credited."))
    if locked.credit_rule is None:
        return []
    rule = from_json(locked.credit_rule)
    found = _pairs(locked, rule)
    if not found:
        return []
    # Whoever signs, or takes a signature back, at this moment does so before or afterwards.
    hold({key for target, _signature, source in found for key in (target, source)})
    pairs = _pairs(locked, rule)
    if not pairs:
        return []
    rows = [
        (key, target, signature, locked.credit_rule, now)
        for key, (target, signature, _source) in zip(fresh_keys(len(pairs)), pairs, strict=True)
    ]
    entry = append(
        kind="attestation.credited",
        at=now,
        facts={"campaign": locked.code},
        bulk=[Bulk(Credit, ("id", "assignment_id", "attestation_id", "rule", "at"), rows)],
    )
    rebuild(campaign=locked)
    return list(Credit.objects.filter(entry=entry).order_by("part"))


def foreseen(
    *,
    campaign: Campaign,
    added: Collection[UUID] = (),
    closed: Collection[UUID] = (),
    reopened: Collection[UUID] = (),
) -> tuple[str, ...]:
    """The staff numbers of those whom ``credit`` would credit, in order. Nothing is written, and nobody held.

    ``added`` are employments that would be assigned before, ``closed`` and ``reopened`` assignments that would be. A
    constant number of queries, and two for each few thousand of these. Raises as ``credit`` does.
    """
    if campaign.state != Campaign.State.OPEN:
        raise Conflict(_("Only in an open campaign is anything credited."))
    if campaign.credit_rule is None:
        return ()
    signed = _newest(campaign, from_json(campaign.credit_rule))
    if not signed:
        return ()
    columns = ("pk", "employment__employee_id", "employment__number")
    gone = frozenset(closed)
    found = [row[1:] for row in _waiting(campaign).values_list(*columns) if row[0] not in gone]
    for some in _few(reopened):
        rows = with_credit(Assignment.objects.filter(pk__in=some)).filter(credited=False)
        found += [row[1:] for row in rows.values_list(*columns)]
    for some in _few(added):
        found += Employment.objects.filter(pk__in=some).values_list("employee_id", "number")
    return tuple(sorted(number for employee, number in found if employee in signed))


def _few(keys: Collection[UUID]) -> Iterator[list[UUID]]:
    """Some thousand at a time."""
    for first in range(0, len(keys), CHUNK):
        yield list(keys)[first : first + CHUNK]


def _waiting(campaign: Campaign) -> QuerySet[Any]:
    """Whoever might be credited."""
    return with_credit(unsettled(Assignment.objects.filter(campaign=campaign))).filter(credited=False)


def _pairs(campaign: Campaign, rule: CreditRule) -> list[Pair]:
    """Whoever would be credited with what. Two queries; one, where nobody has signed anything that counts."""
    signed = _newest(campaign, rule)
    if not signed:
        return []
    rows = _waiting(campaign).order_by("pk").values_list("pk", "employment__employee_id")
    return [(key, *signed[employee]) for key, employee in rows if employee in signed]


def _newest(campaign: Campaign, rule: CreditRule) -> dict[UUID, tuple[UUID, UUID]]:
    """Each person's newest signature that counts by the rule, with its assignment, by the person."""
    zone = conf.time_zone
    found: dict[UUID, tuple[UUID, UUID]] = {}
    newest: dict[UUID, date] = {}
    for employee, signature, source, kind, revision, at, held_on in _signatures(campaign, rule):
        day = held_on or day_of(at, zone)
        fits = counts(rule, kind=kind, signed_on=day, revision=revision, of_revision=campaign.revision.number)
        if fits and day >= newest.get(employee, day):
            found[employee], newest[employee] = (signature, source), day
    return found


def _signatures(campaign: Campaign, rule: CreditRule) -> Any:
    """Signatures of other campaigns that stand, the oldest first: what the rule is asked about.

    None is entered before the day on its sheet.
    """
    rows = (
        counting()
        .annotate(held_on=held_days())
        .exclude(assignment__campaign=campaign)
        .filter(
            assignment__campaign__kind__in=rule.kinds,
            at__gte=end_of(rule.signed_from - timedelta(days=1), conf.time_zone),
        )
    )
    return rows.order_by("at", "pk").values_list(
        "assignment__employment__employee_id",
        "pk",
        "assignment_id",
        "assignment__campaign__kind",
        "assignment__campaign__revision__number",
        "at",
        "held_on",
    )
