"""A sheet that was signed before somebody left and came to HR afterwards, as a pledge on leaving does."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.attestation.test_paper import HELD, counted, entered, picture, session
from tests.building import NOW, approve_and_open, assignment_of, campaign, draft, later, officer, person
from tests.campaigns.staffing import corrected, withdrawn
from tests.cutting import everything, writes_whole_or_not_at_all
from training.attestation.annul import annul
from training.attestation.credit import credit
from training.attestation.models import Attestation
from training.attestation.standing import Standing, with_standing
from training.campaigns.assign import assign
from training.campaigns.close import close
from training.campaigns.credits import CreditRule
from training.campaigns.models import Assignment, Campaign, Completion, Tally
from training.campaigns.standing_by_hand import remove
from training.campaigns.tally import COUNTERS, rebuild
from training.errors import Conflict, Invalid, NotReady
from training.ledger.keys import load_key
from training.ledger.records import verify_records
from training.ledger.seal import seal
from training.people.models import Employment

pytestmark = pytest.mark.django_db

LAST = date(2026, 11, 22)


def gone(employment: Employment, last_day: date = LAST) -> Assignment:
    """The roster says that somebody has left, and the daily round closes the assignment for it."""
    corrected(employment, valid_to=last_day)
    assign(campaign=Campaign.objects.get(code="FY2026"), now=NOW)
    return assignment_of(employment)


def standing(assignment: Assignment) -> str:
    return with_standing(Assignment.objects.filter(pk=assignment.pk), day=NOW.date()).get().standing


def test_a_sheet_signed_before_leaving_is_entered_after_it_and_who_left_has_signed():
    left, there = person("1", "去る 人"), person("2", "残る 人")
    made = campaign(["article-1", "article-3"])
    theirs = gone(left)
    assert counted() == {"assigned": 2, "started": 0, "trained": 0, "signed": 0, "credited": 0, "closed": 1}
    record = entered(theirs, held_on=LAST)
    assert record.held_on == LAST
    assert counted() == {"assigned": 2, "started": 1, "trained": 1, "signed": 1, "credited": 0, "closed": 0}
    kept = counted()
    rebuild(campaign=made)
    assert counted() == kept
    found = with_standing(Assignment.objects.filter(pk=theirs.pk), day=NOW.date()).get()
    assert (found.standing, found.closed, found.overdue) == (Standing.SIGNED, True, False)
    assert not assign(campaign=made, now=later(days=1)).changes, "the round leaves alone who has signed"
    entered(assignment_of(there))
    seal(now=later(days=1), key=load_key())
    assert verify_records().problem_count == 0


def test_a_pledge_on_leaving_that_was_signed_on_paper_on_the_last_day_is_entered_afterwards():
    row = corrected(person("1", "去る 人"), valid_to=LAST)
    made = approve_and_open(
        draft([], kind=Campaign.Kind.LEAVING, code="LEAVING", first_day=date(2026, 11, 1)), now=later(days=-4)
    )
    mine = assignment_of(row, "LEAVING")
    assert assign(campaign=made, now=NOW).closed == 1
    assert standing(mine) == Standing.CLOSED
    entered(mine, kind="paper", held_on=LAST)
    assert standing(mine) == Standing.SIGNED
    assert not Completion.objects.exists()
    assert (counted()["signed"], counted()["closed"]) == (1, 0)


def test_whoever_is_closed_for_another_cause_is_not_entered():
    out, never = person("1", "外れ た"), person("2", "いな い")
    made = campaign()
    remove(assignment=assignment_of(out), reason="x", by=officer(), now=NOW)
    withdrawn(never)
    assert assign(campaign=made, now=NOW).closed == 1
    before = everything()
    for one in (out, never):
        with pytest.raises(NotReady):
            entered(assignment_of(one), held_on=HELD)
    assert everything() == before


def test_a_sheet_of_after_the_last_day_is_refused_and_the_message_names_that_day():
    left, made = person("1", "去る 人"), campaign()
    theirs = gone(left)
    before = everything()
    with pytest.raises(Invalid, match="22"):
        entered(theirs, held_on=LAST + timedelta(days=1))
    with pytest.raises(Invalid):
        entered(theirs, held_on=date(2026, 3, 31))
    assert everything() == before
    entered(theirs, held_on=LAST)
    with pytest.raises(Conflict):
        entered(theirs, held_on=LAST)
    close(campaign=made, reason="x", by=officer(), now=NOW)
    with pytest.raises(Conflict):
        entered(theirs, held_on=LAST)


def test_such_a_sheet_is_refused_before_the_daily_round_has_closed_the_assignment_too():
    left = person("1", "去る 人")
    campaign()
    corrected(left, valid_to=LAST)
    with pytest.raises(Invalid, match="2026年11月22日"):
        entered(assignment_of(left), held_on=LAST + timedelta(days=1))
    entered(assignment_of(left), held_on=LAST)
    assert standing(assignment_of(left)) == Standing.SIGNED


def test_a_sheet_of_before_is_not_entered_for_whoever_got_the_number_afterwards():
    left = person("1", "去る 人")
    campaign()
    corrected(left, valid_to=LAST - timedelta(days=5))
    newcomer = person("1", "来た 人", joined=LAST)
    assign(campaign=Campaign.objects.get(code="FY2026"), now=NOW)
    theirs, before = assignment_of(newcomer), everything()
    with pytest.raises(Invalid, match="社員番号"):
        entered(theirs, held_on=LAST - timedelta(days=6))
    assert everything() == before
    entered(theirs, held_on=LAST)


def test_who_left_a_campaign_that_was_closed_is_not_entered():
    left, made = person("1", "去る 人"), campaign()
    theirs = gone(left)
    close(campaign=made, reason="x", by=officer(), now=NOW)
    before = everything()
    with pytest.raises(Conflict):
        entered(theirs, held_on=LAST)
    assert everything() == before


def test_after_an_annulment_who_left_is_closed_again_and_can_be_entered_once_more():
    left, made = person("1", "去る 人"), campaign()
    theirs = gone(left)
    entered(theirs, held_on=LAST)
    annul(attestation=Attestation.objects.get(), cause="other", reason="x", by=officer(), now=NOW)
    assert (counted()["signed"], counted()["closed"]) == (0, 1)
    assert not assign(campaign=made, now=later(days=1)).changes
    entered(theirs, held_on=LAST, now=later(days=1))
    assert (counted()["signed"], counted()["closed"]) == (1, 0)


def test_who_was_credited_and_left_is_counted_once_when_the_sheet_is_entered():
    left = person("1", "去る 人")
    campaign(code="FY2025")
    entered(assignment_of(left, "FY2025"))
    made = draft(code="FY2026", credit_rule=CreditRule(frozenset({"yearly"}), date(2026, 4, 1)))
    approve_and_open(made)
    credit(campaign=made, now=NOW)
    theirs = gone(left)
    entered(theirs, held_on=LAST, scan=picture("PNG"))
    tally = Tally.objects.get(campaign=made)
    stood = {name: getattr(tally, name) for name in COUNTERS}
    assert (stood["signed"], stood["closed"], stood["credited"]) == (1, 0, 0)
    again = rebuild(campaign=made)
    assert stood == {name: getattr(again, name) for name in COUNTERS}


def test_a_group_sheet_takes_whoever_left_since_and_names_whom_it_came_too_late_for():
    there, left, too_early = (person(f"{n:06}", f"氏名{n}") for n in range(3))
    campaign()
    gone(left), gone(too_early, HELD - timedelta(days=1))
    people = [assignment_of(one) for one in (there, left, too_early)]
    before = everything()
    with pytest.raises(Invalid, match="000002"):
        session(people)
    assert everything() == before
    assert writes_whole_or_not_at_all(lambda: session(people[:2])) > 6
    assert (counted()["signed"], counted()["closed"]) == (2, 1)
