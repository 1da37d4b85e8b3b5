"""What an editor sees: the page's form, its listing and its preview, with what is frozen in sight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext

from cms.freshness import freshness_of
from cms.load_content import Loaded
from cms.pages import ModulePage
from cms.questions import Question
from tests.cms.conftest import module_text, signed_in


def words(response: HttpResponse) -> str:
    return response.content.decode()


def edit_form(page: ModulePage, user: Any) -> str:
    return words(signed_in(user).get(reverse("wagtailadmin_pages:edit", args=[page.pk])))


def test_the_form_names_the_frozen_version(module: ModulePage, editor: Any) -> None:
    form = edit_form(module, editor)

    assert str(module.latest_version().published_at.year) in form
    assert gettext("The module as last saved cannot be published yet:") not in form


def test_the_form_says_what_stands_in_the_way_of_publishing(module: ModulePage, editor: Any) -> None:
    module.draw = 99
    module.save_revision()

    form = edit_form(module, editor)

    assert gettext("The module as last saved cannot be published yet:") in form
    assert "出題数は99問ですが、公開済みの設問は3問です。" in form


def test_the_preview_is_what_will_be_frozen_and_says_what_is_missing(module: ModulePage, editor: Any) -> None:
    module.title = "下書きの題"
    module.draw = 99
    module.save_revision()

    shown = words(signed_in(editor).get(reverse("wagtailadmin_pages:view_draft", args=[module.pk])))

    assert "<h1>下書きの題</h1>" in shown
    assert "出題数は99問ですが、公開済みの設問は3問です。" in shown
    for section in module.latest_version().content["sections"]:
        assert section["html"] in shown


def test_an_empty_module_says_all_that_it_lacks(module: ModulePage) -> None:
    page = ModulePage(title="題", slug="empty", summary="…", locale=module.locale)
    page.draw = 1

    assert "設問が一つもありません。" in page.faults()
    assert "節が一つもありません。" in page.faults()


def test_a_question_in_another_language_cannot_be_asked(module: ModulePage) -> None:
    question = Question.objects.first()
    question.language = "en"
    question.save()

    assert gettext("A question chosen is in another language than the module.") in ModulePage.objects.get().faults()


@pytest.fixture
def many(load: Callable[..., Loaded], module: ModulePage) -> list[ModulePage]:
    load({f"{slug}.yaml": module_text(slug) for slug in ("b", "c", "d")})
    return list(ModulePage.objects.order_by("path"))


def test_the_listing_names_each_frozen_version(many: list[ModulePage], editor: Any) -> None:
    listing = words(signed_in(editor).get(reverse("wagtailadmin_explore", args=[many[0].get_parent().pk])))

    assert listing.count(gettext("version %(number)d") % {"number": 1}) == 4


def test_looking_up_freshness_costs_the_same_for_one_page_and_for_many(
    many: list[ModulePage], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(6):
        one = freshness_of(many[:1])
    with django_assert_num_queries(6):
        all_of_them = freshness_of(many)

    assert one[many[0].pk] == all_of_them[many[0].pk]
    assert [f.newer for f in all_of_them.values()] == [0, 0, 0, 0]


def test_a_page_never_published_has_no_version_and_nothing_newer(module: ModulePage, editor: Any) -> None:
    draft = module.get_parent().add_child(instance=ModulePage(title="下書き", slug="draft", summary="…", live=False))

    found = freshness_of([draft])[draft.pk]

    assert (found.version, found.newer, found.drafts) == (None, 0, 0)
    assert gettext("Nothing has been frozen yet. Learners read a module once it is published.") in edit_form(
        draft, editor
    )


def test_a_new_module_has_a_form_before_it_has_a_version(module: ModulePage, admin_client: Client) -> None:
    address = reverse("wagtailadmin_pages:add", args=["privacy_training_cms", "modulepage", module.get_parent().pk])

    assert gettext("Nothing has been frozen yet. Learners read a module once it is published.") in words(
        admin_client.get(address)
    )
