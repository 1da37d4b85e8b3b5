"""A manager's page: own people only, how far they are, no answer and no score, one reminder at a time."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.building import NOW, assignment_of, campaign, import_staff, on_leave, person, read, sign, sit, train
from tests.reminders.company import account_of, at, heads, member
from tests.web.browsing import Page
from tests.web.conftest import Clock
from training.people.managing import team_of, with_managing
from training.people.models import Employee, Employment, Supervision
from training.people.renumber import renumber
from training.reminders.models import Letter

pytestmark = pytest.mark.django_db
TEAM = "/team/"


class House:
    """A manager of a department with one below it, and of nobody else."""

    def __init__(self) -> None:
        self.boss = member("000300", "課長 一", department="営業本部/第一営業部")
        self.mine = member("000201", "𠮷田 部下", department="営業本部/第一営業部/二課")
        self.above = member("000100", "本部 長", department="営業本部")
        self.beside = member("000209", "他人 九", department="営業本部/第二営業部")
        self.client = Client()
        self.client.force_login(account_of(self.boss, "boss@example.com"))
        heads(self.boss, of=self.boss)
        self.campaign = campaign()

    def words(self, **asked: str) -> str:
        """What the page says."""
        response = self.client.get(TEAM, asked)
        assert response.status_code == 200
        return " ".join(Page(response.content.decode()).words)

    def remind(self, employment: Any, **sent: str) -> Any:
        """Press the button."""
        return self.client.post(reverse("training:team_remind", args=[employment.employee_id]), sent)


@pytest.fixture
def house() -> House:
    return House()


def test_the_own_departments_with_all_below_are_shown_and_nobody_else(house: House):
    words = house.words()
    assert "𠮷田 部下" in words
    assert "000201" in words
    for stranger in ("他人 九", "本部 長", "000209", "000100"):
        assert stranger not in words
    assert "課長 一" not in words
    assert "1件" in words


def test_somebody_whom_the_staff_list_puts_under_me_is_shown_wherever_the_post_is(house: House):
    import_staff("社員番号,氏名,上長\n000209,他人 九,000300\n".encode(), day=NOW.date())
    assert "他人 九" in house.words()


def test_who_moves_away_is_shown_no_more_and_who_comes_is(house: House):
    import_staff(
        "社員番号,氏名,所属\n000201,𠮷田 部下,総務部\n000209,他人 九,営業本部/第一営業部\n".encode(), day=NOW.date()
    )
    words = house.words()
    assert "𠮷田 部下" not in words
    assert "他人 九" in words


def test_a_state_is_shown_and_no_score_nor_answer(house: House):
    task = read(assignment_of(house.mine).tasks.get())
    sit(task, right=False)
    words = house.words()
    assert "進行中" in words
    for secret in ("%", "不合格", "誤った対応", "0点"):
        assert secret not in words
    train(assignment_of(house.mine))
    sign(assignment_of(house.mine), "𠮷田 部下")
    assert "署名済み" in house.words()


def test_the_list_is_narrowed_by_training_department_and_state(house: House):
    campaign(("article-1",), code="EXTRA")
    assert "2件" in house.words()
    assert "1件" in house.words(campaign="EXTRA")
    assert "2件" in house.words(department="営業本部/第一営業部/二課")
    assert "0件" in house.words(state="signed")
    assert "2件" in house.words(state="open")
    assert "0件" in house.words(state="overdue")
    assert "2件" in house.words(department="営業本部/第二営業部")  # none of mine: not narrowed
    assert "2件" in house.words(state="' OR 1=1", campaign="FY1999")


def test_a_reminder_is_sent_and_the_button_is_gone_until_the_limit_is_over(house: House, clock: Clock):
    assert "催促する" in house.words()
    response = house.remind(house.mine, query="state=open")
    assert (response.status_code, response["Location"]) == (302, "/team/?state=open")
    assert [message.to for message in mail.outbox] == [["000201@example.com"]]
    words = house.words()
    assert "催促の送信を受け付けました。" in words
    assert "前回 2026/11/24" in words
    assert "次回 2026/11/27から" in words
    assert "催促する" not in words.replace("催促すると", "")
    assert house.remind(house.mine).status_code == 409
    clock.set(at("2026-11-27"))
    assert "催促する" in house.words()


def test_on_a_day_of_rest_the_page_says_that_it_waits(house: House, clock: Clock):
    clock.set(at("2026-11-28"))
    house.remind(house.mine)
    assert "翌営業日" in house.words()
    assert mail.outbox == []


def test_nobody_elses_people_can_be_reminded(house: House):
    for employment in (house.beside, house.above, house.boss):
        assert house.remind(employment).status_code == 403
    assert (
        house.client.post(reverse("training:team_remind", args=["6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10"])).status_code
        == 404
    )
    assert not Letter.objects.exists()


@pytest.mark.parametrize("query", ["\r\nSet-Cookie: a=b", "//evil.example/", "a=b&next=https://evil.example/"])
def test_the_way_back_leads_nowhere_else(house: House, query: str):
    response = house.remind(house.mine, query=query)
    assert response["Location"].startswith("/team/?")
    assert "\n" not in response["Location"]


def test_who_is_on_leave_is_shown_so_and_cannot_be_reminded(house: House):
    on_leave(house.mine, date(2026, 11, 1), None)
    words = house.words()
    assert "休職・休業中" in words
    assert "催促する" not in words
    assert house.remind(house.mine).status_code == 409


def test_who_manages_nobody_is_told_so(house: House):
    client = Client()
    client.force_login(account_of(house.mine, username="yoshida"))
    response = client.get(TEAM)
    assert response.status_code == 403
    assert "管理職" in response.content.decode()
    assert "部下の受講状況" not in client.get("/my/").content.decode()
    assert "部下の受講状況" in house.client.get("/my/").content.decode()


def test_who_has_left_reads_and_reminds_the_team_no_more(house: House):
    yesterday = NOW.date() - timedelta(days=1)
    Supervision.objects.create(
        employee=house.beside.employee,
        manager=house.boss.employee,
        valid_from=date(2020, 4, 1),
        recorded_at=NOW,
        entry=house.boss.entry,
    )
    assert house.client.get(TEAM).status_code == 200
    Employment.objects.filter(pk=house.boss.pk).update(valid_to=yesterday)
    assert house.client.get(TEAM).status_code == 403
    assert house.remind(house.mine).status_code == 403
    assert not Letter.objects.exists()
    boss = house.boss.employee
    assert not with_managing(Employee.objects.filter(pk=boss.pk), NOW.date()).get().manages
    assert with_managing(Employee.objects.filter(pk=boss.pk), yesterday).get().manages
    assert team_of(boss, yesterday)


def test_a_manager_of_whom_nothing_is_asked_comes_to_the_team(house: House):
    assert house.client.get("/")["Location"] == "/my/"
    chief = member("000301", "新任 長", department="総務部")
    heads(chief, of=chief)
    client = Client()
    client.force_login(account_of(chief, username="chief"))
    assert client.get("/")["Location"] == "/team/"


def test_no_browser_keeps_the_page(house: House):
    assert "no-store" in house.client.get(TEAM)["Cache-Control"]


def test_the_page_costs_the_same_for_one_person_and_for_thirty(house: House):
    house.client.get(TEAM)  # the session is read once more at first

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert house.client.get(TEAM).status_code == 200
        return len(captured)

    small = cost()
    for number in range(30):
        person(f"9{number:05}", f"氏名{number}", department=f"営業本部/第一営業部/課{number % 5}")
    campaign(("article-1",), code="LARGE")
    assert cost() == small <= 16


def test_who_gets_another_staff_number_is_still_shown(house: House):
    renumber(employment=house.mine, number="000901", since=NOW.date(), now=NOW)
    words = house.words()
    assert "𠮷田 部下" in words
    assert "000901" in words
    assert "1件" in house.words(department="営業本部/第一営業部/二課")


# --- second postings (兼務) ---


def second_post(number: str, name: str, *paths: str) -> None:
    """Somebody has second posts in these departments, and in no others."""
    import_staff(f"社員番号,氏名,兼務\n{number},{name},{'、'.join(paths)}\n".encode(), day=NOW.date())


def test_who_has_a_second_post_in_my_departments_is_shown_with_either_and_can_be_reminded(house: House):
    second_post("000209", "他人 九", "営業本部/第一営業部/二課", "総務部")
    words = house.words()
    assert "他人 九" in words
    assert "営業本部/第二営業部" in words
    assert "兼務" in words
    assert "総務部" not in words
    assert "2件" in words
    assert house.remind(house.beside).status_code == 302
    assert [message.to for message in mail.outbox] == [["000209@example.com"]]


def test_the_list_is_narrowed_by_the_department_of_a_second_post_too(house: House):
    second_post("000209", "他人 九", "営業本部/第一営業部/二課")
    assert "2件" in house.words(department="営業本部/第一営業部")
    assert "2件" in house.words(department="営業本部/第一営業部/二課")
    second_post("000209", "他人 九", "営業本部/第一営業部")
    assert "1件" in house.words(department="営業本部/第一営業部/二課")


def test_a_second_post_that_is_over_or_elsewhere_shows_nobody(house: House):
    second_post("000209", "他人 九", "営業本部/第一営業部")
    second_post("000209", "他人 九")
    second_post("000100", "本部 長", "総務部")
    words = house.words()
    assert "他人 九" not in words
    assert "本部 長" not in words
    assert house.remind(house.beside).status_code == 403


def test_nobody_is_shown_twice_nor_the_manager_by_a_second_post(house: House):
    second_post("000201", "𠮷田 部下", "営業本部/第一営業部")
    second_post("000300", "課長 一", "営業本部/第一営業部/二課")
    words = house.words()
    assert "1件" in words
    assert "課長 一" not in words
    assert house.remind(house.boss).status_code == 403
