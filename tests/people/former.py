"""Staff lists with a column of former numbers, and what they leave behind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.building import import_staff, later
from tests.people.rosters import HEADINGS, row, simple
from training.people.import_roster import preview
from training.people.models import Employment
from training.people.roster_models import RosterImport
from training.people.roster_plan import Plan
from training.people.roster_sheet import sheet_of

APRIL = date(2026, 4, 1)
MAY = date(2026, 5, 1)
JUNE = date(2026, 6, 1)
DAY = timedelta(days=1)


def named(former: str, *cells: str, **changes: str) -> tuple[str, ...]:
    """A row with a former number."""
    return (*row(*cells, **changes), former)


def listed(*rows: tuple[str, ...], heading: str = "旧社員番号") -> bytes:
    """A list with a column of former numbers."""
    return simple(*rows, headings=(*HEADINGS, heading))


def planned(*rows: tuple[str, ...], day: date = MAY, **options: Any) -> Plan:
    """What a list would change."""
    return preview(sheet=sheet_of(listed(*rows)), day=day, **options)


def taken(*rows: tuple[str, ...], day: date = MAY, days: int = 1, **options: Any) -> RosterImport:
    """Take a list over."""
    _plan, made = import_staff(listed(*rows), day=day, now=later(days=days), **options)
    assert made is not None
    return made


def spells() -> list[tuple[str, str, date, date | None]]:
    """Number, type and days of every employment as believed now."""
    rows = Employment.objects.filter(superseded_at__isnull=True).order_by("valid_from", "number")
    return [(one.number, one.type, one.valid_from, one.valid_to) for one in rows]


def people() -> int:
    """How many people are believed to have worked here."""
    return Employment.objects.filter(superseded_at__isnull=True).values("employee").distinct().count()


def refused(plan: Plan) -> dict[int, str]:
    """The reasons by line."""
    return {one.line: one.code for one in plan.refused}


START = date(2020, 4, 1)
