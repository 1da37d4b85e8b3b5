"""A person goes through a module in order and in the version that was opened."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from tests.building import NOW, assignment_of, campaign, later, module_version, person, read, sit, train
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns.models import Campaign, Completion, Pin, SectionReached, Tally, Task
from training.campaigns.progress import open_task, reach_section, require_read, sections_reached
from training.campaigns.queries import all_completed, next_step, steps_of
from training.errors import Conflict, NotReady

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    employment = person()
    campaign(["article-1", "article-3"])
    return assignment_of(employment).tasks.get(campaign_module__order=1)


def opened(task: Task) -> Task:
    return open_task(task=task, language="ja", now=NOW)


def reach(task: Task, position: int, version: Any = None) -> None:
    reach_section(task=task, version=version or task.version_id, position=position, now=NOW)


def test_the_first_opening_chooses_the_version_and_later_ones_change_nothing(task: Task):
    first = opened(task)
    assert (first.version, first.opened_at) == (
        Pin.objects.get(campaign_module=task.campaign_module).module_version,
        NOW,
    )
    before = everything()
    again = open_task(task=task, language="en", now=later(days=1))
    assert again.opened_at == NOW
    assert everything() == before


def test_a_language_that_was_not_pinned_falls_back_to_one_that_was(task: Task):
    assert open_task(task=task, language="pt", now=NOW).version is not None


def test_a_module_without_a_pin_is_not_opened(task: Task):
    Pin.objects.all().delete()
    with pytest.raises(NotReady):
        opened(task)
    assert Task.objects.get(pk=task.pk).version is None


def test_nothing_moves_in_a_campaign_that_is_not_open(task: Task):
    done = opened(task)
    reach(done, 1)
    other = Task.objects.exclude(pk=task.pk).get()
    for state in ("draft", "approved", "closed", "cancelled"):
        Campaign.objects.update(state=state)
        before = everything()
        with pytest.raises(NotReady):
            opened(other)
        with pytest.raises(NotReady):
            reach(done, 2)
        reach(done, 1)
        assert everything() == before


def test_opening_counts_the_person_as_started_once(task: Task):
    other = Task.objects.exclude(pk=task.pk).get()
    for each in (task, task, other):
        opened(each)
    assert Tally.objects.get().started == 1


def test_sections_are_reached_in_order_and_each_once(task: Task):
    done = opened(task)
    assert sections_reached(done) == 0
    reach(done, 1)
    reach(done, 1)
    reach(done, 2)
    reach(done, 1)
    assert sections_reached(done) == 2
    assert list(SectionReached.objects.values_list("position", flat=True)) == [1, 2]


def test_no_section_is_reached_before_its_turn_and_none_that_is_not_there(task: Task):
    done = opened(task)
    before = everything()
    for position in (2, 3, 0, -1, 99, 2**40):
        with pytest.raises(NotReady):
            reach(done, position)
    assert everything() == before


def test_a_section_of_another_version_is_not_reached(task: Task):
    done = opened(task)
    before = everything()
    for version in (uuid.UUID(int=1), "", "x", "None"):
        with pytest.raises(Conflict):
            reach_section(task=done, version=version, position=1, now=NOW)
    assert everything() == before


def test_a_section_of_the_newest_version_is_not_reached_in_a_task_of_an_older_one(task: Task):
    done = opened(task)
    newest = module_version("article-1", title="新しい題", now=later(days=1))
    with pytest.raises(Conflict):
        reach(done, 1, newest.pk)
    assert not SectionReached.objects.exists()


def test_a_task_that_was_never_opened_has_no_version_to_name(task: Task):
    pinned = Pin.objects.get(campaign_module=task.campaign_module).module_version_id
    for version in ("", "None", pinned):
        with pytest.raises(Conflict):
            reach_section(task=task, version=version, position=1, now=NOW)
    assert not SectionReached.objects.exists()


def test_the_check_needs_every_section(task: Task):
    with pytest.raises(NotReady):
        require_read(task)
    done = opened(task)
    reach(done, 1)
    with pytest.raises(NotReady):
        require_read(done)
    reach(done, 2)
    require_read(done)


def test_each_step_is_done_whole_or_not_at_all(task: Task):
    writes_whole_or_not_at_all(lambda: opened(task))
    done = opened(task)
    writes_whole_or_not_at_all(lambda: reach(done, 1))


def test_the_way_shows_where_a_person_stands(task: Task):
    assignment = task.assignment
    assert [step.state for step in steps_of(assignment)] == ["new", "new"]
    opened(task)
    assert [step.state for step in steps_of(assignment)] == ["reading", "new"]
    read(task)
    first, second = steps_of(assignment)
    assert (first.state, first.reached, first.sections, second.state) == ("quiz", 2, 2, "new")
    sit(Task.objects.get(pk=task.pk))
    steps = steps_of(assignment)
    assert [step.state for step in steps] == ["done", "new"]
    step = next_step(steps)
    assert step is not None
    assert step.task.campaign_module.order == 2
    sit(read(step.task))
    assert next_step(steps_of(assignment)) is None
    assert all_completed(assignment.pk)


def test_sections_reached_in_another_version_do_not_count_as_read(task: Task):
    done = opened(task)
    other = module_version("article-1", title="新しい題")
    SectionReached.objects.create(task=done, version=other, position=1, at=NOW)
    SectionReached.objects.create(task=done, version=other, position=2, at=NOW)
    assert sections_reached(done) == 0
    assert steps_of(done.assignment)[0].reached == 0
    with pytest.raises(NotReady):
        require_read(done)


def test_the_way_costs_the_same_for_one_module_and_for_nine(django_assert_num_queries: Any):
    employment = person()
    campaign(["article-1"])
    campaign([f"article-{n}" for n in range(1, 10)], code="FY2027")
    for code in ("FY2026", "FY2027"):
        assignment = assignment_of(employment, code)
        read(assignment.tasks.get(campaign_module__order=1))
        with django_assert_num_queries(2):
            steps_of(assignment)


def test_an_assignment_without_tasks_is_not_complete():
    assert not all_completed(uuid.uuid4())


def test_a_task_is_completed_once():
    employment = person()
    campaign()
    train(assignment_of(employment))
    completion = Completion.objects.get()
    twin = Completion(
        task=completion.task,
        module_version=completion.module_version,
        how=completion.how,
        at=NOW,
        entry_id=completion.entry_id,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
