"""HR renames a department or moves it, sees what follows, and is told what cannot be."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import building, cutting
from tests.cms_admin.reading import links, text
from training.people.models import Department, DepartmentPlace
from training.people.queries import department_paths

TODAY = building.NOW.date()
QUERIES = 15


@pytest.fixture
def company(db: None) -> None:
    """A person two levels down, and another department."""
    building.person("000101", "髙橋 一郎", department="営業本部/第一営業部/二課")
    building.person("000102", "𠮷田 二", department="管理本部/総務部")


def department(name: str) -> Department:
    return DepartmentPlace.objects.filter(name=name).latest("valid_from").department


def page_of(name: str = "第一営業部") -> str:
    return reverse("training_managers:place", args=[department(name).pk])


def wish(name: str = "第一事業部", under: str = "営業本部", since: str = "2026-04-01") -> dict[str, Any]:
    return {"name": name, "parent": department(under).pk if under else "", "since": since}


def test_the_departments_page_leads_to_it_and_it_says_what_follows(hr: Client, company: None) -> None:
    assert page_of() in links(hr.get(reverse("training_managers:department", args=[department("第一営業部").pk])))
    page = hr.get(page_of())
    assert "1人が所属しています" in text(page)
    assert "下位の部署1件も一緒に移ります" in text(page)
    form = page.context["form"]
    assert (form["name"].value(), form["parent"].value()) == ("第一営業部", department("営業本部").pk)
    # It cannot be put below itself.
    assert [label for _key, label in form.fields["parent"].choices[1:]] == ["営業本部", "管理本部", "管理本部/総務部"]


def test_hr_renames_and_moves_and_earlier_days_stay(hr: Client, company: None) -> None:
    done = hr.post(page_of(), wish(under="管理本部"), follow=True)
    assert "記録しました" in text(done)
    assert "管理本部/第一事業部" in text(done)
    assert "管理本部/第一事業部/二課" in department_paths(TODAY).values()
    assert "営業本部/第一営業部/二課" in department_paths(date(2026, 3, 31)).values()


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"name": "総務部", "under": "管理本部"}, "すでにあります"),
        ({"name": "営業/一課"}, "区切り"),
        ({"since": "2026-11-25"}, "当日以降"),
        ({"since": "2019-04-01"}, "2020年4月1日"),
    ],
)
def test_what_cannot_be_is_said_at_the_form_and_nothing_is_written(
    hr: Client, company: None, asked: dict[str, str], said: str
) -> None:
    before = cutting.everything()
    page = hr.post(page_of(), wish(**asked))
    assert page.status_code == 200
    assert said in text(page)
    assert page.context["form"]["name"].value() == asked.get("name", "第一事業部")
    assert cutting.everything() == before


def test_a_department_that_is_none_is_not_found(hr: Client, company: None) -> None:
    missing = reverse("training_managers:place", args=["6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10"])
    assert hr.get(missing).status_code == 404
    assert hr.post(page_of(), wish() | {"parent": "6f0c7a52-6a4e-4f53-9d1c-0d6a4b8f2f10"}).context["form"].errors


def test_it_costs_the_same_for_many_people_and_departments(
    hr: Client, company: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    hr.get(page_of())
    with django_assert_num_queries(QUERIES):
        hr.get(page_of())
    for n in range(5):
        building.person(f"00020{n}", f"人 {n}", department=f"営業本部/第一営業部/{n}係")
    with django_assert_num_queries(QUERIES):
        hr.get(page_of())
