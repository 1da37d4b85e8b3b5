"""The understanding check over HTTP: nothing of the key before the answer is stored, and nothing counted twice."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from tests.asking import question
from tests.building import campaign, later, module_version, read, right_answers, wrong_answers
from tests.cutting import everything
from tests.web.browsing import SLUG, Learner, Page, learner_in_training
from training.campaigns.models import Completion, Task
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.quiz.models import Attempt, Marking, SavedAnswer, Submission
from training.quiz.queries import questions_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def learner() -> Learner:
    """Somebody who has read the module to its end."""
    found = learner_in_training()
    read(found.task())
    return found


def explanations() -> list[str]:
    """Every explanation, and every piece of markup that would say which option is right."""
    texts = [
        text
        for content in QuestionVersion.objects.values_list("content", flat=True)
        for text in [content["explanation"], *(o["explanation"] for o in content["options"])]
    ]
    words = [text.replace("<p>", "").replace("</p>", "") for text in texts]
    assert len(set(words)) > 3
    return [*words, "correct", "explanation", "is-right", "教育・研修の実施"]


def multiple_paper(learner: Learner) -> tuple[Attempt, str]:
    """An open paper that holds the question with several right options, and that question's key."""
    for _ in range(50):
        attempt = learner.start()
        keys = [str(q.pk) for q in questions_of(attempt) if q.content["type"] == "multiple"]
        if keys:
            return attempt, keys[0]
        learner.hand_in(right=False)
    raise AssertionError("never drawn")


def test_the_paper_on_the_page_holds_neither_key_nor_explanation(learner: Learner):
    learner.start()
    response = learner.get("quiz")
    assert response.status_code == 200
    html = response.content.decode()
    for words in explanations():
        assert words not in html, words
    for question_shown in learner.attempt().drawn:
        assert question_shown in html


def test_no_page_before_the_answer_is_stored_holds_an_explanation(learner: Learner):
    learner.start()
    for page in ("mine", "module", "quiz"):
        html = learner.get(page).content.decode()
        for words in explanations()[:-4]:
            assert words not in html, page


def test_the_answers_of_autosave_and_refusals_hold_no_key(learner: Learner):
    attempt = learner.start()
    answers = wrong_answers(attempt)
    saved = learner.post("quiz_save", learner.paper(attempt, answers))
    incomplete = learner.post("quiz", learner.paper(attempt, {}, hand_in="1"))
    for response in (saved, incomplete):
        for words in explanations():
            assert words not in response.content.decode()


def test_the_order_of_options_says_nothing_of_the_key(learner: Learner):
    places = set()
    for _ in range(12):
        attempt = learner.start()
        html = learner.get("quiz").content.decode()
        for q in questions_of(attempt):
            options = sorted(q.content["options"], key=lambda o: html.index(f'value="{o["id"]}"'))
            places |= {n for n, o in enumerate(options) if o["correct"]}
        learner.hand_in(right=False)
    assert places == {0, 1, 2, 3}


def test_the_result_shows_every_explanation_and_quotes_the_clause(learner: Learner):
    attempt = learner.start()
    assert learner.hand_in(right=False)["Location"] == learner.url("result")
    html = learner.get("result").content.decode()
    for q in questions_of(attempt):
        assert q.content["explanation"] in html
        for option in q.content["options"]:
            assert option["explanation"] in html
    assert "従業員に対する定期的な教育・研修の実施" in html
    assert not learner.get("result").context["marking"].passed


def test_there_is_no_result_before_a_paper_is_handed_in(learner: Learner):
    assert learner.get("result").status_code == 404
    learner.start()
    assert learner.get("result").status_code == 404


def test_a_pass_completes_the_module_and_leads_on():
    learner = learner_in_training("article-1", "article-3")
    learner.pass_all("article-1")
    response = learner.get("result", "article-1")
    assert response.context["marking"].passed
    assert response.context["following"] == learner.task("article-3")
    assert learner.url("module", "article-3") in Page(response.content.decode()).links
    assert Completion.objects.get().task == learner.task("article-1")


def test_a_quiz_cannot_be_begun_unopened_or_half_read():
    learner = learner_in_training()
    assert learner.post("quiz_start", {"version": "x"}).status_code == 404
    learner.post("module")
    before = everything()
    assert learner.post("quiz_start", {"version": learner.task().version_id}).status_code == 409
    assert learner.post("quiz", {"version": learner.task().version_id, "attempt": "x"}).status_code == 409
    assert learner.get("quiz")["Location"] == learner.url("module")
    assert everything() == before


