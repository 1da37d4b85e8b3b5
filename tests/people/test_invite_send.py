"""An invitation's mail that was not handed over is tried again with a new link, and given up in the end; HR sees it."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import cutting
from tests.building import NOW, account, later, person
from tests.cutting import Cut, cut_off
from tests.people.test_invite import addressed
from tests.reminders.company import settings_with
from tests.reminders.post import PostOffice, words
from tests.test_at_once import crowd
from training.people.account_models import Invitation
from training.people.enrol import link_account
from training.people.invite import accept, by_link, invite, revoke_invitation
from training.people.invite_send import ON_ITS_WAY, Tried, given_up, send_next, unsent, waiting
from training.people.models import EmailAddress, Employment
from training.people.scim_models import ScimClient, ScimUser
from training.people.tasks import invite_by_mail, mail_invitation, mail_invitations
from training.roles import Role

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Put the clock somewhere."""

    def put(now: datetime) -> datetime:
        monkeypatch.setattr(timezone, "now", lambda: now)
        return now

    put(NOW)
    return put


def invited(number: str = "000101", name: str = "髙橋 一郎", *, by: Any = None) -> Invitation:
    """Somebody with an address, whose mail is asked for and not yet sent."""
    employment = addressed(person(number, name), f"{number}@example.com")
    return invite(employees=[employment.employee], means=Invitation.Means.MAIL, by=by, now=NOW)[0].invitation


def links(office: PostOffice) -> list[str]:
    """The secret in each mail, in order."""
    found = [next(word for word in words(mail).split() if "/welcome/" in word) for mail in office.mails]
    return [link.rstrip("/").rpartition("/")[2] for link in found]


def refuse(answer: str) -> Any:
    return lambda address: answer


def test_a_mail_that_was_handed_over_goes_once_however_often_it_is_asked_for(office: PostOffice, clock: Any) -> None:
    made = invited()
    assert mail_invitation.enqueue(made.pk, "ja").return_value is True
    for days in range(3):
        clock(NOW + days * DAY)
        assert mail_invitation.enqueue(made.pk, "ja").return_value is False
        assert mail_invitations.enqueue().return_value == {"sent": 0, "failed": 0}
    assert len(office.mails) == 1
    assert not waiting(now=NOW).exists()


@pytest.mark.parametrize("answer", ["451 try later", "550 no such user"])
def test_a_refused_mail_is_tried_again_as_letters_are_and_given_up_in_the_end(
    office: PostOffice, settings: Any, answer: str
) -> None:
    settings_with(settings, REMINDER_TRIES=4)
    made = invited()
    office.answer = refuse(answer)
    assert send_next(now=NOW, only=made.pk) == Tried(made, f"refused: {answer[:3]}")
    now, waits = NOW, []
    for wait in (5, 30, 120):
        assert unsent(now=now).count() == 1
        assert send_next(now=now + timedelta(minutes=wait, seconds=-1)) is None
        now += timedelta(minutes=wait)
        waits.append(send_next(now=now))
    assert all(tried is not None and tried.error for tried in waits)
    assert send_next(now=now + 2 * DAY) is None
    assert [one.pk for one in given_up(now=now)] == [one.pk for one in unsent(now=now)] == [made.pk]


def test_each_try_has_a_link_of_its_own_and_that_of_the_mail_which_arrived_is_good_for_as_long(
    office: PostOffice,
) -> None:
    made = invited()
    office.answer = refuse("451 try later")
    send_next(now=NOW, only=made.pk)
    first = Invitation.objects.get().secret_sha256
    office.answer = lambda address: None
    sent_at = NOW + timedelta(minutes=5)
    assert send_next(now=sent_at) == Tried(made)
    now = Invitation.objects.get()
    assert len({made.secret_sha256, first, now.secret_sha256}) == 3
    assert (now.sent_at, now.made_at, now.tries) == (sent_at, sent_at, 0)
    assert now.expires_at - now.made_at == made.expires_at - made.made_at
    assert by_link(links(office)[0], now=now.expires_at - timedelta(seconds=1)) == now


def test_what_a_queue_has_lost_is_mailed_after_a_while_in_the_persons_language(office: PostOffice) -> None:
    made = invited()
    client = ScimClient.objects.create(name="idp", token_sha256="0" * 64, scopes=[], made_at=NOW)
    ScimUser.objects.create(
        client=client,
        employee=made.employee,
        user_name="ichiro",
        resource={"preferredLanguage": "en-US"},
        made_at=NOW,
        changed_at=NOW,
    )
    early = NOW + ON_ITS_WAY - timedelta(seconds=1)
    assert send_next(now=early) is None
    assert not unsent(now=early).exists()
    assert unsent(now=NOW + ON_ITS_WAY).exists()
    assert send_next(now=NOW + ON_ITS_WAY) == Tried(made)
    assert "Set your own password" in words(office.mails[0])


def test_who_is_killed_at_any_write_loses_nothing_and_the_newest_link_is_good(office: PostOffice) -> None:
    made, now = invited(), NOW + ON_ITS_WAY
    for write in range(1, 20):
        try:
            with cut_off(write):
                assert send_next(now=now, language="en") is not None
        except Cut:
            now += DAY
            continue
        break
    assert write > 2
    assert Invitation.objects.get().sent_at == now
    assert len(office.mails) <= 2
    *before, newest = (by_link(link, now=now) for link in links(office))
    assert newest == made
    assert not any(before)
    assert "the link of the newest one is good" in words(office.mails[-1])


