"""A paper of every type, sat with the keyboard alone, on a page that dies half-way; and no clock but the server's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Error, Page, expect

from tests.asking import every_type, right_response
from tests.browser.answering import answer
from tests.browser.looking import WIDTHS, Eyes
from tests.building import PASSWORD, account, assignment_of, campaign, person, read, right_answers
from training.campaigns.models import Completion, Task
from training.catalogue.blueprint import Blueprint
from training.quiz.models import Attempt, Marking, SavedAnswer, Submission
from training.quiz.queries import open_attempt, questions_of
from training.quiz.sitting import start
from training.web.learner.fields import posted

pytestmark = pytest.mark.django_db(transaction=True)
MOST_TABS = 150
SMALLEST = 44


@dataclass
class Sitter:
    """Somebody in Chromium, with a module of every type read to its end."""

    page: Page
    task: Task
    url: str

    @property
    def module(self) -> str:
        """The module's address."""
        return f"{self.url}/my/{self.task.assignment_id}/modules/article-3/"

    def sign_in(self) -> None:
        """Sign in by the page."""
        self.page.goto(f"{self.url}/accounts/login/")
        self.page.fill("input[name=login]", "ichiro")
        self.page.fill("input[name=password]", PASSWORD)
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url("**/my/")


@pytest.fixture
def sitter(live_server: Any, chromium: BrowserContext) -> Sitter:
    """A time limit of half an hour, two attempts, no break between them."""
    now = timezone.now()
    employment = person(user=account("ichiro"), now=now)
    blueprint = Blueprint(draw=8, pass_mark=80, time_limit_minutes=30, attempts=2)
    campaign(now=now, snapshots={"article-3": {"blueprint": blueprint, "questions": every_type()}})
    task = read(assignment_of(employment).tasks.get(), now=now)
    found = Sitter(chromium.new_page(), task, live_server.url)
    found.sign_in()
    return found


