"""HR sees what was sent and what was not, what today brings, and how each mail reads."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import building
from tests.cms_admin.conftest import AN_HOUR_LATER, signed_in
from tests.cms_admin.reading import facts, rows, text
from tests.reminders.company import at, member, run, settings_with
from tests.reminders.post import PostOffice, chat_tool, words
from tests.reminders.test_webhooks import SECRET
from training.campaigns.approve import approve
from training.people.models import Employment
from training.reminders.mails import Kind
from training.reminders.models import Letter
from training.roles import Role

INDEX = "training_reminders:index"


@pytest.fixture
def company() -> Employment:
    """One person with a campaign that is due on 2026-12-25."""
    employment = member("000201", "𠮷田 太郎")
    building.campaign()
    return employment


def test_the_log_shows_each_letter_and_can_be_narrowed(
    hr: Client, company: Employment, office: PostOffice, settings: Any
):
    settings_with(settings, REMINDER_TRIES=1)
    run("2026-12-11")
    office.answer = lambda address: "550 no"
    run("2026-12-18")
    lines = rows(hr.get(reverse(INDEX)))
    assert [(line[0], line[3], line[7]) for line in lines] == [
        ("𠮷田 太郎", "配信不能", "refused: 550"),
        ("𠮷田 太郎", "送信済み", ""),
    ]
    assert len(rows(hr.get(reverse(INDEX), {"state": "failed"}))) == 1
    assert len(rows(hr.get(reverse(INDEX), {"reader": "manager"}))) == 0
    assert len(rows(hr.get(reverse(INDEX), {"by_hand": "no"}))) == 2


def test_what_failed_is_sent_again_from_its_page(
    hr_account: Any, company: Employment, office: PostOffice, settings: Any, clock: Any
):
    settings_with(settings, REMINDER_TRIES=1)
    office.answer = lambda address: "550 no"
    [letter] = run("2026-12-11")
    page = reverse("training_reminders:letter", args=[letter.pk])
    clock(at("2026-12-11", 11))
    hr = signed_in(hr_account)
    assert facts(hr.get(page))["状態"] == "配信不能"
    assert "もう一度送信する" in text(hr.get(page))
    office.answer = lambda address: None
    shown = hr.post(page, follow=True)
    assert facts(shown)["状態"] == "送信済み"
    assert "もう一度送信する" not in text(shown).replace("もう一度送信しました", "")
    assert len(office.mails) == 1
    assert hr.post(page).status_code == 409


def test_a_letter_says_which_of_its_lines_are_the_notice_of_an_assignment(
    hr: Client, company: Employment, office: PostOffice
):
    [notice] = run("2026-11-24", 12)
    [rung] = run("2026-12-11")
    assert rows(hr.get(reverse("training_reminders:letter", args=[notice.pk])))[0][-1] == "受講のご案内"
    assert rows(hr.get(reverse("training_reminders:letter", args=[rung.pk])))[0][-1] == "-14"


def test_what_today_brings_is_shown_and_nothing_is_sent_by_looking(hr_account: Any, company: Employment, clock: Any):
    member("000202", "宛先 無", mail="")
    building.campaign(("article-1",), code="EXTRA")
    clock(at("2026-12-11"))
    hr = signed_in(hr_account)
    page = text(hr.get(reverse("training_reminders:today")))
    assert "𠮷田 太郎" in page
    assert "期限まで14日以内のため" in page
    assert "メールアドレスの登録なし" in page
    assert not Letter.objects.exists()
    clock(at("2026-12-12"))
    assert "休日" in text(hr.get(reverse("training_reminders:today")))


@pytest.fixture
def chief() -> Any:
    """The privacy officer, with an address."""
    user = building.officer()
    user.email = "officer@example.com"
    user.save()
    return user


def test_letters_about_plans_are_in_the_log_with_whom_they_went_to_and_what_they_told(
    hr: Client, hr_account: Any, chief: Any, office: PostOffice
):
    hr_account.email = "jinji@example.com"
    hr_account.save()
    building.draft(title="𠮷<b>計画</b>", by=hr_account)
    approve(campaign=building.draft(code="LATE"), by=chief, now=building.NOW)
    run("2026-12-11")
    lines = rows(hr.get(reverse(INDEX)))
    assert sorted((line[0], line[1], line[2], line[3]) for line in lines) == [
        ("officer", "個人情報保護管理責任者", "1", "送信済み"),
        ("人事", "人事", "1", "送信済み"),
    ]
    assert len(rows(hr.get(reverse(INDEX), {"reader": "officer"}))) == 1
    assert len(rows(hr.get(reverse(INDEX), {"about": "plans"}))) == 2
    assert rows(hr.get(reverse(INDEX), {"about": "training"})) == []
    page = hr.get(reverse("training_reminders:letter", args=[Letter.objects.get(reader="officer").pk]))
    assert facts(page)["宛先"] == "officer"
    assert rows(page) == [["𠮷<b>計画</b>", "2026年4月1日", "2026年12月25日", "下書き"]]
    assert reverse("training_campaigns:plan", args=["FY2026"]) in page.content.decode()
    page = hr.get(reverse("training_reminders:letter", args=[Letter.objects.get(reader="hr").pk]))
    assert rows(page)[0][-1] == "承認済み"


def test_a_mail_about_a_plan_leads_to_where_it_is_read_and_approved_or_opened(
    hr_account: Any, chief: Any, office: PostOffice
):
    hr_account.email = "jinji@example.com"
    hr_account.save()
    building.draft(by=hr_account)
    approve(campaign=building.draft(code="LATE"), by=chief, now=building.NOW)
    run("2026-12-11")
    for address, name, code in (
        ("officer@example.com", "training_campaigns:plan", "FY2026"),
        ("jinji@example.com", "training_campaigns:campaign", "LATE"),
    ):
        [sent] = office.to(address)
        link = f"http://127.0.0.1:8000{reverse(name, args=[code])}"
        assert link in words(sent)
        assert f'href="{link}"' in words(sent, "html")


def test_what_today_brings_names_the_plans_that_wait_and_whom_nobody_can_reach(
    hr_account: Any, chief: Any, clock: Any, django_assert_num_queries: Any
):
    building.account("second", Role.PRIVACY_OFFICER)
    building.draft(title="𠮷<b>計画</b>", by=hr_account)
    approve(campaign=building.draft(code="LATE", title="遅れた研修"), by=chief, now=building.NOW)
    clock(at("2026-12-11"))
    hr = signed_in(hr_account)
    page = hr.get(reverse("training_reminders:today"))
    assert [line[:4] for line in rows(page)] == [["officer", "個人情報保護管理責任者", "𠮷<b>計画</b>", "2026年4月1日"]]
    unheard = text(page).partition("計画についての通知が届かない方とその理由")[2]
    assert re.search(r"second.*メールアドレスの登録なし.*遅れた研修.*メールアドレスの登録なし", unheard, re.S)
    assert "<b>計画</b>" not in page.content.decode()
    with CaptureQueriesContext(connection) as few:
        hr.get(reverse("training_reminders:today"))
    for number in range(5):
        building.draft(code=f"MORE{number}", by=hr_account)
        approve(campaign=building.draft(code=f"LATE{number}"), by=chief, now=building.NOW)
    with django_assert_num_queries(len(few)):
        hr.get(reverse("training_reminders:today"))
    assert not Letter.objects.exists()


def test_hr_is_told_that_no_privacy_officer_has_an_address(hr: Client, chief: Any, settings: Any):
    words_ = "個人情報保護管理責任者のメールアドレスが1件も登録されていない"
    assert words_ not in text(hr.get(reverse("training_reminders:today")))
    chief.groups.clear()
    assert words_ in text(hr.get(reverse("training_reminders:today")))
    settings_with(settings, REMINDER_LADDER={"plans": False})
    assert words_ not in text(hr.get(reverse("training_reminders:today")))


def test_hr_is_told_that_nobody_of_hr_has_an_address(hr: Client, hr_account: Any, company: Employment):
    assert "REMINDER_HR_ADDRESSES" in text(hr.get(reverse("training_reminders:today")))
    hr_account.email = "jinji@example.com"
    hr_account.save()
    assert "REMINDER_HR_ADDRESSES" not in text(hr.get(reverse("training_reminders:today")))


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("kind", Kind.values)
def test_each_mail_can_be_read_in_each_language(hr: Client, kind: str, language: str):
    page = hr.get(reverse("training_reminders:preview", args=[kind, language]))
    assert page.status_code == 200
    html = hr.get(reverse("training_reminders:html", args=[kind, language]))
    assert html["X-Frame-Options"] == "SAMEORIGIN"
    body = html.content.decode()
    assert f'<html lang="{language}">' in body
    assert "{{" not in body + text(page)
    assert not re.search(r"<(img|script|link|iframe)\b|@import|url\(", body)
    if language == "en":
        sentences = re.sub(r"<style>.*?</style>", "", body, flags=re.S).replace(
            "富士インフォックス・ネット株式会社", ""
        )
        assert not re.search(r"[ぁ-んァ-ヶ一-龠]", sentences)


def test_a_mail_that_there_is_not_is_not_found(hr: Client):
    for kind, language in (("learner", "fr"), ("nonsense", "ja")):
        assert hr.get(reverse("training_reminders:preview", args=[kind, language])).status_code == 404
        assert hr.get(reverse("training_reminders:html", args=[kind, language])).status_code == 404


def test_a_test_goes_to_oneself_only_and_says_that_it_is_one(hr: Client, hr_account: Any, office: PostOffice):
    page = reverse("training_reminders:preview", args=["manager", "ja"])
    assert hr.post(page).status_code == 400
    hr_account.email = "jinji@example.com"
    hr_account.save()
    shown = hr.post(page, {"to": "somebody@else.example"}, follow=True)
    assert "jinji@example.com に送信しました。" in text(shown)
    [sent] = office.mails
    assert sent.rcpt == ["jinji@example.com"]
    assert str(sent["Subject"]).strip().startswith("[TEST]")  # a long subject may begin on a line of its own
    assert "見本" in words(sent)
    assert not Letter.objects.exists()


def test_a_mail_server_that_refuses_the_test_is_told_of(hr: Client, hr_account: Any, office: PostOffice):
    hr_account.email = "jinji@example.com"
    hr_account.save()
    office.answer = lambda address: "554 no"
    answer = hr.post(reverse("training_reminders:preview", args=["hr", "en"]))
    assert answer.status_code == 409
    assert "メールサーバー" in text(answer)
    assert mail.outbox == []


def test_hr_sends_a_test_to_a_chat_tool_and_sees_what_it_answers(hr: Client, settings: Any, clock: Any):
    page = reverse("training_reminders:chat_tools")
    assert "WEBHOOKS" in text(hr.get(page))
    with chat_tool() as tool:
        hook = {"name": "<b>社内チャット</b>", "url": f"{tool.url}/T0/key", "secret": SECRET}
        settings_with(settings, WEBHOOKS=[hook], WEBHOOK_TO_THIS_MACHINE=True)
        shown = hr.get(page).content.decode()
        assert "&lt;b&gt;社内チャット" in shown
        assert "127.0.0.1" in shown
        assert tool.calls == []

        said = [hr.post(page, {"hook": hook["name"]}, follow=True) for _twice in range(2)]
        levels = [[one.level_tag for one in answer.context["messages"]] for answer in said]
        assert levels == [["success"], ["warning"]]
        assert "HTTP 200" in text(said[0])
        tool.status = lambda before: 503
        clock(AN_HOUR_LATER + timedelta(minutes=1))
        failed = hr.post(page, {"hook": hook["name"]}, follow=True)
        assert "HTTP 503" in text(failed)
        for answer in [*said, failed]:
            assert SECRET not in answer.content.decode()
            assert "T0/key" not in answer.content.decode()
    assert hr.post(page, {"hook": "another"}).status_code == 400
    assert len(tool.calls) == 2
