"""Invitations: good once and for a while, by one person's hands; codes that die; what the ledger is told."""

from __future__ import annotations

import json
import smtplib
from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import Permission
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.management import CommandError, call_command
from django.test import override_settings
from django.utils import timezone

from tests.building import NOW, PASSWORD, account, import_staff, later, person
from tests.cutting import everything, writes_whole_or_not_at_all
from tests.people.rosters import row, simple
from training.access.leavers import withdraw_roles
from training.errors import Conflict, NotAllowed
from training.ledger.models import Entry
from training.people.account_models import Invitation
from training.people.invite import (
    ALPHABET,
    MOST_TRIES,
    Made,
    accept,
    by_code,
    by_link,
    can_be_invited,
    grouped,
    invite,
    revoke_invitation,
)
from training.people.leavers import kept_until, left_on, shut_out_since
from training.people.models import EmailAddress, Employee, Employment
from training.people.tasks import invite_by_mail, mail_invitation
from training.roles import Role, ensure_groups

pytestmark = pytest.mark.django_db
MAIL, SLIP = Invitation.Means.MAIL, Invitation.Means.SLIP
NEW_PASSWORD = "あたらしい-passw0rd"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an hour after everything was built."""
    monkeypatch.setattr(timezone, "now", lambda: later(hours=1))


def invited(employment: Employment, means: Invitation.Means = SLIP, **changes: Any) -> Made:
    """Somebody's invitation."""
    values: dict[str, Any] = {"by": None, "now": NOW}
    return invite(employees=[employment.employee], means=means, **(values | changes))[0]


def by_mail(employment: Employment, language: str = "ja") -> int:
    """Have somebody mailed; how many mails failed."""
    return invite_by_mail(employees=[employment.employee], by=None, language=language, now=timezone.now())


def addressed(employment: Employment, email: str = "ichiro@example.com") -> Employment:
    """The company writes to the person there."""
    EmailAddress.objects.create(
        employee=employment.employee,
        email=email,
        valid_from=date(2020, 4, 1),
        recorded_at=NOW,
        entry=employment.entry,
    )
    return employment


def facts_of(kind: str) -> dict[str, Any]:
    """The facts of the newest entry of a kind."""
    facts: dict[str, Any] = json.loads(Entry.objects.filter(kind=kind).latest("at").body)["facts"]
    return facts


def test_a_link_makes_an_account_that_signs_in_by_number_and_works_once() -> None:
    made = invited(addressed(person()), MAIL)
    found = by_link(made.secret, now=NOW)
    assert found is not None

    user = accept(invitation=found, password=NEW_PASSWORD, now=NOW)

    assert authenticate(None, username="000101", password=NEW_PASSWORD) == user
    assert user.email == ""  # the staff list's address is read where it is needed: a copy would not follow it
    assert Employee.objects.get().user == user
    assert by_link(made.secret, now=NOW) is None
    with pytest.raises(Conflict):
        accept(invitation=found, password=PASSWORD, now=NOW)
    assert authenticate(None, username="000101", password=NEW_PASSWORD) == user


def test_neither_link_nor_code_is_stored() -> None:
    secrets = [invited(person(), MAIL).secret, invited(person("000102", "佐藤 二")).secret]
    for rows in everything().values():
        assert not any(secret in one for secret in secrets for one in rows)


@pytest.mark.parametrize("change", [str.lower, grouped, lambda code: f" {grouped(code)} ", lambda code: code + "　"])
@pytest.mark.parametrize("number", ["000101", "０００１０１", " 000101"])
def test_a_code_is_read_however_it_is_typed(number: str, change: Any) -> None:
    made = invited(person())
    assert by_code(number, change(made.secret), now=NOW) == made.invitation


def test_a_code_is_its_persons_alone() -> None:
    one, other = invited(person()), invited(person("000102", "佐藤 二"))
    assert by_code("000102", one.secret, now=NOW) is None
    assert by_code("000101", other.secret, now=NOW) is None
    assert by_link(one.secret, now=NOW) is None


