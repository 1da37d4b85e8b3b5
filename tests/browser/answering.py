"""Fill a paper in as the key in the database says, whatever its types."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.building import right_answers, wrong_answers
from training.quiz.models import Attempt
from training.quiz.queries import questions_of
from training.web.learner.fields import posted


def answer(page: Page, *, right: bool) -> None:
    """Give an answer to every question of the open paper, by whatever the page has for it."""
    page.wait_for_load_state()  # Whoever comes here by a click has the page's first part only.
    attempt = Attempt.objects.get(pk=page.locator("input[name=attempt]").input_value())
    answers = right_answers(attempt) if right else wrong_answers(attempt)
    for question in questions_of(attempt):
        key = str(question.pk)
        for name, value in posted(question.content, key, answers[key]).items():
            fill(page, name, value)
    for button in page.get_by_role("button", name="この順番で答える").all():
        if button.is_visible():
            button.click()


def fill(page: Page, name: str, value: str | list[str]) -> None:
    """Give a field its value; the places of an order are behind buttons where scripts run."""
    if isinstance(value, list):
        for one in value:
            page.locator(f"[name='{name}'][value='{one}']").check()
        return
    field = page.locator(f"[name='{name}']")
    if not field.count():
        return  # A unit that is not asked for.
    if field.evaluate("field => field.tagName") == "SELECT":
        if field.is_visible():
            field.select_option(value)
        else:
            move_to(page, name, int(value))
    else:
        field.fill(value)


def move_to(page: Page, name: str, place: int) -> None:
    """Bring an item to its place by its buttons. Done from the first place on, nothing moves away again."""
    item = page.locator(".pt-order-item", has=page.locator(f"[name='{name}']"))
    where = "(item) => [...item.parentElement.children].indexOf(item) + 1"
    while item.evaluate(where) > place:
        item.get_by_role("button", name="上へ").click()
    while item.evaluate(where) < place:
        item.get_by_role("button", name="下へ").click()
