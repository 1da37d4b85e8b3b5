"""Publishing by workflow, by schedule and in bulk: each page with its version, or neither, and the reason in words."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry, TaskState, WorkflowState

from cms.load_content import Loaded
from cms.pages import ModulePage
from cms.publishing import REFUSED
from cms.questions import Question
from tests.cms.conftest import module_text, signed_in
from tests.cms.posting import form_of

TOO_FEW = "出題数は99問ですが、公開済みの設問は3問です。"


def words(response: HttpResponse) -> str:
    return response.content.decode()


def edit(page: ModulePage, user: Any, **changes: Any) -> HttpResponse:
    page.refresh_from_db()
    data = form_of(page.get_latest_revision_as_object(), user=user, **changes)
    return signed_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)


def submitted(page: ModulePage, editor: Any, **changes: Any) -> TaskState:
    """The task that waits after an editor has changed the page and asked for approval."""
    edit(page, editor, **changes, **{"action-submit": "yes"})
    return TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)


def decide(task: TaskState, officer: Any, action: str, **headers: Any) -> HttpResponse:
    """The officer's decision in the list of what waits."""
    page = task.workflow_state.content_object
    address = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, task.pk])
    return signed_in(officer).post(address, {"comment": "確かめました"}, follow=True, headers=headers)


# --- workflow ---


def test_an_approved_page_is_published_with_its_version(module: ModulePage, editor: Any, officer: Any) -> None:
    task = submitted(module, editor, title="改めた題")

    decide(task, officer, "approve")

    module.refresh_from_db()
    assert module.title == module.latest_version().title == "改めた題"
    assert module.latest_version().number == 2
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_an_approval_that_cannot_publish_leaves_page_version_and_task_as_they_were(
    module: ModulePage, editor: Any, officer: Any
) -> None:
    task = submitted(module, editor, draw="99")
    before = ModulePage.objects.values().get(pk=module.pk)

    response = decide(task, officer, "approve")

    assert TOO_FEW in words(response)
    assert ModulePage.objects.values().get(pk=module.pk) == before
    assert module.latest_version().number == 1
    task.refresh_from_db()
    assert task.status == TaskState.STATUS_IN_PROGRESS
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_an_approval_from_the_dialogue_is_led_back_to_the_reason(module: ModulePage, editor: Any, officer: Any) -> None:
    task = submitted(module, editor, draw="99")

    response = decide(task, officer, "approve", **{"X-Requested-With": "XMLHttpRequest"})

    assert response.json()["redirect"] == reverse("wagtailadmin_pages:edit", args=[module.pk])
    assert module.latest_version().number == 1


def test_an_approval_in_the_form_is_refused_with_the_reason(module: ModulePage, editor: Any, officer: Any) -> None:
    task = submitted(module, editor, draw="99")

    response = edit(module, officer, **{"action-workflow-action": "yes", "workflow-action-name": "approve"})

    assert TOO_FEW in words(response)
    task.refresh_from_db()
    assert task.status == TaskState.STATUS_IN_PROGRESS


def test_an_officer_can_mend_and_approve_in_one_go(module: ModulePage, editor: Any, officer: Any) -> None:
    submitted(module, editor, draw="99")

    edit(module, officer, draw="3", **{"action-workflow-action": "yes", "workflow-action-name": "approve"})

    assert module.latest_version().content["blueprint"]["draw"] == 3


def test_changes_asked_for_publish_nothing(module: ModulePage, editor: Any, officer: Any) -> None:
    task = submitted(module, editor, title="改めた題")

    decide(task, officer, "reject")

    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert module.latest_version().number == 1


def test_an_editor_cannot_approve_the_own_page(module: ModulePage, editor: Any, officer: Any) -> None:
    task = submitted(module, editor, title="改めた題")

    decide(task, editor, "approve")

    assert module.latest_version().number == 1
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


