"""HR sees who has no attempt left, teaches them again, and says so; then a new paper may be sat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import building
from tests.cms_admin.conftest import AN_HOUR_LATER
from tests.cms_admin.reading import facts, links, rows, text
from training.campaigns.models import Task
from training.catalogue.blueprint import Blueprint
from training.ledger.models import Entry
from training.people.models import Employment
from training.quiz.models import MakeUp
from training.quiz.queries import sitting_of

WHAT, WHY = "課長と第3条を読み直した（𠮷田・<b>1時間</b>）", "二回とも不合格"
TWICE = Blueprint(draw=3, pass_mark=66, attempts=2)


def task_of(employment: Employment) -> Task:
    return building.assignment_of(employment).tasks.get()


def use_up(employment: Employment) -> Task:
    """Fail as often as the module allows."""
    task = building.read(task_of(employment))
    for seed in ("a", "b"):
        building.sit(task, right=False, seed=seed, now=building.NOW)
    return task


def company(people: int = 2) -> list[Employment]:
    """So many people in a module of two attempts."""
    found = [building.person(f"00010{n}", f"架空 {n}") for n in range(people)]
    building.campaign(snapshots={"article-3": {"blueprint": TWICE}})
    return found


def waiting(client: Client) -> Any:
    return client.get(reverse("training_campaigns:make_ups", args=["FY2026"]))


def granting(task: Task) -> str:
    return reverse("training_campaigns:make_up", args=["FY2026", task.assignment_id, "article-3"])


def test_who_has_no_attempt_left_is_listed_with_the_days_of_waiting(hr: Client, clock: Any) -> None:
    first, second = company()
    task = use_up(first)
    building.sit(building.read(task_of(second)), right=False)
    clock(building.NOW + timedelta(days=3))

    page = waiting(hr)

    assert [(row[0], row[1], row[3], row[4]) for row in rows(page)] == [("000100", "架空 0", "研修 article-3", "2")]
    assert [row["days"] for row in page.context["rows"]] == [3]
    assert granting(task) in links(page)


def test_the_record_and_the_dashboard_lead_there(hr: Client) -> None:
    first, second = company()
    task = use_up(first)
    record = hr.get(reverse("training_campaigns:assignment", args=["FY2026", task.assignment_id]))
    other = hr.get(reverse("training_campaigns:assignment", args=["FY2026", building.assignment_of(second).pk]))
    assert granting(task) in links(record)
    assert granting(task_of(second)) not in links(other)
    assert reverse("training_campaigns:make_ups", args=["FY2026"]) in links(hr.get(reverse("wagtailadmin_home")))
    assert reverse("training_campaigns:make_ups", args=["FY2026"]) in links(
        hr.get(reverse("training_campaigns:campaign", args=["FY2026"]))
    )


def test_hr_grants_a_make_up_and_the_record_says_what_and_why(hr: Client, hr_account: Any) -> None:
    task = use_up(company()[0])
    assert "架空 0" in text(hr.get(granting(task)))

    response = hr.post(granting(task), {"what": WHAT, "why": WHY, "attempts": "2"}, follow=True)

    row = MakeUp.objects.get()
    assert (row.task, row.attempts, row.by, row.at) == (task, 2, hr_account, AN_HOUR_LATER)
    assert rows(response) == []
    assert "架空 0" in text(response)
    assert sitting_of(task, now=AN_HOUR_LATER).left == 2
    record = text(hr.get(reverse("training_campaigns:assignment", args=["FY2026", task.assignment_id])))
    assert WHAT in record
    assert WHY in record
    assert not Entry.objects.filter(sequence__isnull=True).exists()


def test_the_second_make_up_is_granted_with_the_first_in_sight(hr: Client) -> None:
    task = use_up(company()[0])
    hr.post(granting(task), {"what": WHAT, "why": WHY, "attempts": "1"})
    task = building.read(Task.objects.get(pk=task.pk), now=AN_HOUR_LATER)
    building.sit(task, right=False, seed="c", now=AN_HOUR_LATER)

    page = hr.get(granting(task))

    assert WHAT in text(page)
    assert "3/3" in facts(page).values()


@pytest.mark.parametrize(
    "sent",
    [
        {"what": "", "why": WHY, "attempts": "1"},
        {"what": WHAT, "why": "  ", "attempts": "1"},
        {"what": "あ" * 1001, "why": WHY, "attempts": "1"},
        {"what": WHAT, "why": WHY, "attempts": "0"},
        {"what": WHAT, "why": WHY, "attempts": "11"},
        {"what": WHAT, "why": WHY, "attempts": "９９"},
        {},
    ],
)
def test_what_is_not_filled_in_rightly_is_said_at_its_field(hr: Client, sent: dict[str, str]) -> None:
    task = use_up(company()[0])
    response = hr.post(granting(task), sent)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert not MakeUp.objects.exists()


def test_it_is_granted_only_where_it_is_needed_and_not_twice(hr: Client) -> None:
    first, second = company()
    sent = {"what": WHAT, "why": WHY, "attempts": "1"}
    left = building.read(task_of(second))
    assert hr.get(granting(left)).status_code == 409
    assert hr.post(granting(left), sent).status_code == 409
    task = use_up(first)
    assert hr.post(granting(task), sent).status_code == 302
    assert hr.post(granting(task), sent).status_code == 409
    assert MakeUp.objects.count() == 1


def test_an_unopened_module_has_no_make_up_and_an_unknown_one_is_not_there(hr: Client) -> None:
    task = task_of(company()[0])
    assert hr.get(granting(task)).status_code == 409
    unknown = reverse("training_campaigns:make_up", args=["FY2026", task.assignment_id, "article-9"])
    assert hr.get(unknown).status_code == 404


def test_a_campaign_without_limits_asks_nothing_of_the_tasks(hr: Client) -> None:
    building.person()
    building.campaign()
    page = waiting(hr)
    assert rows(page) == []
    assert page.status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(hr: Client) -> None:
    people = company(6)
    use_up(people[0])
    waiting(hr)
    with CaptureQueriesContext(connection) as one:
        waiting(hr)
    for person in people[1:]:
        use_up(person)
    with CaptureQueriesContext(connection) as many:
        assert len(rows(waiting(hr))) == 6
    assert len(one) == len(many) <= 15
    task = task_of(people[0])
    with CaptureQueriesContext(connection) as form:
        hr.get(granting(task))
    assert len(form) <= 20
