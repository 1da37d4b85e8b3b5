"""The calendar feed: a secret address of one's own that says what is due, and nothing of anybody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests.building import NOW, assignment_of, campaign, recorded, sign, train
from tests.reminders.company import DUE, account_of, at, member
from training.campaigns.models import AssignmentEvent, DueSet
from training.people.models import Employment
from training.reminders.feed import feed_address, feed_file, feed_of, renew_feed, revoke_feed
from training.reminders.models import CalendarFeed

pytestmark = pytest.mark.django_db


def events(employment: Employment, day: str = "2026-12-01") -> list[Any]:
    """What a calendar reads."""
    feed = renew_feed(employee=employment.employee, now=NOW)
    calendar = icalendar.Calendar.from_ical(feed_file(feed, now=at(day)))
    assert isinstance(calendar, icalendar.Calendar)
    return list(calendar.walk("VEVENT"))


def test_what_is_asked_of_me_stands_on_its_due_day():
    me, other = member("000201", "𠮷田 太郎"), member("000202", "他人")
    campaign()
    [event] = events(me)
    assert event.decoded("dtstart") == DUE
    assert str(event["summary"]) == "期限：2026年度 個人情報保護研修"
    assert str(event["uid"]).startswith(str(assignment_of(me).pk))
    assert str(assignment_of(other).pk) not in str(event)
    assert "太郎" not in event.to_ical().decode()


def test_a_new_due_day_moves_the_same_event():
    me = member("000201", "氏名")
    campaign()
    [before] = events(me)
    later = DueSet(assignment=assignment_of(me), number=2, due_on=date(2028, 2, 29), reason="extension")
    recorded("campaigns.prolonged", later, now=at("2026-12-02"))
    [after] = events(me)
    assert (before["uid"], before["sequence"]) == (after["uid"], after["sequence"] - 1)
    assert after.decoded("dtstart") == date(2028, 2, 29)
    assert after.decoded("dtstamp") > before.decoded("dtstamp")


def test_what_is_done_says_so_and_what_is_closed_is_gone():
    me, gone = member("000201", "氏名"), member("000202", "退職")
    campaign()
    train(assignment_of(me))
    sign(assignment_of(me), "氏名")
    [event] = events(me)
    assert str(event["summary"]).startswith("完了")
    closed = AssignmentEvent(assignment=assignment_of(gone), number=1, kind="closed", cause="left", day=DUE, at=NOW)
    recorded("campaigns.assigned", closed)
    assert events(gone) == []


def get(address: str) -> Any:
    return Client().get(address)


def test_the_address_is_read_by_whoever_has_it_and_kept_by_nobody():
    me = member("000201", "氏名")
    campaign()
    feed = renew_feed(employee=me.employee, now=NOW)
    assert len(feed.token) == 43
    response = get(feed_address(feed))
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in response


def test_a_renewed_or_revoked_address_and_a_made_up_one_are_not_found():
    me = member("000201", "氏名")
    first = feed_address(renew_feed(employee=me.employee, now=NOW))
    second = feed_address(renew_feed(employee=me.employee, now=NOW))
    assert (get(first).status_code, get(second).status_code) == (404, 200)
    revoke_feed(employee=me.employee)
    assert get(second).status_code == 404
    for token in ("x", "%00", "a" * 43, "𠮷" * 43):
        assert get(reverse("training:calendar_feed", args=[token])).status_code == 404


def test_the_feed_of_a_locked_account_is_not_found():
    me = member("000201", "氏名")
    user = account_of(me)
    address = feed_address(renew_feed(employee=me.employee, now=NOW))
    assert get(address).status_code == 200
    user.is_active = False
    user.save()
    assert get(address).status_code == 404


def test_the_person_makes_renews_and_revokes_the_address_on_a_page():
    me = member("000201", "氏名")
    client = Client()
    client.force_login(account_of(me))
    page = reverse("training:calendar")
    assert "no-store" in client.get(page)["Cache-Control"]
    assert client.post(page, {"make": ""}).status_code == 302
    first = CalendarFeed.objects.get().token
    assert first in client.get(page).content.decode()
    client.post(page, {"make": ""})
    assert CalendarFeed.objects.get().token != first
    client.post(page, {"nonsense": ""})
    assert CalendarFeed.objects.count() == 1
    client.post(page, {"revoke": ""})
    assert not CalendarFeed.objects.exists()


@pytest.mark.parametrize("token", ["", "\0", "a" * 42 + "\0", "a" * 44, "a" * 43 + "\n", "あ" * 43, "a" * 42 + "/"])
def test_what_is_no_token_is_not_looked_for(token: str, django_assert_num_queries: DjangoAssertNumQueries):
    with django_assert_num_queries(0):
        assert feed_of(token) is None
