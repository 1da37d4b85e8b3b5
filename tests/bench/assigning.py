"""Begins campaigns for a company on PostgreSQL, and beside each the same rows by bare INSERT … SELECT; then a day's round.

Run as a program it prints its figures as JSON: ``python -m tests.bench.assigning PEOPLE MODULES ROUNDS``. The database
of the settings holds that many people already.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")
    django.setup()

from django.db import connection, transaction

from tests import building
from tests.bench.bench_roster import HEADINGS, staff_row
from training.campaigns.approve import approve
from training.campaigns.audience import AudienceRule
from training.campaigns.credits import CreditRule
from training.campaigns.due import After, Anchor, DueRule, Fixed, Roll
from training.campaigns.models import Assignment, Campaign, DueSet, Task
from training.campaigns.plan import TEACHING, plan
from training.people.models import DepartmentPlace, Employment
from training.rounds.begin import begin
from training.rounds.daily import daily_round

TABLES = (Assignment, DueSet, Task)
NEXT_DAY = date(2026, 11, 25)
RULE = DueRule((Fixed(date(2026, 12, 25)), After(Anchor.JOINING, 30)), roll=Roll.NEXT)


def timed(act: Callable[[], Any]) -> tuple[float, Any]:
    """How many seconds something takes, and what it gives."""
    gc.collect()
    start = time.perf_counter()
    found = act()
    return time.perf_counter() - start, found


def copy_of(table: str) -> str:
    """What the copy of a table is called."""
    return f"bare_{table}"


def make_copies() -> None:
    """Make copies with the same columns, indexes, foreign keys (to each other, as the originals) and triggers."""
    tables = [model._meta.db_table for model in TABLES]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"CREATE TABLE {copy_of(table)} (LIKE {table} INCLUDING ALL)")
        for table in tables:
            cursor.execute(
                "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'",
                [table],
            )
            for name, definition in cursor.fetchall():
                for other in tables:
                    definition = definition.replace(f"REFERENCES {other}(", f"REFERENCES {copy_of(other)}(")
                cursor.execute(f'ALTER TABLE {copy_of(table)} ADD CONSTRAINT "bare_{name[:50]}" {definition}')
            cursor.execute(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
                [table],
            )
            for (definition,) in cursor.fetchall():
                cursor.execute(definition.replace(f"ON public.{table} ", f"ON public.{copy_of(table)} "))
        require_alike(cursor, tables)


def require_alike(cursor: Any, tables: list[str]) -> None:
    """A copy that lacked an index, a key or a trigger would be no measure."""
    for table in tables:
        counts = []
        for name in (table, copy_of(table)):
            cursor.execute(
                "SELECT (SELECT count(*) FROM pg_index WHERE indrelid = %(t)s::regclass), "
                "(SELECT count(*) FROM pg_constraint WHERE conrelid = %(t)s::regclass), "
                # Those of foreign keys come with the constraints; tables that refer to the original fire at its deletes.
                "(SELECT count(*) FROM pg_trigger WHERE tgrelid = %(t)s::regclass AND NOT tgisinternal)",
                {"t": name},
            )
            counts.append(cursor.fetchone())
        assert counts[0] == counts[1], (table, counts)
        assert counts[0][2] or table == Task._meta.db_table, f"{table} is evidence, and has no trigger"


def bare(campaign: Campaign) -> None:
    """The very rows of a campaign into the copies, in one transaction."""
    assignment, due, task = (model._meta.db_table for model in TABLES)
    mine = f"SELECT id FROM {assignment} WHERE campaign_id = {campaign.pk}"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {copy_of(assignment)} SELECT * FROM {assignment} WHERE campaign_id = %s", [campaign.pk]
        )
        for table in (due, task):
            cursor.execute(f"INSERT INTO {copy_of(table)} SELECT * FROM {table} WHERE assignment_id IN ({mine})")


def planned(code: str, modules: int) -> Campaign:
    """An approved campaign of so many modules, for everybody in the trees of all departments."""
    versions = [building.module_version(f"article-{number}") for number in range(1, modules + 1)]
    tops = DepartmentPlace.objects.filter(parent=None, superseded_at=None).values_list("department", flat=True)
    made = plan(
        code=code,
        title="2026年度 個人情報保護研修",
        kind=Campaign.Kind.YEARLY,
        first_day=date(2026, 4, 1),
        last_day=date(2027, 3, 31),
        due_on=date(2026, 12, 25),
        valid_until=date(2027, 12, 31),
        revision=building.revision(),
        statement=building.statement(),
        modules=[version.module for version in versions],
        by=building.officer(),
        now=building.NOW,
        audience=AudienceRule(departments=frozenset(tops)),
        due_rule=RULE,
        credit_rule=CreditRule(kinds=TEACHING, signed_from=date(2026, 4, 1)),
    )
    approve(campaign=made, by=building.officer(), now=building.NOW)
    return made


def opened(people: int, modules: int, rounds: int) -> dict[str, Any]:
    """Open a campaign and copy its rows, so many times in turn; the tables grow alike."""
    make_copies()
    figures: dict[str, Any] = {"begin": [], "bare": []}
    for number in range(rounds):
        campaign = planned(f"FY{number}", modules)
        taken, _ = timed(lambda campaign=campaign: begin(campaign=campaign, by=None, now=building.NOW))
        figures["begin"].append(taken)
        assert Assignment.objects.filter(campaign=campaign).count() == people
        taken, _ = timed(lambda campaign=campaign: bare(campaign))
        figures["bare"].append(taken)
    return figures


def changed(people: int) -> int:
    """One in a hundred changes on the next day: a quarter each is new, leaves, moves, goes on leave; return how many."""
    quarter = people // 400
    rows = [staff_row(people + n) for n in range(quarter)]
    rows += [(*staff_row(n)[:7], "2026/11/24", *staff_row(n)[8:]) for n in range(quarter)]
    rows += [(*staff_row(n)[:3], "第1本部/第1営業部", *staff_row(n)[4:]) for n in range(quarter, 2 * quarter)]
    lines = "\n".join(",".join(row) for row in (HEADINGS, *rows))
    plan, _made = building.import_staff(lines.encode("cp932"), day=NEXT_DAY, now=building.later(hours=12))
    assert not plan.refused, plan.refused[:3]
    numbers = [staff_row(n)[0] for n in range(2 * quarter, 3 * quarter)]
    for employment in Employment.objects.filter(number__in=numbers, superseded_at=None):
        building.on_leave(employment, NEXT_DAY, date(2026, 12, 10), now=building.later(hours=12))
    return quarter


def followed(people: int, code: str) -> dict[str, Any]:
    """The daily run after a day of changes, and again, when nothing is left to do."""
    quarter = changed(people)
    at = building.later(days=1)
    daily, found = timed(lambda: daily_round(now=at, codes=[code]))
    [one] = found.campaigns
    assert one.assigned is not None
    assert (one.assigned.added, one.assigned.closed, one.assigned.due_moved) == (quarter,) * 3
    again, found = timed(lambda: daily_round(now=at, codes=[code]))
    [one] = found.campaigns
    assert one.assigned is not None
    assert one.assigned.changes == 0
    return {"daily": daily, "again": again}


if __name__ == "__main__":
    staff, modules, rounds = map(int, sys.argv[1:4])
    print(json.dumps({**opened(staff, modules, rounds), **followed(staff, f"FY{rounds - 1}")}))
