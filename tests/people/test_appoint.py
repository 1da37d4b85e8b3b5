"""Who manages a department, from which day on."""

from __future__ import annotations

import json
from datetime import date, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from tests import building, cutting
from training.ledger.models import Entry
from training.people.appoint import appoint
from training.people.heads import Term, joined
from training.people.models import DepartmentPlace
from training.people.queries import on

pytestmark = pytest.mark.django_db
PATH = "営業本部/第一営業部"


def run(*arguments: str, **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("appoint_manager", *arguments, "--json", stdout=out, **options)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


@pytest.fixture
def heads() -> Any:
    """Two people of one department, who joined some time ago."""
    return [building.person(number, name, department=PATH) for number, name in (("000101", "髙橋"), ("000102", "𠮷田"))]


def place_on(day: Any) -> DepartmentPlace:
    found: DepartmentPlace = on(DepartmentPlace.objects.filter(name="第一営業部"), day).get()
    return found


def test_a_department_has_the_manager_who_was_appointed_last_from_that_day_on(heads: Any) -> None:
    day = building.NOW.date()
    run(PATH, "000101", since=day - timedelta(days=30))
    run(PATH, "０００１０２", since=day)  # as somebody types a number with the Japanese keyboard on

    assert place_on(day - timedelta(days=1)).manager == heads[0].employee
    assert place_on(day).manager == heads[1].employee


def test_nobody_can_be_appointed_too_and_the_same_again_writes_nothing(heads: Any) -> None:
    day = building.NOW.date()
    run(PATH, "000101", since=day)
    run(PATH, nobody=True, since=day)
    before = Entry.objects.count()
    run(PATH, nobody=True, since=day)

    assert place_on(day).manager is None
    assert Entry.objects.count() == before


def test_a_dry_run_writes_nothing(heads: Any) -> None:
    before = Entry.objects.count()

    assert run(PATH, "000101", "--dry-run")["dry_run"] is True
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("arguments", "named"),
    [(("営業本部/ない部", "000101"), "営業本部/ない部"), ((PATH, "999999"), "999999")],
)
def test_what_is_not_there_is_named_and_nothing_is_written(heads: Any, arguments: tuple[str, str], named: str) -> None:
    before = Entry.objects.count()

    with pytest.raises(CommandError, match=named):
        run(*arguments)
    assert Entry.objects.count() == before


def test_an_appointment_is_written_whole_or_not_at_all(heads: Any) -> None:
    place = place_on(building.NOW.date())

    def verb() -> None:
        appoint(
            department=place.department,
            manager=heads[0].employee,
            since=building.NOW.date(),
            by=None,
            now=building.NOW,
        )

    assert cutting.writes_whole_or_not_at_all(verb) > 0


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([], []),
        ([("a", 1, 5), ("a", 6, None)], [("a", 1, None)]),
        ([("a", 6, None), ("a", 1, 5)], [("a", 1, None)]),
        ([("a", 1, 4), ("a", 6, None)], [("a", 1, 4), ("a", 6, None)]),
        ([("a", 1, 5), (None, 6, 9), ("a", 10, None)], [("a", 1, 5), (None, 6, 9), ("a", 10, None)]),
        ([("a", 1, 5), ("b", 6, 9), ("b", 10, 12)], [("a", 1, 5), ("b", 6, 12)]),
    ],
)
def test_terms_of_one_manager_that_adjoin_are_one(spans: list[Any], expected: list[Any]) -> None:
    keys = {"a": UUID(int=1), "b": UUID(int=2), None: None}

    def day(number: int | None) -> date | None:
        return date(2026, 1, number) if number else None

    def terms(told: list[Any]) -> list[Any]:
        return [Term(keys[who], date(2026, 1, first), day(last)) for who, first, last in told]

    assert joined(terms(spans)) == terms(expected)
    assert [term.holds(date(2026, 1, 4)) for term in terms([("a", 1, 3), ("a", 4, 4), ("a", 5, None)])] == [
        False,
        True,
        False,
    ]
