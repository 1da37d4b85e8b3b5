"""HR sees who manages the departments since when, appoints, and leaves a department to the manager above."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, hidden, rows, text
from training.ledger.models import Entry
from training.people.appoint import appoint
from training.people.managing import team_of
from training.people.models import Department, DepartmentPlace, Employment
from training.people.queries import on
from training.roles import Role

LIST = "/admin/training/managers/"
PATH, ABOVE = "営業本部/第一営業部", "営業本部"
TODAY = building.NOW.date()


@pytest.fixture
def company(db: None) -> list[Employment]:
    """Two people of a department, and one of the department above it."""
    people = (("000101", "髙橋 一郎", PATH), ("000102", "𠮷田 二", PATH), ("000103", "本部 長", ABOVE))
    return [building.person(number, name, department=path) for number, name, path in people]


def department(name: str) -> Department:
    return DepartmentPlace.objects.filter(name=name).latest("valid_from").department


def page_of(name: str = "第一営業部") -> str:
    return reverse("training_managers:department", args=[department(name).pk])


def wish(number: str = "000101", since: str = "2026-11-24", **more: str) -> dict[str, str]:
    return {"who": "own", "number": number, "since": since} | more


def recorded(client: Client, form: dict[str, str], name: str = "第一営業部") -> Any:
    """Both steps."""
    return client.post(page_of(name), form | hidden(client.post(page_of(name), form)))


def manager_on(day: date, name: str = "第一営業部") -> Any:
    return on(DepartmentPlace.objects.filter(department=department(name)), day).get().manager


def named(name: str, manager: Employment | None, since: date) -> None:
    who = manager.employee if manager else None
    appoint(department=department(name), manager=who, since=since, by=None, now=building.NOW)


def test_who_is_meant_is_shown_before_it_is_recorded(hr: Client, hr_account: Any, company: list[Employment]) -> None:
    page = hr.post(page_of(), wish("０００１０１"))
    assert facts(page)["名前"].startswith("髙橋 一郎")
    assert manager_on(TODAY) is None

    assert recorded(hr, wish("０００１０１")).url == LIST

    assert manager_on(TODAY) == company[0].employee
    assert team_of(company[0].employee, TODAY).departments
    entry = Entry.objects.filter(kind="people.manager_appointed").get()
    assert f'"by":{hr_account.pk}' in entry.body


def test_another_than_was_shown_is_shown_first(hr: Client, company: list[Employment]) -> None:
    form = wish() | hidden(hr.post(page_of(), wish()))
    page = hr.post(page_of(), {**form, "number": "000102"})
    assert facts(page)["名前"].startswith("𠮷田")
    page = hr.post(page_of(), {**form, "who": "nobody"})
    assert page.context["form"].errors
    assert manager_on(TODAY) is None


def test_the_list_says_who_manages_since_when_and_who_answers(hr: Client, company: list[Employment]) -> None:
    named("第一営業部", company[0], TODAY - timedelta(days=60))
    named("営業本部", company[2], TODAY - timedelta(days=30))
    named("第一営業部", company[1], TODAY + timedelta(days=7))
    found = {line[0]: line for line in rows(hr.get(LIST))}
    assert found[PATH][1:3] == ["髙橋 一郎 (000101)", "2026/09/25"]
    assert found[PATH][3] == ""
    assert "𠮷田 二 (000102)" in found[PATH][4]
    building.on_leave(company[0])
    assert {line[0]: line for line in rows(hr.get(LIST))}[PATH][3] == "本部 長 (000103)"


def test_how_many_departments_there_are_is_said_in_japanese(hr: Client, company: list[Employment]) -> None:
    paginator = hr.get(LIST).context["page_obj"].paginator
    assert paginator.items_count_label == f"{paginator.count} 所属"


def test_a_new_name_of_the_department_begins_no_new_term(hr: Client, company: list[Employment]) -> None:
    named("第一営業部", company[0], TODAY - timedelta(days=60))
    row = on(DepartmentPlace.objects.filter(department=department("第一営業部")), TODAY).get()
    DepartmentPlace.objects.filter(pk=row.pk).update(valid_to=TODAY - timedelta(days=11))
    row.pk, row.name, row.valid_from = None, "第一営業推進部", TODAY - timedelta(days=10)
    row.save(force_insert=True)
    found = {line[0]: line for line in rows(hr.get(LIST))}
    assert found["営業本部/第一営業推進部"][2] == "2026/09/25"


def test_the_list_is_narrowed(hr: Client, company: list[Employment]) -> None:
    named("第一営業部", company[0], TODAY)

    def paths(**asked: str) -> list[str]:
        return [line[0] for line in rows(hr.get(LIST, asked))]

    assert paths(path="第一") == [PATH]
    assert paths(state="own") == [PATH]
    assert paths(state="nobody") == [ABOVE]
    assert paths(state="vacant") == [ABOVE]
    assert paths(state="' OR 1=1", path="%") == []
    assert hr.get(f"{LIST}results/", {"path": "第一"}).status_code == 200


def test_a_department_is_left_to_the_manager_above_from_a_day_on(hr: Client, company: list[Employment]) -> None:
    named("第一営業部", company[0], TODAY - timedelta(days=60))
    form = {"who": "nobody", "number": "000102", "since": "2026-12-01"}
    assert recorded(hr, form).url == LIST
    assert manager_on(date(2026, 11, 30)) == company[0].employee
    assert manager_on(date(2026, 12, 1)) is None
    history = facts(hr.get(page_of()))
    assert "髙橋 一郎 (000101)" in history.values()


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "999999"},
        {"number": ""},
        {"number": "\x00"},
        {"who": "everybody"},
        {"since": "2019-01-01"},
        {"since": "明日"},
        {"since": "9999-12-31"},
        {"since": ""},
        {"confirmed": "x" * 41},
    ],
)
def test_what_cannot_be_is_said_at_the_form(changes: dict[str, str], hr: Client, company: list[Employment]) -> None:
    before = Entry.objects.count()
    page = recorded(hr, wish(**changes))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert Entry.objects.count() == before


def test_the_same_again_is_said_and_writes_nothing(hr: Client, company: list[Employment]) -> None:
    named("第一営業部", company[0], TODAY)
    before = Entry.objects.count()
    page = hr.post(page_of(), wish())
    assert page.context["form"].errors["number"]
    page = hr.post(page_of("営業本部"), {"who": "nobody", "since": "2026-11-24"})
    assert page.context["form"].errors
    assert Entry.objects.count() == before


def test_an_earlier_day_than_the_department_as_it_is_is_refused_with_the_day(
    hr: Client, company: list[Employment]
) -> None:
    named("第一営業部", company[0], TODAY)
    page = recorded(hr, wish("000102", "2026-11-20"))
    assert "2026-11-24" in str(page.context["form"].errors["since"])


def test_who_joins_later_manages_from_then_on_only(hr: Client, company: list[Employment]) -> None:
    building.import_staff(
        "社員番号,氏名,所属,雇用区分,入社日\n000109,新人 九,総務部,正社員,2026/12/1\n".encode(), day=date(2026, 12, 1)
    )
    assert recorded(hr, wish("000109")).context["form"].errors["number"]
    assert recorded(hr, wish("000109", "2026-12-01")).url == LIST


def test_no_department_is_404(hr: Client, company: list[Employment]) -> None:
    missing = reverse("training_managers:department", args=["6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10"])
    assert hr.get(missing).status_code == hr.post(missing, wish()).status_code == 404


def test_the_privacy_officer_may_and_an_editor_may_not(company: list[Employment]) -> None:
    assert recorded(signed_in(building.account("officer", Role.PRIVACY_OFFICER)), wish()).url == LIST
    editor = signed_in(building.account("editor", Role.EDITOR))
    assert editor.get(LIST).status_code == editor.post(page_of(), wish("000102")).status_code == 403
    assert manager_on(TODAY) == company[0].employee


def test_the_list_asks_as_many_questions_for_sixty_departments_as_for_one(
    hr: Client, company: list[Employment], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(60):
        building.person(f"{number:06}", f"佐藤 {number}", department=f"第{number}部")
        named(f"第{number}部", Employment.objects.get(number=f"{number:06}"), TODAY)

    with django_assert_max_num_queries(24):
        page = hr.get(LIST)
    assert len(rows(page)) == 50
    assert len(rows(hr.get(LIST, {"p": 2}))) == 12


def test_hostile_names_are_shown_as_text(hr: Client, company: list[Employment]) -> None:
    building.person("000110", "<b>太", department="<img src=x>部")
    named("<img src=x>部", Employment.objects.get(number="000110"), TODAY)
    page = hr.get(LIST)
    assert "<img src=x>" not in page.content.decode()
    assert "<b>太 (000110)" in text(page)