@pytest.mark.parametrize("number", ["999999", "", "\x00", "9" * 5000])
@pytest.mark.parametrize("code", ["", "A", "\x00", "X" * 5000, "𠮷" * 12])
def test_nonsense_is_no_code(number: str, code: str) -> None:
    person()
    assert by_code(number, code, now=NOW) is None


def test_after_five_wrong_tries_the_right_code_is_dead_and_another_slip_works() -> None:
    employment = person()
    made = invited(employment)
    for _turn in range(MOST_TRIES):
        assert by_code("000101", "AAAA-AAAA-AAAA", now=NOW) is None
    assert by_code("000101", made.secret, now=NOW) is None
    again = invited(employment)
    assert by_code("000101", again.secret, now=NOW) == again.invitation


def test_a_code_has_no_signs_that_are_mistaken_for_others() -> None:
    code = invited(person()).secret
    assert set(code) <= set(ALPHABET)
    assert not set("0O1IL5S2Z8BUV") & set(ALPHABET)
    assert len(ALPHABET) ** len(code) > 2**50


@pytest.mark.parametrize("means", [MAIL, SLIP])
def test_what_is_too_old_replaced_or_revoked_is_good_for_nothing(means: Invitation.Means) -> None:
    employment = person()

    def good(made: Made, now: Any = NOW) -> bool:
        found = by_link(made.secret, now=now) if means == MAIL else by_code("000101", made.secret, now=now)
        return found is not None

    old = invited(employment, means, valid=timedelta(days=1))
    assert good(old)
    assert not good(old, NOW + timedelta(days=1))
    new = invited(employment, means)
    assert not good(old)
    assert good(new)
    revoke_invitation(invitation=new.invitation, by=None, now=NOW)
    assert not good(new)
    with pytest.raises(Conflict):
        revoke_invitation(invitation=new.invitation, by=None, now=NOW)
    with pytest.raises(Conflict):
        accept(invitation=new.invitation, password=NEW_PASSWORD, now=NOW)


def test_who_has_an_account_gets_a_new_password_and_the_ledger_says_by_whose_slip() -> None:
    hr, user = account("hr"), account("ichiro")
    made = invited(person(user=user), by=hr)

    assert accept(invitation=made.invitation, password=NEW_PASSWORD, now=NOW) == user

    assert authenticate(None, username="000101", password=PASSWORD) is None
    assert authenticate(None, username="ichiro", password=NEW_PASSWORD) == user
    assert facts_of("people.invited")["by"] == hr.pk
    assert facts_of("people.password_set") | {"employee": None} == {
        "employee": None,
        "user": user.pk,
        "means": "slip",
        "made_by": hr.pk,
    }


def test_a_locked_account_stays_locked() -> None:
    user = account("ichiro")
    made = invited(person(user=user))
    user.is_active = False
    user.save()
    before = everything()
    with pytest.raises(NotAllowed):
        accept(invitation=made.invitation, password=NEW_PASSWORD, now=NOW)
    assert everything() == before


# --- whose account ---


def promoted(user: Any, what: str) -> None:
    """The account is given more."""
    if what == "superuser":
        user.is_superuser = True
    elif what == "staff":
        user.is_staff = True
    elif what == "permission":
        user.user_permissions.add(Permission.objects.first())  # type: ignore[arg-type]
    else:
        user.groups.add(ensure_groups()[Role[what]])
    user.save()


MORE = ("PRIVACY_OFFICER", "EDITOR", "superuser", "staff", "permission")


@pytest.mark.parametrize("means", [MAIL, SLIP])
@pytest.mark.parametrize("more", MORE)
def test_nobody_gives_a_way_into_an_account_that_may_do_more_than_the_own(more: str, means: Invitation.Means) -> None:
    hr, user = account("hr", Role.HR), account("ichiro", Role.HR)
    promoted(user, more)
    employment = person(user=user)
    before = everything()
    with pytest.raises(NotAllowed):
        invited(employment, means, by=hr)
    assert everything() == before


@pytest.mark.parametrize("more", MORE)
def test_an_account_that_was_given_more_since_is_not_opened_by_the_slip(more: str) -> None:
    hr, user = account("hr", Role.HR), account("ichiro")
    made = invited(person(user=user), by=hr)
    promoted(user, more)
    before = everything()
    with pytest.raises(NotAllowed):
        accept(invitation=made.invitation, password=NEW_PASSWORD, now=NOW)
    assert everything() == before


