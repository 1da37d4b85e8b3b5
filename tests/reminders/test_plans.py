"""Whoever must act on a plan is told so: officers of drafts, HR and the person responsible of what is not opened."""

from __future__ import annotations

import logging
from datetime import date
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from tests import building
from tests.building import account, draft, officer, repeating
from tests.cutting import Cut, cut_off, everything
from tests.reminders.company import account_of, at, member, run, send_all, settings_with
from tests.reminders.post import PostOffice, subject, use, words
from training.campaigns.approve import approve
from training.campaigns.audience import AudienceRule
from training.campaigns.cancel import cancel
from training.campaigns.models import Campaign, CampaignEvent
from training.campaigns.open import open_campaign
from training.campaigns.plan import replan
from training.campaigns.repeat import draft_due
from training.catalogue.models import Module
from training.ledger.models import Entry
from training.people.language import choose_language
from training.reminders.models import Letter, ReminderSent
from training.reminders.plan import Round, plan_letters, plan_round
from training.reminders.rungs import Quiet
from training.reminders.send import CLAIM, claim, send_again
from training.roles import Role

pytestmark = pytest.mark.django_db

TITLE = "2027年度 個人情報保護研修"
DAYS = {
    "title": TITLE,
    "first_day": date(2027, 4, 1),  # a Thursday
    "last_day": date(2028, 3, 31),
    "due_on": date(2027, 6, 30),
    "valid_until": date(2028, 6, 30),
}
MADE = at("2027-02-01", 8)  # a Monday


@pytest.fixture
def boss() -> Any:
    """The privacy officer, with an address."""
    return addressed(officer(), "officer@example.com")


@pytest.fixture
def hr() -> Any:
    return addressed(account("jinji", Role.HR), "jinji@example.com")


def author() -> Any:
    """Who writes plans, and gets no mail."""
    return get_user_model().objects.filter(username="author").first() or account("author", Role.HR)


def addressed(user: Any, address: str) -> Any:
    user.email = address
    user.save()
    return user


def made(code: str = "FY2027", *, now: Any = MADE, **changes: Any) -> Campaign:
    return draft(code=code, now=now, **(DAYS | {"by": author()} | changes))


def edit(campaign: Campaign, *, now: Any, by: Any = None, **changes: Any) -> Campaign:
    """Save the plan again, with something changed."""
    names = ("title", "kind", "first_day", "last_day", "due_on", "valid_until", "revision", "statement", "fiscal_year")
    stands = Campaign.objects.get(pk=campaign.pk)
    values = {name: getattr(stands, name) for name in names} | changes
    modules = list(Module.objects.filter(pk__in=stands.modules.all()))
    return replan(campaign=stands, code=stands.code, modules=modules, by=by or author(), now=now, **values)


def causes(day: str) -> list[tuple[str, str]]:
    """Who would be told today, and why."""
    return [(letter.reader.value, line.why.value) for letter in planned(day).plans.letters for line in letter.lines]


def planned(day: str) -> Round:
    return plan_round(today=date.fromisoformat(day))


def subjects(office: PostOffice) -> list[str]:
    return [subject(mail) for mail in office.mails]


# Drafts, to the privacy officer.


def test_a_draft_is_told_of_once_however_often_it_is_run_and_again_as_its_first_day_comes(
    office: PostOffice, boss: Any
):
    made()
    assert causes("2027-02-01") == [("officer", "new")]
    told = []
    for day in (
        "2027-02-01", "2027-02-01", "2027-02-02", "2027-03-17", "2027-03-18", "2027-03-19", "2027-03-29", "2027-03-30",
        "2027-04-01", "2027-04-02", "2027-04-08", "2027-04-09",
    ):  # fmt: skip
        before = len(office.mails)
        run(day)
        run(day, 15)
        told += [day] * (len(office.mails) - before)
    assert told == ["2027-02-01", "2027-03-18", "2027-03-29", "2027-04-01", "2027-04-08"]
    assert {mail["To"] for mail in office.mails} == {"officer@example.com"}
    assert Letter.objects.filter(state="sent").count() == len(office.mails) == len(set(office.ids()))


