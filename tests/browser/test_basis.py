"""Who did it on paper or in a session, in a real browser: lists, filter, record and a day, as HR and auditors see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext

from cms.setup import ensure_site
from tests import asking, building
from tests.browser.looking import WIDTHS, Eyes
from tests.browser.signing_in import sign_in
from training.access.grant import grant
from training.attestation.attest import decline
from training.attestation.paper import enter_paper, enter_session
from training.campaigns.models import Assignment
from training.ledger.keys import load_key
from training.ledger.seal import seal
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)
NAMES = ("髙橋 一郎", "𠮷田 花子", "佐藤 健太", "渡邉 美咲", "﨑山 大輔", "勅使河原 みなみ")
MARK = "紙または集合研修（人事による入力。確からしさは低い）"
SIGNED = "紙に署名（人事による入力。確からしさは低い）"


@pytest.fixture
def mine() -> list[Assignment]:
    """Online, on paper, in a session, signed on paper alone, one who cannot sign, and one who has not begun."""
    ensure_site()
    building.account("hr", Role.HR)
    now, today = timezone.now(), timezone.localdate()
    people = [
        building.person(
            f"00010{n}", name, kana="タカハシ イチロウ", department="営業本部/第一営業部/法人営業課", now=now
        )
        for n, name in enumerate(NAMES)
    ]
    campaign = building.campaign(["article-1", "article-2"], now=now)
    found = [building.assignment_of(one) for one in people]
    sheet: Any = {"held_on": today, "scan": asking.picture().data, "note": "", "by": building.officer(), "now": now}
    for place in (0, 3, 4):
        building.train(found[place], now=now)
    building.certify(building.sign(found[0], NAMES[0], now=now), now=now)
    enter_paper(assignment=found[1], kind="paper", **sheet)
    enter_session(assignments=[found[2]], kind="group", **sheet)
    enter_paper(assignment=found[3], kind="paper", **sheet)
    decline(assignment=found[4], reason="内容を確かめたい。", now=now)
    grant(
        user=building.account("auditor", Role.AUDITOR),
        campaigns=[campaign],
        first_day=today,
        last_day=today + timedelta(days=9),
        by=building.officer(),
        now=now,
    )
    return found


def test_hr_sees_narrows_and_opens_what_rests_on_paper(
    chromium: BrowserContext, live_server: Any, mine: list[Assignment]
) -> None:
    page = sign_in(chromium.new_page(), live_server, "hr")
    eyes = Eyes(page, admin=True)
    address = f"{live_server.url}{reverse('training_campaigns:campaign', args=['FY2026'])}"

    page.goto(address)
    eyes.look("basis-hr-list", MARK, SIGNED, "髙橋 一郎")
    page.goto(f"{address}?basis=paper")
    for width in WIDTHS:  # by hand: Wagtail's own toggle, which then counts the filters, is nothing that axe likes
        page.set_viewport_size({"width": width, "height": 800})
        words = page.locator("body").inner_text()
        assert SIGNED in words
        assert "髙橋 一郎" not in words
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.goto(f"{live_server.url}{reverse('training_campaigns:assignment', args=['FY2026', mine[2].pk])}")
    eyes.look("basis-hr-record", MARK)
    seal(now=timezone.now(), key=load_key())
    page.goto(f"{live_server.url}{reverse('training_as_of:index')}?day={timezone.localdate()}&campaign=FY2026")
    eyes.look("basis-hr-day", f"修了：{MARK}", f"署名：{SIGNED}", "髙橋 一郎")


def test_the_auditor_sees_and_narrows_what_rests_on_paper(
    chromium: BrowserContext, live_server: Any, mine: list[Assignment]
) -> None:
    page = sign_in(chromium.new_page(), live_server, "auditor")
    eyes = Eyes(page)
    address = f"{live_server.url}{reverse('training:audit_people', args=['FY2026'])}"

    page.goto(address)
    eyes.look("basis-auditor-list", MARK, SIGNED)
    page.select_option("select[name=basis]", "paper")
    page.locator("form.pt-filter button[type=submit]").click()
    eyes.look("basis-auditor-narrowed", MARK, "000102")
    assert "000100" not in page.locator("main").inner_text()
    seal(now=timezone.now(), key=load_key())
    page.goto(f"{live_server.url}{reverse('training:audit_as_of', args=['FY2026'])}?day={timezone.localdate()}")
    eyes.look("basis-auditor-day", f"修了：{MARK}", f"署名：{SIGNED}", "000100")
