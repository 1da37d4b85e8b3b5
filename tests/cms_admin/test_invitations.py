"""HR sees who has an account, invites one or all, prints slips, and ends invitations."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pikepdf import Pdf
from pytest_django import DjangoAssertNumQueries

from tests import building
from tests.cms_admin.reading import facts, rows, text
from tests.people.test_invite import addressed
from tests.reminders.post import PostOffice, post_office, words
from training.people.account_models import Invitation
from training.people.invite import by_code
from training.people.invite_mail import NotSent
from training.people.models import Employment
from training.people.tasks import invite_by_mail
from training.roles import Role

LIST = "/admin/training/accounts/"


@pytest.fixture
def company() -> list[Employment]:
    """Somebody with an address, somebody without, and somebody with an account."""
    return [
        addressed(building.person("000101", "髙橋 一郎")),
        building.person("000102", "佐藤 二", department="工場/製造課"),
        building.person("000103", "鈴木 三", user=building.account("saburo")),
    ]


def address(name: str, *arguments: Any) -> str:
    """An address of these pages."""
    return reverse(f"training_accounts:{name}", args=arguments)


def words_of(pdf: bytes) -> str:
    """The text of a PDF."""
    return subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()


def code_in(pdf: bytes) -> str:
    """The first code that a PDF prints."""
    return next(word for word in words_of(pdf).split() if word.count("-") == 2 and len(word) == 14)


def test_the_list_tells_who_has_an_account_and_who_was_invited(hr: Client, company: list[Employment]) -> None:
    hr.post(address("person", company[0].employee_id), {"means": "mail", "language": "ja"})
    found = rows(hr.get(LIST))
    assert [row[1] for row in found] == ["000101", "000102", "000103"]
    assert found[0][3] == "ichiro@example.com"
    assert [len(rows(hr.get(LIST, {"state": state}))) for state in ("none", "invited", "account")] == [1, 1, 1]
    assert [row[1] for row in rows(hr.get(LIST, {"address": "no"}))] == ["000102", "000103"]
    assert [row[1] for row in rows(hr.get(LIST, {"department": "工場"}))] == ["000102"]


def test_the_list_asks_as_many_questions_for_thirty_as_for_one(
    hr: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        addressed(building.person(f"{number:06}", f"佐藤 {number}"), f"{number}@example.com")
    with django_assert_max_num_queries(22):
        assert len(rows(hr.get(LIST))) == 30


def test_everybody_with_an_address_and_no_account_is_mailed_at_once(hr: Client, company: list[Employment]) -> None:
    page = hr.get(address("invite"))
    assert "000101 髙橋 一郎" in text(page)
    assert mail.outbox == []
    assert hr.post(address("invite"), {"language": "en"}).url == LIST
    (message,) = mail.outbox
    assert message.to == ["ichiro@example.com"]
    assert Invitation.objects.get().made_by.get_username() == "hr"  # type: ignore[union-attr]


def test_whom_the_filter_leaves_out_is_not_mailed(hr: Client, company: list[Employment]) -> None:
    hr.post(f"{address('invite')}?department=工場", {"language": "ja"})
    assert mail.outbox == []


def test_slips_are_made_for_who_has_no_address_and_their_codes_are_good(hr: Client, company: list[Employment]) -> None:
    answer = hr.post(address("slips"), {"language": "ja"})

    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    assert "000102" in words_of(answer.content)
    assert "000101" not in words_of(answer.content)
    found = by_code("000102", code_in(answer.content), now=building.later(hours=1))
    assert found is not None
    assert found.employee == company[1].employee


def test_a_name_that_cannot_be_printed_is_named_and_no_code_is_made(hr: Client) -> None:
    building.person("000102", "佐藤 \U000e0fff")
    answer = hr.post(address("slips"), {"language": "ja"})
    assert answer.status_code == 409
    assert not Invitation.objects.exists()


def test_slips_of_many_stand_on_pages_and_none_is_parted(hr: Client) -> None:
    for number in range(9):
        building.person(f"{number:06}", f"佐藤 {number}", department="営業本部/第一営業部/二課")
    answer = hr.post(address("slips"), {"language": "en"})
    with Pdf.open(BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) == 3  # four to a page
    assert words_of(answer.content).count("First code") == 9


def test_one_person_is_invited_by_mail_and_again_and_the_invitation_ended(
    hr: Client, company: list[Employment]
) -> None:
    page = address("person", company[0].employee_id)
    assert hr.get(page).context["form"].initial["means"] == "mail"
    assert hr.post(page, {"means": "mail", "language": "ja"}).url == page
    first = Invitation.objects.get()
    hr.post(page, {"means": "mail", "language": "ja"})
    assert Invitation.objects.get().pk != first.pk
    assert list(facts(hr.get(page)).values())[-1] == "送信済み"

    assert hr.post(address("revoke", company[0].employee_id)).url == page
    assert not Invitation.objects.exists()
    assert hr.post(address("revoke", company[0].employee_id)).status_code == 409


def test_who_has_no_address_is_not_mailed_but_gets_a_slip(hr: Client, company: list[Employment]) -> None:
    page = address("person", company[1].employee_id)
    assert hr.get(page).context["form"].initial["means"] == "slip"
    assert hr.post(page, {"means": "mail", "language": "ja"}).context["form"].errors["means"]
    assert code_in(hr.post(page, {"means": "slip", "language": "ja"}).content)
    assert hr.post(page, {"means": "pigeon", "language": "ja"}).context["form"].errors["means"]


def test_a_mail_that_cannot_be_handed_over_is_said(
    hr: Client, company: list[Employment], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_args: Any, **_kwargs: Any) -> None:
        raise NotSent("ConnectionRefusedError")

    monkeypatch.setattr("training.people.invite_send.send", fails)
    page = hr.post(address("person", company[0].employee_id), {"means": "mail", "language": "ja"}, follow=True)
    assert Invitation.objects.get().sent_at is None
    assert page.status_code == 200


@pytest.mark.parametrize("means", ["mail", "slip"])
def test_the_officers_account_is_not_hrs_to_open_and_the_page_says_why(hr: Client, means: str) -> None:
    officer = building.account("officer", Role.PRIVACY_OFFICER)
    employment = addressed(building.person(user=officer))
    page = hr.post(address("person", employment.employee_id), {"means": means, "language": "ja"})
    assert page.status_code == 403
    assert "invite" in text(page)
    assert mail.outbox == []
    assert not Invitation.objects.exists()


def test_mails_to_more_than_are_sent_at_once_are_refused(
    hr: Client, company: list[Employment], monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(building.person("000104", "田中 四"), "yon@example.com")
    monkeypatch.setattr("cms.admin.invitations.MOST_MAILS", 1)
    assert hr.post(address("invite"), {"language": "ja"}).context["form"].non_field_errors()
    assert mail.outbox == []
    assert not Invitation.objects.exists()


def test_mails_that_cannot_be_handed_over_are_counted_and_the_others_go(
    hr: Client, company: list[Employment], monkeypatch: pytest.MonkeyPatch
) -> None:
    addressed(building.person("000104", "田中 四"), "yon@example.com")

    def fails(_mail: Any, *, to: str) -> None:
        if to.startswith("ichiro"):
            raise NotSent("OSError")

    monkeypatch.setattr("training.people.invite_send.send", fails)
    page = hr.post(address("invite"), {"language": "ja"}, follow=True)
    assert [(one.level_tag, str(one)[:1]) for one in page.context["messages"]] == [("success", "1"), ("error", "1")]


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """A mail server that takes no mail, until it is told otherwise."""
    with post_office(settings) as opened:
        opened.answer = lambda address: "451 try later"
        yield opened


def test_mails_that_were_not_sent_are_counted_filtered_and_sent_again_to_exactly_those(
    hr: Client, company: list[Employment], office: PostOffice
) -> None:
    addressed(building.person("000104", "田中 四"), "yon@example.com")
    office.answer = lambda address: "451 try later" if address.startswith("yon") else None
    assert address("again") not in hr.get(LIST).content.decode()
    hr.post(address("invite"), {"language": "ja"})

    page = hr.get(LIST)
    assert address("again") in page.content.decode()
    assert [row[1] for row in rows(hr.get(LIST, {"state": "unsent"}))] == ["000104"]
    assert "000104 田中 四" in text(hr.get(address("again")))
    assert "000101" not in text(hr.get(address("again")))

    office.answer = lambda address: None
    assert hr.post(address("again"), {"language": "en"}).url == LIST
    assert [str(mail["To"]) for mail in office.mails] == ["ichiro@example.com", "yon@example.com"]
    assert "Set your own password" in words(office.mails[1])
    assert rows(hr.get(LIST, {"state": "unsent"})) == []
    assert address("again") not in hr.get(LIST).content.decode()
    hr.post(address("again"), {"language": "en"})
    assert len(office.mails) == 2


def test_the_persons_page_says_how_far_the_mail_is(
    hr: Client, company: list[Employment], office: PostOffice, settings: Any
) -> None:
    page = address("person", company[0].employee_id)
    hr.post(page, {"means": "mail", "language": "ja"})
    (told,) = {name: value for name, value in facts(hr.get(page)).items() if name == "メール"}.values()
    Invitation.objects.update(tries=6)
    assert facts(hr.get(page))["メール"] == "メール未送信" != told
    Invitation.objects.update(tries=0)
    assert facts(hr.get(page))["メール"] not in (told, "メール未送信")
    office.answer = lambda address: None
    hr.post(page, {"means": "mail", "language": "ja"})
    assert facts(hr.get(page))["メール"] == "送信済み"


def test_an_account_that_may_do_more_is_left_out_of_what_hr_sends_again(
    hr: Client, company: list[Employment], office: PostOffice
) -> None:
    officer = addressed(building.person("000105", "役員 五", user=building.account("officer", Role.PRIVACY_OFFICER)))
    invite_by_mail(employees=[officer.employee, company[0].employee], by=None, language="ja", now=timezone.now())
    assert len(rows(hr.get(LIST, {"state": "unsent"}))) == 2
    office.answer = lambda address: None
    hr.post(address("again"), {"language": "ja"})
    assert [str(mail["To"]) for mail in office.mails] == ["ichiro@example.com"]
    assert [row[1] for row in rows(hr.get(LIST, {"state": "unsent"}))] == ["000105"]


@pytest.mark.django_db
def test_the_admin_mails_nobody_a_new_password() -> None:
    """The account's own address would get it, which does not follow the staff list."""
    user = building.account("hr", Role.HR)
    user.email = "before@example.com"
    user.save()
    assert Client().get("/admin/password_reset/").status_code == 404
    assert Client().post("/admin/password_reset/", {"email": "before@example.com"}).status_code == 404
    assert "/admin/password_reset" not in Client().get("/admin/login/", follow=True).content.decode()
    assert mail.outbox == []