def test_the_mail_says_which_plan_from_when_until_when_who_drafted_it_and_where_it_is_approved(
    office: PostOffice, boss: Any, settings: Any
):
    person = member("000301", "人事 花子")
    hanako = account_of(person, username="hanako")
    hanako.groups.set(author().groups.all())
    made(by=hanako)
    run("2027-02-01")
    [mail] = office.mails
    for kind in ("plain", "html"):
        text = words(mail, kind)
        for part in (TITLE, "2027年4月1日", "59日後", "2027年6月30日", "人事 花子", "2027年2月1日", "officer 様"):
            assert part in text, (kind, part)
        assert "hanako" not in text
    assert mail["Auto-Submitted"] == "auto-generated"


def test_what_a_repeating_plan_drafts_is_told_of_and_said_to_be_drafted_by_it(office: PostOffice, boss: Any):
    repeating(title=TITLE)
    [campaign] = draft_due(now=at("2027-02-01", 2))
    assert campaign.code == "FY2027"
    run("2027-02-01")
    [mail] = office.mails
    assert "作成：毎年の計画による自動作成（2027年2月1日）" in words(mail)
    assert TITLE in subject(mail)


def test_several_drafts_are_one_mail_that_links_each(office: PostOffice, boss: Any):
    made()
    made("EXTRA", title="追加の研修")
    run("2027-02-01")
    [mail] = office.mails
    assert subject(mail).endswith("：追加の研修 ほか1件")  # the same first day, by code
    for kind in ("plain", "html"):
        assert TITLE in words(mail, kind)
        assert "追加の研修" in words(mail, kind)
    [letter] = Letter.objects.all()
    assert len(letter.covers) == 2
    assert (letter.about, letter.reader, letter.account, letter.to) == ("plans", "officer", boss, None)


def test_what_is_drafted_after_todays_mail_waits_for_the_next_working_day_and_is_said_to(office: PostOffice, boss: Any):
    made(now=at("2027-02-05", 8))
    run("2027-02-05")
    made("EXTRA", now=at("2027-02-05", 10))
    run("2027-02-05", 11)
    assert [(one.campaign.code, one.why) for one in planned("2027-02-05").plans.unheard] == [("EXTRA", Quiet.TOMORROW)]
    assert run("2027-02-06") == run("2027-02-07") == []
    run("2027-02-08")
    assert [[cover[0] for cover in letter.covers] for letter in Letter.objects.order_by("made_at")] == [
        [Campaign.objects.get(code="FY2027").pk],
        [Campaign.objects.get(code="EXTRA").pk],
    ]


def test_a_draft_that_is_being_written_is_told_of_once_it_rests(office: PostOffice, boss: Any):
    campaign = made()
    run("2027-02-01")
    for hour in (9, 10, 11):
        edit(campaign, now=at("2027-02-02", hour), title=f"{TITLE} 第{hour}案")
        run("2027-02-02", hour)
    assert len(office.mails) == 1
    run("2027-02-03")
    assert len(office.mails) == 2
    assert "第11案" in subject(office.mails[1])
    assert "前回のお知らせの後に変更された計画（未承認）" in words(office.mails[1])
    assert "最終変更：author（2027年2月2日）" in words(office.mails[1])
    run("2027-02-04")
    edit(campaign, now=at("2027-02-04", 12))  # saved, and nothing changed
    run("2027-02-05")
    assert len(office.mails) == 2


def test_a_newly_published_module_does_not_make_the_plan_another(office: PostOffice, boss: Any):
    made()
    run("2027-02-01")
    building.module_version(now=at("2027-02-02"), title="新しい題名")
    assert causes("2027-02-03") == []


def test_a_plan_changed_after_its_approval_is_told_of_as_such_even_if_it_says_the_same(office: PostOffice, boss: Any):
    campaign = made()
    run("2027-02-01")
    approve(campaign=campaign, by=boss, now=at("2027-02-01", 10))
    run("2027-02-02")
    edit(campaign, now=at("2027-02-03", 8))
    assert Campaign.objects.get().state == "draft"
    run("2027-02-03")
    run("2027-02-04")
    assert len(office.mails) == 2
    assert "承認後に変更された計画（再承認が必要）" in words(office.mails[1])
    assert [cover[2] for letter in Letter.objects.order_by("made_at") for cover in letter.covers] == [0, 1]


