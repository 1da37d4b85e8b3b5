"""Which reminder is due today, and to whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.campaigns.due import Away
from training.campaigns.ladder import Ladder, Reader, Rung, rung_today
from training.campaigns.working_days import working_days

WORKING = working_days(frozenset({(12, 29), (12, 30), (12, 31), (1, 2), (1, 3)}))
DUE = date(2026, 11, 30)  # a Monday
ME, BOSS, HR = Reader.LEARNER, Reader.MANAGER, Reader.HR


def rung(today: str, *, due_on: date = DUE, assigned: str = "2026-04-01", leaves: tuple[Away, ...] = ()) -> Rung | None:
    return rung_today(
        Ladder(),
        due_on=due_on,
        assigned_on=date.fromisoformat(assigned),
        today=date.fromisoformat(today),
        leaves=leaves,
        is_working=WORKING,
    )


@pytest.mark.parametrize(
    ("today", "days", "readers"),
    [
        ("2026-11-13", None, ()),
        ("2026-11-16", -14, (ME,)),
        ("2026-11-17", -14, (ME,)),
        ("2026-11-20", -14, (ME,)),
        ("2026-11-23", None, ()),  # 勤労感謝の日: the rung of seven days waits
        ("2026-11-24", -7, (ME,)),
        ("2026-11-26", -7, (ME,)),
        ("2026-11-27", -1, (ME,)),  # the rung of one day falls on the Sunday: on Monday it would warn of nothing
        ("2026-11-28", None, ()),  # a Saturday
        ("2026-11-29", None, ()),
        ("2026-11-30", 0, (ME,)),
        ("2026-12-01", 0, (ME,)),
        ("2026-12-07", 7, (ME, BOSS)),
        ("2026-12-14", 14, (ME, BOSS, HR)),
        ("2026-12-29", None, ()),  # the company is closed
        ("2027-01-04", 35, (ME, BOSS, HR)),
    ],
)
def test_the_ladder_day_by_day(today: str, days: int | None, readers: tuple[Reader, ...]):
    assert rung(today) == (None if days is None else Rung(days, readers))


def test_nothing_is_sent_while_somebody_is_away_and_the_newest_rung_on_the_return():
    away = (Away(date(2026, 11, 10), date(2026, 11, 25)),)
    assert rung("2026-11-25", leaves=away) is None
    assert rung("2026-11-26", leaves=away) == Rung(-7, (ME,))
    assert rung("2026-12-14", leaves=(Away(date(2026, 11, 10), None),)) is None


def test_who_was_assigned_late_is_not_reminded_of_days_before_that():
    assert rung("2026-11-26", assigned="2026-11-26") is None
    assert rung("2026-11-27", assigned="2026-11-26") == Rung(-1, (ME,))  # the Sunday's
    assert rung("2026-11-27", assigned="2026-11-29") is None
    assert rung("2026-11-30", assigned="2026-11-26") == Rung(0, (ME,))


@pytest.mark.parametrize(
    ("due_on", "today", "days"),
    [
        ("2026-11-28", "2026-11-26", -7),
        ("2026-11-28", "2026-11-27", 0),  # due on a Saturday: the last word is Friday's
        ("2026-11-28", "2026-11-30", 0),  # which whoever got it does not get twice
        ("2026-11-29", "2026-11-27", 0),
        ("2026-12-31", "2026-12-25", -7),
        ("2026-12-31", "2026-12-28", 0),  # from the 29th on the company is closed
        ("2027-01-04", "2026-12-28", -1),  # due on the first day after: the day itself can still be told
        ("2027-01-04", "2027-01-04", 0),
        ("2026-11-24", "2026-11-20", -1),  # due on the day after three days of rest
    ],
)
def test_no_last_warning_comes_on_the_due_day_or_after_it(due_on: str, today: str, days: int):
    assert rung(today, due_on=date.fromisoformat(due_on)) == Rung(days, (ME,))


def test_a_new_due_day_starts_the_ladder_afresh():
    assert rung("2026-12-14", due_on=date(2026, 12, 28)) == Rung(-14, (ME,))


def test_a_ladder_says_who_hears_and_when():
    quiet = Ladder(before=(3,), on_the_day=False, weekly=False, manager_after=None, hr_after=None)
    assert quiet.rungs(100) == (-3,)
    eager = Ladder(before=(), manager_after=0, hr_after=7)
    found = rung_today(
        eager, due_on=DUE, assigned_on=date(2026, 4, 1), today=date(2026, 12, 7), leaves=(), is_working=WORKING
    )
    assert found == Rung(7, (ME, BOSS, HR))


def test_on_the_due_day_nobody_but_the_learner_hears_of_it():
    ladder = Ladder(manager_after=0, hr_after=0)
    found = rung_today(ladder, due_on=DUE, assigned_on=date(2026, 4, 1), today=DUE, leaves=(), is_working=WORKING)
    assert found == Rung(0, (ME,))


@pytest.mark.parametrize("wrong", [{"before": (0,)}, {"before": (-1,)}, {"manager_after": -1}, {"hr_after": -7}])
def test_a_ladder_that_makes_no_sense_is_refused(wrong: dict):
    with pytest.raises(ValueError, match="whole days"):
        Ladder(**wrong)


DAYS = st.dates(date(2025, 1, 1), date(2028, 12, 31))


@given(DAYS, DAYS, st.lists(st.integers(0, 400), min_size=2, max_size=2).map(sorted))
def test_from_day_to_day_the_rung_only_rises(due_on: date, assigned: date, steps: list[int]):
    first, second = (
        rung_today(
            Ladder(),
            due_on=due_on,
            assigned_on=assigned,
            today=assigned + timedelta(days=step),
            leaves=(),
            is_working=lambda _day: True,
        )
        for step in steps
    )
    assert first is None or (second is not None and first.days <= second.days)


@given(DAYS, DAYS, DAYS)
def test_no_rung_lies_in_the_future_or_before_the_assignment(due_on: date, assigned: date, today: date):
    found = rung_today(
        Ladder(), due_on=due_on, assigned_on=assigned, today=today, leaves=(), is_working=lambda _day: True
    )
    assert found is None or assigned < due_on + timedelta(days=found.days) <= today
