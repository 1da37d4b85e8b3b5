"""The privacy officer lets auditors in, for named campaigns and days, and out again."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, hidden, links, rows, text
from training.access.grant import granted_campaigns
from training.access.models import AuditorGrant
from training.campaigns.models import Campaign
from training.ledger.models import Entry
from training.roles import Role, ensure_groups

GRANTS = "/admin/training/grants/"
NEW = f"{GRANTS}new/"
TODAY = date(2026, 11, 24)


@pytest.fixture
def campaign(officer: Client) -> Campaign:
    """A campaign to read."""
    building.person()
    return building.campaign()


def wish(
    user: Any, *campaigns: Campaign, first_day: str = "2026-11-24", last_day: str = "2026-12-07"
) -> dict[str, Any]:
    """The first step's form."""
    return {
        "user": user.pk,
        "campaigns": [campaign.pk for campaign in campaigns],
        "first_day": first_day,
        "last_day": last_day,
        "purpose": "更新審査",
    }


def confirmed(client: Client, form: dict[str, Any]) -> Any:
    """Both steps."""
    return client.post(NEW, {**form, "confirmed": hidden(client.post(NEW, form))["confirmed"]})


def last_entry() -> dict[str, Any]:
    """The facts of the newest entry about access."""
    body = Entry.objects.filter(kind__startswith="access.").latest("at").body
    return json.loads(body)["facts"]


def test_nothing_is_granted_before_it_is_confirmed(officer: Client, campaign: Campaign) -> None:
    auditor = building.account("auditor", Role.AUDITOR)

    page = officer.post(NEW, wish(auditor, campaign))

    assert not AuditorGrant.objects.exists()
    shown = facts(page)
    assert shown["アカウント"].endswith("（auditor）")
    assert shown["研修"] == "2026年度 個人情報保護研修（FY2026）"
    assert "2026年11月24日–2026年12月7日" in text(page)
    assert "利益相反" not in text(page)


def test_what_was_confirmed_is_granted_and_ends_by_itself(officer: Client, campaign: Campaign) -> None:
    auditor = building.account("auditor", Role.AUDITOR)
    other = building.campaign(code="FY2027")

    assert confirmed(officer, wish(auditor, campaign))["Location"] == GRANTS

    assert granted_campaigns(user=auditor, day=TODAY) == [campaign]
    assert granted_campaigns(user=auditor, day=date(2026, 12, 7)) == [campaign]
    assert granted_campaigns(user=auditor, day=date(2026, 12, 8)) == []
    assert other not in granted_campaigns(user=auditor, day=TODAY)
    assert last_entry()["conflicts_of_interest"] == []


def test_what_it_is_for_is_asked_shown_and_listed(officer: Client, campaign: Campaign) -> None:
    auditor = building.account("auditor", Role.AUDITOR)

    page = officer.post(NEW, {**wish(auditor, campaign), "purpose": ""})
    assert "confirmed" not in hidden(page)
    assert "更新審査" in text(officer.post(NEW, wish(auditor, campaign)))
    confirmed(officer, wish(auditor, campaign))

    assert "更新審査" in rows(officer.get(GRANTS))[0]
    assert "更新審査" not in Entry.objects.get(kind="access.granted").body


def test_a_conflict_of_interest_is_shown_before_and_recorded_after(officer: Client, campaign: Campaign) -> None:
    both = building.account("both", Role.AUDITOR, Role.HR)

    page = officer.post(NEW, wish(both, campaign))
    assert "利益相反" in text(page)
    assert Role.HR.group_name in text(page)
    confirmed(officer, wish(both, campaign))

    assert last_entry()["conflicts_of_interest"] == [Role.HR.group_name]


def test_a_conflict_that_was_not_shown_is_shown_first(officer: Client, campaign: Campaign) -> None:
    auditor = building.account("auditor", Role.AUDITOR)
    form = {**wish(auditor, campaign), "confirmed": hidden(officer.post(NEW, wish(auditor, campaign)))["confirmed"]}
    auditor.groups.add(ensure_groups()[Role.PRIVACY_OFFICER])

    page = officer.post(NEW, form)

    assert page.status_code == 200
    assert "利益相反" in text(page)
    assert not AuditorGrant.objects.exists()


@pytest.mark.parametrize(
    "days",
    [
        {"first_day": "2026-12-07", "last_day": "2026-12-06"},
        {"first_day": "2026-11-01", "last_day": "2026-11-23"},
        {"first_day": "", "last_day": "2026-12-07"},
        {"first_day": "2026-11-24", "last_day": "明日"},
    ],
)
def test_days_that_make_no_sense_are_asked_for_again(days: dict[str, str], officer: Client, campaign: Campaign) -> None:
    auditor = building.account("auditor", Role.AUDITOR)

    page = officer.post(NEW, {**wish(auditor, campaign, **days), "confirmed": "yes"})

    assert page.status_code == 200
    assert "confirmed" not in hidden(page)
    assert not AuditorGrant.objects.exists()


def test_only_auditors_can_be_chosen_and_some_campaign_must_be(officer: Client, campaign: Campaign) -> None:
    learner, auditor = building.account("learner"), building.account("auditor", Role.AUDITOR)
    gone = building.account("gone", Role.AUDITOR)
    gone.is_active = False
    gone.save()

    for form in (wish(learner, campaign), wish(gone, campaign), wish(auditor)):
        officer.post(NEW, {**form, "confirmed": "yes"})

    assert not AuditorGrant.objects.exists()


def test_the_list_says_what_each_grant_opens_today(
    officer: Client, officer_account: Any, campaign: Campaign, clock: Callable[[datetime], None]
) -> None:
    for name in ("now", "later", "revoked"):
        auditor = building.account(name, Role.AUDITOR)
        first_day = "2026-12-01" if name == "later" else "2026-11-24"
        confirmed(officer, wish(auditor, campaign, first_day=first_day))
    officer.post(f"{GRANTS}{AuditorGrant.objects.get(user__username='revoked').pk}/revoke/")

    def states(client: Client) -> dict[str, str]:
        return {line[0]: line[4] for line in rows(client.get(GRANTS))}

    assert states(officer) == {"now": "有効", "later": "開始前", "revoked": "取り消し済み"}
    assert sum(link.endswith("/revoke/") for link in links(officer.get(GRANTS))) == 2
    clock(building.NOW + timedelta(days=30))
    later = signed_in(officer_account)
    assert states(later) == {"now": "終了", "later": "終了", "revoked": "取り消し済み"}
    assert not any(link.endswith("/revoke/") for link in links(later.get(GRANTS)))


def test_a_grant_is_revoked_once_after_asking(officer: Client, campaign: Campaign) -> None:
    auditor = building.account("auditor", Role.AUDITOR)
    confirmed(officer, wish(auditor, campaign))
    address = f"{GRANTS}{AuditorGrant.objects.get().pk}/revoke/"

    assert facts(officer.get(address))["アカウント"].endswith("（auditor）")
    assert granted_campaigns(user=auditor, day=TODAY) == [campaign]
    assert officer.post(address)["Location"] == GRANTS

    assert granted_campaigns(user=auditor, day=TODAY) == []
    assert officer.post(address).status_code == 409
    assert officer.get(address).status_code == 409


def test_hr_grants_nothing(hr: Client, officer: Client, campaign: Campaign) -> None:
    auditor = building.account("auditor", Role.AUDITOR)

    assert hr.post(NEW, {**wish(auditor, campaign), "confirmed": "yes"}).status_code == 403
    assert not AuditorGrant.objects.exists()
