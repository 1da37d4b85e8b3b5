"""HR in a real browser: a campaign from the empty form to its end, with everything bent on the way."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from cms.setup import ensure_site
from tests import asking, building
from tests.browser.looking import Eyes
from tests.browser.signing_in import sign_in
from tests.browser.typing_days import type_day
from training.campaigns.approve import approve
from training.campaigns.models import Campaign, RepeatingPlan
from training.campaigns.open import open_campaign
from training.people.models import Employment
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def hr(chromium: BrowserContext, live_server: Any) -> Page:
    """Somebody who is HR and the privacy officer, signed in."""
    ensure_site()
    building.account("hr", Role.HR, Role.PRIVACY_OFFICER)
    return sign_in(chromium.new_page(), live_server, "hr")


def test_a_newcomer_in_hr_plans_a_campaign_bends_it_and_ends_it(hr: Page, live_server: Any, tmp_path: Path) -> None:
    now = timezone.now()
    people = [
        building.person(f"00010{n}", f"架空 {n}", department=f"営業本部/第{n % 2 + 1}営業部/法人営業課", now=now)
        for n in range(5)
    ]
    building.module_version("article-1", title="個人情報の取得と利用目的", now=now)
    building.module_version("article-2", title="個人データの安全管理と委託先の監督", now=now)
    building.statement(now=now)
    eyes = Eyes(hr, admin=True)
    day = timezone.localdate()

    def go(name: str, *arguments: Any) -> None:
        hr.goto(f"{live_server.url}{reverse(name, args=arguments)}")

    def submit() -> None:
        hr.locator("main form[method=post] button[type=submit]").first.click()
        hr.wait_for_load_state("networkidle")

    go("training_campaigns:index")
    eyes.look("hr-campaigns")
    go("training_campaigns:draft")
    hr.fill("[name=title]", "個人情報保護研修")
    eyes.look("hr-draft", "個人情報の取得と利用目的")
    submit()
    eyes.look("hr-draft-wrong")
    for place, field in enumerate(hr.locator("input.pt-place").all(), 1):
        field.fill(str(place))
    hr.locator("input[name=departments]").first.check()
    hr.check("input[name=due][value=later]")
    hr.fill("[name=days]", "20")
    hr.check("[name=working]")
    submit()
    eyes.look("hr-draft-preview", "000100", "営業本部")
    hr.locator("button[value=change]").click()
    hr.wait_for_load_state("networkidle")
    assert hr.input_value("[name=days]") == "20"
    submit()
    hr.locator("button[value=save]").click()
    hr.wait_for_load_state("networkidle")
    eyes.look("hr-plan", "個人情報保護研修", "20営業日")

    campaign = Campaign.objects.get()
    officer = building.officer()
    approve(campaign=campaign, by=officer, now=timezone.now())
    open_campaign(campaign=campaign, by=officer, now=timezone.now())
    first, second, third, *_rest = campaign.assignments.order_by("employment__number")
    go("training_campaigns:campaign", campaign.code)
    eyes.look("hr-campaign", "架空 0")
    hr.set_viewport_size({"width": 360, "height": 800})
    hr.locator("#w-slim-header-buttons [data-w-dropdown-target=toggle]").click()
    eyes.look("hr-campaign-menu")
    go("training_campaigns:extend", campaign.code)
    eyes.look("hr-extend")
    go("training_campaigns:adopt", campaign.code)
    eyes.look("hr-adopt-none")
    building.module_version("article-1", title="個人情報の取得と利用目的（改）", now=timezone.now())
    go("training_campaigns:adopt", campaign.code)
    eyes.look("hr-adopt", "改")
    go("training_campaigns:add", campaign.code)
    eyes.look("hr-add")
    go("training_campaigns:why", campaign.code)
    hr.fill("[name=number]", people[0].number)
    hr.locator("main form button[type=submit]").click()
    eyes.look("hr-why", "架空 0")

    go("training_campaigns:remind", campaign.code, first.pk)
    eyes.look("hr-remind", "架空 0")
    go("training_campaigns:exempt", campaign.code, first.pk)
    eyes.look("hr-exempt", "架空 0")
    hr.check("input[name=cause][value=long_leave]")
    hr.fill("[name=reason]", "長期の出張のため。")
    submit()
    eyes.look("hr-record-exempt", "長期の出張のため。")
    go("training_campaigns:prolong", campaign.code, second.pk)
    eyes.look("hr-prolong")
    go("training_campaigns:remove", campaign.code, second.pk)
    eyes.look("hr-remove")
    scan = tmp_path / "scan.png"
    scan.write_bytes(asking.picture(size=(600, 800)).data)
    go("training_campaigns:paper", campaign.code, third.pk)
    eyes.look("hr-paper", "架空 2")
    type_day(hr, "held_on", day)
    hr.set_input_files("[name=scan]", scan)
    submit()
    eyes.look("hr-record-paper", "SHA-256")
    go("training_campaigns:group", campaign.code)
    eyes.look("hr-group")
    go("training_campaigns:campaign", campaign.code)
    eyes.look("hr-campaign-bent", "免除")

    go("training_repeats:new")
    eyes.look("hr-repeat")
    hr.locator("input.pt-place").first.fill("1")
    submit()
    eyes.look("hr-repeat-preview")
    hr.locator("button[value=save]").click()
    hr.wait_for_load_state("networkidle")
    assert RepeatingPlan.objects.count() == 1
    eyes.look("hr-repeats")

    go("training_campaigns:cancel", campaign.code)
    eyes.look("hr-cancel")
    go("training_campaigns:close", campaign.code)
    eyes.look("hr-close")
    hr.fill("[name=reason]", "予定どおり。")
    submit()
    eyes.look("hr-campaign-closed", "終了")
    go("training_campaigns:plan", campaign.code)
    eyes.look("hr-plan-closed", "予定どおり。")


def test_hr_chooses_several_people_in_the_list_and_gives_them_more_time(hr: Page, live_server: Any) -> None:
    now = timezone.now()
    for n in range(4):
        building.person(f"00010{n}", f"架空 {n}", department="営業本部/第一営業部/法人営業課", now=now)
    building.campaign(now=now)
    eyes = Eyes(hr, admin=True)
    hr.goto(f"{live_server.url}{reverse('training_campaigns:campaign', args=['FY2026'])}")
    hr.get_by_label("このページの全員").check()
    hr.get_by_label("000102").uncheck()
    eyes.look("hr-choosing", "選んだ人に対して")
    hr.locator("button[formaction$='/chosen/prolong/']").click()
    eyes.look("hr-chosen-prolong", "000101", "この人たちの期限を延ばしますか")
    type_day(hr, "due_on", date(2027, 1, 29))
    hr.fill("[name=reason]", "本社移転のため")
    hr.locator("main form[method=post] button[type=submit]").first.click()
    hr.wait_for_load_state("networkidle")
    eyes.look("hr-chosen-done", "3名の期限を2027年1月29日にしました")
    for n in (0, 1, 3):
        building.assignment_of(Employment.objects.get(number=f"00010{n}")).due_dates.get(due_on="2027-01-29")
    hr.locator("button[formaction$='/chosen/remind/']").click()
    eyes.look("hr-chosen-nobody", "先に一覧で人を選んでください")
    hr.get_by_label("000102").check()
    hr.locator("button[formaction$='/chosen/remind/']").click()
    eyes.look("hr-chosen-remind", "この人たちに催促のメールを送りますか")