def focus(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab until the wanted element has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def press(page: Page, words: str) -> None:
    """Go to the button with these words by Tab, and press Enter."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText || ''").startswith(words):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"{words} is not reached by Tab")


def choose(page: Page, name: str, values: list[str], *, several: bool) -> None:
    """Boxes by Space; radio buttons by the arrows once the group is reached."""
    if several:
        for value in sorted(values, key=lambda one: places(page, name).index(one)):
            focus(page, f"[name='{name}'][value='{value}']")
            page.keyboard.press("Space")
        return
    focus(page, f"[name='{name}']")
    page.keyboard.press("Space")
    for _ in range(places(page, name).index(values[0])):
        page.keyboard.press("ArrowDown")


def places(page: Page, name: str) -> list[str]:
    """The values on offer, in the order of the page."""
    found: list[str] = page.locator(f"[name='{name}']").evaluate_all("all => all.map(one => one.value)")
    return found


def pick(page: Page, name: str, value: str) -> None:
    """Choose from a list by the arrows."""
    focus(page, f"select[name='{name}']")
    listed = page.locator(f"select[name='{name}'] option").evaluate_all("all => all.map(one => one.value)")
    for _ in range(listed.index(value)):
        page.keyboard.press("ArrowDown")


def put_in_order(page: Page, name: str, wanted: list[str]) -> None:
    """Bring the last to its place first: from the top of the list on, each time by the buttons."""
    listed = page.locator(f"[id='{name}'] .pt-order-item select")
    for place, item in enumerate(wanted):
        field = f"select[name='{name}.{item}']"
        names = listed.evaluate_all("all => all.map(one => one.name)")
        steps = names.index(f"{name}.{item}") - place
        if steps:
            page.locator(f"[id='{name}'] .pt-order-items").evaluate("list => { list.tabIndex = -1; list.focus(); }")
            focus(page, f".pt-order-item:has({field}) .pt-order-move:first-child")
            for _ in range(steps):
                page.keyboard.press("Enter")


def fill_in(page: Page, content: Any, name: str, response: Any) -> None:
    """Answer one question with the keyboard."""
    match content["type"]:
        case "single" | "multiple" | "true_false":
            choose(page, name, response, several=content["type"] == "multiple")
        case "ordering":
            put_in_order(page, name, response)
        case "matching":
            for prompt in sorted(response, key=lambda one: order_of(page).index(f"{name}.{one}")):
                pick(page, f"{name}.{prompt}", response[prompt])
        case "scenario":
            for part in content["parts"]:
                fill_in(page, part, f"{name}.{part['id']}", response[part["id"]])
        case _:
            for field, value in posted(content, name, response).items():
                focus(page, f"[name='{field}']")
                page.keyboard.type(value)


def order_of(page: Page) -> list[str]:
    """The names of every field in the order of the page."""
    found: list[str] = page.locator("#paper [name]").evaluate_all("all => all.map(one => one.name)")
    return found


def shown_as_answered(page: Page, attempt: Attempt, keys: list[str]) -> None:
    """The page holds the right answers to these questions."""
    answers = right_answers(attempt)
    for question in questions_of(attempt):
        key = str(question.pk)
        if key not in keys:
            continue
        for name, value in posted(question.content, key, answers[key]).items():
            if isinstance(value, list):
                checked = page.locator(f"[name='{name}']:checked").evaluate_all("all => all.map(one => one.value)")
                assert sorted(checked) == sorted(value), question.content["type"]
            else:
                expect(page.locator(f"[name='{name}']")).to_have_value(value)


def test_a_paper_of_every_type_is_sat_by_keyboard_and_survives_the_death_of_its_page(
    sitter: Sitter, chromium: BrowserContext
) -> None:
    page = sitter.page
    eyes = Eyes(page)
    page.goto(f"{sitter.module}2/")
    eyes.look("30-quiz-before", "制限時間", "2回まで")
    press(page, "理解度テストへ")
    page.wait_for_url("**/quiz/")
    eyes.look("31-quiz-types", "理解度テスト", "まで", "残り約")
    targets_are_large_enough(page)

    attempt = open_attempt(sitter.task)
    assert attempt is not None
    answers = right_answers(attempt)
    questions = questions_of(attempt)
    half = [str(question.pk) for question in questions[:4]]
    for question in questions[:4]:
        fill_in(page, question.content, str(question.pk), answers[str(question.pk)])
    # What was typed last is kept though nobody left the field.
    expect(page.locator("#saved")).to_have_text("保存しました")
    kill(page)

    page = sitter.page = chromium.new_page()
    eyes = Eyes(page)
    page.goto(f"{sitter.module}quiz/")
    shown_as_answered(page, attempt, half)
    eyes.look("32-quiz-found-again", "8問中4問に回答済み", "設問5から続ける")
    press(page, "設問5から続ける")
    for question in questions[4:]:
        fill_in(page, question.content, str(question.pk), answers[str(question.pk)])
    shown_as_answered(page, attempt, list(attempt.drawn))
    press(page, "提出する")
    page.wait_for_url(re.compile("/result/"))
    eyes.look("33-result-types", "800点中800点", "合格しました", "解説")
    marking = Marking.objects.get()
    assert (marking.score, marking.out_of, marking.passed) == (800, 800, True)


def kill(page: Page) -> None:
    """The page's process dies: nothing is said to it before, nothing runs after."""
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")


def targets_are_large_enough(page: Page) -> None:
    """Whatever can be pressed on the paper is 44 px high and wide."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        small = page.evaluate(
            """(least) => [...document.querySelectorAll("#paper :is(button, select, input[type=text], .pt-option)")]
            .map(one => [one.getBoundingClientRect(), one])
            .filter(([box]) => box.width && (box.height < least || box.width < least))
            .map(([box, one]) => `${Math.round(box.width)}x${Math.round(box.height)} ${one.outerHTML.slice(0, 120)}`)""",
            SMALLEST,
        )
        assert small == [], f"at {width} px"


@pytest.mark.parametrize("days", [-2, 2])
def test_the_browsers_clock_changes_neither_the_time_shown_nor_a_mark(
    sitter: Sitter, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    page = sitter.page
    page.clock.set_fixed_time(timezone.now() + timedelta(days=days))
    page.goto(f"{sitter.module}2/")
    page.get_by_role("button", name="理解度テストへ").click()
    expect(page.locator(".pt-time-left")).to_have_text("残り約29分")
    answer(page, right=False)
    expect(page.locator("#saved")).to_have_text("保存しました")
    assert not Submission.objects.exists()

    now = timezone.now() + timedelta(minutes=31)
    monkeypatch.setattr(timezone, "now", lambda: now)
    answer(page, right=True)
    page.get_by_role("button", name="提出する").click()
    expect(page.locator("main")).to_contain_text("制限時間となったため")
    marking = Marking.objects.get()
    assert (marking.score, marking.passed) == (0, False)
    assert not Completion.objects.exists()


def test_five_minutes_and_one_are_announced_and_the_end_is_the_servers(
    sitter: Sitter, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = sitter.page
    attempt = start(task=sitter.task, version=str(sitter.task.version_id), seed="seed", now=timezone.now())
    assert attempt.deadline is not None
    for left, said in ((302, "残り5分です。"), (62, "残り1分です。")):
        now = attempt.deadline - timedelta(seconds=left)
        monkeypatch.setattr(timezone, "now", lambda now=now: now)
        page.goto(f"{sitter.module}quiz/")
        expect(page.locator("#time-said")).to_have_text(said)
    monkeypatch.setattr(timezone, "now", lambda: attempt.deadline - timedelta(seconds=1))
    page.goto(f"{sitter.module}quiz/")
    monkeypatch.setattr(timezone, "now", lambda: attempt.deadline + timedelta(seconds=1))
    page.wait_for_url(re.compile("/result/"))
    assert Submission.objects.count() == 1


def test_what_is_missing_or_cannot_be_read_is_said_beside_it_and_the_rest_is_kept(sitter: Sitter) -> None:
    page = sitter.page
    eyes = Eyes(page)
    start(task=sitter.task, version=str(sitter.task.version_id), seed="seed", now=timezone.now())
    page.goto(f"{sitter.module}quiz/")
    number = page.locator("input[inputmode=decimal]")
    number.fill("三日")
    number.blur()
    expect(page.locator(".pt-fault .pt-error")).to_contain_text("数字だけで入力してください")
    expect(page.locator("#saved")).to_have_text("保存しました（印のついた回答を除く）")
    number.fill("72")
    number.blur()
    expect(page.locator(".pt-fault")).to_have_count(0)
    page.get_by_role("button", name="提出する").click()
    expect(page.locator(".pt-faults")).to_be_focused()
    eyes.look("34-quiz-unanswered", "すべての設問に回答してください", "この設問に答えてください。")
    expect(number).to_have_value("72")
    answer(page, right=False)
    page.get_by_role("button", name="提出する").click()
    page.wait_for_url(re.compile("/result/"))
    eyes.look("35-result-types-failed", "800点中0点", "あと1回受けられます。", "もう一度受ける")
    page.get_by_role("button", name="もう一度受ける").click()
    answer(page, right=False)
    page.get_by_role("button", name="提出する").click()
    page.wait_for_url(re.compile("/result/"))
    eyes.look("36-result-make-up", "再教育に進みます", "2回をすべて使いました")
    page.goto(sitter.module)
    eyes.look("37-module-make-up", "再教育に進みます", "結果を見る")


def test_a_page_that_was_left_open_takes_back_nothing_that_was_answered_elsewhere(
    sitter: Sitter, chromium: BrowserContext
) -> None:
    attempt = start(task=sitter.task, version=str(sitter.task.version_id), seed="seed", now=timezone.now())
    old, new = sitter.page, chromium.new_page()
    old.goto(f"{sitter.module}quiz/")
    new.goto(f"{sitter.module}quiz/")
    answer(new, right=True)
    expect(new.locator("#saved")).to_have_text("保存しました")
    # The number, wherever it stands: the paper's order differs at each run. In the case one part of three is touched.
    old.locator("input[inputmode=decimal]").fill("72")
    old.locator("input[inputmode=decimal]").blur()
    expect(old.locator("#saved")).to_have_text("保存しました")
    case = next(q for q in questions_of(attempt) if q.content["type"] == "scenario")
    radio = next(part["id"] for part in case.content["parts"] if part["type"] not in {"multiple", "short_text"})
    chosen = right_response(case.content)[radio][0]
    with old.expect_response(lambda answer: answer.url.endswith("/save/")):
        old.locator(f"[name='{case.pk}.{radio}'][value='{chosen}']").check()
    expect(old.locator("#saved")).to_have_text("保存しました")
    assert SavedAnswer.objects.filter(attempt=attempt).count() == 8
    kept = SavedAnswer.objects.get(attempt=attempt, question_version=case)
    assert len(kept.response) == len(case.content["parts"])
    new.reload()
    shown_as_answered(new, attempt, [str(q.pk) for q in questions_of(attempt) if q.content["type"] != "numeric"])
    old.get_by_role("button", name="提出する").click()
    old.wait_for_url(re.compile("/result/"))
    assert Marking.objects.get().score >= 700


def test_whoever_was_signed_out_signs_in_again_and_loses_nothing(sitter: Sitter, chromium: BrowserContext) -> None:
    page = sitter.page
    attempt = start(task=sitter.task, version=str(sitter.task.version_id), seed="seed", now=timezone.now())
    page.goto(f"{sitter.module}quiz/")
    answer(page, right=True)
    expect(page.locator("#saved")).to_have_text("保存しました")
    chromium.clear_cookies(name="sessionid")
    page.get_by_label("正しい").first.check()
    expect(page.locator("#saved")).to_contain_text("ログアウトされています")
    with chromium.expect_page() as opened:
        page.locator("#saved a").click()
    again = opened.value
    again.fill("input[name=login]", "ichiro")
    again.fill("input[name=password]", PASSWORD)
    again.press("input[name=password]", "Enter")
    again.wait_for_url("**/quiz/")
    others = [str(q.pk) for q in questions_of(attempt) if q.content["type"] not in {"true_false", "scenario"}]
    shown_as_answered(again, attempt, others)
    # The first page takes the new session over, and hands in.
    page.bring_to_front()
    page.get_by_label("誤り").first.check()
    expect(page.locator("#saved")).to_have_text("保存しました")
    page.get_by_role("button", name="提出する").click()
    page.wait_for_url(re.compile("/result/"))
    assert Marking.objects.get().score >= 700


def test_every_type_is_answered_without_javascript_as_well(sitter: Sitter) -> None:
    page = sitter.page
    page.route("**/*.js", lambda route: route.abort())
    start(task=sitter.task, version=str(sitter.task.version_id), seed="seed", now=timezone.now())
    page.goto(f"{sitter.module}quiz/")
    answer(page, right=True)
    page.get_by_role("button", name="保存して中断する").click()
    page.wait_for_url("**/my/")
    page.goto(f"{sitter.module}quiz/")
    expect(page.locator("main")).to_contain_text("までに提出してください")
    page.get_by_role("button", name="提出する").click()
    page.wait_for_url(re.compile("/result/"))
    assert Marking.objects.get().score == 800
