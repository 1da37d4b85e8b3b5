"""The notice: whoever is asked for a training is told so, once, as soon as a working day allows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from tests import building
from tests.building import account, approve_and_open, assignment_of, campaign, draft, on_leave, sign, train
from tests.cutting import everything
from tests.reminders.company import at, heads, member, run, send_all, settings_with
from tests.reminders.post import PostOffice, subject, words
from training.attestation.models import Attestation
from training.campaigns.assign import assign
from training.campaigns.audience import AudienceRule
from training.campaigns.exempt import exempt
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet
from training.campaigns.progress import open_task
from training.campaigns.prolong import prolong
from training.campaigns.queries import minutes_left
from training.campaigns.standing_by_hand import add, remove
from training.people.language import choose_language
from training.people.models import Employment
from training.reminders.by_hand import remind_by_hand
from training.reminders.compose import covers_of
from training.reminders.mails import WHY
from training.reminders.models import Letter, ReminderSent
from training.reminders.plan import plan_letters, plan_round
from training.reminders.queries import notices_among, told_lines
from training.reminders.rungs import Quiet
from training.roles import Role

pytestmark = pytest.mark.django_db

NOTICE = "[個人情報保護研修] 受講のご案内：2026年度 個人情報保護研修"
OPENED = -31  # from 2026-11-24, a Tuesday on which building.campaign opens, to its due day


@pytest.fixture
def hr() -> Any:
    return account("jinji", Role.HR)


def subjects(office: PostOffice) -> list[str]:
    return [subject(mail) for mail in office.mails]


def rungs() -> list[tuple[int | None, str, int]]:
    return list(ReminderSent.objects.order_by("at").values_list("rung", "reader", "due_number"))


def why(day: str) -> list[str]:
    return [str(line.why) for line in told_lines(plan_round(today=date.fromisoformat(day)))]


def test_whoever_is_asked_is_told_once_on_the_day_itself_however_often_it_is_run(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    assert why("2026-11-24") == ["新たに対象となり、まだ案内していないため"]
    for hour in (10, 11, 12):
        run("2026-11-24", hour)
    for day in ("2026-11-25", "2026-11-26", "2026-12-08", "2026-12-09"):
        run(day)
    assert subjects(office) == [NOTICE]
    assert rungs() == [(OPENED, "learner", 1)]
    run("2026-12-11")
    assert rungs() == [(OPENED, "learner", 1), (-14, "learner", 1)]


def test_the_notice_says_what_it_is_why_until_when_how_long_and_where(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign(("article-1", "article-3"))
    run("2026-11-24")
    [mail] = office.to("000201@example.com")
    for kind in ("plain", "html"):
        text = words(mail, kind)
        for part in (
            "𠮷田 太郎", "2026年度 個人情報保護研修", "次の研修の受講対象となりました。", "年次研修",
            "この研修の対象者に含まれています。", "2026年12月25日", "あと31日", "所要時間: 約2分", "http://127.0.0.1:8000/my/",
        ):  # fmt: skip
            assert part in text, (kind, part)


def test_the_notice_in_english_is_english(office: PostOffice):
    choose_language(employee=member("000201", "Taro").employee, language="en")
    campaign()
    run("2026-11-24")
    [mail] = office.mails
    assert subject(mail).startswith("[Privacy training] New training for you: ")
    for kind in ("plain", "html"):
        text = words(mail, kind)
        for part in ("is now asked of you", "Yearly training: You belong to those", "Time needed: about 1 minute"):
            assert part in text, (kind, part)


def test_what_is_done_already_is_not_counted_as_time_needed():
    person = member("000201", "𠮷田 太郎")
    campaign(("article-1", "article-3"))
    task = assignment_of(person).tasks.order_by("campaign_module__order")[0]
    mine = assignment_of(person).pk
    assert minutes_left([mine]) == {mine: 2}
    building.sit(building.read(task))
    assert minutes_left([mine]) == {mine: 1}


def test_who_has_begun_already_is_told_nothing_new_not_even_by_a_letter_that_waits(office: PostOffice):
    people = [member("000201", "𠮷田 太郎"), member("000202", "氏名 二")]
    campaign()
    open_task(task=assignment_of(people[0]).tasks.get(), language="ja", now=at("2026-11-24", 8))
    office.answer = lambda address: "450 try again later"
    run("2026-11-24")
    open_task(task=assignment_of(people[1]).tasks.get(), language="ja", now=at("2026-11-24", 12))
    office.answer = lambda address: None
    run("2026-11-24", 15)
    assert office.mails == []
    assert Letter.objects.get().state == Letter.State.DROPPED


def test_every_cause_of_being_asked_has_its_words():
    assert set(WHY) == set(Assignment.Cause)


def test_a_campaign_opened_on_a_saturday_is_told_on_the_monday(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign(now=at("2026-11-28"))
    assert run("2026-11-28") == run("2026-11-29") == []
    run("2026-11-30")
    assert subjects(office) == [NOTICE]


def test_newcomers_and_those_added_by_hand_are_told_and_nobody_else_again(office: PostOffice, hr: Any):
    member("000201", "氏名 一")
    made = draft(audience=AudienceRule(types=frozenset({"regular"})))
    approve_and_open(made)
    run("2026-11-24")
    newcomer = member("000202", "氏名 二")
    other = member("000203", "氏名 三")
    Employment.objects.filter(pk=other.pk).update(type="dispatched")
    office.mails.clear()
    assign(campaign=made, now=at("2026-12-01"))
    add(campaign=made, employment=other, reason="産業医の面談の担当", by=hr, now=at("2026-12-01"))
    run("2026-12-01", 12)
    assert {(mail.rcpt[0], subject(mail)) for mail in office.mails} == {  # type: ignore[attr-defined]
        ("000202@example.com", NOTICE), ("000203@example.com", NOTICE),
    }  # fmt: skip
    assert "個別に受講の対象に加えられました。" in words(office.to("000203@example.com")[0])
    assert assignment_of(newcomer).cause == Assignment.Cause.FOLLOWED


def test_who_is_taken_out_hears_nothing_and_who_is_added_again_later_is_told(office: PostOffice, hr: Any):
    person = member("000201", "氏名")
    made = campaign()
    assignment = assignment_of(person)
    remove(assignment=assignment, reason="誤り", by=hr, now=at("2026-11-24", 11))
    assert run("2026-11-24", 12) == run("2026-12-09") == []
    add(campaign=made, employment=person, reason="やはり対象", by=hr, now=at("2026-12-10"))
    assert AssignmentEvent.objects.filter(kind="reopened").count() == 1
    run("2026-12-10", 12)
    remove(assignment=assignment, reason="誤り", by=hr, now=at("2026-12-10", 13))
    add(campaign=made, employment=person, reason="やはり対象", by=hr, now=at("2026-12-10", 14))
    run("2026-12-10", 15)
    assert subjects(office) == [NOTICE]


def test_who_is_done_exempt_or_signed_already_hears_nothing(office: PostOffice, hr: Any):
    done, free = member("000201", "氏名 一"), member("000202", "氏名 二")
    campaign()
    train(assignment_of(done))
    assert isinstance(sign(assignment_of(done), "氏名 一"), Attestation)
    exempt(
        assignment=assignment_of(free), cause="other", reason="他社で受講",
        until=date(2027, 3, 31), by=hr, now=at("2026-11-24", 11),
    )  # fmt: skip
    assert run("2026-11-24", 12) == []
    assert not Letter.objects.exists()


def test_who_is_on_leave_is_told_on_the_return_however_long_it_was_and_not_if_it_is_done(office: PostOffice):
    one, two = member("000201", "氏名 一"), member("000202", "氏名 二")
    for person in (one, two):
        on_leave(person, date(2026, 11, 20), date(2026, 12, 10))
    approve_and_open(draft(due_on=date(2027, 3, 1)))
    assert run("2026-11-24") == run("2026-12-10") == []
    silent = plan_round(today=date(2026, 12, 8)).silent
    assert {(row.asked.number, row.why) for row in silent} == {("000201", Quiet.AWAY), ("000202", Quiet.AWAY)}
    train(assignment_of(two), now=at("2026-12-10"))
    sign(assignment_of(two), "氏名 二", now=at("2026-12-10"))
    for day in ("2026-12-11", "2026-12-14", "2026-12-15"):
        run(day)
    assert subjects(office) == [NOTICE]
    assert office.mails[0].rcpt == ["000201@example.com"]  # type: ignore[attr-defined]


def test_a_leave_that_begins_before_the_letter_leaves_puts_the_notice_off(office: PostOffice):
    person = member("000201", "𠮷田 太郎")
    campaign()
    plan_letters(now=at("2026-11-24", 10))
    on_leave(person, date(2026, 11, 24), date(2026, 11, 27))
    assert [letter.state for letter in send_all("2026-11-24", 10)] == ["dropped"]
    assert run("2026-11-27") == []
    assert [letter.state for letter in run("2026-11-30")] == ["sent"]
    assert subjects(office) == [NOTICE]


def test_who_is_due_on_the_very_day_is_told_on_it_and_the_manager_only_after_a_week(office: PostOffice):
    boss, person = member("000300", "課長", department="営業部"), member("000201", "部下", department="営業部")
    heads(boss, of=boss)
    approve_and_open(draft(due_on=date(2026, 11, 24)))
    train(assignment_of(boss))
    sign(assignment_of(boss), "課長")
    for day in ("2026-11-24", "2026-11-25", "2026-11-30"):
        run(day, 12)
    assert subjects(office) == ["[個人情報保護研修] 受講のご案内（本日が期限です）：2026年度 個人情報保護研修"]
    run("2026-12-01")
    assert rungs()[0] == (0, "learner", 1)
    assert sorted(rungs()[1:]) == [(7, "learner", 1), (7, "manager", 1)]
    assert assignment_of(person).due_dates.get().due_on == date(2026, 11, 24)


def test_a_due_day_that_has_passed_before_the_first_round_is_told_as_overdue(office: PostOffice):
    member("000201", "部下")
    approve_and_open(draft(due_on=date(2026, 11, 27)), now=at("2026-11-27", 20))
    run("2026-11-30")
    assert subjects(office) == ["[個人情報保護研修] 期限を過ぎています：2026年度 個人情報保護研修"]
    assert "この研修の対象者に含まれています。" in words(office.mails[0])


def test_a_rung_and_a_notice_of_another_training_are_one_mail_and_the_rung_gives_the_subject(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    run("2026-11-24")
    office.mails.clear()
    approve_and_open(
        draft(("article-1",), code="EXTRA", title="臨時研修", due_on=date(2027, 2, 26), now=at("2026-12-11", 7)),
        now=at("2026-12-11", 7),
    )
    run("2026-12-11")
    [mail] = office.mails
    assert subject(mail) == "[個人情報保護研修] あと14日で期限です：2026年度 個人情報保護研修 ほか1件"
    text = words(mail)
    assert "臨時研修" in text
    assert text.count("所要時間") == 1, "the one that is new alone"
    run("2026-12-14")
    assert len(office.mails) == 1


def test_where_a_rung_is_reached_before_the_notice_went_out_that_alone_goes(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign(now=at("2026-12-10", 20))
    run("2026-12-11")
    run("2026-12-14")
    assert subjects(office) == ["[個人情報保護研修] あと14日で期限です：2026年度 個人情報保護研修"]
    assert rungs() == [(-14, "learner", 1)]


def test_a_second_training_of_the_same_day_waits_for_the_next_working_day_and_a_dry_run_says_so(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    run("2026-11-24")
    made = draft(("article-1",), code="EXTRA", title="臨時研修", now=at("2026-11-24", 11))
    approve_and_open(made, now=at("2026-11-24", 11))
    found = plan_round(today=date(2026, 11, 24))
    assert (found.letters, [row.why for row in found.silent]) == ([], [Quiet.TOMORROW])
    assert run("2026-11-24", 12) == []
    run("2026-11-25")
    assert subjects(office)[1:] == ["[個人情報保護研修] 受講のご案内：臨時研修"]


def test_more_time_does_not_bring_the_notice_again_and_before_it_went_out_it_names_the_new_day(
    office: PostOffice, hr: Any
):
    told, waiting = member("000201", "氏名 一"), member("000202", "氏名 二", mail="")
    campaign()
    run("2026-11-24")
    for person in (told, waiting):
        prolong(assignment=assignment_of(person), due_on=date(2027, 1, 29), reason="繁忙", by=hr, now=at("2026-11-25"))
    building.import_staff("社員番号,氏名,メール\n000202,氏名 二,000202@example.com\n".encode())
    run("2026-11-26")
    run("2026-11-27")
    assert [mail.rcpt for mail in office.mails] == [["000201@example.com"], ["000202@example.com"]]  # type: ignore[attr-defined]
    assert "2027年1月29日" in words(office.mails[1])
    assert rungs() == [(OPENED, "learner", 1), (-66, "learner", 2)]
    assert DueSet.objects.count() == 4


def test_a_notice_that_waited_out_an_outage_is_not_sent_beside_a_reminder_by_hand(office: PostOffice, hr: Any):
    person = member("000201", "𠮷田 太郎")
    campaign()
    plan_letters(now=at("2026-11-24", 10))
    by_hand = remind_by_hand(employee=person.employee, by=hr, now=at("2026-11-24", 10))
    Letter.objects.filter(pk=by_hand.pk).update(not_before=at("2026-11-24", 9))
    assert sorted(letter.state for letter in send_all("2026-11-24", 11)) == ["dropped", "sent"]
    run("2026-11-25")
    assert len(office.mails) == 1
    assert rungs() == [(None, "learner", 1)]


def test_who_was_asked_long_before_the_notice_came_with_a_release_is_not_written_to(office: PostOffice, settings: Any):
    settings_with(settings, REMINDER_LADDER={"on_assignment": False})
    for number in range(3):
        member(f"00020{number}", f"氏名{number}")
    made = campaign()
    run("2026-11-24")
    run("2026-12-08")
    latecomer = member("000209", "氏名 九")
    assign(campaign=made, now=at("2026-12-08", 12))
    assert office.mails == []
    settings_with(settings, REMINDER_LADDER={})
    run("2026-12-09")
    assert [mail.rcpt for mail in office.mails] == [["000209@example.com"]]  # type: ignore[attr-defined]
    run("2026-12-11")
    assert len(office.mails) == 5, "the rung of fourteen days, to all four"
    assert rungs()[0] == (-17, "learner", 1)
    assert assignment_of(latecomer).at == at("2026-12-08", 12)


def test_it_can_be_switched_off(office: PostOffice, settings: Any):
    settings_with(settings, REMINDER_LADDER={"on_assignment": False})
    member("000201", "氏名")
    campaign()
    assert run("2026-11-24") == []
    run("2026-12-11")
    assert rungs() == [(-14, "learner", 1)]


def test_who_has_no_address_is_named_and_told_once_there_is_one():
    member("000201", "氏名", mail="")
    campaign()
    assert [row.why for row in plan_round(today=date(2026, 11, 24)).silent] == [Quiet.NO_ADDRESS]
    building.import_staff("社員番号,氏名,メール\n000201,氏名,new@example.com\n".encode())
    assert len(plan_round(today=date(2026, 11, 25)).letters) == 1


def test_a_training_that_was_closed_is_told_to_nobody(office: PostOffice):
    member("000201", "氏名")
    made = campaign()
    Campaign.objects.filter(pk=made.pk).update(state=Campaign.State.CANCELLED)
    assert run("2026-11-24") == []


def test_a_dry_run_lists_the_notice_with_its_reason(monkeypatch: pytest.MonkeyPatch, capsys: Any):
    member("000201", "氏名")
    campaign()
    monkeypatch.setattr(timezone, "now", lambda: at("2026-11-24", 10))
    before = everything()
    call_command("send_reminders", "--dry-run")
    assert "000201 FY2026 2026-12-25 – 新たに対象となり、まだ案内していないため" in capsys.readouterr().out
    assert everything() == before


def test_a_letter_knows_which_of_its_lines_are_notices(office: PostOffice):
    person = member("000201", "氏名")
    campaign()
    run("2026-11-24")
    run("2026-12-11")
    notice, rung = Letter.objects.order_by("made_at")
    assert notices_among([_cover(notice)]) == {str(assignment_of(person).pk)}
    assert notices_among([_cover(rung)]) == set()


def _cover(letter: Letter) -> Any:
    [cover] = covers_of(letter)
    return cover
