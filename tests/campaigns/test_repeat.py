"""A plan drafts a campaign for each fiscal year by itself: once, in time, as a draft."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.building import NOW, account, module_version, officer, repeating, statement
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns.approve import plan_facts
from training.campaigns.audience import AudienceRule, from_json
from training.campaigns.calendar import day_in_fiscal_year, last_anniversary, months_after
from training.campaigns.cancel import cancel
from training.campaigns.credits import CreditRule
from training.campaigns.due import After, Anchor, DueRule, Fixed
from training.campaigns.models import Campaign, RepeatingPlan
from training.campaigns.plan import replan
from training.campaigns.repeat import draft_due, named, save_plan
from training.errors import Conflict, Invalid
from training.policy.publish import publish_statement
from training.roles import Role

pytestmark = pytest.mark.django_db


def at(year: int, month: int, day: int) -> datetime:
    """Noon in Tokyo."""
    return datetime(year, month, day, 3, 0, tzinfo=UTC)


def codes(now: datetime) -> list[str]:
    return [made.code for made in draft_due(now=now)]


def test_next_years_campaign_is_drafted_sixty_days_before_its_first_day_and_once():
    repeating()
    assert codes(at(2027, 1, 30)) == []
    assert codes(at(2027, 1, 31)) == ["FY2027"]
    before = everything()
    assert codes(at(2027, 1, 31)) == codes(at(2027, 3, 1)) == []
    assert everything() == before
    assert codes(at(2028, 2, 1)) == ["FY2028"]


def test_the_draft_is_a_plan_like_any_other_with_the_days_of_its_year():
    responsible = account("hr")
    repeating(["article-3", "article-1"], responsible=responsible)
    (made,) = draft_due(now=at(2027, 3, 1))
    made = Campaign.objects.get(pk=made.pk)
    assert (made.state, made.kind, made.title) == ("draft", "yearly", "2027年度 個人情報保護研修")
    assert (made.first_day, made.last_day, made.due_on) == (date(2027, 4, 1), date(2028, 3, 31), date(2027, 12, 25))
    assert (made.valid_until, made.fiscal_year) == (date(2028, 12, 25), 2027)
    assert (made.responsible, made.repeats) == (responsible, RepeatingPlan.objects.get())
    assert [row.module.slug for row in made.campaign_modules.order_by("order")] == ["article-3", "article-1"]
    assert plan_facts(made)["repeats"] == made.repeats_id


def test_the_newest_wording_of_the_pledge_is_taken():
    made = repeating()
    newer = publish_statement(
        statement=made.statement, language="ja", title="誓約書", words="新しい文面。", now=at(2027, 1, 5)
    )
    (drafted,) = draft_due(now=at(2027, 2, 1))
    assert drafted.statement == newer


def test_a_job_that_slept_through_the_day_drafts_up_to_the_first_day_and_not_for_a_year_that_has_begun():
    repeating(draft_days_before=10)
    assert codes(at(2027, 4, 2)) == []
    assert codes(at(2028, 4, 1)) == ["FY2028"]


def test_a_plan_that_begins_in_autumn_is_drafted_in_its_own_year():
    repeating(first_day="10-01", due_on="01-31")
    assert codes(at(2026, 8, 1)) == []
    (made,) = draft_due(now=at(2026, 8, 2))
    assert (made.code, made.first_day, made.due_on) == ("FY2026", date(2026, 10, 1), date(2027, 1, 31))


def test_the_day_turns_in_tokyo():
    repeating()
    assert codes(datetime(2027, 1, 30, 14, 59, tzinfo=UTC)) == []
    assert codes(datetime(2027, 1, 30, 15, 0, tzinfo=UTC)) == ["FY2027"]


@pytest.mark.parametrize("year", [None, 2028])
def test_a_repeating_plans_campaign_stays_in_its_fiscal_year_so_that_the_plan_drafts_no_other(year: int | None):
    repeating()
    (made,) = draft_due(now=at(2027, 2, 1))
    values = {name: getattr(made, name) for name in ("title", "kind", "valid_until", "revision", "statement")}
    values |= {"first_day": date(2028, 4, 1), "last_day": date(2028, 6, 30), "due_on": date(2028, 6, 1)}
    values |= {"by": officer(), "now": at(2027, 2, 1)}
    modules = [row.module for row in made.campaign_modules.order_by("order")]
    before = everything()
    with pytest.raises(Invalid, match="2027"):
        replan(campaign=made, code="OWN", fiscal_year=year, modules=modules, **values)
    assert everything() == before
    days = {"first_day": date(2027, 5, 1), "last_day": date(2027, 6, 30), "due_on": date(2027, 6, 1)}
    replan(campaign=made, code="OWN", fiscal_year=2027, modules=modules, **(values | days))
    assert codes(at(2027, 2, 2)) == codes(at(2027, 3, 1)) == []


def test_a_repeating_plan_credits_training_for_training_alone():
    with pytest.raises(Invalid):
        repeating(credit_rule=CreditRule(frozenset({"leaving"}), date(2026, 4, 1)))


def test_a_plan_put_aside_drafts_nothing_and_a_cancelled_campaign_is_not_drafted_again():
    made = repeating(active=False)
    assert codes(at(2027, 2, 1)) == []
    RepeatingPlan.objects.filter(pk=made.pk).update(active=True)
    (drafted,) = draft_due(now=at(2027, 2, 1))
    cancel(campaign=drafted, reason="x", by=account("officer", Role.PRIVACY_OFFICER), now=at(2027, 2, 2))
    assert codes(at(2027, 2, 3)) == []


def test_a_plan_that_cannot_be_drafted_holds_up_no_other(caplog: pytest.LogCaptureFixture):
    repeating(["article-1"], code="A{year}", title="甲{year}")
    repeating(["article-3"], code="B{year}", title="乙{year}")
    Campaign.objects.filter(pk=draft_due(now=at(2027, 2, 1))[0].pk).update(repeats=None, fiscal_year=None)
    told: list[tuple[str, str]] = []
    assert draft_due(now=at(2027, 2, 2), failed=lambda code, why: told.append((code, why))) == []
    assert "A2027" in caplog.text
    [(code, why)] = told
    assert code == "A2027"
    assert "A2027" in why
    assert codes(at(2028, 2, 2)) == ["A2028", "B2028"]


def test_days_that_the_rules_name_move_to_the_year():
    repeating(
        kind=Campaign.Kind.JOINING,
        audience=AudienceRule(joined_from=date(2025, 10, 1), joined_to=date(2026, 9, 30)),
        due_rule=DueRule((Fixed(date(2026, 11, 30)), After(Anchor.JOINING, 30))),
        credit_rule=CreditRule(frozenset({"joining"}), date(2025, 12, 1)),
        due_on="11-30",
    )
    (made,) = draft_due(now=at(2028, 3, 1))
    audience = from_json(made.audience)
    assert (audience.joined_from, audience.joined_to) == (date(2027, 10, 1), date(2028, 9, 30))
    assert made.due_rule["latest_of"] == [{"on": "2028-11-30"}, {"after": "joining", "days": 30, "working": False}]
    assert made.credit_rule["signed_from"] == "2027-12-01"


@pytest.mark.parametrize(
    "bad",
    [
        {"code": "FY2026"},
        {"code": "年度{year}"},
        {"code": "x" * 40 + "{year}"},
        {"first_day": "4-1"},
        {"first_day": "2026-04-01"},
        {"due_on": "02-30"},
        {"due_on": "13-01"},
        {"due_on": "ab-cd"},
        {"first_day": "10-01", "due_on": "09-30"},
        {"first_day": "10-01", "last_day": "09-30"},
        {"validity_months": 0},
        {"draft_days_before": 400},
        {"kind": "party"},
        {"modules": []},
    ],
)
def test_a_plan_that_cannot_be_is_refused_and_nothing_is_written(bad: dict[str, Any]):
    module_version(), statement()
    before = everything()
    with pytest.raises(Invalid):
        repeating(**bad)
    assert everything() == before


def test_a_plan_is_changed_and_its_drafts_stay_as_they_are():
    made = repeating()
    (drafted,) = draft_due(now=at(2027, 2, 1))
    values: dict[str, Any] = {
        "title": "別の題 {wareki}",
        "code": "N{wareki}",
        "kind": "yearly",
        "first_day": "04-01",
        "last_day": "03-31",
        "due_on": "11-30",
        "statement": made.statement,
        "modules": [module_version("article-5").module],
    }
    assert save_plan(plan=made, **values).pk == made.pk
    assert Campaign.objects.get(pk=drafted.pk).title == "2027年度 個人情報保護研修"
    (later_on,) = draft_due(now=at(2028, 2, 1))
    assert (later_on.code, later_on.title, later_on.modules.get().slug) == ("NR10", "別の題 令和10", "article-5")


def test_drafting_and_saving_are_done_whole_or_not_at_all():
    module_version(), statement()
    writes_whole_or_not_at_all(repeating)
    writes_whole_or_not_at_all(lambda: draft_due(now=at(2027, 2, 1)))


def test_the_twenty_ninth_of_february_is_the_twenty_eighth_where_there_is_none():
    assert day_in_fiscal_year("02-29", 2027) == date(2028, 2, 29)
    assert day_in_fiscal_year("02-29", 2026) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_after(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert last_anniversary(date(2024, 2, 29), date(2027, 2, 27)) == date(2026, 2, 28)
    assert last_anniversary(date(2024, 4, 1), date(2027, 4, 1)) == date(2027, 4, 1)


def test_a_year_is_written_in_either_calendar():
    assert named("{year}年度（{wareki}年度）", 2026) == "2026年度（令和8年度）"
    assert named("FY{year}-{wareki}", 2026) == "FY2026-R8"
    assert NOW.year == 2026


def test_two_active_plans_never_draft_under_one_code():
    first = repeating()
    with pytest.raises(Conflict, match="FY"):
        repeating(title="別の計画{year}")
    second = repeating(title="別の計画{year}", active=False)
    RepeatingPlan.objects.filter(pk=first.pk).update(active=False)
    RepeatingPlan.objects.filter(pk=second.pk).update(active=True)
    with pytest.raises(Conflict, match="別の計画"):
        repeating(plan=first)
    assert repeating(plan=second, draft_days_before=30) == second
