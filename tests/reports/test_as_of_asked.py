"""A day is asked for by page, day and checkpoint; what cannot be one is refused with words."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from tests import building
from tests.reports.days import TODAY, lines, paged, queries, sealed
from training.errors import Conflict, Invalid, NotReady
from training.reports.as_of import as_of, as_of_csv
from training.reports.as_of_page import asked_checkpoint, asked_day, figures_as_of, page_as_of

pytestmark = pytest.mark.django_db


def test_pages_follow_each_other_without_gap_or_twin() -> None:
    for n in range(5):
        building.person(f"{n:06d}", "架空 太郎")
    building.campaign(code="FY2026")
    building.person("A", "架空 太郎")
    building.campaign(code="FY2027")
    building.person("000002x", "架空 太郎")
    checkpoint = sealed()

    for size in (1, 3, 100):
        assert paged(TODAY, checkpoint, None, size) == lines(TODAY, checkpoint)


@pytest.mark.parametrize(
    "after",
    [
        "x",
        "1",
        "..",
        "0.zz.1",
        f"9{'9' * 30}.{uuid.UUID(int=1).hex}.1",
        f"0.{uuid.UUID(int=1).hex}.\0",
        "' OR 1=1",
        "٣",
    ],
)
def test_a_page_that_no_page_has_named_is_refused(after: str) -> None:
    building.person()
    checkpoint = sealed()

    with pytest.raises(Invalid):
        page_as_of(day=TODAY, checkpoint=checkpoint, after=after)


def test_the_number_of_queries_does_not_grow_with_the_people() -> None:
    def counts() -> tuple[int, ...]:
        checkpoint = sealed()
        asked = {"day": TODAY, "checkpoint": checkpoint}
        return (
            queries(lambda: list(as_of(**asked))),
            queries(lambda: page_as_of(**asked)),
            queries(lambda: figures_as_of(**asked)),
        )

    for n in range(2):
        building.person(f"{n:06d}", "架空 太郎")
    campaign = building.campaign(["article-1", "article-3"])
    building.person("000002", "架空 太郎")
    few = counts()
    for n in range(10, 30):
        building.person(f"{n:06d}", "架空 太郎", department=f"部{n}")
    building.campaign(code="FY2027")
    building.person("000003", "架空 太郎")

    assert counts() == few == (5, 7, 4)
    assert len(lines(TODAY, campaign=campaign)) == 24


def test_a_day_must_be_one_and_have_come() -> None:
    assert asked_day("2026-11-24", today=TODAY) == TODAY
    for text in ["", "2026-11-25", "20261124", "2026-W48-2", "2026-2-30", "2026-02-30", "２０２６-11-24", "昨日", "\0"]:
        with pytest.raises(Invalid):
            asked_day(text, today=TODAY)


def test_a_checkpoint_is_the_latest_or_one_that_was_signed() -> None:
    with pytest.raises(NotReady):
        asked_checkpoint(None)
    building.person("000101")
    first = sealed()
    building.person("000102")
    second = sealed()

    assert asked_checkpoint(None) == asked_checkpoint(second.size) == second
    assert asked_checkpoint(first.size) == first
    for size in (0, -1, first.size - 1, second.size + 1, 10**30):
        with pytest.raises(Invalid, match=str(second.size)):
            asked_checkpoint(size)


def test_a_day_before_everything_is_empty_and_the_first_of_days_is_one() -> None:
    building.person()
    checkpoint = sealed()

    assert lines(date(1, 1, 1), checkpoint) == []
    assert lines(date(1900, 1, 1), checkpoint) == []
    assert figures_as_of(day=date(1, 1, 1), checkpoint=checkpoint).employed == 0


def test_a_note_that_cannot_be_read_is_said() -> None:
    building.person()
    checkpoint = sealed()
    checkpoint.note = "no note"

    with pytest.raises(Conflict, match="verify_ledger"):
        as_of_csv(day=TODAY, checkpoint=checkpoint)