def test_a_slip_of_somebody_who_lost_the_role_since_opens_no_account_with_it() -> None:
    hr, user = account("hr", Role.HR), account("ichiro", Role.HR)
    made = invited(person(user=user), by=hr)
    hr.is_active = False
    hr.save()
    with pytest.raises(NotAllowed):
        accept(invitation=made.invitation, password=NEW_PASSWORD, now=NOW)


def test_who_holds_the_same_roles_a_superuser_and_the_command_line_reach_the_account() -> None:
    root = account("root")
    promoted(root, "superuser")
    user = account("ichiro", Role.HR)
    employment = person(user=user)
    for by in (account("hr", Role.HR, Role.EDITOR), root, None):
        made = invited(employment, by=by)
        assert accept(invitation=made.invitation, password=NEW_PASSWORD, now=NOW) == user


def test_an_account_name_that_a_former_holder_has_is_not_taken() -> None:
    get_user_model().objects.create_user(username="000101", password=PASSWORD)
    made = invited(person())
    user = accept(invitation=made.invitation, password=NEW_PASSWORD, now=NOW)
    assert user.get_username() == "000101-2"
    assert authenticate(None, username="000101", password=NEW_PASSWORD) == user


def test_accepting_is_done_whole_or_not_at_all() -> None:
    made = invited(person())
    assert writes_whole_or_not_at_all(lambda: accept(invitation=made.invitation, password="x-y-z-12345", now=NOW)) > 4


def test_only_who_is_here_or_joins_and_has_no_account_can_be_invited() -> None:
    import_staff(simple(row(left="2026/10/31")))
    person("000102", "新人 二", joined=date(2026, 12, 1))
    person("000103", "佐藤 三", user=account("saburo"))
    person("000104", "鈴木 四")
    allowed = can_be_invited(Employee.objects.all(), day=NOW.date())
    assert {one.employments.latest("valid_from").number for one in allowed} == {"000102", "000104"}


# --- mail ---


@pytest.mark.parametrize(("language", "words"), [("ja", "000101"), ("en", "Set your own password")])
def test_the_mail_has_the_link_as_text_and_as_html(language: str, words: str) -> None:
    employment = addressed(person())
    with override_settings(PRIVACY_TRAINING={"COMPANY_NAME": "会社", "PUBLIC_URL": "https://training.example"}):
        assert by_mail(employment, language) == 0

    (message,) = mail.outbox
    assert message.to == ["ichiro@example.com"]
    text, html = str(message.body), str(message.alternatives[0][0])
    link = next(word for word in text.split() if word.startswith("https://training.example/welcome/"))
    assert words in text
    assert link in html
    found = by_link(link.rstrip("/").rpartition("/")[2], now=NOW)
    assert found is not None
    assert found.sent_at is not None
    assert "髙橋 一郎" in text


def test_the_command_says_who_would_get_what_and_then_does_it(capsys: pytest.CaptureFixture[str]) -> None:
    addressed(person())
    person("000102", "佐藤 二")
    person("000103", "佐藤 三", user=account("saburo"))
    told = {"mailed": ["000101"], "without_address": ["000102"]}

    call_command("invite", "--all", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out) == told
    assert mail.outbox == []
    call_command("invite", "--all", "--json")
    assert json.loads(capsys.readouterr().out) == told
    assert len(mail.outbox) == 1
    call_command("invite", "０００１０１")
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("words", [[], ["--all", "000101"], ["999999"], ["000101", "--language", "tlh"]])
def test_the_command_refuses_what_makes_no_sense(words: list[str]) -> None:
    addressed(person())
    with pytest.raises(CommandError):
        call_command("invite", *words)
    assert mail.outbox == []


