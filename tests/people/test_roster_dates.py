"""Days as people write them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.people.roster_dates import EARLIEST, NoDay, read_day

APRIL = date(2026, 4, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2026/4/1", "2026/04/01", "2026-04-01", "2026.4.1", "2026年4月1日", "２０２６年４月１日", "20260401", "20260401.0",
        "令和8年4月1日", "令和８年４月１日", "令和八年四月一日", "R8.4.1", "Ｒ８／４／１", "r08/04/01", "令8.4.1", "㋿8年4月1日",
        "2026/4/1(水)", "2026年4月1日（水曜日）", "2026/4/1 0:00", "2026-04-01T00:00:00+09:00", " 2026 / 4 / 1 ", "1 Apr 2026",
        "April 1, 2026", "1st april 2026", "46113", "46113.5", "二〇二六年四月一日",
    ],
)  # fmt: skip
def test_one_day_has_many_faces(text: str) -> None:
    assert read_day(text) == APRIL


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("R.8.4.1", date(2026, 4, 1)),
        ("R080401", date(2026, 4, 1)),
        ("2026−4–1", date(2026, 4, 1)),
        ("2026-04-01T08:59:59Z", date(2026, 4, 1)),
        ("2026-04-01T00:00:00+09:00", date(2026, 4, 1)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("S60.12.31", date(1985, 12, 31)),
        ("平成三十年十二月二十三日", date(2018, 12, 23)),
        ("24.11.2026", date(2026, 11, 24)),
        ("11/24/2026", date(2026, 11, 24)),
        ("5/5/2026", date(2026, 5, 5)),
        ("2024/2/29", date(2024, 2, 29)),
        ("", None),
        ("　", None),
        ("9999/12/31", None),
    ],
)
def test_eras_leap_days_and_the_end_of_time(text: str, day: date | None) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026/2/29", "no_such_day"), ("2026/13/1", "no_such_day"), ("2026/0/1", "no_such_day"), ("31/31/2026", "no_such_day"),
        ("平成31年5月1日", "era"), ("昭和64年1月8日", "era"), ("令和元年4月30日", "era"), ("4/1/2026", "two_days"), ("1.4.2026", "two_days"),
        ("2026-03-31T15:00:00Z", "other_zone"), ("2026-04-01T05:00:00+15:00", "other_zone"), ("26/4/1", "short_year"), ("26年4月1日", "short_year"), ("2026年4月", "date"), ("入社日", "date"), ("100", "date"), ("00000", "date"),
        ("1850/4/1", "date"), ("2999/1/1", "date"), ("20261301", "no_such_day"), ("令和0年4月1日", "era"), ("2026/4/1/1", "date"),
    ],
)  # fmt: skip
def test_what_is_no_day_or_could_be_two_is_refused_with_the_reason(text: str, code: str) -> None:
    with pytest.raises(NoDay) as caught:
        read_day(text)
    assert caught.value.code == code


@given(st.dates(min_value=date(1930, 1, 2), max_value=date(2100, 12, 31)))
def test_every_day_is_read_back_from_every_way_to_write_it(day: date) -> None:
    serial = str((day - date(1899, 12, 30)).days)
    for text in (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%Y%m%d}",
        f"{day.day} {day:%B} {day.year}",
        serial,
    ):
        assert read_day(text) == day


@given(st.text(max_size=30))
def test_no_text_does_anything_but_tell_a_day_or_refuse(text: str) -> None:
    try:
        found = read_day(text)
    except NoDay:
        return
    assert found is None or found >= EARLIEST - timedelta(0)
