"""A letter is sent once, by whoever is there; what cannot be handed over is tried again, and given up in the end."""

from __future__ import annotations

import json
import socket
from datetime import timedelta
from typing import Any

import pytest

from tests.building import assignment_of, campaign, on_leave, sign, train
from tests.cutting import Cut, cut_off, everything
from tests.reminders.company import account_of, at, heads, member, run, send_all, settings_with
from tests.reminders.post import PostOffice, post_office, subject, use, words
from training.errors import Conflict
from training.ledger.models import Entry
from training.people.scim_models import ScimClient, ScimUser
from training.reminders.models import Letter, ReminderSent
from training.reminders.plan import plan_letters
from training.reminders.send import CLAIM, claim, send_again, send_next

pytestmark = pytest.mark.django_db


def states() -> list[str]:
    return sorted(Letter.objects.values_list("state", flat=True))


def test_each_rung_is_sent_once_however_often_it_is_asked(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    assert run("2026-12-10") == []
    for _ in range(3):
        run("2026-12-11")
    run("2026-12-14")
    assert [subject(mail) for mail in office.mails] == [
        "[個人情報保護研修] あと14日で期限です：2026年度 個人情報保護研修"
    ]
    run("2026-12-18")
    assert len(office.mails) == 2
    assert list(ReminderSent.objects.order_by("at").values_list("rung", "reader", "due_number")) == [
        (-14, "learner", 1),
        (-7, "learner", 1),
    ]


def test_sending_is_evidence_and_names_nobody(office: PostOffice):
    person = member("000201", "𠮷田 太郎")
    campaign()
    run("2026-12-11")
    entry = Entry.objects.get(kind="reminders.sent")
    facts = json.loads(entry.body)["facts"]
    assert facts == {"letter": str(Letter.objects.get().pk), "reader": "learner", "to": str(person.employee_id)}
    assert "example.com" not in entry.body
    assert "𠮷田" not in entry.body


def test_a_mail_says_whose_training_is_due_when_and_how_to_get_there(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    run("2026-12-18")
    [mail] = office.to("000201@example.com")
    for kind in ("plain", "html"):
        text = words(mail, kind)
        assert "𠮷田 太郎" in text
        assert "2026年12月25日" in text
        assert "http://127.0.0.1:8000/my/" in text
    assert mail["Auto-Submitted"] == "auto-generated"
    assert "<img" not in words(mail, "html")
    assert "src=" not in words(mail, "html")


def test_who_has_signed_before_the_letter_leaves_gets_none(office: PostOffice):
    person = member("000201", "𠮷田 太郎")
    campaign()
    plan_letters(now=at("2026-12-11"))
    train(assignment_of(person))
    sign(assignment_of(person), "𠮷田 太郎")
    send_all("2026-12-11")
    assert (office.mails, states()) == ([], ["dropped"])


def test_a_letter_dropped_for_a_leave_is_written_again_on_the_return(office: PostOffice):
    person = member("000201", "𠮷田 太郎")
    campaign()
    plan_letters(now=at("2026-12-11"))
    on_leave(person, at("2026-12-11").date(), at("2026-12-15").date())
    assert [letter.state for letter in send_all("2026-12-11")] == ["dropped"]
    assert run("2026-12-15") == []
    assert [letter.state for letter in run("2026-12-16")] == ["sent"]


def test_a_letter_that_waits_over_the_weekend_stays_there(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    plan_letters(now=at("2026-12-11", 23))
    assert send_all("2026-12-12") == []
    assert [letter.state for letter in send_all("2026-12-14")] == ["sent"]
    assert "あと11日" in subject(office.mails[0])


def test_a_refused_mail_is_tried_again_later_and_given_up_in_the_end(office: PostOffice, settings: Any):
    settings_with(settings, REMINDER_TRIES=3)
    member("000201", "𠮷田 太郎")
    campaign()
    office.answer = lambda address: "451 try later"
    plan_letters(now=at("2026-12-11"))
    now, waits = at("2026-12-11"), []
    for _ in range(3):
        letter = send_next(now=now)
        assert letter is not None
        if letter.state == "waiting":
            waits.append(letter.not_before - now)
            assert send_next(now=letter.not_before - timedelta(seconds=1)) is None
            now = letter.not_before
    assert waits == [timedelta(minutes=5), timedelta(minutes=30)]
    assert (letter.state, letter.error, letter.tries) == ("failed", "refused: 451", 3)
    assert not ReminderSent.objects.exists()


def test_what_was_given_up_is_not_written_again_but_can_be_sent_again(office: PostOffice, settings: Any):
    settings_with(settings, REMINDER_TRIES=1)
    member("000201", "𠮷田 太郎")
    campaign()
    office.answer = lambda address: "550 no such user"
    [letter] = run("2026-12-11")
    assert run("2026-12-14") == []
    office.answer = lambda address: None
    send_again(letter=letter, now=at("2026-12-14"))
    assert [done.state for done in send_all("2026-12-14")] == ["sent"]
    with pytest.raises(Conflict):
        send_again(letter=letter, now=at("2026-12-14"))


def test_a_mail_server_that_is_not_there_costs_nothing_but_time(settings: Any):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        use(settings, *taken.getsockname())
    member("000201", "𠮷田 太郎")
    campaign()
    [letter] = run("2026-12-11")
    assert (letter.state, letter.error) == ("waiting", "ConnectionRefusedError")
    with post_office(settings) as office:
        assert [done.state for done in send_all("2026-12-11", 10)] == ["sent"]
        assert len(office.mails) == 1


@pytest.mark.parametrize(
    "address", ["悪い@example.com", "a b@example.com", "a@", "@b", "a@b@c.jp", "a@b.jp\r\nBcc: x@y.jp"]
)
def test_an_address_that_is_none_is_given_up_at_once(office: PostOffice, address: str):
    person = member("000201", "𠮷田 太郎", mail="")
    account_of(person, address)
    campaign()
    [letter] = run("2026-12-11")
    assert (letter.state, letter.error) == ("failed", "bad address")
    assert office.mails == []


def test_an_address_with_a_japanese_domain_is_written_to(office: PostOffice):
    account_of(member("000201", "𠮷田 太郎", mail=""), "taro@事務所.example")
    campaign()
    assert [letter.state for letter in run("2026-12-11")] == ["sent"]


def test_who_is_killed_at_any_write_loses_nothing_and_repeats_nothing_visible(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    plan_letters(now=at("2026-12-11"))
    start = at("2026-12-11")
    for write in range(1, 20):
        try:
            with cut_off(write):
                assert send_next(now=start) is not None
        except Cut:
            start += CLAIM
            continue
        break
    assert write > 3
    assert states() == ["sent"]
    assert len(set(office.ids())) == 1
    assert ReminderSent.objects.count() == 1
    assert Entry.objects.filter(kind="reminders.sent").count() == 1


def test_planning_is_whole_or_not_at_all_and_goes_on_where_it_was_cut_off(office: PostOffice):
    for number in range(3):
        member(f"00020{number}", f"氏名{number}")
    campaign()
    before = everything()
    with pytest.raises(Cut), cut_off(1):
        plan_letters(now=at("2026-12-11"))
    assert everything() == before
    run("2026-12-11")
    assert len(office.mails) == 3


def test_a_claimed_letter_is_nobody_elses_until_the_claim_runs_out(office: PostOffice):
    member("000201", "𠮷田 太郎")
    campaign()
    plan_letters(now=at("2026-12-11"))
    assert claim(now=at("2026-12-11")) is not None
    assert send_next(now=at("2026-12-11")) is None
    assert send_next(now=at("2026-12-11") + CLAIM) is not None
    assert len(office.mails) == 1


def test_a_letter_that_kills_whoever_sends_it_is_given_up(office: PostOffice, settings: Any):
    settings_with(settings, REMINDER_TRIES=2)
    member("000201", "𠮷田 太郎")
    campaign()
    now = at("2026-12-11")
    plan_letters(now=now)
    for _ in range(2):
        claim(now=now)
        now += CLAIM
    letter = send_next(now=now)
    assert letter is not None
    assert (letter.state, letter.error) == ("failed", "cut off")
    assert office.mails == []


def test_the_manager_hears_of_own_people_only_once_a_day_and_hr_later(office: PostOffice, settings: Any):
    settings_with(settings, REMINDER_HR_ADDRESSES=("hr@example.com",))
    boss = member("000301", "部長 一", department="営業本部")
    other = member("000302", "課長 二", department="総務部")
    for number in (1, 2):
        member(f"00020{number}", f"部下 {number}", department="営業本部/第一営業部/二課")
    stranger = member("000209", "他人 九", department="総務部/庶務課")
    heads(boss, of=boss)
    heads(other, of=other)
    campaign()
    for person in (boss, other):
        train(assignment_of(person))
        sign(assignment_of(person), person.employee.names.first().name)
    run("2026-12-25")
    assert office.to("000301@example.com") == []
    office.mails.clear()
    for _ in range(2):
        run("2027-01-04")  # the first working day after the week
    [mail] = office.to("000301@example.com")
    assert subject(mail) == "[個人情報保護研修] 研修の期限を過ぎた部下：2名"
    text = words(mail) + words(mail, "html")
    assert "部下 1" in text
    assert "部下 2" in text
    assert "他人" not in text
    [mail] = office.to("000302@example.com")
    assert "他人 九" in words(mail)
    assert "部下 1" not in words(mail)
    assert office.to("hr@example.com") == []
    run("2027-01-08")
    [mail] = office.to("hr@example.com")
    assert "3名" in subject(mail)
    assert stranger.number not in subject(mail)
    assert ReminderSent.objects.filter(reader="manager").count() == 6
    assert ReminderSent.objects.filter(reader="hr").count() == 3


@pytest.mark.parametrize(
    ("resource", "word"),
    [
        ({"preferredLanguage": "en-US"}, "Due in 7 days"),
        ({"locale": "en_GB"}, "Due in 7 days"),
        ({"preferredLanguage": "ja"}, "あと7日"),
        ({"preferredLanguage": "fr"}, "あと7日"),
        ({"preferredLanguage": "%%%"}, "あと7日"),
        ({}, "あと7日"),
    ],
)
def test_a_mail_is_in_the_language_that_the_identity_provider_names(
    office: PostOffice, resource: dict[str, str], word: str
):
    person, now = member("000201", "𠮷田 太郎"), at("2026-12-01")
    client = ScimClient.objects.create(name="idp", token_sha256="0" * 64, scopes=[], made_at=now)
    ScimUser.objects.create(
        client=client, employee=person.employee, user_name="taro", resource=resource, made_at=now, changed_at=now
    )
    campaign()
    run("2026-12-18")
    [mail] = office.mails
    assert word in subject(mail)
    assert ("Due on" in words(mail)) == word.startswith("Due")
