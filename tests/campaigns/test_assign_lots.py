"""The daily run costs as much for many as for few, and counts alike either way."""

from __future__ import annotations

from typing import Any

import pytest

from tests import building
from tests.building import NOW, campaign, draft, on_leave, person, train
from tests.campaigns.following import A_DAY, TODAY, counts, leaves, on
from training.campaigns import assigning
from training.campaigns.approve import approve
from training.campaigns.assign import assign
from training.campaigns.audience import AudienceRule
from training.campaigns.models import Assignment, Campaign, Tally
from training.campaigns.open import open_campaign
from training.people.models import Employment

pytestmark = pytest.mark.django_db
QUERIES = 34


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