def test_an_officer_hears_nothing_new_of_the_own_draft_but_others_do_and_all_hear_as_its_first_day_comes(
    office: PostOffice, boss: Any
):
    second = addressed(account("second", Role.PRIVACY_OFFICER), "second@example.com")
    campaign = made(by=boss)
    made("SOON", first_day=date(2027, 2, 2), by=boss)
    assert {letter.account for letter in planned("2027-02-01").plans.letters} == {second.pk}, "not on the day itself"
    cancel(campaign=Campaign.objects.get(code="SOON"), reason="重複", by=boss, now=MADE)
    run("2027-02-01")
    edit(campaign, now=at("2027-02-02", 8), by=second, title="改めた研修")
    run("2027-02-03")
    assert [mail["To"] for mail in office.mails] == ["second@example.com", "officer@example.com"]
    assert "前回" not in words(office.mails[1])
    run("2027-03-18")
    assert len(office.to("officer@example.com")) == len(office.to("second@example.com")) == 2


@pytest.mark.parametrize("own", [True, False], ids=["by the officer", "by somebody else"])
def test_a_draft_whose_first_day_is_moved_is_told_of_before_the_new_one_too(own: bool, office: PostOffice, boss: Any):
    campaign = made()
    for day in ("2027-02-01", "2027-03-18", "2027-03-29"):
        run(day)
    assert len(office.mails) == 3
    by = boss if own else None
    edit(campaign, now=at("2027-03-30", 9), by=by, first_day=date(2027, 6, 1), due_on=date(2027, 8, 31))

    told = []
    for day in ("2027-03-30", "2027-03-31", "2027-04-01", "2027-05-17", "2027-05-18", "2027-05-31", "2027-06-01"):
        before = len(office.mails)
        run(day)
        told += [day] * (len(office.mails) - before)

    assert told == [*([] if own else ["2027-03-31"]), "2027-05-18", "2027-05-31", "2027-06-01"]


def test_an_officer_appointed_later_is_told_of_what_waits_in_the_language_chosen(office: PostOffice, boss: Any):
    made()
    run("2027-02-01")
    second = account_of(member("000400", "Ann Other", mail="ann@example.com"), username="ann")
    second.groups.add(boss.groups.get())
    choose_language(employee=second.employee, language="en")
    run("2027-02-02")
    run("2027-02-03")
    assert len(office.mails) == 2
    [mail] = office.to("ann@example.com")
    assert subject(mail).startswith("[Privacy training] Plan to be approved: ")
    for kind in ("plain", "html"):
        text = words(mail, kind)
        for part in (
            "Ann Other",
            "This plan waits for your approval.",
            "Drafted by author on",
            "Read and approve",
            "/my/",
        ):
            assert part in text, (kind, part)


def test_an_officer_without_address_gets_no_letter_and_is_named(office: PostOffice, boss: Any):
    other = account("second", Role.PRIVACY_OFFICER)
    made()
    assert [(one.account, one.why) for one in planned("2027-02-01").plans.unheard] == [(other.pk, Quiet.NO_ADDRESS)]
    run("2027-02-01")
    assert len(office.mails) == Letter.objects.count() == 1
    addressed(boss, " ")
    assert {one.account for one in planned("2027-02-02").plans.unheard} == {other.pk}
    addressed(other, "second@example.com")
    run("2027-02-02")
    assert len(office.to("second@example.com")) == 1


def test_a_draft_where_nobody_is_officer_is_named_too():
    campaign = made()
    officer().groups.clear()
    [one] = planned("2027-02-01").plans.unheard
    assert (one.reader.value, one.account, one.campaign, one.why) == ("officer", None, campaign, Quiet.NO_ADDRESS)


@pytest.mark.parametrize("how", ["role", "account"])
def test_who_is_officer_no_more_when_the_letter_leaves_gets_none(office: PostOffice, boss: Any, how: str):
    made()
    plan_letters(now=at("2027-02-01"))
    if how == "role":
        boss.groups.clear()
    else:
        boss.is_active = False
        boss.save()
    assert [letter.state for letter in send_all("2027-02-01")] == ["dropped"]
    assert office.mails == []


def test_who_has_no_address_any_more_when_the_letter_leaves_is_a_letter_not_delivered(office: PostOffice, boss: Any):
    made()
    plan_letters(now=at("2027-02-01"))
    addressed(boss, "")
    [letter] = send_all("2027-02-01")
    assert (letter.state, letter.error) == ("failed", "no address")


