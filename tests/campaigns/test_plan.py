"""A plan says whom, by when and what counts already; a draft can be changed, and what was approved must be approved anew."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest

from tests.building import NOW, account, campaign, draft, later, module_version, officer, person, revision, statement
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns.approve import approve, plan_facts
from training.campaigns.audience import AudienceRule
from training.campaigns.credits import CreditRule
from training.campaigns.due import After, Anchor, DueRule, Fixed, Roll
from training.campaigns.models import Campaign
from training.campaigns.open import open_campaign
from training.campaigns.plan import replan
from training.errors import Conflict, Invalid
from training.people.models import Posting

pytestmark = pytest.mark.django_db

PLAIN = {
    "code", "title", "kind", "first_day", "last_day", "due_on", "valid_until", "policy", "statement", "modules",
}  # fmt: skip
RULE = DueRule((Fixed(date(2026, 12, 25)), After(Anchor.JOINING, 30, working=True)), roll=Roll.NEXT)
CREDIT = CreditRule(frozenset({"joining"}), date(2026, 1, 1))


def changed(made: Campaign, **changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "code": made.code,
        "title": made.title,
        "kind": made.kind,
        "first_day": made.first_day,
        "last_day": made.last_day,
        "due_on": made.due_on,
        "valid_until": made.valid_until,
        "revision": made.revision,
        "statement": made.statement,
        "modules": [row.module for row in made.campaign_modules.order_by("order")],
        "by": officer(),
        "now": later(hours=1),
    }
    return replan(campaign=made, **(values | changes))


@pytest.mark.parametrize("kind", ["yearly", "joining", "make_up"])
@pytest.mark.parametrize("credited", ["change", "leaving"])
def test_a_pledge_without_training_is_not_credited_as_training(kind: str, credited: str):
    rule = CreditRule(frozenset({"joining", credited}), date(2026, 1, 1))
    with pytest.raises(Invalid):
        draft(kind=kind, credit_rule=rule)
    assert not Campaign.objects.exists()
    assert draft(kind="change", credit_rule=rule).credit_rule["kinds"] == sorted(rule.kinds)


def test_a_plan_that_chooses_nothing_has_the_facts_of_before_there_was_a_choice():
    assert set(plan_facts(draft())) == PLAIN


def test_a_plan_says_whom_it_asks_by_when_what_counts_and_who_answers_for_it():
    employment = person()
    department = Posting.objects.get().department_id
    responsible = account("hr")
    audience = AudienceRule(
        departments=frozenset({department}),
        types=frozenset({"regular"}),
        joined_from=date(2020, 4, 1),
        joined_to=date(2026, 3, 31),
        include=frozenset({employment.pk}),
    )
    made = draft(audience=audience, due_rule=RULE, credit_rule=CREDIT, responsible=responsible, fiscal_year=2026)
    facts = plan_facts(Campaign.objects.get(pk=made.pk))
    assert set(facts) - PLAIN == {"audience", "due_rule", "credit_rule", "responsible", "fiscal_year"}
    assert facts["audience"]["departments"] == [str(department)]
    assert facts["due_rule"]["roll"] == "next"
    assert facts["credit_rule"]["kinds"] == ["joining"]
    assert (facts["responsible"], facts["fiscal_year"]) == (responsible.pk, 2026)


@pytest.mark.parametrize("name", ["audience", "due_rule", "credit_rule", "fiscal_year"])
def test_a_rule_changed_behind_the_verbs_back_after_the_approval_is_not_opened(name: str):
    person()
    made = campaign(opened=False)
    values: dict[str, Any] = {
        "audience": {**made.audience, "types": ["officer"]},
        "due_rule": {"latest_of": [{"on": "2027-03-31"}], "roll": "stay"},
        "credit_rule": {"kinds": ["yearly"], "signed_from": "2020-01-01", "same_revision": False},
        "fiscal_year": 2030,
    }
    Campaign.objects.filter(pk=made.pk).update(**{name: values[name]})
    with pytest.raises(Conflict):
        open_campaign(campaign=made, by=None, now=NOW)


@pytest.mark.parametrize(
    "bad",
    [
        {"audience": AudienceRule(types=frozenset({"robot"}))},
        {"audience": AudienceRule(departments=frozenset({uuid.uuid4()}))},
        {"audience": AudienceRule(include=frozenset({uuid.uuid4()}))},
        {"audience": AudienceRule(exclude=frozenset({uuid.uuid4()}))},
        {"audience": AudienceRule(joined_from=date(2026, 4, 2), joined_to=date(2026, 4, 1))},
        {"due_rule": DueRule(())},
        {"due_rule": DueRule((Fixed(date(2026, 3, 31)),))},
        {"due_rule": DueRule((Fixed(date(2028, 1, 1)),))},
        {"due_rule": DueRule((After(Anchor.JOINING, -1),))},
        {"due_rule": DueRule((Fixed(date(2026, 12, 25)),) * 5)},
        {"credit_rule": CreditRule(frozenset(), date(2026, 1, 1))},
        {"credit_rule": CreditRule(frozenset({"holiday"}), date(2026, 1, 1))},
        {"fiscal_year": 2027},
        {"fiscal_year": 2026, "last_day": date(2027, 4, 1)},
        {"kind": "party"},
    ],
)
def test_a_rule_that_cannot_be_or_names_nobody_is_refused_and_nothing_is_written(bad: dict[str, Any]):
    module_version(), statement()
    before = everything()
    with pytest.raises(Invalid):
        draft(**bad)
    assert everything() == before


def test_a_pledge_on_leaving_may_ask_for_no_module_and_nothing_else_may():
    assert draft([], kind=Campaign.Kind.LEAVING, code="LEAVE").modules.count() == 0
    for kind in set(Campaign.Kind) - {Campaign.Kind.LEAVING}:
        with pytest.raises(Invalid):
            draft([], kind=kind)


def test_a_draft_says_what_it_was_changed_to():
    made = draft()
    extra = module_version("article-5").module
    changed(
        made, title="別の題", due_on=date(2026, 11, 30), due_rule=RULE, credit_rule=CREDIT, modules=[extra], code="NEW"
    )
    made = Campaign.objects.get(pk=made.pk)
    assert (made.title, made.due_on, made.code, made.state) == ("別の題", date(2026, 11, 30), "NEW", "draft")
    assert [row.module for row in made.campaign_modules.all()] == [extra]
    changed(made)
    assert plan_facts(Campaign.objects.get(pk=made.pk)).keys() == PLAIN, "what is not named is not kept"


def test_what_was_approved_is_a_draft_again_and_is_opened_only_after_another_approval():
    person()
    made = campaign(opened=False)
    again = changed(made, title="直した題")
    assert again.state == made.state == Campaign.objects.get(pk=made.pk).state == Campaign.State.DRAFT
    with pytest.raises(Conflict):
        open_campaign(campaign=made, by=None, now=NOW)
    approve(campaign=again, by=officer(), now=later(hours=1))
    open_campaign(campaign=again, by=None, now=NOW)
    assert Campaign.objects.get().state == Campaign.State.OPEN


def test_what_is_open_is_not_edited():
    person()
    made = campaign()
    before = everything()
    with pytest.raises(Conflict):
        changed(made, title="別の題")
    assert everything() == before


def test_a_draft_cannot_take_another_campaigns_code_but_keeps_its_own():
    made = draft()
    draft(code="FY2027")
    before = everything()
    with pytest.raises(Conflict):
        changed(made, code="FY2027")
    assert everything() == before
    assert changed(made, code="FY2026").code == "FY2026"


def test_changing_a_draft_is_done_whole_or_not_at_all():
    made = draft()
    extra = module_version("article-5").module
    writes_whole_or_not_at_all(lambda: changed(made, title="別の題", modules=[extra]))


def test_the_facts_name_nobody():
    person(name="𠮷田 花子")
    made = draft(responsible=account("hanako"))
    assert "𠮷田" not in repr(plan_facts(made))
    assert "hanako" not in repr(plan_facts(made))
    assert revision().digest in repr(plan_facts(made))
