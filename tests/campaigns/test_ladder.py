"""Which reminder is due today, and to whom."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.campaigns.closed_days import closed_days_of
from training.campaigns.due import Away
from training.campaigns.ladder import NOTICE_DAYS, Ladder, Reader, Rung, rung_today
from training.campaigns.working_days import working_days

WORKING = working_days(closed_days_of(["12-29", "12-30", "12-31", "01-02", "01-03"]))
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
    assert rung("2026-11-26", assigned="2026-11-26") == Rung(-4, (ME,), notice=True)
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


@pytest.mark.parametrize("wrong", [0, 1, 14, "yes", None])
def test_a_notice_is_sent_or_not(wrong: object):
    with pytest.raises(ValueError, match="on_assignment: True or False"):
        Ladder(on_assignment=wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("assigned", "due", "today", "days", "why"),
    [
        ("2026-09-01", "2026-11-30", "2026-09-01", -90, "the day of assignment itself"),
        ("2026-09-01", "2026-11-30", "2026-08-31", None, "not before it"),
        ("2026-09-01", "2026-11-30", "2026-09-02", -90, "the next day, where the first round was yesterday's last"),
        ("2026-09-05", "2026-11-30", "2026-09-05", None, "assigned on a Saturday"),
        ("2026-09-05", "2026-11-30", "2026-09-07", -86, "which Monday's round tells"),
        ("2026-09-19", "2026-11-30", "2026-09-22", None, "five days of rest, two of them holidays and one between"),
        ("2026-09-19", "2026-11-30", "2026-09-24", -72, "and the day after"),
        ("2026-12-28", "2027-03-31", "2027-01-04", -93, "over the closed days of New Year"),
        ("2026-09-01", "2026-11-30", "2026-09-15", -90, "fourteen days later"),
        ("2026-09-01", "2026-11-30", "2026-09-16", None, "fifteen: of an assignment of long ago nobody is told"),
        ("2026-04-01", "2026-11-30", "2026-11-13", None, "a release with the notice in November"),
        (
            "2026-11-16",
            "2026-11-30",
            "2026-11-16",
            -14,
            "assigned on the day of the first rung: one letter, the notice",
        ),
        (
            "2026-11-13",
            "2026-11-30",
            "2026-11-16",
            -14,
            "where a rung is reached too, that goes and the notice does not",
        ),
        ("2026-11-24", "2026-11-30", "2026-11-24", -6, "inside the rungs"),
        ("2026-11-24", "2026-11-30", "2026-11-27", -1, "then by the rungs"),
        ("2026-11-30", "2026-11-30", "2026-11-30", 0, "due on the very day"),
        ("2026-11-30", "2026-11-30", "2026-12-01", 0, "late in the evening, so told on the morrow"),
        ("2026-11-30", "2026-11-30", "2026-12-07", 7, "from then on the week's rung"),
        ("2026-12-03", "2026-11-30", "2026-12-03", 3, "after the due day: the person alone"),
        ("2026-12-07", "2026-11-30", "2026-12-07", 7, "on a day of the ladder's: still not the manager"),
        ("2026-11-27", "2026-11-29", "2026-11-27", 0, "due on the Sunday: the due day's rung, sent on the Friday"),
        ("2028-02-29", "2028-03-31", "2028-02-29", -31, "a leap day"),
    ],
)
def test_the_notice_stands_on_the_day_of_assignment(assigned: str, due: str, today: str, days: int | None, why: str):
    found = rung(today, due_on=date.fromisoformat(due), assigned=assigned)
    assert (found.days if found else None) == days, why
    if found and date.fromisoformat(due) + timedelta(days=found.days) == date.fromisoformat(assigned):
        assert found == Rung(found.days, (ME,), notice=True)
    elif found:
        assert not found.notice


def test_who_was_told_of_a_training_gets_no_notice_of_it_and_a_new_due_day_brings_none():
    day, due_on = date(2026, 9, 1), date(2026, 12, 25)

    def found(**given: object) -> Rung | None:
        usual = {"due_on": DUE, "assigned_on": day, "today": day + timedelta(days=1), "leaves": ()}
        return rung_today(Ladder(), is_working=WORKING, **{**usual, **given})  # type: ignore[arg-type]

    assert found() == Rung(-90, (ME,), notice=True)
    assert found(told=True) is None
    assert found(told=True, due_on=due_on) is None
    assert found(due_on=due_on) == Rung(-115, (ME,), notice=True)


def test_a_ladder_without_the_notice_is_as_it_was():
    usual = {"due_on": DUE, "assigned_on": DUE, "leaves": (), "is_working": WORKING}
    quiet = Ladder(on_assignment=False)
    assert rung_today(quiet, today=DUE, **usual) is None
    assert rung_today(quiet, today=date(2026, 12, 7), **usual) == Rung(7, (ME, BOSS))


@pytest.mark.parametrize(("today", "told"), [("2027-01-12", True), ("2027-01-13", False)])
def test_after_a_long_closure_the_first_working_day_tells_whatever_the_days_since(today: str, told: bool):
    usual = {"due_on": date(2027, 3, 31), "assigned_on": date(2026, 12, 25), "leaves": ()}
    closed = working_days(closed_days_of(["12-26/01-08"]))
    found = rung_today(Ladder(), today=date.fromisoformat(today), is_working=closed, **usual)
    assert found == (Rung(-96, (ME,), notice=True) if told else None)


@pytest.mark.parametrize(
    ("leaves", "today", "told"),
    [
        ([("2026-09-01", "2026-10-31")], "2026-10-30", False),
        ([("2026-09-01", "2026-10-31")], "2026-11-02", True),  # back, and not told of anything yet
        ([("2026-09-02", "2026-10-31")], "2026-11-13", True),  # 13 days at work
        ([("2026-09-02", "2026-10-20")], "2026-11-04", False),  # 15 days at work
        ([("2026-09-02", "2026-09-30"), ("2026-10-10", "2026-10-31")], "2026-11-02", True),  # 9 and 2 days at work
        ([("2026-08-01", "2026-08-31")], "2026-09-16", False),  # a leave before the assignment
        ([("2026-09-01", None)], "2026-11-02", False),
    ],
)
def test_days_on_leave_do_not_make_a_notice_old(leaves: list[tuple[str, str | None]], today: str, told: bool):
    away = tuple(Away(date.fromisoformat(first), last and date.fromisoformat(last)) for first, last in leaves)  # type: ignore[arg-type]
    found = rung(today, assigned="2026-09-01", leaves=away)
    assert found == (Rung(-90, (ME,), notice=True) if told else None)


def test_an_assignment_that_is_opened_again_is_news_from_that_day_on():
    usual = {"due_on": DUE, "assigned_on": date(2026, 4, 1), "leaves": (), "is_working": WORKING}
    assert rung_today(Ladder(), today=date(2026, 9, 1), **usual) is None
    again = rung_today(Ladder(), today=date(2026, 9, 1), asked_from=date(2026, 9, 1), **usual)
    assert again == Rung(-243, (ME,), notice=True)


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
    if first is None or not first.notice:
        assert first is None or (second is not None and not second.notice and first.days <= second.days)
    elif second is None:  # nothing but the notice is ever let go
        assert steps[1] > NOTICE_DAYS
    else:
        assert second == first or (first.days < second.days and not second.notice)


@given(DAYS, DAYS, DAYS)
def test_no_rung_lies_in_the_future_or_before_the_assignment(due_on: date, assigned: date, today: date):
    found = rung_today(
        Ladder(), due_on=due_on, assigned_on=assigned, today=today, leaves=(), is_working=lambda _day: True
    )
    if found is not None and found.notice:
        assert assigned == due_on + timedelta(days=found.days) <= today
    else:
        assert found is None or assigned < due_on + timedelta(days=found.days) <= today
