"""The pure rules: when to try again, when to remind again, how a message is signed, how a calendar reads."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from training.backoff import next_try
from training.campaigns.closed_days import closed_days_of
from training.campaigns.working_days import working_days
from training.reminders.again import again_from
from training.reminders.calendar_file import DueDay, calendar_file
from training.reminders.signing import BadSecret, headers, key_of

NOW = datetime(2026, 12, 11, tzinfo=UTC)
WORKING = working_days(closed_days_of(["12-29", "12-30", "12-31", "01-02", "01-03"]))
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.mark.parametrize(
    ("tries", "wait"),
    [(0, 5), (1, 5), (2, 30), (3, 120), (4, 360), (5, 1440), (6, 1440), (9, 1440)],
)
def test_the_waits_grow_to_a_day(tries: int, wait: int):
    assert next_try(tries=tries, most=10, now=NOW) == NOW + timedelta(minutes=wait)


def test_after_the_last_try_there_is_none():
    assert next_try(tries=3, most=3, now=NOW) is None
    assert next_try(tries=4, most=3, now=NOW) is None


@pytest.mark.parametrize(
    ("last", "days", "again"),
    [
        ("2026-12-07", 3, "2026-12-10"),  # Monday to Thursday
        ("2026-12-11", 3, "2026-12-16"),  # over a weekend
        ("2026-12-12", 1, "2026-12-14"),  # asked on a Saturday
        ("2026-12-28", 3, "2027-01-06"),  # over the closed days at New Year
        ("2028-02-25", 2, "2028-02-29"),  # a leap day
        ("2026-12-07", 0, "2026-12-07"),
        ("2026-12-07", -1, "2026-12-07"),
    ],
)
def test_somebody_can_be_reminded_again_after_working_days(last: str, days: int, again: str):
    found = again_from(last=date.fromisoformat(last), days=days, is_working=WORKING)
    assert found == date.fromisoformat(again)


def test_a_message_is_signed_over_id_time_and_body():
    found = headers(message="msg_1", at=NOW, body=b'{"a":1}', secret=SECRET)
    signed = f"msg_1.{int(NOW.timestamp())}.".encode() + b'{"a":1}'
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert found == {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": f"v1,{expected}",
    }


@pytest.mark.parametrize("other", [{"body": b"{}"}, {"message": "msg_2"}, {"at": NOW + timedelta(seconds=1)}])
def test_another_body_id_or_time_has_another_signature(other: dict[str, object]):
    usual = {"message": "msg_1", "at": NOW, "body": b'{"a":1}', "secret": SECRET}
    changed = {**usual, **other}
    assert headers(**usual)["webhook-signature"] != headers(**changed)["webhook-signature"]  # type: ignore[arg-type]


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_c2hvcnQ=", "whsec_ない", "plain words", "whsec_" + "A" * 200])
def test_a_secret_that_is_none_is_refused(secret: str):
    with pytest.raises(BadSecret):
        key_of(secret)


def due(**changes: object) -> DueDay:
    values = {
        "uid": "1@example.com",
        "day": date(2028, 2, 29),
        "times": 1,
        "changed_at": NOW,
        "summary": "期限：𠮷野家の研修; a, b\\c",
        "description": "一行目\n二行目",
        "url": "https://example.com/my/",
        "remind_before": 7,
    }
    return DueDay(**{**values, **changes})  # type: ignore[arg-type]


def read(*dues: DueDay) -> icalendar.Calendar:
    data = calendar_file(
        dues, name="研修の期限", language="ja", zone="Asia/Tokyo", since=date(2026, 1, 1), until=date(2030, 1, 1)
    )
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert data.count(b"\n") == data.count(b"\r\n")
    parsed = icalendar.Calendar.from_ical(data)
    assert isinstance(parsed, icalendar.Calendar)
    return parsed


def test_a_due_day_is_an_event_of_that_whole_day():
    [event] = read(due()).walk("VEVENT")
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (date(2028, 2, 29), date(2028, 3, 1))
    assert str(event["summary"]) == "期限：𠮷野家の研修; a, b\\c"
    assert str(event["description"]) == "一行目\n二行目"
    assert event.decoded("dtstamp") == NOW
    assert (event["uid"], event["sequence"], event["transp"]) == ("1@example.com", 0, "TRANSPARENT")
    [alarm] = event.walk("VALARM")
    assert alarm.decoded("trigger") == timedelta(days=-7)


def test_a_due_day_set_anew_is_the_same_event_of_a_higher_number():
    first, second = read(due()).walk("VEVENT"), read(due(times=3, day=date(2028, 4, 1))).walk("VEVENT")
    assert first[0]["uid"] == second[0]["uid"]
    assert (first[0]["sequence"], second[0]["sequence"]) == (0, 2)


def test_a_calendar_without_due_days_is_one_all_the_same():
    calendar = read()
    assert calendar.walk("VEVENT") == []
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Asia/Tokyo"]
    assert {"VERSION", "PRODID"} <= set(calendar)


def test_what_is_done_rings_no_bell():
    [event] = read(due(remind_before=None)).walk("VEVENT")
    assert event.walk("VALARM") == []
