"""A campaign is planned, approved and opened; it teaches what was pinned, to whoever was there."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.asking import snapshot
from tests.building import (
    NOW,
    POLICY,
    account,
    assignment_of,
    campaign,
    later,
    module_version,
    officer,
    person,
    read,
    revision,
    statement,
)
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns.approve import approve, plan_facts
from training.campaigns.models import Assignment, Campaign, CampaignEvent, CampaignModule, DueSet, Pin, Tally, Task
from training.campaigns.open import open_campaign
from training.campaigns.plan import plan
from training.campaigns.queries import steps_of
from training.catalogue.models import Module
from training.catalogue.publish import publish_module
from training.errors import Conflict, Invalid, NotReady
from training.ledger.append import append
from training.ledger.models import Entry, Immutable
from training.people.models import Employment
from training.policy.publish import publish_revision
from training.roles import Role

pytestmark = pytest.mark.django_db


def draft(**changes: Any) -> Campaign:
    values: dict[str, Any] = {
        "code": "FY2026",
        "title": "2026年度",
        "kind": Campaign.Kind.YEARLY,
        "first_day": date(2026, 4, 1),
        "last_day": date(2027, 3, 31),
        "due_on": date(2026, 12, 25),
        "valid_until": date(2027, 12, 31),
        "revision": revision(),
        "statement": statement(),
        "modules": [module_version().module],
        "by": officer(),
        "now": NOW,
    }
    return plan(**(values | changes))


def open_it(made: Campaign) -> CampaignEvent:
    return open_campaign(campaign=made, by=None, now=NOW)


@pytest.mark.parametrize(
    "days",
    [
        {"due_on": date(2026, 3, 31)},
        {"valid_until": date(2026, 12, 24)},
        {"last_day": date(2026, 3, 31)},
        {"first_day": date(2026, 12, 26)},
    ],
)
def test_days_out_of_order_are_refused_and_nothing_is_written(days: dict[str, date]):
    module_version(), revision(), statement()
    before = everything()
    with pytest.raises(Invalid):
        draft(**days)
    assert everything() == before


def test_a_campaign_may_begin_be_due_and_end_on_one_day():
    day = date(2026, 4, 1)
    assert draft(first_day=day, last_day=day, due_on=day, valid_until=day).state == Campaign.State.DRAFT


def test_a_campaign_without_modules_or_with_one_twice_is_refused():
    module = module_version().module
    statement()
    before = everything()
    for modules in ([], [module, module]):
        with pytest.raises(Invalid):
            draft(modules=modules)
    assert everything() == before


def test_a_code_taken_is_refused():
    draft()
    before = everything()
    with pytest.raises(Conflict):
        draft()
    assert everything() == before


def test_modules_keep_the_order_in_which_they_were_planned():
    modules = [module_version(f"article-{n}").module for n in (9, 1, 5)]
    made = draft(modules=modules)
    assert [row.module.slug for row in made.campaign_modules.order_by("order")] == [
        "article-9",
        "article-1",
        "article-5",
    ]


def test_planning_is_done_whole_or_not_at_all():
    module_version(), revision(), statement(), officer()
    writes_whole_or_not_at_all(draft)


def test_only_a_draft_is_approved_and_only_once():
    made, by = draft(), officer()
    approve(campaign=made, by=by, now=NOW)
    before = everything()
    with pytest.raises(Conflict):
        approve(campaign=made, by=by, now=later(hours=1))
    assert everything() == before


def test_approving_is_done_whole_or_not_at_all():
    made, by = draft(), officer()
    writes_whole_or_not_at_all(lambda: approve(campaign=made, by=by, now=NOW))


def test_a_draft_is_not_opened():
    person()
    made = draft()
    before = everything()
    with pytest.raises(Conflict):
        open_it(made)
    assert everything() == before


def test_a_plan_changed_after_its_approval_is_not_opened():
    person()
    made = campaign(opened=False)
    approved = Campaign.objects.filter(pk=made.pk)
    changes: dict[str, Any] = {
        "title": "別の題",
        "due_on": date(2027, 3, 31),
        "first_day": date(2026, 4, 2),
        "last_day": date(2027, 4, 30),
        "valid_until": date(2030, 12, 31),
        "kind": Campaign.Kind.MAKE_UP,
        "code": "FY2027",
    }
    before = everything()
    for name, value in changes.items():
        approved.update(**{name: value})
        with pytest.raises(Conflict):
            open_it(made)
        approved.update(**{name: getattr(made, name)})
    assert everything() == before
    assert open_it(made)


def test_modules_changed_after_the_approval_are_not_opened():
    person()
    made = campaign(opened=False)
    extra = module_version("article-5").module
    CampaignModule.objects.create(campaign=made, module=extra, order=2)
    with pytest.raises(Conflict):
        open_it(made)
    CampaignModule.objects.filter(module=extra).delete()
    open_it(made)
    assert Task.objects.count() == 1


def test_another_pledge_or_policy_than_approved_is_not_opened():
    person()
    made = campaign(opened=False)
    newer = publish_revision(source=POLICY.replace("5F", "6F"), now=NOW)
    Campaign.objects.filter(pk=made.pk).update(revision=newer)
    with pytest.raises(Conflict):
        open_it(made)


def test_a_module_never_published_cannot_be_opened():
    person()
    made = draft(modules=[Module.objects.create(slug="article-1")])
    approve(campaign=made, by=officer(), now=NOW)
    before = everything()
    with pytest.raises(NotReady):
        open_it(made)
    assert everything() == before


def test_a_module_published_for_another_revision_cannot_be_opened():
    person()
    made = campaign(opened=False)
    newer = publish_revision(source=POLICY.replace("5F", "6F"), now=later(days=1))
    publish_module(snapshot=snapshot(), revision=newer, now=later(days=1))
    before = everything()
    with pytest.raises(NotReady):
        open_it(made)
    assert everything() == before


def test_a_campaign_for_nobody_is_not_opened():
    made = campaign(opened=False)
    before = everything()
    with pytest.raises(NotReady):
        open_it(made)
    assert everything() == before


def test_everybody_employed_in_tokyo_that_day_is_assigned_and_nobody_else():
    """15:30 in London is half past midnight of the next day in Tokyo."""
    there, joins, left = person("1", "在 籍"), person("2", "入 社", joined=date(2026, 11, 25)), person("3", "退 職")
    Employment.objects.filter(pk=left.pk).update(valid_to=date(2026, 11, 24))
    made = campaign(opened=False)
    open_campaign(campaign=made, by=None, now=datetime(2026, 11, 24, 15, 30, tzinfo=UTC))
    assert set(Assignment.objects.values_list("employment", flat=True)) == {there.pk, joins.pk}


def test_each_person_gets_every_module_and_the_day_on_which_it_is_due():
    for n in range(3):
        person(f"{n}", f"氏名{n}")
    made = campaign(["article-1", "article-3"])
    assert Assignment.objects.count() == 3
    assert Task.objects.count() == 6
    assert set(DueSet.objects.values_list("due_on", "number")) == {(date(2026, 12, 25), 1)}
    assert Tally.objects.values().get() == {
        "id": Tally.objects.get().pk,
        "campaign_id": made.pk,
        "assigned": 3,
        "started": 0,
        "trained": 0,
        "signed": 0,
        "credited": 0,
        "closed": 0,
    }
    assert Campaign.objects.get().state == made.state == Campaign.State.OPEN


def test_a_campaign_is_opened_once():
    person()
    made = campaign()
    before = everything()
    with pytest.raises(Conflict):
        open_it(made)
    assert everything() == before


def test_opening_is_done_whole_or_not_at_all():
    person()
    made = campaign(opened=False)
    assert writes_whole_or_not_at_all(lambda: open_it(made)) > 6


def test_opening_is_one_entry_however_many_people_there_are(django_assert_max_num_queries: Any):
    for n in range(30):
        person(f"{n:03}", f"氏名{n}")
    made = campaign(opened=False)
    entries = Entry.objects.count()
    with django_assert_max_num_queries(25):
        open_it(made)
    assert Entry.objects.count() == entries + 1
    assert Assignment.objects.count() == 30


def test_a_module_published_again_changes_nothing_in_an_open_campaign():
    employment = person()
    campaign()
    pinned = Pin.objects.get().module_version
    module_version(title="あとから直した題", now=later(days=1))
    (step,) = steps_of(assignment_of(employment))
    assert step.pinned == pinned
    assert step.title == "研修 article-3"
    task = read(step.task, now=later(days=2))
    assert task.version == pinned


def test_the_version_newest_at_opening_is_pinned_whenever_the_plan_was_made():
    person()
    made = campaign(opened=False)
    newest = module_version(title="開く前に直した題", now=later(days=1))
    open_it(made)
    assert Pin.objects.get().module_version == newest


def test_the_opening_names_the_digest_of_each_version():
    person()
    campaign()
    event = CampaignEvent.objects.get(kind="opened")
    assert event.facts["pins"] == [
        {
            "module": str(Module.objects.get().pk),
            "language": "ja",
            "version": 1,
            "digest": Pin.objects.get().module_version.digest,
        }
    ]


def test_the_approval_names_the_versions_of_then_and_the_opening_which_are_newer():
    person()
    made = draft(modules=[module_version("article-1").module, module_version().module])
    approve(campaign=made, by=account("o", Role.PRIVACY_OFFICER), now=NOW)
    approved = CampaignEvent.objects.get(kind="approved").facts["versions"]
    assert [(one["module"], one["version"]) for one in approved] == [
        (str(row.module_id), 1) for row in CampaignModule.objects.order_by("order")
    ]
    newest = module_version(title="承認の後に直した題", now=later(days=1))
    event = open_it(made)
    assert event.facts["newer_than_approved"] == [{"module": str(newest.module_id), "approved": 1, "pinned": 2}]
    assert "versions" not in event.facts


def test_an_approval_of_before_versions_were_named_still_opens():
    person()
    made = draft()
    event = CampaignEvent(campaign=made, kind="approved", by_id=account("o").pk, at=NOW, facts=plan_facts(made))
    append(kind="campaigns.approved", at=NOW, rows=[event])
    Campaign.objects.filter(pk=made.pk).update(state=Campaign.State.APPROVED)
    assert "newer_than_approved" not in open_it(made).facts


def test_where_nothing_was_published_since_the_approval_none_is_newer():
    person()
    campaign()
    assert CampaignEvent.objects.get(kind="opened").facts["newer_than_approved"] == []


def test_a_person_hired_again_is_asked_once_per_employment():
    old = person("1", "再雇用")
    Employment.objects.filter(pk=old.pk).update(valid_to=date(2025, 3, 31))
    again = person("1", "再雇用", joined=date(2026, 4, 1))
    campaign()
    assert [a.employment for a in Assignment.objects.all()] == [again]


def test_assignments_and_due_days_cannot_be_changed_by_code():
    person()
    campaign()
    for model in (Assignment, DueSet, CampaignEvent):
        with pytest.raises(Immutable):
            model.objects.all().delete()
        with pytest.raises(Immutable):
            model.objects.all()[0].save()


def test_two_campaigns_pin_and_assign_side_by_side():
    person()
    first = campaign()
    second = campaign(["article-5"], code="FY2027")
    assert {p.campaign_module.campaign_id for p in Pin.objects.all()} == {first.pk, second.pk}
    assert Assignment.objects.count() == 2
