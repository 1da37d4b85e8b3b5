"""The listing of questions: found by what they are, say how they are used, and as fast among 5,000 as among five."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from cms.load_content import Loaded
from cms.pages import ModulePage, ModuleQuestion
from cms.question_actions import retire
from cms.questions import Question
from cms.usage import usage_of
from tests import building
from tests.cms.conftest import module_text, signed_in
from tests.cms.types import KINDS, every_type

LISTING = reverse(Question.snippet_viewset.get_url_name("list"))


def listed(client: Client, **query: Any) -> set[str]:
    """The labels of the questions that the listing shows."""
    table = client.get(LISTING, query).context["object_list"]
    return {question.label for question in table}


def test_questions_are_filtered_by_what_they_are(load: Callable[..., Loaded], editor: Any) -> None:
    load({"types.yaml": every_type(), "other.yaml": module_text("other", 2)})
    client = signed_in(editor)
    types, others = {"of-single", *KINDS}, {"other-1", "other-2"}

    assert listed(client) == types | others
    for label, kind in KINDS.items():
        assert label in listed(client, type=kind)
        assert len(listed(client, type=kind)) == 1
    assert listed(client, difficulty=3) == {"of-match"}
    assert listed(client, language="ja") == types | others
    Question.objects.filter(label="other-2").update(language="en")
    assert listed(client, language="ja") == types | {"other-1"}
    assert listed(client, modules__page=ModulePage.objects.get(slug="other").pk) == others
    assert listed(client, topics="a") == {"of-match"}
    assert listed(client, clause="3.3", type="numeric") == {"of-num"}
    assert listed(client, use="no_module") == set()
    Question.objects.create(label="alone", stem="<p>…</p>", live=False)
    assert listed(client, use="no_module") == {"alone"}
    assert listed(client, live="false") == {"alone"}


def test_a_question_in_two_modules_is_listed_once(load: Callable[..., Loaded], module: ModulePage, editor: Any) -> None:
    load({"other.yaml": module_text("other", 2)})
    question = Question.objects.get(label="lesson-1")
    other = ModulePage.objects.get(slug="other")
    ModuleQuestion.objects.create(page=other, question=question, sort_order=9)

    shown = [q.label for q in signed_in(editor).get(LISTING).context["object_list"]]

    assert shown.count("lesson-1") == 1
    assert len(usage_of([question])[question.pk].modules) == 2


def test_the_listing_says_where_a_question_is_used_and_how_often_answered(module: ModulePage, officer: Any) -> None:
    question = Question.objects.get(label="lesson-1")
    answered = building.year().assignment.tasks.get().attempts.get().submission.answers.first().question_version
    question.key = answered.question
    question.save()

    assert usage_of([question])[question.pk].answers == 1
    page = signed_in(officer).get(LISTING).content.decode()
    modules = ngettext("Used in %(n)d module", "Used in %(n)d modules", 1) % {"n": 1}
    answers = ngettext("%(n)d answer", "%(n)d answers", 1) % {"n": 1}
    assert f"{modules} / {answers}" in page
    assert listed(signed_in(officer), use="never_answered") == {"lesson-2", "lesson-3"}
    form = signed_in(officer).get(reverse(Question.snippet_viewset.get_url_name("edit"), args=[question.pk]))
    assert module.title in form.content.decode()


def test_a_retired_question_is_found_by_that_and_not_offered_any_more(module: ModulePage, officer: Any) -> None:
    question = Question.objects.get(label="lesson-2")
    retire(questions=[question], user=officer, today=timezone.localdate())
    client = signed_in(officer)

    assert listed(client, retired="true") == {"lesson-2"}
    assert listed(client, retired="false") == {"lesson-1", "lesson-3"}
    assert (
        "lesson-2"
        not in client.get(
            reverse(Question.snippet_viewset.chooser_viewset.get_url_name("choose_results"))
        ).content.decode()
    )
    assert gettext("retired on %(day)s").split("%")[0] in client.get(LISTING).content.decode()


@pytest.fixture
def thousands(module: ModulePage) -> None:
    """5,000 questions and more."""
    Question.objects.bulk_create(
        Question(
            key=uuid.uuid4(),
            label=f"q{number:04}",
            stem=f"<p>場面{number}。どうしますか。</p>",
            clause="3.3",
            topics="c",
            difficulty=number % 3 + 1,
            type="ordering" if number % 7 == 0 else "single",
            live=number % 2 == 0,
        )
        for number in range(5000)
    )


def cost(client: Client, **query: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(LISTING, query).status_code == 200
    return len(queries)


def test_the_listing_asks_as_often_for_five_thousand_as_for_three(thousands: None, editor: Any) -> None:
    client = signed_in(editor)
    cost(client)  # what Wagtail keeps in memory from then on

    few = cost(client, q="設問lesson")
    many = cost(client, p=3)

    assert many <= few + 1
    assert many <= 22
    assert cost(client, type="ordering", difficulty=2, clause="3.3", topics="c", live="true", q="場面") <= 22
    assert cost(client, use="never_answered") <= 22
    assert cost(client, use="no_module", language="ja", retired="false") <= 22


def test_no_page_of_the_listing_reads_all_questions(thousands: None, editor: Any) -> None:
    client = signed_in(editor)
    with CaptureQueriesContext(connection) as queries:
        client.get(LISTING, {"p": 50})

    reading = [q["sql"] for q in queries if '"stem"' in q["sql"] and "COUNT(" not in q["sql"]]
    assert reading
    assert all("LIMIT 50" in sql for sql in reading)