@pytest.mark.parametrize(
    "reason",
    [
        smtplib.SMTPRecipientsRefused({"ichiro@example.com": (550, b"ichiro@example.com: no such user")}),
        smtplib.SMTPDataError(554, b"ichiro@example.com is blocked"),
        OSError("ichiro@example.com"),
        ValueError("Invalid address ichiro@example.com"),
    ],
)
def test_a_refused_mail_names_no_address_to_the_log(
    reason: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuses(_message: Any, **_options: Any) -> None:
        raise reason

    employment = addressed(person())
    monkeypatch.setattr(EmailMultiAlternatives, "send", refuses)
    (made,) = invite(employees=[employment.employee], means=MAIL, by=None, now=NOW)
    result = mail_invitation.enqueue(made.invitation.pk, "ja")
    assert result.status.name == "FAILED"
    told = "".join(error.traceback for error in result.errors)
    assert "NotSent" in told
    assert "ichiro@" not in told + caplog.text
    assert Invitation.objects.get().sent_at is None


# --- signing in by address ---


def test_who_has_an_address_signs_in_by_it_whatever_its_case() -> None:
    user = account("ichiro")
    addressed(person(user=user))
    for typed in ("ichiro@example.com", "Ichiro@Example.COM", " ichiro@example.com "):
        assert authenticate(None, username=typed, password=PASSWORD) == user
    assert authenticate(None, username="ichiro@example.com", password="falsch") is None


def test_an_address_that_two_people_share_signs_neither_in() -> None:
    for number in ("000101", "000102"):
        addressed(person(number, number, user=account(number)))
    assert authenticate(None, username="ichiro@example.com", password=PASSWORD) is None


# --- leavers ---


def test_who_left_reads_on_until_the_records_are_kept_no_more() -> None:
    user = account("ichiro")
    import_staff(simple(row(left="2021/3/31", joined="2010/4/1")))
    employee = Employee.objects.get()
    Employee.objects.update(user=user)

    assert left_on(employee.pk, day=date(2021, 3, 31)) is None
    assert left_on(employee.pk, day=date(2021, 4, 1)) == date(2021, 3, 31)
    assert shut_out_since(user.pk, day=date(2026, 3, 31)) is None
    assert shut_out_since(user.pk, day=date(2026, 4, 1)) == date(2026, 3, 31)
    with override_settings(PRIVACY_TRAINING={"RETENTION_YEARS": 10}):
        assert shut_out_since(user.pk, day=date(2026, 4, 1)) is None
    with pytest.raises(Conflict):
        invite(employees=[Employee.objects.get()], means=SLIP, by=None, now=NOW)


def test_who_is_in_no_roster_is_no_leaver() -> None:
    assert shut_out_since(account("auditor").pk, day=NOW.date()) is None


@pytest.mark.parametrize(
    ("last", "until"),
    [
        (date(2024, 2, 29), date(2029, 2, 28)),
        (date(2021, 3, 31), date(2026, 3, 31)),
        (date(2020, 2, 29), date(2025, 2, 28)),
    ],
)
def test_records_are_kept_for_whole_years(last: date, until: date) -> None:
    assert kept_until(last, years=5) == until


def test_a_leavers_roles_end_and_nobody_elses() -> None:
    import_staff(simple(row(left="2026/10/31"), row("000102", "佐藤 二")))
    left, stays = account("left", Role.HR), account("stays", Role.HR)
    outside = account("outside", Role.AUDITOR)
    for number, user in (("000101", left), ("000102", stays)):
        Employee.objects.filter(employments__number=number).update(user=user)
    left.is_staff = True
    left.save()

    assert withdraw_roles(now=NOW) == 1
    assert withdraw_roles(now=NOW) == 0

    left.refresh_from_db()
    assert (left.groups.count(), left.is_staff, left.is_active) == (0, False, True)
    assert (stays.groups.count(), outside.groups.count()) == (1, 1)
    assert facts_of("access.roles_withdrawn")["groups"] == [Role.HR.group_name]


def test_the_command_lists_leavers_before_it_takes_their_roles(capsys: pytest.CaptureFixture[str]) -> None:
    import_staff(simple(row(left="2026/10/31")))
    left = account("left", Role.HR)
    Employee.objects.update(user=left)
    call_command("withdraw_roles", "--dry-run", "--json")
    assert json.loads(capsys.readouterr().out) == {"accounts": ["left"]}
    assert left.groups.count() == 1
    call_command("withdraw_roles")
    assert left.groups.count() == 0
