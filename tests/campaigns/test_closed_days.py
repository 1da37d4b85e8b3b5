"""The company's own days of rest: what the setting may say, and what is refused by name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.campaigns.closed_days import LONGEST_SPAN, ClosedDays, closed_days_of
from training.campaigns.working_days import working_days

_IN_A_LEAP_YEAR = [date(2000, 1, 1) + timedelta(days=number) for number in range(366)]


@pytest.mark.parametrize(
    ("texts", "closed", "open_"),
    [
        (["12-29"], ["2026-12-29", "2031-12-29"], ["2026-12-28", "2026-12-30"]),
        (["2026-08-13"], ["2026-08-13"], ["2027-08-13", "2026-08-12"]),
        (["2026-08-10/2026-08-14"], ["2026-08-10", "2026-08-12", "2026-08-14"], ["2026-08-15", "2025-08-12"]),
        (["12-29/01-03"], ["2026-12-29", "2026-12-31", "2027-01-01", "2027-01-03"], ["2027-01-04", "2026-12-28"]),
        (["2026-12-29/2027-01-03"], ["2026-12-31", "2027-01-03"], ["2027-12-31", "2026-01-02"]),
        (["02-28/03-01"], ["2028-02-29", "2027-02-28", "2027-03-01"], ["2027-03-02"]),
        (["01-20/02-29"], ["2028-02-29", "2027-02-28"], ["2027-03-01", "2028-03-01"]),
        (["02-29"], ["2028-02-29"], ["2027-02-28", "2027-03-01"]),
        (["02-29/03-02"], ["2028-02-29", "2027-03-01", "2027-03-02"], ["2027-03-03", "2028-02-28"]),
        (["05-01/05-01"], ["2026-05-01"], ["2026-05-02"]),
        (["05-01", "2026-05-07"], ["2027-05-01", "2026-05-07"], ["2027-05-07"]),
        ([], [], ["2026-12-29"]),
    ],
    ids=repr,
)
def test_a_day_is_every_years_or_one_years_and_spans_have_both_ends(
    texts: list[str], closed: list[str], open_: list[str]
) -> None:
    days = closed_days_of(texts)
    assert [day for day in closed if date.fromisoformat(day) not in days] == []
    assert [day for day in open_ if date.fromisoformat(day) in days] == []


@pytest.mark.parametrize(
    "text",
    [
        "New Year",
        "",
        "/",
        "12-29/",
        "/01-03",
        "12-29/2027-01-03",
        "2026-12-29/01-03",
        "13-01",
        "02-30",
        "2026-02-29",
        "2026-08-14/2026-08-10",
        "2026-01-01/2027-01-02",
        "2026-07-01/2026-08-15",
        "12-01/01-15",
        "01-03/12-29",
        "12/29",
        "12-29/01-03/01-05",
        "１２-２９",
        "12-29 ",
        "0000-01-01",
    ],
)
def test_what_is_no_day_and_no_span_is_refused_by_name(text: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011  (the words are the point)
        closed_days_of(["12-29", text])
    assert repr(text) in str(refused.value)


def test_one_text_instead_of_a_list_is_refused() -> None:
    with pytest.raises(ValueError, match="not a list"):
        closed_days_of("12-29")


@given(
    first=st.dates(date(2000, 1, 1), date(2090, 1, 1)), length=st.integers(1, LONGEST_SPAN), away=st.integers(-100, 200)
)
def test_a_span_closes_exactly_its_days(first: date, length: int, away: int) -> None:
    span = closed_days_of([f"{first}/{first + timedelta(days=length - 1)}"])
    assert (first + timedelta(days=away) in span) == (0 <= away < length)


@given(first=st.dates(date(2000, 1, 1), date(2000, 12, 31)), length=st.integers(1, LONGEST_SPAN))
def test_a_yearly_span_runs_on_from_its_first_day_to_its_last_over_the_turn_of_the_year(
    first: date, length: int
) -> None:
    last = _IN_A_LEAP_YEAR[(_IN_A_LEAP_YEAR.index(first) + length - 1) % 366]
    span = closed_days_of([f"{first:%m-%d}/{last:%m-%d}"])
    day, told = first, {(first.month, first.day)}
    while (day.month, day.day) != (last.month, last.day):
        day = date(2000, 1, 1) if (day.month, day.day) == (12, 31) else day + timedelta(days=1)
        told.add((day.month, day.day))
    assert span == ClosedDays(yearly=frozenset(told))


def test_a_summer_holiday_of_one_year_is_no_working_day_then_and_one_the_year_after() -> None:
    is_working = working_days(closed_days_of(["2026-08-12/2026-08-14"]))
    assert [is_working(date(2026, 8, day)) for day in (10, 12, 13, 14, 17)] == [True, False, False, False, True]
    assert is_working(date(2027, 8, 12))
