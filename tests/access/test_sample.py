"""A sample is drawn once and for all: recorded with its seed, whole or not at all, and drawn again from what is kept."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.building import NOW, account, campaign, later, person
from tests.cutting import everything, writes_whole_or_not_at_all
from training.access.grant import grant, revoke
from training.access.models import Sample
from training.access.queries import population_of, strata_of
from training.access.sample import draw_sample
from training.access.sampling import draw, draw_by_department
from training.campaigns.models import Assignment, Campaign
from training.errors import Invalid, NotAllowed
from training.ledger.body import Body
from training.ledger.canonical import canonical, sha256_hex
from training.ledger.models import Disclosure, Entry, Immutable
from training.ledger.records import verify_records
from training.roles import Role

pytestmark = pytest.mark.django_db
DAY = NOW.date()


@pytest.fixture
def officer() -> Any:
    return account("officer", Role.PRIVACY_OFFICER)


@pytest.fixture
def training(officer: Any) -> Campaign:
    """Nine people: six in one department, two in another, one in a third."""
    for n, department in enumerate(["営業部"] * 6 + ["総務部"] * 2 + ["𠮷田部"]):
        person(f"00010{n}", f"氏名{n}", department=department)
    return campaign()


@pytest.fixture
def auditor(training: Campaign, officer: Any) -> Any:
    user = account("auditor", Role.AUDITOR)
    grant(user=user, campaigns=[training], first_day=DAY, last_day=DAY, by=officer, now=NOW)
    return user


def drawn(user: Any, training: Campaign, **changes: Any) -> Sample:
    values: dict[str, Any] = {"size": 4, "by_department": False, "now": NOW}
    return draw_sample(user=user, campaign=training, **(values | changes))


def test_a_sample_holds_all_that_is_needed_to_draw_it_again(auditor: Any, training: Campaign):
    row = Sample.objects.get(pk=drawn(auditor, training).pk)
    ids = sorted(str(key) for key in Assignment.objects.values_list("pk", flat=True))
    assert population_of(row) == ids
    assert (row.population, row.population_digest) == (9, sha256_hex(canonical(list(ids))))
    assert row.drawn == draw(population_of(row), seed=row.seed, size=row.size)
    assert (row.user_id, row.campaign, row.at, row.entry.kind) == (auditor.pk, training, NOW, "access.sampled")
    assert strata_of(row) is None
    assert verify_records().problem_count == 0


def test_by_department_each_gets_its_share_and_the_departments_are_kept_apart_from_the_row(
    auditor: Any, training: Campaign
):
    row = drawn(auditor, training, by_department=True)
    strata = strata_of(row)
    assert strata is not None
    assert {name: len(ids) for name, ids in strata.items()} == {"営業部": 6, "総務部": 2, "𠮷田部": 1}
    assert sorted(key for ids in strata.values() for key in ids) == population_of(row)
    assert row.drawn == draw_by_department(strata, seed=row.seed, size=4)
    assert {name: len(set(ids) & set(row.drawn)) for name, ids in strata.items()} == {
        "営業部": 2,
        "総務部": 1,
        "𠮷田部": 1,
    }
    assert "営業部" not in row.entry.body


def test_the_departments_are_those_of_the_day_of_the_draw(auditor: Any, training: Campaign):
    employment = Assignment.objects.first().employment
    posting = employment.postings.get()
    posting.valid_from = later(days=400).date()
    posting.save()
    row = drawn(auditor, training, by_department=True, size=9)
    assert strata_of(row)[""] == [str(employment.assignments.get().pk)]


def test_two_draws_have_two_seeds_and_the_first_stays(auditor: Any, training: Campaign):
    first, second = drawn(auditor, training), drawn(auditor, training)
    assert first.seed != second.seed
    assert len(first.seed) == 32
    assert Sample.objects.count() == 2


def test_who_joins_later_does_not_change_what_a_sample_was_drawn_from(auditor: Any, training: Campaign):
    row = drawn(auditor, training)
    before = population_of(row)
    Assignment.objects.bulk_create(
        [
            Assignment(
                campaign=training,
                employment=person("000200", "後から", now=later(days=1)),
                cause="audience",
                facts={},
                at=later(days=1),
                part=0,
                leaf="",
                entry=row.entry,
            )
        ]
    )
    assert population_of(row) == before


@pytest.mark.parametrize("size", [0, -1, 10, 10**9])
def test_a_size_that_cannot_be_drawn_is_refused_and_nothing_is_written(auditor: Any, training: Campaign, size: int):
    before = everything()
    for by_department in (False, True):
        with pytest.raises(Invalid):
            drawn(auditor, training, size=size, by_department=by_department)
    assert everything() == before


def test_everybody_can_be_drawn(auditor: Any, training: Campaign):
    for by_department in (False, True):
        assert sorted(drawn(auditor, training, size=9, by_department=by_department).drawn) == sorted(
            str(key) for key in Assignment.objects.values_list("pk", flat=True)
        )


def test_only_an_auditor_let_in_hr_and_the_privacy_officer_draw(auditor: Any, training: Campaign, officer: Any):
    other = campaign(["article-5"], code="FY2027")
    before = everything()
    for user in (account("learner"), account("editor", Role.EDITOR), account("auditor2", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            drawn(user, training)
    with pytest.raises(NotAllowed):
        drawn(auditor, other)
    with pytest.raises(NotAllowed):
        drawn(auditor, training, now=later(days=1))
    assert everything() == before
    drawn(officer, training)
    drawn(account("hr", Role.HR), training)


def test_a_grant_revoked_ends_drawing_too(auditor: Any, training: Campaign, officer: Any):
    revoke(row=auditor.auditor_grants.get(), by=officer, now=NOW)
    with pytest.raises(NotAllowed):
        drawn(auditor, training)


def test_a_sample_is_drawn_whole_or_not_at_all(auditor: Any, training: Campaign):
    assert writes_whole_or_not_at_all(lambda: drawn(auditor, training, by_department=True)) >= 3


def test_a_sample_cannot_be_taken_back_or_changed(auditor: Any, training: Campaign):
    row = drawn(auditor, training)
    with pytest.raises(Immutable):
        row.delete()
    for sql in (f"DELETE FROM {Sample._meta.db_table}", f"UPDATE {Sample._meta.db_table} SET seed = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_no_personal_value_stands_in_the_row_or_its_entry(auditor: Any, training: Campaign):
    row = drawn(auditor, training, by_department=True)
    entry = Entry.objects.get(pk=row.entry_id)
    assert not any(word in entry.body for word in ("氏名", "000101", "営業部"))
    assert [found.name for found in Disclosure.objects.filter(entry=entry)] == ["strata"]
    assert set(Body.parse(entry.body).rows) == {Sample._meta.db_table}


def test_a_draw_costs_the_same_for_nine_people_and_for_forty(auditor: Any, training: Campaign):
    with CaptureQueriesContext(connection) as few:
        drawn(auditor, training, by_department=True)
    for n in range(40):
        person(f"9{n:05}", f"氏名{n}", department=f"本部{n}")
    larger = campaign(["article-5"], code="FY2027")
    user = account("hr", Role.HR)
    with CaptureQueriesContext(connection) as many:
        drawn(user, larger, by_department=True)
    assert len(many) <= len(few)
