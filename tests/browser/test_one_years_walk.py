"""Employee, HR and auditor in a real browser, on the real lessons."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from cms.load_content import content_files, load_content
from cms.setup import ensure_site
from tests.browser.answering import answer
from tests.browser.looking import Eyes
from tests.building import PASSWORD, account, assignment_of, person
from training.access.grant import grant
from training.campaigns.approve import approve
from training.campaigns.calendar import fiscal_year_days
from training.campaigns.models import Assignment, Campaign
from training.campaigns.open import open_campaign
from training.campaigns.plan import plan
from training.catalogue.models import Module
from training.catalogue.queries import newest_revision
from training.people.models import Employment
from training.policy.models import StatementVersion
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "𠮷﨑 邉徳"
NUMBER = "000123"


@pytest.fixture
def company(settings: Any, live_server: Any) -> Employment:
    """The real lessons, one employee with a hard name, HR, the privacy officer and an auditor."""
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "PUBLIC_URL": live_server.url}
    now = timezone.now()
    ensure_site()
    load_content(files=content_files(), now=now)
    employment = person(number=NUMBER, name=NAME, kana="ヨシザキ ナベノリ", user=account("e1"), noticed=False, now=now)
    account("hr", Role.HR)
    officer = account("officer", Role.PRIVACY_OFFICER)
    auditor = account("auditor", Role.AUDITOR)
    revision = newest_revision()
    assert revision is not None
    first, last = fiscal_year_days(2026)
    campaign = plan(
        code="FY2026",
        title="2026年度 個人情報保護研修",
        kind=Campaign.Kind.YEARLY,
        first_day=first,
        last_day=last,
        due_on=last,
        valid_until=last.replace(year=last.year + 1),
        revision=revision,
        statement=StatementVersion.objects.get(),
        modules=[Module.objects.get(slug=f"article-{n}") for n in range(1, 10)],
        by=officer,
        now=now,
    )
    approve(campaign=campaign, by=officer, now=now)
    open_campaign(campaign=campaign, by=officer, now=now)
    today = timezone.localdate()
    grant(user=auditor, campaigns=[campaign], first_day=today, last_day=today + timedelta(days=1), by=officer, now=now)
    return employment


def sign_in(page: Page, url: str, username: str) -> None:
    page.goto(f"{url}/accounts/login/")
    page.fill("input[name=login]", username)
    page.fill("input[name=password]", PASSWORD)
    with page.expect_navigation():
        page.press("input[name=password]", "Enter")


def read_to_the_quiz(page: Page) -> int:
    sections = 1
    page.wait_for_load_state()
    while page.get_by_role("button", name="次の節へ").count():
        page.get_by_role("button", name="次の節へ").click()
        page.wait_for_load_state()  # A click is over before the next page has been read.
        sections += 1
    page.get_by_role("button", name="理解度テストへ").click()
    return sections


def test_a_year_of_one_employee_as_everyone_sees_it(
    company: Employment, live_server: Any, chromium: BrowserContext, tmp_path: Path
) -> None:
    page = chromium.new_page()
    eyes = Eyes(page)
    page.goto(live_server.url)
    eyes.look("01-sign-in", "ログイン", "社員番号、メールアドレスまたはアカウント名")
    sign_in(page, live_server.url, NUMBER)
    eyes.look("02-notice", "利用目的", "記録する")
    page.get_by_role("button", name="読みました").click()
    eyes.look("03-my-training", "わたしの研修", NAME, "期限", "9課程中0課程を修了")

    page.get_by_role("link", name="読みはじめる").click()
    eyes.look("04-module", "何が「個人情報」で、どう受け取るか")
    page.get_by_role("button", name="読みはじめる").click()
    eyes.look("05-section", "当社は、あらかじめ通知・公表した利用目的の達成に必要な範囲において")
    read_to_the_quiz(page)
    eyes.look("06-quiz", "理解度テスト", "問")
    answer(page, right=False)
    expect(page.locator("#saved")).to_have_text("保存しました")
    page.get_by_role("button", name="提出する").click()
    eyes.look("07-result-failed", "合格基準", "もう一度受ける", "解説")

    page.get_by_role("button", name="もう一度受ける").click()
    answer(page, right=True)
    page.get_by_role("button", name="提出する").click()
    eyes.look("08-result-passed", "合格しました", "次の課程へ")
    for _module in range(8):
        page.get_by_role("link", name="次の課程へ").first.click()
        page.get_by_role("button", name="読みはじめる").click()
        read_to_the_quiz(page)
        answer(page, right=True)
        page.get_by_role("button", name="提出する").click()
    page.get_by_role("link", name="誓約書を読む").click()
    eyes.look("09-pledge", "個人情報の取り扱いに関する誓約書", "退職", NAME, "署名できない")
    page.get_by_role("button", name="署名に進む").click()
    eyes.look("10-confirm-identity", "本人確認")
    page.fill("input[name=password]", PASSWORD)
    page.get_by_role("button", name="確認").click()
    eyes.look("11-sign", "氏名", "署名する")
    page.check("input[name=agree]")
    page.fill("input[name=typed_name]", "吉崎辺德")
    page.get_by_role("button", name="署名する").click()
    eyes.look("12-certificate", "修了証", "FY2026-000001", NAME)
    with page.expect_download() as download:
        page.get_by_role("link", name="修了証（PDF）").click()
    pdf = tmp_path / "certificate.pdf"
    download.value.save_as(pdf)
    the_certificate_reads(pdf, live_server.url)

    check = page.locator("a[href*='/check/']").get_attribute("href")
    assert check is not None
    chromium.clear_cookies()
    page.goto(check)
    eyes.look("13-check", "有効", NAME, NUMBER)

    sign_in(page, live_server.url, "hr")
    page.goto(f"{live_server.url}/admin/")
    eyes.look("14-hr-home", "2026年度 個人情報保護研修")
    page.get_by_role("link", name=re.compile("2026年度 個人情報保護研修")).last.click()
    eyes.look("15-hr-listing", NUMBER, NAME, "FY2026-000001")

    chromium.clear_cookies()
    sign_in(page, live_server.url, "auditor")
    eyes.look("16-auditor", "2026年度 個人情報保護研修")
    page.get_by_role("link", name="2026年度 個人情報保護研修").click()
    eyes.look("17-auditor-campaign", "2026年度 個人情報保護研修", "SHA-256")
    samples, people = (page.locator(f"a[href$='/audit/FY2026/{name}/']") for name in ("samples", "people"))
    people.click()
    eyes.look("18-auditor-people", NUMBER)
    assert NAME not in page.locator("body").inner_text()
    page.goto(f"{live_server.url}/audit/FY2026/")
    samples.click()
    page.fill("input[name=size]", "1")
    page.check("input[name=by_department]")
    eyes.look("19-auditor-draw")
    page.click("input[name=draw]")
    eyes.look("20-auditor-sample", NUMBER)
    page.get_by_role("link", name=NUMBER).click()
    eyes.look("21-auditor-why", NUMBER)
    assert NAME not in page.locator("body").inner_text()
    page.click("input[name=open]")
    eyes.look("22-auditor-person", NAME, "FY2026-000001")
    page.goto(f"{live_server.url}/audit/FY2026/certificates/")
    eyes.look("23-auditor-certificates", "FY2026-000001", NUMBER, "有効")
    with page.expect_download() as archive:
        page.get_by_role("link", name=re.compile("ZIP")).click()
    with zipfile.ZipFile(io.BytesIO(Path(archive.value.path()).read_bytes())) as files:
        assert files.namelist() == [f"{NUMBER}_{NAME}.pdf"]
        assert files.read(f"{NUMBER}_{NAME}.pdf") == pdf.read_bytes()


def the_certificate_reads(pdf: Path, url: str) -> None:
    """Fonts embedded, name extracted as in the roster, QR code of the check page."""
    fonts = subprocess.run(["pdffonts", pdf], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts
    assert all(line.split()[-5] == "yes" for line in fonts), fonts
    text = subprocess.run(["pdftotext", pdf, "-"], check=True, capture_output=True, text=True).stdout
    assert NAME in text
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", pdf, pdf.with_suffix("")], check=True)
    read = subprocess.run(
        ["zbarimg", "-q", "--raw", "--nodbus", pdf.with_suffix(".png")], check=True, capture_output=True, text=True
    ).stdout
    assert re.fullmatch(re.escape(url) + r"/check/[0-9a-f]{32}/", read.strip())


def test_an_answer_survives_a_killed_page(company: Employment, live_server: Any, chromium: BrowserContext) -> None:
    page = chromium.new_page()
    sign_in(page, live_server.url, NUMBER)
    page.get_by_role("button", name="読みました").click()
    assignment: Assignment = assignment_of(company)
    page.goto(f"{live_server.url}/my/{assignment.pk}/modules/article-9/")
    page.get_by_role("button", name="読みはじめる").click()
    read_to_the_quiz(page)
    first = page.locator("fieldset.pt-question input:is([type=radio], [type=checkbox])").first
    first.check()
    expect(page.locator("#saved")).to_have_text("保存しました")
    chosen = first.get_attribute("value")
    address = page.url
    page.close()

    again = chromium.new_page()
    again.goto(address)
    assert again.locator(f"input[value='{chosen}']").is_checked()


def test_the_way_works_without_javascript(company: Employment, live_server: Any, chromium: BrowserContext) -> None:
    page = chromium.new_page()
    page.route("**/*.js", lambda route: route.abort())
    sign_in(page, live_server.url, NUMBER)
    page.get_by_role("button", name="読みました").click()
    page.get_by_role("link", name="読みはじめる").click()
    page.get_by_role("button", name="読みはじめる").click()
    read_to_the_quiz(page)
    answer(page, right=True)
    page.get_by_role("button", name="提出する").click()
    expect(page.locator("main")).to_contain_text("合格しました")