def test_another_version_is_409_everywhere_and_changes_nothing(learner: Learner):
    attempt = learner.start()
    newest = module_version(title="新しい題", now=later(days=1))
    filled = learner.paper(attempt, right_answers(attempt), hand_in="1")
    unnamed = {key: value for key, value in filled.items() if key != "version"}
    others = [filled | {"version": v} for v in ("", "x", "\x00", uuid.UUID(int=7), newest.pk)]
    before = everything()
    for name in ("quiz_start", "quiz", "quiz_save"):
        for data in (unnamed, *others):
            assert learner.post(name, data).status_code == 409, (name, data)
    assert everything() == before


def test_starting_again_in_another_tab_shows_the_same_paper(learner: Learner):
    learner.start()
    before = everything()
    learner.start()
    assert everything() == before


def test_a_double_click_on_hand_in_marks_once(learner: Learner):
    attempt = learner.start()
    filled = learner.paper(attempt, right_answers(attempt), hand_in="1")
    assert learner.post("quiz", filled)["Location"] == learner.url("result")
    before = everything()
    assert learner.post("quiz", filled)["Location"] == learner.url("result")
    worse = learner.paper(attempt, wrong_answers(attempt), hand_in="1")
    assert learner.post("quiz", worse)["Location"] == learner.url("result")
    assert everything() == before
    assert (Submission.objects.count(), Marking.objects.count()) == (1, 1)


def test_going_back_after_handing_in_leads_to_the_result(learner: Learner):
    attempt = learner.start()
    learner.hand_in()
    before = everything()
    assert learner.get("quiz")["Location"] == learner.url("result")
    late = learner.post("quiz_save", learner.paper(attempt, wrong_answers(attempt)))
    assert late.status_code == 409
    assert late.json()["saved"] is False
    assert learner.post("quiz_start", {"version": learner.task().version_id}).status_code == 409
    assert everything() == before


def test_an_old_paper_sent_again_while_a_new_one_is_open_changes_neither(learner: Learner):
    old = learner.start()
    learner.hand_in(right=False)
    new = learner.start()
    before = everything()
    stale = learner.paper(old, right_answers(old), hand_in="1")
    assert learner.post("quiz", stale).status_code == 302
    assert learner.post("quiz_save", stale).status_code == 409
    assert everything() == before
    assert learner.attempt() == new


def test_after_a_fail_one_tries_again_with_another_paper(learner: Learner):
    learner.start()
    learner.hand_in(right=False)
    assert Completion.objects.count() == 0
    learner.start()
    learner.hand_in()
    seeds = Attempt.objects.order_by("number").values_list("seed", flat=True)
    assert len(set(seeds)) == 2
    assert all(len(seed) == 32 for seed in seeds)
    assert Completion.objects.count() == 1


def test_a_question_left_out_is_said_and_the_other_answers_are_kept(learner: Learner):
    attempt = learner.start()
    answers = right_answers(attempt)
    del answers[attempt.drawn[0]]
    response = learner.post("quiz", learner.paper(attempt, answers, hand_in="1"))
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert not Submission.objects.exists()
    page = Page(learner.get("quiz").content.decode())
    assert page.fields["attempt"] == str(attempt.pk)
    assert learner.get("quiz").context["answered"] == 2


def test_answers_saved_for_later_are_there_on_another_device(learner: Learner):
    attempt = learner.start()
    response = learner.post("quiz", learner.paper(attempt, right_answers(attempt), later="1"))
    assert response["Location"] == "/my/"
    assert not Submission.objects.exists()
    tablet = Client()
    tablet.force_login(learner.user)
    shown = tablet.get(learner.url("quiz"))
    assert shown.context["answered"] == 3
    chosen = {o for options in right_answers(attempt).values() for o in options}
    html = shown.content.decode()
    assert html.count("checked") == len(chosen)


def test_autosave_keeps_what_is_chosen_and_says_so(learner: Learner):
    attempt = learner.start()
    first = attempt.drawn[0]
    answers = right_answers(attempt)
    response = learner.post("quiz_save", learner.paper(attempt, {first: answers[first]}))
    assert (response.status_code, response.json()) == (200, {"saved": True})
    kept = SavedAnswer.objects.get(question_version=first)
    assert kept.response == sorted(answers[first])


def test_autosave_of_another_paper_is_409(learner: Learner):
    opened = learner.start()
    before = everything()
    for attempt in ("", "x", "\x00", uuid.UUID(int=9)):
        response = learner.post("quiz_save", learner.paper(opened, right_answers(opened)) | {"attempt": attempt})
        assert (response.status_code, response.json()["saved"]) == (409, False), attempt
    assert everything() == before


