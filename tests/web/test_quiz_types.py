"""A paper of every type over HTTP: what is read, what is refused, and what never gains a mark."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.utils.datastructures import MultiValueDict
from django.utils.http import urlencode

from tests.asking import every_type, members, picture, right_response, typed, wrong_response
from tests.building import campaign, later, officer, read, right_answers, wrong_answers
from tests.cutting import everything
from tests.web.browsing import SLUG, Learner, Page
from tests.web.test_queries import MOST, count_queries
from training.campaigns.models import Completion
from training.catalogue.blueprint import Blueprint
from training.catalogue.snapshots import MEMBERS, ItemSnapshot, Matching
from training.quiz.frozen import contents
from training.quiz.make_up import grant_make_up
from training.quiz.models import Attempt, Marking, SavedAnswer, Submission
from training.quiz.queries import questions_of
from training.quiz.remark import mark_again, withdraw
from training.quiz.responses import read as read_response
from training.web.learner.fields import fields_of, filled_in, posted

pytestmark = pytest.mark.django_db


def learner_with(questions: Any = None, *, draw: int = 8, pass_mark: int = 80, **limits: Any) -> Learner:
    """Somebody who has read a module of every type to its end."""
    learner = Learner()
    blueprint = Blueprint(draw=draw, pass_mark=pass_mark, **limits)
    campaign(snapshots={SLUG: {"questions": questions or every_type(), "blueprint": blueprint}})
    read(learner.task())
    return learner


@pytest.fixture
def learner() -> Learner:
    """Somebody who has read a module of every type to its end."""
    return learner_with()


def key_of(attempt: Attempt, kind: str) -> str:
    """The id of the paper's question of a type."""
    return next(str(q.pk) for q in questions_of(attempt) if q.content["type"] == kind)


def response_of(attempt: Attempt, kind: str) -> Any:
    """What is kept of the answer to the question of a type."""
    return SavedAnswer.objects.get(attempt=attempt, question_version=key_of(attempt, kind)).response


