"""The daily run follows the roster: newcomers in, movers kept, leavers out; and says for everybody why."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from tests import building
from tests.building import NOW, assignment_of, campaign, draft, person, sign, train
from tests.campaigns.following import A_DAY, DUE, TODAY, counts, due_days, events, leaves, on, opened, run
from tests.campaigns.staffing import listed
from tests.cutting import everything
from training.attestation.annul import annul
from training.campaigns.assign import assign
from training.campaigns.audience import AudienceRule
from training.campaigns.candidates import Staff, candidates_on
from training.campaigns.choosing import Choosing
from training.campaigns.models import Assignment, AssignmentEvent, DueSet, Task
from training.ledger.models import Entry
from training.ledger.records import verify_records
from training.people.models import Employment

pytestmark = pytest.mark.django_db


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


def test_choosing_says_for_everybody_what_decided():
    there, excluded = person("1"), person("2", "除 外")
    made = draft(audience=AudienceRule(exclude=frozenset({excluded.pk})))
    staff = candidates_on(TODAY)
    choosing = Choosing(made, Staff(staff), day=TODAY)
    assert {s.number: choosing.verdict(s).cause.value for s in staff} == {"1": "rule", "2": "excluded"}
    assert there.pk in {s.employment for s in staff}
