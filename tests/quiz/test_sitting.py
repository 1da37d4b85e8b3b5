"""A paper is drawn once, answered, handed in once and marked; what does not belong to it changes nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.asking import question
from tests.building import (
    NOW,
    assignment_of,
    campaign,
    later,
    module_version,
    person,
    read,
    right_answers,
    sit,
    wrong_answers,
)
from tests.cutting import everything, writes_whole_or_not_at_all
from training.campaigns.models import Campaign, Completion, Tally, Task
from training.campaigns.progress import open_task, reach_section
from training.catalogue.blueprint import Blueprint
from training.errors import Conflict, Invalid, NotReady
from training.ledger.models import Disclosure, Entry
from training.quiz.models import Answer, Attempt, Marking, SavedAnswer, Submission
from training.quiz.queries import (
    last_marking,
    last_submitted,
    open_attempt,
    paper_of,
    questions_of,
    review_of,
)
from training.quiz.sitting import save_answers, start, submit

pytestmark = pytest.mark.django_db


@pytest.fixture
def task() -> Task:
    """A module read to its end."""
    employment = person()
    campaign()
    return read(assignment_of(employment).tasks.get())


def paper(task: Task, seed: str = "seed") -> Attempt:
    return start(task=task, version=task.version_id or "", seed=seed, now=NOW)


def hand_in(attempt: Attempt, responses: Any, version: Any = None) -> Submission:
    return submit(attempt=attempt, version=version or attempt.module_version_id, responses=responses, now=NOW)


def key_of_multiple(attempt: Attempt) -> str:
    return next(str(q.pk) for q in questions_of(attempt) if q.content["type"] == "multiple")


def paper_with_multiple(task: Task) -> Attempt:
    """A paper on which the question with several right options stands."""
    for n in range(50):
        attempt = paper(task, f"seed-{n}")
        if any(q.content["type"] == "multiple" for q in questions_of(attempt)):
            return attempt
        hand_in(attempt, wrong_answers(attempt))
    raise AssertionError("never drawn")


def test_a_paper_follows_from_its_seed_and_fixes_the_version(task: Task):
    attempt = paper(task)
    assert (attempt.number, len(attempt.drawn), len(set(attempt.drawn))) == (1, 3, 3)
    assert Task.objects.get(pk=task.pk).fixed_at == NOW
    assert [q.number for q in paper_of(attempt)] == [1, 2, 3]


def test_starting_again_comes_back_to_the_open_paper(task: Task):
    first = paper(task)
    before = everything()
    assert paper(task, "another seed") == first
    assert everything() == before


@pytest.mark.parametrize("reached", [0, 1])
def test_no_paper_before_every_section_was_reached(reached: int):
    employment = person()
    campaign()
    task = open_task(task=assignment_of(employment).tasks.get(), language="ja", now=NOW)
    for position in range(1, reached + 1):
        reach_section(task=task, version=task.version_id or "", position=position, now=NOW)
    before = everything()
    with pytest.raises(NotReady):
        paper(task)
    assert everything() == before


def test_no_paper_for_a_module_never_opened():
    employment = person()
    campaign()
    task = assignment_of(employment).tasks.get()
    for version in ("", "None", str(module_version().pk)):
        with pytest.raises(Conflict):
            start(task=task, version=version, seed="s", now=NOW)
    assert not Attempt.objects.exists()


def test_no_paper_and_no_mark_in_another_version(task: Task):
    newest = module_version(title="新しい題", now=later(days=1))
    with pytest.raises(Conflict):
        start(task=task, version=newest.pk, seed="s", now=NOW)
    attempt = paper(task)
    before = everything()
    for version in (newest.pk, uuid.uuid4(), "x"):
        with pytest.raises(Conflict):
            hand_in(attempt, right_answers(attempt), version)
    assert everything() == before


def test_no_paper_in_a_campaign_that_is_not_open(task: Task):
    Campaign.objects.update(state="closed")
    with pytest.raises(NotReady):
        paper(task)
    assert not Attempt.objects.exists()


def test_a_paper_open_when_the_campaign_closes_is_not_marked(task: Task):
    attempt = paper(task)
    Campaign.objects.update(state="closed")
    before = everything()
    with pytest.raises(NotReady):
        hand_in(attempt, right_answers(attempt))
    assert everything() == before


def test_everything_right_passes_and_completes_the_task(task: Task):
    submission = sit(task)
    marking = last_marking(submission)
    assert (marking.score, marking.out_of, marking.passed, marking.number, marking.by) == (3, 3, True, 1, None)
    completion = Completion.objects.get()
    assert (completion.task_id, completion.module_version_id, completion.how) == (task.pk, task.version_id, "passed")
    assert completion.entry == submission.entry == marking.entry


def test_everything_wrong_fails_and_completes_nothing(task: Task):
    marking = last_marking(sit(task, right=False))
    assert (marking.score, marking.passed) == (0, False)
    assert not Completion.objects.exists()
    assert Tally.objects.get().trained == 0


def test_two_of_three_pass_at_sixty_six_per_cent_and_one_does_not(task: Task):
    for right, passed in ((1, False), (2, True)):
        attempt = paper(task, f"seed-{right}")
        keys, wrong = right_answers(attempt), wrong_answers(attempt)
        responses = {key: keys[key] if n < right else wrong[key] for n, key in enumerate(attempt.drawn)}
        marking = last_marking(hand_in(attempt, responses))
        assert (marking.score, marking.passed) == (right, passed)


def test_after_a_fail_another_paper_is_drawn_from_another_seed(task: Task):
    sit(task, right=False, seed="first")
    second = paper(task, "second")
    assert (second.number, second.seed) == (2, "second")
    first = Attempt.objects.get(number=1)
    orders = [[o.id for q in paper_of(a) for o in q.options] for a in (first, second)]
    assert orders[0] != orders[1]


def test_after_a_pass_there_is_no_further_paper(task: Task):
    sit(task)
    before = everything()
    with pytest.raises(Conflict):
        paper(task, "again")
    assert everything() == before


def test_handing_in_twice_is_handing_in_once(task: Task):
    attempt = paper(task)
    first = hand_in(attempt, wrong_answers(attempt))
    before = everything()
    assert hand_in(attempt, right_answers(attempt)) == first
    assert hand_in(attempt, {}, uuid.uuid4()) == first
    assert everything() == before


def test_late_answers_are_refused(task: Task):
    attempt = paper(task)
    hand_in(attempt, wrong_answers(attempt))
    before = everything()
    with pytest.raises(Conflict):
        save_answers(attempt=attempt, responses=right_answers(attempt), now=NOW)
    assert everything() == before


def test_a_question_without_an_answer_is_named_and_nothing_is_marked(task: Task):
    attempt = paper(task)
    responses = right_answers(attempt)
    del responses[attempt.drawn[1]]
    before = everything()
    with pytest.raises(NotReady, match="2"):
        hand_in(attempt, responses)
    with pytest.raises(NotReady, match="1、2、3"):
        hand_in(attempt, {})
    with pytest.raises(NotReady, match="1、2、3"):
        hand_in(attempt, {key: [] for key in attempt.drawn})
    assert everything() == before


def test_saved_answers_count_and_those_handed_in_count_over_them(task: Task):
    attempt = paper(task)
    keys, wrong = right_answers(attempt), wrong_answers(attempt)
    save_answers(attempt=attempt, responses=wrong, now=NOW)
    first, *_ = attempt.drawn
    marking = last_marking(hand_in(attempt, {first: keys[first]}))
    assert marking.score == 1
    assert not SavedAnswer.objects.exists()


def test_an_answer_taken_back_is_not_counted(task: Task):
    attempt = paper(task)
    save_answers(attempt=attempt, responses=right_answers(attempt), now=NOW)
    first, *_ = attempt.drawn
    with pytest.raises(NotReady, match="1"):
        hand_in(attempt, {first: []})
    save_answers(attempt=attempt, responses={first: []}, now=NOW)
    with pytest.raises(NotReady, match="1"):
        hand_in(attempt, {})
    assert paper_of(attempt)[0].answered is False


def test_the_last_word_is_kept_and_shown_again(task: Task):
    attempt = paper(task)
    keys, wrong = right_answers(attempt), wrong_answers(attempt)
    first, second, _ = attempt.drawn
    save_answers(attempt=attempt, responses={first: wrong[first]}, now=NOW)
    save_answers(attempt=attempt, responses={first: keys[first], second: wrong[second]}, now=later(minutes=1))
    shown = paper_of(attempt)
    assert {o.id for o in shown[0].options if o.chosen} == set(keys[first])
    assert {o.id for o in shown[1].options if o.chosen} == set(wrong[second])
    assert [q.answered for q in shown] == [True, True, False]
    assert SavedAnswer.objects.count() == 2


def test_what_is_not_on_the_paper_is_refused(task: Task):
    attempt = paper(task)
    right = right_answers(attempt)
    first, second, _ = attempt.drawn
    single = next(str(q.pk) for q in questions_of(attempt) if q.content["type"] == "single")
    left_out = next(
        str(row.question_version_id) for row in task.version.pool.all() if str(row.question_version_id) not in right
    )
    options = [o["id"] for q in questions_of(attempt) if str(q.pk) == single for o in q.content["options"]]
    bad: list[dict[str, list[str]]] = [
        {first: right[second]},
        {first: [str(uuid.uuid4())]},
        {first: [""]},
        {str(uuid.uuid4()): right[first]},
        {left_out: [question("article-3", 1).options[0].id]},
        {"version": ["x"]},
        {single: options[:2]},
        {single: options},
        {first: [str(n) for n in range(100)]},
    ]
    before = everything()
    for extra in bad:
        with pytest.raises(Invalid):
            hand_in(attempt, right | extra)
        with pytest.raises(Invalid):
            save_answers(attempt=attempt, responses=extra, now=NOW)
    assert everything() == before


def test_options_of_another_question_that_this_paper_holds_are_refused_too(task: Task):
    attempt = paper(task)
    right = right_answers(attempt)
    keys = list(right)
    swapped = {keys[0]: right[keys[1]], keys[1]: right[keys[0]], keys[2]: right[keys[2]]}
    with pytest.raises(Invalid):
        hand_in(attempt, swapped)
    assert not Submission.objects.exists()


def test_the_same_option_named_twice_is_one(task: Task):
    attempt = paper(task)
    doubled = {key: options * 2 for key, options in right_answers(attempt).items()}
    assert last_marking(hand_in(attempt, doubled)).passed


def test_several_right_options_are_all_needed_and_no_other(task: Task):
    attempt = paper_with_multiple(task)
    key = key_of_multiple(attempt)
    right = right_answers(attempt)
    assert len(right[key]) == 2
    marking = last_marking(hand_in(attempt, right | {key: right[key][:1]}))
    assert marking.points[key] == 0
    assert marking.score == 2


def test_each_step_is_done_whole_or_not_at_all(task: Task):
    writes_whole_or_not_at_all(lambda: paper(task))
    attempt = paper(task)
    writes_whole_or_not_at_all(lambda: save_answers(attempt=attempt, responses=wrong_answers(attempt), now=NOW))
    assert writes_whole_or_not_at_all(lambda: hand_in(attempt, right_answers(attempt))) > 5


def test_the_last_module_passed_counts_the_person_as_trained():
    employment = person()
    campaign(["article-3", "article-5"])
    for trained, task in enumerate(assignment_of(employment).tasks.order_by("campaign_module__order")):
        sit(read(task))
        assert Tally.objects.get().trained == trained


def test_a_response_stands_in_a_disclosure_alone(task: Task):
    attempt = paper(task)
    answers = right_answers(attempt)
    submission = hand_in(attempt, answers)
    rows = {row.name: row for row in Disclosure.objects.filter(entry=submission.entry)}
    assert {name.removeprefix("response/"): row.value for name, row in rows.items()} == {
        key: sorted(chosen) for key, chosen in answers.items()
    }
    bodies = "".join(Entry.objects.values_list("body", flat=True))
    stored = str([list(model.objects.values()) for model in (Attempt, Submission, Answer, Marking)])
    for chosen in answers.values():
        for option in chosen:
            assert option not in bodies
            assert option not in stored
    assert {a.response_digest for a in submission.answers.all()} == {row.digest for row in rows.values()}
    assert all(digest in submission.entry.body for digest in (row.digest for row in rows.values()))


def test_equal_answers_of_two_people_cannot_be_recognised_by_their_digests():
    people = [person(), person("000102", "佐藤 二郎")]
    campaign()
    for employment in people:
        sit(read(assignment_of(employment).tasks.get()), seed="same")
    digests = list(Answer.objects.values_list("response_digest", flat=True))
    assert len(set(digests)) == len(digests) == 6


def test_a_paper_as_shown_knows_neither_key_nor_explanation(task: Task):
    shown = str(paper_of(paper(task)))
    for words in ("解説", "考え方の説明", "correct", "explanation"):
        assert words not in shown


def test_a_marked_paper_shows_what_was_chosen_what_is_right_and_why(task: Task):
    attempt = paper(task)
    submission = hand_in(attempt, wrong_answers(attempt))
    shown = review_of(attempt, submission, last_marking(submission))
    assert [q.number for q in shown] == [1, 2, 3]
    for q in shown:
        assert not q.correct
        (chosen,) = [o for o in q.options if o.chosen]
        assert not chosen.correct
        assert "解説" in chosen.explanation
        assert q.quotes[0]["label"].startswith("第3条 第3号")
        assert "教育・研修" in q.quotes[0]["text"]


def test_the_marked_paper_shows_the_options_in_the_order_of_the_paper(task: Task):
    attempt = paper(task)
    open_order = [[o.text for o in q.options] for q in paper_of(attempt)]
    submission = hand_in(attempt, wrong_answers(attempt))
    marked_order = [[o.text for o in q.options] for q in review_of(attempt, submission, last_marking(submission))]
    assert marked_order == open_order


def test_a_paper_is_marked_by_its_own_questions_however_they_are_published_later(task: Task):
    attempt = paper(task)
    module_version(
        questions=tuple(question("article-3", n, clause="3.1") for n in range(1, 5)),
        title="新しい題",
        now=later(days=1),
    )
    assert last_marking(hand_in(attempt, right_answers(attempt))).passed


def test_the_open_and_the_last_paper_are_found(task: Task):
    assert open_attempt(task) is None
    assert last_submitted(task) is None
    first = paper(task)
    assert open_attempt(task) == first
    hand_in(first, wrong_answers(first))
    second = paper(task, "second")
    assert (open_attempt(task), last_submitted(task)) == (second, first)
    hand_in(second, wrong_answers(second))
    assert (open_attempt(task), last_submitted(task)) == (None, second)


@pytest.mark.parametrize("draw", [1, 10])
def test_a_paper_costs_the_same_queries_for_one_question_and_for_ten(draw: int, django_assert_num_queries: Any):
    employment = person()
    drawn_from = tuple(question("article-3", n) for n in range(10))
    campaign(snapshots={"article-3": {"questions": drawn_from, "blueprint": Blueprint(draw=draw, pass_mark=80)}})
    attempt = paper(read(assignment_of(employment).tasks.get()))
    assert len(attempt.drawn) == draw
    paper_of(attempt)  # a process reads what is frozen once
    with django_assert_num_queries(1):
        paper_of(attempt)
    submission = hand_in(attempt, right_answers(attempt))
    marking = last_marking(submission)
    with django_assert_num_queries(2):
        review_of(attempt, submission, marking)
