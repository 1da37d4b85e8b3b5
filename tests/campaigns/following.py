"""A campaign that follows the roster, day by day, and what the daily run wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests import building
from tests.building import NOW, draft
from training.campaigns.approve import approve
from training.campaigns.assign import Assigned, assign
from training.campaigns.calendar import day_of
from training.campaigns.models import Assignment, Campaign, Tally
from training.campaigns.open import open_campaign
from training.campaigns.tally import rebuild
from training.conf import conf
from training.people.models import Employment

TODAY = day_of(NOW, conf.time_zone)
A_DAY = timedelta(days=1)
DUE = date(2026, 12, 25)


def on(day: date) -> datetime:
    """Nine in the morning of a day in Tokyo."""
    return datetime(day.year, day.month, day.day, 0, tzinfo=UTC)


def opened(*, now: datetime = NOW, **changes: Any) -> Campaign:
    """A campaign that has been drafted with these changes, approved and opened."""
    made = draft(**changes)
    approve(campaign=made, by=building.officer(), now=now)
    open_campaign(campaign=made, by=None, now=now)
    return made


def run(made: Campaign, day: date = TODAY, **options: Any) -> Assigned:
    """What the daily run of a day did; the counters that it left are those of a count afresh."""
    found = assign(campaign=made, now=on(day), **options)
    kept = Tally.objects.values().get(campaign=made)
    rebuild(campaign=made)
    assert Tally.objects.values().get(campaign=made) == kept
    return found


def counts(found: Assigned) -> tuple[int, int, int, int, int]:
    """Added, closed, opened again, due days moved, unchanged."""
    return found.added, found.closed, found.reopened, found.due_moved, found.unchanged


def due_days(assignment: Assignment) -> list[tuple[date, str]]:
    """Every due day that was set, with its reason, in order."""
    return list(assignment.due_dates.order_by("number").values_list("due_on", "reason"))


def events(assignment: Assignment) -> list[tuple[str, str, date]]:
    """Every closing and opening again: kind, cause, day."""
    return list(assignment.events.order_by("number").values_list("kind", "cause", "day"))


def leaves(employment: Employment, last: date) -> None:
    """Somebody has a last day, as if the roster had always said so."""
    Employment.objects.filter(pk=employment.pk).update(valid_to=last)
