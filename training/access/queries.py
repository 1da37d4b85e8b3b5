"""What was granted, looked at and drawn."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from training.access.export import PACKED
from training.access.grant import PURPOSE, grants_on
from training.access.log import NOTE
from training.access.models import AccessLog, AuditorGrant, Sample
from training.access.sample import STRATA
from training.campaigns.models import Assignment, Campaign
from training.ledger.body import Body
from training.ledger.canonical import moment
from training.ledger.models import Disclosure, Entry
from training.people.queries import numbers_on


def granted_until(user: Any, *, campaign: Campaign, day: date) -> date | None:
    """Return the last day on which a campaign that is open to the account on a day will be. One query."""
    days = grants_on(day).filter(user=user.pk, campaigns=campaign)
    return max(days.values_list("last_day", flat=True), default=None)


def assignment_opened(key: UUID) -> str:
    """Return how the log names an assignment that was opened."""
    return f"assignment {key}"


def opened_by(user: Any, *, campaign: Campaign, keys: Collection[UUID]) -> set[UUID]:
    """Return which of these assignments the account has opened already. One query."""
    names = {assignment_opened(key): key for key in keys}
    looks = AccessLog.objects.filter(
        user=user.pk, campaign=campaign, action=AccessLog.Action.OPEN, what__in=list(names)
    )
    return {names[what] for what in looks.values_list("what", flat=True).distinct()}


def numbers_of(looks: Iterable[AccessLog], *, day: date) -> dict[str, tuple[str, UUID, str]]:
    """Return whose record was opened, by the look's ``what``: campaign, assignment and the staff number of a day.

    One query, and that of ``people.queries.numbers_on``.
    """
    keys: dict[str, UUID] = {}
    for look in looks:
        table, _, key = look.what.partition(" ")
        with suppress(ValueError):
            if table == "assignment":
                keys[look.what] = UUID(key)
    found = list(Assignment.objects.filter(pk__in=keys.values()).select_related("campaign", "employment"))
    now = numbers_on([one.employment for one in found], day)
    numbers = {one.pk: (one.campaign.code, one.pk, now[one.employment_id]) for one in found}
    return {what: numbers[pk] for what, pk in keys.items() if pk in numbers}


def all_looks() -> QuerySet[AccessLog]:
    """Every look, the newest first, with account and campaign."""
    return AccessLog.objects.select_related("user", "campaign").order_by("-at", "pk")


def notes_of(looks: Iterable[AccessLog]) -> dict[UUID, str]:
    """Return what people added in own words to their looks, by the look's entry; erased ones are missing. One query."""
    rows = Disclosure.objects.filter(entry__in=[look.entry_id for look in looks], name=NOTE)
    return {row.entry_id: str(row.value) for row in rows}


def packs_of(looks: Iterable[AccessLog]) -> dict[UUID, tuple[int, int | None]]:
    """Return what came of the evidence packs among these looks, by the look's entry: how many files, recorded where.

    A pack that was broken off was never recorded. The second number is that of
    its entry in the ledger. One query, none where no pack is among them.
    """
    asked = {(moment(look.at), look.campaign_id): look for look in looks if look.what.startswith("evidence pack of ")}
    if not asked:
        return {}
    codes = {look.campaign.code: look.campaign_id for look in asked.values() if look.campaign is not None}
    found: dict[UUID, tuple[int, int | None]] = {}
    since = min(look.at for look in asked.values())
    for body, sequence in Entry.objects.filter(kind=PACKED, at__gte=since).values_list("body", "sequence"):
        facts: Any = Body.parse(body).facts
        for code in facts["campaigns"]:
            look = asked.get((facts["made_at"], codes.get(code)))
            if look is not None:
                found[look.entry_id] = (facts["count"], sequence)
    return found


def purposes_of(grants: Iterable[AuditorGrant]) -> dict[int, str]:
    """Return what each grant was given for, by its key. Two queries, whatever the number of grants."""
    wanted = {row.pk for row in grants}
    found: dict[int, str] = {}
    for row in Disclosure.objects.filter(name=PURPOSE, entry__kind="access.granted").select_related("entry"):
        key = Body.parse(row.entry.body).facts.get("grant")
        if isinstance(key, int) and key in wanted:
            found[key] = str(row.value)
    return found


def samples_of(campaign: Campaign) -> QuerySet[Sample]:
    """A campaign's samples, the newest first."""
    return Sample.objects.filter(campaign=campaign).select_related("user").order_by("-at", "pk")


def population_of(sample: Sample) -> list[str]:
    """Return the ids that a sample was drawn from, sorted: whoever was assigned by then."""
    ids = Assignment.objects.filter(campaign=sample.campaign_id, at__lte=sample.at).values_list("pk", flat=True)
    return sorted(map(str, ids))


def strata_of(sample: Sample) -> dict[str, list[str]] | None:
    """Return who was in which department when the sample was drawn; None if not by department, or erased."""
    row = Disclosure.objects.filter(entry=sample.entry_id, name=STRATA).first()
    return {name: list(ids) for name, ids in row.value.items()} if row is not None and row.value else None
