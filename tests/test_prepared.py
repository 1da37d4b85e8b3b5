"""A prepared query answers as the queryset that it was made of, again and again, whoever asks."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import CharField, Exists, F, OuterRef, QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from tests.building import account, assignment_of, campaign, person
from tests.test_at_once import at_once
from training.campaigns.models import Assignment, Campaign, Task
from training.people.models import Employment
from training.prepared import Given, Prepared

NUMBER = CharField()


def tasks_of(assignment: Any) -> QuerySet[Task]:
    return Task.objects.filter(assignment=assignment, assignment__campaign__code="FY2026").select_related("assignment")


def prepared_tasks() -> Prepared[Task]:
    return Prepared(lambda: tasks_of(Given("assignment", Assignment._meta.pk)).order_by("campaign_module__order"))


@pytest.mark.django_db
def test_rows_come_whole_with_what_was_selected_beside_them(django_assert_num_queries: Any):
    people = [person(f"{n}") for n in (1, 2)]
    campaign(["article-1", "article-3"])
    ask = prepared_tasks()
    for employment in [*people, people[0]]:
        assignment = assignment_of(employment)
        with django_assert_num_queries(1):
            found = ask(assignment=assignment.pk)
            assert [task.assignment for task in found] == [assignment] * 2
        assert found == list(tasks_of(assignment).order_by("campaign_module__order"))
        assert not found[0].get_deferred_fields()


@pytest.mark.django_db
def test_values_come_in_their_python_form():
    employment = person("000101", user=account("ichiro"))
    ask = Prepared(
        lambda: Employment.objects.filter(number=Given("number", NUMBER)).values_list(
            F("employee"),
            F("valid_from"),
            Exists(Employment.objects.filter(employee=OuterRef("employee"), number=Given("number", NUMBER))),
        )
    )
    ((employee, since, there),) = ask(number="000101")
    assert (employee, since, bool(there)) == (employment.employee_id, employment.valid_from, True)


@pytest.mark.django_db
def test_a_value_is_never_read_as_sql():
    person("000101")
    ask = Prepared(lambda: Employment.objects.filter(number=Given("number", NUMBER)).values_list("number"))
    assert ask(number="000101' OR 'a' = 'a") == []
    assert ask(number="%s") == []
    assert ask(number="000101") == [("000101",)]


@pytest.mark.django_db
def test_it_is_worded_once_and_a_key_may_come_as_text():
    person()
    campaign()
    worded: list[int] = []

    def make() -> QuerySet[Any, Any]:
        worded.append(1)
        return Assignment.objects.filter(pk=Given("key", Assignment._meta.pk)).values_list("pk")

    ask, key = Prepared(make), Assignment.objects.get().pk
    assert ask(key=key) == ask(key=str(key)) == [(key,)]
    assert ask(key=uuid.uuid4()) == []
    assert worded == [1]


@pytest.mark.django_db
def test_a_missing_value_is_an_error_and_asks_nothing():
    ask = Prepared(lambda: Campaign.objects.filter(code=Given("code", NUMBER)))
    with CaptureQueriesContext(connection) as captured, pytest.raises(KeyError):
        ask()
    assert len(captured) == 0


@pytest.mark.django_db(transaction=True)
def test_what_holds_rows_runs_within_a_transaction_only():
    person()
    campaign()
    ask = Prepared(lambda: Campaign.objects.select_for_update().filter(code=Given("code", CharField())))
    with transaction.atomic():
        assert [found.code for found in ask(code="FY2026")] == ["FY2026"]
    with pytest.raises(TransactionManagementError):
        ask(code="FY2026")


@pytest.mark.django_db(transaction=True)
def test_threads_with_connections_of_their_own_ask_at_once():
    people = [person(f"{n}") for n in range(6)]
    campaign()
    ask = prepared_tasks()
    keys = [assignment_of(employment).pk for employment in people]

    def act(key: uuid.UUID) -> Callable[[], list[uuid.UUID]]:
        return lambda: [task.assignment_id for task in ask(assignment=key)]

    assert at_once(*[act(key) for key in keys]) == [[key] for key in keys]
