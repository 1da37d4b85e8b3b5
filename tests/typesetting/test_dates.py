from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest

from training.typesetting.dates import japanese_day, japanese_moment


def test_a_day_is_written_without_leading_zeros():
    assert japanese_day(date(2027, 3, 1)) == "2027年3月1日"


def test_a_moment_is_written_to_the_second_with_its_zone():
    japan = timezone(timedelta(hours=9), "JST")

    assert japanese_moment(datetime(2026, 11, 4, 5, 6, 7, tzinfo=japan)) == "2026年11月4日 05時06分07秒(JST、UTC+09:00)"


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        japanese_moment(datetime(2026, 11, 4))