def test_autosave_without_an_open_paper_is_409(learner: Learner):
    response = learner.post("quiz_save", {"version": learner.task().version_id, "attempt": "x"})
    assert (response.status_code, response.json()["saved"]) == (409, False)


def test_an_option_of_another_question_is_refused_and_nothing_is_kept(learner: Learner):
    attempt = learner.start()
    answers = right_answers(attempt)
    first, second, _ = attempt.drawn
    forged = answers | {first: answers[second]}
    before = everything()
    saved = learner.post("quiz_save", learner.paper(attempt, forged))
    assert (saved.status_code, saved.json()["saved"]) == (400, False)
    assert learner.post("quiz", learner.paper(attempt, forged, hand_in="1")).status_code in {200, 400}
    assert everything() == before


def test_two_options_for_a_question_of_one_are_refused(learner: Learner):
    attempt = learner.start()
    single = next(q for q in questions_of(attempt) if q.content["type"] == "single")
    both = [o["id"] for o in single.content["options"][:2]]
    learner.post("quiz", learner.paper(attempt, right_answers(attempt) | {str(single.pk): both}, hand_in="1"))
    marking = Marking.objects.first()
    # A browser's form with two values of one radio button means its last: never both.
    assert marking is None or marking.points[str(single.pk)] == 0


def test_answers_to_questions_not_on_the_paper_are_not_kept(learner: Learner):
    attempt = learner.start()
    version = learner.task().version
    assert version is not None
    off = next(
        str(r.question_version_id) for r in version.pool.all() if str(r.question_version_id) not in attempt.drawn
    )
    option = QuestionVersion.objects.get(pk=off).content["options"][0]["id"]
    learner.post("quiz_save", learner.paper(attempt, {off: [option]}))
    assert not SavedAnswer.objects.filter(question_version=off).exists()


def test_taking_back_every_tick_before_handing_in_leaves_the_question_unanswered(learner: Learner):
    attempt, key = multiple_paper(learner)
    answers = right_answers(attempt)
    learner.post("quiz_save", learner.paper(attempt, answers))
    unticked = {k: v for k, v in answers.items() if k != key}
    learner.post("quiz", learner.paper(attempt, unticked, hand_in="1"))
    assert not Submission.objects.filter(attempt=attempt).exists()


def test_taking_back_every_tick_is_remembered_by_autosave(learner: Learner):
    attempt, key = multiple_paper(learner)
    learner.post("quiz_save", learner.paper(attempt, right_answers(attempt)))
    learner.post("quiz_save", learner.paper(attempt, {}))
    kept = SavedAnswer.objects.filter(question_version=key).first()
    assert kept is None or kept.response == []


def test_several_right_options_are_handed_in_by_the_form(learner: Learner):
    attempt, _ = multiple_paper(learner)
    learner.hand_in()
    assert Marking.objects.get(submission__attempt=attempt).passed


def test_the_server_marks_by_its_own_pass_mark_whatever_the_form_says(learner: Learner):
    attempt = learner.start()
    forged = learner.paper(attempt, wrong_answers(attempt), hand_in="1", passed="1", score="3", pass_mark="0")
    learner.post("quiz", forged)
    assert not Marking.objects.get().passed
    assert not Completion.objects.exists()


def test_the_options_texts_are_shown_as_text_and_never_as_markup():
    learner = Learner()
    nasty = question(SLUG, 1)
    hostile = replace(nasty, options=tuple(replace(o, text=f"<b onclick=x>{o.text}</b>") for o in nasty.options))
    campaign(snapshots={SLUG: {"questions": (hostile,), "blueprint": Blueprint(draw=1, pass_mark=100)}})
    learner.read()
    learner.start()
    for page in ("quiz", "result"):
        if page == "result":
            learner.hand_in()
        html = learner.get(page).content.decode()
        assert "<b onclick" not in html
        assert "&lt;b onclick" in html


def test_the_version_is_fixed_by_the_first_paper_and_used_to_the_end(learner: Learner, clock: Any):
    learner.start()
    fixed = Task.objects.get()
    assert fixed.fixed_at is not None
    module_version(title="新しい題", now=later(days=1))
    clock.move(days=2)
    learner.hand_in(right=False)
    learner.start()
    learner.hand_in()
    assert set(Attempt.objects.values_list("module_version", flat=True)) == {fixed.version_id}
    assert Completion.objects.get().module_version_id == fixed.version_id
