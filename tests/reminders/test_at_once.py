"""Two machines at once send once."""

from __future__ import annotations

import pytest

from tests import building
from tests.reminders.company import account_of, at, heads, member
from tests.reminders.post import PostOffice
from tests.test_at_once import CROWD, at_once, crowd
from training.campaigns.approve import approve
from training.errors import Conflict
from training.reminders.by_hand import remind_by_hand
from training.reminders.models import Letter, ReminderSent
from training.reminders.plan import plan_letters
from training.reminders.send import send_next
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
NOW = at("2026-12-11")


def company(people: int) -> None:
    for number in range(people):
        member(f"0002{number:02}", f"氏名{number}")
    building.campaign()


def test_a_day_planned_by_several_is_planned_once():
    company(3)
    crowd(lambda: plan_letters(now=NOW))
    assert Letter.objects.count() == 3


def test_letters_sent_by_several_arrive_once_each_and_are_recorded_once(office: PostOffice):
    company(6)
    plan_letters(now=NOW)

    def all_of_them() -> None:
        while send_next(now=NOW):
            pass

    crowd(all_of_them)
    assert len(office.mails) == len(set(office.ids())) == 6
    assert ReminderSent.objects.count() == 6
    assert set(Letter.objects.values_list("state", "tries")) == {("sent", 1)}


def test_the_notice_planned_and_sent_by_several_goes_out_once(office: PostOffice):
    company(3)

    def round_() -> None:
        plan_letters(now=building.NOW)
        while send_next(now=building.NOW):
            pass

    crowd(round_)
    round_()
    assert len(office.mails) == len(set(office.ids())) == 3
    assert set(ReminderSent.objects.values_list("rung", "reader")) == {(-31, "learner")}
    assert ReminderSent.objects.count() == Letter.objects.filter(state="sent").count() == 3


def test_planning_and_sending_at_once_says_each_thing_once(office: PostOffice):
    company(3)

    def round_() -> None:
        plan_letters(now=NOW)
        while send_next(now=NOW):
            pass

    crowd(round_)
    round_()
    assert len(office.mails) == len(set(office.ids())) == 3
    assert ReminderSent.objects.count() == 3


def test_plans_that_wait_planned_and_sent_by_several_are_told_of_once_to_each(office: PostOffice):
    chief, hr = building.officer(), building.account("jinji", Role.HR)
    for user in (chief, hr):
        user.email = f"{user.username}@example.com"
        user.save()
    building.draft(by=hr)
    approve(campaign=building.draft(code="LATE"), by=chief, now=building.NOW)

    def round_() -> None:
        plan_letters(now=NOW)
        while send_next(now=NOW):
            pass

    crowd(round_)
    round_()
    assert sorted(str(mail["To"]) for mail in office.mails) == ["jinji@example.com", "officer@example.com"]
    assert set(Letter.objects.values_list("about", "state", "tries")) == {("plans", "sent", 1)}
    assert Letter.objects.count() == 2


def test_somebody_reminded_by_hand_in_several_tabs_gets_one_mail(office: PostOffice):
    boss, one = member("000300", "課長", department="営業部"), member("000201", "部下", department="営業部")
    heads(boss, of=boss)
    user = account_of(boss, "boss@example.com")
    building.campaign()
    results = at_once(*[lambda: remind_by_hand(employee=one.employee, by=user, now=NOW)] * CROWD)
    assert [type(result) for result in results].count(Letter) == 1
    assert [type(result) for result in results].count(Conflict) == CROWD - 1
