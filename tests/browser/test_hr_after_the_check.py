"""HR in a real browser: a make-up, a faulty question marked again by itself, a sample, a certificate in English."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from cms.admin import withdrawals
from cms.setup import ensure_site
from tests import building
from tests.browser.looking import Eyes
from tests.browser.signing_in import sign_in
from training.campaigns.models import Task
from training.catalogue.blueprint import Blueprint
from training.catalogue.models import QuestionVersion
from training.quiz.models import MakeUp, Marking
from training.quiz.sitting import start, submit
from training.roles import Role

pytestmark = pytest.mark.django_db(transaction=True)


def sit(task: Task, *, wrong: int, seed: str, now: datetime) -> str:
    """Hand in a paper with so many wrong answers; return the first question, which is among these."""
    attempt = start(task=task, version=str(task.version_id), seed=seed, now=now)
    key, other = building.right_answers(attempt), building.wrong_answers(attempt)
    answers = {one: (other if place < wrong else key)[one] for place, one in enumerate(sorted(attempt.drawn))}
    submit(attempt=attempt, version=str(task.version_id), responses=answers, now=now)
    return min(attempt.drawn)


@pytest.fixture
def hr(chromium: BrowserContext, live_server: Any) -> Page:
    """HR, signed in."""
    ensure_site()
    building.account("hr", Role.HR)
    return sign_in(chromium.new_page(), live_server, "hr")


def test_hr_grants_a_make_up_withdraws_a_question_draws_a_sample_and_orders_an_edition(
    hr: Page, live_server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawals, "AT_ONCE", 1)
    now = timezone.now()
    people = [building.person(f"00010{n}", f"架空 {n}", department=f"管理本部/総務部{n % 2}課") for n in range(4)]
    year = building.campaign(
        snapshots={"article-3": {"blueprint": Blueprint(draw=4, pass_mark=100, attempts=2)}}, now=now
    )
    tasks = [building.read(building.assignment_of(one).tasks.get(), now=now) for one in people]
    faulty = sit(tasks[0], wrong=1, seed="a", now=now)
    for seed in "ab":
        sit(tasks[1], wrong=4, seed=seed, now=now)
    sit(tasks[2], wrong=0, seed="a", now=now)
    certificate = building.certify(building.sign(tasks[2].assignment, "架空 2", now=now), now=now)
    eyes = Eyes(hr, admin=True)

    def go(name: str, *arguments: Any) -> None:
        hr.goto(f"{live_server.url}{reverse(name, args=arguments)}")

    go("training_campaigns:make_ups", year.code)
    eyes.look("hr-make-ups", "架空 1")
    hr.locator("table.listing a.button").click()
    eyes.look("hr-make-up", "架空 1", "2/2")
    hr.fill("[name=what]", "所属長と第3条を読み直した。")
    hr.fill("[name=why]", "二回とも不合格だったため。")
    hr.locator("main form button[type=submit]").click()
    hr.wait_for_load_state("networkidle")
    assert MakeUp.objects.get().task == tasks[1]
    go("training_campaigns:assignment", year.code, tasks[1].assignment_id)
    eyes.look("hr-record-make-up", "所属長と第3条を読み直した。")

    go("training_withdrawals:choose")
    eyes.look("hr-withdraw-choose", "article-3の場面")
    question = QuestionVersion.objects.get(pk=faulty)
    go("training_withdrawals:question", question.question)
    eyes.look("hr-withdraw", "article-3の場面")
    hr.fill("[name=reason]", "正解が二つある。")
    hr.locator("main form button[type=submit]").click()
    eyes.look("hr-withdraw-confirm", "正解が二つある。")
    hr.locator("main form button.serious").click()
    hr.wait_for_url(f"**{reverse('training_withdrawals:index')}")
    eyes.look("hr-withdrawals", "正解が二つある。")
    assert Marking.objects.filter(number=2).count() == 4
    go("training_withdrawals:remark")
    eyes.look("hr-remark")
    go("training_campaigns:assignment", year.code, tasks[0].assignment_id)
    eyes.look("hr-record-remarked", "3/4", "3/3")

    go("training_campaigns:samples", year.code)
    eyes.look("hr-samples")
    hr.fill("[name=size]", "2")
    hr.check("[name=by_department]")
    hr.locator("main form button[type=submit]").click()
    eyes.look("hr-sample", "総務部0課", "総務部1課")

    go("training_campaigns:order", year.code, tasks[2].assignment_id, certificate.serial, "en")
    eyes.look("hr-order-edition", "近藤 俊一", "架空 2")
    hr.locator("main form button[type=submit]").click()
    hr.wait_for_load_state("networkidle")
    eyes.look("hr-record-edition", certificate.serial)
    go("training_designs:edit", "en")
    assert "近藤 俊一" in hr.locator("main").inner_text()
