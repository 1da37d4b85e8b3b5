"""HR in a real browser reads to its end whom a plan would ask, before it is saved and where it is approved."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from cms.setup import ensure_site
from tests import building
from tests.browser.looking import Eyes
from tests.browser.signing_in import sign_in
from training.campaigns.models import Campaign
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hr(chromium: BrowserContext, live_server: Any) -> Page:
    """Somebody who is HR and the privacy officer, signed in."""
    ensure_site()
    building.account("hr", Role.HR, Role.PRIVACY_OFFICER)
    return sign_in(chromium.new_page(), live_server, "hr")


def numbers(page: Page) -> list[str]:
    return page.locator("table.listing tbody tr td:first-child").all_inner_texts()


def test_the_whole_list_is_read_and_taken_before_the_plan_is_saved_and_where_it_is_approved(
    hr: Page, live_server: Any
) -> None:
    now = timezone.now()
    for n in range(53):
        building.person(f"{n:06d}", f"架空 {n}", department=f"営業本部/第{n % 2 + 1}営業部/法人営業課", now=now)
    building.module_version("article-1", title="個人情報の取得と利用目的", now=now)
    building.statement(now=now)
    eyes = Eyes(hr, admin=True)
    hr.goto(f"{live_server.url}{reverse('training_campaigns:draft')}")
    hr.fill("[name=title]", "個人情報保護研修")
    hr.locator("[name^=module-]").first.fill("1")
    hr.locator("main form[method=post] button[type=submit]").first.click()
    hr.wait_for_load_state("networkidle")
    assert len(numbers(hr)) == 50
    eyes.look("hr-plan-preview-first", "53人")
    hr.get_by_role("button", name="2ページ").click()
    hr.wait_for_load_state("networkidle")
    assert numbers(hr) == ["000050", "000051", "000052"]
    eyes.look("hr-plan-preview-last", "個人情報保護研修")
    with hr.expect_download() as taken:
        hr.get_by_role("button", name="XLSX").click()
    assert taken.value.suggested_filename.endswith(".xlsx")
    assert not Campaign.objects.exists()

    hr.get_by_role("button", name="下書きを保存").click()
    hr.wait_for_load_state("networkidle")
    made = Campaign.objects.get()
    eyes.look("hr-plan-with-documents", "教育計画書（PDF）を開く")
    hr.goto(f"{live_server.url}{reverse('training_campaigns:approve', args=[made.code])}")
    eyes.look("officer-approves", "計画の指紋")
    hr.get_by_role("link", name="全員の一覧").click()
    hr.wait_for_load_state("networkidle")
    eyes.look("officer-audience", "53人")
    hr.get_by_role("link", name="2", exact=True).click()
    hr.wait_for_load_state("networkidle")
    assert numbers(hr) == ["000050", "000051", "000052"]


def test_a_repeating_plan_shows_whom_its_next_campaign_would_ask(hr: Page, live_server: Any) -> None:
    now = timezone.now()
    for n in range(3):
        building.person(f"{n:06d}", f"架空 {n}", now=now)
    building.module_version("article-1", title="個人情報の取得と利用目的", now=now)
    building.statement(now=now)
    eyes = Eyes(hr, admin=True)
    hr.goto(f"{live_server.url}{reverse('training_repeats:new')}")
    hr.locator("[name^=module-]").first.fill("1")
    hr.locator("main form[method=post] button[type=submit]").first.click()
    hr.wait_for_load_state("networkidle")
    eyes.look("hr-repeat-preview-people", "3人", "今日の名簿")
    assert numbers(hr) == ["000000", "000001", "000002"]
