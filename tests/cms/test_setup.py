"""The site as it must stand before anybody writes, on a new site and on one in use; and what each role may do there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.models import (
    Collection,
    GroupPagePermission,
    Locale,
    Page,
    Site,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
)

from cms.pages import ModuleIndexPage, ModulePage
from cms.policy_page import PolicyPage
from cms.questions import Question
from cms.roles import WORKFLOW, ensure_roles
from cms.setup import ensure_site
from tests.building import account
from tests.cms.conftest import module_text, signed_in
from training.roles import Role

pytestmark = pytest.mark.django_db


def state() -> dict[str, Any]:
    """Everything that making the site writes."""
    return {
        "pages": list(Page.objects.order_by("path").values_list("depth", "slug")),
        "sites": list(Site.objects.values_list("hostname", "root_page__slug", "site_name")),
        "permissions": sorted(
            GroupPagePermission.objects.values_list("group__name", "permission__codename", "page__slug")
        ),
        "groups": sorted(Group.objects.values_list("name", "permissions__codename")),
        "workflows": list(Workflow.objects.values_list("name", "workflow_tasks__task__name")),
        "workflow pages": list(WorkflowPage.objects.values_list("page__slug", "workflow__name")),
        "workflow types": list(WorkflowContentType.objects.values_list("content_type__model", "workflow__name")),
        "locales": list(Locale.objects.values_list("language_code", flat=True)),
        "collections": Collection.objects.count(),
    }


def test_a_new_site_gets_the_index_in_place_of_wagtails_welcome() -> None:
    ensure_site()

    found = state()
    assert found["pages"] == [(1, "root"), (2, "modules")]
    assert found["sites"] == [("localhost", "modules", "個人情報保護研修")]
    assert found["locales"] == ["ja"]
    assert {name for name, _ in found["groups"]} == {role.group_name for role in Role}
    assert found["workflows"] == [(WORKFLOW, WORKFLOW)]
    assert found["workflow pages"] == [("modules", WORKFLOW)]
    assert found["workflow types"] == [("question", WORKFLOW)]


def test_making_the_site_twice_changes_nothing() -> None:
    first = ensure_site()
    before = state()

    assert ensure_site() == first
    assert state() == before


def test_a_site_in_use_keeps_its_pages_groups_and_workflow() -> None:
    home = Page.objects.get(slug="home")
    home.save_revision()
    before = state()

    ensure_site()

    found = state()
    assert found["sites"] == before["sites"]
    assert set(before["pages"]) < set(found["pages"])
    assert {name for name, _ in before["groups"]} < {name for name, _ in found["groups"]}
    assert set(before["workflows"]) < set(found["workflows"])


def test_an_emptied_database_is_made_whole_again() -> None:
    ensure_site()
    before = state()
    Site.objects.all().delete()
    for page in Page.objects.filter(depth=1):
        page.delete()
    Locale.objects.all().delete()
    Collection.objects.all().delete()
    Group.objects.all().delete()
    Workflow.objects.all().delete()

    ensure_site()

    assert state() == before


def test_permissions_are_exactly_those_of_the_matrix() -> None:
    index = ensure_site()

    found = state()
    editor, officer = Role.EDITOR.group_name, Role.PRIVACY_OFFICER.group_name
    pages = {(editor, "add_page"), (editor, "change_page")}
    pages |= {(officer, f"{action}_page") for action in ("change", "publish", "lock", "unlock")}
    assert {(group, code) for group, code, _ in found["permissions"]} == pages
    assert {slug for _, _, slug in found["permissions"]} == {index.slug}
    own = {(group, code) for group, code in found["groups"] if code and "question" in code}
    assert own == {(editor, f"{action}_question") for action in ("view", "add", "change")} | {
        (officer, f"{action}_question") for action in ("view", "change", "publish", "lock", "unlock")
    }
    in_admin = {group for group, code in found["groups"] if code == "access_admin"}
    assert in_admin == {Role.HR.group_name, editor, officer}


def test_a_permission_that_a_company_adds_stays() -> None:
    index = ensure_site()
    group = Group.objects.get(name=Role.EDITOR.group_name)
    extra = GroupPagePermission.objects.create(group=group, page=index, permission_type="lock")

    ensure_roles(modules=index)

    assert GroupPagePermission.objects.filter(pk=extra.pk).exists()


@pytest.mark.parametrize(
    ("role", "admin", "edits"),
    [
        (Role.HR, True, False),
        (Role.EDITOR, True, True),
        (Role.PRIVACY_OFFICER, True, True),
        (Role.AUDITOR, False, False),
    ],
)
def test_each_role_gets_as_far_as_it_should(module: ModulePage, role: Role, admin: bool, edits: bool) -> None:
    browser = signed_in(account("somebody", role))

    assert (browser.get(reverse("wagtailadmin_home")).status_code == 200) is admin
    assert (browser.get(reverse("wagtailadmin_pages:edit", args=[module.pk])).status_code == 200) is edits
    question = reverse(Question.snippet_viewset.get_url_name("edit"), args=[Question.objects.first().pk])
    assert (browser.get(question).status_code == 200) is edits


def test_only_modules_and_the_policy_stand_under_the_one_index() -> None:
    index = ensure_site()

    assert ModuleIndexPage.allowed_subpage_models() == [ModulePage, PolicyPage]
    assert ModulePage.allowed_parent_page_models() == [ModuleIndexPage]
    assert PolicyPage.allowed_parent_page_models() == [ModuleIndexPage]
    assert not ModuleIndexPage.can_create_at(index.get_parent())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("run", [1, 2], ids=["once", "and after everything was flushed"])
def test_lessons_can_be_published_on_a_database_that_tests_have_emptied(run: int, load: Any) -> None:
    load({"lesson.yaml": module_text()})

    assert ModulePage.objects.get().latest_version().number == 1
