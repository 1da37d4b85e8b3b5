from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.typesetting.dates import ERAS, MONTHS, english_day, era_day, japanese_day, japanese_moment, pdf_date


def test_a_day_is_written_without_leading_zeros():
    assert japanese_day(date(2027, 3, 1)) == "2027年3月1日"


def test_a_moment_is_written_to_the_second_with_its_zone():
    japan = timezone(timedelta(hours=9), "JST")

    assert japanese_moment(datetime(2026, 11, 4, 5, 6, 7, tzinfo=japan)) == "2026年11月4日 05時06分07秒(JST、UTC+09:00)"


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        japanese_moment(datetime(2026, 11, 4))


@pytest.mark.parametrize(
    ("hours", "written"),
    [(9, "D:20261104050607+09'00'"), (-3.5, "D:20261104050607-03'30'"), (0, "D:20261104050607+00'00'")],
)
def test_a_date_in_a_pdf_has_its_offset_in_quotes(hours: float, written: str):
    zone = timezone(timedelta(hours=hours))

    assert pdf_date(datetime(2026, 11, 4, 5, 6, 7, tzinfo=zone)) == written


def test_a_date_in_a_pdf_without_zone_is_refused():
    with pytest.raises(ValueError, match="without a time zone"):
        pdf_date(datetime(2026, 11, 4))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 4, 1), "令和8年4月1日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 12, 31), "令和元年12月31日"),
        (date(2020, 1, 1), "令和2年1月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1926, 12, 24), "大正15年12月24日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1912, 7, 29), "明治45年7月29日"),
        (date(1873, 1, 1), "明治6年1月1日"),
        (date(1868, 1, 25), "明治元年1月25日"),
        (date(1868, 1, 24), "1868年1月24日"),
    ],
)
def test_a_day_has_its_era_and_the_first_year_its_own_name(day: date, written: str):
    assert era_day(day) == written


@given(st.dates(min_value=date(1868, 1, 25)))
def test_a_day_in_an_era_is_read_back_as_the_same_day(day: date):
    found = re.fullmatch(r"(\D\D)(元|[1-9]\d*)年([1-9]\d?)月([1-9]\d?)日", era_day(day))
    assert found is not None
    first = {name: begin for begin, name in ERAS}[found[1]]
    year = first.year + (1 if found[2] == "元" else int(found[2])) - 1
    assert date(year, int(found[3]), int(found[4])) == day
    assert first <= day


@given(st.dates())
def test_an_english_day_is_read_back_as_the_same_day(day: date):
    found = re.fullmatch(r"([A-Z][a-z]+) ([1-9]\d?), ([1-9]\d*)", english_day(day))
    assert found is not None
    assert date(int(found[3]), MONTHS.index(found[1]) + 1, int(found[2])) == day