@pytest.mark.parametrize("what", ["cancelled", "approved", "opened", "switched off"])
def test_what_is_settled_before_the_letter_leaves_is_not_told(office: PostOffice, boss: Any, settings: Any, what: str):
    member("000201", "氏名")
    campaign = made()
    plan_letters(now=at("2027-02-01"))
    if what == "cancelled":
        cancel(campaign=campaign, reason="重複", by=boss, now=at("2027-02-01", 9))
    elif what == "switched off":
        settings_with(settings, REMINDER_LADDER={"plans": False})
    else:
        approve(campaign=campaign, by=boss, now=at("2027-02-01", 9))
        if what == "opened":
            open_campaign(campaign=campaign, by=boss, now=at("2027-02-01", 9))
    assert [letter.state for letter in send_all("2027-02-01", 10)] == ["dropped"]
    assert office.mails == []


def test_of_two_plans_the_one_that_is_settled_meanwhile_is_left_out_and_the_other_told_as_it_is_now(
    office: PostOffice, boss: Any
):
    gone, stays = made("GONE", title="やめた研修"), made()
    plan_letters(now=at("2027-02-01"))
    cancel(campaign=gone, reason="重複", by=boss, now=at("2027-02-01", 10))
    edit(stays, now=at("2027-02-01", 10), title="改めた研修")
    [letter] = send_all("2027-02-01", 11)
    assert [cover[0] for cover in letter.covers] == [stays.pk]
    assert "改めた研修" in subject(office.mails[0])
    assert "やめた研修" not in words(office.mails[0])
    assert causes("2027-02-02") == []


def test_nothing_is_said_on_a_weekend_a_holiday_or_a_closed_day(office: PostOffice, boss: Any, settings: Any):
    settings_with(settings, CLOSED_DAYS=["2027-02-12"])
    made(now=at("2027-02-10", 20))
    for day in ("2027-02-11", "2027-02-12", "2027-02-13", "2027-02-14"):
        assert run(day) == []
    assert len(run("2027-02-15")) == 1


def test_a_draft_whose_days_have_all_passed_is_told_of_no_more(office: PostOffice, boss: Any):
    made()
    assert causes("2028-03-31") == [("officer", "new")]
    assert causes("2028-04-03") == []


def test_the_mails_can_be_switched_off(boss: Any, settings: Any):
    made()
    settings_with(settings, REMINDER_LADDER={"plans": False})
    assert causes("2027-02-01") == []
    assert planned("2027-02-01").plans.unheard == []


# Approved plans, to HR and the person responsible.


def approved(boss: Any, *, on: str = "2027-02-02", **changes: Any) -> Campaign:
    campaign = made(**changes)
    approve(campaign=campaign, by=boss, now=at(on, 8))
    return campaign


def test_an_approved_plan_that_is_not_opened_is_told_of_on_its_first_day_then_weekly_until_it_is(
    office: PostOffice, boss: Any, hr: Any
):
    member("000201", "氏名", mail="")
    campaign = approved(boss)
    told = []
    for day in (
        "2027-03-31", "2027-04-01", "2027-04-01", "2027-04-02", "2027-04-05", "2027-04-08", "2027-04-09", "2027-04-15",
    ):  # fmt: skip
        told += [day] * len(run(day))
    assert told == ["2027-04-01", "2027-04-08", "2027-04-15"]
    assert {mail["To"] for mail in office.mails} == {"jinji@example.com"}
    open_campaign(campaign=campaign, by=hr, now=at("2027-04-16"))
    assert run("2027-04-22") == []


def test_a_first_day_on_a_sunday_is_told_of_on_the_monday_not_on_the_friday(office: PostOffice, boss: Any, hr: Any):
    approved(boss, first_day=date(2027, 4, 4))
    assert run("2027-04-02") == run("2027-04-03") == run("2027-04-04") == []
    assert len(run("2027-04-05")) == 1
    [mail] = office.mails
    for kind in ("plain", "html"):
        for part in (TITLE, "2027年4月4日", "1日前", "まだ開始されていません"):
            assert part in words(mail, kind), (kind, part)
    assert " 様" not in words(mail)


def test_one_approved_late_is_told_of_on_the_day_after_its_approval(boss: Any, hr: Any):
    approved(boss, on="2027-04-20")
    assert causes("2027-04-20") == []
    assert causes("2027-04-21") == [("hr", "unopened")]


