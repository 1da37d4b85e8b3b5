"""Days of a small company that changes, and what is told of them at a checkpoint."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import building
from training.campaigns.models import Campaign
from training.ledger.append import append
from training.ledger.keys import load_key
from training.ledger.models import Checkpoint
from training.ledger.seal import seal
from training.people.enrol import ensure_department
from training.people.models import Employment, Posting
from training.reports.as_of import Line, as_of, as_of_csv
from training.reports.as_of_page import page_as_of
from training.roles import Role

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
MIDNIGHT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # the first instant of the 25th in Tokyo


def sealed(now: datetime = building.NOW) -> Checkpoint:
    """The checkpoint over all that has been written."""
    seal(now=now, key=load_key())
    return Checkpoint.objects.latest("size")


def lines(day: date = TODAY, checkpoint: Checkpoint | None = None, campaign: Campaign | None = None) -> list[Line]:
    """The lines of a day, as known now unless a checkpoint is given."""
    return list(as_of(day=day, checkpoint=checkpoint or sealed(), campaign=campaign))


def only(day: date = TODAY, checkpoint: Checkpoint | None = None) -> Line:
    """The one line of a day."""
    (line,) = lines(day, checkpoint)
    return line


def file(day: date, checkpoint: Checkpoint, campaign: Campaign | None = None) -> bytes:
    """The whole file."""
    return b"".join(as_of_csv(day=day, checkpoint=checkpoint, campaign=campaign))


def correct(row: Any, *replacements: dict[str, Any], now: datetime = building.NOW) -> list[Any]:
    """Take a row of the roster back and put others in its place, as an import of the roster will."""
    entry = append(kind="people.corrected", at=now, facts={"table": row._meta.db_table})
    row.superseded_at, row.superseded_by = now, entry
    row.save()
    model = type(row)
    kept = {
        field.attname: getattr(row, field.attname)
        for field in model._meta.concrete_fields
        if not field.primary_key and field.name not in {"superseded_at", "superseded_by"}
    }
    new = {"recorded_at": now, "entry_id": entry.pk}
    made = []
    for changes in replacements:
        made.append(model(**(kept | new | changes)))
        made[-1].save(force_insert=True)
    return made


def leave(employment: Employment, last_day: date, *, now: datetime = building.NOW) -> Employment:
    """End an employment with its post."""
    (ended,) = correct(employment, {"valid_to": last_day}, now=now)
    for post in Posting.objects.filter(employment=employment, superseded_at__isnull=True):
        until = min(last_day, post.valid_to or last_day)
        stays = [{"valid_to": until, "employment_id": ended.pk}] if post.valid_from <= until else []
        correct(post, *stays, now=now)
    return ended


def move(employment: Employment, path: str, since: date, *, now: datetime = building.NOW) -> None:
    """Post somebody elsewhere from a day on."""
    department = ensure_department(path=path, since=since, now=now)
    post = Posting.objects.get(employment=employment, superseded_at__isnull=True, valid_to__isnull=True)
    correct(
        post,
        *([{"valid_to": since - DAY}] if since > post.valid_from else []),
        {"valid_from": since, "department_id": department.pk},
        now=now,
    )


def officer() -> Any:
    """A privacy officer."""
    return building.account(f"officer-{uuid.uuid4()}", Role.PRIVACY_OFFICER)


def paged(day: date, checkpoint: Checkpoint, campaign: Campaign | None, size: int) -> list[Line]:
    """All lines, page by page."""
    found: list[Line] = []
    after: str | None = ""
    while after is not None:
        page = page_as_of(day=day, checkpoint=checkpoint, campaign=campaign, after=after, size=size)
        assert 0 < len(page.lines) <= size or not found
        found += page.lines
        after = page.after
    return found


def queries(act: Callable[[], object]) -> int:
    """How many an act takes."""
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)
