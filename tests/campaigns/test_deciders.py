"""Each verb that bends a plan asks for the role itself, from wherever it is called."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.building import (
    NOW,
    account,
    approve_and_open,
    assignment_of,
    campaign,
    draft,
    later,
    officer,
    on_leave,
    person,
    repeating,
)
from tests.cutting import everything
from training.campaigns.adopt import adopt
from training.campaigns.approve import approve, plan_facts
from training.campaigns.assign import assign
from training.campaigns.audience import AudienceRule, as_json
from training.campaigns.cancel import cancel
from training.campaigns.close import close
from training.campaigns.exempt import exempt, lift
from training.campaigns.extend import extend_campaign
from training.campaigns.models import Campaign, CampaignEvent, RepeatingPlan
from training.campaigns.open import open_campaign
from training.campaigns.prolong import prolong
from training.campaigns.queries import due_on, last_approval
from training.campaigns.repeat import draft_due
from training.campaigns.standing_by_hand import add, remove
from training.catalogue.models import Module
from training.errors import Invalid, NotAllowed
from training.ledger.append import append
from training.ledger.keys import load_key
from training.ledger.seal import seal
from training.people.models import Leave
from training.roles import Role

pytestmark = pytest.mark.django_db

LATER = date(2027, 1, 29)


def bending(made: Campaign) -> dict[str, Callable[[Any], object]]:
    """Every verb on an open campaign and the person in it; none of them has anything else in its way."""
    assignment = made.assignments.get()
    said: dict[str, Any] = {"reason": "理由", "now": NOW}
    days = {"due_on": LATER, "last_day": date(2027, 3, 31), "valid_until": date(2027, 12, 31)}
    return {
        "exempt": lambda by: exempt(assignment=assignment, cause="other", until=None, by=by, **said),
        "lift": lambda by: lift(assignment=assignment, by=by, **said),
        "prolong": lambda by: prolong(assignment=assignment, due_on=LATER, by=by, **said),
        "remove": lambda by: remove(assignment=assignment, by=by, **said),
        "add": lambda by: add(campaign=made, employment=assignment.employment, by=by, **said),
        "extend": lambda by: extend_campaign(campaign=made, by=by, **days, **said),
        "adopt": lambda by: adopt(campaign=made, module=Module.objects.get(), by=by, **said),
        "close": lambda by: close(campaign=made, by=by, **said),
        "cancel": lambda by: cancel(campaign=made, by=by, **said),
    }


@pytest.mark.parametrize("role", [None, Role.EDITOR, Role.AUDITOR])
def test_nobody_without_the_role_bends_a_plan_whatever_page_calls_the_verb(role: Role | None):
    person()
    made = campaign()
    by = account("somebody", *([role] if role else []))
    before = everything()
    for name, verb in bending(made).items():
        with pytest.raises(NotAllowed):
            verb(by)
        assert everything() == before, name


def test_an_account_that_was_locked_holds_no_role():
    person()
    made, by = campaign(), account("former", Role.PRIVACY_OFFICER)
    by.is_active = False
    before = everything()
    for verb in bending(made).values():
        with pytest.raises(NotAllowed):
            verb(by)
    assert everything() == before


def test_a_superuser_without_the_role_is_nobody_here():
    person()
    made, root = campaign(), account("root")
    root.is_superuser = root.is_staff = True
    root.save()
    with pytest.raises(NotAllowed):
        bending(made)["exempt"](root)


def test_hr_bends_and_leaves_to_the_privacy_officer_what_was_approved():
    person()
    made, hr = campaign(), account("hr", Role.HR)
    verbs = bending(made)
    for name in ("exempt", "lift", "prolong", "remove", "add"):
        verbs[name](hr)
    with pytest.raises(NotAllowed):
        verbs["cancel"](hr)
    verbs["cancel"](account("officer2", Role.PRIVACY_OFFICER))


@pytest.mark.parametrize("verb", ["exempt", "prolong", "remove"])
def test_nobody_bends_the_own_training(verb: str):
    hr = account("hr", Role.HR)
    person(user=hr)
    made = campaign()
    before = everything()
    with pytest.raises(NotAllowed):
        bending(made)[verb](hr)
    assert everything() == before
    bending(made)[verb](account("colleague", Role.HR))


def test_hr_cancels_a_draft_and_the_command_line_anything():
    by = account("hr", Role.HR)
    cancel(campaign=draft(code="A"), reason="x", by=by, now=NOW)
    made = draft(code="B")
    approve(campaign=made, by=officer(), now=NOW)
    with pytest.raises(NotAllowed):
        cancel(campaign=made, reason="x", by=by, now=NOW)
    cancel(campaign=made, reason="x", by=None, now=NOW)


@pytest.mark.parametrize("role", [None, Role.HR, Role.EDITOR, Role.AUDITOR])
def test_nobody_but_the_privacy_officer_approves(role: Role | None):
    made, by = draft(), account("somebody", *([role] if role else []))
    before = everything()
    with pytest.raises(NotAllowed):
        approve(campaign=made, by=by, now=NOW)
    assert everything() == before


def test_hr_opens_and_nobody_without_a_role():
    person()
    made = draft()
    approve(campaign=made, by=officer(), now=NOW)
    for role in (Role.EDITOR, Role.AUDITOR):
        with pytest.raises(NotAllowed):
            open_campaign(campaign=made, by=account(f"other-{role.name}", role), now=NOW)
    assert open_campaign(campaign=made, by=account("hr", Role.HR), now=NOW)


def approved(made: Campaign, key: int, title: str) -> CampaignEvent:
    facts = plan_facts(made) | {"title": title}
    by = account(f"officer{key}", Role.PRIVACY_OFFICER)
    event = CampaignEvent(id=UUID(int=key), campaign=made, kind="approved", by_id=by.pk, at=NOW, facts=facts)
    append(kind="campaigns.approved", at=NOW, rows=[event])
    return event


def test_of_two_approvals_at_one_instant_the_one_that_the_ledger_has_last_counts():
    made = draft()
    assert last_approval(made) is None
    first = approved(made, 2, "先の題")
    seal(now=NOW, key=load_key())
    for key in (9, 1):
        second = approved(made, key, "後の題")
        assert last_approval(made) == second, "what is not sealed yet comes after what is, whatever its key"
        seal(now=later(minutes=key), key=load_key())
        second.refresh_from_db()
        assert second.entry.sequence > CampaignEvent.objects.get(pk=first.pk).entry.sequence
        assert last_approval(made) == second


def test_two_approvals_that_wait_together_are_told_in_the_order_in_which_they_will_be_sealed():
    made = draft()
    events = [approved(made, key, f"題{key}") for key in (1, 2, 3)]
    told = last_approval(made)
    seal(now=NOW, key=load_key())
    numbered = {event.pk: CampaignEvent.objects.get(pk=event.pk).entry.sequence for event in events}
    assert told is not None
    assert told.pk == max(numbered, key=lambda key: numbered[key])
    assert last_approval(made) == told


FAR = [date.max, date(9999, 1, 1), date(2201, 1, 1), date.min, date(1899, 12, 31)]


@pytest.mark.parametrize("day", FAR)
def test_a_day_that_no_calendar_reaches_is_refused_and_field_and_bound_are_named(day: date):
    employment = person()
    made, by = campaign(), account("hr", Role.HR)
    assignment, before = assignment_of(employment), everything()
    said: dict[str, Any] = {"reason": "理由", "by": by, "now": NOW}
    days = {"due_on": made.due_on, "last_day": made.last_day, "valid_until": made.valid_until}
    bound = "1900年1月1日から2200年12月31日"
    with pytest.raises(Invalid, match=bound):
        exempt(assignment=assignment, cause="other", until=day, **said)
    with pytest.raises(Invalid, match=bound):
        prolong(assignment=assignment, due_on=day, **said)
    for name in days:
        with pytest.raises(Invalid, match=bound):
            extend_campaign(campaign=made, **(days | {name: day}), **said)
    assert everything() == before


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize("name", ["first_day", "last_day", "due_on", "valid_until"])
def test_no_campaign_is_planned_with_such_a_day(name: str, day: date):
    with pytest.raises(Invalid, match="2200年12月31日"):
        draft(**{name: day})
    assert not Campaign.objects.exists()


@pytest.mark.parametrize("year", [0, 2201, 9998, 9999, 32767])
def test_a_fiscal_year_without_days_is_refused(year: int):
    with pytest.raises(Invalid):
        draft(fiscal_year=year)


def test_an_exemption_to_the_last_possible_day_is_granted_and_the_daily_round_goes_on():
    employment = person()
    made = approve_and_open(draft())
    assignment = assignment_of(employment)
    by = account("hr", Role.HR)
    exempt(assignment=assignment, cause="other", reason="x", until=date(2200, 12, 31), by=by, now=NOW)
    assert assignment.due_dates.count() == 2
    assert assignment.due_dates.latest("number").due_on == date(2200, 12, 31) + timedelta(days=31)
    assert not assign(campaign=made, now=later(days=1)).changes


def test_a_leave_that_leads_to_no_day_stops_nobodys_round_where_the_campaign_was_extended():
    away, there = person("1", "休 職"), person("2", "在 席")
    made = campaign()
    days = {"due_on": LATER, "last_day": made.last_day, "valid_until": made.valid_until}
    extend_campaign(campaign=made, reason="x", by=None, now=NOW, **days)
    Leave.objects.filter(pk=on_leave(away, date(2026, 12, 1)).pk).update(valid_to=date.max)
    on_leave(there, date(2026, 12, 1), date(2026, 12, 10))
    assert assign(campaign=made, now=later(days=10)).due_moved == 1
    assert due_on(assignment_of(away)) == LATER
    assert due_on(assignment_of(there)) == LATER + timedelta(days=10)


def test_a_repeating_plan_with_a_day_of_before_there_were_bounds_stops_no_other_plan():
    with pytest.raises(Invalid, match="2200年12月31日"):
        repeating(audience=AudienceRule(joined_to=date.max))
    bad, good = repeating(), repeating(code="NEW{year}", title="別の計画{year}")
    rule = as_json(AudienceRule(joined_from=date(2025, 4, 1), joined_to=date.max))
    RepeatingPlan.objects.filter(pk=bad.pk).update(audience=rule)
    assert [made.repeats_id for made in draft_due(now=NOW.replace(year=2027, month=3))] == [good.pk]
