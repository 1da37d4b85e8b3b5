"""A plan as it is put before who approves or opens it."""

from __future__ import annotations

from datetime import date

import pytest

from tests import building
from training.campaigns.audience import AudienceRule
from training.campaigns.models import Campaign
from training.campaigns.open import open_campaign
from training.reports.planned import plan_of

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_a_plan_names_the_versions_that_opening_would_pin_and_how_many_it_asks() -> None:
    building.person("000001", "架空 一")
    building.person("000002", "架空 二", joined=date(2026, 12, 1))
    campaign = building.campaign(["article-2", "article-1"], opened=False)

    plan = plan_of(campaign, today=TODAY)

    assert [(m.order, m.slug, m.version and m.version.number, m.fits) for m in plan.modules] == [
        (1, "article-2", 1, True),
        (2, "article-1", 1, True),
    ]
    assert plan.audience == 1
    assert plan.can_open


def test_a_plan_cannot_be_opened_with_nobody_to_ask() -> None:
    campaign = building.campaign(opened=False)

    assert not plan_of(campaign, today=TODAY).can_open


def test_the_digest_changes_with_a_day_and_with_a_new_version_and_not_with_the_audience() -> None:
    campaign = building.campaign(["article-1"], opened=False)
    before = plan_of(campaign, today=TODAY).digest

    building.person()
    assert plan_of(campaign, today=TODAY).digest == before

    building.module_version("article-1", title="改めた題")
    republished = plan_of(campaign, today=TODAY).digest
    assert republished != before

    campaign.due_on = date(2026, 12, 24)
    assert plan_of(campaign, today=TODAY).digest not in {before, republished}


def test_an_open_campaigns_plan_keeps_its_versions_and_its_audience() -> None:
    building.person()
    campaign = building.campaign(["article-1"], opened=False)
    open_campaign(campaign=campaign, by=None, now=building.NOW)
    building.module_version("article-1", title="改めた題")
    building.person("000999", "後入 社員")

    plan = plan_of(Campaign.objects.get(pk=campaign.pk), today=TODAY)

    assert [m.version and m.version.number for m in plan.modules] == [1]
    assert plan.audience == 1


def test_a_pledge_on_leaving_opens_before_anybody_leaves() -> None:
    building.person()
    campaign = building.draft([], kind=Campaign.Kind.LEAVING)

    plan = plan_of(campaign, today=TODAY)

    assert (plan.audience, plan.modules) == (0, ())
    assert plan.can_open


def test_a_plan_says_its_rules_and_counts_those_whom_they_ask() -> None:
    building.person("000001", "架空 一", joined=date(2020, 4, 1))
    building.person("000002", "架空 二", joined=date(2026, 10, 1))
    campaign = building.draft(["article-1"], audience=AudienceRule(joined_from=date(2026, 4, 1)))

    plan = plan_of(campaign, today=TODAY)

    assert plan.audience == 1
    assert "2026年4月1日以後" in plan.who[0]
    assert "2026年12月25日" in plan.when[0]
    assert "数えません" in plan.credit
