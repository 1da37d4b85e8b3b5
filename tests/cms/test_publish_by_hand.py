"""Publishing through the editor's form: the page with its version, or neither, and the reason in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from wagtail import hooks
from wagtail.actions.publish_page_revision import PublishPageRevisionAction

from cms.pages import ModuleIndexPage, ModulePage
from cms.questions import Question
from tests.cms.conftest import signed_in
from tests.cms.posting import form_of
from training.catalogue.models import Module, ModuleVersion
from training.errors import Invalid


def post(page: ModulePage, user: Any, **changes: Any) -> HttpResponse:
    """Send the page's form, changed in places."""
    data = form_of(page.get_latest_revision_as_object(), user=user, **changes)
    return signed_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)


def words(response: HttpResponse) -> str:
    return response.content.decode()


def test_publishing_by_hand_freezes_what_the_form_says(module: ModulePage, officer: Any) -> None:
    response = post(module, officer, title="改めた題", **{"action-publish": "yes"})

    assert response.status_code == 200
    module.refresh_from_db()
    version = module.latest_version()
    assert module.live
    assert module.title == version.title == "改めた題"
    assert version.number == 2
    assert version.published_at == module.last_published_at
    assert version.content["title"] == "改めた題"


def test_a_refusal_by_hand_changes_neither_page_nor_version_and_says_why(module: ModulePage, officer: Any) -> None:
    before = ModulePage.objects.values().get(pk=module.pk)

    response = post(module, officer, draw="99", title="改めた題", **{"action-publish": "yes"})

    assert "出題数は99問ですが、公開済みの設問は3問です。" in words(response)
    assert 'value="改めた題"' in words(response)
    assert ModulePage.objects.values().get(pk=module.pk) == before
    assert module.latest_version().number == 1


def test_a_draft_may_be_unfinished(module: ModulePage, officer: Any) -> None:
    post(module, officer, draw="99")

    module.refresh_from_db()
    assert module.draw == 2
    assert module.get_latest_revision_as_object().draw == 99
    assert module.latest_version().number == 1


def test_a_new_module_can_be_made_and_published_in_one_go(module: ModulePage, officer: Any, editor: Any) -> None:
    officer.groups.add(*editor.groups.all())
    index = ModuleIndexPage.objects.get()
    data = form_of(module, user=officer, title="新しい", slug="fresh", **{"action-publish": "yes"})
    data |= {"pool-INITIAL_FORMS": "0", **{f"pool-{n}-id": "" for n in range(3)}}

    response = signed_in(officer).post(
        reverse("wagtailadmin_pages:add", args=["privacy_training_cms", "modulepage", index.pk]), data, follow=True
    )

    assert response.status_code == 200
    page = ModulePage.objects.get(slug="fresh")
    assert page.live
    assert page.latest_version().title == "新しい"
    assert len(page.latest_version().content["questions"]) == 3
    assert page.translation_key != module.translation_key


def test_a_new_module_that_cannot_be_published_is_not_made(module: ModulePage, officer: Any, editor: Any) -> None:
    officer.groups.add(*editor.groups.all())
    index = ModuleIndexPage.objects.get()
    data = form_of(module, user=officer, slug="fresh", draw="50", **{"action-publish": "yes"})
    data |= {"pool-INITIAL_FORMS": "0", **{f"pool-{n}-id": "" for n in range(3)}}

    response = signed_in(officer).post(
        reverse("wagtailadmin_pages:add", args=["privacy_training_cms", "modulepage", index.pk]), data
    )

    assert "出題数は50問ですが、公開済みの設問は3問です。" in words(response)
    assert not ModulePage.objects.filter(slug="fresh").exists()


def test_an_earlier_revision_is_published_with_a_version_of_its_words(module: ModulePage, officer: Any) -> None:
    first = module.latest_revision
    post(module, officer, title="改めた題", **{"action-publish": "yes"})
    data = form_of(first.as_object(), user=officer, **{"action-publish": "yes"})

    signed_in(officer).post(reverse("wagtailadmin_pages:revisions_revert", args=[module.pk, first.pk]), data)

    titles = list(ModuleVersion.objects.order_by("number").values_list("title", flat=True))
    assert titles == ["情報を守る lesson", "改めた題", "情報を守る lesson"]


def test_publishing_the_same_words_makes_no_new_version(module: ModulePage, officer: Any) -> None:
    post(module, officer, **{"action-publish": "yes"})

    module.refresh_from_db()
    assert module.revisions.count() == 2
    assert module.live_revision == module.latest_revision
    assert module.latest_version().number == 1


def test_what_is_withdrawn_between_the_check_and_the_freezing_stops_the_publication(
    module: ModulePage, officer: Any
) -> None:
    def withdraw(request: Any, page: Any) -> None:
        for question in Question.objects.all():
            question.unpublish()

    with hooks.register_temporarily("before_publish_page", withdraw):
        response = post(module, officer, title="改めた題", **{"action-publish": "yes"})

    assert "設問が一つもありません。" in words(response)
    module.refresh_from_db()
    assert module.title == "情報を守る lesson"
    assert module.latest_version().number == 1


def test_code_that_goes_around_the_checks_still_publishes_wholly_or_not(module: ModulePage) -> None:
    module.draw = 99
    module.title = "改めた題"
    revision = module.save_revision()
    before = ModulePage.objects.values().get(pk=module.pk)

    with pytest.raises(Invalid, match="出題数は99問"):
        PublishPageRevisionAction(revision).execute(skip_permission_checks=True)

    assert ModulePage.objects.values().get(pk=module.pk) == before
    assert module.latest_version().number == 1


def test_two_modules_cannot_have_been_published_under_one_slug(module: ModulePage, officer: Any) -> None:
    post(module, officer, slug="renamed")
    Module.objects.create(slug="renamed")

    response = post(module, officer, slug="renamed", **{"action-publish": "yes"})

    assert "renamed" in words(response)
    module.refresh_from_db()
    assert module.slug == "lesson"


def test_an_editor_cannot_publish(module: ModulePage, editor: Any) -> None:
    post(module, editor, title="改めた題", **{"action-publish": "yes"})

    module.refresh_from_db()
    assert module.title == "情報を守る lesson"
    assert module.latest_version().number == 1
    assert module.get_latest_revision_as_object().title == "改めた題"