def test_whoever_used_the_link_of_a_mail_that_nobody_noted_gets_no_other(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = invited()
    monkeypatch.setattr("training.people.invite_send.mark_sent", lambda **_given: None)
    send_next(now=NOW, only=made.pk)
    found = by_link(links(office)[0], now=NOW)
    assert found is not None
    accept(invitation=found, password="x-y-z-12345", now=NOW)
    assert send_next(now=NOW + DAY) is None


def test_what_was_ended_or_replaced_or_is_too_old_is_mailed_no_more(office: PostOffice) -> None:
    ended, replaced, old = invited(), invited("000102", "佐藤 二"), invited("000103", "鈴木 三")
    revoke_invitation(invitation=ended, by=None, now=NOW)
    invite(employees=[replaced.employee], means=Invitation.Means.SLIP, by=None, now=NOW)
    for gone in (ended, replaced):
        assert send_next(now=NOW, only=gone.pk) is None
    assert send_next(now=old.expires_at) is None
    assert office.mails == []


def test_a_mail_that_comes_late_does_not_mark_the_one_that_took_its_place(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = invited()
    office.before = lambda: None
    monkeypatch.setattr("training.people.invite_send.send", lambda *_words, **_to: again(made))

    def again(one: Invitation) -> None:
        invite(employees=[one.employee], means=Invitation.Means.MAIL, by=None, now=NOW)

    send_next(now=NOW, only=made.pk)
    assert waiting(now=NOW).get().pk != made.pk


def test_an_address_that_came_to_be_known_is_used_and_none_is_told_as_such(office: PostOffice) -> None:
    made = invited()
    EmailAddress.objects.update(valid_to=date(2026, 1, 1))
    assert send_next(now=NOW, only=made.pk) == Tried(made, "no address")
    EmailAddress.objects.update(valid_to=None, email="new@example.com")
    assert send_next(now=NOW + DAY) == Tried(made)
    assert office.mails[0]["To"] == "new@example.com"


def test_who_has_left_meanwhile_is_not_mailed(office: PostOffice) -> None:
    made = invited()
    Employment.objects.update(valid_to=NOW.date())
    assert send_next(now=NOW + DAY, only=made.pk) == Tried(made, "has left")
    assert office.mails == []


def test_who_got_an_account_that_may_do_more_meanwhile_is_not_mailed(office: PostOffice) -> None:
    made = invited(by=account("hr", Role.HR))
    link_account(employee=made.employee, user=account("officer", Role.PRIVACY_OFFICER), now=NOW)
    assert send_next(now=NOW, only=made.pk) == Tried(made, "out of reach")
    assert office.mails == []


def test_one_that_fails_holds_up_no_other(office: PostOffice, clock: Any) -> None:
    people = [addressed(person(f"00010{number}", f"氏名{number}"), f"{number}@example.com") for number in range(3)]
    office.answer = lambda address: "550 no such user" if address.startswith("1@") else None
    asked = {"employees": [one.employee for one in people], "by": None, "language": "ja", "now": NOW}
    assert invite_by_mail(**asked) == 1
    assert [one.employee_id for one in unsent(now=NOW)] == [people[1].employee_id]
    office.answer = lambda address: None
    clock(NOW + timedelta(minutes=5))
    assert mail_invitations.enqueue().return_value == {"sent": 1, "failed": 0}
    assert len(office.mails) == 3


def test_the_round_of_reminders_mails_what_waits_and_says_what_it_gives_up(
    office: PostOffice, clock: Any, settings: Any
) -> None:
    settings_with(settings, REMINDER_TRIES=2)
    invited()
    clock(NOW + ON_ITS_WAY)
    office.answer = refuse("451 try later")
    out = StringIO()
    call_command("send_reminders", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert (told["invitations_sent"], told["invitations_waiting"]) == (0, 1)
    clock(NOW + DAY)
    with pytest.raises(CommandError):
        call_command("send_reminders", stdout=out)
    clock(NOW + 2 * DAY)
    call_command("send_reminders", stdout=out)  # what was given up before is no news
    assert given_up(now=NOW + 2 * DAY).count() == 1


def test_the_command_that_invites_says_that_mail_failed_and_that_it_is_tried_again(
    office: PostOffice, clock: Any
) -> None:
    addressed(person())
    office.answer = refuse("451 try later")
    with pytest.raises(CommandError, match="send_reminders"):
        call_command("invite", "--all", stdout=StringIO())
    assert unsent(now=NOW).count() == 1


@pytest.mark.django_db(transaction=True)
def test_several_at_once_mail_each_once(office: PostOffice) -> None:
    for number in range(4):
        invited(f"00010{number}", f"氏名{number}")
    now = later(hours=1)

    def all_of_them() -> None:
        while send_next(now=now):
            pass

    crowd(all_of_them)
    assert len(office.mails) == len(set(links(office))) == 4
    assert all(by_link(link, now=now) for link in links(office))
    assert not waiting(now=now).exists()


def test_no_link_is_stored(office: PostOffice) -> None:
    made = invited()
    send_next(now=NOW, only=made.pk)
    (secret,) = links(office)
    assert not any(secret in row for rows in cutting.everything().values() for row in rows)
