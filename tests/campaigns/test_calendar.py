"""Fiscal years begin in April, and a day ends at midnight in Tokyo."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.campaigns.calendar import day_of, end_of, fiscal_year, fiscal_year_days, is_overdue

TOKYO = ZoneInfo("Asia/Tokyo")
DAYS = st.dates(date(1952, 1, 1), date(2199, 12, 30))


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (date(2026, 3, 31), 2025),
        (date(2026, 4, 1), 2026),
        (date(2026, 12, 31), 2026),
        (date(2027, 1, 1), 2026),
        (date(2027, 3, 31), 2026),
        (date(2028, 2, 29), 2027),
    ],
)
def test_a_fiscal_year_begins_on_the_first_of_april(day: date, year: int):
    assert fiscal_year(day) == year


@given(st.integers(1900, 9990))
def test_a_fiscal_year_is_twelve_whole_months_and_the_next_begins_the_day_after(year: int):
    first, last = fiscal_year_days(year)
    assert (first, last) == (date(year, 4, 1), date(year + 1, 3, 31))
    assert fiscal_year(first) == fiscal_year(last) == year
    assert fiscal_year(last + timedelta(days=1)) == year + 1
    assert fiscal_year_days(year + 1)[0] == last + timedelta(days=1)


def test_a_day_ends_at_midnight_in_tokyo_which_is_three_in_the_afternoon_in_london():
    assert end_of(date(2026, 12, 25), TOKYO) == datetime(2026, 12, 25, 15, 0, tzinfo=UTC)


@given(DAYS)
def test_every_day_in_tokyo_has_twenty_four_hours(day: date):
    assert end_of(day, TOKYO).utcoffset() == timedelta(hours=9)
    assert end_of(day + timedelta(days=1), TOKYO) - end_of(day, TOKYO) == timedelta(hours=24)


@given(DAYS)
def test_the_last_instant_of_a_day_is_on_it_and_the_next_is_not(day: date):
    end = end_of(day, TOKYO)
    assert day_of(end - timedelta(microseconds=1), TOKYO) == day
    assert day_of(end, TOKYO) == day + timedelta(days=1)


@given(
    st.datetimes(
        datetime(1952, 1, 2),
        datetime(2199, 1, 1),
        timezones=st.sampled_from([UTC, TOKYO, ZoneInfo("America/New_York")]),
    )
)
def test_a_day_does_not_depend_on_the_zone_in_which_the_instant_is_written(moment: datetime):
    assert day_of(moment, TOKYO) == day_of(moment.astimezone(UTC), TOKYO)


def test_the_morning_in_london_is_the_same_day_in_tokyo_and_the_evening_the_next():
    assert day_of(datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), TOKYO) == date(2026, 3, 31)
    assert day_of(datetime(2026, 3, 31, 15, 0, tzinfo=UTC), TOKYO) == date(2026, 4, 1)


@given(DAYS, st.integers(-172_800, 172_800))
def test_overdue_is_from_the_first_second_after_the_due_day(day: date, seconds: int):
    now = end_of(day, TOKYO) + timedelta(seconds=seconds)
    assert is_overdue(due_on=day, now=now, zone=TOKYO) is (seconds >= 0)