# --- schedule ---


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Let a day pass."""
    now = timezone.now

    def pass_a_day() -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=1))

    return pass_a_day


def schedule(page: ModulePage, officer: Any, **changes: Any) -> None:
    at = timezone.localtime(timezone.now() + timedelta(hours=2))
    edit(page, officer, go_live_at=at.strftime("%Y-%m-%d %H:%M"), **changes, **{"action-publish": "yes"})


def test_a_scheduled_page_is_frozen_when_it_goes_live(
    module: ModulePage, officer: Any, tomorrow: Callable[[], None]
) -> None:
    schedule(module, officer, title="改めた題")
    module.refresh_from_db()
    assert module.title == "情報を守る lesson"
    assert module.latest_version().number == 1

    tomorrow()
    call_command("publish_scheduled")

    module.refresh_from_db()
    assert module.title == module.latest_version().title == "改めた題"
    assert module.latest_version().number == 2


def test_what_cannot_be_published_is_not_even_scheduled(module: ModulePage, officer: Any) -> None:
    schedule(module, officer, draw="99")

    assert module.scheduled_revision is None


def test_a_schedule_that_cannot_be_kept_is_written_down_and_the_others_go_on(
    module: ModulePage,
    load: Callable[..., Loaded],
    officer: Any,
    tomorrow: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    load({"other.yaml": module_text("other")})
    other = ModulePage.objects.get(slug="other")
    schedule(module, officer, title="改めた題")
    schedule(other, officer, title="ほかの題")
    for question in Question.objects.filter(label__startswith="lesson-"):
        question.unpublish()
    before = ModulePage.objects.values().get(pk=module.pk)

    tomorrow()
    with caplog.at_level(logging.ERROR, logger="privacy_training.cms"):
        call_command("publish_scheduled")

    assert ModulePage.objects.values().get(pk=module.pk) == before
    assert module.latest_version().number == 1
    assert other.latest_version().title == "ほかの題"
    entry = PageLogEntry.objects.get(action=REFUSED)
    assert entry.page_id == module.pk
    assert "設問が一つもありません。" in entry.data["reasons"]
    assert "設問が一つもありません。" in caplog.text
    assert not module.revisions.filter(approved_go_live_at__isnull=False).exists()
    history = signed_in(officer).get(reverse("wagtailadmin_pages:history", args=[module.pk]))
    assert "設問が一つもありません。" in words(history)


# --- bulk ---


def publish_many(user: Any, *pages: ModulePage) -> HttpResponse:
    ids = "&".join(f"id={page.pk}" for page in pages)
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    back = reverse("wagtailadmin_explore", args=[pages[0].get_parent().pk])
    return signed_in(user).post(f"{address}?{ids}&next={back}", {}, follow=True)


def test_in_bulk_each_page_is_published_wholly_or_not_and_the_refused_are_named(
    module: ModulePage, load: Callable[..., Loaded], officer: Any
) -> None:
    load({"other.yaml": module_text("other")})
    other = ModulePage.objects.get(slug="other")
    edit(module, officer, draw="99")
    edit(other, officer, title="ほかの題")
    before = ModulePage.objects.values().get(pk=module.pk)

    response = publish_many(officer, module, other)

    assert TOO_FEW in words(response)
    assert "情報を守る lesson" in words(response)
    assert ModulePage.objects.values().get(pk=module.pk) == before
    assert module.latest_version().number == 1
    other.refresh_from_db()
    assert other.title == other.latest_version().title == "ほかの題"


def test_in_bulk_with_what_is_below_refusals_keep_no_other_back(
    module: ModulePage, load: Callable[..., Loaded], officer: Any
) -> None:
    load({"other.yaml": module_text("other")})
    other = ModulePage.objects.get(slug="other")
    for page in (module, other):
        page.unpublish()
    edit(module, officer, draw="99")
    edit(other, officer, title="ほかの題")
    index = module.get_parent()
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])

    response = signed_in(officer).post(
        f"{address}?id={index.pk}&next={reverse('wagtailadmin_explore', args=[index.pk])}",
        {"include_descendants": "on"},
        follow=True,
    )

    assert TOO_FEW in words(response)
    module.refresh_from_db()
    other.refresh_from_db()
    assert not module.live
    assert module.latest_version().number == 1
    assert other.live
    assert other.latest_version().title == "ほかの題"


def test_an_editor_cannot_publish_in_bulk(module: ModulePage, editor: Any) -> None:
    edit(module, editor, title="改めた題")

    publish_many(editor, module)

    module.refresh_from_db()
    assert module.title == "情報を守る lesson"
    assert module.latest_version().number == 1