def test_the_person_responsible_hears_of_the_own_plan_unless_hr_hears_of_it_at_that_address(
    office: PostOffice, boss: Any, hr: Any, settings: Any
):
    settings_with(settings, REMINDER_HR_ADDRESSES=["kyouiku@example.com"])
    person = member("000301", "担当 一", mail="tantou@example.com")
    mine = account_of(person, username="tantou")
    mine.groups.add(hr.groups.get())
    approved(boss, responsible=mine)
    approved(boss, code="OTHER", title="別の研修", responsible=hr)
    approved(boss, code="THIRD", title="第三の研修")
    run("2027-04-01")
    assert {mail["To"] for mail in office.mails} == {"kyouiku@example.com", "tantou@example.com", "jinji@example.com"}
    assert "別の研修" in words(office.to("jinji@example.com")[0])
    [own] = office.to("tantou@example.com")
    assert "担当 一 様" in words(own)
    assert "別の研修" not in words(own)
    settings_with(settings, REMINDER_HR_ADDRESSES=["TANTOU@example.com", "jinji@example.com"])
    assert [letter.reader.value for letter in planned("2027-04-08").plans.letters] == ["hr"]


def test_who_is_responsible_and_can_open_nothing_or_is_it_no_more_is_not_told(office: PostOffice, boss: Any, hr: Any):
    tanto = addressed(account("tanto", Role.EDITOR), "tanto@example.com")
    campaign = approved(boss, responsible=tanto)
    assert causes("2027-04-01") == [("hr", "unopened")]
    tanto.groups.set(hr.groups.all())
    Campaign.objects.filter(pk=campaign.pk).update(responsible=boss)
    plan_letters(now=at("2027-04-01"))
    Campaign.objects.filter(pk=campaign.pk).update(responsible=tanto)
    assert sorted(letter.state for letter in send_all("2027-04-01")) == ["dropped", "sent"]
    assert office.to("officer@example.com") == []


def test_one_cancelled_or_opened_before_the_letter_leaves_is_not_told(office: PostOffice, boss: Any, hr: Any):
    member("000201", "氏名", mail="")
    one, two = approved(boss), approved(boss, code="OTHER")
    plan_letters(now=at("2027-04-01"))
    cancel(campaign=one, reason="中止", by=boss, now=at("2027-04-01", 10))
    open_campaign(campaign=two, by=hr, now=at("2027-04-01", 10))
    assert [letter.state for letter in send_all("2027-04-01", 11)] == ["dropped"]
    assert office.mails == []


def test_hrs_digest_of_who_is_overdue_and_its_mail_about_plans_are_two_letters_of_a_day(
    office: PostOffice, boss: Any, hr: Any
):
    member("000201", "氏名", mail="")
    building.campaign(now=at("2026-11-24"))  # due on 2026-12-25
    approved(boss, first_day=date(2027, 1, 8), now=at("2026-12-01"), on="2026-12-02")
    run("2027-01-08")
    run("2027-01-08", 15)
    assert len(office.to("jinji@example.com")) == 2
    assert set(Letter.objects.values_list("about", "reader")) == {("training", "hr"), ("plans", "hr")}


# What keeps it to once, and to those whom it concerns.


def test_no_evidence_is_made_of_them_and_nothing_is_logged(
    office: PostOffice, boss: Any, caplog: pytest.LogCaptureFixture
):
    made()
    entries = Entry.objects.count()
    with caplog.at_level(logging.DEBUG):
        run("2027-02-01")
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("training")]
    assert (Entry.objects.count(), ReminderSent.objects.count(), len(office.mails)) == (entries, 0, 1)
    assert ours == []
    [letter] = Letter.objects.all()
    assert "example.com" not in f"{letter.key}{letter.covers}"


def test_a_refused_mail_is_tried_again_and_what_is_new_meanwhile_goes_with_the_next_days_in_one(
    office: PostOffice, boss: Any
):
    made()
    office.answer = lambda address: "450 try again later"
    run("2027-02-01")
    assert run("2027-02-02", 8)[0].tries > 1
    assert Letter.objects.count() == 1, "what waits is not written anew while there is nothing to add"
    made("EXTRA", title="追加の研修", now=at("2027-02-02", 10))
    office.answer = lambda address: None
    Letter.objects.update(not_before=at("2027-02-04"))
    run("2027-02-03")
    assert sorted(Letter.objects.values_list("state", flat=True)) == ["dropped", "sent"]
    [mail] = office.mails
    assert TITLE in words(mail)
    assert "追加の研修" in words(mail)
    assert causes("2027-02-04") == []


