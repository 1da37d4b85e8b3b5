"""A campaign is extended, or adopts a newer version: for those who still have to do it, in one entry."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.asking import snapshot
from tests.building import (
    NOW,
    POLICY,
    approve_and_open,
    assignment_of,
    campaign,
    draft,
    later,
    module_version,
    officer,
    person,
    read,
    sign,
    train,
)
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns.adopt import adopt
from training.campaigns.due import After, Anchor, DueRule, Fixed
from training.campaigns.exempt import exempt
from training.campaigns.extend import extend_campaign
from training.campaigns.models import Campaign, CampaignEvent, DueSet, Pin, Task
from training.campaigns.progress import open_task
from training.campaigns.prolong import prolong
from training.campaigns.queries import due_on
from training.campaigns.standing_by_hand import remove
from training.catalogue.models import Module
from training.catalogue.publish import publish_module
from training.errors import Conflict, Invalid
from training.ledger.models import Disclosure, Entry
from training.policy.publish import publish_revision

pytestmark = pytest.mark.django_db

OLD, NEW = date(2026, 12, 25), date(2027, 1, 29)
REASON = "繁忙期のため"


def extended(made: Campaign, **changes: Any) -> CampaignEvent:
    values: dict[str, Any] = {
        "due_on": NEW,
        "last_day": made.last_day,
        "valid_until": made.valid_until,
        "reason": REASON,
        "by": officer(),
        "now": NOW,
    }
    return extend_campaign(campaign=made, **(values | changes))


def dues(employment: Any) -> list[tuple[date, str]]:
    rows = DueSet.objects.filter(assignment=assignment_of(employment)).order_by("number")
    return list(rows.values_list("due_on", "reason"))


def test_everybody_who_still_has_to_do_it_is_due_on_the_new_day():
    waiting, signed, out = person("1", "待 つ"), person("2", "済 み"), person("3", "外 れ")
    made = campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "済 み")
    remove(assignment=assignment_of(out), reason="誤り", by=officer(), now=NOW)
    event = extended(made)
    assert dues(waiting) == [(OLD, "campaign"), (NEW, "campaign_extended")]
    assert dues(signed) == dues(out) == [(OLD, "campaign")]
    assert Campaign.objects.get().due_on == made.due_on == NEW
    assert event.facts["before"]["due_on"] == OLD.isoformat()
    assert (event.facts["due_on"], event.facts["moved"]) == (NEW.isoformat(), 1)


def test_a_later_day_of_ones_own_stays_and_one_that_would_come_before_the_new_one_moves():
    far, near, exempted = person("1", "遠 い"), person("2", "近 い"), person("3", "免 除")
    made = campaign()
    prolong(assignment=assignment_of(far), due_on=date(2027, 2, 10), reason="出張", by=officer(), now=NOW)
    prolong(assignment=assignment_of(near), due_on=date(2027, 1, 8), reason="出張", by=officer(), now=NOW)
    exempt(assignment=assignment_of(exempted), cause="other", reason="研修", until=None, by=officer(), now=NOW)
    extended(made)
    assert [due_on(assignment_of(one)) for one in (far, near, exempted)] == [date(2027, 2, 10), NEW, NEW]


def test_who_is_due_earlier_by_the_rule_stays_and_the_rules_own_day_moves_for_newcomers():
    early = person("1", "早 い", joined=date(2026, 11, 1))
    rule = DueRule((After(Anchor.JOINING, 30),))
    made = approve_and_open(draft(due_rule=rule, code="JOIN", kind=Campaign.Kind.JOINING))
    assert due_on(assignment_of(early, "JOIN")) == date(2026, 12, 1)
    extended(made)
    assert due_on(assignment_of(early, "JOIN")) == date(2026, 12, 1)
    both = approve_and_open(draft(due_rule=DueRule((Fixed(OLD), After(Anchor.JOINING, 30)))))
    extended(both)
    assert Campaign.objects.get(code="FY2026").due_rule["latest_of"][0] == {"on": NEW.isoformat()}
    assert due_on(assignment_of(early)) == NEW


def test_the_reason_is_kept_beside_the_entry_and_stands_nowhere_else():
    person()
    event = extended(campaign())
    entry = Entry.objects.get(kind="campaigns.extended")
    assert Disclosure.objects.get(entry=entry).value == REASON
    assert REASON not in entry.body + repr(event.facts)


@pytest.mark.parametrize(
    "bad",
    [
        {"due_on": date(2026, 12, 24)},
        {"last_day": date(2027, 3, 30)},
        {"valid_until": date(2027, 12, 30)},
        {"due_on": date(2028, 1, 1)},
        {"due_on": OLD},
        {"reason": " \n　"},
        {"reason": "あ" * 1001},
    ],
)
def test_what_is_no_extension_is_refused_and_nothing_is_written(bad: dict[str, Any]):
    person()
    made = campaign()
    before = everything()
    with pytest.raises(Invalid):
        extended(made, **bad)
    assert everything() == before


def test_only_what_is_open_is_extended():
    person()
    made = campaign(opened=False)
    before = everything()
    with pytest.raises(Conflict):
        extended(made)
    assert everything() == before


def test_extending_twice_to_the_same_days_is_refused_and_further_on_is_not():
    employment = person()
    made = campaign()
    extended(made)
    with pytest.raises(Invalid):
        extended(made)
    extended(made, due_on=date(2027, 2, 26))
    assert [day for day, _reason in dues(employment)] == [OLD, NEW, date(2027, 2, 26)]


def test_only_the_validity_may_be_extended_and_nobodys_day_moves():
    employment = person()
    made = campaign()
    assert extended(made, due_on=OLD, valid_until=date(2028, 3, 31)).facts["moved"] == 0
    assert dues(employment) == [(OLD, "campaign")]


def test_extending_is_done_whole_or_not_at_all():
    person()
    made = campaign()
    writes_whole_or_not_at_all(lambda: extended(Campaign.objects.get(pk=made.pk)))


def test_extending_is_one_entry_and_as_many_queries_for_three_people_as_for_thirty(django_assert_max_num_queries: Any):
    for n in range(3):
        person(f"{n}", f"氏名{n}")
    small, by = campaign(), officer()
    with django_assert_max_num_queries(20) as few:
        extended(small, by=by)
    for n in range(3, 30):
        person(f"{n}", f"氏名{n}")
    large = campaign(["article-5"], code="FY2027")
    before = Entry.objects.count()
    with django_assert_max_num_queries(len(few)):
        assert extended(large, by=by).facts["moved"] == 30
    assert Entry.objects.count() == before + 1


# adopting


def adopted(made: Campaign, slug: str = "article-3", **changes: Any) -> CampaignEvent:
    values: dict[str, Any] = {"reason": "誤字の訂正", "by": officer(), "now": NOW}
    return adopt(campaign=made, module=Module.objects.get(slug=slug), **(values | changes))


def test_who_has_not_opened_the_module_is_taught_the_newer_version_and_who_has_stays():
    reading, waiting, done = person("1", "読 む"), person("2", "待 つ"), person("3", "済 む")
    made = campaign()
    first = Pin.objects.get().module_version
    read(assignment_of(reading).tasks.get())
    train(assignment_of(done))
    newer = module_version(title="直した題", now=later(days=1))
    event = adopted(made)
    assert Pin.objects.get().module_version == newer
    for employment in (reading, done):
        assert assignment_of(employment).tasks.get().version == first
    opened = open_task(task=assignment_of(waiting).tasks.get(), language="ja", now=NOW)
    assert opened.version == newer
    assert event.facts["tasks"] == {"moved": 1, "stayed": 2}
    (version,) = event.facts["adopted"]["versions"]
    assert (version["from"]["digest"], version["to"]["digest"]) == (first.digest, newer.digest)


def test_a_version_for_another_revision_of_the_policy_is_not_adopted():
    person()
    made = campaign()
    newer = publish_revision(source=POLICY.replace("5F", "6F"), now=later(days=1))
    publish_module(snapshot=snapshot(), revision=newer, now=later(days=1))
    before = everything()
    with pytest.raises(Conflict):
        adopted(made)
    assert everything() == before


def test_the_newest_is_adopted_once_and_only_of_what_is_taught():
    person()
    made = campaign()
    with pytest.raises(Conflict):
        adopted(made)
    module_version(title="直した題", now=later(days=1))
    module_version("article-9")
    adopted(made)
    before = everything()
    with pytest.raises(Conflict):
        adopted(made)
    with pytest.raises(Invalid):
        adopted(made, "article-9")
    with pytest.raises(Invalid):
        adopted(made, reason="")
    assert everything() == before


def test_adopting_is_done_whole_or_not_at_all():
    person()
    made = campaign()
    module_version(title="直した題", now=later(days=1))
    writes_whole_or_not_at_all(lambda: adopted(made))
    assert Task.objects.get().version is None