def stored(attempt: Attempt, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers in the form in which they are kept."""
    return {key: read_response(content, answers[key]) for key, content in contents(attempt.drawn).items()}


def multi(fields: Mapping[str, Any]) -> MultiValueDict[str, str]:
    """Fields as a request holds them."""
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in fields.items()})


@pytest.mark.parametrize("kind", list(MEMBERS))
@pytest.mark.parametrize("response_to", [right_response, wrong_response])
def test_what_a_browser_sends_for_a_response_is_read_as_this_response(learner: Learner, kind: str, response_to: Any):
    attempt = learner.start()
    key = key_of(attempt, kind)
    content = contents([key])[key]
    response = read_response(content, response_to(content))
    sent = posted(content, key, response)
    assert set(sent) <= set(fields_of(content, key))
    filled = filled_in({key: content}, multi(sent))
    assert filled.responses == {key: response}
    assert (filled.mistakes, filled.forged) == ({}, False)


@pytest.mark.parametrize(("right", "score"), [(True, 800), (False, 0)])
def test_a_paper_of_every_type_is_handed_in_and_marked(learner: Learner, right: bool, score: int):
    learner.start()
    assert learner.hand_in(right=right)["Location"] == learner.url("result")
    marking = Marking.objects.get()
    assert (marking.score, marking.out_of, marking.passed) == (score, 800, right)


def test_every_field_of_a_paper_is_on_its_page_with_a_label(learner: Learner):
    attempt = learner.start()
    html = learner.get("quiz").content.decode()
    for key, content in contents(attempt.drawn).items():
        for name in fields_of(content, key):
            assert f'name="{name}"' in html, (content["type"], name)
    # Every field but the hidden ones is named by a label's for.
    fields = html.count('type="radio"') + html.count('type="checkbox"') + html.count('type="text"')
    assert html.count('<label for="') + html.count('<label class="') == fields + html.count("<select")


def test_the_page_of_every_type_says_nothing_of_what_is_right(learner: Learner):
    attempt = learner.start()
    learner.post("quiz_save", learner.paper(attempt, wrong_answers(attempt)))
    for response in (learner.get("quiz"), learner.post("quiz", learner.paper(attempt, {}, hand_in="1"))):
        html = response.content.decode()
        for secret in (
            "解説",
            "そのとおり",
            "マイナンバー",
            "半分",
            "時間</",
            "考え方",
            "correct",
            "weight",
            "tolerance",
        ):
            assert secret not in html, secret


def test_saved_answers_of_every_type_are_on_the_page_of_another_device(learner: Learner):
    attempt = learner.start()
    answers = right_answers(attempt)
    assert learner.post("quiz", learner.paper(attempt, answers, later="1"))["Location"] == "/my/"
    tablet = Client()
    tablet.force_login(learner.user)
    shown = tablet.get(learner.url("quiz"))
    assert shown.context["answered"] == 8
    assert {q.id: q.response for q in shown.context["questions"]} == stored(attempt, answers)


def test_autosave_keeps_each_type_by_itself(learner: Learner):
    attempt = learner.start()
    for key, answer in right_answers(attempt).items():
        sent = learner.paper(attempt, {key: answer}) | {"only": [key, ""]}
        assert learner.post("quiz_save", sent).json() == {"saved": True}
    kept = {str(row.question_version_id): row.response for row in SavedAnswer.objects.all()}
    assert kept == stored(attempt, right_answers(attempt))


def test_a_page_left_open_elsewhere_takes_nothing_back(learner: Learner):
    attempt = learner.start()
    answers = right_answers(attempt)
    learner.post("quiz_save", learner.paper(attempt, answers))
    numeric = key_of(attempt, "numeric")
    # All fields of the old page are there and empty; it says that it has touched one question alone.
    empty = {name: "" for key, content in contents(attempt.drawn).items() for name in fields_of(content, key)}
    texts = {name: "" for name in empty if not name.startswith(key_of(attempt, "single"))}
    old = {**texts, numeric: "71", f"{numeric}.unit": "時間", "only": [numeric, ""]}
    learner.post("quiz_save", learner.paper(attempt, {}, **old))
    kept = {str(row.question_version_id): row.response for row in SavedAnswer.objects.all()}
    assert kept == stored(attempt, answers) | {numeric: {"value": "71", "unit": "時間"}}


@pytest.mark.parametrize(
    ("kind", "places", "kept"),
    [("ordering", ["1", "1", "2", "3"], False), ("ordering", ["1", "2", "", ""], False),
     ("ordering", ["0", "1", "2", "3"], False), ("ordering", ["1", "2", "3", "x"], False),
     ("ordering", ["", "", "", ""], True), ("ordering", ["4", "3", "2", "1"], True)],
)  # fmt: skip
def test_places_that_are_no_order_are_said_to_be_none_and_the_other_answers_are_kept(
    learner: Learner, kind: str, places: list[str], kept: bool
):
    attempt = learner.start()
    key = key_of(attempt, kind)
    items = [item["id"] for item in contents([key])[key]["items"]]
    sent = {f"{key}.{item}": place for item, place in zip(items, places, strict=True)}
    others = {k: answer for k, answer in right_answers(attempt).items() if k != key}
    response = learner.post("quiz", learner.paper(attempt, others, later="1", **sent))
    assert (response.status_code == 302) is kept
    assert SavedAnswer.objects.count() == 7 + kept
    if not kept:
        faults = {question.type: question.error for question in response.context["faults"]}
        assert list(faults) == [kind]
        shown = next(question for question in response.context["questions"] if question.id == key)
        assert {item.id: item.place for item in shown.items} == dict(zip(items, places, strict=True))


@pytest.mark.parametrize("value", ["三日", "1,000", "72時間", "1e9", "--1", "NaN", "∞", "7" * 600, "7\x007"])
def test_what_is_no_number_is_said_beside_it_and_shown_as_it_was_typed(learner: Learner, value: str):
    attempt = learner.start()
    numeric = key_of(attempt, "numeric")
    sent = learner.paper(attempt, right_answers(attempt)) | {numeric: value, f"{numeric}.unit": "h"}
    saved = learner.post("quiz_save", sent)
    assert (saved.status_code, list(saved.json()["mistakes"])) == (200, [numeric])
    response = learner.post("quiz", sent | {"hand_in": "1"})
    assert [question.type for question in response.context["faults"]] == ["numeric"]
    assert f'href="#{numeric}"' in response.content.decode()
    assert next(q for q in response.context["questions"] if q.id == numeric).value == value
    assert not Submission.objects.exists()
    assert SavedAnswer.objects.count() == 7


@pytest.mark.parametrize(
    ("value", "read_as"), [("７２", "72"), (" 72.0 ", "72.0"), ("−３", "-3"), ("７２．５", "72.5")]
)
def test_full_width_numbers_are_numbers(learner: Learner, value: str, read_as: str):
    attempt = learner.start()
    numeric = key_of(attempt, "numeric")
    learner.post("quiz_save", learner.paper(attempt, {numeric: {"value": value, "unit": "時間"}}))
    assert response_of(attempt, "numeric")["value"] == read_as


def test_a_mistake_in_one_part_of_a_scenario_is_said_at_this_part_and_the_other_parts_are_kept(learner: Learner):
    attempt = learner.start()
    key = key_of(attempt, "scenario")
    first, written, boxes = (part["id"] for part in contents([key])[key]["parts"])
    answers = stored(attempt, right_answers(attempt))[key]
    sent = learner.paper(attempt, {key: answers}) | {f"{key}.{written}": "あ" * 501}
    assert list(learner.post("quiz_save", sent).json()["mistakes"]) == [f"{key}.{written}"]
    assert response_of(attempt, "scenario") == {first: answers[first], boxes: answers[boxes]}
    html = learner.post("quiz", sent | {"hand_in": "1"}).content.decode()
    assert f'href="#{key}.{written}"' in html
    assert "あ" * 501 in html


def test_each_question_without_an_answer_is_linked_and_says_so_beside_itself(learner: Learner):
    attempt = learner.start()
    response = learner.post("quiz", learner.paper(attempt, {}, hand_in="1"))
    html = response.content.decode()
    assert len(response.context["faults"]) == 8
    for question in response.context["faults"]:
        at, words = question.wrong_at
        assert words
        assert f'href="#{at}"' in html
        assert f'id="{at}"' in html
    part = next(question for question in response.context["faults"] if question.type == "scenario")
    assert [bool(one.error) for one in part.parts] == [True, True, True]


def hostile(attempt: Attempt) -> list[dict[str, Any]]:
    """What no page of ours sends: ids of other questions, of nothing, of another type's."""
    single, multiple, tf, match = (key_of(attempt, k) for k in ("single", "multiple", "true_false", "matching"))
    scenario = key_of(attempt, "scenario")
    found = contents(attempt.drawn)
    prompt, other = (p["id"] for p in found[match]["prompts"])
    part = found[scenario]["parts"][0]["id"]
    foreign = found[multiple]["options"][0]["id"]
    return [
        {single: foreign},
        {single: [found[single]["options"][0]["id"], found[single]["options"][1]["id"]]},
        {single: str(uuid.uuid4())},
        {single: ""},
        {single: "\x00"},
        {multiple: [foreign, found[single]["options"][0]["id"]]},
        {multiple: [str(uuid.uuid4()) for _ in range(60)]},
        {tf: "maybe"},
        {tf: ["true", "false"]},
        {f"{match}.{prompt}": prompt},
        {f"{match}.{prompt}": foreign, f"{match}.{other}": foreign},
        {f"{match}.{prompt}": "' OR 1=1 --"},
        {f"{scenario}.{part}": "both"},
        {f"{scenario}.{part}": foreign},
    ]


def test_forged_ids_are_refused_whole_and_gain_nothing(learner: Learner):
    attempt = learner.start()
    before = everything()
    for forged in hostile(attempt):
        filled = learner.paper(attempt, right_answers(attempt)) | forged
        saved = learner.post("quiz_save", filled)
        assert (saved.status_code, saved.json()["saved"]) == (400, False), forged
        assert learner.post("quiz", filled | {"hand_in": "1"}).status_code == 200, forged
        assert learner.post("quiz", filled | {"later": "1"}).status_code == 200, forged
    assert everything() == before


def test_fields_that_are_on_no_page_change_nothing(learner: Learner):
    attempt = learner.start()
    wrong = learner.paper(attempt, wrong_answers(attempt))
    forged = {
        "score": "800",
        "passed": "1",
        "pass_mark": "0",
        "deadline": "2099-01-01",
        "now": "2000-01-01T00:00:00Z",
        "left": "99999",
        "drawn": [],
        "questions": "",
        f"{key_of(attempt, 'matching')}.{uuid.uuid4()}": "1",
        f"{key_of(attempt, 'scenario')}.{uuid.uuid4()}": "true",
        f"{key_of(attempt, 'ordering')}": ["1", "2"],
    }
    learner.post("quiz", wrong | forged | {"hand_in": "1"})
    marking = Marking.objects.get()
    assert (marking.score, marking.out_of, marking.passed) == (0, 800, False)


def test_questions_left_out_of_the_page_by_its_reader_still_count(learner: Learner):
    attempt = learner.start()
    one = key_of(attempt, "single")
    sent = learner.paper(attempt, {one: right_answers(attempt)[one]}, hand_in="1")
    for only in ([one], [one, ""], [""], ["x"], [str(uuid.uuid4())]):
        learner.post("quiz", sent | {"only": only})
    assert not Submission.objects.exists()


def test_another_attempts_id_gains_nothing(learner: Learner):
    first = learner.start()
    learner.hand_in(right=False)
    second = learner.start()
    colleague = Learner("hanako", "000102", "鈴木 花子")
    before = everything()
    key = learner.paper(second, right_answers(second), hand_in="1")
    for attempt in (first.pk, uuid.uuid4(), "", "\x00", [first.pk, "x"]):
        learner.post("quiz", key | {"attempt": attempt})
        learner.post("quiz_save", key | {"attempt": attempt})
    for name in ("quiz", "quiz_save", "quiz_start"):
        assert colleague.client.post(learner.url(name), key).status_code == 404
    for name in ("quiz", "result"):
        assert colleague.client.get(learner.url(name)).status_code == 404
    assert everything() == before


@pytest.mark.parametrize("how", ["hand_in", "later"])
def test_right_answers_after_the_time_gain_nothing_whatever_the_browsers_clock_says(clock: Any, how: str):
    learner = learner_with(time_limit_minutes=20)
    attempt = learner.start()
    wrong, right = wrong_answers(attempt), right_answers(attempt)
    one = key_of(attempt, "single")
    saved = learner.post("quiz_save", learner.paper(attempt, wrong | {one: right[one]}))
    assert saved.json() == {"saved": True, "left": 1200}
    clock.move(minutes=20, seconds=1)
    late = learner.post("quiz_save", learner.paper(attempt, right))
    assert (late.status_code, late.json()["link"]) == (409, learner.url("quiz"))
    sent = learner.paper(attempt, right, **{how: "1"}, left="600", now=str(later(minutes=1)))
    assert learner.post("quiz", sent)["Location"] == learner.url("result")
    assert (Marking.objects.get().score, Marking.objects.get().passed) == (100, False)
    assert "制限時間" in learner.get("result").content.decode()


def test_the_page_says_how_long_is_left_by_the_servers_clock(clock: Any):
    learner = learner_with(time_limit_minutes=20)
    learner.start()
    clock.move(minutes=7, seconds=30)
    response = learner.get("quiz")
    assert response.context["left"] == 750
    assert 'data-left="750"' in response.content.decode()
    clock.move(minutes=13)
    assert learner.get("quiz")["Location"] == learner.url("result")
    assert Submission.objects.count() == 1


def test_a_script_that_is_signed_out_is_told_where_to_sign_in_and_the_paper_is_there_afterwards(learner: Learner):
    attempt = learner.start()
    learner.post("quiz_save", learner.paper(attempt, right_answers(attempt)))
    learner.client.logout()
    before = everything()
    sent = learner.paper(attempt, wrong_answers(attempt))
    answer = learner.client.post(learner.url("quiz_save"), sent, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["saved"]) == (401, False)
    back = urlencode({"next": learner.url("quiz")})
    assert answer.json()["link"].endswith(back)
    assert "next=" in learner.post("quiz", learner.paper(attempt, {}, hand_in="1"))["Location"]
    assert everything() == before
    learner.client.force_login(learner.user)
    assert learner.get("quiz").context["answered"] == 8


def test_what_was_typed_is_shown_as_text_and_never_as_markup(learner: Learner):
    attempt = learner.start()
    key, numeric = key_of(attempt, "short_text"), key_of(attempt, "numeric")
    nasty = '"><script>alert(1)</script>'
    answers = wrong_answers(attempt) | {key: nasty, numeric: {"value": "1", "unit": nasty}}
    learner.post("quiz_save", learner.paper(attempt, answers))
    typed_in = learner.paper(attempt, {}, later="1") | {key: nasty, numeric: nasty}
    pages = [learner.get("quiz"), learner.post("quiz", typed_in)]
    learner.post("quiz", learner.paper(attempt, answers, hand_in="1"))
    pages.append(learner.get("result"))
    for page in pages:
        assert "<script>alert" not in page.content.decode()
        assert "&lt;script&gt;alert" in page.content.decode()


def test_the_result_shows_own_and_right_answers_of_every_type_with_explanation_and_clause(learner: Learner):
    attempt = learner.start()
    learner.hand_in(right=False)
    html = learner.get("result").content.decode()
    assert "解説0" in html
    for words in (
        "正しくありません",
        "マイナンバー",
        "まったく別の答え",
        "72 ± 0.5 時間",
        "987654",
        "手順3",
        "相手1",
        "考え方の説明",
    ):
        assert words in html, words
    assert html.count("従業員に対する定期的な教育・研修の実施") == 8
    assert "pt-review-right" not in html
    assert len(attempt.drawn) == 8


@pytest.mark.parametrize(
    ("review", "own", "told"), [("full", True, True), ("answers", True, False), ("result", False, False)]
)
def test_the_result_shows_no_more_than_the_review_policy_allows(review: str, own: bool, told: bool):
    learner = learner_with(review=review)
    learner.start()
    learner.hand_in(right=False)
    html = learner.get("result").content.decode()
    assert ("まったく別の答え" in html) is own
    for words in ("考え方の説明", "マイナンバー", "解説", "pt-is-right", "教育・研修の実施"):
        assert (words in html.partition("<main")[2]) is told, words


def test_attempts_left_and_the_break_are_said_and_nothing_is_offered_too_early(clock: Any):
    learner = learner_with(attempts=3, cool_down_minutes=30)
    assert "3回まで" in learner.get("section", position=2).content.decode()
    learner.start()
    learner.hand_in(right=False)
    html = learner.get("result").content.decode()
    assert "あと2回受けられます" in html
    assert "11月24日 10:30" in html
    assert "もう一度受ける" not in html
    section = learner.get("section", position=2).content.decode()
    assert "10:30" in section
    assert learner.url("quiz_start") not in Page(section).actions
    clock.move(minutes=31)
    assert "もう一度受ける" in learner.get("result").content.decode()
    learner.start()


def test_when_attempts_are_used_up_the_make_up_is_explained_and_then_a_new_paper_is_open():
    learner = learner_with(attempts=1)
    learner.start()
    learner.hand_in(right=False)
    for name, extra in (("result", {}), ("module", {}), ("section", {"position": 2})):
        html = learner.get(name, **extra).content.decode()
        assert "再教育に進みます" in html, name
        assert learner.url("quiz_start") not in html, name
    before = everything()
    assert learner.post("quiz_start", {"version": learner.task().version_id}).status_code == 409
    assert everything() == before
    grant_make_up(task=learner.task(), by=officer(), what="面談", why="受験回数の上限に達したため", now=later(hours=1))
    assert "再教育が記録されました" in learner.get("module").content.decode()
    learner.read()
    learner.start()
    learner.hand_in()
    assert Completion.objects.count() == 1


def test_a_withdrawn_question_is_said_to_be_so_and_the_new_marking_is_shown(learner: Learner):
    attempt = learner.start()
    answers = right_answers(attempt) | {
        key: wrong_answers(attempt)[key] for key in (key_of(attempt, "single"), key_of(attempt, "ordering"))
    }
    learner.post("quiz", learner.paper(attempt, answers, hand_in="1"))
    assert not Marking.objects.get().passed
    question = next(q for q in questions_of(attempt) if q.content["type"] == "single")
    withdraw(questions=[question], by=officer(), reason="正答が二つあるため", now=later(hours=1))
    mark_again(now=later(hours=1))
    html = learner.get("result").content.decode()
    assert "取り下げました" in html
    assert "採点し直しました" in html
    assert Marking.objects.count() == 2


def test_pictures_to_choose_from_are_shown_beside_a_list_that_names_them():
    image = picture()
    shown = Matching(
        prompts=members(f"{SLUG}/matching", "matching").prompts,  # type: ignore[union-attr]
        choices=tuple(
            ItemSnapshot(choice.id, f'<p><img src="{image.source}" alt="図{n}"></p>')
            for n, choice in enumerate(members(f"{SLUG}/matching", "matching").choices)  # type: ignore[union-attr]
        ),
    )
    learner = Learner()
    question = replace(typed(SLUG, "matching"), members=shown)
    blueprint = Blueprint(draw=1, pass_mark=80)
    campaign(snapshots={SLUG: {"questions": (question,), "blueprint": blueprint, "images": (image,)}})
    learner.read()
    learner.start()
    html = learner.get("quiz").content.decode()
    assert html.count(f"/{image.sha256}") == 3
    assert "1　図" in html


def test_no_page_of_a_paper_of_every_type_costs_more_than_twelve_queries_and_handing_in_no_more_than_fourteen():
    learner = learner_with(attempts=2, time_limit_minutes=30, cool_down_minutes=0)
    cost = {"section before": count_queries(lambda: learner.get("section", position=2))}
    attempt = learner.start()
    learner.post("quiz_save", learner.paper(attempt, right_answers(attempt)))
    cost["quiz"] = count_queries(lambda: learner.get("quiz"))
    mistaken = learner.paper(attempt, {}, hand_in="1") | {key_of(attempt, "numeric"): "x"}
    saving = count_queries(lambda: learner.post("quiz", mistaken))
    wrong = learner.paper(attempt, wrong_answers(attempt), hand_in="1")
    handing_in = count_queries(lambda: learner.post("quiz", wrong))
    cost["result"] = count_queries(lambda: learner.get("result"))
    learner.start()
    learner.hand_in(right=False)
    for name in ("result", "module"):
        cost[f"{name} used up"] = count_queries(lambda name=name: learner.get(name))
    assert max(cost.values()) <= MOST, cost
    assert handing_in <= 14
    assert saving <= 14


def scenario_of(attempt: Attempt) -> tuple[str, list[str], dict[str, Any]]:
    """The paper's scenario, its parts, and its right answer as it is kept."""
    key = key_of(attempt, "scenario")
    return key, [part["id"] for part in contents([key])[key]["parts"]], stored(attempt, right_answers(attempt))[key]


def test_a_part_of_a_scenario_answered_elsewhere_is_not_lost_when_another_part_is_saved(learner: Learner):
    attempt = learner.start()
    key, parts, answers = scenario_of(attempt)
    learner.post("quiz_save", learner.paper(attempt, {key: answers}, only=[key, ""]))
    # The old page holds nothing of the other parts: it sends empty texts, no boxes, and names the part it touched.
    wrong = posted(contents([key])[key], key, stored(attempt, wrong_answers(attempt))[key])
    for part in parts:
        old = dict.fromkeys(fields_of(contents([key])[key], key), "")
        old |= {name: value for name, value in wrong.items() if name.startswith(f"{key}.{part}")}
        kept = response_of(attempt, "scenario")
        assert learner.post("quiz_save", learner.paper(attempt, {}, **old, only=[f"{key}.{part}", ""])).json()["saved"]
        now = response_of(attempt, "scenario")
        assert {one for one in parts if now.get(one) != kept.get(one)} == {part}


def test_a_page_that_touched_one_part_hands_in_the_parts_kept_before(learner: Learner):
    attempt = learner.start()
    answers = right_answers(attempt)
    key, parts, scenario = scenario_of(attempt)
    learner.post("quiz_save", learner.paper(attempt, answers))
    fields = posted(contents([key])[key], key, {parts[0]: scenario[parts[0]]})
    sent = learner.paper(attempt, {}, **fields, only=[f"{key}.{parts[0]}", ""], hand_in="1")
    assert learner.post("quiz", sent)["Location"].endswith("/result/")
    assert Marking.objects.get().score == 800


def test_an_emptied_part_of_a_scenario_is_taken_back(learner: Learner):
    attempt = learner.start()
    key, parts, scenario = scenario_of(attempt)
    learner.post("quiz_save", learner.paper(attempt, {key: scenario}))
    written = next(part for part in parts if isinstance(scenario[part], str))
    learner.post("quiz_save", learner.paper(attempt, {}, **{f"{key}.{written}": ""}, only=[f"{key}.{written}", ""]))
    assert response_of(attempt, "scenario") == scenario | {written: ""}


def test_each_part_of_a_scenario_is_saved_by_itself(learner: Learner):
    attempt = learner.start()
    key, parts, _scenario = scenario_of(attempt)
    html = learner.get("quiz").content.decode()
    assert all(f'data-question="{key}.{part}"' in html for part in parts)
    assert f'data-question="{key}"' not in html
