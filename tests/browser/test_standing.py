"""The pages of somebody who need not do a training, whose training ended, who did it on paper, or who only has to sign."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext

from tests.browser.looking import Eyes
from tests.building import (
    PASSWORD,
    account,
    approve_and_open,
    assignment_of,
    campaign,
    draft,
    officer,
    person,
    read,
    sign,
    train,
)
from training.attestation.credit import credit
from training.attestation.paper import enter_paper
from training.campaigns.credits import CreditRule
from training.campaigns.exempt import exempt
from training.campaigns.models import Campaign
from training.campaigns.standing_by_hand import remove
from training.certificates.issue import issue_waiting
from training.people.models import Employment

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer<<>>\n%%EOF\n"


def test_every_standing_is_told_at_both_widths(chromium: BrowserContext, live_server: Any):
    now = timezone.now()
    employment = person(user=account("ichiro"))
    campaign(["article-1"], code="FY2025")
    train(assignment_of(employment, "FY2025"), now=now)
    sign(assignment_of(employment, "FY2025"), "髙橋 一郎", now=now)
    rule = CreditRule(frozenset({"yearly"}), date(2026, 4, 1))
    credited = approve_and_open(draft(["article-5"], code="CREDITED", credit_rule=rule, first_day=date(2026, 4, 2)))
    credit(campaign=credited, now=now)
    approve_and_open(draft(["article-3", "article-6"], code="EXEMPT", first_day=date(2026, 4, 3)))
    until = (now + timedelta(days=200)).date()
    exempt(
        assignment=assignment_of(employment, "EXEMPT"), cause="long_leave", reason="x", until=until, by=officer(), now=now
    )  # fmt: skip
    approve_and_open(draft(["article-7"], code="PAPER", first_day=date(2026, 4, 4)))
    enter_paper(
        assignment=assignment_of(employment, "PAPER"),
        kind="group",
        held_on=now.date() - timedelta(days=3),
        scan=PDF,
        note="",
        by=officer(),
        now=now,
    )
    approve_and_open(draft(["article-8"], code="REMOVED", first_day=date(2026, 4, 5)))
    read(assignment_of(employment, "REMOVED").tasks.get(), now=now)
    remove(assignment=assignment_of(employment, "REMOVED"), reason="x", by=officer(), now=now)
    issue_waiting(now=now)
    Employment.objects.filter(pk=employment.pk).update(valid_to=(now + timedelta(days=60)).date())
    last_day = (now + timedelta(days=90)).date()
    approve_and_open(
        draft([], code="LEAVE", title="退職時誓約書", kind=Campaign.Kind.LEAVING, last_day=last_day, due_on=last_day)
    )
    page = chromium.pages[0]
    eyes = Eyes(page)
    page.goto(f"{live_server.url}/accounts/login/")
    page.fill("input[name=login]", "ichiro")
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/my/")
    for code in ("CREDITED", "EXEMPT", "PAPER", "LEAVE"):
        page.goto(f"{live_server.url}/my/?campaign={code}")
        eyes.look(f"standing-{code.lower()}", "研修", "誓約書")
    for code, module in (("REMOVED", "article-8"), ("PAPER", "article-7")):
        mine = assignment_of(employment, code)
        page.goto(f"{live_server.url}/my/{mine.pk}/modules/{module}/")
        eyes.look(f"standing-module-{code.lower()}", f"研修 {module}")
    page.goto(f"{live_server.url}/my/{assignment_of(employment, 'REMOVED').pk}/modules/article-8/2/")
    eyes.look("standing-section-removed", "第2節")
    page.goto(f"{live_server.url}/my/{assignment_of(employment, 'PAPER').pk}/certificate/")
    eyes.look("standing-receipt-paper", "髙橋 一郎")
    page.goto(f"{live_server.url}/my/{assignment_of(employment, 'LEAVE').pk}/pledge/")
    eyes.look("standing-pledge-leaving", "誓約書")
