"""A repeating plan says what it will draft and when, before it is saved and ever after."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from cms.admin.repeats import next_draft
from tests import building
from tests.cms_admin.conftest import signed_in
from tests.cms_admin.reading import facts, rows, text
from training.campaigns.models import Campaign, RepeatingPlan
from training.campaigns.repeat import draft_due
from training.catalogue.models import Module
from training.roles import Role

BASE = "/admin/training/repeating-plans/"
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def lessons() -> None:
    building.module_version("article-3")
    building.statement()


def sent(**changes: Any) -> dict[str, Any]:
    values = {
        "title": "{year}年度 個人情報保護研修",
        "code": "FY{year}",
        "kind": "yearly",
        "first_day": "4月1日",
        "last_day": "3/31",
        "due_on": "12-25",
        "validity_months": "12",
        "draft_days_before": "60",
        "statement": str(building.statement().statement),
        f"module-{Module.objects.get().pk}": "1",
        "active": "on",
        "due": "day",
        "roll": "stay",
        "anchor": "joining",
        "credit_same_revision": "on",
        "step": "preview",
    }
    return {**values, **changes}


def test_a_new_plan_shows_what_it_drafts_next_and_saves_that(hr: Client) -> None:
    assert hr.get(f"{BASE}new/").status_code == 200
    page = hr.post(f"{BASE}new/", sent())

    assert "2027年度 個人情報保護研修（FY2027）" in facts(page).values()
    assert "2027年1月31日" in text(page)
    assert not RepeatingPlan.objects.exists()

    assert hr.post(f"{BASE}new/", sent(step="save"))["Location"] == BASE
    made = RepeatingPlan.objects.get()
    assert (made.first_day, made.last_day, made.due_on) == ("04-01", "03-31", "12-25")
    (line,) = rows(hr.get(BASE))
    assert "2027年度 個人情報保護研修" in line
    assert "2027/01/31" in line


def test_saving_twice_by_a_double_click_or_the_back_button_makes_one_plan_and_keeps_what_was_typed(hr: Client) -> None:
    hr.post(f"{BASE}new/", sent(step="save"))
    again = hr.post(f"{BASE}new/", sent(step="save", title="{year}年度 二つめ"))

    assert RepeatingPlan.objects.count() == 1
    (said,) = again.context["form"].non_field_errors()
    assert "FY{year}" in said
    assert "{year}年度 個人情報保護研修" in said
    assert 'value="{year}年度 二つめ"' in again.content.decode()


def test_only_where_a_field_is_marked_does_the_page_send_to_the_marked_fields(hr: Client) -> None:
    building.repeating()
    marked = "下の印のある欄"
    assert marked not in text(hr.post(f"{BASE}new/", sent(step="save")))
    assert marked in text(hr.post(f"{BASE}new/", sent(step="save", due_on="13-45")))


def test_a_plan_is_edited_paused_and_says_what_it_said(hr: Client) -> None:
    plan = building.repeating()

    initial = hr.get(f"{BASE}{plan.pk}/").context["form"].initial
    assert (initial["title"], initial["first_day"]) == (plan.title, "04-01")
    asked = sent(step="save")
    del asked["active"]
    hr.post(f"{BASE}{plan.pk}/", asked)

    assert RepeatingPlan.objects.count() == 1
    assert not RepeatingPlan.objects.get().active
    assert draft_due(now=building.later(days=90)) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first_day": "13-01"}, "first_day"),
        ({"first_day": "02-30"}, "first_day"),
        ({"first_day": "春"}, "first_day"),
        ({"code": "FY2027"}, "code"),
        ({"due_on": "03-31", "last_day": "04-30", "first_day": "05-01"}, "__all__"),
        ({"validity_months": "61"}, "validity_months"),
        ({"draft_days_before": "-1"}, "draft_days_before"),
        ({"kind": "change"}, "kind"),
        ({"statement": "nothing"}, "statement"),
        ({"title": ""}, "title"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved(hr: Client, wrong: dict[str, str], field: str) -> None:
    page = hr.post(f"{BASE}new/", sent(step="save", **wrong))

    assert page.status_code == 200
    assert field in page.context["form"].errors
    assert page.context["form"]["code"].value() == wrong.get("code", "FY{year}")
    assert not RepeatingPlan.objects.exists()


@pytest.mark.parametrize(
    ("day", "drafted", "year", "on"),
    [
        (date(2026, 11, 24), None, 2027, date(2027, 1, 31)),
        (date(2026, 4, 1), None, 2026, date(2026, 4, 1)),
        (date(2026, 4, 1), 2026, 2027, date(2027, 1, 31)),
        (date(2027, 2, 10), None, 2027, date(2027, 2, 10)),
        (date(2027, 2, 10), 2027, 2028, date(2028, 2, 1)),
        (date(2027, 3, 31), 2028, 2029, date(2029, 1, 31)),
    ],
)
def test_the_next_draft_is_the_next_year_that_has_none(day: date, drafted: int | None, year: int, on: date) -> None:
    found = next_draft(building.repeating(), day, drafted)

    assert (found["year"], found["on"], found["code"]) == (year, on, f"FY{year}")


def test_what_the_page_foretells_is_what_is_drafted_on_that_day(hr: Client) -> None:
    plan = building.repeating()
    foretold = next_draft(plan, TODAY, None)

    assert draft_due(now=building.later(days=(foretold["on"] - TODAY).days - 1)) == []
    (made,) = draft_due(now=building.later(days=(foretold["on"] - TODAY).days))

    for name in ("code", "title", "first_day", "last_day", "due_on", "valid_until"):
        assert getattr(made, name) == foretold[name]
    assert made.state == Campaign.State.DRAFT


def test_an_editor_repeats_nothing() -> None:
    editor = signed_in(building.account("editor", Role.EDITOR))

    assert editor.get(BASE).status_code == 403
    assert editor.post(f"{BASE}new/", sent(step="save")).status_code == 403
    assert not RepeatingPlan.objects.exists()
