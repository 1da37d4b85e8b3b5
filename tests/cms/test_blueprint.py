"""A module's blueprint in its form: all of it is frozen, and what cannot be is said where the editor can mend it."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from cms.pages import USUAL_ROTATION, ModulePage, ModuleQuestion
from tests.cms.conftest import signed_in
from tests.cms.posting import form_of
from training.catalogue.models import ModuleVersion


def post(page: ModulePage, user: Any, **changes: Any) -> HttpResponse:
    page.refresh_from_db()
    data = form_of(page.get_latest_revision_as_object(), user=user, **changes)
    return signed_in(user).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data, follow=True)


def pools(*rows: tuple[str, str]) -> dict[str, str]:
    """Pools as a browser sends them."""
    data = {"pools-count": str(len(rows))}
    for place, (name, draw) in enumerate(rows):
        at = f"pools-{place}"
        data |= {f"{at}-type": "pool", f"{at}-id": "", f"{at}-order": str(place), f"{at}-deleted": ""}
        data |= {f"{at}-value-name": name, f"{at}-value-draw": draw}
    return data


def said_of_pools(response: HttpResponse) -> list[str]:
    """What is said above the pools."""
    (error,) = response.context["form"].errors.as_data()["pools"]
    return [str(message) for one in error.non_block_errors.as_data() for message in one.messages]


def clause(ref: str) -> dict[str, str]:
    at = "each_clause-0"
    return {
        "each_clause-count": "1",
        f"{at}-type": "clause",
        f"{at}-id": "",
        f"{at}-order": "0",
        f"{at}-deleted": "",
        f"{at}-value": ref,
    }


def test_everything_in_the_form_is_frozen(module: ModulePage, officer: Any) -> None:
    changes = {
        **pools(("main", "1"), ("事例", "1")),
        **clause("3.3"),
        "pool-2-pool_name": "事例",
        "attempts": "3",
        "cool_down_minutes": "60",
        "time_limit_minutes": "15",
        "shuffle": None,
        "review": "result",
        "rotation": "100",
    }
    post(module, officer, **changes, **{"action-publish": "yes"})

    frozen = module.latest_version().content
    assert module.latest_version().number == 2
    assert frozen["blueprint"] == {
        "draw": 2,
        "pass_mark": 50,
        "pools": [{"name": "main", "draw": 1}, {"name": "事例", "draw": 1}],
        "each_clause": ["3.3"],
        "attempts": 3,
        "cool_down_minutes": 60,
        "time_limit_minutes": 15,
        "shuffle": False,
        "review": "result",
        "rotation": 100,
    }
    assert frozen["pools"] == ["main", "main", "事例"]


@pytest.mark.parametrize("action", [{}, {"action-publish": "yes"}])
def test_pools_that_contradict_the_paper_are_said_beside_the_field_draft_or_not(
    module: ModulePage, officer: Any, action: dict[str, str]
) -> None:
    response = post(module, officer, **pools(("main", "2"), ("事例", "3")), **action)

    text = gettext("The pools give %(sum)d questions, but a paper has %(draw)d. Make the two the same.")
    assert said_of_pools(response) == [text % {"sum": 5, "draw": 2}]
    assert module.revisions.count() == 1


def test_a_pool_named_twice_is_said(module: ModulePage, officer: Any) -> None:
    response = post(module, officer, **pools(("事例", "1"), (" 事例 ", "1")))

    text = gettext("The pool “%(name)s” is there twice. Make one of the two.") % {"name": "事例"}
    assert said_of_pools(response) == [text]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        (pools(("main", "1"), ("事例", "1")), "プール「事例」から1問出題しますが、公開済みの設問は0問です"),
        ({"pool-0-pool_name": "迷子"}, "プール「迷子」の設問がありますが、出題の設定にそのプールがありません。"),
        ({"rotation": "50"}, "前年と同じ設問を50%（1問）までにするには"),
        (clause("3.4"), "条項「3.4」を必ず出題する設定ですが、その設問がありません。"),
    ],
)
def test_what_the_questions_cannot_satisfy_is_drafted_and_refused_at_publishing(
    module: ModulePage, officer: Any, changes: dict[str, str], fault: str
) -> None:
    if "rotation" in changes:
        changes = {**changes, "draw": "3"}
        fault = "前年と同じ設問を50%（2問）までにするには"
    post(module, officer, **changes)
    module.refresh_from_db()
    assert module.has_unpublished_changes

    response = post(module, officer, **{"action-publish": "yes"})

    assert fault in response.content.decode()
    assert ModuleVersion.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"rotation": "101"},
        {"attempts": "0"},
        {"time_limit_minutes": "0"},
        {"cool_down_minutes": "-1"},
        {"review": "everything"},
        {"pass_mark": "0"},
    ],
)
def test_figures_out_of_range_are_refused(module: ModulePage, officer: Any, changes: dict[str, str]) -> None:
    post(module, officer, **changes)

    assert module.revisions.count() == 1


def test_a_new_module_begins_with_half_and_an_old_one_keeps_what_it_has(module: ModulePage, officer: Any) -> None:
    assert ModulePage().rotation == USUAL_ROTATION == 50
    assert module.rotation == 100
    # A revision from before there was a rotation.
    revision = module.get_latest_revision()
    del revision.content["rotation"]
    revision.save()

    assert module.get_latest_revision_as_object().rotation == 100
    revision.publish()
    assert ModuleVersion.objects.count() == 1
    assert ModulePage.objects.get(pk=module.pk).rotation == 100


def test_the_main_pool_may_be_written_or_left_out(module: ModulePage, officer: Any) -> None:
    ModuleQuestion.objects.filter(page=module).update(pool_name="main")
    page = ModulePage.objects.get(pk=module.pk)

    page.save_revision().publish()

    assert ModuleVersion.objects.count() == 1
