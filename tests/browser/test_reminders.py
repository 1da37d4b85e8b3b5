"""Reminders in a real browser: a manager's team, the own calendar address, HR's pages, and each mail as it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext

from cms.setup import ensure_site
from tests import building
from tests.browser.looking import Eyes
from tests.browser.signing_in import sign_in
from tests.reminders.company import heads, member, settings_with
from tests.reminders.post import chat_tool
from tests.reminders.test_webhooks import SECRET
from training.people.enrol import link_account
from training.reminders.mails import Kind
from training.reminders.models import Letter
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_manager_reminds_one_person_and_subscribes_to_the_own_due_days(
    chromium: BrowserContext, live_server: Any
) -> None:
    now = timezone.now()
    boss = member("000300", "課長 一郎", department="営業本部/第一営業部")
    link_account(employee=boss.employee, user=building.account("boss"), now=now)
    for number in range(3):
        member(f"00020{number}", f"架空 {number}", department=f"営業本部/第一営業部/第{number}担当課")
    heads(boss, of=boss)
    building.campaign(now=now)
    page = sign_in(chromium.new_page(), live_server, "boss")
    eyes = Eyes(page)
    eyes.look("manager-own-training", "部下の受講状況", "カレンダーで期限を確認")
    page.click("nav >> text=部下の受講状況")
    eyes.look("manager-team", "架空 0", "第2担当課", "未着手")
    page.locator("td form button").first.click()
    page.wait_for_load_state("networkidle")
    eyes.look("manager-reminded", "前回")
    assert Letter.objects.count() == 1
    page.goto(f"{live_server.url}{reverse('training:calendar')}")
    eyes.look("calendar-none", "アドレスを発行する")
    page.locator("button[name=make]").click()
    page.wait_for_load_state("networkidle")
    eyes.look("calendar", "あなた専用のアドレス", "/calendar/")
    page.goto(f"{live_server.url}{reverse('training:mails')}")
    eyes.look("mails", "メールの言語", "English")


def test_hr_looks_at_the_log_at_today_and_at_every_mail(
    chromium: BrowserContext, live_server: Any, settings: Any
) -> None:
    ensure_site()
    account = building.account("hr", Role.HR)
    account.email = "jinji@example.com"
    account.save()
    now = timezone.now()
    people = [member(f"00020{number}", f"架空 {number}") for number in range(2)]
    building.campaign(now=now)
    building.letter(people[0], state="sent", sent_at=now, tries=1)
    failed = building.letter(people[1], state="failed", error="refused: 550", tries=6)
    officer = building.officer()
    officer.email = "officer@example.com"
    officer.save()
    building.account("second", Role.PRIVACY_OFFICER)
    draft = building.draft(code="DRAFT", title="追加の研修", last_day=(now + timedelta(days=30)).date(), now=now)
    about_plans = Letter.objects.create(
        key="plans:1", about="plans", reader="officer", account=officer, covers=[[draft.pk, "", 0, None]],
        state="dropped", made_at=now, not_before=now,
    )  # fmt: skip
    page = sign_in(chromium.new_page(), live_server, "hr")
    eyes = Eyes(page, admin=True)

    def go(name: str, *arguments: Any) -> None:
        page.goto(f"{live_server.url}{reverse(name, args=arguments)}")

    go("training_reminders:index")
    eyes.look("hr-reminders", "架空 0", "配信不能")
    go("training_reminders:chat_tools")
    eyes.look("hr-chat-tools-none", "WEBHOOKS")
    with chat_tool() as tool:
        hook = {"name": "社内チャット", "url": tool.url, "secret": SECRET}
        settings_with(settings, WEBHOOKS=[hook], WEBHOOK_TO_THIS_MACHINE=True)
        go("training_reminders:chat_tools")
        page.get_by_role("button", name="社内チャット").click()
        eyes.look("hr-chat-tools", "社内チャット", "HTTP 200")
    go("training_reminders:letter", failed.pk)
    eyes.look("hr-reminder", "もう一度送信する")
    go("training_reminders:letter", about_plans.pk)
    eyes.look("hr-letter-about-plans", "追加の研修")
    go("training_reminders:today")
    eyes.look("hr-reminders-today", "本日の催促")
    go("training_reminders:previews")
    eyes.look("hr-reminder-previews", "上長あて")
    go("training_reminders:preview", "learner", "ja")
    eyes.look("hr-reminder-preview", "jinji@example.com にテスト送信する")
    mail = Eyes(chromium.new_page())
    mail.page.route("**/favicon.ico", lambda route: route.fulfill(status=204))  # a mail names none
    for kind in Kind:
        for language in ("ja", "en"):
            mail.page.goto(f"{live_server.url}{reverse('training_reminders:html', args=[kind.value, language])}")
            mail.look(f"mail-{kind.value}-{language}")
