"""The daily run follows the roster: newcomers in, leavers out, due days moved; once, whole, and the same for any size."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from tests import building
from tests.building import (
    NOW,
    assignment_of,
    campaign,
    draft,
    everything,
    on_leave,
    person,
    sign,
    train,
    writes_whole_or_not_at_all,
)
from tests.campaigns.staffing import corrected, listed, withdrawn
from training.attestation.annul import annul
from training.campaigns import assign as room
from training.campaigns import assigning
from training.campaigns.approve import approve
from training.campaigns.assign import Assigned, assign
from training.campaigns.assigning import Chosen, write
from training.campaigns.audience import AudienceRule, as_json
from training.campaigns.calendar import day_of
from training.campaigns.candidates import Staff, candidates_on
from training.campaigns.choosing import Choosing
from training.campaigns.due import After, Anchor, DueRule, Roll
from training.campaigns.models import Assignment, AssignmentEvent, Campaign, DueSet, Tally, Task
from training.campaigns.open import open_campaign
from training.campaigns.prolong import prolong
from training.campaigns.standing_by_hand import add, remove
from training.campaigns.tally import rebuild
from training.conf import conf
from training.errors import Conflict, Invalid, NotReady
from training.ledger.models import Entry
from training.ledger.records import verify_records
from training.people.leave import take_back_leave
from training.people.models import Employment, Leave
from training.people.undo_import import undo_import

pytestmark = pytest.mark.django_db
QUERIES = 34
TODAY = day_of(NOW, conf.time_zone)
A_DAY = timedelta(days=1)
DUE = date(2026, 12, 25)


def on(day: date) -> datetime:
    """Nine in the morning of a day in Tokyo."""
    return datetime(day.year, day.month, day.day, 0, tzinfo=UTC)


def opened(*, now: datetime = NOW, **changes: Any) -> Campaign:
    made = draft(**changes)
    approve(campaign=made, by=building.officer(), now=now)
    open_campaign(campaign=made, by=None, now=now)
    return made


def run(made: Campaign, day: date = TODAY, **options: Any) -> Assigned:
    found = assign(campaign=made, now=on(day), **options)
    kept = Tally.objects.values().get(campaign=made)
    rebuild(campaign=made)
    assert Tally.objects.values().get(campaign=made) == kept, "the counters are those of a count afresh"
    return found


def counts(found: Assigned) -> tuple[int, int, int, int, int]:
    return found.added, found.closed, found.reopened, found.due_moved, found.unchanged


def due_days(assignment: Assignment) -> list[tuple[date, str]]:
    return list(assignment.due_dates.order_by("number").values_list("due_on", "reason"))


def events(assignment: Assignment) -> list[tuple[str, str, date]]:
    return list(assignment.events.order_by("number").values_list("kind", "cause", "day"))


def leaves(employment: Employment, last: date) -> None:
    Employment.objects.filter(pk=employment.pk).update(valid_to=last)


# --- newcomers, movers, leavers ---


def test_where_nothing_has_changed_nothing_is_written():
    person()
    made = campaign()
    before = everything()
    assert counts(assign(campaign=made, now=on(TODAY + A_DAY))) == (0, 0, 0, 0, 1)
    assert everything() == before


def test_a_newcomer_is_assigned_once_with_tasks_a_due_day_and_what_decided_it():
    person("1")
    made = campaign(["article-1", "article-3"])
    new = person("2", "新 入", joined=date(2026, 12, 1))
    assert counts(run(made, date(2026, 11, 30))) == (0, 0, 0, 0, 1)
    first, again = run(made, date(2026, 12, 1)), run(made, date(2026, 12, 1))
    assert (counts(first), counts(again)) == ((1, 0, 0, 0, 1), (0, 0, 0, 0, 2))
    assert first.people["added"] == ("2",)
    assignment = assignment_of(new)
    assert (assignment.cause, assignment.facts) == ("followed", {"employed_on": "2026-12-01", "type": "regular"})
    assert due_days(assignment) == [(DUE, "campaign")]
    assert assignment.tasks.count() == 2
    assert Entry.objects.filter(kind="campaigns.assigned").count() == 1
    assert verify_records().intact


def test_a_day_begins_at_midnight_in_tokyo():
    person("1")
    made = campaign()
    person("2", "新 入", joined=date(2026, 12, 1))
    assert assign(campaign=made, now=datetime(2026, 11, 30, 14, 59, tzinfo=UTC)).added == 0
    assert assign(campaign=made, now=datetime(2026, 11, 30, 15, 0, tzinfo=UTC)).added == 1


def test_nobody_is_due_before_being_assigned():
    person("1")
    made = campaign()
    late = person("2", "新 入", joined=date(2027, 2, 1))
    run(made, date(2027, 2, 1))
    assert due_days(assignment_of(late)) == [(date(2027, 2, 1), "campaign")]


def test_after_the_last_day_nobody_comes_in_and_leavers_are_still_closed():
    first = person("1")
    made = campaign()
    person("2", "新 入", joined=date(2027, 3, 31))
    assert run(made, date(2027, 4, 1), dry_run=True).added == 0
    assert run(made, date(2027, 3, 31)).added == 1
    leaves(first, date(2027, 4, 30))
    assert run(made, date(2027, 5, 1)).closed == 1


def test_who_moves_out_of_the_audience_stays_in_and_who_moves_in_is_assigned():
    listed("1,髙橋 一郎,営業本部,正社員,2020/4/1,,", "2,𠮷田 二,法務部,正社員,2020/4/1,,", day=date(2020, 4, 1))
    sales = candidates_on(TODAY)[0].candidate.departments
    made = opened(audience=AudienceRule(departments=sales))
    assert Assignment.objects.get().facts == {
        "employed_on": TODAY.isoformat(),
        "type": "regular",
        "department": str(*sales),
    }
    listed("1,髙橋 一郎,法務部,正社員,2020/4/1,,", "2,𠮷田 二,営業本部/新課,正社員,2020/4/1,,", day=date(2026, 12, 1))
    assert counts(run(made, date(2026, 12, 1))) == (1, 0, 0, 0, 1)
    assert not AssignmentEvent.objects.exists()


def test_a_second_post_in_the_audience_is_enough():
    listed("1,髙橋 一郎,営業本部,正社員,2020/4/1,,", "2,𠮷田 二,法務部,正社員,2020/4/1,,", day=date(2020, 4, 1))
    sales = candidates_on(TODAY)[0].candidate.departments
    made = opened(audience=AudienceRule(departments=sales))
    listed("2,𠮷田 二,法務部,正社員,2020/4/1,,営業本部/一課", day=date(2026, 12, 1))
    assert run(made, date(2026, 12, 1)).people["added"] == ("2",)


def test_a_change_of_type_or_number_is_no_other_assignment():
    listed("1,髙橋 一郎,営業本部,契約,2020/4/1,,", day=date(2020, 4, 1))
    made = campaign()
    listed("1,髙橋 一郎,営業本部,正社員,2020/4/1,,", day=date(2026, 12, 1))
    assert counts(run(made, date(2026, 12, 1))) == (0, 0, 0, 0, 1)
    old = Employment.objects.get(superseded_at=None, valid_to=None)
    leaves(old, date(2026, 12, 31))
    Employment.objects.create(
        employee=old.employee, number="9", type="officer", valid_from=date(2027, 1, 1), recorded_at=NOW, entry=old.entry
    )
    assert counts(run(made, date(2027, 1, 5))) == (0, 0, 0, 0, 1)


def test_a_leaver_is_closed_the_day_after_the_last_day_and_keeps_everything():
    employment = person()
    made = campaign()
    leaves(employment, date(2026, 11, 30))
    assert counts(run(made, date(2026, 11, 30))) == (0, 0, 0, 0, 1)
    found = run(made, date(2026, 12, 3))
    assert (counts(found), found.people["closed"]) == ((0, 1, 0, 0, 0), ("000101",))
    assignment = assignment_of(employment)
    assert events(assignment) == [("closed", "left", date(2026, 12, 1))]
    assert assignment.events.get().by is None
    assert (Task.objects.count(), DueSet.objects.count()) == (1, 1)
    assert counts(run(made, date(2026, 12, 4))) == (0, 0, 0, 0, 1)
    assert verify_records().intact


def test_who_has_signed_is_not_closed_and_who_has_only_trained_is():
    signed, trained = person("1", "署 名"), person("2", "未 署名")
    made = campaign()
    for employment in (signed, trained):
        train(assignment_of(employment))
        leaves(employment, TODAY)
    attestation = sign(assignment_of(signed), "署 名")
    assert run(made, TODAY + A_DAY).people["closed"] == ("2",)
    annul(attestation=attestation, cause="other", reason="理由", by=building.officer(), now=on(TODAY + A_DAY))
    assert run(made, TODAY + 2 * A_DAY).people["closed"] == ("1",)


def test_a_leaving_that_is_taken_back_opens_the_assignment_again():
    employment = person()
    made = campaign()
    leaves(employment, TODAY)
    run(made, TODAY + A_DAY)
    Employment.objects.filter(pk=employment.pk).update(valid_to=None)
    assert counts(run(made, TODAY + 9 * A_DAY)) == (0, 0, 1, 0, 0)
    assert events(assignment_of(employment)) == [
        ("closed", "left", TODAY + A_DAY),
        ("reopened", "here_after_all", TODAY + 9 * A_DAY),
    ]
    leaves(employment, TODAY + 10 * A_DAY)
    assert run(made, TODAY + 20 * A_DAY).closed == 1


def test_another_last_day_is_said_anew():
    employment = person()
    made = campaign()
    leaves(employment, TODAY)
    run(made, TODAY + A_DAY)
    leaves(employment, TODAY - 5 * A_DAY)
    assert counts(run(made, TODAY + 2 * A_DAY)) == (0, 1, 0, 0, 0)
    assert events(assignment_of(employment))[-1] == ("closed", "left", TODAY - 4 * A_DAY)


def test_who_is_hired_again_is_asked_again():
    employment = person()
    made = campaign()
    leaves(employment, date(2026, 11, 30))
    run(made, date(2026, 12, 1))
    listed("000101,髙橋 一郎,営業本部,正社員,2027/1/4,,", day=date(2027, 1, 4))
    assert Employment.objects.filter(employee=employment.employee).count() == 2
    assert counts(run(made, date(2027, 1, 4))) == (1, 0, 0, 0, 1)
    assert counts(run(made, date(2027, 1, 5))) == (0, 0, 0, 0, 2)
    assert {a.employment_id == employment.pk: len(events(a)) for a in Assignment.objects.all()} == {True: 1, False: 0}


# --- corrections of the past ---


def test_who_should_have_been_here_is_assigned_when_it_is_known():
    person("1")
    made = campaign()
    listed("2,𠮷田 二,営業本部,正社員,2026/10/1,,", day=date(2026, 10, 1), now=on(date(2026, 12, 10)))
    found = run(made, date(2026, 12, 10))
    assert found.people["added"] == ("2",)
    assert Assignment.objects.get(cause="followed").facts["employed_on"] == "2026-12-10"


def test_who_never_was_here_is_closed_and_here_after_all_opened_again():
    person("1")
    made_by = listed("2,𠮷田 二,営業本部,正社員,2026/10/1,,", day=date(2026, 10, 1))
    made = campaign()
    undo_import(roster_import=made_by, depends={}, by=None, now=on(date(2026, 12, 1)))
    assert run(made, date(2026, 12, 1)).people["closed"] == ("2",)
    assignment = Assignment.objects.get(employment__number="2")
    assert events(assignment) == [("closed", "never_here", TODAY)]
    assert counts(run(made, date(2026, 12, 2))) == (0, 0, 0, 0, 2)
    old = assignment.employment
    corrected(old, now=on(date(2026, 12, 3)))
    assert counts(run(made, date(2026, 12, 3))) == (0, 0, 1, 0, 1)
    assert events(assignment)[-1] == ("reopened", "here_after_all", date(2026, 12, 3))


def test_a_joining_that_was_put_off_closes_until_the_day_comes():
    employment = person()
    made = campaign()
    corrected(employment, valid_from=date(2026, 12, 7))
    assert counts(run(made, date(2026, 12, 6))) == (0, 1, 0, 0, 0)
    assert counts(run(made, date(2026, 12, 7))) == (0, 0, 1, 0, 0)
    assert [cause for _kind, cause, _day in events(Assignment.objects.get())] == ["never_here", "here_after_all"]


def test_a_gap_found_out_later_makes_two_spells_and_mending_it_one_assignment():
    employment = person()
    made = campaign()
    first = corrected(employment, valid_to=date(2026, 11, 30))
    second = corrected(employment, valid_from=date(2026, 12, 14))
    assert counts(run(made, date(2026, 12, 14))) == (1, 1, 0, 0, 0)
    withdrawn(first), withdrawn(second)
    corrected(employment)
    assert counts(run(made, date(2026, 12, 15))) == (0, 0, 0, 0, 2)
    assert AssignmentEvent.objects.count() == 1


# --- by hand goes before ---


def test_who_was_taken_out_by_hand_stays_out():
    employment = person()
    made = campaign()
    remove(assignment=assignment_of(employment), reason="対象外", by=building.officer(), now=NOW)
    assert counts(run(made, TODAY + A_DAY)) == (0, 0, 0, 0, 1)
    leaves(employment, TODAY)
    run(made, TODAY + 2 * A_DAY)
    Employment.objects.filter(pk=employment.pk).update(valid_to=None)
    run(made, TODAY + 3 * A_DAY)
    assert [cause for _kind, cause, _day in events(assignment_of(employment))] == ["removed"]


def test_who_was_added_by_hand_stays_in_and_leaves_as_others_do():
    person("1")
    outside = person("2", "対象 外", department="法務部")
    sales = candidates_on(TODAY)[0].candidate.departments
    made = opened(audience=AudienceRule(departments=frozenset(sorted(sales)[:1])))
    if not Assignment.objects.filter(employment=outside).exists():
        add(campaign=made, employment=outside, reason="本人の希望", by=building.officer(), now=NOW)
    assert run(made, TODAY + A_DAY).changes == 0
    leaves(outside, TODAY + A_DAY)
    assert run(made, TODAY + 2 * A_DAY).people["closed"] == ("2",)


def test_a_due_day_set_by_hand_is_not_touched():
    employment = person()
    made = campaign()
    prolong(
        assignment=assignment_of(employment), due_on=date(2027, 1, 15), reason="出張", by=building.officer(), now=NOW
    )
    on_leave(employment, TODAY + A_DAY, TODAY + 10 * A_DAY)
    assert counts(run(made, TODAY + A_DAY)) == (0, 0, 0, 0, 1)


# --- due days ---


def test_a_leave_moves_the_due_day_and_taking_it_back_moves_it_back():
    employment = person()
    made = campaign()
    leave = on_leave(employment, date(2026, 12, 1), date(2026, 12, 31))
    assert counts(run(made, date(2026, 12, 1))) == (0, 0, 0, 1, 0)
    # 31 days were left on 24 November, 24 of them from 2 December on.
    moved = date(2026, 12, 31) + timedelta(days=(DUE - date(2026, 11, 30)).days)
    assert due_days(assignment_of(employment)) == [(DUE, "campaign"), (moved, "leave")]
    assert counts(run(made, date(2026, 12, 2))) == (0, 0, 0, 0, 1)
    take_back_leave(leave=leave, by=None, now=on(date(2026, 12, 3)))
    assert run(made, date(2026, 12, 3)).due_moved == 1
    assert due_days(assignment_of(employment))[-1] == (DUE, "leave")


def test_while_no_return_is_known_the_last_due_day_stands():
    away, there = person("1", "休 職"), person("2", "在 席")
    on_leave(away, date(2026, 11, 1), None)
    made = campaign()
    assert due_days(assignment_of(away)) == [(DUE, "campaign")]
    on_leave(there, date(2026, 12, 1), None)
    assert counts(run(made, date(2026, 12, 1))) == (0, 0, 0, 0, 2)


def test_one_persons_leave_that_leads_to_no_day_stops_nobody_elses_round():
    away, there = person("1", "休 職"), person("2", "在 席")
    Leave.objects.filter(pk=on_leave(away, date(2026, 11, 1), None).pk).update(valid_to=date.max)
    made = campaign()
    assert due_days(assignment_of(away)) == [(DUE, "campaign")]
    on_leave(there, date(2026, 12, 1), date(2026, 12, 31))
    person("3", "新 入")
    assert counts(run(made, date(2026, 12, 1))) == (1, 0, 0, 1, 1)
    assert due_days(assignment_of(away)) == [(DUE, "campaign")]


def test_another_day_of_joining_moves_a_due_day_that_counts_from_it():
    employment = person(joined=date(2026, 11, 20))
    rule = DueRule((After(Anchor.JOINING, 30),), roll=Roll.NEXT)
    made = opened(due_rule=rule)
    assert due_days(assignment_of(employment)) == [(date(2026, 12, 21), "rule")]  # the 20th is a Sunday
    corrected(employment, valid_from=date(2026, 11, 10))
    run(made, TODAY + A_DAY)
    assert due_days(Assignment.objects.get())[-1] == (date(2026, 12, 10), "rule")


def test_a_signed_or_closed_assignment_keeps_its_due_day():
    signed, removed = person("1", "署 名"), person("2", "除 外")
    made = campaign()
    train(assignment_of(signed))
    sign(assignment_of(signed), "署 名")
    remove(assignment=assignment_of(removed), reason="対象外", by=building.officer(), now=NOW)
    for employment in (signed, removed):
        on_leave(employment, date(2026, 12, 1), date(2026, 12, 20))
    assert run(made, date(2026, 12, 1)).changes == 0


def test_the_companys_own_closed_days_are_no_working_days(settings: Any):
    settings.PRIVACY_TRAINING = {**settings.PRIVACY_TRAINING, "CLOSED_DAYS": ["12-21", "12-22"]}
    employment = person(joined=date(2026, 11, 20))
    opened(due_rule=DueRule((After(Anchor.JOINING, 30),), roll=Roll.NEXT))
    assert due_days(assignment_of(employment)) == [(date(2026, 12, 23), "rule")]


def test_a_due_day_before_a_long_leave_goes_forwards():
    """The working day before lies behind a leave of a year: the first one after the return it is."""
    employment = person(joined=date(2026, 11, 20))
    on_leave(employment, date(2026, 11, 25), date(2027, 11, 26))  # back on a Saturday
    opened(due_rule=DueRule((After(Anchor.JOINING, 5),), roll=Roll.PREVIOUS))
    assert due_days(assignment_of(employment)) == [(date(2027, 11, 29), "leave")]


# --- kinds ---


def test_a_campaign_on_joining_waits_for_people_and_asks_those_who_join_within_it():
    person("1")
    made = opened(kind=Campaign.Kind.JOINING, due_rule=DueRule((After(Anchor.JOINING, 30),)))
    assert (made.state, Assignment.objects.count()) == ("open", 0)
    new = person("2", "新 入", joined=date(2026, 12, 1))
    assert counts(run(made, date(2026, 12, 1))) == (1, 0, 0, 0, 0)
    assert due_days(assignment_of(new)) == [(date(2026, 12, 31), "rule")]


def test_a_pledge_on_leaving_is_asked_of_who_leaves_by_the_last_day_of_work():
    going, stays = person("1", "退 職"), person("2", "在 籍")
    made = opened(kind=Campaign.Kind.LEAVING)
    leaves(going, date(2026, 12, 15))
    leaves(stays, date(2028, 3, 31))  # beyond the campaign
    assert run(made, date(2026, 12, 1)).people["added"] == ("1",)
    assignment = assignment_of(going)
    assert (assignment.cause, due_days(assignment)) == ("leaving", [(date(2026, 12, 15), "rule")])
    leaves(going, date(2026, 12, 28))
    assert counts(run(made, date(2026, 12, 2))) == (0, 0, 0, 1, 0)
    assert due_days(assignment)[-1] == (date(2026, 12, 28), "rule")
    assert run(made, date(2026, 12, 29)).closed == 1


def test_who_does_not_leave_after_all_is_asked_for_no_pledge_until_leaving_again():
    going = person()
    made = opened(kind=Campaign.Kind.LEAVING)
    leaves(going, date(2026, 12, 15))
    run(made, date(2026, 12, 1))
    Employment.objects.filter(pk=going.pk).update(valid_to=None)
    assert counts(run(made, date(2026, 12, 2))) == (0, 1, 0, 0, 0)
    leaves(going, date(2026, 12, 20))
    assert counts(run(made, date(2026, 12, 3))) == (0, 0, 1, 0, 0)
    assert [cause for _kind, cause, _day in events(assignment_of(going))] == ["stays", "leaves"]
    assert due_days(assignment_of(going))[-1] == (date(2026, 12, 20), "rule")


def test_named_people_alone_are_asked_with_their_facts():
    named, other = person("1", "署名 者"), person("2", "他 人")
    made = draft(kind=Campaign.Kind.CHANGE)
    approve(campaign=made, by=building.officer(), now=NOW)
    facts = {named.employee_id: {"attestation": "x"}}
    open_campaign(campaign=made, by=None, now=NOW, named=facts)
    assignment = Assignment.objects.get()
    assert (assignment.employment_id, assignment.cause) == (named.pk, "change")
    assert assignment.facts == {"employed_on": TODAY.isoformat(), "type": "regular", "attestation": "x"}
    assert run(made, TODAY + A_DAY, named=facts).changes == 0
    assert run(made, TODAY + A_DAY, named=facts | {other.employee_id: {"attestation": "y"}}).added == 1


def test_a_change_that_concerns_nobody_is_not_opened():
    person()
    made = draft(kind=Campaign.Kind.CHANGE)
    approve(campaign=made, by=building.officer(), now=NOW)
    with pytest.raises(NotReady):
        open_campaign(campaign=made, by=None, now=NOW, named={})


def test_who_is_named_by_the_rule_is_found_after_a_correction_of_the_roster():
    listed("1,髙橋 一郎,営業本部,契約,2020/4/1,,", "2,𠮷田 二,営業本部,正社員,2020/4/1,,", day=date(2020, 4, 1))
    included, excluded = Employment.objects.order_by("number")
    rule = AudienceRule(
        types=frozenset({"regular"}), include=frozenset({included.pk}), exclude=frozenset({excluded.pk})
    )
    made = draft(audience=rule)
    approve(campaign=made, by=building.officer(), now=NOW)
    for employment in (included, excluded):
        corrected(employment, type="regular" if employment is excluded else "contract")
    open_campaign(campaign=made, by=None, now=NOW)
    assert Assignment.objects.get().employment.number == "1"
    assert Assignment.objects.get().facts["included"] is True


# --- twice, at the wrong time, half-way, hostile ---


@pytest.mark.parametrize("state", ["draft", "approved", "closed", "cancelled"])
def test_only_an_open_campaign_is_followed(state: str):
    person()
    made = campaign()
    Campaign.objects.filter(pk=made.pk).update(state=state)
    person("2", "新 入")
    before = everything()
    with pytest.raises(Conflict):
        assign(campaign=made, now=NOW)
    assert everything() == before


def test_a_dry_run_finds_the_same_and_writes_nothing():
    leaver, away = person("1", "退 職"), person("2", "休 職")
    made = campaign()
    person("3", "新 入")
    leaves(leaver, TODAY)
    on_leave(away, TODAY + A_DAY, TODAY + 9 * A_DAY)
    before = everything()
    dry = assign(campaign=made, now=on(TODAY + A_DAY), dry_run=True)
    assert everything() == before
    assert dry == run(made, TODAY + A_DAY)
    assert counts(dry) == (1, 1, 0, 1, 0)


def test_a_run_is_done_whole_or_not_at_all():
    leaver, away = person("1", "退 職"), person("2", "休 職")
    made = campaign()
    person("3", "新 入")
    leaves(leaver, TODAY)
    on_leave(away, TODAY + A_DAY, TODAY + 9 * A_DAY)
    assert writes_whole_or_not_at_all(lambda: assign(campaign=made, now=on(TODAY + A_DAY))) >= 6


HOSTILE_AUDIENCES: list[Any] = [
    [], "everybody", 1, {}, {"departments": []}, {"departments": ["x"]},
    {"departments": [], "types": [], "joined_from": 1, "joined_to": None, "include": [], "exclude": []},
    {"departments": [{}], "types": [], "joined_from": None, "joined_to": None, "include": [], "exclude": []},
    {"departments": [], "types": "regular", "joined_from": None, "joined_to": None, "include": [], "exclude": []},
    {"departments": [], "types": [], "joined_from": None, "joined_to": None, "include": ["1"], "exclude": []},
]  # fmt: skip
HOSTILE_DUE_RULES: list[Any] = [
    [], "soon", 1, {}, {"latest_of": [], "roll": "stay"}, {"latest_of": [{"on": "yesterday"}], "roll": "stay"},
    {"latest_of": [{"after": "joining", "days": -1, "working": False}], "roll": "stay"},
    {"latest_of": [{"after": "joining", "days": 10**9, "working": True}], "roll": "next"},
    {"latest_of": [{"after": "birth", "days": 1, "working": False}], "roll": "stay"},
    {"latest_of": [{"on": "2026-12-01"}] * 5, "roll": "stay"},
    {"latest_of": [{"on": "2026-12-01"}], "roll": ["next"]},
    {"latest_of": [{"on": "2026-12-01"}], "roll": {}},
]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "value"),
    [*(("audience", value) for value in HOSTILE_AUDIENCES), *(("due_rule", value) for value in HOSTILE_DUE_RULES)],
)
def test_a_rule_that_cannot_be_read_is_refused_with_words_and_nothing_is_written(column: str, value: Any):
    person()
    made = campaign()
    Campaign.objects.filter(pk=made.pk).update(**{column: value})
    before = everything()
    person("2", "新 入")
    try:
        assign(campaign=made, now=NOW, dry_run=True)
    except Invalid as reason:
        assert str(reason)
    else:
        pytest.fail("it was read")
    assert set(everything()) == set(before)


def test_a_rule_that_names_nobody_there_is_harmless():
    person()
    ghost = AudienceRule(include=frozenset({UUID(int=1)}))
    made = campaign()
    Campaign.objects.filter(pk=made.pk).update(audience=as_json(ghost))
    assert run(made, TODAY + A_DAY).changes == 0


def test_writing_needs_a_transaction_and_something_to_write():
    person()
    made = campaign()
    before = everything()
    assert write(campaign=made, chosen=[], now=NOW) == 0
    assert everything() == before


def test_an_employment_is_assigned_once_even_by_who_does_not_look():
    employment = person()
    made = campaign()
    with pytest.raises(IntegrityError), transaction.atomic():
        write(campaign=made, chosen=[Chosen(employment.pk, "manual", {}, DUE)], now=NOW)


def changes(size: int) -> Campaign:
    """A company in which a third comes, a third goes, and a third is away, after opening."""
    people = [person(f"{n:03}", f"氏名{n}") for n in range(2 * size)]
    made = campaign()
    for n, employment in enumerate(people):
        if n % 2:
            leaves(employment, TODAY)
        else:
            on_leave(employment, TODAY + A_DAY, TODAY + 9 * A_DAY)
    for n in range(size):
        person(f"n{n:03}", f"新入{n}")
    return made


@pytest.mark.parametrize("size", [2, 12])
def test_the_number_of_queries_does_not_depend_on_the_changes(size: int, django_assert_max_num_queries: Any):
    made = changes(size)
    with django_assert_max_num_queries(QUERIES):
        found = assign(campaign=made, now=on(TODAY + A_DAY))
    assert counts(found) == (size, size, 0, size, 0)
    with django_assert_max_num_queries(12):
        assert assign(campaign=made, now=on(TODAY + A_DAY)).changes == 0


@pytest.mark.parametrize("at_once", [1, 2, 3])
def test_leavers_are_counted_alike_one_by_one_and_with_the_whole_campaign(
    at_once: int, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(assigning, "CHUNK", at_once)
    for number in "123":
        person(number)
    made = campaign()
    train(Assignment.objects.get(employment__number="2"))
    for number in "12":
        leaves(Employment.objects.get(number=number), TODAY)
    assert counts(assign(campaign=made, now=on(TODAY + A_DAY))) == (0, 2, 0, 0, 1)
    tally = Tally.objects.get(campaign=made)
    assert (tally.assigned, tally.trained, tally.closed, tally.signed) == (3, 1, 2, 0)


@pytest.mark.parametrize("size", [2, 20])
def test_opening_and_choosing_take_as_many_queries_for_any_company(size: int, django_assert_max_num_queries: Any):
    for n in range(size):
        person(f"{n:03}", f"氏名{n}", department=f"営業本部/{n}課")
    made = draft(audience=AudienceRule(types=frozenset({"regular"})))
    approve(campaign=made, by=building.officer(), now=NOW)
    with django_assert_max_num_queries(25):
        open_campaign(campaign=made, by=None, now=NOW)
    assert Assignment.objects.count() == size


def test_what_is_overtaken_while_the_run_waits_is_left_alone(monkeypatch: pytest.MonkeyPatch):
    """Somebody signs between the reading and the holding: who signed is not closed."""
    employment = person()
    made = campaign()
    train(assignment_of(employment))
    leaves(employment, TODAY)
    held: Callable[[Any], None] = room.hold

    def hold(keys: Any) -> None:
        if keys and not building.Attestation.objects.exists():
            sign(assignment_of(employment), "髙橋 一郎")
        held(keys)

    monkeypatch.setattr(room, "hold", hold)
    assert counts(run(made, TODAY + A_DAY)) == (0, 0, 0, 0, 1)
    assert not AssignmentEvent.objects.exists()


def test_choosing_says_for_everybody_what_decided():
    there, excluded = person("1"), person("2", "除 外")
    made = draft(audience=AudienceRule(exclude=frozenset({excluded.pk})))
    staff = candidates_on(TODAY)
    choosing = Choosing(made, Staff(staff), day=TODAY)
    assert {s.number: choosing.verdict(s).cause.value for s in staff} == {"1": "rule", "2": "excluded"}
    assert there.pk in {s.employment for s in staff}
