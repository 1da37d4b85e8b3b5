"""The policy changes, in a real browser: the page, the decisions, a confirmation, the campaign, the learner's lesson."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext

from cms.load_content import load_content
from cms.policy_page import PolicyPage
from tests import building
from tests.browser.looking import Eyes
from tests.browser.signing_in import sign_in
from tests.changes import company
from tests.changes.texts import SECOND
from tests.cms.conftest import POLICY, module_text
from training.campaigns.approve import approve
from training.campaigns.models import Campaign
from training.changes.models import ClauseConfirmation, ClauseDecision
from training.policy.models import Revision
from training.rounds.begin import begin

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_new_text_goes_from_its_page_to_those_who_signed_the_old_one(
    chromium: BrowserContext, live_server: Any, tmp_path: Path
) -> None:
    now = timezone.now()
    other = module_text("other").replace('article: "3"', 'article: "4"').replace('"3.3"', '"4"')
    (tmp_path / "lesson.yaml").write_text(module_text(), encoding="utf-8")
    (tmp_path / "other.yaml").write_text(other, encoding="utf-8")
    load_content(files=[POLICY, tmp_path / "lesson.yaml", tmp_path / "other.yaml"], now=now)
    learner = building.account("learner")
    employment = building.person("000101", "架空 一郎", user=learner, now=now)
    building.campaign(now=now, snapshots={"article-3": company.taught(("3.3", "3.5"))})
    assignment = building.assignment_of(employment)
    building.train(assignment, now=now)
    building.sign(assignment, "架空 一郎", now=now)
    officer = building.officer()
    officer.groups.add(*building.ensure_groups().values())  # one person looks at everything here

    page = sign_in(chromium.new_page(), live_server, "officer")
    eyes = Eyes(page, admin=True)

    def go(name: str, *arguments: Any) -> None:
        page.goto(f"{live_server.url}{reverse(name, args=arguments)}")

    policy = PolicyPage.objects.get()
    go("wagtailadmin_pages:edit", policy.pk)
    page.fill("textarea[name=text]", SECOND)
    eyes.look("policy-page", "2022")
    with page.expect_navigation():
        page.locator("button.action-save").first.evaluate("button => button.click()")
    go("wagtailadmin_pages:view_draft", policy.pk)
    eyes.look("policy-preview", "第3条 第7号", "年一回以上")
    go("wagtailadmin_pages:edit", policy.pk)
    with page.expect_navigation():
        page.locator("[name=action-publish]").evaluate("button => button.click()")
    revision = Revision.objects.get(number=2)

    go("training_changes:index")
    eyes.look("policy-revisions", "2026")
    go("training_changes:change", 2)
    eyes.look("policy-change", "第3条 第7号", "年一回以上")
    place = 4
    page.check(f"input[name=clause-{place}-verdict][value=material]")
    page.fill(f"textarea[name=clause-{place}-reason]", "受講の頻度と記録が義務になるため。")
    for number in (0, 5, 6):
        page.check(f"input[name=clause-{number}-verdict][value={'material' if number == 6 else 'editorial'}]")
        page.fill(f"textarea[name=clause-{number}-reason]", "運用は変わらないため。")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    assert ClauseDecision.objects.count() == 8
    eyes.look("policy-change-decided", "受講の頻度と記録が義務になるため。")

    go("training_changes:compose", 2)
    eyes.look("policy-compose-unreviewed", "article-3/3.3の場面1")
    go("training_changes:confirm", 2, "lesson", "3.3")
    eyes.look("policy-confirm", "研修を定期的に受けます。")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    assert ClauseConfirmation.objects.count() == 1
    company.confirm_all(revision, now=timezone.now())
    go("training_changes:republish")
    eyes.look("policy-republish", "情報を守る other", "情報を守る lesson")

    go("training_changes:compose", 2)
    page.fill("[name=summary]", "研修を年一回以上受け、記録することになりました。端末の紛失はすぐ届け出ます。")
    eyes.look("policy-compose", "第3条 第7号")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    campaign = Campaign.objects.get(kind=Campaign.Kind.CHANGE)
    eyes.look("policy-campaign-plan", campaign.title)
    approve(campaign=campaign, by=officer, now=timezone.now())
    begin(campaign=campaign, by=officer, now=timezone.now())

    chromium.clear_cookies()
    eyes = Eyes(sign_in(chromium.new_page(), live_server, "learner"))
    page = eyes.page
    mine = building.assignment_of(employment, campaign.code)
    go("training:module", mine.pk, "change-2")
    eyes.look("change-module", "研修を年一回以上受け")
    page.locator("main form button[type=submit]").click()
    page.wait_for_load_state("networkidle")
    eyes.look("change-section", "改定前", "改定後", "年一回以上")
    building.train(mine, now=timezone.now())
    go("training:pledge", mine.pk)
    eyes.look("change-pledge", "第2版")
