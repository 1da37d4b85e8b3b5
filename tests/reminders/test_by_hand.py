"""A manager reminds one person, not too often; nobody reminds other people's people."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from tests.building import account, assignment_of, campaign, on_leave, sign, train
from tests.reminders.company import account_of, at, heads, member, run, send_all, settings_with
from tests.reminders.post import PostOffice, words
from training.errors import Conflict, NotAllowed, NotReady
from training.reminders.by_hand import last_by_hand, remind_by_hand
from training.reminders.models import Letter, ReminderSent
from training.roles import Role

pytestmark = pytest.mark.django_db


class Team:
    """A manager with an account, one person of the team, and one of another."""

    def __init__(self) -> None:
        self.boss = member("000300", "課長 一", department="営業本部/第一営業部")
        self.user = account_of(self.boss, "boss@example.com")
        self.one = member("000201", "部下 一", department="営業本部/第一営業部/二課")
        self.other = member("000209", "他人 九", department="総務部")
        heads(self.boss, of=self.boss)
        campaign()


@pytest.fixture
def team() -> Team:
    return Team()


def test_a_reminder_by_hand_goes_out_and_is_evidence_of_who_asked(team: Team, office: PostOffice):
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-01"))
    assert [letter.state for letter in send_all("2026-12-01")] == ["sent"]
    [mail] = office.to("000201@example.com")
    assert "受講のお願い" in str(mail["Subject"])
    assert "上長から" in words(mail)
    assert ReminderSent.objects.values_list("rung", "reader", "asked_by").get() == (None, "learner", team.user.pk)


@pytest.mark.parametrize("role", [Role.HR, Role.PRIVACY_OFFICER])
def test_the_office_reminds_anybody_and_the_mail_says_that_it_is_the_office(team: Team, office: PostOffice, role: Role):
    remind_by_hand(employee=team.other.employee, by=account("office", role), now=at("2026-12-01"))
    send_all("2026-12-01")
    [mail] = office.to("000209@example.com")
    assert "人事の研修担当から" in words(mail)
    assert "上長から" not in words(mail)


def test_it_does_not_keep_the_ladder_from_being_climbed(team: Team, office: PostOffice):
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-11"))
    send_all("2026-12-11")
    run("2026-12-11")
    assert len(office.to("000201@example.com")) == 2


def test_it_can_be_repeated_after_three_working_days(team: Team):
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-03"))  # a Thursday
    with translation.override("ja"):
        for day in ("2026-12-03", "2026-12-04", "2026-12-07"):
            with pytest.raises(Conflict, match="2026年12月8日"):
                remind_by_hand(employee=team.one.employee, by=team.user, now=at(day))
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-08"))
    assert last_by_hand([team.one.employee_id])[team.one.employee_id].again == date(2026, 12, 11)


def test_the_limit_is_a_setting_and_counts_whoever_asked(team: Team, settings: Any):
    settings_with(settings, REMINDER_BY_HAND_DAYS=1)
    hr = account("hr", Role.HR)
    remind_by_hand(employee=team.one.employee, by=hr, now=at("2026-12-03"))
    with pytest.raises(Conflict):
        remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-03"))
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-04"))


def test_what_could_not_be_delivered_does_not_count(team: Team):
    letter = remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-03"))
    Letter.objects.filter(pk=letter.pk).update(state="failed")
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-03", 10))


def test_nobody_reminds_people_of_other_teams_nor_the_own_self_nor_without_a_team(team: Team):
    stranger = account("stranger")
    for by, whom in ((team.user, team.other), (team.user, team.boss), (stranger, team.one)):
        with pytest.raises(NotAllowed):
            remind_by_hand(employee=whom.employee, by=by, now=at("2026-12-03"))
    assert not Letter.objects.exists()


def test_on_leave_without_address_or_with_nothing_to_do_it_is_refused_with_the_reason(team: Team):
    silent = member("000202", "宛先 無", department="営業本部/第一営業部", mail="")
    campaign(("article-1",), code="EXTRA")
    on_leave(team.one, date(2026, 12, 1), None)
    for employment in (team.one, silent):
        with pytest.raises(NotReady):
            remind_by_hand(employee=employment.employee, by=team.user, now=at("2026-12-03"))
    done = member("000203", "完了 済", department="営業本部/第一営業部")
    with pytest.raises(Conflict):
        remind_by_hand(employee=done.employee, by=team.user, now=at("2026-12-03"))


def test_on_a_day_of_rest_it_waits_for_the_next_working_day(team: Team, office: PostOffice):
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-05"))
    assert send_all("2026-12-05") == []
    assert [letter.state for letter in send_all("2026-12-07")] == ["sent"]


def test_who_signs_before_it_leaves_gets_none(team: Team, office: PostOffice):
    remind_by_hand(employee=team.one.employee, by=team.user, now=at("2026-12-05"))
    train(assignment_of(team.one))
    sign(assignment_of(team.one), "部下 一")
    assert [letter.state for letter in send_all("2026-12-07")] == ["dropped"]
    assert office.mails == []
