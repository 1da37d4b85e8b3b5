"""Copies and aliases freeze nothing by themselves; what is frozen cannot be deleted; no page is served."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from wagtail.actions.create_alias import CreatePageAliasAction

from cms.editing import STAYS
from cms.pages import ModuleIndexPage, ModulePage
from cms.questions import Question
from tests.cms.conftest import signed_in
from training.catalogue.models import Module, ModuleVersion


def words(response: HttpResponse) -> str:
    return response.content.decode()


def test_a_copy_published_along_with_the_copying_freezes_nothing_until_it_is_published_itself(
    module: ModulePage, officer: Any, editor: Any
) -> None:
    officer.groups.add(*editor.groups.all())
    form = {"new_title": "写し", "new_slug": "copy", "new_parent_page": module.get_parent().pk, "publish_copies": "on"}
    signed_in(officer).post(reverse("wagtailadmin_pages:copy", args=[module.pk]), form)

    copy = ModulePage.objects.get(slug="copy")
    assert copy.live
    assert copy.translation_key != module.translation_key
    assert ModuleVersion.objects.count() == 1

    copy.save_revision().publish()

    assert copy.latest_version().number == 1
    assert Module.objects.count() == 2


def test_an_alias_follows_its_page_without_a_version_of_its_own(module: ModulePage) -> None:
    alias = CreatePageAliasAction(module, update_slug="alias").execute(skip_permission_checks=True)
    module.title = "改めた題"
    module.save_revision().publish()

    alias.refresh_from_db()
    assert alias.title == "改めた題"
    assert [v.module_id for v in ModuleVersion.objects.all()] == [module.translation_key] * 2


def test_moving_and_saving_a_published_page_freezes_nothing(module: ModulePage) -> None:
    module.owner = None
    module.save()

    assert ModuleVersion.objects.count() == 1


@pytest.mark.parametrize("above", [False, True], ids=["itself", "with the index above it"])
def test_a_page_with_versions_cannot_be_deleted(module: ModulePage, admin_client: Client, above: bool) -> None:
    page = module.get_parent() if above else module

    response = admin_client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]), follow=True)

    assert str(STAYS) in words(response)
    assert "情報を守る lesson" in words(response)
    assert ModulePage.objects.filter(pk=module.pk).exists()


def test_pages_with_versions_cannot_be_deleted_in_bulk(module: ModulePage, admin_client: Client) -> None:
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    back = reverse("wagtailadmin_explore", args=[module.get_parent().pk])

    response = admin_client.post(f"{address}?id={module.pk}&next={back}", follow=True)

    assert str(STAYS) in words(response)
    assert ModulePage.objects.filter(pk=module.pk).exists()


def test_a_page_never_published_can_be_deleted(module: ModulePage, admin_client: Client) -> None:
    draft = module.get_parent().add_child(instance=ModulePage(title="下書き", slug="draft", summary="…", live=False))

    admin_client.post(reverse("wagtailadmin_pages:delete", args=[draft.pk]))

    assert not ModulePage.objects.filter(pk=draft.pk).exists()


def test_a_page_with_versions_can_be_unpublished_and_its_versions_stay(module: ModulePage, officer: Any) -> None:
    signed_in(officer).post(reverse("wagtailadmin_pages:unpublish", args=[module.pk]))

    module.refresh_from_db()
    assert not module.live
    assert module.latest_version().number == 1


def test_a_frozen_question_cannot_be_deleted(module: ModulePage, admin_client: Client) -> None:
    question = Question.objects.first()
    module.pool.all().delete()
    module.pool.clear()
    module.save()

    response = admin_client.post(
        reverse(Question.snippet_viewset.get_url_name("delete"), args=[question.pk]), follow=True
    )

    assert str(STAYS) in words(response)
    assert Question.objects.filter(pk=question.pk).exists()


def test_frozen_questions_cannot_be_deleted_in_bulk(module: ModulePage, admin_client: Client) -> None:
    question = Question.objects.first()
    address = reverse("wagtail_bulk_action", args=["privacy_training_cms", "question", "delete"])

    response = admin_client.post(f"{address}?id={question.pk}&next={reverse('wagtailadmin_home')}", follow=True)

    assert str(STAYS) in words(response)
    assert Question.objects.filter(pk=question.pk).exists()


def test_a_question_never_frozen_can_be_deleted(module: ModulePage, admin_client: Client) -> None:
    question = Question.objects.create(stem="<p>下書き</p>", live=False)

    admin_client.post(reverse(Question.snippet_viewset.get_url_name("delete"), args=[question.pk]))

    assert not Question.objects.filter(pk=question.pk).exists()


@pytest.mark.parametrize("model", [ModulePage, ModuleIndexPage])
def test_a_page_shows_the_public_nothing_and_leads_to_the_training(
    module: ModulePage, model: Any, client: Client
) -> None:
    response = client.get(model.objects.get().url)

    assert response.status_code == 302
    assert response.url == reverse("training:home")
    assert response.content == b""
