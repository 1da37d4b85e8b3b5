"""Many questions at once: tags into drafts, moves between pools, out of use and back. Nothing public by accident."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.transaction import TransactionManagementError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from cms.load_content import Loaded
from cms.pages import ModulePage
from cms.question_actions import Tags, move, retire, reuse, tag
from cms.questions import Question
from tests import building, cutting
from tests.cms.conftest import module_text, signed_in
from training.catalogue.models import ModuleVersion
from training.errors import Invalid
from training.roles import Role


@pytest.fixture
def other(load: Callable[..., Loaded], module: ModulePage) -> ModulePage:
    """A second module, with two questions of its own."""
    load({"other.yaml": module_text("other", 2)})
    return ModulePage.objects.get(slug="other")


def act(client: Client, action: str, ids: list[Any], data: dict[str, Any] | None, **query: Any) -> HttpResponse:
    address = reverse("wagtail_bulk_action", args=["privacy_training_cms", "question", action])
    back = reverse(Question.snippet_viewset.get_url_name("list"))
    query = {"id": ids, "next": back, **query}
    where = client.get(address, query).request
    path = f"{where['PATH_INFO']}?{where['QUERY_STRING']}"
    return client.get(path) if data is None else client.post(path, data, follow=True)


def get(label: str) -> Question:
    return Question.objects.get(label=label)


def newest(label: str) -> Question:
    return get(label).get_latest_revision_as_object()


def pool(page: ModulePage) -> list[tuple[str, str]]:
    draft = ModulePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    rows = sorted(draft.pool.all(), key=lambda row: row.sort_order or 0)
    return [(row.question.label, row.pool_name) for row in rows]


def test_tags_go_into_drafts_and_leave_what_is_public(module: ModulePage, editor: Any) -> None:
    ids = [get("lesson-1").pk, get("lesson-2").pk]
    act(signed_in(editor), "tag", ids, {"add_topics": ["a", "d"], "clause": "3.4", "difficulty": "3"})

    for label in ("lesson-1", "lesson-2"):
        draft = newest(label)
        assert (draft.topics, draft.clause, draft.difficulty) == ("acd", "3.4", 3)
        assert (get(label).topics, get(label).clause, get(label).difficulty) == ("c", "3.3", 2)
        assert get(label).has_unpublished_changes
    assert newest("lesson-3").difficulty == 2


def test_who_may_publish_can_publish_the_tags_at_once(module: ModulePage, officer: Any) -> None:
    waiting = get("lesson-2")
    draft = waiting.get_latest_revision_as_object()
    draft.stem = "<p>まだ承認されていない文</p>"
    draft.save_revision()
    ids = [get("lesson-1").pk, waiting.pk]

    act(signed_in(officer), "tag", ids, {"difficulty": "1", "publish": "on"})

    assert get("lesson-1").difficulty == 1
    assert get("lesson-2").difficulty == 2
    assert newest("lesson-2").difficulty == 1
    assert "まだ承認されていない文" not in get("lesson-2").stem
    assert ModuleVersion.objects.count() == 1


def test_an_editor_is_not_asked_and_cannot_publish_by_tagging(module: ModulePage, editor: Any) -> None:
    client = signed_in(editor)
    assert 'name="publish"' not in act(client, "tag", [get("lesson-1").pk], None).content.decode()

    act(client, "tag", [get("lesson-1").pk], {"difficulty": "1", "publish": "on"})

    assert get("lesson-1").difficulty == 2


def test_tags_that_cannot_be_published_are_named_and_change_nothing(module: ModulePage, officer: Any) -> None:
    done = tag(questions=[get("lesson-1")], tags=Tags(remove_topics="c"), publish=True, user=officer)

    assert done.changed == []
    assert "認識事項（a–d）がありません" in done.refused[0][1][0]
    assert newest("lesson-1").topics == "c"


def test_the_second_clause_cannot_become_the_first(module: ModulePage, editor: Any) -> None:
    response = act(signed_in(editor), "tag", [get("lesson-1").pk], {"second_clause": "3.3"})

    assert gettext("Choose another clause than the first, or none.") in response.content.decode()
    assert newest("lesson-1").second_clause == ""


def test_nothing_chosen_is_refused_and_so_is_a_contradiction(module: ModulePage, editor: Any) -> None:
    client, ids = signed_in(editor), [get("lesson-1").pk]

    assert gettext("Choose what to change.") in act(client, "tag", ids, {}).content.decode()
    both = act(client, "tag", ids, {"add_topics": ["a"], "remove_topics": ["a"]})
    assert gettext("A topic cannot be added and taken away at once.") in both.content.decode()
    assert get("lesson-1").revisions.count() == 1


def test_the_same_tags_twice_make_one_draft(module: ModulePage, editor: Any) -> None:
    for _time in range(2):
        act(signed_in(editor), "tag", [get("lesson-1").pk], {"difficulty": "3"})

    assert get("lesson-1").revisions.count() == 2


def test_a_locked_question_stays_and_is_named(module: ModulePage, editor: Any, officer: Any) -> None:
    Question.objects.filter(label="lesson-1").update(locked=True, locked_by=officer, locked_at=timezone.now())
    client, ids = signed_in(editor), [get("lesson-1").pk, get("lesson-2").pk]

    asked = act(client, "tag", ids, None).content.decode()
    act(client, "tag", ids, {"difficulty": "3"})

    assert gettext("These stay as they are: they are locked, or you may not change them.") in asked
    assert [newest(label).difficulty for label in ("lesson-1", "lesson-2")] == [2, 3]


def test_all_of_a_filtered_listing_are_those_that_the_filter_finds(other: ModulePage, editor: Any) -> None:
    act(signed_in(editor), "tag", ["all"], {"difficulty": "3"}, modules__page=other.pk)
    assert {q.label for q in Question.objects.all() if newest(q.label).difficulty == 3} == {"other-1", "other-2"}

    act(signed_in(editor), "tag", ["all"], {"difficulty": "1"}, q="lesson-2の場面")
    assert {q.label for q in Question.objects.all() if newest(q.label).difficulty == 1} == {"lesson-2"}


def test_questions_move_between_the_drafts_of_pools(module: ModulePage, other: ModulePage, editor: Any) -> None:
    ids = [get("lesson-1").pk, get("lesson-3").pk]
    act(signed_in(editor), "move", ids, {"source": module.pk, "target": other.pk, "pool": "事例"})

    assert pool(module) == [("lesson-2", "")]
    assert pool(other) == [("other-1", ""), ("other-2", ""), ("lesson-1", "事例"), ("lesson-3", "事例")]
    assert (module.pool.count(), other.pool.count()) == (3, 2)
    assert ModuleVersion.objects.count() == 2


def test_a_question_can_be_put_into_a_second_module_and_change_its_pool(
    module: ModulePage, other: ModulePage, editor: Any
) -> None:
    for name in ("甲", "乙"):
        move(questions=[get("lesson-1")], source=None, target=other, pool=name, user=editor)

    assert pool(module)[0] == ("lesson-1", "")
    assert pool(other)[2:] == [("lesson-1", "乙")]


def test_what_was_moved_is_asked_there_once_both_are_published(
    module: ModulePage, other: ModulePage, officer: Any
) -> None:
    move(questions=[get("lesson-1")], source=module, target=other, pool="", user=officer)
    for page in (module, other):
        ModulePage.objects.get(pk=page.pk).get_latest_revision().publish()

    counts = {v.module.slug: v.pool.count() for v in ModuleVersion.objects.filter(number=2)}
    assert counts == {"lesson": 2, "other": 3}


def test_a_move_into_another_language_or_a_locked_module_moves_nothing(
    module: ModulePage, other: ModulePage, editor: Any, officer: Any
) -> None:
    foreign = Question.objects.create(label="en", language="en", stem="<p>…</p>", live=False)
    with pytest.raises(Invalid):
        move(questions=[get("lesson-1"), foreign], source=module, target=other, pool="", user=editor)
    ModulePage.objects.filter(pk=other.pk).update(locked=True, locked_by=officer, locked_at=timezone.now())
    with pytest.raises(Invalid):
        move(
            questions=[get("lesson-1")],
            source=module,
            target=ModulePage.objects.get(pk=other.pk),
            pool="",
            user=editor,
        )

    assert len(pool(module)) == 3
    assert len(pool(other)) == 2


def test_a_move_is_whole_or_not_at_all(module: ModulePage, other: ModulePage, editor: Any) -> None:
    before = pool(module), pool(other)
    for at in range(1, 60):
        try:
            with cutting.cut_off(at):
                pages = [ModulePage.objects.get(pk=page.pk) for page in (module, other)]
                move(questions=[get("lesson-1")], source=pages[0], target=pages[1], pool="", user=editor)
        except (cutting.Cut, TransactionManagementError):  # the latter where a task of Wagtail ran into the cut
            assert (pool(module), pool(other)) == before, at
        else:
            break
    assert at > 2
    assert (len(pool(module)), len(pool(other))) == (2, 3)


def test_a_retired_question_is_asked_no_more_and_keeps_its_past(module: ModulePage, officer: Any) -> None:
    act(signed_in(officer), "retire", [get("lesson-1").pk], {})

    question = get("lesson-1")
    assert (question.live, question.retired_on) == (False, timezone.localdate())
    assert module.latest_version().pool.count() == 3
    module.save_revision().publish()
    assert module.latest_version().pool.count() == 2
    with pytest.raises(Invalid):
        question.get_latest_revision().publish()


def test_a_question_taken_back_can_be_published_again(module: ModulePage, officer: Any) -> None:
    question = get("lesson-1")
    retire(questions=[question], user=officer, today=timezone.localdate())

    assert reuse(questions=[get("lesson-1")], user=officer) == [question]
    assert not get("lesson-1").live
    get("lesson-1").get_latest_revision().publish()
    assert get("lesson-1").live


def test_retiring_twice_keeps_the_first_day(module: ModulePage, officer: Any) -> None:
    first, later = building.NOW.date(), building.later(days=9).date()
    retire(questions=[get("lesson-1")], user=officer, today=first)

    assert retire(questions=[get("lesson-1")], user=officer, today=later) == []
    assert get("lesson-1").retired_on == first


def test_an_old_revision_does_not_bring_a_retired_question_back(module: ModulePage, officer: Any) -> None:
    old = get("lesson-1").get_latest_revision()
    retire(questions=[get("lesson-1")], user=officer, today=timezone.localdate())

    assert old.as_object().retired_on == timezone.localdate()


@pytest.mark.parametrize("action", ["retire", "reuse"])
def test_only_who_may_publish_retires(module: ModulePage, editor: Any, action: str) -> None:
    response = act(signed_in(editor), action, [get("lesson-1").pk], None)
    act(signed_in(editor), action, [get("lesson-1").pk], {})

    assert gettext("These stay as they are: they are locked, or you may not change them.") in response.content.decode()
    assert get("lesson-1").live


@pytest.mark.parametrize("action", ["tag", "move", "retire", "reuse"])
def test_hr_may_do_none_of_it(module: ModulePage, other: ModulePage, action: str) -> None:
    client = signed_in(building.account("hr", Role.HR))
    before = pool(module), pool(other)

    act(client, action, [get("lesson-1").pk], {"difficulty": "3", "source": module.pk, "target": other.pk})

    assert (pool(module), pool(other)) == before
    assert get("lesson-1").live
    assert newest("lesson-1").difficulty == 2


def test_the_history_says_who_retired(module: ModulePage, officer: Any) -> None:
    retire(questions=[get("lesson-1")], user=officer, today=timezone.localdate())

    history = reverse(Question.snippet_viewset.get_url_name("history"), args=[get("lesson-1").pk])
    assert gettext("Retired") in signed_in(officer).get(history).content.decode()