def test_one_given_up_counts_as_told_and_can_be_sent_again(office: PostOffice, boss: Any, settings: Any):
    settings_with(settings, REMINDER_TRIES=1)
    office.answer = lambda address: "550 no"
    made()
    [letter] = run("2027-02-01")
    assert letter.state == "failed"
    assert run("2027-02-02") == []
    office.answer = lambda address: None
    send_again(letter=letter, now=at("2027-02-02", 10))
    assert [one.state for one in send_all("2027-02-02", 10)] == ["sent"]


def test_planning_that_is_killed_anywhere_is_done_by_the_next(office: PostOffice, boss: Any, hr: Any):
    made()
    approved(boss, code="OTHER", first_day=date(2027, 2, 3))
    before = everything()
    for cut in range(1, 4):
        try:
            with cut_off(cut):
                plan_letters(now=at("2027-02-03"))
        except Cut:
            assert everything() == before
        else:
            break
    run("2027-02-03")
    run("2027-02-03", 15)
    assert sorted(str(mail["To"]) for mail in office.mails) == ["jinji@example.com", "officer@example.com"]


def test_a_worker_killed_before_the_mail_server_took_it_loses_nothing(office: PostOffice, boss: Any):
    made()
    plan_letters(now=at("2027-02-01"))
    assert claim(now=at("2027-02-01")) is not None
    assert run("2027-02-01") == []
    Letter.objects.update(not_before=at("2027-02-01") + CLAIM)
    assert [letter.state for letter in run("2027-02-01", 10)] == ["sent"]
    assert len(office.mails) == 1


def test_a_worker_killed_after_the_mail_server_took_it_sends_the_same_mail_again(office: PostOffice, boss: Any):
    made()
    plan_letters(now=at("2027-02-01"))
    with pytest.raises(Cut), cut_off(2):  # the claim is written, and what became of it is not
        send_all("2027-02-01")
    assert [letter.state for letter in send_all("2027-02-01", 10)] == ["sent"]
    assert len(office.mails) == 2
    assert len(set(office.ids())) == 1


def test_a_title_with_a_rare_character_markup_and_a_line_break_is_shown_as_it_is(office: PostOffice, boss: Any):
    title = "𠮷田<b>式</b>{{ name }}\r\nBcc: all@example.com"
    made(title=title)
    run("2027-02-01")
    [mail] = office.mails
    assert mail["Bcc"] is None
    assert "𠮷田<b>式</b>{{ name }} Bcc: all@example.com" in subject(mail)
    assert "𠮷田<b>式</b>{{ name }}" in words(mail)
    assert "𠮷田&lt;b&gt;式&lt;/b&gt;{{ name }}" in words(mail, "html")
    assert mail.rcpt == ["officer@example.com"]  # type: ignore[attr-defined]


def test_without_a_mail_server_the_letter_waits(settings: Any, boss: Any):
    use(settings, "127.0.0.1", 1)
    made()
    [letter] = run("2027-02-01")
    assert (letter.state, letter.tries) == ("waiting", 1)


def test_the_link_leads_to_the_administration_where_the_site_has_no_such_page(
    office: PostOffice, boss: Any, settings: Any
):
    settings_with(settings, PLAN_PAGE="nowhere:plan")
    made()
    run("2027-02-01")
    assert "http://127.0.0.1:8000/admin/\r\n" in words(office.mails[0])
    assert 'href="http://127.0.0.1:8000/admin/"' in words(office.mails[0], "html")


def test_planning_and_sending_cost_the_same_for_one_plan_and_for_many(office: PostOffice, boss: Any, hr: Any):
    def cost(day: str) -> tuple[int, int]:
        with CaptureQueriesContext(connection) as planning:
            plan_letters(now=at(day))
        with CaptureQueriesContext(connection) as sending:
            send_all(day)
        return len(planning), len(sending)

    made()
    approved(boss, code="OTHER", first_day=date(2027, 2, 3))
    small = cost("2027-02-03")
    Letter.objects.all().delete()
    for number in range(8):
        made(f"DRAFT{number}", slugs=("article-1", "article-3"), audience=AudienceRule(types=frozenset({"regular"})))
        approved(boss, code=f"OTHER{number}", first_day=date(2027, 2, 3))
    assert cost("2027-02-03") == small
    assert CampaignEvent.objects.filter(kind="approved").count() == 9
    with translation.override("en"):
        assert causes("2027-02-04") == []
