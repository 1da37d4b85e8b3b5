"""Where somebody stands, in one word; and what a person is shown of the own trainings."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.building import (
    NOW,
    assignment_of,
    campaign,
    later,
    officer,
    on_leave,
    person,
    read,
    sign,
    train,
)
from training.attestation.annul import annul
from training.attestation.attest import decline
from training.attestation.models import Attestation, Credit
from training.attestation.standing import Standing, outstanding, own, with_standing
from training.campaigns.exempt import exempt
from training.campaigns.models import Assignment, Campaign
from training.campaigns.queries import due_on
from training.campaigns.standing_by_hand import add, remove
from training.campaigns.tally import rebuild
from training.ledger.append import append

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def stands(assignment: Assignment, day: date = TODAY) -> str:
    return str(with_standing(Assignment.objects.filter(pk=assignment.pk), day=day).get().standing)


def test_one_person_goes_through_every_standing_and_the_first_that_fits_is_said():
    employment = person()
    first, made = campaign(["article-1"], code="FY2025"), campaign(["article-1", "article-3"])
    train(assignment_of(employment, "FY2025"))
    earlier = sign(assignment_of(employment, "FY2025"), "髙橋 一郎")
    mine = assignment_of(employment)
    seen = [stands(mine)]
    read(mine.tasks.order_by("pk")[0])
    seen.append(stands(mine))
    train(mine)
    seen.append(stands(mine))
    exempt(assignment=mine, cause="other", reason="x", until=None, by=officer(), now=NOW)
    seen.append(stands(mine))
    append(kind="attestation.credited", at=NOW, rows=[Credit(assignment=mine, attestation=earlier, rule={}, at=NOW)])
    rebuild(campaign=made)
    seen.append(stands(mine))
    remove(assignment=mine, reason="x", by=officer(), now=NOW)
    seen.append(stands(mine))
    add(campaign=made, employment=employment, reason="x", by=officer(), now=NOW)
    sign(mine, "髙橋 一郎")
    seen.append(stands(mine))
    assert seen == ["new", "started", "trained", "exempt", "credited", "closed", "signed"]
    annul(attestation=Attestation.objects.get(assignment=mine), cause="other", reason="x", by=officer(), now=NOW)
    assert stands(mine) == Standing.CREDITED
    annul(attestation=earlier, cause="other", reason="x", by=officer(), now=NOW)
    assert stands(mine) == Standing.EXEMPT
    assert first.state == "open"


def test_outstanding_are_those_of_open_campaigns_who_are_not_settled():
    people = [person(f"{n}", f"氏名{n}") for n in range(3)]
    made = campaign()
    remove(assignment=assignment_of(people[0]), reason="x", by=officer(), now=NOW)
    exempt(assignment=assignment_of(people[1]), cause="other", reason="x", until=TODAY, by=officer(), now=NOW)
    assert [row.employment for row in outstanding(Assignment.objects.all(), day=TODAY)] == [people[2]]
    assert outstanding(Assignment.objects.all(), day=date(2026, 11, 25)).count() == 2
    Campaign.objects.filter(pk=made.pk).update(state="closed")
    assert not outstanding(Assignment.objects.all(), day=TODAY).exists()


def test_a_person_sees_the_own_assignments_of_campaigns_that_were_opened(django_assert_num_queries: Any):
    mine, other = person("1", "わたし"), person("2", "ほか")
    first = campaign()
    campaign(["article-5"], code="FY2027")
    ended = campaign(["article-6"], code="FY2024")
    Campaign.objects.filter(pk=first.pk).update(state="closed")
    Campaign.objects.filter(pk=ended.pk).update(state="cancelled")
    campaign(["article-7"], code="FY2028", opened=False)
    with django_assert_num_queries(1):
        found = own(mine.employee, day=TODAY)
    assert [a.campaign.code for a in found] == ["FY2024", "FY2026", "FY2027"]
    assert {a.employment for a in found} == {mine}
    assert all(a.due_on == due_on(a) for a in found)
    assert (found[0].modules, found[0].done, found[0].opened, found[0].shut) == (1, 0, False, None)
    assert other.assignments.count() == 3


def test_progress_counts_are_not_multiplied_by_what_is_joined():
    employment = person()
    campaign(["article-1", "article-3"])
    train(assignment_of(employment))
    decline(assignment=assignment_of(employment), reason="一つめ", now=NOW)
    decline(assignment=assignment_of(employment), reason="二つめ", now=later(hours=1))
    (found,) = own(employment.employee, day=TODAY)
    assert (found.modules, found.done, found.opened) == (2, 2, True)
    assert found.declined_at == later(hours=1)


def test_a_closed_one_says_by_what_until_it_is_opened_again():
    employment = person()
    made = campaign()
    remove(assignment=assignment_of(employment), reason="x", by=officer(), now=NOW)
    assert own(employment.employee, day=TODAY)[0].shut == "removed"
    add(campaign=made, employment=employment, reason="x", by=officer(), now=NOW)
    assert own(employment.employee, day=TODAY)[0].shut is None


def test_whoever_is_away_is_not_overdue_until_the_day_of_the_return():
    employment = person()
    campaign()
    mine = Assignment.objects.filter(pk=assignment_of(employment).pk)
    late = due_on(mine.get()) + timedelta(days=1)
    on_leave(employment, late - timedelta(days=9), late + timedelta(days=9))

    def overdue(day: date) -> bool:
        return bool(with_standing(mine, day=day).get().overdue)

    assert not overdue(late - timedelta(days=1))
    assert not overdue(late)
    assert not overdue(late + timedelta(days=9))
    assert overdue(late + timedelta(days=10))
