"""One person is exempt for a time, has more time, is added or taken out by hand: with a reason, and in the record."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from tests.building import (
    NOW,
    approve_and_open,
    assignment_of,
    campaign,
    draft,
    later,
    married,
    officer,
    person,
    sign,
    train,
)
from tests.campaigns.staffing import corrected
from tests.cutting import everything, writes_whole_or_not_at_all
from training.attestation.standing import Standing, with_standing
from training.campaigns.audience import AudienceRule
from training.campaigns.due import DueRule, Fixed, Roll
from training.campaigns.exempt import exempt, lift
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet, Exemption, Tally, Task
from training.campaigns.prolong import prolong
from training.campaigns.queries import due_on
from training.campaigns.standing_by_hand import add, remove
from training.campaigns.tally import COUNTERS, rebuild
from training.errors import Conflict, Invalid, NotReady
from training.ledger.models import Disclosure, Entry
from training.people.models import Employment

pytestmark = pytest.mark.django_db

TODAY, DUE = date(2026, 11, 24), date(2026, 12, 25)
REASON = "育児休業のため"


def granted(assignment: Assignment, **changes: Any) -> Exemption:
    values: dict[str, Any] = {"cause": "long_leave", "reason": REASON, "until": None, "by": officer(), "now": NOW}
    return exempt(assignment=assignment, **(values | changes))


def lifted(assignment: Assignment, **changes: Any) -> Exemption:
    return lift(assignment=assignment, **({"reason": "復職", "by": officer(), "now": NOW} | changes))


def prolonged(assignment: Assignment, day: date = date(2027, 1, 29), **changes: Any) -> DueSet:
    return prolong(assignment=assignment, due_on=day, **({"reason": REASON, "by": officer(), "now": NOW} | changes))


def removed(assignment: Assignment, **changes: Any) -> AssignmentEvent:
    return remove(assignment=assignment, **({"reason": REASON, "by": officer(), "now": NOW} | changes))


def added(made: Campaign, employment: Employment, **changes: Any) -> Assignment:
    values: dict[str, Any] = {"reason": REASON, "by": officer(), "now": NOW}
    return add(campaign=made, employment=employment, **(values | changes))


def standing(assignment: Assignment, day: date = TODAY) -> Any:
    return with_standing(Assignment.objects.filter(pk=assignment.pk), day=day).get()


@pytest.fixture
def mine() -> Assignment:
    employment = person()
    campaign()
    return assignment_of(employment)


def counted() -> dict[str, int]:
    return {name: getattr(Tally.objects.get(), name) for name in COUNTERS}


def is_right() -> bool:
    kept = counted()
    rebuild(campaign=Campaign.objects.get())
    return counted() == kept


# exemptions


def test_who_is_exempt_is_so_from_today_to_the_last_day_and_not_a_day_longer(mine: Assignment):
    granted(mine, until=date(2026, 12, 10))
    stands = [standing(mine, day).standing for day in (TODAY, date(2026, 12, 10), date(2026, 12, 11))]
    assert stands == [Standing.EXEMPT, Standing.EXEMPT, Standing.NEW]
    assert due_on(mine) == DUE, "the due day lies after the exemption"


def test_who_is_exempt_is_not_overdue_and_may_do_it_all_the_same(mine: Assignment):
    granted(mine)
    assert not standing(mine, date(2027, 2, 1)).overdue
    train(mine)
    sign(mine, "髙橋 一郎")
    assert standing(mine).standing == Standing.SIGNED


@pytest.mark.parametrize(
    ("until", "due"),
    [
        (date(2026, 12, 24), DUE),  # ends before the due day: nothing moves
        (DUE, date(2027, 1, 25)),  # 31 days were left
        (date(2027, 1, 31), date(2027, 3, 3)),
    ],
)
def test_as_many_days_are_left_afterwards_as_were_left_before(mine: Assignment, until: date, due: date):
    granted(mine, until=until)
    assert due_on(mine) == due
    assert due == DUE or (due - until) == (DUE - TODAY)


def test_who_is_due_on_the_day_itself_is_due_on_the_first_day_after(mine: Assignment):
    prolonged(mine, date(2026, 12, 26))
    on_the_day = later(days=32)
    granted(mine, until=date(2027, 1, 10), now=on_the_day)
    assert due_on(mine) == date(2027, 1, 11)


def test_who_was_overdue_already_stays_so(mine: Assignment):
    granted(mine, until=date(2027, 1, 31), now=later(days=40))
    assert due_on(mine) == DUE
    assert standing(mine, date(2027, 2, 1)).overdue


def test_a_new_due_day_rolls_as_the_campaigns_rule_says():
    employment = person()
    approve_and_open(draft(due_rule=DueRule((Fixed(DUE),), roll=Roll.NEXT)))
    granted(assignment_of(employment), until=date(2026, 12, 29))
    assert (date(2026, 12, 29) + timedelta(days=31)).weekday() == 4  # a Friday: 2027-01-29
    assert due_on(assignment_of(employment)) == date(2027, 1, 29)
    granted(assignment_of(employment), until=date(2027, 1, 30), cause="other", now=later(days=1))
    due = due_on(assignment_of(employment))
    assert due.weekday() < 5
    assert due == date(2027, 3, 2), "31 days after 30 January, as many as were left when it was first granted"


def test_an_exemption_without_an_end_restarts_the_clock_when_it_is_lifted(mine: Assignment):
    granted(mine)
    assert due_on(mine) == DUE
    lifted(mine, now=later(days=68))
    assert date(2026, 11, 24) + timedelta(days=68) == date(2027, 1, 31)
    assert due_on(mine) == date(2027, 3, 2), "31 days after 30 January, the last day of the exemption"
    assert standing(mine, date(2027, 1, 31)).standing == Standing.NEW


def test_lifting_before_the_due_day_leaves_it(mine: Assignment):
    granted(mine)
    lifted(mine, now=later(days=2))
    assert due_on(mine) == DUE
    assert standing(mine, date(2026, 11, 26)).standing == Standing.NEW
    assert list(Exemption.objects.values_list("kind", "number")) == [("granted", 1), ("lifted", 2)]


def test_lifting_on_the_day_of_granting_makes_it_as_if_nothing_had_been(mine: Assignment):
    granted(mine)
    lifted(mine)
    assert standing(mine).standing == Standing.NEW
    with pytest.raises(Conflict):
        lifted(mine)


def test_granting_again_says_a_new_last_day_and_the_same_once_more_is_refused(mine: Assignment):
    granted(mine, until=date(2026, 11, 30))
    before = everything()
    with pytest.raises(Invalid):
        granted(mine, until=date(2026, 11, 30))
    assert everything() == before
    granted(mine, until=date(2026, 12, 15))
    assert standing(mine, date(2026, 12, 15)).standing == Standing.EXEMPT


def test_an_open_exemption_given_an_end_restarts_the_clock_as_lifting_on_it_would(mine: Assignment):
    granted(mine)
    granted(mine, until=date(2027, 1, 30), now=later(days=40))
    assert due_on(mine) == date(2027, 3, 2), "31 days after 30 January"


def test_what_an_exemption_added_is_not_added_again_when_it_is_granted_longer_or_shorter(mine: Assignment):
    granted(mine, until=date(2026, 12, 31))
    assert due_on(mine) == date(2027, 1, 31)
    granted(mine, until=date(2027, 1, 30), now=later(days=20))
    assert due_on(mine) == date(2027, 3, 2)
    granted(mine, until=date(2026, 12, 26), now=later(days=21))
    assert due_on(mine) == date(2027, 1, 26)
    granted(mine, until=date(2026, 12, 20), now=later(days=22))
    assert due_on(mine) == DUE, "the day of before lies outside of it now"
    granted(mine, until=None, now=later(days=23))
    lifted(mine, now=later(days=68))
    assert due_on(mine) == date(2027, 3, 2)


def test_an_exemption_granted_when_the_first_is_over_is_another(mine: Assignment):
    granted(mine, until=date(2026, 12, 31))
    granted(mine, until=date(2027, 2, 10), now=later(days=48))
    assert due_on(mine) == date(2027, 3, 2), "20 of 31 days were left on 11 January"


def test_a_day_given_in_the_midst_of_an_exemption_counts_from_the_day_on_which_it_is_granted_again(mine: Assignment):
    granted(mine, until=date(2026, 12, 31))
    prolonged(mine, date(2027, 2, 10), now=later(days=10))
    granted(mine, until=date(2027, 2, 28), now=later(days=20))
    assert due_on(mine) == date(2027, 4, 27), "58 days were left on 14 December"


@pytest.mark.parametrize("bad", [{"until": date(2026, 11, 23)}, {"reason": " "}, {"cause": "laziness"}])
def test_what_is_no_exemption_is_refused(mine: Assignment, bad: dict[str, Any]):
    before = everything()
    with pytest.raises(Invalid):
        granted(mine, **bad)
    assert everything() == before


def test_who_has_signed_or_is_closed_is_neither_exempt_nor_prolonged_nor_removed():
    signed, out = person("1", "済 み"), person("2", "外 れ")
    campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "済 み")
    removed(assignment_of(out))
    before = everything()
    for verb in (granted, prolonged, removed):
        with pytest.raises(Conflict):
            verb(assignment_of(signed))
        with pytest.raises(NotReady):
            verb(assignment_of(out))
    with pytest.raises(Conflict):
        lifted(assignment_of(out))
    assert everything() == before


@pytest.mark.parametrize("verb", [granted, prolonged, removed])
def test_the_reason_is_beside_the_entry_and_nowhere_in_it(mine: Assignment, verb: Any):
    verb(mine)
    entry = Entry.objects.latest("at", "kind")
    hidden = Disclosure.objects.filter(name="reason", value=REASON).get()
    assert REASON not in hidden.entry.body
    rows = [*AssignmentEvent.objects.filter(entry=hidden.entry), *Exemption.objects.filter(entry=hidden.entry)]
    facts = json.loads(hidden.entry.body)["facts"]
    assert {*(row.by_id for row in rows), facts.get("by", officer().pk)} == {officer().pk}
    assert rows or "by" in facts
    assert entry.at <= NOW


def test_each_of_them_is_done_whole_or_not_at_all(mine: Assignment):
    writes_whole_or_not_at_all(lambda: granted(mine, until=date(2027, 1, 31)))
    writes_whole_or_not_at_all(lambda: lifted(mine))
    writes_whole_or_not_at_all(lambda: prolonged(mine, date(2027, 4, 30)))
    writes_whole_or_not_at_all(lambda: removed(mine))
    made, new = Campaign.objects.get(), person("9", "新 人")
    writes_whole_or_not_at_all(lambda: added(made, mine.employment))
    writes_whole_or_not_at_all(lambda: added(made, new))


# more time


def test_a_person_has_more_time_and_only_later(mine: Assignment):
    prolonged(mine)
    assert DueSet.objects.latest("number").reason == "extension"
    before = everything()
    for day in (DUE, date(2027, 1, 29), date(2026, 11, 23), date(2028, 1, 1)):
        with pytest.raises(Invalid):
            prolonged(mine, day)
    with pytest.raises(Invalid):
        prolonged(mine, date(2027, 3, 1), now=later(days=120))
    assert everything() == before
    prolonged(mine, date(2027, 12, 31))


# by hand


def test_who_is_taken_out_is_closed_in_every_list_and_nothing_is_deleted(mine: Assignment):
    removed(mine)
    found = standing(mine, date(2027, 2, 1))
    assert (found.standing, found.overdue) == (Standing.CLOSED, False)
    assert counted()["closed"] == 1
    assert is_right()


def test_who_is_added_again_is_asked_again_and_due_as_before(mine: Assignment):
    removed(mine)
    assert added(mine.campaign, mine.employment) == mine
    assert standing(mine).standing == Standing.NEW
    assert DueSet.objects.count() == 1
    assert list(AssignmentEvent.objects.values_list("kind", "cause")) == [("closed", "removed"), ("reopened", "added")]
    assert counted()["closed"] == 0
    assert is_right()


def test_who_is_added_again_after_the_due_day_is_due_that_day(mine: Assignment):
    removed(mine)
    added(mine.campaign, mine.employment, now=later(days=40))
    assert due_on(mine) == date(2027, 1, 3)


def test_whom_the_audience_does_not_ask_is_added_with_task_and_due_day():
    inside, outside = person("1", "内 側"), person("2", "外 側")
    made = approve_and_open(draft(["article-1", "article-3"], audience=AudienceRule(exclude=frozenset({outside.pk}))))
    assert Assignment.objects.get().employment == inside
    got = added(made, outside)
    assert (got.cause, got.facts["by"]) == ("manual", officer().pk)
    assert Task.objects.filter(assignment=got).count() == 2
    assert due_on(got) == DUE
    assert counted()["assigned"] == 2
    assert is_right()


def test_nobody_is_added_twice_whatever_row_of_the_roster_is_named(mine: Assignment):
    newer = corrected(mine.employment, type="contract")
    before = everything()
    for employment in (mine.employment, newer):
        with pytest.raises(Conflict):
            added(mine.campaign, employment)
    assert everything() == before


def test_who_has_signed_is_not_added_again(mine: Assignment):
    train(mine)
    sign(mine, "髙橋 一郎")
    with pytest.raises(Conflict):
        added(mine.campaign, mine.employment)


def test_who_does_not_work_here_today_is_not_added(mine: Assignment):
    joins = person("2", "来 月", joined=date(2026, 12, 1))
    left = person("3", "先 月")
    Employment.objects.filter(pk=left.pk).update(valid_to=date(2026, 10, 31))
    left.refresh_from_db()
    before = everything()
    for employment in (joins, left):
        with pytest.raises(NotReady):
            added(mine.campaign, employment)
    assert everything() == before


def test_a_person_of_another_name_is_the_same_person(mine: Assignment):
    married(mine.employment)
    with pytest.raises(Conflict):
        added(mine.campaign, mine.employment)


def test_only_in_an_open_campaign_is_anybody_added():
    employment = person()
    made = campaign(opened=False)
    with pytest.raises(Conflict):
        added(made, employment)


def every_day_of_the_year() -> list[str]:
    return [f"{date(2028, 1, 1) + timedelta(days=n):%m-%d}" for n in range(366)]


def test_an_exemption_after_which_nobody_works_is_refused_in_the_readers_language(settings: Any):
    person()
    made = approve_and_open(draft(due_rule=DueRule((Fixed(DUE),), roll=Roll.NEXT)))
    assignment = made.assignments.get()
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "CLOSED_DAYS": every_day_of_the_year()}
    before = everything()
    with pytest.raises(Invalid) as refusal:
        granted(assignment, until=date(2027, 1, 15))
    said = str(refusal.value)
    assert "2027年1月15日" in said
    assert not re.search("[A-Za-z]", said)
    assert everything() == before


def test_a_rule_that_leads_to_no_day_is_refused_in_the_readers_language(settings: Any):
    person()
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "CLOSED_DAYS": every_day_of_the_year()}
    with pytest.raises(Invalid) as refusal:
        approve_and_open(draft(due_rule=DueRule((Fixed(DUE),), roll=Roll.NEXT)))
    assert not re.search("[A-Za-z]", str(refusal.value))


def test_a_day_out_of_bounds_is_written_as_the_reader_writes_days(mine: Assignment):
    with pytest.raises(Invalid, match="2201年1月1日は指定できません"):
        granted(mine, until=date(2201, 1, 1))
    with translation.override("en"), pytest.raises(Invalid, match=r"Jan\. 1, 1900 to Dec\. 31, 2200"):
        granted(mine, until=date(2201, 1, 1))
