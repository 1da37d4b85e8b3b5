"""A campaign on a change asks exactly those who signed an earlier text, and none who signed this one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests import building
from tests.changes import company
from tests.changes.texts import THIRD
from training.attestation.annul import annul
from training.attestation.models import Annulment, Attestation
from training.campaigns.models import Campaign
from training.changes.signers import signers_of_earlier
from training.changes.touched import people_by_text
from training.people.models import Employment

pytestmark = pytest.mark.django_db


def asked(campaign: Campaign) -> set[Any]:
    return set(signers_of_earlier(campaign))


def keys(*people: Employment) -> set[Any]:
    return {one.employee_id for one in people}


@pytest.fixture
def people() -> list[Employment]:
    """Three who signed the first text, and one who read and did not sign."""
    people = company.staff("000101", "000102", "000103", "000104")
    building.campaign(snapshots={"article-3": company.taught()})
    for one in people[:3]:
        company.do(building.assignment_of(one))
    building.train(building.assignment_of(people[3]))
    return people


@pytest.fixture
def change(people: list[Employment]) -> Campaign:
    """The draft about the second text."""
    revision = company.second()
    company.decide_all(revision)
    company.confirm_all(revision)
    return company.compose(revision)


def test_who_signed_the_old_text_is_asked_and_the_signature_named(people: list[Employment], change: Campaign) -> None:
    found = signers_of_earlier(change)
    assert set(found) == keys(*people[:3])
    for one in people[:3]:
        signature = Attestation.objects.get(assignment__employment=one)
        assert found[one.employee_id] == {"attestation": str(signature.pk)}


def test_an_annulled_signature_is_none(people: list[Employment], change: Campaign) -> None:
    annul(
        attestation=Attestation.objects.get(assignment__employment=people[0]),
        cause=Annulment.Cause.OTHER,
        reason="別人",
        by=building.officer(),
        now=company.AFTER,
    )
    assert asked(change) == keys(*people[1:3])


def test_the_latest_of_several_is_named_and_signing_later_makes_somebody_asked_later(
    people: list[Employment], change: Campaign
) -> None:
    assert people[3].employee_id not in asked(change)
    late = building.sign(building.assignment_of(people[3]), "髙橋 一郎", now=company.AFTER)
    found = signers_of_earlier(change)
    assert found[people[3].employee_id] == {"attestation": str(late.pk)}


def test_who_signed_the_new_text_is_not_asked_even_if_the_old_one_is_signed_after_it(
    people: list[Employment], change: Campaign
) -> None:
    company.opened(change.revision, code="NEW")
    company.do(building.assignment_of(people[0], "NEW"), now=company.AFTER)
    company.do(building.assignment_of(people[3], "NEW"), now=company.AFTER)
    assert asked(change) == keys(*people[1:3])

    building.sign(building.assignment_of(people[3]), "髙橋 一郎", now=building.later(days=9))
    assert asked(change) == keys(*people[1:3])


def test_a_signature_under_an_earlier_employment_counts_for_the_person(
    people: list[Employment], change: Campaign
) -> None:
    assert len(people_by_text(change.revision, day=company.AFTER.date())) == 1
    assert people_by_text(change.revision, day=company.AFTER.date()) == {1: 3}
    assert people_by_text(change.revision, day=people[0].valid_from - timedelta(days=1)) == {}


def test_a_third_text_asks_again_whoever_signed_either(people: list[Employment], change: Campaign) -> None:
    company.opened(change.revision, code="NEW")
    company.do(building.assignment_of(people[0], "NEW"), now=company.AFTER)
    third = company.second(source=THIRD, now=building.later(days=300))
    assert people_by_text(third, day=building.later(days=300).date()) == {1: 2, 2: 1}


def test_the_first_text_asks_nobody(people: list[Employment]) -> None:
    assert asked(Campaign.objects.get(code="FY2026")) == set()


def test_it_is_one_query_however_many_have_signed(
    people: list[Employment], change: Campaign, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert len(signers_of_earlier(change)) == 3
