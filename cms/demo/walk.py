"""One employee's year, HR's look and the auditor's, over real HTTP with the site's own pages and forms."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from django.urls import reverse

from cms.admin.one_campaign import NAMESPACE
from cms.demo.answers import filled_in
from cms.demo.browser import Browser, Unexpected
from cms.demo.company import CODE, Account
from training.campaigns.models import Campaign
from training.quiz.models import Attempt

Say = Callable[[str], None]


def sign_in(origin: str, account: Account) -> Browser:
    """Sign in by the page."""
    browser = Browser(origin).open("/accounts/login/")
    browser.press("ログイン", login=account.username, password=account.password)
    if browser.path.startswith("/accounts/login"):
        raise Unexpected(f"{account.username} could not sign in")
    return browser


def read_notice(browser: Browser) -> None:
    """Read what is recorded and why, which somebody new is shown first."""
    browser.open("/my/")
    if browser.path == "/my/notice/":
        browser.press("読みました")


def _answers(browser: Browser, *, right: bool) -> dict[str, Any]:
    """What the person answers: looked up in the database by the paper's id, for the page does not tell."""
    form, _ = browser.form_with("提出する")
    attempt = Attempt.objects.get(pk=UUID(str(browser.fields(form)["attempt"])))
    return filled_in(attempt, right=right)


def _quiz(browser: Browser, *, right: bool, say: Say) -> bool:
    browser.press("提出する", **_answers(browser, right=right))
    score = browser.page.find(class_="pt-score")
    say(f"    理解度テスト: {score.get_text(' ', strip=True) if score else browser.path}")
    return "合格しました" in browser.page.get_text()


def learn(browser: Browser, *, say: Say) -> int:
    """Read and pass every module from 「わたしの研修」 on, failing the first quiz once; return the number passed."""
    passed = 0
    while True:
        browser.open("/my/")
        steps = browser.page.select(".pt-step a[href*='/modules/']")
        waiting = [step for step in steps if "pt-step-done" not in (step.parent.get("class") or [])]
        if not waiting:
            return passed
        browser.open(str(waiting[0]["href"]))
        title = browser.heading
        browser.press("読みはじめる" if "読みはじめる" in browser.page.get_text() else "続きを読む")
        sections = 1
        while "次の節へ" in browser.page.get_text():
            browser.press("次の節へ")
            sections += 1
        browser.press("理解度テストへ")
        say(f"  「{title}」 {sections}節を読み、理解度テストへ")
        if passed == 0:
            _quiz(browser, right=False, say=say)
            browser.press("もう一度受ける")
        if not _quiz(browser, right=True, say=say):
            raise Unexpected(f"the right answers did not pass {title}")
        passed += 1


def pledge(browser: Browser, *, name: str, password: str, say: Say) -> None:
    """Read the pledge, authenticate anew, sign."""
    browser.open("/my/").follow("誓約書を読む")
    browser.press("署名に進む")
    say(f"  誓約書を読み、本人確認（{browser.heading}）")
    browser.press("確認", password=password)
    browser.press("署名する", typed_name=name, agree="on")
    say(f"  署名しました: {browser.path}")


def certificate(browser: Browser, *, file: Path) -> str:
    """Download the certificate; return the address of its check page."""
    data = browser.download(browser.link("修了証"))
    if not data.startswith(b"%PDF"):
        raise Unexpected("the certificate is no PDF")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    anchor = browser.page.select_one("a[href*='/check/']")
    if anchor is None:
        raise Unexpected("the receipt names no check page")
    return str(anchor["href"])


def public_check(origin: str, address: str) -> str:
    """What anybody sees who follows the QR code."""
    browser = Browser(origin).open(re.sub(r"^https?://[^/]+", "", address))
    status = browser.page.select_one(".pt-status")
    return status.get_text(strip=True) if status else ""


def hr_sees(browser: Browser, *, campaign: Campaign, number: str) -> bool:
    """Whether HR's listing shows the person, reached from the admin's front page."""
    browser.open(reverse(f"{NAMESPACE}:campaign", args=[campaign.code]))
    return number in browser.page.get_text()


def auditor_checks(browser: Browser) -> int:
    """The auditor downloads everything; returns how many certificates came."""
    browser.open("/audit/").open(f"/audit/{CODE}/")
    data = browser.download(f"/audit/{CODE}/all.zip")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.testzip() is not None:
            raise Unexpected("the archive is damaged")
        return len(archive.namelist())
